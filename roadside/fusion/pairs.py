"""Which things lie near which: the coarse step before anything is computed for a pair."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from roadside.geometry.arrays import BoolArray, FloatArray

RowArray: TypeAlias = NDArray[np.intp]
"""Row numbers."""


def near_pairs(points_m: FloatArray, others_m: FloatArray, reach_m: FloatArray) -> tuple[RowArray, RowArray]:
    """Returns the row numbers of all pairs (point, other) no further apart, along each axis, than the pair's reach.

    All pairs are looked at: for the dozens of road users of an intersection that is quicker than sorting them first,
    and 200 against 200 still take less than 0.2 ms.

    Args:
        points_m: (N, 2).
        others_m: (M, 2).
        reach_m: (M,) of each other, or (N, M) of each pair.

    Returns:
        Two arrays of equal length, ordered by point, then by other.
    """
    near = np.abs(points_m[:, 0, None] - others_m[:, 0]) <= reach_m
    near &= np.abs(points_m[:, 1, None] - others_m[:, 1]) <= reach_m
    points, others = near.nonzero()
    return points, others


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
