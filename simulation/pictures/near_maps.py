"""Two small maps of the ground around the camera: shade under vehicles, and the light of their lamps."""

import numpy as np

from roadside.geometry.arrays import FloatArray
from roadside.types.road_users import RoadUserClass
from simulation.types.actors import Actors, Lights

BEAM_M = 34.0
_SHADE_MARGIN_M = 0.9
_VEHICLES = (RoadUserClass.CAR, RoadUserClass.VAN, RoadUserClass.TRUCK, RoadUserClass.BUS)
_HEADED = (*_VEHICLES, RoadUserClass.MOTORCYCLE)


def map_rectangle(outline_m: FloatArray) -> FloatArray:
    """Returns (4,) south-west corner and extents of the square map that covers (K, 2) ground points."""
    low, high = outline_m.min(axis=0), outline_m.max(axis=0)
    side = float((high - low).max())
    return np.array([*((low + high - side) / 2), side, side])


def shade_quads(actors: Actors, rectangle: FloatArray) -> FloatArray:
    """Returns (N * 6, 7) vertices of the patches that bodies darken.

    Each has clip x and y, the place in the body's frame, the body's half extents, and how dark it is.

    Args:
        actors: who stands there.
        rectangle: (4,) of the map.
    """
    half = actors.size_m[:, :2] / 2
    depth = np.where(np.isin(actors.classes, _VEHICLES), 0.80, 0.45)
    corner = np.array([(-1, -1), (1, -1), (1, 1), (-1, -1), (1, 1), (-1, 1)], dtype=float)
    local = corner[None] * (half + _SHADE_MARGIN_M)[:, None]
    return _on_map(actors, local, np.column_stack([half, depth]), rectangle)


def beam_quads(actors: Actors, rectangle: FloatArray) -> FloatArray:
    """Returns (M * 6, 8) vertices of beams: clip x and y, place before the lamps, reach, heading, strength.

    A beam ends where another vehicle stands in it.
    """
    lit = ((actors.lights & Lights.HEAD) > 0) & np.isin(actors.classes, _HEADED)
    rows = np.flatnonzero(lit)
    ahead = np.stack([np.cos(actors.heading_rad), np.sin(actors.heading_rad)], axis=1)
    front = actors.position_m[:, :2] + ahead * actors.size_m[:, :1] / 2
    blockers = np.flatnonzero(np.isin(actors.classes, _VEHICLES))
    reach = np.full(len(rows), BEAM_M)
    if len(rows) and len(blockers):
        away = actors.position_m[blockers, None, :2] - front[None, rows]
        along = (away * ahead[rows]).sum(axis=-1) - actors.size_m[blockers, None, 0] * 0.3
        across = np.abs(away[..., 0] * -ahead[rows, 1] + away[..., 1] * ahead[rows, 0])
        in_the_way = (along > 0.3) & (across < 1.5)
        reach = np.minimum(reach, np.where(in_the_way, along + 1.2, np.inf).min(axis=0))
    corner = np.array([(0, -1), (1, -1), (1, 1), (0, -1), (1, 1), (0, 1)], dtype=float)
    local = corner[None] * np.array([BEAM_M, 11.0])
    half_m = actors.size_m[rows, 0] / 2
    shifted = local + np.stack([half_m, np.zeros_like(half_m)], axis=1)[:, None]
    trait = np.column_stack([reach, ahead[rows], np.where(actors.classes[rows] == RoadUserClass.MOTORCYCLE, 0.6, 1.0)])
    vertices = _on_map(actors.select(rows), shifted, trait, rectangle)
    vertices[:, 2] -= np.repeat(half_m, 6)
    return vertices


def brake_quads(actors: Actors, rectangle: FloatArray) -> FloatArray:
    """Returns (M * 6, 8) vertices of the red patches behind vehicles, laid out like those of beams with no heading."""
    rear = ((actors.lights & (Lights.BRAKE | Lights.HEAD)) > 0) & np.isin(actors.classes, _HEADED)
    rows = np.flatnonzero(rear)
    strength = np.where((actors.lights[rows] & Lights.BRAKE) > 0, 1.0, 0.25)
    corner = np.array([(0, -1), (-1, -1), (-1, 1), (0, -1), (-1, 1), (0, 1)], dtype=float)
    local = (
        corner[None] * np.array([6.0, 4.0])
        - np.stack([actors.size_m[rows, 0] / 2, np.zeros(len(rows))], axis=1)[:, None]
    )
    trait = np.column_stack([np.full(len(rows), 6.0), np.zeros((len(rows), 2)), strength])
    vertices = _on_map(actors.select(rows), local, trait, rectangle)
    vertices[:, 2] = -(vertices[:, 2] + np.repeat(actors.size_m[rows, 0] / 2, 6))
    return vertices


def _on_map(actors: Actors, local_m: FloatArray, trait: FloatArray, rectangle: FloatArray) -> FloatArray:
    """Returns (N * 6, 4 + T) clip places on the map, places in the body's frame, and each body's traits."""
    cosine, sine = np.cos(actors.heading_rad)[:, None], np.sin(actors.heading_rad)[:, None]
    x = actors.position_m[:, :1] + cosine * local_m[..., 0] - sine * local_m[..., 1]
    y = actors.position_m[:, 1:2] + sine * local_m[..., 0] + cosine * local_m[..., 1]
    clip = (np.stack([x, y], axis=-1) - rectangle[:2]) / rectangle[2:] * 2 - 1
    traits = np.broadcast_to(trait[:, None], (len(trait), 6, trait.shape[1]))
    return np.concatenate([clip, local_m, traits], axis=-1).reshape(-1, 4 + trait.shape[1])
