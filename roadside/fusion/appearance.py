"""What a track is, how big it is and where it points: everything about it but position and velocity."""

from typing import Final

import numpy as np

from roadside.geometry.angles import wrapped_rad
from roadside.geometry.arrays import BoolArray, FloatArray, IntArray
from roadside.types.road_users import RoadUserClass, SizePriors

CLASS_MEMORY_S: Final = 20.0
"""Time constant with which class scores are forgotten."""

CLASS_EVIDENCE: Final = np.array([0.0, 0.1, 0.1] + [1.0] * (len(RoadUserClass) - 3))
"""What a detection of each class adds to the scores, times its confidence: "unknown" says nothing, and one word for
what it is outweighs ten for "something"."""

DOUBT: Final = 0.5
"""Evidence for "something else" that every track starts with: one detection does not make a class certain."""

SIZE_NOISE: Final = 0.15
"""Standard deviation of a measured extent, as a share of it."""

SIZE_FLOOR: Final = 0.03
"""The size estimate's sigma, as a share of the extent, that it never goes below, so that it keeps following."""

MAX_EXTENT_M: Final = 40.0
"""No road vehicle is longer; such an extent is ignored."""

START_SPEED_MPS: Final = 1.0
STOP_SPEED_MPS: Final = 0.5
"""Above the one a track's velocity begins to tell its heading, below the other it stops: no flicker between."""

SPEED_SIGMAS: Final = 2.0
"""Speed over its own sigma from which the velocity is a direction and not noise (about 27 degrees at 2)."""

AXIS_GAIN: Final = 0.2
"""Share of the way that one measured long axis turns the heading of a standing track."""


def class_shares(class_scores: FloatArray) -> FloatArray:
    """Returns (N, 11) shares of each class, summing to 1, or to 0 where nothing is known."""
    total = class_scores.sum(axis=1, keepdims=True)
    return np.asarray(class_scores / np.where(total > 0.0, total, 1.0))


def classify(class_scores: FloatArray) -> tuple[IntArray, FloatArray]:
    """Returns (N,) likeliest ``RoadUserClass`` (unknown without evidence) and (N,) its share of the evidence."""
    classes = class_scores.argmax(axis=1)
    best = np.take_along_axis(class_scores, classes[:, None], axis=1)[:, 0]
    return classes, best / (class_scores.sum(axis=1) + DOUBT)


def seen_classes(class_scores: FloatArray, classes: IntArray, confidence: FloatArray) -> FloatArray:
    """Returns (N, 11) scores after one detection each of ``classes`` (N,) with ``confidence`` (N,)."""
    scores = class_scores.copy()
    scores[np.arange(len(scores)), classes] += CLASS_EVIDENCE[classes] * confidence
    return scores


def seen_sizes(size_m: FloatArray, variance_m2: FloatArray, measured_m: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Returns (N, 3) sizes and their variances after measured extents, each one a scalar Kalman update.

    NaN and impossible extents change nothing.
    """
    known = (measured_m > 0.0) & (measured_m <= MAX_EXTENT_M)
    if not known.any():
        return size_m, variance_m2
    extent_m = np.where(known, measured_m, size_m)
    gain = np.where(known, variance_m2 / (variance_m2 + (SIZE_NOISE * extent_m) ** 2), 0.0)
    updated_m = size_m + gain * (extent_m - size_m)
    return updated_m, np.maximum((1.0 - gain) * variance_m2, (SIZE_FLOOR * updated_m) ** 2)


def restart_sizes(
    size_m: FloatArray, variance_m2: FloatArray, before: IntArray, after: IntArray, sizes: SizePriors
) -> tuple[FloatArray, FloatArray]:
    """Returns sizes and variances, starting anew from the class prior where the class (N,) changed."""
    changed = (before != after)[:, None]
    if not changed.any():
        return size_m, variance_m2
    mean_m, sigma_m = sizes.of(after)
    return np.where(changed, mean_m, size_m), np.where(changed, sigma_m**2, variance_m2)


def seen_headings(
    heading_rad: FloatArray, moving: BoolArray, states: FloatArray, covariances: FloatArray, axis_rad: FloatArray
) -> tuple[FloatArray, BoolArray]:
    """Returns (N,) headings and whether each track moves.

    A moving track points where it goes. Another one holds its heading, turned a little towards the measured long
    axis, read in the sense nearer to the held heading; without a held one the axis is taken as it is.

    Args:
        heading_rad: (N,) held; NaN where unknown.
        moving: (N,) as of before.
        states: (N, 4).
        covariances: (N, 4, 4).
        axis_rad: (N,) measured long axis, known up to half a turn; NaN where not measured.
    """
    speed = np.hypot(states[:, 2], states[:, 3])
    sigma = np.sqrt(0.5 * (covariances[:, 2, 2] + covariances[:, 3, 3]))
    moves = (speed > np.where(moving, STOP_SPEED_MPS, START_SPEED_MPS)) & (speed > SPEED_SIGMAS * sigma)
    headings = np.where(moves, np.arctan2(states[:, 3], states[:, 2]), heading_rad)
    turning = np.flatnonzero(~(moves | np.isnan(axis_rad)))
    if len(turning):
        held, axis = heading_rad[turning], axis_rad[turning]
        turn = axis - held
        turn -= np.pi * np.round(turn / np.pi)
        headings[turning] = wrapped_rad(np.where(np.isnan(held), axis, held + AXIS_GAIN * turn))
    return headings, moves
