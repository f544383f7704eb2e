"""When OpenLABEL's frames were, by their timestamps."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from roadside.errors import LabelError
from roadside.labels.frame_times import (
    START_NS,
    FrameTimes,
    Timetable,
    check_span,
    evenly_spaced,
    grid_ms_of,
    start_ns_on,
)
from roadside.labels.openlabel import OpenLabelFile

EARLIEST_DATE_S: Final = 100_000_000.0
"""A timestamp below it (March 1973) counts from the start of the recording, not from 1970."""

LATEST_DATE_S: Final = 4_102_444_800.0
"""The year 2100: what lies beyond is milliseconds or the like."""

LONE_FRAME_GRID_MS: Final = 100
SO_GIVE: Final = "or give --rate-hz"


def openlabel_times(files: Sequence[OpenLabelFile], rate_hz: float | None, name: str) -> Timetable:
    """Returns when all frames were, on a grid of the median time between them; labelled are those of the first file.

    Args:
        files: labels, then detections if there are any.
        rate_hz: frames per second; ``None`` for the files' timestamps.
        name: of the labels, for messages.

    Raises:
        LabelError: as ``stamped``, or, at a rate, the frames' numbers span too many.
    """
    if rate_hz is None:
        every = stamped(files, name, START_NS)
        steps_ns = np.diff(every.times_ns)
        grid_ms = grid_ms_of(1e9 / float(np.median(steps_ns))) if len(steps_ns) else LONE_FRAME_GRID_MS
    else:
        frames, grid_ms = np.unique(np.concatenate([file.file.frames for file in files])), grid_ms_of(rate_hz)
        first, last = int(frames[0]), int(frames[-1])
        check_span(first, last, name)
        every = evenly_spaced(frames, first, start_ns_on(grid_ms), rate_hz)
    labelled = files[0].file.frames
    return Timetable(every, FrameTimes(labelled, every.of(labelled)), grid_ms)


def stamped(files: Sequence[OpenLabelFile], name: str, start_ns: int) -> FrameTimes:
    """Returns the times of all frames of the files, to the microsecond; where both speak of a frame, the first's.

    Args:
        files: labels, then detections if there are any.
        name: what messages call them.
        start_ns: when the first frame was, if the timestamps have no date.

    Raises:
        LabelError: a frame has no timestamp, an impossible one, or one that is not later than the frame before it.
    """
    stamps_s: dict[int, float] = {}
    for file in files:
        for frame, stamp_s in zip(file.file.frames.tolist(), file.timestamps_s.tolist(), strict=True):
            stamps_s.setdefault(frame, stamp_s)
    frames = sorted(stamps_s)
    before: int | None = None
    for frame in frames:
        stamp_s, where = stamps_s[frame], f"{name}: frame {frame}: timestamp"
        if np.isnan(stamp_s):
            raise LabelError(f"{where} must be given, {SO_GIVE}, got none")
        if not 0.0 <= stamp_s < LATEST_DATE_S:
            raise LabelError(f"{where} must be seconds, 0 to {LATEST_DATE_S:.0f}, {SO_GIVE}, got {stamp_s:g}")
        if before is not None and _microseconds(stamp_s) <= _microseconds(stamps_s[before]):
            wanted = f"later than that of frame {before}"
            raise LabelError(f"{where} must be {wanted}, {SO_GIVE}, got {stamp_s - stamps_s[before]:g} s after it")
        before = frame
    first_s = stamps_s[frames[0]]
    offset_ns = 0 if first_s >= EARLIEST_DATE_S else start_ns - _microseconds(first_s) * 1000
    times_ns = [_microseconds(stamps_s[frame]) * 1000 + offset_ns for frame in frames]
    return FrameTimes(np.array(frames, dtype=np.int64), np.array(times_ns, dtype=np.int64))


def _microseconds(stamp_s: float) -> int:
    return round(stamp_s * 1e6)
