"""The boxes of actors as a sensor sees them: points on their sides, and what lies in between."""

import functools
from dataclasses import dataclass

import numpy as np

from roadside.geometry.angles import wrapped_rad
from roadside.geometry.arrays import BoolArray, FloatArray, IntArray, frozen
from simulation.types.actors import Actors
from simulation.types.world import Building

SIDE_POINTS = 5
"""Points per side of a footprint at which sight is tested."""

REFLECTING_SHARE, MAX_REFLECTING_HEIGHT_M = 0.4, 1.2
"""Main reflections come from bumpers, wheel arches and torsos: at this share of the height, and not above this."""

HIGH_SHARE = 0.9
"""What looks over the one in front: the same points near the top."""

MIN_HIDING_HEIGHT_M = 1.2
"""Lower ones, and people, hide nothing that counts."""

MIN_HIDING_LENGTH_M = 2.5


@dataclass(frozen=True, slots=True, eq=False)
class SidePoints:
    """P points on the sides of each of N boxes: the nearest first, then round the footprint, low, then all again high.

    Attributes:
        point_m: (N, P, 3) site frame.
        along_m: (N, P) of the point ahead of the footprint's centre.
        is_seen: (N, P) whether the side faces the sensor and nothing lies in between.
        is_facing: (N, P) whether the side faces the sensor.
        is_low: (P,) whether the point is at the height of the main reflections.
    """

    point_m: FloatArray
    along_m: FloatArray
    is_seen: BoolArray
    is_facing: BoolArray
    is_low: BoolArray

    def __post_init__(self) -> None:
        count = len(self.point_m)
        object.__setattr__(self, "point_m", frozen(self.point_m, "SidePoints.point_m", (count, None, 3)))
        object.__setattr__(self, "along_m", frozen(self.along_m, "SidePoints.along_m", (count, None)))
        object.__setattr__(self, "is_seen", frozen(self.is_seen, "SidePoints.is_seen", (count, None), np.bool_))
        object.__setattr__(self, "is_facing", frozen(self.is_facing, "SidePoints.is_facing", (count, None), np.bool_))
        object.__setattr__(self, "is_low", frozen(self.is_low, "SidePoints.is_low", (None,), np.bool_))


def side_points(sensor_m: FloatArray, actors: Actors, buildings: tuple[Building, ...] = ()) -> SidePoints:
    """Returns points on the sides of all boxes, and which of them a sensor sees.

    Args:
        sensor_m: (3,) where it is, site frame.
        actors: N, all of them: any may hide another.
        buildings: hide what is behind them, whatever their height.
    """
    half_m = actors.size_m[:, :2] / 2.0
    cos, sin = np.cos(actors.heading_rad), np.sin(actors.heading_rad)
    away = sensor_m[:2] - actors.position_m[:, :2]
    # The sensor in each box's own frame: x ahead, y left.
    sensor_in_box_m = np.stack([cos * away[:, 0] + sin * away[:, 1], cos * away[:, 1] - sin * away[:, 0]], axis=1)
    nearest_m = np.clip(sensor_in_box_m, -half_m, half_m)
    unit, normal = _unit_perimeter()
    round_m = unit * half_m[:, None, :]
    is_facing = ((sensor_in_box_m[:, None, :] - round_m) * normal).sum(axis=2) > 0.0
    plan_m = np.concatenate([nearest_m[:, None, :], round_m], axis=1)
    is_facing = np.concatenate([np.ones((len(actors), 1), dtype=np.bool_), is_facing], axis=1)
    x_m = actors.position_m[:, None, 0] + cos[:, None] * plan_m[..., 0] - sin[:, None] * plan_m[..., 1]
    y_m = actors.position_m[:, None, 1] + sin[:, None] * plan_m[..., 0] + cos[:, None] * plan_m[..., 1]
    height_m = actors.size_m[:, 2]
    low_m = np.minimum(REFLECTING_SHARE * height_m, MAX_REFLECTING_HEIGHT_M)
    levels = [
        np.stack([x_m, y_m, np.broadcast_to((actors.position_m[:, 2] + z_m)[:, None], x_m.shape)], axis=2)
        for z_m in (low_m, HIGH_SHARE * height_m)
    ]
    point_m = np.concatenate(levels, axis=1)
    is_facing = np.concatenate([is_facing, is_facing], axis=1)
    is_seen = is_facing & ~_hidden_by_actors(sensor_m, point_m, actors)
    is_seen &= ~_hidden_by_buildings(sensor_m, point_m, actors, buildings)
    is_low = np.arange(point_m.shape[1]) < plan_m.shape[1]
    return SidePoints(point_m, np.tile(plan_m[..., 0], (1, 2)), is_seen, is_facing, is_low)


def _unit_perimeter() -> tuple[FloatArray, FloatArray]:
    """Returns (S, 2) points round the square from -1 to 1, and (S, 2) normals of their sides."""
    across = (np.arange(SIDE_POINTS) + 0.5) / SIDE_POINTS * 2.0 - 1.0
    one = np.ones(SIDE_POINTS)
    points = [(one, across), (-one, across), (across, one), (across, -one)]
    normals = [(1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)]
    return (
        np.concatenate([np.stack(side, axis=1) for side in points]),
        np.repeat(np.array(normals), SIDE_POINTS, axis=0),
    )


def _hidden_by_actors(sensor_m: FloatArray, point_m: FloatArray, actors: Actors) -> BoolArray:
    """Returns (N, P) whether the straight line from the sensor to a point passes through another one's box."""
    hidden = np.zeros(point_m.shape[:2], dtype=np.bool_)
    targets, hiders = _overlapping_pairs(sensor_m, actors)
    if not len(targets):
        return hidden
    cos, sin = np.cos(actors.heading_rad[hiders])[:, None], np.sin(actors.heading_rad[hiders])[:, None]
    start = sensor_m - actors.position_m[hiders]
    ray = point_m[targets] - sensor_m
    start_m = [cos[:, 0] * start[:, 0] + sin[:, 0] * start[:, 1], cos[:, 0] * start[:, 1] - sin[:, 0] * start[:, 0]]
    ray_m = [cos * ray[..., 0] + sin * ray[..., 1], cos * ray[..., 1] - sin * ray[..., 0], ray[..., 2]]
    half_m = actors.size_m[hiders, :2] / 2.0
    slabs = [
        (-half_m[:, 0], half_m[:, 0], start_m[0]),
        (-half_m[:, 1], half_m[:, 1], start_m[1]),
        (np.zeros(len(hiders)), actors.size_m[hiders, 2], start[:, 2]),
    ]
    enters, leaves = np.zeros(ray.shape[:2]), np.ones(ray.shape[:2])
    for (low, high, origin), step in zip(slabs, ray_m, strict=True):
        # Kay and Kajiya's slabs: where along the line, 0 at the sensor and 1 at the point, it is between two planes.
        safe = np.where(np.abs(step) < 1e-12, 1e-12, step)
        first, second = (low - origin)[:, None] / safe, (high - origin)[:, None] / safe
        enters = np.maximum(enters, np.minimum(first, second))
        leaves = np.minimum(leaves, np.maximum(first, second))
    np.logical_or.at(hidden, targets, enters < leaves)
    return hidden


def _overlapping_pairs(sensor_m: FloatArray, actors: Actors) -> tuple[IntArray, IntArray]:
    """Returns (Q,) targets and (Q,) others that may hide them: big, not wholly farther, in the same direction."""
    distance_m, radius_m, bearing_rad, half_angle_rad = _circles(sensor_m, actors)
    is_big = (actors.size_m[:, 2] >= MIN_HIDING_HEIGHT_M) & (actors.size_m[:, 0] >= MIN_HIDING_LENGTH_M)
    apart_rad = np.abs(wrapped_rad(bearing_rad[:, None] - bearing_rad))
    pairs = apart_rad < half_angle_rad[:, None] + half_angle_rad
    pairs &= distance_m[:, None] + radius_m[:, None] > distance_m - radius_m
    pairs &= is_big & ~np.eye(len(actors), dtype=np.bool_)
    targets, hiders = np.nonzero(pairs)
    return np.asarray(targets, dtype=np.int64), np.asarray(hiders, dtype=np.int64)


def _circles(sensor_m: FloatArray, actors: Actors) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Returns (N,) distances, radii, bearings and half angles of the circles round the footprints, seen from above."""
    away = actors.position_m[:, :2] - sensor_m[:2]
    distance_m = np.linalg.norm(away, axis=1)
    radius_m = np.linalg.norm(actors.size_m[:, :2], axis=1) / 2.0
    ratio = np.minimum(radius_m / np.maximum(distance_m, 1e-9), 1.0)
    half_angle_rad = np.where(distance_m > radius_m, np.arcsin(ratio), np.pi)
    return distance_m, radius_m, np.arctan2(away[:, 1], away[:, 0]), half_angle_rad


def _hidden_by_buildings(
    sensor_m: FloatArray, point_m: FloatArray, actors: Actors, buildings: tuple[Building, ...]
) -> BoolArray:
    """Returns (N, P) whether a wall crosses the line of sight, seen from above."""
    hidden = np.zeros(point_m.shape[:2], dtype=np.bool_)
    start, step = walls(buildings)
    # Who looks into a building looks through a wall that faces him: the others need no test.
    gap = start - sensor_m[:2]
    faces = gap[:, 0] * step[:, 1] - gap[:, 1] * step[:, 0] > 0.0
    gap, step = gap[faces], step[faces]
    targets, hiders = _walls_in_front(gap, step, actors, sensor_m)
    if not len(targets):
        return hidden
    ray = point_m[targets, :, :2] - sensor_m[:2]
    gap_x, gap_y, step_x, step_y = (each[hiders, None] for each in (*gap.T, *step.T))
    across = ray[..., 0] * step_y - ray[..., 1] * step_x
    with np.errstate(divide="ignore", invalid="ignore"):
        along_ray = (gap_x * step_y - gap_y * step_x) / across
        along_wall = (gap_x * ray[..., 1] - gap_y * ray[..., 0]) / across
    crossed = (along_ray > 0.0) & (along_ray < 1.0) & (along_wall >= 0.0) & (along_wall <= 1.0)
    np.logical_or.at(hidden, targets, crossed)
    return hidden


def _walls_in_front(
    gap: FloatArray, step: FloatArray, actors: Actors, sensor_m: FloatArray
) -> tuple[IntArray, IntArray]:
    """Returns (Q,) rows of actors and (Q,) of walls that may hide them: nearer, and in the same direction.

    Args:
        gap: (W, 2) from the sensor to the beginnings of walls.
        step: (W, 2) to their ends.
        actors: N.
        sensor_m: (3,) where it is.
    """
    distance_m, radius_m, bearing_rad, half_angle_rad = _circles(sensor_m, actors)
    end = gap + step
    middle_rad = np.arctan2(gap[:, 1] + end[:, 1], gap[:, 0] + end[:, 0])
    ends_rad = [np.abs(wrapped_rad(np.arctan2(each[:, 1], each[:, 0]) - middle_rad)) for each in (gap, end)]
    share = np.clip(-(gap * step).sum(axis=1) / np.maximum((step**2).sum(axis=1), 1e-9), 0.0, 1.0)
    nearest_m = np.linalg.norm(gap + share[:, None] * step, axis=1)
    pairs = np.abs(wrapped_rad(bearing_rad[:, None] - middle_rad)) < half_angle_rad[:, None] + np.maximum(*ends_rad)
    pairs &= nearest_m < (distance_m + radius_m)[:, None]
    targets, hiders = np.nonzero(pairs)
    return np.asarray(targets, dtype=np.int64), np.asarray(hiders, dtype=np.int64)


@functools.cache
def walls(buildings: tuple[Building, ...]) -> tuple[FloatArray, FloatArray]:
    """Returns (W, 2) beginnings of all walls and (W, 2) steps to their ends; outside is to the right of each."""
    starts = [building.polygon_m for building in buildings]
    if not starts:
        return np.zeros((0, 2)), np.zeros((0, 2))
    ends = [np.roll(polygon, -1, axis=0) for polygon in starts]
    start = np.concatenate(starts)
    step = np.concatenate(ends) - start
    for each in (start, step):
        each.setflags(write=False)
    return start, step
