"""When OpenLABEL's frames were, by their timestamps."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from roadside.errors import LabelError
from roadside.labels.imported import START_NS, grid_ms_of, start_ns_on
from roadside.labels.observed import FrameTimes, evenly_spaced
from roadside.labels.openlabel import OpenLabelFile

EARLIEST_DATE_S: Final = 100_000_000.0
"""A timestamp below it (March 1973) counts from the start of the recording, not from 1970."""

LATEST_DATE_S: Final = 4_102_444_800.0
"""The year 2100: what lies beyond is milliseconds or the like."""

LONE_FRAME_GRID_MS: Final = 100
SO_GIVE: Final = "or give --rate-hz"


def openlabel_times(files: Sequence[OpenLabelFile], rate_hz: float | None, name: str) -> tuple[FrameTimes, int]:
    """Returns the times of all frames, and the grid of the scenes in ms: the median time between frames.

    Args:
        files: labels, then detections if there are any.
        rate_hz: frames per second; ``None`` for the files' timestamps.
        name: of the labels, for messages.

    Raises:
        LabelError: as ``stamped``.
    """
    if rate_hz is not None:
        frames, grid_ms = np.unique(np.concatenate([file.file.frames for file in files])), grid_ms_of(rate_hz)
        return evenly_spaced(frames, int(frames[0]), start_ns_on(grid_ms), rate_hz), grid_ms
    times = stamped(files, name, START_NS)
    if len(times.frames) < 2:
        return times, LONE_FRAME_GRID_MS
    return times, grid_ms_of(1e9 / float(np.median(np.diff(times.times_ns))))


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
        if before is not None and round((stamp_s - stamps_s[before]) * 1e6) <= 0:
            wanted = f"later than that of frame {before}"
            raise LabelError(f"{where} must be {wanted}, {SO_GIVE}, got {stamp_s - stamps_s[before]:g} s after it")
        before = frame
    first_s = stamps_s[frames[0]]
    offset_ns = 0 if first_s >= EARLIEST_DATE_S else start_ns - round(first_s * 1e6) * 1000
    times_ns = [round(stamps_s[frame] * 1e6) * 1000 + offset_ns for frame in frames]
    return FrameTimes(np.array(frames, dtype=np.int64), np.array(times_ns, dtype=np.int64))
