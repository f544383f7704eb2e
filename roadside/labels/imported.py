"""What two label files gave, put together for a recording."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from roadside.errors import LabelError
from roadside.geometry.arrays import FloatArray
from roadside.labels.frame_times import MS, Timetable
from roadside.labels.generated_site import Place, looking_down
from roadside.labels.labelled import LabelFile, LabelledRows
from roadside.labels.observed import velocities
from roadside.types.road_users import RoadUserClass

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
        truth: road users whose velocity is known.
        velocity_mps: (N, 2) of each row of ``truth``.
        detected: what was detected of them.
        sigma_m: (N,) standard deviation of the position of each row of ``detected``.
        times: of the frames.
        place: where it is.
        sizes: (3,) extents of classes that differ from the site file's defaults.
    """

    truth: LabelFile
    velocity_mps: FloatArray
    detected: LabelFile
    sigma_m: FloatArray
    times: Timetable
    place: Place
    sizes: dict[RoadUserClass, FloatArray]


def put_together(
    truth: LabelFile,
    detected: LabelFile | None,
    times: Timetable,
    min_confidence: float,
    sigma_of: Callable[[LabelledRows], FloatArray],
    name: str,
) -> Imported:
    """Returns what counts of two files, at a place that nobody knows, in the midst of everything.

    Args:
        truth: the labels.
        detected: the detections; ``None`` takes the labels as those of a perfect detector.
        times: of their frames.
        min_confidence: detections below are left out.
        sigma_of: gives (N,) standard deviations of the positions of (N,) detections, m.
        name: of the labels, for messages.

    Raises:
        LabelError: there is nobody.
    """
    near_truth, seen = near(truth), near(_usable_detections(truth, detected, min_confidence))
    velocity_mps, known = velocities(near_truth.rows, times.every)
    moving = near_truth.without("seen only once within a second, so without a velocity", ~known)
    positions_m = np.concatenate([moving.rows.position_m, seen.rows.position_m])
    if len(positions_m) == 0:
        raise LabelError(f"{name}: must hold a road user that counts in two frames, or a detection that does, got none")
    return Imported(moving, velocity_mps[known], seen, sigma_of(seen.rows), times, looking_down(positions_m), {})


def _usable_detections(truth: LabelFile, detected: LabelFile | None, min_confidence: float) -> LabelFile:
    """Returns the detections that are sure enough; where there are none, the labels as a perfect detector's."""
    if detected is None:
        return replace(truth, left_out=Counter())
    return detected.without(f"below confidence {min_confidence:g}", detected.rows.confidence < min_confidence)


def near(file: LabelFile) -> LabelFile:
    """Returns the file without what is more than ``MAX_DISTANCE_M`` from the origin, or nowhere (not finite)."""
    position_m = file.rows.position_m
    is_near = (np.abs(position_m[:, :2]) <= MAX_DISTANCE_M).all(axis=1) & np.isfinite(position_m[:, 2])
    return file.without(f"further than {MAX_DISTANCE_M / 1e3:g} km from the origin", ~is_near)


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


def notes_on(times: Timetable, detected: LabelFile | None) -> list[str]:
    """Returns lines on what the numbers of a replay must be read with."""
    notes = []
    if detected is None:
        notes.append("no --detections: the labels themselves are the measurements, as of a perfect detector")
    if (times.every.times_ns % (times.grid_ms * MS)).any():
        notes.append(f"frames lie beside the scenes' grid of {times.grid_ms} ms, where truth is interpolated")
    return notes
