"""The road's surface from scattered heights."""

import numpy as np
from scipy.interpolate import LinearNDInterpolator, NearestNDInterpolator

from roadside.geometry.arrays import FloatArray
from roadside.geometry.surface import RoadSurface

GRID_SPACING_M = 2.0
"""A crowned road of 3 % falls 6 cm over it."""

LEVEL_WITHIN_M = 0.01
"""Heights that differ by less are a level road: below what 1 px of box noise does at 10 m."""

FLATNESS = 1e-6
"""Points whose spread across is this small a share of that along lie on one line."""


def road_surface(points_m: FloatArray) -> RoadSurface:
    """Returns the surface through (N, 3) points of the road, site frame.

    Linear between the points; beyond their hull the height of its nearest place. Without three points that
    span an area the road is level, at the points' mean height; without any, at that of the datum.
    """
    if len(points_m) == 0:
        return RoadSurface.level()
    heights_m = points_m[:, 2]
    if len(points_m) < 3 or np.ptp(heights_m) < LEVEL_WITHIN_M or _on_a_line(points_m[:, :2]):
        return RoadSurface.level(float(heights_m.mean()))
    low = np.floor(points_m[:, :2].min(axis=0) / GRID_SPACING_M) * GRID_SPACING_M
    columns, rows = (np.ceil((points_m[:, :2].max(axis=0) - low) / GRID_SPACING_M) + 1).astype(int)
    x, y = np.meshgrid(low[0] + GRID_SPACING_M * np.arange(columns), low[1] + GRID_SPACING_M * np.arange(rows))
    grid = LinearNDInterpolator(points_m[:, :2], heights_m)(x, y)
    outside = np.isnan(grid)
    known_m = np.concatenate([points_m, np.column_stack([x[~outside], y[~outside], grid[~outside]])])
    grid[outside] = NearestNDInterpolator(known_m[:, :2], known_m[:, 2])(x[outside], y[outside])
    return RoadSurface(low, GRID_SPACING_M, grid)


def _on_a_line(points_m: FloatArray) -> bool:
    along, across = np.linalg.svd(points_m - points_m.mean(axis=0), compute_uv=False)
    return bool(across <= FLATNESS * along)
