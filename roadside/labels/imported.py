"""What two label files gave, put together for a recording."""

from collections import Counter
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from roadside.errors import LabelError
from roadside.geometry.arrays import FloatArray
from roadside.labels.generated_site import Place, looking_down
from roadside.labels.labelled import LabelFile
from roadside.labels.observed import FrameTimes, evenly_spaced
from roadside.types.road_users import RoadUserClass

START_NS: Final = 946_684_800_000_000_000
"""2000-01-01T00:00:00Z: about when frames without a date begin."""

MS: Final = 1_000_000

MAX_FRAMES: Final = 1_000_000
"""Ten hours at 25 Hz: a frame number beyond that is a slip, and every frame between would be written."""

MAX_DISTANCE_M: Final = 2000.0
"""From the origin along each axis; what is further is no road user of one site."""

FAR_M: Final = 1000.0
"""Coordinates further from their origin than this (UTM, say) get a new origin, amid the road users."""

ORIGIN_STEP_M: Final = 100.0
"""The new origin is a multiple of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Imported:
    """Everything that a recording of labels needs.

    Attributes:
        truth: road users.
        detected: what was detected of them.
        sigma_m: (N,) standard deviation of the position of each row of ``detected``.
        times: of every frame.
        truth_times: of every frame that was labelled.
        grid_ms: between scenes.
        place: where it is.
        sizes: (3,) extents of classes that differ from the site file's defaults.
    """

    truth: LabelFile
    detected: LabelFile
    sigma_m: FloatArray
    times: FrameTimes
    truth_times: FrameTimes
    grid_ms: int
    place: Place
    sizes: dict[RoadUserClass, FloatArray]


def grid_ms_of(rate_hz: float) -> int:
    """Returns the time between frames to the nearest millisecond, at least one."""
    return max(1, round(1000.0 / rate_hz))


def start_ns_on(grid_ms: int) -> int:
    """Returns the first multiple of the grid from ``START_NS`` on."""
    return -(-START_NS // (grid_ms * MS)) * grid_ms * MS


def consecutive(
    truth: LabelFile, detected: LabelFile | None, origin: int, rate_hz: float, name: str
) -> tuple[FrameTimes, FrameTimes]:
    """Returns the times of all frames, and of those labelled: from the first that the truth speaks of to its last.

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
    if last - origin >= MAX_FRAMES:
        raise LabelError(f"{name}: frames must be below {MAX_FRAMES + origin}, got {last}")
    times = evenly_spaced(np.arange(first, last + 1), origin, start_ns_on(grid_ms_of(rate_hz)), rate_hz)
    labelled = (times.frames >= truth.frames[0]) & (times.frames <= truth.frames[-1])
    return times, FrameTimes(times.frames[labelled], times.times_ns[labelled])


def usable_detections(truth: LabelFile, detected: LabelFile | None, min_confidence: float) -> LabelFile:
    """Returns the detections that are sure enough; where there are none, the labels as a perfect detector's."""
    if detected is None:
        return replace(truth, left_out=Counter())
    return detected.without(f"below confidence {min_confidence:g}", detected.rows.confidence < min_confidence)


def near(file: LabelFile) -> LabelFile:
    """Returns the file without what is more than ``MAX_DISTANCE_M`` from the origin."""
    too_far = np.abs(file.rows.position_m[:, :2]).max(axis=1, initial=0.0) > MAX_DISTANCE_M
    return file.without(f"further than {MAX_DISTANCE_M / 1e3:g} km from the origin", too_far)


def new_origin(file: LabelFile) -> FloatArray:
    """Returns (3,) what must be taken off all positions, so that they lie near their origin; zeros if they do."""
    if len(file.rows) == 0:
        return np.zeros(3)
    middle_m = np.median(file.rows.position_m, axis=0)
    if np.abs(middle_m[:2]).max() <= FAR_M:
        return np.zeros(3)
    return np.append(np.round(middle_m[:2] / ORIGIN_STEP_M) * ORIGIN_STEP_M, 0.0)


def moved(file: LabelFile, origin_m: FloatArray) -> LabelFile:
    """Returns the file with its positions counted from ``origin_m``."""
    return replace(file, rows=replace(file.rows, position_m=file.rows.position_m - origin_m))


def amid(truth: LabelFile, seen: LabelFile, name: str) -> Place:
    """Returns a place that nobody knows, in the midst of everything.

    Raises:
        LabelError: there is nothing.
    """
    positions_m = np.concatenate([truth.rows.position_m, seen.rows.position_m])
    if len(positions_m) == 0:
        raise LabelError(f"{name}: must hold at least one road user that counts, got none")
    return looking_down(positions_m)


def notes_on(imported: Imported, detected: LabelFile | None) -> list[str]:
    """Returns lines on what the numbers of a replay must be read with."""
    notes = []
    if detected is None:
        notes.append("no --detections: the labels themselves are the measurements, as of a perfect detector")
    if (imported.times.times_ns % (imported.grid_ms * MS)).any():
        notes.append(f"frames lie beside the scenes' grid of {imported.grid_ms} ms, where truth is interpolated")
    return notes
