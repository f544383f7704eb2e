"""Directions of lanes from a table: the same answers as ``LaneDirections`` to a cell, for a thousandth of the time."""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import FloatArray
from roadside.types.road import LaneDirections, RoadMap

CELL_M = 0.25
"""Side of a cell; a point gets the direction of the middle of its cell."""


@dataclass(frozen=True, slots=True, eq=False)
class LaneTable(LaneDirections):
    """Directions of travel over a grid.

    Attributes:
        origin_m: (2,) the grid's south-west corner, site frame.
        cells_rad: (rows, columns) heading of the lane that the middle of each cell lies in; NaN off the lanes.
    """

    origin_m: FloatArray
    cells_rad: FloatArray

    @staticmethod
    def of(road: RoadMap) -> "LaneTable":
        """Returns the table of all lanes but the sidewalks."""
        lanes = LaneDirections.of(road)
        ends_m = np.concatenate([lanes.start_m, lanes.start_m + lanes.step_m, np.zeros((1, 2))])
        margin_m = lanes.half_width_m.max(initial=0.0) + CELL_M
        low_m, high_m = ends_m.min(axis=0) - margin_m, ends_m.max(axis=0) + margin_m
        columns, rows = np.ceil((high_m - low_m) / CELL_M).astype(int)
        nearest_m = np.full((rows, columns), np.inf)
        heading_rad = np.full((rows, columns), np.nan)
        for start_m, step_m, half_m, rad in zip(
            lanes.start_m, lanes.step_m, lanes.half_width_m, lanes.heading_rad, strict=True
        ):
            piece_m = np.stack([start_m, start_m + step_m])
            first = ((piece_m.min(axis=0) - half_m - low_m) / CELL_M).astype(int)
            last = ((piece_m.max(axis=0) + half_m - low_m) / CELL_M).astype(int) + 1
            window = np.s_[first[1] : last[1], first[0] : last[0]]
            x = low_m[0] + (np.arange(first[0], last[0]) + 0.5) * CELL_M - start_m[0]
            y = low_m[1] + (np.arange(first[1], last[1]) + 0.5) * CELL_M - start_m[1]
            along = np.clip((x * step_m[0] + y[:, None] * step_m[1]) / (step_m**2).sum(), 0.0, 1.0)
            away_m = np.hypot(x - along * step_m[0], y[:, None] - along * step_m[1])
            nearer = (away_m <= half_m) & (away_m < nearest_m[window])
            nearest_m[window][nearer] = away_m[nearer]
            heading_rad[window][nearer] = rad
        return LaneTable(lanes.start_m, lanes.step_m, lanes.half_width_m, lanes.heading_rad, low_m, heading_rad)

    def heading_at(self, points_m: FloatArray) -> FloatArray:
        """Returns (N,) heading of the lane that each of (N, 2) points lies in; NaN off the lanes."""
        rows, columns = self.cells_rad.shape
        with np.errstate(invalid="ignore"):
            column = np.floor((points_m[:, 0] - self.origin_m[0]) / CELL_M)
            row = np.floor((points_m[:, 1] - self.origin_m[1]) / CELL_M)
            inside = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
        column, row = np.where(inside, column, 0).astype(np.int64), np.where(inside, row, 0).astype(np.int64)
        return np.where(inside, self.cells_rad[row, column], np.nan)
