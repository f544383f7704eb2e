"""What of a world never moves, as plain arrays: ground, buildings, leaves, and the street lamps' light."""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import FloatArray, IntArray
from simulation.pictures.meshes.buildings import building_mesh
from simulation.pictures.meshes.furniture import LAMP_HEIGHT_M, LAMP_REACH_M
from simulation.pictures.meshes.nature import leaf_number, tree_widths
from simulation.types.world import PropKind, World

GROUND_CELLS = 72
"""Most cells of the ground's mesh along a side."""

OUTSKIRTS_M = (25.0, 80.0, 250.0, 800.0, 2600.0)
LAMP_MAP_PX = 256


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Buildings one by one: where each one's triangles begin, and its bounding sphere.

    Attributes:
        vertices: (V, F) of all.
        triangles: (T, 3).
        first, count: (B,) of each piece, in triangles.
        centre_m: (B, 3).
        radius_m: (B,).
    """

    vertices: FloatArray
    triangles: IntArray
    first: IntArray
    count: IntArray
    centre_m: FloatArray
    radius_m: FloatArray


def ground_mesh(world: World) -> tuple[FloatArray, IntArray]:
    """Returns (V, 6) positions with normals and (T, 3) triangles of the ground, out to the horizon."""
    west, south, east, north = world.extent_m

    def lines(low: float, high: float) -> FloatArray:
        inner = np.linspace(low, high, int(np.clip(np.ceil((high - low) / 2.0), 4, GROUND_CELLS)) + 1)
        return np.concatenate([low - np.array(OUTSKIRTS_M[::-1]), inner, high + np.array(OUTSKIRTS_M)])

    x, y = np.meshgrid(lines(west, east), lines(south, north))
    flat = np.stack([x, y], axis=-1)
    height = world.road.surface.height_at(flat)
    reach = 0.5
    east_step, north_step = np.array([reach, 0.0]), np.array([0.0, reach])
    slope_x = world.road.surface.height_at(flat + east_step) - world.road.surface.height_at(flat - east_step)
    slope_y = world.road.surface.height_at(flat + north_step) - world.road.surface.height_at(flat - north_step)
    normal = np.stack([-slope_x, -slope_y, np.full_like(x, 2 * reach)], axis=-1)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    vertices = np.concatenate([flat, height[..., None], normal], axis=-1).reshape(-1, 6)
    rows, columns = x.shape
    number = np.arange(rows * columns).reshape(rows, columns)
    a, b, c, d = number[:-1, :-1], number[:-1, 1:], number[1:, 1:], number[1:, :-1]
    triangles = np.concatenate([np.stack([a, b, c], -1).reshape(-1, 3), np.stack([a, c, d], -1).reshape(-1, 3)])
    return vertices, triangles


def buildings(world: World) -> Piece | None:
    """Returns all buildings, or ``None`` where there are none."""
    meshes = []
    for number, building in enumerate(world.buildings):
        foot = float(world.road.surface.height_at(building.polygon_m).min())
        meshes.append(building_mesh(building, foot, world.seed * 1000 + number))
    if not meshes:
        return None
    starts = np.cumsum([0] + [len(mesh.vertices) for mesh in meshes[:-1]])
    counts = np.array([len(mesh.triangles) for mesh in meshes])
    centres = np.array([(mesh.vertices[:, :3].min(axis=0) + mesh.vertices[:, :3].max(axis=0)) / 2 for mesh in meshes])
    radii = np.array([np.linalg.norm(np.ptp(mesh.vertices[:, :3], axis=0)) / 2 for mesh in meshes])
    return Piece(
        np.concatenate([mesh.vertices for mesh in meshes]),
        np.concatenate([mesh.triangles + start for mesh, start in zip(meshes, starts, strict=True)]),
        np.cumsum(counts) - counts, counts, centres, radii,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Plants:
    """Placed crowns of leaves.

    Attributes:
        table: (P, 12) rows as the leaf shader reads them.
        mesh: (P,) numbers of the leaf library.
        centre_m, radius_m: (P, 3) and (P,) bounding spheres.
    """

    table: FloatArray
    mesh: IntArray
    centre_m: FloatArray
    radius_m: FloatArray


def plants(world: World) -> Plants:
    """Returns the leaves of all trees, bushes and hedges."""
    trees = world.trees
    rng = np.random.default_rng([world.seed, 78])
    table = np.zeros((len(trees), 12))
    for number, tree in enumerate(trees):
        z = float(world.road.surface.height_at(np.array([tree.x_m, tree.y_m])))
        wide, deep = tree_widths(tree.kind, tree.crown_radius_m)
        heading = (np.cos(tree.heading_rad), np.sin(tree.heading_rad))
        table[number] = (tree.x_m, tree.y_m, z, 1.0, wide, deep, tree.height_m, rng.random(), *heading, 0.0, 0.0)
    mesh = np.array([leaf_number(tree.kind, number) for number, tree in enumerate(trees)], dtype=np.int64)
    centre_m = table[:, :3] + table[:, 6:7] * [0.0, 0.0, 0.5]
    return Plants(table, mesh, centre_m, np.hypot(table[:, 6] / 2, table[:, 4:6].max(axis=1, initial=0.0)) + 0.3)


def lamp_places(world: World) -> FloatArray:
    """Returns (L, 3) where the street lamps shine from."""
    places = []
    for prop in world.props:
        if prop.kind is PropKind.LAMP:
            x = prop.x_m + LAMP_REACH_M * np.cos(prop.heading_rad)
            y = prop.y_m + LAMP_REACH_M * np.sin(prop.heading_rad)
            foot = float(world.road.surface.height_at(np.array([prop.x_m, prop.y_m])))
            places.append((x, y, foot + (prop.size_m or LAMP_HEIGHT_M) + 0.1))
    return np.array(places).reshape(-1, 3)


def lamp_map(world: World) -> FloatArray:
    """Returns (256, 256, 4), south first: light of the street lamps one metre above the ground.

    The first three are the flux as a vector towards the lamps, the last one what is scattered from everywhere.
    """
    west, south, east, north = world.extent_m
    x, y = np.meshgrid(
        west + (np.arange(LAMP_MAP_PX) + 0.5) / LAMP_MAP_PX * (east - west),
        south + (np.arange(LAMP_MAP_PX) + 0.5) / LAMP_MAP_PX * (north - south),
    )
    z = world.road.surface.height_at(np.stack([x, y], axis=-1)) + 1.0
    total = np.zeros((LAMP_MAP_PX, LAMP_MAP_PX, 4))
    for place in lamp_places(world):
        away = np.stack([place[0] - x, place[1] - y, place[2] - z], axis=-1)
        distance2 = (away**2).sum(axis=-1)
        down = away[..., 2] / np.sqrt(distance2)
        strength = 5.5 * np.clip(down, 0, 1) ** 0.8 * np.clip((down - 0.12) * 3.0, 0, 1) / (distance2 + 8.0)
        total[..., :3] += away / np.sqrt(distance2)[..., None] * strength[..., None]
        total[..., 3] += 0.04 * strength
    return total
