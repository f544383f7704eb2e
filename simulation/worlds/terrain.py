"""The ground of a world: smooth hills, the crown of the streets, and the points that the road file gives of it."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from shapely import contains_xy
from shapely.geometry.base import BaseGeometry

from roadside.geometry.arrays import BoolArray, FloatArray, IntArray

POINT_SPACING_M = 8.0
"""Between height points beside one another near the road."""

COARSE = 3
"""Off the road every so many rows and columns of points are given."""

NEAR_ROAD_M = 10.0
"""So far beside the carriageway the points are close to one another."""


CROWN_M = 4.0
"""Radius-like width of the rounded top of a street's crown."""


@dataclass(frozen=True, slots=True)
class Relief:
    """The shape of the ground.

    Attributes:
        slope_east, slope_north: of the plane below everything.
        hill_m: height of the rolling above it.
        hill_length_m: from one top to the next.
        phase_rad: where the first top lies.
        cross_fall: slope of a street from its middle to its kerb.
    """

    slope_east: float
    slope_north: float
    hill_m: float
    hill_length_m: float
    phase_rad: float
    cross_fall: float = 0.02

    def height_m(self, x: FloatArray, y: FloatArray) -> FloatArray:
        """Returns the height of the ground without crowns, same shape as ``x`` and ``y``."""
        k = 2 * np.pi / self.hill_length_m
        rolling = np.sin(k * x + self.phase_rad) * 0.6 + np.cos(k * 0.8 * y + 2.0 * self.phase_rad) * 0.4
        return np.asarray(self.slope_east * x + self.slope_north * y + self.hill_m * rolling)


def height_points(relief: Relief, axes_m: Sequence[FloatArray], half_width_m: float, road: BaseGeometry,
                  extent_m: Sequence[float]) -> FloatArray:  # fmt: skip
    """Returns (N, 3) surveyed points: close to one another near the road, sparse elsewhere; heights in whole mm.

    Rows are shifted by half a step against one another, so that the triangles between the points are no matter of
    rounding.

    Args:
        relief: the ground's shape.
        axes_m: middle lines of the streets.
        half_width_m: of a street, on which it falls to its sides.
        road: the carriageways.
        extent_m: (4,) west, south, east, north.
    """
    west, south, east, north = extent_m
    columns, rows = int((east - west) // POINT_SPACING_M), int((north - south) // POINT_SPACING_M)
    column, row = np.meshgrid(np.arange(columns + 1, dtype=np.int64), np.arange(rows + 1, dtype=np.int64))
    x = west + POINT_SPACING_M * (column + 0.5 * (row % 2))
    y = south + POINT_SPACING_M * row
    sparse = ((row % COARSE == 0) & ((column + (row // COARSE) % 2) % COARSE == 0)) | _is_corner(column, row)
    x, y, sparse = x.ravel(), y.ravel(), sparse.ravel()
    kept = sparse | contains_xy(road.buffer(NEAR_ROAD_M), x, y)
    x, y = x[kept], y[kept]
    z = relief.height_m(x, y) - relief.cross_fall * _off_axis_m(np.column_stack([x, y]), axes_m, half_width_m)
    return np.column_stack([x, y, np.round(z, 3)])


def _is_corner(column: IntArray, row: IntArray) -> BoolArray:
    at_side = (column == column.min()) | (column == column.max())
    return np.asarray(at_side & ((row == row.min()) | (row == row.max())))


def _off_axis_m(points_m: FloatArray, axes_m: Sequence[FloatArray], half_width_m: float) -> FloatArray:
    """Returns (N,) rounded distance to the nearest middle line, no more than half a street."""
    nearest = np.full(len(points_m), np.inf)
    for axis_m in axes_m:
        for start, end in itertools.pairwise(axis_m):
            step = end - start
            along = np.clip((points_m - start) @ step / (step @ step), 0.0, 1.0)
            nearest = np.minimum(nearest, np.linalg.norm(points_m - start - along[:, None] * step, axis=1))
    return np.asarray(np.hypot(np.minimum(nearest, half_width_m), CROWN_M) - CROWN_M)
