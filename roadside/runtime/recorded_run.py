"""A recording through the code that runs on the pole: the wiring that replay and evaluation share."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from roadside.config.site_file import load_site_from_bytes
from roadside.errors import RecordingError
from roadside.recording.reader import Recording
from roadside.runtime.camera_stage import CameraStage
from roadside.runtime.feed import AsFastAsPossible, Pace, Timed, feed
from roadside.runtime.feed_clock import Clock, FeedClock, WorkClock
from roadside.runtime.fold import FoldDriver, SceneReader
from roadside.runtime.line import ObservationLine
from roadside.runtime.outlet import Outlet
from roadside.runtime.recorded_items import Depth, RecordedItems
from roadside.runtime.sensing import Item, Sensing
from roadside.runtime.serving import ROAD_ATTACHMENT, SITE_ATTACHMENT
from roadside.runtime.session import Session
from roadside.types.frames import RadarScan
from roadside.types.site import Site


@dataclass(slots=True)
class RecordedRun:
    """A recording that is about to be run, or was.

    Attributes:
        recording: what is fed.
        items: what it holds for the site from the wanted depth.
        session: the run.
        pace: how fast.
        outlet: where intermediate results go.
    """

    recording: Recording
    items: RecordedItems
    session: Session
    pace: Pace
    outlet: Outlet

    @staticmethod
    def of(
        recording: Recording,
        site: Site,
        depth: Depth,
        speed: float | None,
        readers: tuple[SceneReader, ...],
        outlet: Outlet,
    ) -> "RecordedRun":
        """Returns a run of a recording, its models loaded.

        Args:
            recording: what to feed.
            site: what is installed where.
            depth: where in the recording to begin.
            speed: how many times as fast as it was; ``None`` for as fast as this machine can, dropping nothing.
            readers: who gets the scenes.
            outlet: where intermediate results go.

        Raises:
            RoadsideError: recording, site and depth do not go together, or a model cannot be used.
        """
        items, line, stop = RecordedItems(recording, site, depth), ObservationLine(), threading.Event()
        hand_in = CameraStage.wait_and_offer if speed is None else CameraStage.offer
        detecting = site.cameras if depth is Depth.SENSORS else ()
        sensing = Sensing(site, line, hand_in, detecting, outlet.detections)
        pace: Pace = AsFastAsPossible() if speed is None else Timed(speed, stop)
        clock: Clock = WorkClock() if speed is None else FeedClock()
        session = Session(sensing, line, FoldDriver(site, readers, outlet.observation, clock), stop)
        return RecordedRun(recording, items, session, pace, outlet)

    def run(self, on_progress: Callable[[float], None]) -> None:
        """Feeds everything and returns once all came out.

        Args:
            on_progress: called with the seconds of the recording that were fed, from another thread.
        """
        session, ticks = self.session, self.items.ticks(self.session.driver.site)
        session.run(lambda: feed(self._watched(on_progress), session.sensing, ticks, self.pace, session.stop))

    def _watched(self, on_progress: Callable[[float], None]) -> Iterator[Item]:
        """Yields the items, passes the scans on, and tells how far the recording's own time has come."""
        for item in self.items:
            on_progress((item.arrival_ns - self.recording.start_ns) / 1e9)
            if isinstance(item, RadarScan):
                self.outlet.scan(item)
            yield item


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
