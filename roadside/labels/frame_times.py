"""When frames were: at a steady rate, or as their file says."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from roadside.errors import LabelError
from roadside.geometry.arrays import IntArray
from roadside.labels.labelled import LabelFile

START_NS: Final = 946_684_800_000_000_000
"""2000-01-01T00:00:00Z: about when frames without a date begin."""

MS: Final = 1_000_000
"""Nanoseconds in a millisecond."""

MAX_FRAMES: Final = 1_000_000
"""Ten hours at 25 Hz: a frame number beyond that is a slip, and every frame between would be written."""


@dataclass(frozen=True, slots=True, eq=False)
class FrameTimes:
    """When frames were.

    Attributes:
        frames: (F,) numbers, rising.
        times_ns: (F,) Unix epoch UTC, rising.
    """

    frames: IntArray
    times_ns: IntArray

    def of(self, frame: IntArray) -> IntArray:
        """Returns (N,) times of (N,) frames, all of them known."""
        return np.asarray(self.times_ns[np.searchsorted(self.frames, frame)])


@dataclass(frozen=True, slots=True, eq=False)
class Timetable:
    """When everything in a recording of labels was.

    Attributes:
        every: times of every frame of both files.
        labelled: times of every frame that was labelled.
        grid_ms: between scenes.
    """

    every: FrameTimes
    labelled: FrameTimes
    grid_ms: int


def grid_ms_of(rate_hz: float) -> int:
    """Returns the time between frames to the nearest millisecond, at least one."""
    return max(1, round(1000.0 / rate_hz))


def start_ns_on(grid_ms: int) -> int:
    """Returns the first multiple of the grid from ``START_NS`` on."""
    return -(-START_NS // (grid_ms * MS)) * grid_ms * MS


def evenly_spaced(frames: IntArray, origin: int, start_ns: int, rate_hz: float) -> FrameTimes:
    """Returns the times of (F,) frames, to the nearest ns, where frame ``origin`` is at ``start_ns``."""
    offsets_ns = [round((int(frame) - origin) * 1e9 / rate_hz) for frame in frames]
    return FrameTimes(frames, start_ns + np.array(offsets_ns, dtype=np.int64))


def check_span(origin: int, last: int, name: str) -> None:
    """Raises unless the last frame is less than ``MAX_FRAMES`` after the first.

    Raises:
        LabelError: it is later.
    """
    if last - origin >= MAX_FRAMES:
        raise LabelError(f"{name}: frames must be below {MAX_FRAMES + origin}, got {last}")


def consecutive(truth: LabelFile, detected: LabelFile | None, origin: int, rate_hz: float, name: str) -> Timetable:
    """Returns the times of all frames, labelled from the first that the truth speaks of to its last.

    Args:
        truth: the labels.
        detected: the detections, if there are any.
        origin: number of the format's first frame.
        rate_hz: frames per second.
        name: of the labels, for messages.

    Raises:
        LabelError: the numbers span more than ``MAX_FRAMES``.
    """
    numbers = truth.frames if detected is None else np.concatenate([truth.frames, detected.frames])
    first, last = int(numbers.min()), int(numbers.max())
    check_span(origin, last, name)
    grid_ms = grid_ms_of(rate_hz)
    every = evenly_spaced(np.arange(first, last + 1), origin, start_ns_on(grid_ms), rate_hz)
    labelled = (every.frames >= truth.frames[0]) & (every.frames <= truth.frames[-1])
    return Timetable(every, FrameTimes(every.frames[labelled], every.times_ns[labelled]), grid_ms)
