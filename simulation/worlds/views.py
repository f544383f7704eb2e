"""What road a sensor of a pole really covers: in view, within range, and not hidden by a building."""

import numpy as np
from shapely import LinearRing, LineString, Polygon, intersection, prepare, unary_union
from shapely.geometry.base import BaseGeometry

from roadside.geometry.arrays import BoolArray, FloatArray
from simulation.types.world import World
from simulation.worlds.lines import strip
from simulation.worlds.poles import CameraMount, RadarMount

DIRECTIONS = 361
STEP_M = 0.2

JOINED_M = 8.0
"""Pieces of road that lie no further apart than twice this are one: lanes on both sides of a junction or a median."""

SPIKE_M = 1.0
"""Pieces of the polygon narrower than twice this are left out."""

SIMPLIFIED_M = 0.4
"""How far a corner of the polygon may move when corners are left out."""


def road_area(world: World) -> BaseGeometry:
    """Returns the area of a world's lanes and zones, with what lies between them."""
    lanes = [Polygon(strip(lane.centre_line_m[:, :2], lane.width_m / 2, -lane.width_m / 2)) for lane in
             world.road.lanes]  # fmt: skip
    zones = [Polygon(zone.polygon_m[:, :2]) for zone in world.road.zones]
    pieces = [piece.buffer(0.0) for piece in (*lanes, *zones)]
    return unary_union(pieces).buffer(JOINED_M, join_style="mitre").buffer(-JOINED_M, join_style="mitre")


def camera_view(mount: CameraMount, world: World) -> FloatArray:
    """Returns the (K, 2) polygon of road that a camera covers.

    Raises:
        ValueError: it covers none.
    """
    half_rad = np.arctan(mount.camera.width_px / 2 / mount.camera.fx_px) * 1.2
    headings = mount.azimuth_rad + np.linspace(-half_rad, half_rad, DIRECTIONS)
    camera_from_site = mount.site_from_camera.inverse()

    def in_picture(points_m: FloatArray) -> BoolArray:
        road_m = np.concatenate([points_m, world.road.surface.height_at(points_m)[..., None]], axis=-1)
        return mount.camera.contains(mount.camera.project(camera_from_site.transform(road_m)))

    ranges_m = np.arange(STEP_M, mount.max_range_m + STEP_M / 2, STEP_M)
    seen = in_picture(_points(mount.position_m[:2], headings, ranges_m))
    return _covered(mount.sensor_id, mount.position_m[:2], headings, ranges_m, seen, world)


def radar_view(mount: RadarMount, world: World) -> FloatArray:
    """Returns the (K, 2) polygon of road that a radar covers.

    Raises:
        ValueError: it covers none.
    """
    half_rad = mount.field_of_view_rad / 2
    headings = mount.azimuth_rad + np.linspace(-half_rad, half_rad, DIRECTIONS)
    ranges_m = np.arange(RADAR_FROM_M, mount.max_range_m + STEP_M / 2, STEP_M)
    seen = np.ones((DIRECTIONS, len(ranges_m)), dtype=bool)
    return _covered(mount.sensor_id, mount.position_m[:2], headings, ranges_m, seen, world)


RADAR_FROM_M = 6.0
"""Nearer than this a road user is below a radar's beam."""


def _points(foot_m: FloatArray, headings: FloatArray, ranges_m: FloatArray) -> FloatArray:
    directions = np.stack([np.cos(headings), np.sin(headings)], axis=-1)
    return np.asarray(foot_m + ranges_m[:, None] * directions[:, None, :])


def _covered(name: str, foot_m: FloatArray, headings: FloatArray, ranges_m: FloatArray, seen: BoolArray,
             world: World) -> FloatArray:  # fmt: skip
    free_m = _free_m(foot_m, headings, ranges_m[-1], world)
    seen = seen & (ranges_m <= free_m[:, None])
    some = seen.any(axis=1)
    if some.sum() < 2:
        raise ValueError(f"{name} must see the road of {world.name}, got no direction in which it does")
    near_m = ranges_m[seen[some].argmax(axis=1)]
    far_m = ranges_m[len(ranges_m) - 1 - seen[some][:, ::-1].argmax(axis=1)]
    directions = np.stack([np.cos(headings[some]), np.sin(headings[some])], axis=-1)
    outline = np.concatenate([foot_m + far_m[:, None] * directions, (foot_m + near_m[:, None] * directions)[::-1]])
    covered = Polygon(outline).buffer(0.0).intersection(road_area(world))
    covered = covered.buffer(-SPIKE_M, join_style="mitre").buffer(SPIKE_M, join_style="mitre")
    parts = [part for part in getattr(covered, "geoms", [covered]) if isinstance(part, Polygon) and not part.is_empty]
    if not parts:
        raise ValueError(f"{name} must see the road of {world.name}, got none within its view")
    largest = max(parts, key=lambda part: float(part.area))
    corners: FloatArray = np.array(LinearRing(largest.exterior).simplify(SIMPLIFIED_M).coords, dtype=float)
    return np.asarray(np.round(corners[:-1], 2))


def _free_m(foot_m: FloatArray, headings: FloatArray, reach_m: float, world: World) -> FloatArray:
    """Returns (N,) how far one sees in each direction before a building, ``reach_m`` where there is none.

    Every building counts as high: a pole looks over a shed, but little of the road behind it.
    """
    if not world.buildings:
        return np.full(len(headings), reach_m)
    houses = unary_union([Polygon(building.polygon_m) for building in world.buildings])
    prepare(houses)
    ends = _points(foot_m, headings, np.array([reach_m]))[:, 0]
    rays = np.array([LineString([foot_m, end]) for end in ends], dtype=object)
    blocked = intersection(rays, houses)
    start = LineString([foot_m, foot_m + 1e-6])
    return np.array([reach_m if part.is_empty else part.distance(start) for part in blocked])
