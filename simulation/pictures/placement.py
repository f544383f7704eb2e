"""Where actors stand: on a road that slopes, they pitch and roll with it."""

import numpy as np

from roadside.geometry.arrays import FloatArray
from roadside.geometry.surface import RoadSurface
from roadside.types.road_users import RoadUserClass
from simulation.types.actors import Actors

_UPRIGHT = (RoadUserClass.PEDESTRIAN, RoadUserClass.BICYCLE, RoadUserClass.MOTORCYCLE)
"""These pitch with the road but do not roll; people do neither."""


def site_from_bodies(actors: Actors, surface: RoadSurface) -> FloatArray:
    """Returns (N, 3, 4) rotation and translation of every body, its origin on the ground below its centre.

    Args:
        actors: who.
        surface: of the road; slopes are taken over the length and the width of the body.
    """
    count = len(actors)
    cosine, sine = np.cos(actors.heading_rad), np.sin(actors.heading_rad)
    ahead, left = np.stack([cosine, sine], axis=1), np.stack([-sine, cosine], axis=1)
    half = actors.size_m[:, :2] / 2
    centre = actors.position_m[:, :2]

    def slope(direction: FloatArray, reach_m: FloatArray) -> FloatArray:
        rise = surface.height_at(centre + direction * reach_m[:, None]) - surface.height_at(
            centre - direction * reach_m[:, None]
        )
        return np.asarray(rise / (2 * reach_m))

    pitch, roll = slope(ahead, 0.35 * actors.size_m[:, 0]), slope(left, half[:, 1])
    classes = actors.classes
    roll = np.where(np.isin(classes, _UPRIGHT), 0.0, roll)
    pitch = np.where(classes == RoadUserClass.PEDESTRIAN, 0.0, pitch)
    x = np.column_stack([ahead, pitch])
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    y = np.column_stack([left, roll])
    y -= (x * y).sum(axis=1, keepdims=True) * x
    y /= np.linalg.norm(y, axis=1, keepdims=True)
    matrices = np.empty((count, 3, 4))
    matrices[:, :, 0], matrices[:, :, 1], matrices[:, :, 2] = x, y, np.cross(x, y)
    matrices[:, :, 3] = actors.position_m
    return matrices
