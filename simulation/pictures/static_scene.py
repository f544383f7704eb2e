"""What of a world never moves, as plain arrays: ground, buildings, plants, furniture, and the street lamps' light."""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import FloatArray, IntArray
from simulation.pictures.instances import Instances, static_row
from simulation.pictures.meshes.builder import Mesh
from simulation.pictures.meshes.buildings import building_mesh
from simulation.pictures.meshes.furniture import LAMP_HEIGHT_M, LAMP_REACH_M, furniture
from simulation.pictures.meshes.nature import VARIANTS, wood
from simulation.pictures.meshes.signals import head_mesh, mast_mesh
from simulation.types.world import PropKind, TreeKind, World

GROUND_CELLS = 72
"""Most cells of the ground's mesh along a side."""

OUTSKIRTS_M = (25.0, 80.0, 250.0, 800.0, 2600.0)
LAMP_MAP_PX = 256
_SIGN_COLOURS = np.array(
    [
        (0.02, 0.10, 0.40),
        (0.50, 0.36, 0.02),
        (0.05, 0.25, 0.12),
        (0.40, 0.41, 0.42),
        (0.35, 0.04, 0.04),
        (0.25, 0.35, 0.45),
    ]
)


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
    slope_x = world.road.surface.height_at(flat + [reach, 0]) - world.road.surface.height_at(flat - [reach, 0])
    slope_y = world.road.surface.height_at(flat + [0, reach]) - world.road.surface.height_at(flat - [0, reach])
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
class Furnishing:
    """Meshes of plants' wood, furniture and signals, and where they stand.

    Attributes:
        meshes: library, in the order of ``Instances.mesh`` less the first number given.
        instances: everything placed.
        signal_rows: (S,) row of ``instances`` of each signal head of the world.
    """

    meshes: tuple[Mesh, ...]
    instances: Instances
    signal_rows: IntArray


def furnishing(world: World, first_mesh: int) -> Furnishing:
    """Returns everything that the body shader draws and that does not move.

    Args:
        world: the place.
        first_mesh: number that the first of its meshes gets in the library.
    """
    meshes: list[Mesh] = []
    numbers: dict[object, int] = {}
    rows: list[FloatArray] = []
    kinds: list[int] = []
    bounds: list[tuple[FloatArray, float]] = []
    rng = np.random.default_rng([world.seed, 77])
    surface = world.road.surface

    def add(key: object, mesh_of: "object", row: FloatArray) -> int:
        if key not in numbers:
            numbers[key] = len(meshes)
            meshes.append(mesh_of())  # type: ignore[operator]
        mesh = meshes[numbers[key]]
        matrix = row[:12].reshape(3, 4)
        low, high = mesh.position_m.min(axis=0), mesh.position_m.max(axis=0)
        centre = matrix[:, :3] @ ((low + high) / 2) + matrix[:, 3]
        scale = float(np.linalg.norm(matrix[:, :3], axis=0).max())
        bounds.append((centre, scale * float(np.linalg.norm(high - low)) / 2))
        rows.append(row)
        kinds.append(first_mesh + numbers[key])
        return len(rows) - 1

    for number, tree in enumerate(world.trees):
        z = float(surface.height_at(np.array([tree.x_m, tree.y_m])))
        wide, deep = tree_widths(tree.kind, tree.crown_radius_m)
        variant = number % VARIANTS
        colour = (0.10, 0.16, 0.05)
        row = static_row(
            tree.x_m, tree.y_m, z, tree.heading_rad, (wide, deep, tree.height_m), float(rng.random()), colour
        )
        add((tree.kind, variant), lambda tree=tree, variant=variant: wood(tree.kind, variant), row)
    for number, prop in enumerate(world.props):
        z = float(surface.height_at(np.array([prop.x_m, prop.y_m])))
        colour = tuple(_SIGN_COLOURS[rng.integers(len(_SIGN_COLOURS))])
        row = static_row(prop.x_m, prop.y_m, z, prop.heading_rad, (1.0, 1.0, 1.0), float(rng.random()), colour)
        variant = number % 6
        add(
            (prop.kind, prop.size_m, variant),
            lambda prop=prop, variant=variant: furniture(prop.kind, prop.size_m, variant),
            row,
        )
    signal_rows = []
    masts: set[tuple[float, ...]] = set()
    for number, head in enumerate(world.signal_heads):
        foot = float(surface.height_at(np.array([head.mast_x_m, head.mast_y_m])))
        row = static_row(head.x_m, head.y_m, head.z_m, head.heading_rad, (1.0, 1.0, 1.0), float(rng.random()))
        row[23] = foot
        signal_rows.append(add(("head", head.for_pedestrians), lambda head=head: head_mesh(head.for_pedestrians), row))
        key = (head.mast_x_m, head.mast_y_m, head.x_m, head.y_m)
        if key not in masts:
            masts.add(key)
            origin = static_row(0.0, 0.0, 0.0, 0.0, (1.0, 1.0, 1.0), 0.5)
            origin[23] = foot
            add(("mast", number), lambda head=head, foot=foot: mast_mesh(head, foot), origin)
    count = len(rows)
    instances = Instances(
        np.array(rows, dtype=np.float32).reshape(count, -1) if count else np.zeros((0, 44), dtype=np.float32),
        np.array(kinds, dtype=np.int64),
        np.array([centre for centre, _ in bounds]).reshape(count, 3),
        np.array([radius for _, radius in bounds]),
    )
    return Furnishing(tuple(meshes), instances, np.array(signal_rows, dtype=np.int64))


def tree_widths(kind: TreeKind, crown_radius_m: float) -> tuple[float, float]:
    """Returns by how much the unit plant is scaled along and across; a hedge is long and thin."""
    return (crown_radius_m, 0.55) if kind is TreeKind.HEDGE else (crown_radius_m, crown_radius_m)


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
