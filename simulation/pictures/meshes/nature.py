"""Trees, bushes and hedges: trunks with boughs, a dark core, and crowns of leaf cards."""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import FloatArray, IntArray
from simulation.pictures.meshes.builder import Mesh, MeshBuilder
from simulation.pictures.meshes.materials import Material
from simulation.types.world import TreeKind

VARIANTS = 3
"""Different plants of each kind."""


@dataclass(frozen=True, slots=True, eq=False)
class LeafMesh:
    """Leaf cards of a plant one metre high with a crown of one metre's radius.

    Attributes:
        vertices: (V, 8) position, normal, place on the leaf texture.
        triangles: (T, 3).
    """

    vertices: FloatArray
    triangles: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class LeafLibrary:
    """The leaves of every variant of every kind, one after the other.

    Attributes:
        vertices, triangles: of all, as in ``LeafMesh``; triangles count from their own mesh's first vertex.
        ranges: (K, 3) index count, first index and base vertex of each mesh.
    """

    vertices: FloatArray
    triangles: IntArray
    ranges: IntArray


def leaf_library() -> LeafLibrary:
    """Returns the leaves of every variant of every kind, in the order of ``leaf_number``."""
    meshes = [leaves(kind, variant) for kind in TreeKind for variant in range(VARIANTS)]
    counts = np.array([mesh.triangles.size for mesh in meshes])
    base = np.cumsum([0] + [len(mesh.vertices) for mesh in meshes[:-1]])
    return LeafLibrary(
        np.concatenate([mesh.vertices for mesh in meshes]), np.concatenate([mesh.triangles for mesh in meshes]),
        np.column_stack([counts, np.cumsum(counts) - counts, base]),
    )  # fmt: skip


def leaf_number(kind: TreeKind, plant: int) -> int:
    """Returns which mesh of the library the world's plant of this number gets."""
    return int(kind) * VARIANTS + plant % VARIANTS


def tree_widths(kind: TreeKind, crown_radius_m: float) -> tuple[float, float]:
    """Returns by how much the unit plant is scaled along and across; a hedge is long and thin."""
    return (crown_radius_m, 0.55) if kind is TreeKind.HEDGE else (crown_radius_m, crown_radius_m)


_CLUMPS: dict[TreeKind, tuple[float, float, int, float]] = {
    # lowest and highest share of the height that the crown takes, number of cards, size of a card over crown radius
    TreeKind.BROADLEAF: (0.26, 1.0, 190, 0.46),
    TreeKind.COLUMN: (0.12, 1.0, 170, 0.62),
    TreeKind.CONIFER: (0.08, 1.0, 190, 0.62),
    TreeKind.BUSH: (0.0, 1.0, 90, 0.62),
    TreeKind.HEDGE: (0.0, 1.0, 420, 0.20),
}


def leaves(kind: TreeKind, variant: int) -> LeafMesh:
    """Returns the cards of one variant of a kind."""
    rng = np.random.default_rng([int(kind), variant])
    low, high, count, size = _CLUMPS[kind]
    if kind is TreeKind.HEDGE:
        centres = np.column_stack([rng.uniform(-1, 1, count), rng.uniform(-1, 1, count), rng.uniform(0.1, 0.95, count)])
        outward = centres - [0, 0, 0.4]
        outward[:, 0] *= 0.15
    elif kind is TreeKind.CONIFER:
        up = 1 - np.sqrt(rng.random(count))
        angle = rng.uniform(0, 2 * np.pi, count)
        reach = (1 - up) * rng.uniform(0.55, 0.95, count)
        centres = np.column_stack(
            [reach * np.cos(angle), reach * np.sin(angle), low + (high - low) * (0.03 + 0.93 * up)]
        )
        outward = np.column_stack([np.cos(angle), np.sin(angle), np.full(count, 0.45)])
    else:
        middles, radii = _clumps(kind, rng)
        of = rng.choice(len(middles), count, p=radii**2 / (radii**2).sum())
        outward = rng.normal(size=(count, 3))
        outward[:, 2] = np.where(rng.random(count) < 0.7, np.abs(outward[:, 2]), outward[:, 2])
        outward /= np.linalg.norm(outward, axis=1, keepdims=True)
        scale = np.array([1.0, 1.0, 0.5 * (high - low)])
        centres = middles[of] + outward * radii[of, None] * rng.uniform(0.75, 1.0, (count, 1))
        centres = np.column_stack([centres[:, :2], low + 0.5 * (high - low) + centres[:, 2] * scale[2]])
        outward = 0.6 * outward + centres * [0.8, 0.8, 0.0] + [0, 0, 0.25]
    return _cards(kind, centres, outward / np.linalg.norm(outward, axis=1, keepdims=True), size, rng)


def _clumps(kind: TreeKind, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Returns (C, 3) middles and (C,) radii of the clumps of a crown within the unit ball."""
    count = 5 if kind is TreeKind.BUSH else 8
    middles = rng.normal(size=(count, 3))
    middles *= (0.52 * rng.uniform(0.5, 1.0, (count, 1))) / np.linalg.norm(middles, axis=1, keepdims=True)
    middles[0] = 0.0
    radii = rng.uniform(0.36, 0.50, count)
    radii[0] = 0.62
    return middles, radii


def _cards(kind: TreeKind, centres: FloatArray, outward: FloatArray, size: float, rng: np.random.Generator) -> LeafMesh:
    count = len(centres)
    first = np.cross(outward, rng.normal(size=(count, 3)))
    first /= np.linalg.norm(first, axis=1, keepdims=True)
    second = np.cross(outward, first) + 0.5 * outward * rng.normal(size=(count, 1))
    half = size * rng.uniform(0.34, 0.56, (count, 1))
    needles = kind in (TreeKind.CONIFER,)
    if needles:
        first = np.column_stack([-outward[:, 1], outward[:, 0], np.zeros(count)])
        first /= np.linalg.norm(first, axis=1, keepdims=True)
        second = np.column_stack([outward[:, :2], np.full(count, -0.55)])
    squash = np.array(
        [1.0, 1.0, {TreeKind.BROADLEAF: 0.45, TreeKind.COLUMN: 0.16, TreeKind.CONIFER: 0.22}.get(kind, 0.6)]
    )
    if kind is TreeKind.HEDGE:
        squash = np.array([0.55, 1.6, 1.0])
    corner = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)], dtype=float)
    points = (
        centres[:, None]
        + (first[:, None] * corner[None, :, :1] + second[:, None] * corner[None, :, 1:]) * half[:, None] * squash
    )
    points[..., 2] = np.clip(points[..., 2], 0.01, 1.0)
    if kind is not TreeKind.HEDGE:
        reach = np.linalg.norm(points[..., :2], axis=-1, keepdims=True)
        points[..., :2] /= np.maximum(reach, 1.0)
    else:
        points[..., :2] = np.clip(points[..., :2], -1.0, 1.0)
    spot = (corner + 1) / 2 * [0.5, 1.0] + [0.5 if needles else 0.0, 0.0]
    vertices = np.concatenate(
        [points, np.repeat(outward[:, None], 4, axis=1), np.broadcast_to(spot, (count, 4, 2))], axis=-1
    ).reshape(-1, 8)
    quad = np.arange(count)[:, None] * 4
    return LeafMesh(vertices, np.concatenate([quad + np.array([0, 1, 2]), quad + np.array([0, 2, 3])]))


def wood(kind: TreeKind, variant: int) -> Mesh:
    """Returns trunk, boughs and the opaque core of the crown, in the same unit measure as ``leaves``."""
    rng = np.random.default_rng([100 + int(kind), variant])
    low, high, _, _ = _CLUMPS[kind]
    builder = MeshBuilder()
    if kind is TreeKind.HEDGE:
        builder.box((-0.97, 0.97), (-0.62, 0.62), (0.0, 0.86), Material.HEDGE)
        return builder.build()
    if kind is TreeKind.BUSH:
        builder.ellipsoid((0, 0, 0.35), (0.60, 0.60, 0.42), Material.LEAF_CORE, 8, 5)
        return builder.build()
    thick = {TreeKind.BROADLEAF: 0.075, TreeKind.COLUMN: 0.11, TreeKind.CONIFER: 0.07}[kind]
    builder.tube((0, 0, 0), (0, 0, low + 0.12), thick, Material.BARK, thick * 0.7, 7, caps=False)
    if kind is TreeKind.CONIFER:
        builder.tube((0, 0, low + 0.05), (0, 0, 0.92), 0.55, Material.LEAF_CORE, 0.03, 8)
        return builder.build()
    for angle in np.arange(5) * 2 * np.pi / 5 + rng.uniform(0, 0.8, 5):
        reach = rng.uniform(0.4, 0.65)
        top = (reach * np.cos(angle), reach * np.sin(angle), low + (high - low) * rng.uniform(0.3, 0.6))
        builder.tube((0, 0, low * rng.uniform(0.75, 1.0)), top, thick * 0.5, Material.BARK, thick * 0.15, 5, caps=False)
    middles, radii = _clumps(kind, np.random.default_rng([int(kind), variant]))
    for middle, radius in zip(middles[:6], radii[:6], strict=True):
        z = low + 0.5 * (high - low) * (1 + middle[2])
        builder.ellipsoid(
            (middle[0], middle[1], z),
            (radius * 0.70, radius * 0.70, radius * 0.36 * (high - low)),
            Material.LEAF_CORE,
            7,
            5,
        )
    return builder.build()
