"""Which things lie near which: the coarse step before anything is computed for a pair."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from roadside.geometry.arrays import BoolArray, FloatArray

RowArray: TypeAlias = NDArray[np.intp]
"""Row numbers."""


def near_pairs(points_m: FloatArray, others_m: FloatArray, reach_m: FloatArray) -> tuple[RowArray, RowArray]:
    """Returns the row numbers of all pairs (point, other) no further apart, along each axis, than the other's reach.

    Sorting along the axis on which the points spread more keeps 200 against 200 from looking at 40 000 pairs.

    Args:
        points_m: (N, 2).
        others_m: (M, 2).
        reach_m: (M, 2) along each axis.

    Returns:
        Two arrays of equal length, ordered by other, then by place along the axis.
    """
    if len(points_m) == 0 or len(others_m) == 0:
        return np.zeros(0, np.intp), np.zeros(0, np.intp)
    axis = int(np.argmax(points_m.max(axis=0) - points_m.min(axis=0)))
    order = np.argsort(points_m[:, axis], kind="stable")
    along = points_m[order, axis]
    first = np.searchsorted(along, others_m[:, axis] - reach_m[:, axis], side="left")
    counts = np.searchsorted(along, others_m[:, axis] + reach_m[:, axis], side="right") - first
    starts = np.cumsum(counts) - counts
    places = np.arange(int(counts.sum())) + np.repeat(first - starts, counts)
    near, others = order[places], np.repeat(np.arange(len(others_m)), counts)
    across = 1 - axis
    close = np.abs(points_m[near, across] - others_m[others, across]) <= reach_m[others, across]
    return near[close], others[close]


def inside_footprint(offsets_m: FloatArray, heading_rad: FloatArray, size_m: FloatArray) -> BoolArray:
    """Returns (P,) whether a point lies within a footprint.

    Args:
        offsets_m: (P, 2) from the footprint's centre to the point, site axes.
        heading_rad: (P,) of the footprint; where it is NaN the footprint is the circle as wide as the road user.
        size_m: (P, 3) length, width, height.
    """
    cos, sin = np.cos(heading_rad), np.sin(heading_rad)
    along = np.abs(offsets_m[:, 0] * cos + offsets_m[:, 1] * sin)
    across = np.abs(offsets_m[:, 1] * cos - offsets_m[:, 0] * sin)
    in_rectangle = (along < 0.5 * size_m[:, 0]) & (across < 0.5 * size_m[:, 1])
    in_circle = np.hypot(offsets_m[:, 0], offsets_m[:, 1]) < 0.5 * size_m[:, 1]
    return np.where(np.isnan(heading_rad), in_circle, in_rectangle)
