"""How far off speed, heading, size and class are, each with the recall it was measured at.

A tracker that reports only what is easy has small errors, so no figure stands without the share of the true
object-times (one road user at one instant) that it was measured on. What nobody said is NaN.
"""

from dataclasses import dataclass

import numpy as np

from roadside.evaluation.bootstrap import Interval, interval, known_sums, ratio
from roadside.evaluation.known_values import mean, quantile, share
from roadside.evaluation.object_times import ObjectTimes
from roadside.evaluation.pairing import MOVING_MPS
from roadside.geometry.arrays import BoolArray
from roadside.types.road_users import RoadUserClass

STANDING_MPS = 0.5
"""Below this true speed a road user counts as standing; between it and ``MOVING_MPS`` as slow."""

CLASSLESS = (RoadUserClass.UNKNOWN, RoadUserClass.UNKNOWN_MOVABLE, RoadUserClass.UNKNOWN_UNMOVABLE)
"""Truth of these does not say what the road user is."""


@dataclass(frozen=True, slots=True)
class SpeedErrors:
    """Errors of speed, and of velocity: a speed in the wrong direction is right as a speed alone.

    Attributes:
        recall: share of the object-times whose velocity, and so speed, was said: what all errors are measured on.
        mae_mps, p95_mps: mean and 95 % quantile of the absolute error of speed.
        velocity_mae_mps, velocity_p95_mps: the same of the length of the error of velocity.
    """

    object_times: int
    road_users: int
    recall: float
    mae_mps: float
    mae_interval_mps: Interval
    p95_mps: float
    velocity_mae_mps: float
    velocity_p95_mps: float


@dataclass(frozen=True, slots=True)
class SpeedFigures:
    """Errors of speed and velocity, apart by true speed: over 3 m/s, in between, and below 0.5 m/s."""

    moving: SpeedErrors
    slow: SpeedErrors
    standing: SpeedErrors


@dataclass(frozen=True, slots=True)
class HeadingErrors:
    """Absolute errors of heading.

    Attributes:
        recall: share of the object-times whose heading was said.
        stated: share of the matched object-times whose heading was said.
        turned: share of the headings that are off by more than 90 degrees.
    """

    object_times: int
    road_users: int
    recall: float
    stated: float
    mae_deg: float
    p95_deg: float
    turned: float


@dataclass(frozen=True, slots=True)
class HeadingFigures:
    """Errors of heading of the road users that move (over 3 m/s), and of all."""

    moving: HeadingErrors
    everyone: HeadingErrors


@dataclass(frozen=True, slots=True)
class SizeFigures:
    """Absolute errors of length, width and height; ``stated`` is the share of the matched object-times that say it."""

    object_times: int
    recall: float
    stated: tuple[float, float, float]
    mae_m: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """Share of the matched object-times with the right class, where truth has one; a track without one is wrong."""

    object_times: int
    recall: float
    accuracy: float


def moving(rows: ObjectTimes) -> BoolArray:
    """Returns (N,) whether each road user truly moves."""
    return np.asarray(rows.speed_mps > MOVING_MPS)


def standing(rows: ObjectTimes) -> BoolArray:
    """Returns (N,) whether each road user truly stands."""
    return np.asarray(rows.speed_mps < STANDING_MPS)


def speed_figures(rows: ObjectTimes) -> SpeedFigures:
    """Returns the errors of speed and velocity."""
    slow = (rows.speed_mps >= STANDING_MPS) & (rows.speed_mps <= MOVING_MPS)
    return SpeedFigures(*(_speed_errors(rows.select(mask)) for mask in (moving(rows), slow, standing(rows))))


def heading_figures(rows: ObjectTimes) -> HeadingFigures:
    """Returns the errors of heading."""
    return HeadingFigures(_heading_errors(rows.select(moving(rows))), _heading_errors(rows))


def size_figures(rows: ObjectTimes) -> SizeFigures:
    """Returns the errors of size."""
    sides_m = np.abs(rows.size_error_m[rows.matched]).T
    length, width, height = ((share(np.isfinite(side_m)), mean(side_m)) for side_m in sides_m)
    return SizeFigures(
        object_times=len(rows),
        recall=share(rows.matched),
        stated=(length[0], width[0], height[0]),
        mae_m=(length[1], width[1], height[1]),
    )


def class_figures(rows: ObjectTimes) -> ClassFigures:
    """Returns how often the class is right."""
    rows = rows.select(~np.isin(rows.classes, CLASSLESS))
    right = rows.track_class == rows.classes
    return ClassFigures(len(rows), share(rows.matched), share(right[rows.matched]))


def _speed_errors(rows: ObjectTimes) -> SpeedErrors:
    off_mps = np.hypot(rows.velocity_error_mps[:, 0], rows.velocity_error_mps[:, 1])
    said = np.isfinite(rows.speed_error_mps) & np.isfinite(off_mps)
    error_mps = np.where(said, np.abs(rows.speed_error_mps), np.nan)
    sums = known_sums(rows.road_user, error_mps)
    return SpeedErrors(
        object_times=len(rows),
        road_users=len(sums),
        recall=share(said),
        mae_mps=float(ratio(sums.sum(axis=0))),
        mae_interval_mps=interval(ratio, sums),
        p95_mps=quantile(error_mps, 0.95),
        velocity_mae_mps=mean(off_mps[said]),
        velocity_p95_mps=quantile(off_mps[said], 0.95),
    )


def _heading_errors(rows: ObjectTimes) -> HeadingErrors:
    error_deg = np.degrees(np.abs(rows.heading_error_rad))
    said = np.isfinite(error_deg)
    return HeadingErrors(
        object_times=len(rows),
        road_users=len(np.unique(rows.road_user)),
        recall=share(said),
        stated=share(said[rows.matched]),
        mae_deg=mean(error_deg),
        p95_deg=quantile(error_deg, 0.95),
        turned=share(error_deg[said] > 90.0),
    )
