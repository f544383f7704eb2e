"""Everything that stands still and is drawn as bodies are: wood of plants, furniture of the street, traffic lights."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial

import numpy as np

from roadside.geometry.arrays import FloatArray, IntArray
from simulation.pictures.instances import INSTANCE_FIELDS, Instances, static_row
from simulation.pictures.meshes.builder import Mesh
from simulation.pictures.meshes.furniture import furniture
from simulation.pictures.meshes.nature import VARIANTS, tree_widths, wood
from simulation.pictures.meshes.signals import head_mesh, mast_mesh
from simulation.types.world import World

_LOOKS = 6
"""Variants and colours of furniture."""

_SIGN_COLOURS = (
    (0.02, 0.10, 0.40),
    (0.50, 0.36, 0.02),
    (0.05, 0.25, 0.12),
    (0.40, 0.41, 0.42),
    (0.35, 0.04, 0.04),
    (0.25, 0.35, 0.45),
)
_LEAF_GREEN = (0.10, 0.14, 0.055)
_AS_IT_IS = (1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class Furnishing:
    """Meshes and where they stand.

    Attributes:
        meshes: library, in the order of ``Instances.mesh`` less the first number given.
        instances: everything placed.
        signal_rows: (S,) row of ``instances`` of each signal head of the world.
    """

    meshes: tuple[Mesh, ...]
    instances: Instances
    signal_rows: IntArray


class _Placing:
    """Collects instances, and each mesh once."""

    def __init__(self, first_mesh: int) -> None:
        self._first_mesh = first_mesh
        self.meshes: list[Mesh] = []
        self._numbers: dict[Hashable, int] = {}
        self._rows: list[FloatArray] = []
        self._kinds: list[int] = []
        self._centres: list[FloatArray] = []
        self._radii: list[float] = []

    def place(self, key: Hashable, make: Callable[[], Mesh], row: FloatArray) -> int:
        """Adds one instance of the mesh of a key; returns its row."""
        if key not in self._numbers:
            self._numbers[key] = len(self.meshes)
            self.meshes.append(make())
        mesh = self.meshes[self._numbers[key]]
        matrix = row[:12].reshape(3, 4)
        low, high = mesh.position_m.min(axis=0), mesh.position_m.max(axis=0)
        scale = float(np.linalg.norm(matrix[:, :3], axis=0).max())
        self._centres.append(matrix[:, :3] @ ((low + high) / 2) + matrix[:, 3])
        self._radii.append(scale * float(np.linalg.norm(high - low)) / 2)
        self._rows.append(row)
        self._kinds.append(self._first_mesh + self._numbers[key])
        return len(self._rows) - 1

    def instances(self) -> Instances:
        """Returns everything placed."""
        count = len(self._rows)
        return Instances(
            np.array(self._rows).reshape(count, 4 * len(INSTANCE_FIELDS)), np.array(self._kinds, dtype=np.int64),
            np.array(self._centres).reshape(count, 3), np.array(self._radii, dtype=np.float64),
        )  # fmt: skip


def furnishing(world: World, first_mesh: int) -> Furnishing:
    """Returns everything that the body shader draws and that does not move.

    Args:
        world: the place.
        first_mesh: number that the first of its meshes gets in the library.
    """
    placing = _Placing(first_mesh)
    rng = np.random.default_rng([world.seed, 77])
    for number, tree in enumerate(world.trees):
        variant = number % VARIANTS
        wide, deep = tree_widths(tree.kind, tree.crown_radius_m)
        z = _ground_m(world, tree.x_m, tree.y_m)
        scale = (wide, deep, tree.height_m)
        row = static_row(tree.x_m, tree.y_m, z, tree.heading_rad, scale, float(rng.random()), _LEAF_GREEN)
        placing.place((tree.kind, variant), partial(wood, tree.kind, variant), row)
    for number, prop in enumerate(world.props):
        look = number % _LOOKS
        colour = _SIGN_COLOURS[int(rng.integers(len(_SIGN_COLOURS)))]
        z = _ground_m(world, prop.x_m, prop.y_m)
        row = static_row(prop.x_m, prop.y_m, z, prop.heading_rad, _AS_IT_IS, float(rng.random()), colour)
        placing.place((prop.kind, prop.size_m, look), partial(furniture, prop.kind, prop.size_m, look), row)
    signal_rows = _place_signals(placing, world)
    return Furnishing(tuple(placing.meshes), placing.instances(), signal_rows)


def _place_signals(placing: _Placing, world: World) -> IntArray:
    """Places every head and, once for each place of a head, its mast; returns the heads' rows."""
    rows = []
    masts: set[tuple[float, ...]] = set()
    for head in world.signal_heads:
        foot = _ground_m(world, head.mast_x_m, head.mast_y_m)
        row = static_row(head.x_m, head.y_m, head.z_m, head.heading_rad, _AS_IT_IS, 0.5)
        origin = static_row(0.0, 0.0, 0.0, 0.0, _AS_IT_IS, 0.5)
        row[23] = origin[23] = foot
        rows.append(placing.place(("head", head.for_pedestrians), partial(head_mesh, head.for_pedestrians), row))
        hangs = (head.mast_x_m, head.mast_y_m, head.x_m, head.y_m)
        if hangs not in masts:
            masts.add(hangs)
            placing.place(("mast", *hangs), partial(mast_mesh, head, foot), origin)
    return np.array(rows, dtype=np.int64)


def _ground_m(world: World, x_m: float, y_m: float) -> float:
    return float(world.road.surface.height_at(np.array([x_m, y_m])))
