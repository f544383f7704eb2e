"""Meshes and how they are put together. Body frame: x forward, y left, z up, origin on the ground below the centre."""

from dataclasses import dataclass, replace

import numpy as np

from roadside.geometry.arrays import FloatArray, IntArray
from simulation.pictures.meshes.materials import Material

Point = tuple[float, float, float] | FloatArray
Span = tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Mesh:
    """Triangles with one material each.

    Attributes:
        position_m: (V, 3) vertices.
        normal: (V, 3) unit normals.
        material: (V,) ``Material`` numbers; the three corners of a triangle share one.
        joint: (V,) ``Joint`` numbers: which limb a vertex moves with.
        triangles: (T, 3) rows of the above.
    """

    position_m: FloatArray
    normal: FloatArray
    material: IntArray
    joint: IntArray
    triangles: IntArray

    def moved(
        self, offset_m: tuple[float, float, float], scale: float | FloatArray = 1.0, turn_rad: float = 0.0
    ) -> "Mesh":
        """Returns the mesh scaled, then turned about z, then moved."""
        c, s = np.cos(turn_rad), np.sin(turn_rad)
        rotation = np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])
        normal = _unit(self.normal / np.asarray(scale))
        position_m = (self.position_m * scale) @ rotation.T + np.asarray(offset_m)
        return Mesh(position_m, normal @ rotation.T, self.material, self.joint, self.triangles)

    def fitted(self, length_m: float, width_m: float, height_m: float) -> "Mesh":
        """Returns the mesh stretched to an extent, centred on the origin and standing on z = 0."""
        low, high = self.position_m.min(axis=0), self.position_m.max(axis=0)
        scale = np.array([length_m, width_m, height_m]) / (high - low)
        centre = np.array([*((low + high) / 2)[:2], low[2]])
        normal = _unit(self.normal / scale)
        return Mesh((self.position_m - centre) * scale, normal, self.material, self.joint, self.triangles)


def joined(meshes: "list[Mesh]") -> Mesh:
    """Returns one mesh of several, in their order."""
    starts = np.cumsum([0] + [len(mesh.position_m) for mesh in meshes[:-1]])
    return Mesh(
        np.concatenate([mesh.position_m for mesh in meshes]),
        np.concatenate([mesh.normal for mesh in meshes]),
        np.concatenate([mesh.material for mesh in meshes]),
        np.concatenate([mesh.joint for mesh in meshes]),
        np.concatenate([mesh.triangles + start for mesh, start in zip(meshes, starts, strict=True)]),
    )


def simplified(mesh: Mesh, cell_m: float) -> Mesh:
    """Returns a coarser mesh for a distance at which a cell is about a pixel, stretched to the same extent.

    Vertices of one material and limb that share a cell become one (vertex clustering, Rossignac and Borrel 1993).
    """
    cells = np.floor(mesh.position_m / cell_m + 0.5)
    keys = np.column_stack([cells, mesh.material, mesh.joint]).astype(np.int64)
    _, first, inverse, counts = np.unique(keys, axis=0, return_index=True, return_inverse=True, return_counts=True)
    inverse = inverse.reshape(-1)
    position_m, normal = np.zeros((len(first), 3)), np.zeros((len(first), 3))
    np.add.at(position_m, inverse, mesh.position_m)
    np.add.at(normal, inverse, mesh.normal)
    position_m /= counts[:, None]
    coarse = Mesh(position_m, _unit(normal), mesh.material[first], mesh.joint[first], inverse[mesh.triangles])
    coarse = _without_slivers(coarse)
    _, once = np.unique(np.sort(coarse.triangles, axis=1), axis=0, return_index=True)
    used, renumbered = np.unique(coarse.triangles[np.sort(once)], return_inverse=True)
    triangles = renumbered.reshape(-1, 3)
    kept = Mesh(coarse.position_m[used], coarse.normal[used], coarse.material[used], coarse.joint[used], triangles)
    extent = np.ptp(mesh.position_m, axis=0)
    return kept.fitted(float(extent[0]), float(extent[1]), float(extent[2]))


def _without_slivers(mesh: Mesh) -> Mesh:
    """Returns the mesh without triangles that have two corners in common."""
    a, b, c = mesh.triangles.T
    return replace(mesh, triangles=mesh.triangles[(a != b) & (b != c) & (c != a)])


def _oriented(mesh: Mesh) -> Mesh:
    """Returns the mesh with every triangle counter-clockwise seen from where its normals point."""
    corners = mesh.position_m[mesh.triangles]
    facing = cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    backwards = (facing * mesh.normal[mesh.triangles].sum(axis=1)).sum(axis=1) < 0
    return replace(mesh, triangles=np.where(backwards[:, None], mesh.triangles[:, ::-1], mesh.triangles))


class MeshBuilder:
    """Collects pieces; ``build`` gives the mesh. Every method takes metres in the body frame."""

    def __init__(self) -> None:
        self._corners: list[FloatArray] = []
        self._normals: list[FloatArray] = []
        self._materials: list[IntArray] = []
        self._joints: list[IntArray] = []
        self.joint = 0
        """Limb that the pieces to come move with."""

    def build(self) -> Mesh:
        """Returns the mesh; corners that agree in everything are one vertex."""
        corners = np.concatenate(self._corners).reshape(-1, 3)
        normals = np.concatenate(self._normals).reshape(-1, 3)
        materials = np.repeat(np.concatenate(self._materials), 4)
        joints = np.repeat(np.concatenate(self._joints), 4)
        keys = np.column_stack([np.round(corners * 1e4), np.round(normals * 200), materials, joints]).astype(np.int64)
        _, first, inverse = np.unique(keys, axis=0, return_index=True, return_inverse=True)
        quads = inverse.reshape(-1, 4)
        triangles = np.stack([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]], axis=1).reshape(-1, 3)
        mesh = Mesh(corners[first], normals[first], materials[first], joints[first], triangles)
        return _oriented(_without_slivers(mesh))

    def quads(self, corners_m: FloatArray, normals: FloatArray, material: int | IntArray) -> None:
        """Adds (Q, 4, 3) corners with their normals, of one material or of (Q,) materials."""
        count = len(corners_m)
        self._corners.append(np.asarray(corners_m, dtype=np.float64))
        self._normals.append(np.asarray(normals, dtype=np.float64))
        self._materials.append(np.broadcast_to(np.asarray(material, dtype=np.int64), (count,)))
        self._joints.append(np.full(count, self.joint, dtype=np.int64))

    def flat(self, corners_m: FloatArray, material: int | IntArray) -> None:
        """Adds (Q, 4, 3) flat quads, counter-clockwise seen from outside."""
        corners_m = np.asarray(corners_m, dtype=np.float64)
        normal = _unit(cross(corners_m[:, 2] - corners_m[:, 0], corners_m[:, 3] - corners_m[:, 1]))
        self.quads(corners_m, np.repeat(normal[:, None], 4, axis=1), material)

    def quad(self, a: Point, b: Point, c: Point, d: Point, material: int) -> None:
        """Adds one flat quad, counter-clockwise seen from outside."""
        self.flat(np.array([[a, b, c, d]], dtype=np.float64), material)

    def grid(self, points_m: FloatArray, material: int | IntArray, outward: FloatArray | None = None) -> None:
        """Adds a smooth surface through (R, C, 3) points.

        Args:
            points_m: rows and columns of the surface.
            material: of all, or (R - 1, C - 1) of each cell.
            outward: (R, C, 3) normals; by default those of the surface, turned away from its middle.
        """
        points_m = np.asarray(points_m, dtype=np.float64)
        if outward is None:
            outward = _unit(cross(np.gradient(points_m, axis=0), np.gradient(points_m, axis=1)))
            middle = points_m.mean(axis=(0, 1))
            if ((points_m - middle) * outward).sum(axis=-1).mean() < 0:
                outward = -outward
        cells = [_cells(array).reshape(-1, 4, 3) for array in (points_m, outward)]
        count = len(cells[0])
        self.quads(
            cells[0], cells[1], np.broadcast_to(np.asarray(material), points_m[:-1, :-1, 0].shape).reshape(count)
        )

    def box(self, x: Span, y: Span, z: Span, material: int, taper: tuple[float, float] = (1.0, 1.0)) -> None:
        """Adds a box; its top is scaled by ``taper`` in x and y about its middle."""
        low = np.array([[x[0], y[0]], [x[1], y[0]], [x[1], y[1]], [x[0], y[1]]])
        high = (low - low.mean(axis=0)) * np.asarray(taper) + low.mean(axis=0)
        self.prism(np.column_stack([low, np.full(4, z[0])]), np.column_stack([high, np.full(4, z[1])]), material)

    def prism(self, bottom_m: FloatArray, top_m: FloatArray, material: int) -> None:
        """Adds the body between two (K, 3) convex outlines, counter-clockwise seen from the top's side."""
        turned_bottom, turned_top = np.roll(bottom_m, -1, axis=0), np.roll(top_m, -1, axis=0)
        self.flat(np.stack([bottom_m, turned_bottom, turned_top, top_m], axis=1), material)
        self.polygon(top_m, material)
        self.polygon(bottom_m[::-1], material)

    def polygon(self, outline_m: FloatArray, material: int) -> None:
        """Adds a flat convex (K, 3) polygon, counter-clockwise seen from outside."""
        outline_m = np.asarray(outline_m, dtype=np.float64)
        for first in range(1, len(outline_m) - 1, 2):
            last = min(first + 2, len(outline_m) - 1)
            self.flat(outline_m[[0, first, first + 1, last]][None], material)

    def profile(self, outline_m: FloatArray, y: Span, material: int) -> None:
        """Adds a (K, 2) convex outline in x and z, drawn out along y."""
        low = np.column_stack([outline_m[:, 0], np.full(len(outline_m), y[0]), outline_m[:, 1]])
        high = np.column_stack([outline_m[:, 0], np.full(len(outline_m), y[1]), outline_m[:, 1]])
        area = float(
            np.sum(outline_m[:, 0] * np.roll(outline_m[:, 1], -1) - outline_m[:, 1] * np.roll(outline_m[:, 0], -1))
        )
        if area > 0:  # counter-clockwise in x, z looks along +y: the outside of the low side
            self.prism(high, low, material)
        else:
            self.prism(low, high, material)

    def tube(
        self, start: Point, end: Point, radius_m: float, material: int, end_radius_m: float | None = None,
        sides: int = 8, caps: bool = True,
    ) -> None:  # fmt: skip
        """Adds a cylinder or cone between two points."""
        a, b = np.asarray(start, dtype=np.float64), np.asarray(end, dtype=np.float64)
        along = _unit(b - a)
        first = _unit(cross(along, np.array([0.0, 0.0, 1.0] if abs(along[2]) < 0.9 else [1.0, 0.0, 0.0])))
        angle = np.linspace(0.0, 2 * np.pi, sides + 1)[:, None]
        around = first * np.cos(angle) + cross(along, first) * np.sin(angle)
        last = radius_m if end_radius_m is None else end_radius_m
        ring, far_ring = a + around * radius_m, b + around * last
        self.grid(np.stack([ring, far_ring]), material, np.stack([around, around]))
        if caps:
            self.polygon(ring[-1:0:-1], material)
            self.polygon(far_ring[:-1], material)

    def ellipsoid(
        self, centre: Point, radii: Point, material: int, sides: int = 10, rows: int = 6, lowest: float = -0.5 * np.pi
    ) -> None:
        """Adds an ellipsoid, or its part above the latitude ``lowest``."""
        latitude = np.linspace(lowest, np.pi / 2, rows + 1)[:, None]
        longitude = np.linspace(0.0, 2 * np.pi, sides + 1)[None]
        ball = np.stack(
            [np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude),
             np.broadcast_to(np.sin(latitude), (rows + 1, sides + 1))], axis=-1,
        )  # fmt: skip
        self.grid(np.asarray(centre) + ball * np.asarray(radii), material, _unit(ball / np.asarray(radii)))

    def loft(self, sections_m: FloatArray, material: int | IntArray, caps: tuple[int, int] | None = None) -> None:
        """Adds a body through (R, C, 3) sections of its left half, and its mirror image.

        Args:
            sections_m: each runs from the bottom of the left side up to the middle (y = 0).
            material: of all, or (R - 1, C - 1).
            caps: materials of the flat first and last ends; none by default.
        """
        mirror = np.array([1.0, -1.0, 1.0])
        normal = _unit(cross(np.gradient(sections_m, axis=0), np.gradient(sections_m, axis=1)))
        middle = sections_m.mean(axis=(0, 1)) * [1.0, 0.0, 1.0]
        if ((sections_m - middle) * normal).sum(axis=-1).mean() < 0:
            normal = -normal
        self.grid(sections_m, material, normal)
        self.grid(sections_m * mirror, material, normal * mirror)
        if caps is not None:
            for section, other, cap in (
                (sections_m[0], sections_m[-1], caps[0]),
                (sections_m[-1], sections_m[0], caps[1]),
            ):
                corners = _cells(np.stack([section, section * mirror])).reshape(-1, 4, 3)
                away = np.array([np.sign(section[:, 0].mean() - other[:, 0].mean()), 0.0, 0.0])
                self.quads(corners, np.broadcast_to(away, corners.shape), cap)

    def wheel(self, x: float, y: float, radius_m: float, width_m: float, sides: int = 14) -> None:
        """Adds a wheel that stands on the ground; ``y`` is its outer face, away from the middle."""
        side = 1.0 if y > 0 else -1.0
        self.tube((x, y - side * width_m, radius_m), (x, y, radius_m), radius_m, Material.RUBBER, sides=sides)
        self.tube(
            (x, y, radius_m), (x, y + side * 0.008, radius_m), radius_m * 0.66, Material.METAL, radius_m * 0.60, sides
        )
        self.tube((x, y, radius_m), (x, y + side * 0.012, radius_m), radius_m * 0.20, Material.PLASTIC, sides=6)


def span(first: float, second: float) -> Span:
    """Returns the span between two numbers in either order."""
    return (first, second) if first < second else (second, first)


def cross(a: FloatArray, b: FloatArray) -> FloatArray:
    """Returns (..., 3) cross products; far quicker than NumPy's for a few vectors."""
    a0, a1, a2, b0, b1, b2 = a[..., 0], a[..., 1], a[..., 2], b[..., 0], b[..., 1], b[..., 2]
    return np.stack([a1 * b2 - a2 * b1, a2 * b0 - a0 * b2, a0 * b1 - a1 * b0], axis=-1)


def _unit(vectors: FloatArray) -> FloatArray:
    """Returns vectors of length one; those without a length stay zero."""
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12))


def _cells(points: FloatArray) -> FloatArray:
    """Returns the (R - 1, C - 1, 4, 3) corners of the cells of a grid."""
    return np.stack([points[:-1, :-1], points[1:, :-1], points[1:, 1:], points[:-1, 1:]], axis=2)
