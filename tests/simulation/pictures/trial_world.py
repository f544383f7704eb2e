"""A hand-made place for the tests of pictures: a crossroads on a slope, with one of everything or with nothing."""

import numpy as np

from roadside.geometry.camera import PinholeCamera
from roadside.geometry.pose import Pose, camera_rotation
from roadside.geometry.surface import RoadSurface
from roadside.types.road import Lane, LaneKind, RoadMap
from simulation.types.actors import Actors, Lights
from simulation.types.bodies import BODIES, BODY_NUMBER
from simulation.types.world import (
    Building,
    Facade,
    Ground,
    GroundArea,
    Marking,
    Paint,
    Prop,
    PropKind,
    SignalHead,
    Tree,
    TreeKind,
    World,
)


def rectangle(x0: float, x1: float, y0: float, y1: float) -> np.ndarray:
    return np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], dtype=float)


def trial_world(half_m: float = 60.0, *, slope: float = 0.015, crowded: bool = True) -> World:
    """Returns two crossing roads of 13 m, pavements, buildings, trees and furniture."""
    count = int(half_m) + 1
    grid = np.arange(count) * 2.0 - half_m
    x, y = np.meshgrid(grid, grid)
    surface = RoadSurface(np.array([-half_m, -half_m]), 2.0, slope * x + 0.15 * np.sin(y / 18.0))
    ground = [
        GroundArea(Ground.PAVING, rectangle(-half_m, half_m, -11, 11)),
        GroundArea(Ground.PAVING, rectangle(-11, 11, -half_m, half_m)),
    ]
    for width, kind in ((8.35, Ground.KERB), (8.2, Ground.BICYCLE_ASPHALT), (6.5, Ground.ASPHALT)):
        ground += [
            GroundArea(kind, rectangle(-half_m, half_m, -width, width)),
            GroundArea(kind, rectangle(-width, width, -half_m, half_m)),
        ]
    ground.append(GroundArea(Ground.WORN_ASPHALT, rectangle(-8.2, 8.2, -8.2, 8.2)))
    ground.append(GroundArea(Ground.PARKING_PAVING, rectangle(24, 50, -10.6, -8.3)))
    markings = []
    for start in np.arange(12.0, half_m - 4, 6.0):
        for turn in range(4):
            markings.append(_turned(rectangle(start, start + 3, -0.06, 0.06), turn))
            markings.append(_turned(rectangle(start, start + 3, 3.2, 3.3), turn))
    for turn in range(4):
        markings.append(_turned(rectangle(14.4, 14.8, -6.4, 0), turn))
        markings += [_turned(rectangle(10.0, 13.2, lane, lane + 0.5), turn) for lane in np.arange(-6.2, 6.2, 1.0)]
    buildings, trees, props = [], [], []
    rng = np.random.default_rng(4)
    facades = list(Facade)
    for turn in range(4) if crowded else []:
        for number, start in enumerate(np.arange(16.0, half_m - 10, 15.0)):
            plan = _turned(rectangle(start, start + rng.uniform(11, 14.5), 14.5, 14.5 + rng.uniform(9, 14)), turn)
            buildings.append(Building(facades[(turn + number) % 5], plan, rng.uniform(7, 21)))
        for number, start in enumerate(np.arange(17.0, half_m - 4, 7.0)):
            kind = (TreeKind.BROADLEAF, TreeKind.BROADLEAF, TreeKind.COLUMN, TreeKind.CONIFER, TreeKind.BUSH)[
                number % 5
            ]
            spot = _turned(np.array([(start, 10.2)]), turn)[0]
            high = {TreeKind.BUSH: 1.3, TreeKind.CONIFER: 8.0, TreeKind.COLUMN: 8.5}.get(kind, rng.uniform(6, 9.5))
            trees.append(Tree(kind, *spot, high, {TreeKind.COLUMN: 1.1, TreeKind.BUSH: 0.9}.get(kind, high * 0.33)))
        for start in np.arange(14.0, half_m, 24.0):
            spot = _turned(np.array([(start, 8.9)]), turn)[0]
            props.append(Prop(PropKind.LAMP, *spot, turn * np.pi / 2 - np.pi / 2))
        trees.append(Tree(TreeKind.HEDGE, *_turned(np.array([(30.0, -12.6)]), turn)[0], 1.2, 4.0, turn * np.pi / 2))
    for number, kind in enumerate(PropKind if crowded else []):
        props.append(Prop(kind, 15.0 + 3.2 * number, -9.6 if kind is not PropKind.SENSOR_POLE else -10.4, np.pi / 2))
    heads = []
    for turn in range(4) if crowded else []:
        mast = _turned(np.array([(15.0, 8.7)]), turn)[0]
        near = _turned(np.array([(15.1, 8.4)]), turn)[0]
        over = _turned(np.array([(15.0, 3.0)]), turn)[0]
        heading = turn * np.pi / 2
        z = float(surface.height_at(mast))
        heads.append(SignalHead(f"g{turn % 2}", *near, z + 2.6, heading, False, *mast))
        heads.append(SignalHead(f"g{turn % 2}", *over, z + 5.3, heading, False, *mast))
        heads.append(
            SignalHead(
                f"p{turn % 2}", *_turned(np.array([(14.6, 8.9)]), turn)[0], z + 2.2, heading + np.pi / 2, True, *mast
            )
        )
    lanes = []
    for turn in range(4):
        for number, offset in enumerate((-1.62, -4.87)):
            line = _turned(np.array([(half_m, -offset), (-half_m, -offset)]), turn)
            lanes.append(Lane(f"l{turn}{number}", LaneKind.DRIVING, np.column_stack([line, np.zeros(2)]), 3.25, 13.9))
    return World(
        "trial",
        3,
        RoadMap(lanes=tuple(lanes), surface=surface),
        np.array([-half_m, -half_m, half_m, half_m]),
        tuple(ground),
        tuple(Marking(Paint.WHITE, outline) for outline in markings),
        tuple(buildings),
        tuple(trees),
        tuple(props),
        tuple(heads),
        (),
        "",
    )


def _turned(points: np.ndarray, quarter: int) -> np.ndarray:
    c, s = round(np.cos(quarter * np.pi / 2)), round(np.sin(quarter * np.pi / 2))
    return points @ np.array([[c, s], [-s, c]], dtype=float)


def actors_at(world: World, rows: list[tuple], lights: int = 0) -> Actors:
    """Returns actors from (body, x, y, heading) or (body, x, y, heading, lights)."""
    place = np.array([(row[1], row[2]) for row in rows], dtype=float).reshape(-1, 2)
    z = world.road.surface.height_at(place)
    heading = np.array([row[3] for row in rows], dtype=float)
    count = len(rows)
    return Actors(
        np.arange(count) + 1,
        np.array([BODY_NUMBER[row[0]] for row in rows], dtype=np.int64),
        np.column_stack([place, z]),
        np.column_stack([np.cos(heading), np.sin(heading)]),
        heading,
        np.linspace(0.3, 7.0, count),
        np.array([row[4] if len(row) > 4 else lights for row in rows], dtype=np.int64),
    )


def busy_street(world: World, lights: int = int(Lights.HEAD)) -> Actors:
    """Returns queues on all arms, people on the crossings and things on the road."""
    rows: list[tuple] = []
    rng = np.random.default_rng(8)
    wheels = [b.name for b in BODIES if b.road_user_class not in (2, 7, 8, 10)]
    people = [b.name for b in BODIES if b.road_user_class == 10]
    for turn in range(4):
        for lane in (1.62, 4.87, -1.62, -4.87):
            x = 17.0
            while x < 52:
                name = str(rng.choice(wheels))
                length = BODIES[BODY_NUMBER[name]].length_m
                if rng.random() < 0.62:
                    spot = _turned(np.array([(x + length / 2, lane)]), turn)[0]
                    heading = turn * np.pi / 2 + (np.pi if lane > 0 else 0.0)
                    extra = Lights.BRAKE if lane > 0 and x < 30 else Lights.LEFT if rng.random() < 0.2 else Lights.NONE
                    rows.append((name, *spot, heading, lights | int(extra)))
                x += length + rng.uniform(1.5, 6.0)
        for name in ("bicycle", "city_bicycle", "motorcycle", "scooter", "delivery_scooter"):
            spot = _turned(np.array([(rng.uniform(14, 45), 7.3)]), turn)[0]
            rows.append((name, *spot, turn * np.pi / 2 + np.pi, lights))
        for name in people * 2:
            spot = _turned(np.array([(rng.uniform(9.5, 13.5), rng.uniform(-9, 9))]), turn)[0]
            rows.append((name, *spot, rng.uniform(0, 6.28)))
            spot = _turned(np.array([(rng.uniform(12, 45), rng.uniform(9.0, 11.0))]), turn)[0]
            rows.append((name, *spot, rng.uniform(0, 6.28)))
    rows += [
        ("sedan", -2, -2, 0.8, lights),
        ("city_bus", 1.5, 5.0, 1.6, lights),
        ("box_truck", 5.5, -4.5, -2.6, lights),
        ("cone", -5, 3, 0.0),
        ("carton", -6, 1, 0.5),
        ("timber", -3, 4, 1.0),
        ("tyre", -7, 4, 0.0),
        ("barrier", -6.5, -3, 0.4),
    ]
    return actors_at(world, rows)


def pole_camera(
    world: World, width: int = 1280, height: int = 720, *, at=(13.0, -14.0, 7.5), azimuth=2.25, pitch=-0.22, focal=0.78
):
    """Returns a camera on a pole and its pose."""
    z = float(world.road.surface.height_at(np.array(at[:2])))
    camera = PinholeCamera(width, height, focal * width, focal * width, (width - 1) / 2, (height - 1) / 2)
    return camera, Pose(camera_rotation(azimuth, pitch, 0.0), np.array([at[0], at[1], z + at[2]]))
