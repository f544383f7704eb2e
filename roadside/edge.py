"""``roadside run``: the service on the pole, from the site's own sensors to its subscribers."""

import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Protocol

from rich.console import Console

from roadside.config.site_file import load_site
from roadside.display.run_summary import RunFacts, RunSummary, run_summary
from roadside.errors import RecordingError, SiteFileError
from roadside.runtime.camera_stage import CameraStage
from roadside.runtime.file_sources import CameraFiles
from roadside.runtime.fold import FoldDriver
from roadside.runtime.line import ObservationLine
from roadside.runtime.live_clock import LiveClock
from roadside.runtime.live_sources import LiveSensors, recording_reader
from roadside.runtime.outlet import NoOutlet, Outlet, RecordingOutlet
from roadside.runtime.recorder import Recorder
from roadside.runtime.sensing import Sensing
from roadside.runtime.serving import begun_recording, serving, site_attachments
from roadside.runtime.session import Session
from roadside.runtime.state_lines import StateLines
from roadside.runtime.summary import SceneTally
from roadside.sources.radar import RadarUdpSource
from roadside.sources.video import VideoSource
from roadside.types.site import Site
from roadside.v2x.address import DEFAULT_ADDRESS

SCHEMES = ("", "file", "rtsp", "rtsps", "http", "https", "udp")
"""Kinds of source; a URL of another kind would be looked for in vain for ever."""


class Inlet(Protocol):
    """The sensors of a run; figures are complete once it was fed."""

    name: str
    breaks: list[str]

    @property
    def duration_s(self) -> float:
        """Of what was fed."""

    @property
    def unreadable(self) -> int:
        """Radar scans whose bytes made no sense."""

    def feed(self, stop: threading.Event) -> None:
        """Feeds until it ends or is stopped."""


def run(
    site_path: Path,
    record: Path | None = None,
    serve: str = DEFAULT_ADDRESS,
    start_time_ns: int | None = None,
    console: Console | None = None,
    stop: threading.Event | None = None,
    clock: LiveClock | None = None,
    on_serving: Callable[[int], None] = lambda port: None,
) -> RunSummary:
    """Runs the service until it is stopped, or its video files end, and returns what came of it.

    Args:
        site_path: the site file; every sensor in it must have a source.
        record: ``.mcap`` file for all that comes in and goes out; nothing is recorded without it.
        serve: ``HOST:PORT`` to serve the scenes at.
        start_time_ns: Unix epoch UTC of the first frame of video files; without it their times count from 0.
        console: where one line goes when the service is up, and one whenever a sensor's state changes or the host's
            clock was set.
        stop: set it, from any thread, to end the run.
        clock: the time of live sensors; without it the host's as it is now, which later steps of it do not change.
        on_serving: called with the port before anything is fed.

    Raises:
        RoadsideError: the site, a model, a port, a video file or the recording cannot be used; nothing was begun.
    """
    site = load_site(site_path)
    are_files = _are_files(site, site_path, start_time_ns)
    tally, line = SceneTally(), ObservationLine()
    stop = threading.Event() if stop is None else stop
    clock = LiveClock() if clock is None else clock

    def show(text: str) -> None:
        if console is not None:
            console.print(text, markup=False, highlight=False, soft_wrap=True)

    def announce(port: int) -> None:
        show(f"{site.site_id}: serving at {serve.rpartition(':')[0]}:{port}, sensors {', '.join(site.sensor_ids)}")
        on_serving(port)

    with ExitStack() as stack:
        recorder = _recorder(site, site_path, record, stack) if record is not None else None
        outlet: Outlet = NoOutlet() if recorder is None else RecordingOutlet(recorder.offer, site)
        sensing = Sensing(site, line, CameraStage.offer, site.cameras, outlet.detections)
        read = VideoSource.frames if recorder is None else recording_reader(outlet)
        inlet: Inlet
        if are_files:
            files = _opened_files(site, start_time_ns, stack, show)
            inlet = CameraFiles(files, sensing, read, site.order, start_time_ns or 0)
        else:
            radars = [
                stack.enter_context(RadarUdpSource(radar.source, radar.sensor_id, clock.now_ns))
                for radar in site.radars
            ]
            inlet = LiveSensors(site, radars, sensing, outlet, read, clock, show)
        server = stack.enter_context(serving(site, serve, announce))
        lines = StateLines(show, sensing.words, site.order, recorder)
        readers = (server.publish, tally.read, outlet.scene, lines.read)
        session = Session(sensing, line, FoldDriver(site, readers, outlet.observation), stop)
        session.run(lambda: inlet.feed(session.stop))
        totals = server.statistics()
    facts = RunFacts(
        source=inlet.name,
        broken="; ".join((*inlet.breaks, *_losses(recorder))),
        duration_s=inlet.duration_s,
        unreadable=inlet.unreadable,
        messages_sent=totals.messages_sent,
        messages_dropped=totals.scenes_dropped,
        position=None,
    )
    return run_summary(session, tally, facts)


def _are_files(site: Site, site_path: Path, start_time_ns: int | None) -> bool:
    """Returns whether the cameras are plain files, which bring their own time.

    Raises:
        SiteFileError: a sensor has no source or one of an unknown kind, files and live sensors are mixed, or live ones
            are to start at a time.
    """
    sensors = [(f"camera[{index}]", camera.source) for index, camera in enumerate(site.cameras)]
    sensors += [(f"radar[{index}]", radar.source) for index, radar in enumerate(site.radars)]
    if not sensors:
        raise SiteFileError([f"{site_path}: must have a camera or a radar, got none"])
    missing = [where for where, source in sensors if not source]
    if missing:
        raise SiteFileError([f"{site_path}: {where}.source must be given to run, it is missing" for where in missing])
    strange = [(where, source) for where, source in sensors if _scheme(source) not in SCHEMES]
    if strange:
        known = ", ".join(f"{scheme}://" for scheme in SCHEMES if scheme)
        raise SiteFileError(
            [
                f'{site_path}: {where}.source must be a path or begin with {known}, got "{source}"'
                for where, source in strange
            ]
        )
    live = [where for where, source in sensors if _is_live(source)]
    if live and len(live) < len(sensors):
        raise SiteFileError([f"{site_path}: sources must be all files or all live, got {', '.join(live)} live"])
    if live and start_time_ns is not None:
        raise SiteFileError([f"{site_path}: a start time is for video files, got {', '.join(live)} live"])
    return not live


def _scheme(source: str) -> str:
    return source.partition("://")[0].lower() if "://" in source else ""


def _is_live(source: str) -> bool:
    return _scheme(source) not in ("", "file")


def _opened_files(
    site: Site, start_time_ns: int | None, stack: ExitStack, show: Callable[[str], None]
) -> list[VideoSource]:
    """Returns the cameras' files, opened, after saying what their times mean."""
    sources = [
        stack.enter_context(VideoSource(camera.sensor_id, camera.source, start_time_ns)) for camera in site.cameras
    ]
    for source in sources:
        show(f"{source.sensor_id}: {source.status}")
    return sources


def _recorder(site: Site, site_path: Path, record: Path, stack: ExitStack) -> Recorder:
    """Returns the recorder of a run; should it fail on the way, the run goes on."""
    recorder = begun_recording(record, site.site_id, site_attachments(site_path))

    def close() -> None:
        with suppress(RecordingError):  # the summary says so, see _losses
            recorder.close()

    stack.callback(close)
    return recorder


def _losses(recorder: Recorder | None) -> tuple[str, ...]:
    """Returns one line if not all was recorded."""
    if recorder is None or not (recorder.dropped_total or recorder.error):
        return ()
    reason = recorder.error or "the disk was too slow"
    return (f"recording: {reason}; {recorder.dropped_total} items were not recorded",)
