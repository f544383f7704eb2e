"""Cameras whose video lies in files: read together in order of time, like a recording."""

import heapq
import threading
from collections.abc import Iterable, Iterator
from functools import partial

from roadside.errors import VideoError
from roadside.runtime.feed import DataTicks, Timed, feed
from roadside.runtime.live_sources import FrameReader
from roadside.runtime.sensing import Sensing
from roadside.runtime.sensor_words import SensorCounts
from roadside.sources.video import VideoSource
from roadside.types.frames import Frame
from roadside.types.observations import SensorState
from roadside.types.site import OrderSettings


class CameraFiles:
    """The frames of several files as one feed, at the speed they were taken at.

    Attributes:
        name: the cameras.
        breaks: one line for each file that ended before its end.
        unreadable: 0; files hold no radar scans.
    """

    def __init__(
        self,
        sources: Iterable[VideoSource],
        sensing: Sensing,
        read: FrameReader,
        order: OrderSettings,
        start_time_ns: int,
    ) -> None:
        self._sources = tuple(sources)
        self._sensing = sensing
        self._read = read
        self._order = order
        self._start_ns = self._end_ns = start_time_ns
        self.name = f"video files of {', '.join(source.sensor_id for source in self._sources)}"
        self.breaks: list[str] = []
        self.unreadable = 0
        for source in self._sources:
            sensing.words.count_with(source.sensor_id, partial(_counts_of, source))

    @property
    def duration_s(self) -> float:
        """From the first frame to the newest that was read."""
        return (self._end_ns - self._start_ns) / 1e9

    def feed(self, stop: threading.Event) -> None:
        """Feeds all frames in order of time; a file that breaks off ends there, and the others go on."""
        for source in self._sources:
            self._sensing.words.say(source.sensor_id, SensorState.OK, source.status, self._start_ns)
        frames = heapq.merge(*map(self._until_break, self._sources), key=lambda frame: frame.arrival_ns)
        feed(frames, self._sensing, DataTicks(self._order), Timed(1.0, stop), stop)

    def _until_break(self, source: VideoSource) -> Iterator[Frame]:
        try:
            for frame in self._read(source):
                self._end_ns = max(self._end_ns, frame.arrival_ns)
                yield frame
        except VideoError as error:
            self.breaks.append(str(error))
            self._sensing.words.say(source.sensor_id, SensorState.SILENT, str(error), self._end_ns)


def _counts_of(source: VideoSource) -> SensorCounts:
    return SensorCounts(repaired=source.repaired_total, corrupt=source.corrupt_total)
