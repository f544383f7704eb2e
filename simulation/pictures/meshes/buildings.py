"""Buildings: walls with a ground floor of their own, ledges, balconies, and flat or pitched roofs."""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import FloatArray, IntArray
from simulation.pictures.facades import BAYS, FLOORS, Layer, facade_tints
from simulation.pictures.meshes.builder import cross
from simulation.types.world import Building, Facade

VERTEX_FORMAT = "3f 3f 3f 4f"
VERTEX_FIELDS = ("position", "normal", "facade", "tint")

_UPPER: dict[Facade, tuple[Layer, ...]] = {
    Facade.PLASTER: (Layer.PLASTER_A, Layer.PLASTER_B, Layer.PLASTER_C),
    Facade.BRICK: (Layer.BRICK_A, Layer.BRICK_B),
    Facade.OFFICE: (Layer.OFFICE_A, Layer.OFFICE_B, Layer.OFFICE_C),
    Facade.SHOPS: (Layer.PLASTER_A, Layer.PLASTER_B, Layer.BRICK_A, Layer.OFFICE_C),
    Facade.INDUSTRIAL: (Layer.INDUSTRIAL_A, Layer.INDUSTRIAL_B),
}
_LOWER: dict[Facade, tuple[Layer, ...]] = {
    Facade.PLASTER: (Layer.ENTRANCE_A, Layer.ENTRANCE_B),
    Facade.BRICK: (Layer.ENTRANCE_A, Layer.ENTRANCE_B, Layer.SHOP_B),
    Facade.OFFICE: (Layer.LOBBY, Layer.SHOP_C),
    Facade.SHOPS: (Layer.SHOP_A, Layer.SHOP_B, Layer.SHOP_C),
    Facade.INDUSTRIAL: (Layer.GATES, Layer.BLIND),
}
_WHITE, _DARK, _TILES = np.array([0.9, 0.9, 0.88]), np.array([0.28, 0.28, 0.29]), np.array([0.34, 0.13, 0.08])


@dataclass(frozen=True, slots=True, eq=False)
class BuildingMesh:
    """Vertices as the building shader reads them.

    Attributes:
        vertices: (V, 13) position, normal, u, v and layer, tint and seed.
        triangles: (T, 3).
    """

    vertices: FloatArray
    triangles: IntArray


class _Walls:
    """Collects quads."""

    def __init__(self, seed: float) -> None:
        self._rows: list[FloatArray] = []
        self._triangles: list[IntArray] = []
        self._count = 0
        self._seed = seed

    def face(self, corners_m: FloatArray, uv: FloatArray, layer: int, tint: FloatArray) -> None:
        """Adds a flat (K, 3) convex polygon with (K, 2) texture places, counter-clockwise from outside."""
        normal = cross(corners_m[1] - corners_m[0], corners_m[2] - corners_m[0])
        normal = normal / max(float(np.linalg.norm(normal)), 1e-9)
        count = len(corners_m)
        rows = np.column_stack(
            [
                corners_m,
                np.tile(normal, (count, 1)),
                uv,
                np.full(count, float(layer)),
                np.tile([*tint, self._seed], (count, 1)),
            ]
        )
        fan = np.array([(0, k, k + 1) for k in range(1, count - 1)]) + self._count
        self._rows.append(rows)
        self._triangles.append(fan)
        self._count += count

    def wall(
        self,
        a: FloatArray,
        b: FloatArray,
        low: float,
        high: float,
        uv: tuple[float, float, float, float],
        layer: int,
        tint: FloatArray,
    ) -> None:
        """Adds an upright wall from a to b; ``uv`` is u at a, u at b, v at the foot, v at the top."""
        corners = np.array([[*a, low], [*b, low], [*b, high], [*a, high]])
        places = np.array([[uv[0], uv[2]], [uv[1], uv[2]], [uv[1], uv[3]], [uv[0], uv[3]]])
        self.face(corners, places, layer, tint)

    def block(
        self, a: FloatArray, b: FloatArray, outward: FloatArray, depth: float, low: float, high: float, tint: FloatArray
    ) -> None:
        """Adds a plain ledge along a wall, standing out by ``depth``."""
        c, d = b + outward * depth, a + outward * depth
        for start, end in ((a, d), (d, c), (c, b)):
            self.wall(start, end, low, high, (0.0, 1.0, 0.0, 1.0), Layer.BLIND, tint)
        for z in (low, high):
            self.face(np.array([[*d, z], [*c, z], [*b, z], [*a, z]]), np.zeros((4, 2)), Layer.BLIND, tint)

    def build(self) -> BuildingMesh:
        """Returns what was collected."""
        return BuildingMesh(np.concatenate(self._rows), np.concatenate(self._triangles))


def building_mesh(building: Building, foot_m: float, seed: int) -> BuildingMesh:
    """Returns the mesh of one building.

    Args:
        building: its plan, height and facade.
        foot_m: lowest ground under it.
        seed: decides over colours, windows and roof.
    """
    rng = np.random.default_rng([seed, 41])
    facade = building.facade
    tint = facade_tints()[int(facade)][rng.integers(6)] * rng.uniform(0.85, 1.1)
    walls = _Walls(float(rng.random()))
    upper, lower = (layers[rng.integers(len(layers))] for layers in (_UPPER[facade], _LOWER[facade]))
    ground_floor = min(
        {Facade.INDUSTRIAL: 5.0, Facade.OFFICE: 4.2, Facade.SHOPS: 4.0}.get(facade, 3.3), building.height_m
    )
    storeys = max(1, round((building.height_m - ground_floor) / rng.uniform(2.8, 3.3)))
    plan, top = building.polygon_m, foot_m + building.height_m
    bay = rng.uniform(2.4, 3.4) if facade is not Facade.INDUSTRIAL else 4.5
    first_floor = foot_m + ground_floor
    for a, b in zip(plan, np.roll(plan, -1, axis=0), strict=True):
        length = float(np.linalg.norm(b - a))
        if length < 0.05:
            continue
        outward = np.array([b[1] - a[1], a[0] - b[0]]) / length
        bays = max(1, round(length / bay))
        shift_u, shift_v = rng.integers(BAYS) / BAYS, rng.integers(FLOORS) / FLOORS
        places = (shift_u, shift_u + bays / BAYS)
        narrow = length < 2.2
        walls.wall(
            a,
            b,
            foot_m - 0.6,
            first_floor,
            (*places, 1.0 + 0.6 / ground_floor, 0.0),
            Layer.BLIND if narrow else lower,
            _pale(tint, facade),
        )
        if building.height_m > ground_floor + 0.5:
            walls.wall(
                a,
                b,
                first_floor,
                top,
                (*places, shift_v + storeys / FLOORS, shift_v),
                Layer.BLIND if narrow else upper,
                tint,
            )
            walls.block(a, b, outward, 0.12, first_floor - 0.14, first_floor + 0.10, _pale(tint, facade))
        walls.block(a, b, outward, 0.16, top - 0.28, top, tint * 0.8 if facade is not Facade.OFFICE else _DARK)
        if facade is Facade.PLASTER and upper is not Layer.PLASTER_C and length > 8 and rng.random() < 0.5:
            _balconies(walls, a, b, outward, bays, (first_floor, top), storeys, rng)
    pitched = (
        len(plan) == 4 and facade in (Facade.PLASTER, Facade.BRICK) and building.height_m < 14 and rng.random() < 0.75
    )
    if pitched:
        _hip_roof(
            walls, plan, top, rng.uniform(0.32, 0.6), _TILES * rng.uniform(0.6, 1.3) if rng.random() < 0.7 else _DARK
        )
    else:
        _flat_roof(walls, plan, top, rng, tint)
    return walls.build()


def _pale(tint: FloatArray, facade: Facade) -> FloatArray:
    return np.asarray(0.5 * tint + 0.5 * _WHITE if facade in (Facade.PLASTER, Facade.SHOPS) else tint)


def _balconies(
    walls: _Walls,
    a: FloatArray,
    b: FloatArray,
    outward: FloatArray,
    bays: int,
    rise: tuple[float, float],
    storeys: int,
    rng: np.random.Generator,
) -> None:
    """Adds stacks of balconies in some bays."""
    low, top = rise
    storey = (top - low) / storeys
    for bay in np.flatnonzero(rng.random(bays) < 0.35):
        start, end = a + (b - a) * ((bay + 0.08) / bays), a + (b - a) * ((bay + 0.92) / bays)
        for floor in range(storeys):
            z = low + floor * storey
            walls.block(start, end, outward, 1.1, z, z + 0.16, _WHITE * 0.8)
            out, colour = outward * 1.05, _DARK if bay % 2 else _WHITE * 0.7
            for a_side, b_side in ((start, start + out), (start + out, end + out), (end + out, end)):
                walls.wall(a_side, b_side, z + 0.16, z + 1.05, (0, 0.1, 0, 0.1), Layer.BLIND, colour)


def _hip_roof(walls: _Walls, plan: FloatArray, top: float, slope: float, tint: FloatArray) -> None:
    """Adds a hip roof over four corners, its ridge along the longer sides."""
    middle = plan.mean(axis=0)
    wide = plan + (plan - middle) / np.linalg.norm(plan - middle, axis=1, keepdims=True) * 0.55
    if np.linalg.norm(plan[1] - plan[0]) < np.linalg.norm(plan[2] - plan[1]):
        wide = np.roll(wide, -1, axis=0)
    half = np.linalg.norm(wide[2] - wide[1]) / 2
    along = wide[1] - wide[0]
    length = float(np.linalg.norm(along))
    inset = min(half * 0.8, 0.45 * length)
    left, right = (wide[0] + wide[3]) / 2 + along / length * inset, (wide[1] + wide[2]) / 2 - along / length * inset
    ridge = top + half * slope
    eaves = [np.array([*corner, top - 0.05]) for corner in wide]
    ends = [np.array([*left, ridge]), np.array([*right, ridge])]
    u = length / 4.0
    walls.face(
        np.array([eaves[0], eaves[1], ends[1], ends[0]]),
        np.array([(0, 0), (u, 0), (u, 2), (0, 2)]),
        Layer.TILE_ROOF,
        tint,
    )
    walls.face(
        np.array([eaves[2], eaves[3], ends[0], ends[1]]),
        np.array([(0, 0), (u, 0), (u, 2), (0, 2)]),
        Layer.TILE_ROOF,
        tint,
    )
    walls.face(np.array([eaves[1], eaves[2], ends[1]]), np.array([(0, 0), (2, 0), (1, 2)]), Layer.TILE_ROOF, tint)
    walls.face(np.array([eaves[3], eaves[0], ends[0]]), np.array([(0, 0), (2, 0), (1, 2)]), Layer.TILE_ROOF, tint)


def _flat_roof(walls: _Walls, plan: FloatArray, top: float, rng: np.random.Generator, tint: FloatArray) -> None:
    """Adds a flat roof with a parapet and some plant on it."""
    for triangle in ears(plan):
        corners = plan[triangle]
        walls.face(np.column_stack([corners, np.full(3, top - 0.02)]), corners / 8.0, Layer.GRAVEL_ROOF, _WHITE * 0.6)
    for a, b in zip(plan, np.roll(plan, -1, axis=0), strict=True):
        walls.wall(a, b, top - 0.05, top + 0.55, (0, 1, 0, 1), Layer.BLIND, tint * 0.9)
        walls.wall(
            b * 0.995 + plan.mean(axis=0) * 0.005,
            a * 0.995 + plan.mean(axis=0) * 0.005,
            top - 0.05,
            top + 0.55,
            (0, 1, 0, 1),
            Layer.BLIND,
            tint * 0.9,
        )
    middle, extent = plan.mean(axis=0), np.ptp(plan, axis=0)
    for _ in range(int(rng.integers(0, 4))):
        centre = middle + rng.uniform(-0.25, 0.25, 2) * extent
        half = np.minimum(rng.uniform(0.6, 2.2, 2), extent * 0.2)
        corners = centre + np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * half
        high = top + rng.uniform(0.8, 2.6)
        for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True):
            walls.wall(a, b, top - 0.1, high, (0, 1, 0, 1), Layer.BLIND, _DARK * 1.8)
        walls.face(np.column_stack([corners, np.full(4, high)]), np.zeros((4, 2)), Layer.BLIND, _DARK * 1.6)


def ears(plan_m: FloatArray) -> list[list[int]]:
    """Returns triangles of a simple counter-clockwise (K, 2) polygon, as rows of its corners (ear clipping)."""
    left, triangles = list(range(len(plan_m))), []
    while len(left) > 3:
        for k in range(len(left)):
            a, b, c = left[k - 1], left[k], left[(k + 1) % len(left)]
            if _turn(plan_m[a], plan_m[b], plan_m[c]) <= 0:
                continue
            others = plan_m[[i for i in left if i not in (a, b, c)]]
            if not any(_inside(point, plan_m[a], plan_m[b], plan_m[c]) for point in others):
                triangles.append([a, b, c])
                left.pop(k)
                break
        else:  # a degenerate rest: give up on what is left of it
            break
    return [*triangles, left] if len(left) == 3 else triangles


def _turn(a: FloatArray, b: FloatArray, c: FloatArray) -> float:
    return float((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]))


def _inside(point: FloatArray, a: FloatArray, b: FloatArray, c: FloatArray) -> bool:
    return _turn(a, b, point) > 0 and _turn(b, c, point) > 0 and _turn(c, a, point) > 0
