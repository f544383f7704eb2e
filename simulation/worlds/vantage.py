"""Plausible places for roadside cameras, to take training pictures from."""

import functools
from dataclasses import dataclass

import numpy as np
from shapely import LineString, Point, Polygon, contains_xy, prepare, unary_union
from shapely.geometry.base import BaseGeometry

from roadside.geometry.arrays import FloatArray
from roadside.geometry.camera import PinholeCamera
from roadside.geometry.pose import Pose, camera_rotation
from roadside.types.road import LaneKind
from simulation.types.world import World
from simulation.worlds.areas import street_areas
from simulation.worlds.catalogue import build_world
from simulation.worlds.frontages import Frontage, frontages
from simulation.worlds.lines import length_m
from simulation.worlds.street_net import read_network

HEIGHT_M, LENS_DEG, ROLL_DEG = (5.0, 10.0), (45.0, 100.0), 1.5

BEHIND_M = (0.4, 5.0)
"""How far behind the border of the street the pole stands."""

TARGET_M = (14.0, 60.0)
"""How far away the place on the road is at which the camera looks."""

SKY_SHARE = (-0.25, 0.12)
"""How far below the picture's upper edge the horizon lies, as a share of its height."""

ROAD_SHARE = 0.3
"""Least share of the picture that shows road within ``ROAD_WITHIN_M``."""

ROAD_WITHIN_M = 90.0

TRIES = 200


@dataclass(frozen=True, slots=True, eq=False)
class Vantage:
    """Where a camera hangs and how it looks; see ``simulation.worlds.poles.CameraMount``."""

    position_m: FloatArray
    lens_deg: float
    azimuth_rad: float
    pitch_rad: float
    roll_rad: float


@dataclass(frozen=True, slots=True, eq=False)
class _Surroundings:
    world: World
    sides: tuple[Frontage, ...]
    targets_m: FloatArray
    streets: BaseGeometry
    road: BaseGeometry
    hiding: BaseGeometry


def random_vantage(world_name: str, width_px: int, height_px: int, rng: np.random.Generator) -> Vantage:
    """Returns a camera beside a street of a world: off the carriageway, in nothing, with road before it.

    Raises:
        ValueError: the world has no such place.
    """
    around = _surroundings(world_name)
    for _ in range(TRIES):
        vantage = _drawn(around, width_px, height_px, rng)
        if vantage is not None and _road_share(around, vantage, width_px, height_px) >= ROAD_SHARE:
            return vantage
    raise ValueError(f"world {world_name} must have a place for a camera, got none in {TRIES} tries")


def focal_px(lens_deg: float, width_px: int) -> float:
    """Returns the focal length of a lens with a horizontal angle of view, in tenths of a pixel."""
    return round(width_px / 2 / float(np.tan(np.radians(lens_deg) / 2)), 1)


@functools.cache
def _surroundings(world_name: str) -> _Surroundings:
    world = build_world(world_name)
    net = read_network(world.network_xml)
    areas = street_areas(net)
    targets = [lane.line_m for lane in net.lanes if lane.kind is LaneKind.DRIVING]
    crowns = [Point(tree.x_m, tree.y_m).buffer(tree.crown_radius_m, quad_segs=3) for tree in world.trees]
    houses = [Polygon(building.polygon_m) for building in world.buildings]
    zones = [Polygon(zone.polygon_m[:, :2]) for zone in world.road.zones]
    around = _Surroundings(
        world, frontages(net), np.concatenate(targets), areas.everything, unary_union([areas.everything, *zones]),
        unary_union([*crowns, *houses]),
    )  # fmt: skip
    for area in (around.streets, around.road, around.hiding):
        prepare(area)
    return around


def _drawn(around: _Surroundings, width_px: int, height_px: int, rng: np.random.Generator) -> Vantage | None:
    """Returns a camera drawn by lot; None where it could not stand or would look at a house or a tree."""
    side = around.sides[int(rng.integers(len(around.sides)))]
    foot_m, _ = side.place(float(rng.uniform(0.0, length_m(side.border_m))), float(rng.uniform(*BEHIND_M)))
    target_m = _target(around, foot_m, rng)
    lens_deg, above_m = float(rng.uniform(*LENS_DEG)), float(rng.uniform(*HEIGHT_M))
    place = Point(foot_m)
    west, south, east, north = around.world.extent_m
    inside = west < foot_m[0] < east and south < foot_m[1] < north
    if target_m is None or not inside or around.streets.distance(place) < 0.2 or around.hiding.distance(place) < 0.8:
        return None
    if around.hiding.intersects(LineString([foot_m, target_m])):
        return None
    away = target_m - foot_m
    half_rad = np.arctan(height_px / 2 / focal_px(lens_deg, width_px))
    pitch_rad = -half_rad * (1.0 - 2.0 * float(rng.uniform(*SKY_SHARE)))
    return Vantage(
        position_m=np.array([*foot_m, float(around.world.road.surface.height_at(foot_m)) + above_m]),
        lens_deg=lens_deg,
        azimuth_rad=float(np.arctan2(away[1], away[0])),
        pitch_rad=pitch_rad,
        roll_rad=float(np.radians(rng.uniform(-ROLL_DEG, ROLL_DEG))),
    )


def _target(around: _Surroundings, foot_m: FloatArray, rng: np.random.Generator) -> FloatArray | None:
    """Returns a place on a driving lane at a fitting distance; None where there is none."""
    starts, ends = around.targets_m[:-1], around.targets_m[1:]
    piece = int(rng.integers(len(starts)))
    if np.linalg.norm(ends[piece] - starts[piece]) < 1e-3:
        return None
    target_m = starts[piece] + rng.random() * (ends[piece] - starts[piece])
    on_road = bool(contains_xy(around.streets, *target_m))
    far_enough = TARGET_M[0] <= np.linalg.norm(target_m - foot_m) <= TARGET_M[1]
    return np.asarray(target_m) if on_road and far_enough else None


def _road_share(around: _Surroundings, vantage: Vantage, width_px: int, height_px: int) -> float:
    """Returns the share of a coarse grid of pixels that look at near road."""
    f = focal_px(vantage.lens_deg, width_px)
    camera = PinholeCamera(width_px, height_px, f, f, (width_px - 1) / 2, (height_px - 1) / 2)
    pixels = np.stack(np.meshgrid(np.linspace(0, width_px - 1, 16), np.linspace(0, height_px - 1, 9)), axis=-1)
    rotation = camera_rotation(vantage.azimuth_rad, vantage.pitch_rad, vantage.roll_rad)
    rays = Pose(rotation, vantage.position_m).rotate(camera.rays(pixels.reshape(-1, 2)))
    places = around.world.road.surface.intersect(vantage.position_m, rays)[:, :2]
    near = np.linalg.norm(places - vantage.position_m[:2], axis=1) < ROAD_WITHIN_M
    on_road = np.zeros(len(places), dtype=bool)
    on_road[near] = contains_xy(around.road, places[near])
    return float(on_road.mean())
