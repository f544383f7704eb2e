"""Lamps as the picture's bright points: their streaks on a wet road and their halos in haze."""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import FloatArray, IntArray
from roadside.types.road_users import RoadUserClass
from simulation.pictures.instances import Instances
from simulation.pictures.meshes.materials import Material, emission_of
from simulation.types.actors import Actors
from simulation.types.world import World

FARTHEST_M = 120.0
_WIDE = (RoadUserClass.CAR, RoadUserClass.VAN, RoadUserClass.TRUCK, RoadUserClass.BUS)


@dataclass(frozen=True, slots=True, eq=False)
class Glints:
    """G lamps that shine.

    Attributes:
        position_m: (G, 3) site frame.
        ground_m: (G,) height of the ground below.
        direction: (G, 3) where they shine to; zero for all around.
        light: (G, 3) radiance of the lamp.
        radius_m: (G,) of the lamp.
    """

    position_m: FloatArray
    ground_m: FloatArray
    direction: FloatArray
    light: FloatArray
    radius_m: FloatArray


def glints(
    actors: Actors,
    matrices: FloatArray,
    table: FloatArray,
    world: World,
    fixed: Instances,
    signal_rows: IntArray,
    lamps_m: FloatArray,
    darkness: float,
) -> Glints:
    """Returns the lamps of vehicles, signals and streets that are on.

    Args:
        actors: who.
        matrices: (N, 3, 4) ``site_from_bodies``.
        table: (N, 44) instance rows; their last four say how bright the lamps are.
        world: for its signal heads.
        fixed: instances of what stands still, with the lamps as they are now.
        signal_rows: (S,) rows of signal heads in ``fixed``.
        lamps_m: (L, 3) street lamps.
        darkness: street lamps shine at night.
    """
    parts: list[tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]] = []
    half = actors.size_m / 2
    wide = np.isin(actors.classes, _WIDE)
    two = np.isin(actors.classes, (RoadUserClass.MOTORCYCLE, RoadUserClass.BICYCLE))
    heavy = actors.size_m[:, 2] > 2.8
    for forward, column, material in ((1.0, 40, Material.HEADLAMP), (-1.0, 41, Material.TAILLAMP)):
        for side in (-1.0, 1.0):
            on = (table[:, column] > 0.02) & (wide | (two & (side > 0)))
            across = np.where(wide, 0.70 * half[:, 1] * side, 0.0)
            high = np.where(two, 0.85, np.where(heavy, 0.68, 0.68 if forward > 0 else 0.85))
            local = np.column_stack([forward * half[:, 0], across, high])
            place = (matrices[:, :, :3] @ local[..., None])[..., 0] + matrices[:, :, 3]
            light = emission_of(material) * table[:, column, None]
            parts.append(
                (
                    place[on],
                    actors.position_m[on, 2],
                    forward * matrices[on, :, 0],
                    light[on],
                    np.full(int(on.sum()), 0.11),
                )
            )
    rows = signal_rows
    for number, material in enumerate((Material.LAMP_RED, Material.LAMP_YELLOW, Material.LAMP_GREEN)):
        on = fixed.table[rows, 40 + number] > 0.02
        place = fixed.table[rows[on]][:, (3, 7, 11)].astype(np.float64)
        facing = fixed.table[rows[on]][:, (0, 4, 8)].astype(np.float64)
        offset = np.array([(0.0, 0.0, 0.31 * (1 - number))])
        light = emission_of(material) * fixed.table[rows[on], 40 + number, None]
        parts.append(
            (
                place + offset + 0.1 * facing,
                fixed.table[rows[on], 23].astype(np.float64),
                facing,
                light,
                np.full(len(place), 0.1),
            )
        )
    if darkness > 0.1 and len(lamps_m):
        ground = world.road.surface.height_at(lamps_m[:, :2])
        light = np.tile(emission_of(Material.STREET_LAMP) * darkness**2, (len(lamps_m), 1))
        parts.append((lamps_m, ground, np.zeros((len(lamps_m), 3)), light, np.full(len(lamps_m), 0.3)))
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    return Glints(*columns)


def glint_quads(
    lamps: Glints, eye: FloatArray, right: FloatArray, extinction_per_m: float
) -> tuple[FloatArray, FloatArray]:
    """Returns (K * 6, 8) vertices of streaks on a wet road and of halos: position, place in the quad, light.

    Args:
        lamps: all that shine.
        eye: (3,) the camera.
        right: (3,) its horizontal axis.
        extinction_per_m: of the air; thick air makes large halos.
    """
    away = eye - lamps.position_m
    distance_m = np.linalg.norm(away, axis=1)
    facing = (lamps.direction * away).sum(axis=1) / np.maximum(distance_m, 0.1)
    around = np.linalg.norm(lamps.direction, axis=1) < 0.5
    gain = np.where(around, 0.35, np.clip(facing, 0.0, 1.0) ** 1.5 + 0.02)
    near = (distance_m < FARTHEST_M) & (distance_m > 2.0) & (gain > 0.03)
    position, ground, radius = lamps.position_m[near], lamps.ground_m[near], lamps.radius_m[near]
    light = lamps.light[near] * (gain * np.exp(-distance_m * extinction_per_m))[near, None]
    up = np.array([0.0, 0.0, 1.0])
    corner = np.array([(-1, -1), (1, -1), (1, 1), (-1, -1), (1, 1), (-1, 1)], dtype=float)

    high = position[:, 2] - ground
    mirrored = position - 2 * high[:, None] * up
    tall = 0.7 + 0.9 * high + 0.02 * distance_m[near]
    streaks = _quads(mirrored, right, up, radius * 1.3 + 0.10, tall, light, corner)
    haze = 1 - np.exp(-extinction_per_m * 12.0)
    size = radius * (2.0 + 12.0 * haze) + distance_m[near] * 0.002
    halos = _quads(
        position, right, np.cross(right, _unit(away[near])), size, size, light * (0.012 + 0.07 * haze), corner
    )
    return streaks, halos


def _quads(
    middle: FloatArray,
    right: FloatArray,
    up: FloatArray,
    wide: FloatArray,
    tall: FloatArray,
    light: FloatArray,
    corner: FloatArray,
) -> FloatArray:
    up = np.broadcast_to(up, middle.shape)
    reach = corner[None, :, :1] * wide[:, None, None] * right + corner[None, :, 1:] * tall[:, None, None] * up[:, None]
    points = middle[:, None] + reach
    return np.concatenate(
        [points, np.broadcast_to(corner, (len(middle), 6, 2)), np.repeat(light[:, None], 6, axis=1)], axis=-1
    ).reshape(-1, 8)


def _unit(vectors: FloatArray) -> FloatArray:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9))
