"""What surrounds a world: roads that go on, houses and trees beside them, woods, and hills on the horizon."""

import numpy as np

from roadside.geometry.arrays import BoolArray, FloatArray, IntArray
from roadside.types.road import LaneKind
from simulation.types.world import Building, Facade, Tree, TreeKind, World

_ROAD_CLEARANCE_M = 13.0
_ROAD_REACH_M = 700.0


def road_ends(world: World) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Returns (E, 3) ends of lanes on the extent's edge, (E, 2) outward directions, and (E,) widths."""
    west, south, east, north = world.extent_m
    ends, ways, widths = [], [], []
    for lane in world.road.lanes:
        if lane.kind is LaneKind.SIDEWALK:
            continue
        line = lane.centre_line_m
        for end, inner in ((line[0], line[1]), (line[-1], line[-2])):
            edge = min(end[0] - west, east - end[0], end[1] - south, north - end[1])
            way = end[:2] - inner[:2]
            if edge < 6.0 and np.linalg.norm(way) > 1e-6:
                ends.append(end)
                ways.append(way / np.linalg.norm(way))
                widths.append(lane.width_m)
    return np.array(ends).reshape(-1, 3), np.array(ways).reshape(-1, 2), np.array(widths)


def _off_the_roads(points_m: FloatArray, world: World, clearance_m: float) -> BoolArray:
    ends, ways, _ = road_ends(world)
    free = np.ones(len(points_m), dtype=bool)
    for end, way in zip(ends, ways, strict=True):
        away = points_m - end[:2]
        along, across = away @ way, np.abs(away @ np.array([-way[1], way[0]]))
        free &= ~((along > -5) & (across < clearance_m))
    return free


def surroundings(world: World) -> tuple[tuple[Building, ...], tuple[Tree, ...]]:
    """Returns houses and trees beyond the extent, drawn by lot from the world's seed."""
    rng = np.random.default_rng([world.seed, 901])
    houses = []
    for place, _ in zip(_ring(world, rng, 90, 18.0, 260.0), range(60), strict=False):
        if not _off_the_roads(place[None], world, _ROAD_CLEARANCE_M + 8.0)[0]:
            continue
        half, turn = rng.uniform([5.0, 4.0], [12.0, 7.0]), rng.choice([0.0, np.pi / 2]) + rng.normal(0, 0.08)
        c, s = np.cos(turn), np.sin(turn)
        plan = (np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * half) @ np.array([[c, s], [-s, c]]) + place
        facade = (Facade.PLASTER, Facade.PLASTER, Facade.BRICK, Facade.INDUSTRIAL, Facade.OFFICE)[int(rng.integers(5))]
        houses.append(Building(facade, plan, float(rng.uniform(6.0, 13.0))))
    trees = []
    places = _ring(world, rng, 150, 6.0, 220.0)
    for place in places[_off_the_roads(places, world, _ROAD_CLEARANCE_M)]:
        kind = (TreeKind.BROADLEAF, TreeKind.BROADLEAF, TreeKind.CONIFER, TreeKind.BUSH)[int(rng.integers(4))]
        height = float(rng.uniform(1.2, 2.2) if kind is TreeKind.BUSH else rng.uniform(6.0, 13.0))
        trees.append(
            Tree(kind, float(place[0]), float(place[1]), height, height * (0.6 if kind is TreeKind.BUSH else 0.3))
        )
    return tuple(houses), tuple(trees)


def _ring(world: World, rng: np.random.Generator, count: int, least_m: float, most_m: float) -> FloatArray:
    """Returns (<= count, 2) points outside the extent, denser near it."""
    west, south, east, north = world.extent_m
    reach = least_m + (most_m - least_m) * rng.random(count) ** 1.6
    angle = rng.uniform(0, 2 * np.pi, count)
    way = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    half = np.array([east - west, north - south]) / 2
    edge = (half / np.maximum(np.abs(way), 1e-9)).min(axis=1)
    return np.asarray(np.array([(west + east) / 2, (south + north) / 2]) + way * (edge + reach)[:, None])


def far_mesh(world: World) -> tuple[FloatArray, IntArray]:
    """Returns (V, 7) positions and colours with built-up share, and (T, 3) triangles: roads going on, woods, hills."""
    rng = np.random.default_rng([world.seed, 902])
    west, south, east, north = world.extent_m
    middle, reach = np.array([(west + east) / 2, (south + north) / 2]), float(np.hypot(east - west, north - south)) / 2
    rings = [
        _silhouette(rng, middle, reach + 2100.0, 30.0, 95.0, 240, (0.09, 0.12, 0.13), 0.0, 0.05),
        _silhouette(rng, middle, reach + 1200.0, 14.0, 46.0, 300, (0.06, 0.085, 0.05), 0.25, 0.15),
        _silhouette(rng, middle, reach + 520.0, 3.0, 17.0, 700, (0.045, 0.065, 0.030), 0.6, 0.5),
    ]
    ends, ways, widths = road_ends(world)
    for end, way, width in zip(ends, ways, widths, strict=True):
        left = np.array([-way[1], way[0]]) * (width / 2 + 0.15)
        line = np.array([end[:2] - way, end[:2] + way * _ROAD_REACH_M])
        corners = np.concatenate([line - left, line[::-1] + left])
        z = world.road.surface.height_at(corners) + 0.03
        rings.append(
            (np.column_stack([corners, z, np.tile([0.10, 0.10, 0.10, 0.0], (4, 1))]), np.array([(0, 1, 2), (0, 2, 3)]))
        )
    starts = np.cumsum([0] + [len(vertices) for vertices, _ in rings[:-1]])
    return (
        np.concatenate([vertices for vertices, _ in rings]),
        np.concatenate([triangles + start for (_, triangles), start in zip(rings, starts, strict=True)]),
    )


def _silhouette(
    rng: np.random.Generator, middle: FloatArray, radius_m: float, low_m: float, high_m: float, steps: int,
    colour: tuple[float, float, float], built: float, rough: float,
) -> tuple[FloatArray, IntArray]:  # fmt: skip
    """Returns an upright band whose upper edge rolls like hills, or is ragged like a wood."""
    angle = np.linspace(0, 2 * np.pi, steps + 1)
    roll = sum(rng.uniform(0.4, 1.0) / k * np.sin(k * angle + rng.uniform(0, 2 * np.pi)) for k in (2, 3, 5, 7, 11, 17))
    share = np.clip(0.5 + 0.33 * np.asarray(roll), 0.05, 1.0)
    ragged = 1.0 + rough * rng.uniform(-1, 1, steps + 1)
    ragged[-1] = ragged[0]
    top = (low_m + (high_m - low_m) * share) * ragged
    x, y = middle[0] + radius_m * np.cos(angle), middle[1] + radius_m * np.sin(angle)
    tint = np.array([*colour, built])
    lower = np.column_stack([x, y, np.full_like(x, -12.0), np.tile(tint, (steps + 1, 1))])
    upper = np.column_stack([x, y, top, np.tile(tint * [1.15, 1.15, 1.15, 1.0], (steps + 1, 1))])
    a = np.arange(steps)
    b = a + steps + 1
    triangles = np.concatenate([np.column_stack([a, a + 1, b + 1]), np.column_stack([a, b + 1, b])])
    return np.concatenate([lower, upper]), triangles
