"""``roadside replay``: a recording through the very code that runs on the pole."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console

from roadside.config.site_file import load_site, load_site_from_bytes
from roadside.display.progress import Advance, progress
from roadside.display.run_summary import PositionTally, RunFacts, RunSummary, run_summary
from roadside.errors import RecordingError
from roadside.evaluation.position_error import PositionErrors, pooled, position_errors
from roadside.recording.reader import Recording, open_recording
from roadside.runtime.camera_stage import CameraStage
from roadside.runtime.feed import AsFastAsPossible, Pace, Timed, feed
from roadside.runtime.fold import FoldDriver
from roadside.runtime.line import ObservationLine
from roadside.runtime.outlet import NoOutlet, Outlet, RecordingOutlet, record_truth
from roadside.runtime.recorded_items import Depth, RecordedItems, recorded_truth
from roadside.runtime.sensing import Item, Sensing
from roadside.runtime.serving import ROAD_ATTACHMENT, SITE_ATTACHMENT, recording_to, serving, site_attachments
from roadside.runtime.session import Session
from roadside.runtime.summary import SceneTally
from roadside.types.frames import RadarScan
from roadside.types.scene import LatencyLedger, Scene
from roadside.types.site import Site
from roadside.types.truth import Truth


def replay(
    recording_path: Path,
    site_path: Path | None = None,
    speed: float | None = None,
    depth: Depth = Depth.SENSORS,
    serve: str = "",
    out: Path | None = None,
    console: Console | None = None,
    on_serving: Callable[[int], None] = lambda port: None,
) -> RunSummary:
    """Replays a recording and returns what came of it.

    Args:
        recording_path: MCAP file.
        site_path: site file; by default the one in the recording.
        speed: how many times as fast as it was; ``None`` for as fast as this machine can, dropping nothing.
        depth: where to begin.
        serve: ``HOST:PORT`` to serve the scenes at; empty for no server.
        out: MCAP file for radar scans, detections, observations, truth and published scenes.
        console: where a progress bar goes; nowhere without it.
        on_serving: called with the port before anything is fed.

    Raises:
        RoadsideError: the recording, the site, a model, the port or the output cannot be used.
    """
    recording = open_recording(recording_path)
    site = load_site(site_path) if site_path is not None else recorded_site(recording)
    items = RecordedItems(recording, site, depth)
    tally, errors = SceneTally(), TruthReader(site, recorded_truth(recording))
    with ExitStack() as stack:
        line = ObservationLine()
        outlet: Outlet = NoOutlet()
        recorder = None
        if out is not None:
            if out.exists() and out.samefile(recording_path):
                raise RecordingError(f"{out}: is the recording itself, it must not be overwritten")
            attachments = recording.attachments if site_path is None else site_attachments(site_path)
            recorder = stack.enter_context(recording_to(out, site.site_id, attachments))
            outlet = RecordingOutlet(recorder.put, site)
        hand_in = CameraStage.wait_and_offer if speed is None else CameraStage.offer
        detecting = site.cameras if depth is Depth.SENSORS else ()
        sensing = Sensing(site, line, hand_in, detecting, outlet.detections)
        server = stack.enter_context(serving(site, serve, on_serving)) if serve else None
        publish = (server.publish,) if server is not None else ()
        readers = (*publish, tally.read, errors.read, outlet.scene)
        session = Session(sensing, line, FoldDriver(site, readers, outlet.observation))
        pace: Pace = AsFastAsPossible() if speed is None else Timed(speed, session.stop)
        advance = stack.enter_context(progress(console, "replaying", recording.duration_s))
        if recorder is not None:
            record_truth(recorder, errors.truth.values())
        watched = _watched(items, recording, outlet, advance)
        session.run(lambda: feed(watched, sensing, items.ticks(site), pace, session.stop))
        totals = server.statistics() if server is not None else None
    facts = RunFacts(
        source=recording.path.name,
        broken=recording.break_reason,
        duration_s=recording.duration_s,
        unreadable=items.unreadable,
        messages_sent=totals.messages_sent if totals else None,
        messages_dropped=totals.scenes_dropped if totals else None,
        position=errors.tally(),
    )
    return run_summary(session, tally, facts)


def recorded_site(recording: Recording) -> Site:
    """Returns the site whose file a recording carries.

    Raises:
        RecordingError: it carries none.
        SiteFileError: the one it carries has mistakes.
    """
    missing = [name for name in (SITE_ATTACHMENT, ROAD_ATTACHMENT) if name not in recording.attachments]
    if missing:
        raise RecordingError(f"{recording.path}: carries no {' and no '.join(missing)}; name a site file with --site")
    site_toml, road = recording.attachments[SITE_ATTACHMENT], recording.attachments[ROAD_ATTACHMENT]
    return load_site_from_bytes(site_toml, road, f"{recording.path}: {SITE_ATTACHMENT}")


class TruthReader:
    """Reads scenes and compares them with the truth of the same instant.

    Attributes:
        truth: by time.
    """

    def __init__(self, site: Site, truth: dict[int, Truth]) -> None:
        self.truth = truth
        self._site = site
        self._errors: list[PositionErrors] = []

    def read(self, scene: Scene, ledger: LatencyLedger) -> None:
        """Takes a scene in; one without truth at its instant is left out."""
        truth = self.truth.get(scene.time_ns)
        if truth is not None:
            self._errors.append(position_errors(scene.tracks, truth, self._site))

    def tally(self) -> PositionTally | None:
        """Returns the errors so far; ``None`` where no scene had truth."""
        if not self._errors:
            return None
        total = pooled(self._errors)
        return PositionTally(total.rmse_m, total.p95_m, total.recall, total.precision, len(self._errors))


def _watched(items: RecordedItems, recording: Recording, outlet: Outlet, advance: Advance) -> Iterator[Item]:
    """Yields the items, passes the scans on, and moves the progress bar by the recording's own time."""
    for item in items:
        advance.to((item.arrival_ns - recording.start_ns) / 1e9)
        if isinstance(item, RadarScan):
            outlet.scan(item)
        yield item
