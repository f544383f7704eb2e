"""The road as a surface: 10 cm of height is a metre of position at 60 m from a 6 m pole."""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import FloatArray, frozen

RAY_STEPS = 30
"""Most steps of the Illinois method; a plane takes one, a real road a few."""

RAY_TOLERANCE_M = 1e-4
"""A ray has met the road when it is this near above or below it."""


@dataclass(frozen=True, slots=True, eq=False)
class RoadSurface:
    """Height of the road over a regular grid; outside it, the height of the nearest edge.

    Attributes:
        origin_m: (2,) x and y of ``height_m[0, 0]`` in the site frame.
        spacing_m: distance between neighbouring grid points, in x and in y.
        height_m: (rows, columns) z in the site frame; row = y, column = x. One value is a level road.
    """

    origin_m: FloatArray
    spacing_m: float
    height_m: FloatArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "origin_m", frozen(self.origin_m, "RoadSurface.origin_m", (2,)))
        object.__setattr__(self, "height_m", frozen(self.height_m, "RoadSurface.height_m", (None, None)))
        if not self.spacing_m > 0 or self.height_m.size == 0:
            raise ValueError(
                f"RoadSurface needs a positive spacing and at least one height, got spacing_m={self.spacing_m}, "
                f"height_m of shape {self.height_m.shape}"
            )

    @staticmethod
    def level(height_m: float = 0.0) -> "RoadSurface":
        """Returns a level road."""
        return RoadSurface(np.zeros(2), 1.0, np.full((1, 1), height_m))

    def height_at(self, points_m: FloatArray) -> FloatArray:
        """Returns (...,) z of the road at (..., 2) site positions, by bilinear interpolation."""
        rows, columns = self.height_m.shape
        if rows == columns == 1:
            return np.full(points_m.shape[:-1], self.height_m[0, 0])
        column = np.clip((points_m[..., 0] - self.origin_m[0]) / self.spacing_m, 0.0, columns - 1.0)
        row = np.clip((points_m[..., 1] - self.origin_m[1]) / self.spacing_m, 0.0, rows - 1.0)
        column, row = np.nan_to_num(column), np.nan_to_num(row)
        left = np.minimum(column.astype(np.intp), max(columns - 2, 0))
        low = np.minimum(row.astype(np.intp), max(rows - 2, 0))
        right, high = np.minimum(left + 1, columns - 1), np.minimum(low + 1, rows - 1)
        across, up = column - left, row - low
        z = self.height_m
        south = z[low, left] * (1 - across) + z[low, right] * across
        north = z[high, left] * (1 - across) + z[high, right] * across
        return np.asarray(south * (1 - up) + north * up)

    def intersect(self, origin_m: FloatArray, directions: FloatArray) -> FloatArray:
        """Returns (..., 3) where rays meet the road, site frame.

        The Illinois form of the false-position method on how far a ray has fallen: between the start, which is
        above the road, and the road's lowest height there is always a crossing, however flat the ray.

        Args:
            origin_m: (3,) where the rays start, above the road.
            directions: (..., 3) site-frame directions.

        Returns:
            NaN where a ray does not go down, or starts below the road.
        """
        fall = np.where(directions[..., 2] < -1e-9, -directions[..., 2], np.nan)
        along = directions[..., :2] / fall[..., None]
        low = np.zeros(fall.shape)
        high = np.where(np.isfinite(fall), origin_m[2] - self.height_m.min(), np.nan)
        low_gap, high_gap = self._gap(origin_m, along, low), self._gap(origin_m, along, high)
        low_gap = np.where(low_gap > 0.0, low_gap, np.nan)
        for _ in range(RAY_STEPS):
            if not (np.abs(high_gap) > RAY_TOLERANCE_M).any():
                break
            drop_m = (low * high_gap - high * low_gap) / (high_gap - low_gap)
            gap = self._gap(origin_m, along, drop_m)
            crossed = gap * high_gap < 0.0
            low = np.where(crossed, high, low)
            low_gap = np.where(crossed, high_gap, low_gap / 2)
            high, high_gap = drop_m, gap
        met = (np.abs(high_gap) <= RAY_TOLERANCE_M) & np.isfinite(low_gap) & (high > 0.0)
        position = origin_m[:2] + along * high[..., None]
        points = np.concatenate([position, (origin_m[2] - high)[..., None]], axis=-1)
        met &= np.isfinite(points).all(axis=-1)
        return np.where(met[..., None], points, np.nan)

    def _gap(self, origin_m: FloatArray, along: FloatArray, drop_m: FloatArray) -> FloatArray:
        """Returns (...,) how far rays are above the road after they have fallen by ``drop_m``."""
        return np.asarray(origin_m[2] - drop_m - self.height_at(origin_m[:2] + along * drop_m[..., None]))
