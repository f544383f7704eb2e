"""Traffic for pictures to learn from, on any world: dense, mixed, with things on the road."""

from collections.abc import Sequence

import numpy as np

from roadside.types.road import LaneKind
from roadside.types.road_users import RoadUserClass
from simulation.traffic.footprints import overlap
from simulation.traffic.incident import Incident
from simulation.traffic.parking_script import StandingThing
from simulation.traffic.plan import Flow, Shares, TrafficPlan, Walk
from simulation.traffic.streets import Streets
from simulation.types.bodies import BODIES, BODY_NUMBER, SIZE_OF_BODY_M, bodies_of
from simulation.types.world import World
from simulation.worlds.lines import directions_at, length_m, points_at
from simulation.worlds.street_net import NetLane

EVEN: Shares = (
    (RoadUserClass.CAR, 0.42),
    (RoadUserClass.VAN, 0.13),
    (RoadUserClass.TRUCK, 0.13),
    (RoadUserClass.BUS, 0.08),
    (RoadUserClass.MOTORCYCLE, 0.13),
    (RoadUserClass.BICYCLE, 0.11),
)
"""Rare classes more often than on a road: a detector must see enough of each."""

PER_LANE_PER_HOUR = (180.0, 420.0)
"""Least and most vehicles on each lane that enters the world."""

WALKS_PER_HOUR = (300.0, 900.0)
"""Least and most people from and to all edges."""

THINGS_PER_KM = 25.0
"""Obstacles along the lanes' borders."""

BAY_TAKEN = 0.7
"""Share of the places in bays where something stands."""

WALKERS, WALKER_ROOM_M = 2, 30.0
"""People on the carriageway, and the length of road each needs."""

CLEAR_M = 12.0
"""Nothing lies nearer to the ends of a lane: turning vehicles need the room."""


def training_plan(world: World, rng: np.random.Generator) -> TrafficPlan:
    """Returns traffic between all ends of a world, people, obstacles and parked vehicles, all drawn by lot."""
    streets = Streets.of(world)
    flows = _flows(streets, rng)
    return TrafficPlan(
        flows=flows,
        walks=_walks(streets, rng),
        warm_up_s=float(rng.integers(120, 260)) / 2.0,
        lights_on=bool(rng.random() < 0.5),
        incidents=_walkers(streets, rng),
        things=_apart([*_parked(world, streets, rng), *_obstacles(streets, rng)]),
    )


def _flows(streets: Streets, rng: np.random.Generator) -> tuple[Flow, ...]:
    flows = []
    for origin in streets.entries():
        ways = [exit_id for exit_id in streets.exits() if streets.route(origin, exit_id)]
        per_hour = rng.uniform(*PER_LANE_PER_HOUR) * len(streets.driving(origin))
        shares = rng.dirichlet(np.full(max(len(ways), 1), 2.0))[: len(ways)]
        flows += [Flow(origin, way, float(per_hour * share), EVEN) for way, share in zip(ways, shares, strict=True)]
    return tuple(flows)


def _walks(streets: Streets, rng: np.random.Generator) -> tuple[Walk, ...]:
    edges = [edge for edge in streets.net.edges if streets.driving(edge, (LaneKind.SIDEWALK,))]
    if len(edges) < 2:
        return ()
    pairs = [rng.choice(len(edges), 2, replace=False) for _ in range(12)]
    per_hour = rng.uniform(*WALKS_PER_HOUR) / len(pairs)
    return tuple(Walk(edges[one], edges[other], float(per_hour), 0.4) for one, other in pairs)


def _walkers(streets: Streets, rng: np.random.Generator) -> tuple[Incident, ...]:
    """Returns people who walk on the carriageway for a while, where nobody is parked between it and the pavement."""
    edges = [
        edge
        for edge in streets.net.edges
        if streets.driving(edge, (LaneKind.SIDEWALK,))
        and all(lane.kind is not None for lane in streets.edge(edge).lanes)
        and streets.driving(edge)
        and length_m(streets.driving(edge)[0].line_m) > 2 * WALKER_ROOM_M
    ]
    walkers = []
    for _ in range(min(WALKERS, len(edges))):
        edge = str(rng.choice(edges))
        room_m = length_m(streets.driving(edge)[0].line_m)
        along_m = float(rng.uniform(WALKER_ROOM_M, room_m - 10.0))
        walkers.append(
            Incident("pedestrian_on_carriageway", float(rng.uniform(0.0, 30.0)), edge, along_m, duration_s=18.0)
        )
    return tuple(walkers)


def _apart(things: Sequence[StandingThing]) -> tuple[StandingThing, ...]:
    """Returns the things that stand in no earlier one's place."""
    kept: list[StandingThing] = []
    for thing in things:
        between = np.array([[other.x_m - thing.x_m, other.y_m - thing.y_m] for other in kept]).reshape(-1, 2)
        sizes = [SIZE_OF_BODY_M[BODY_NUMBER[other.body], :2] + 0.2 for other in (thing, *kept)]
        headings = np.array([other.heading_rad for other in (thing, *kept)])
        count = len(kept)
        own = np.full(count, headings[0]), np.tile(sizes[0], (count, 1))
        meets = overlap(between, own[0], headings[1:], own[1], np.array(sizes[1:]).reshape(-1, 2))
        if not meets.any():
            kept.append(thing)
    return tuple(kept)


def _obstacles(streets: Streets, rng: np.random.Generator) -> list[StandingThing]:
    """Returns cones, cartons, tyres, timber and barriers along the borders of lanes: traffic passes beside them."""
    things = []
    for lane in streets.net.lanes:
        if lane.kind is LaneKind.DRIVING:
            for _ in range(rng.poisson(THINGS_PER_KM * length_m(lane.line_m) / 1000.0)):
                things += _obstacle(lane, rng)
    return things


def _obstacle(lane: NetLane, rng: np.random.Generator) -> list[StandingThing]:
    body = int(rng.choice(bodies_of(RoadUserClass.UNKNOWN_UNMOVABLE)))
    if length_m(lane.line_m) < 3 * CLEAR_M:
        return []
    along_m = rng.uniform(CLEAR_M, length_m(lane.line_m) - CLEAR_M)
    count = int(rng.integers(2, 6)) if BODIES[body].name == "cone" else 1
    things = []
    for number in range(count):
        at_m = along_m + 3.0 * number
        if at_m < length_m(lane.line_m) - CLEAR_M:
            direction = directions_at(lane.line_m, at_m)
            side = rng.choice((-1.0, 1.0)) if count == 1 else 1.0
            aside_m = side * (lane.width_m / 2 + rng.uniform(-0.1, 0.25))
            point = points_at(lane.line_m, at_m) + aside_m * np.array([-direction[1], direction[0]])
            heading_rad = float(np.arctan2(direction[1], direction[0]) + rng.normal(0.0, 0.15))
            things.append(StandingThing(BODIES[body].name, float(point[0]), float(point[1]), heading_rad))
    return things


def _parked(world: World, streets: Streets, rng: np.random.Generator) -> list[StandingThing]:
    """Returns vehicles in parking spots and in bays along the kerb."""
    things = []
    for spot in world.parking_spots:
        if rng.random() < BAY_TAKEN:
            kinds = (RoadUserClass.CAR, RoadUserClass.VAN)
            bodies = [body for kind in kinds for body in bodies_of(kind) if BODIES[body].length_m < spot.length_m - 0.1]
            turned = np.pi if rng.random() < 0.3 else 0.0
            heading_rad = spot.heading_rad + turned + rng.normal(0.0, 0.02)
            place = spot.centre_m + rng.normal(0.0, 0.08, 2)
            things.append(StandingThing(BODIES[rng.choice(bodies)].name, *map(float, (*place, heading_rad))))
    for lane in streets.net.lanes:
        if lane.kind is None:
            things += _in_bay(lane, rng)
    return things


def _in_bay(lane: NetLane, rng: np.random.Generator) -> list[StandingThing]:
    kinds = (RoadUserClass.CAR, RoadUserClass.VAN, RoadUserClass.TRUCK)
    bodies = [body for kind in kinds for body in bodies_of(kind) if BODIES[body].width_m < lane.width_m]
    things: list[StandingThing] = []
    at_m = 1.0
    while True:
        body = int(rng.choice(bodies))
        middle_m = at_m + SIZE_OF_BODY_M[body, 0] / 2
        at_m += float(SIZE_OF_BODY_M[body, 0] + rng.uniform(0.8, 2.0))
        if at_m > length_m(lane.line_m):
            return things
        if rng.random() < BAY_TAKEN:
            direction = directions_at(lane.line_m, middle_m)
            point = points_at(lane.line_m, middle_m)
            heading_rad = float(np.arctan2(direction[1], direction[0]))
            things.append(StandingThing(BODIES[body].name, float(point[0]), float(point[1]), heading_rad))
