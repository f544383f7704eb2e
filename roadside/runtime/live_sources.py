"""Cameras and radars that send as things happen, each read by a thread of its own, and the clock beside them."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeAlias

from roadside.errors import VideoError
from roadside.runtime.live_clock import ClockLines, LiveClock
from roadside.runtime.outlet import Outlet
from roadside.runtime.sensing import Sensing
from roadside.runtime.sensor_words import SensorCounts
from roadside.sources.radar import RadarUdpSource
from roadside.sources.video import VideoSource
from roadside.types.frames import Frame
from roadside.types.observations import SensorState, Tick
from roadside.types.site import CameraSensor, OrderSettings, Site

BACK_OFF_S = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
"""Waits before a stream is opened again; the last one is repeated. A stream that gave a frame starts anew."""

FrameReader: TypeAlias = Callable[[VideoSource], Iterator[Frame]]
"""Reads a source to its end."""


def recording_reader(outlet: Outlet) -> FrameReader:
    """Returns what reads frames and hands their access units to the outlet; some must be encoded anew for that."""

    def read(source: VideoSource) -> Iterator[Frame]:
        for frame, encoded in source.frames_with_encoded():
            outlet.frame(encoded)
            yield frame

    return read


@dataclass(slots=True)
class SourceCounts:
    """Totals of one camera over all connections since start.

    Attributes:
        source: the connection whose own totals still rise.
    """

    source: VideoSource | None = None
    _before: SensorCounts = field(default_factory=SensorCounts)

    def begin(self, source: VideoSource) -> None:
        """Goes on with a new connection."""
        self._before, self.source = self.counts(), source

    def counts(self) -> SensorCounts:
        """Returns the totals."""
        if self.source is None:
            return self._before
        now = SensorCounts(repaired=self.source.repaired_total, corrupt=self.source.corrupt_total)
        return self._before + now


class LiveCamera:
    """One network camera: opened again, later and later, whenever its stream is lost."""

    def __init__(self, camera: CameraSensor, sensing: Sensing, read: FrameReader, clock: LiveClock) -> None:
        self._camera = camera
        self._sensing = sensing
        self._read = read
        self._clock = clock
        self._counts = SourceCounts()
        sensing.words.count_with(camera.sensor_id, self._counts.counts)

    def run(self, stop: threading.Event) -> None:
        """Reads until the stop event is set; libav's own time limits bound every wait for bytes."""
        attempt = -1
        while not stop.is_set():
            frames = 0
            try:
                for _ in self._frames(stop):
                    frames += 1
            except VideoError as error:
                self._sensing.words.say(self._camera.sensor_id, SensorState.SILENT, str(error), self._clock.now_ns())
            attempt = 0 if frames else min(attempt + 1, len(BACK_OFF_S) - 1)
            stop.wait(BACK_OFF_S[attempt])

    def _frames(self, stop: threading.Event) -> Iterator[Frame]:
        """Yields the frames of one connection after they were taken.

        Raises:
            VideoError: there is no stream, or no more.
        """
        is_heard = False
        with VideoSource(self._camera.sensor_id, self._camera.source, clock_ns=self._clock.now_ns) as source:
            if not source.is_live:
                raise VideoError(f"{source.status}: wanted a stream, got a file; download it and name its path")
            self._counts.begin(source)
            for frame in self._read(source):
                if stop.is_set():
                    return
                if not is_heard:
                    self._sensing.words.say(self._camera.sensor_id, SensorState.OK, source.status, self._clock.now_ns())
                    is_heard = True
                self._sensing.take(frame, self._clock.entered_ns(frame.arrival_ns))
                yield frame


class LiveRadar:
    """One radar that sends datagrams.

    Attributes:
        source: its port; stopping it ends ``run``.
    """

    def __init__(self, source: RadarUdpSource, sensing: Sensing, outlet: Outlet, clock: LiveClock) -> None:
        self.source = source
        self._clock = clock
        self._sensing = sensing
        self._outlet = outlet
        sensing.words.count_with(
            source.sensor_id,
            lambda: SensorCounts(rejected=source.rejected_total),
            lambda: source.last_reject_reason,
        )

    def run(self, stop: threading.Event) -> None:
        """Reads until the source is stopped, and notices the stop event at the next scan."""
        words, source = self._sensing.words, self.source
        words.say(source.sensor_id, SensorState.OK, f"listening on {source.url}", self._clock.now_ns())
        for scan in source:
            if stop.is_set():
                return
            self._outlet.scan(scan)
            self._sensing.take(scan, self._clock.entered_ns(scan.arrival_ns))


class LiveSensors:
    """All sensors of a site, read until somebody stops them.

    Attributes:
        name: what a summary calls them.
        breaks: empty; live sensors have no end.
        duration_s: how long they were read.
    """

    def __init__(
        self,
        site: Site,
        radars: Sequence[RadarUdpSource],
        sensing: Sensing,
        outlet: Outlet,
        read: FrameReader,
        clock: LiveClock,
        show: Callable[[str], None],
    ) -> None:
        """Sets the readers up.

        Args:
            site: whose cameras are to be opened.
            radars: whose ports were taken, with arrivals by the same clock.
            sensing: where frames and scans go.
            outlet: where scans go as they came.
            read: reads a camera's stream.
            clock: the time of arrivals and ticks.
            show: where a line goes when the host's clock was set.
        """
        self.name = "live"
        self.breaks: list[str] = []
        self.duration_s = 0.0
        self._order = site.order
        self._sensing = sensing
        self._clock = clock
        self._clock_lines = ClockLines(clock, show)
        self._cameras = [LiveCamera(camera, sensing, read, clock) for camera in site.cameras]
        self._radars = [LiveRadar(source, sensing, outlet, clock) for source in radars]

    @property
    def unreadable(self) -> int:
        """Datagrams that were no scan of their radar."""
        return sum(radar.source.rejected_total for radar in self._radars)

    def feed(self, stop: threading.Event) -> None:
        """Reads all sources and ticks, until the stop event is set.

        Raises:
            Exception: whatever ended one of the sources early; the others are stopped then.
        """

        def stop_all(done: "Future[None]") -> None:
            stop.set()  # a source ends by itself only where something is broken

        began_s = time.monotonic()
        sources: tuple[LiveCamera | LiveRadar, ...] = (*self._cameras, *self._radars)
        with ThreadPoolExecutor(len(sources), thread_name_prefix="source") as pool:
            running = [pool.submit(source.run, stop) for source in sources]
            for each in running:
                each.add_done_callback(stop_all)
            try:
                while not stop.is_set():
                    wait_for_the_grid(self._clock, self._order, stop)
                    self._sensing.take(Tick(self._clock.now_ns()))
                    self._clock_lines.look()
            finally:
                stop.set()
                for radar in self._radars:
                    radar.source.stop()
        self.duration_s = time.monotonic() - began_s
        for each in running:
            each.result()


def wait_for_the_grid(clock: LiveClock, order: OrderSettings, stop: threading.Event) -> None:
    """Returns when the next grid instant lies the wait of the order back, or the stop event is set."""
    now_ns = clock.now_ns()
    due_ns = now_ns + order.grid_ns - (now_ns - order.wait_ns) % order.grid_ns
    # A wait may end early by a little, and a tick that comes too early brings its scene a whole grid step late.
    while (left_ns := due_ns - clock.now_ns()) > 0 and not stop.wait(left_ns / 1e9):
        pass
