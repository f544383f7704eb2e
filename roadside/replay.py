"""``roadside replay``: a recording through the very code that runs on the pole."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console

from roadside.config.site_file import load_site
from roadside.display.progress import progress
from roadside.display.run_summary import PositionTally, RunFacts, RunSummary, run_summary
from roadside.errors import RecordingError
from roadside.evaluation.error_figures import position_figures, track_precision
from roadside.evaluation.judgement import judged
from roadside.evaluation.timeline import TruthTimeline
from roadside.recording.reader import open_recording
from roadside.runtime.outlet import NoOutlet, Outlet, RecordingOutlet, record_truth
from roadside.runtime.published_scenes import PublishedScenes
from roadside.runtime.recorded_items import Depth
from roadside.runtime.recorded_run import RecordedRun, recorded_site
from roadside.runtime.recorded_truth import RecordedTruth, recorded_truth
from roadside.runtime.serving import recording_to, serving, site_attachments
from roadside.runtime.summary import SceneTally
from roadside.types.site import Site


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
    truth = recorded_truth(recording)
    tally, published = SceneTally(), PublishedScenes()
    with ExitStack() as stack:
        outlet: Outlet = NoOutlet()
        recorder = None
        if out is not None:
            if out.exists() and out.samefile(recording_path):
                raise RecordingError(f"{out}: is the recording itself, it must not be overwritten")
            attachments = recording.attachments if site_path is None else site_attachments(site_path)
            recorder = stack.enter_context(recording_to(out, site.site_id, attachments))
            outlet = RecordingOutlet(recorder.put, site)
        server = stack.enter_context(serving(site, serve, on_serving)) if serve else None
        publish = (server.publish,) if server is not None else ()
        judging = (published.read,) if truth.road_users else ()
        readers = (*publish, tally.read, *judging, outlet.scene)
        recorded = RecordedRun.of(recording, site, depth, speed, readers, outlet)
        advance = stack.enter_context(progress(console, "replaying", recording.duration_s))
        if recorder is not None:
            record_truth(recorder, truth.everything)
        recorded.run(advance.to)
        totals = server.statistics() if server is not None else None
    facts = RunFacts(
        source=recording.path.name,
        broken=recording.break_reason,
        duration_s=recording.duration_s,
        unreadable=recorded.items.unreadable,
        messages_sent=totals.messages_sent if totals else None,
        messages_dropped=totals.scenes_dropped if totals else None,
        position=_position(published, truth, site),
    )
    return run_summary(recorded.session, tally, facts)


def _position(published: PublishedScenes, truth: RecordedTruth, site: Site) -> PositionTally | None:
    """Returns the errors against the truth; ``None`` where no scene had any."""
    judgement = judged(published.scenes, TruthTimeline(truth.road_users), site)
    if judgement.instants == judgement.unpublished:
        return None
    figures = position_figures(judgement.object_times)
    precision = track_precision(figures, judgement.track_count)
    return PositionTally(figures.rmse_m, figures.p95_m, figures.recall, precision, judgement.instants)
