"""From a plan to who drives and walks when, in SUMO's words."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import FloatArray
from roadside.types.road import LaneKind
from roadside.types.road_users import RoadUserClass
from simulation.traffic.course import straight_on
from simulation.traffic.incident import Incident
from simulation.traffic.plan import Flow, TrafficPlan
from simulation.traffic.streets import Streets
from simulation.types.bodies import BODIES, bodies_of
from simulation.types.world import PropKind, World
from simulation.worlds.lines import length_m
from simulation.worlds.street_net import NetLane

SUMO_CLASS = {
    RoadUserClass.CAR: "passenger",
    RoadUserClass.VAN: "passenger",
    RoadUserClass.TRUCK: "truck",
    RoadUserClass.BUS: "bus",
    RoadUserClass.MOTORCYCLE: "motorcycle",
    RoadUserClass.BICYCLE: "bicycle",
    RoadUserClass.PEDESTRIAN: "pedestrian",
}
"""What SUMO lets drive where; vans are cars to it, for its deliveries may drive in the bays along the kerb."""

DRIVING_STYLE = {
    RoadUserClass.CAR: 'accel="2.2" decel="4.0" maxSpeed="40" minGap="2.2"',
    RoadUserClass.VAN: 'accel="2.0" decel="3.8" maxSpeed="40" minGap="2.3"',
    RoadUserClass.TRUCK: 'accel="1.2" decel="3.4" maxSpeed="25" minGap="2.8"',
    RoadUserClass.BUS: 'accel="1.2" decel="3.2" maxSpeed="25" minGap="2.8"',
    RoadUserClass.MOTORCYCLE: 'accel="3.0" decel="4.5" maxSpeed="40" minGap="2.0"',
    RoadUserClass.BICYCLE: 'accel="1.0" decel="2.5" maxSpeed="6.2" minGap="1.0"',
}
"""How each class accelerates, brakes and keeps its distance."""

STOP_AT_BUS_STOP_S = (9.0, 18.0)
"""Shortest and longest stay of a bus."""

BUS_STOP_REACH_M = 9.0
"""A bus stop is on the nearest lane for buses, so near at most."""


@dataclass(frozen=True, slots=True)
class Demand:
    """Everybody who will drive or walk.

    Attributes:
        routes_xml: SUMO's route file.
        body_of: body number by object id; vehicles are called ``v<id>``, people ``p<id>``.
        companion_of: a second person who walks beside the first: their ids.
    """

    routes_xml: str
    body_of: dict[int, int]
    companion_of: dict[int, int]


def demand_of(
    world: World, plan: TrafficPlan, until_s: float, rng: np.random.Generator, left_out: frozenset[int] = frozenset()
) -> Demand:
    """Returns who drives and walks from ``warm_up_s`` before second 0, SUMO's second 0, until a second of the span.

    Args:
        world: the place.
        plan: flows and walks.
        until_s: nobody starts later.
        rng: draws times, bodies and ways.
        left_out: object ids of those who stay away: they keep their numbers.
    """
    streets = Streets.of(world)
    span_s = plan.warm_up_s + until_s
    rows: list[tuple[float, int, str]] = []
    body_of: dict[int, int] = {}
    companion_of: dict[int, int] = {}
    stops = bus_stops(world, streets)
    number = 0
    for flow in plan.flows:
        for depart_s, body in _departures(flow, streets, span_s, rng):
            number += 1
            body_of[number] = body
            rows.append((depart_s, number, _trip(number, depart_s, body, flow, streets, stops, rng)))
    for incident in plan.incidents:
        if incident.kind in PLATOON:
            flow = Flow(incident.edge, incident.to_edge or straight_on(streets, streets.exit_from(incident.edge)), 0.0)
            for depart_s in _platoon(incident, streets):
                number += 1
                body_of[number] = int(rng.choice(bodies_of(RoadUserClass.CAR)))
                row = _trip(number, plan.warm_up_s + depart_s, body_of[number], flow, streets, stops, rng)
                rows.append((plan.warm_up_s + depart_s, number, row))
    for walk in plan.walks:
        for depart_s in _times(walk.per_hour, span_s, rng):
            number += 1
            body_of[number] = int(rng.choice(bodies_of(RoadUserClass.PEDESTRIAN)))
            rows.append((depart_s, number, _walk(number, depart_s, walk.origin, walk.destination, rng)))
            if rng.random() < walk.in_pairs:
                number += 1
                if number not in left_out:
                    companion_of[number - 1] = number
                body_of[number] = int(rng.choice(bodies_of(RoadUserClass.PEDESTRIAN)))
    rows = sorted(row for row in rows if row[1] not in left_out)
    text = "\n".join([*_types(), *(row for _, _, row in rows)])
    return Demand(f"<routes>\n{text}\n</routes>", body_of, companion_of)


def _times(per_hour: float, span_s: float, rng: np.random.Generator) -> FloatArray:
    """Returns the seconds of a Poisson process."""
    return np.sort(rng.uniform(0.0, span_s, rng.poisson(per_hour * span_s / 3600.0)))


def _departures(flow: Flow, streets: Streets, span_s: float, rng: np.random.Generator) -> Iterator[tuple[float, int]]:
    classes = [kind for kind, _ in flow.shares]
    weights = np.array([share for _, share in flow.shares])
    for depart_s in _times(flow.per_hour, span_s, rng):
        kind = classes[rng.choice(len(classes), p=weights / weights.sum())]
        body = int(rng.choice(bodies_of(kind)))
        if BODIES[body].length_m <= LONGEST_IN_TURN_M or not _is_tight(flow, streets):
            yield float(depart_s), body


PLATOON = {"queue": 12, "congestion": 22}
"""How many cars more come along for incidents that are made of traffic."""

PLATOON_HEADWAY_S = 1.9
"""From one of them to the next."""


def _platoon(incident: Incident, streets: Streets) -> FloatArray:
    """Returns when the cars of a platoon enter the world, seconds of the span: the first is there in time."""
    way = streets.route(streets.entry_to(incident.edge), incident.edge)
    lanes = [streets.driving(edge)[0] for edge in way]
    travel_s = sum(length_m(lane.line_m) / lane.speed_limit_mps for lane in lanes)
    count = PLATOON[incident.kind]
    headway_s = PLATOON_HEADWAY_S / (len(streets.driving(way[0])) if incident.kind == "congestion" else 1)
    return np.asarray(incident.at_s - 1.1 * travel_s + headway_s * np.arange(count))


LONGEST_IN_TURN_M = 9.6
"""Longer vehicles do not turn right: they would need more than their lane."""


def _is_tight(flow: Flow, streets: Streets) -> bool:
    """Returns whether a flow turns right at a junction."""
    way = streets.route(streets.entry_to(flow.origin), streets.exit_from(flow.destination))
    turns = {(link.from_edge, link.to_edge) for link in streets.net.links if link.direction in "rR"}
    return any(pair in turns for pair in itertools.pairwise(way))


def _trip(
    number: int, depart_s: float, body: int, flow: Flow, streets: Streets, stops: tuple[tuple[NetLane, float], ...],
    rng: np.random.Generator,
) -> str:  # fmt: skip
    origin, destination = streets.entry_to(flow.origin), streets.exit_from(flow.destination)
    via = f' via="{" ".join(flow.via)}"' if flow.via else ""
    inner = ""
    if BODIES[body].road_user_class is RoadUserClass.BUS:
        way = streets.route(origin, destination)
        for lane, along_m in stops:
            stay_s = rng.uniform(*STOP_AT_BUS_STOP_S)
            if lane.edge_id in way:
                inner += f'<stop lane="{lane.lane_id}" endPos="{along_m:.1f}" duration="{stay_s:.0f}"/>'
    lane_choice = "best" if origin not in flow.via else "free"
    return (
        f'<trip id="v{number}" type="{BODIES[body].name}" depart="{depart_s:.1f}" departLane="{lane_choice}" '
        f'departSpeed="max" departPos="base" from="{origin}" to="{destination}"{via}>{inner}</trip>'
    )


def _walk(number: int, depart_s: float, origin: str, destination: str, rng: np.random.Generator) -> str:
    speed_mps = float(np.clip(rng.normal(1.32, 0.18), 0.8, 1.8))
    return (
        f'<person id="p{number}" type="person" depart="{depart_s:.1f}" departPos="random" speedFactor="1">'
        f'<walk from="{origin}" to="{destination}" speed="{speed_mps:.2f}" departPosLat="random" arrivalPos="random"/>'
        f"</person>"
    )


def _types() -> Iterator[str]:
    for body in BODIES:
        kind = body.road_user_class
        if kind in DRIVING_STYLE:
            yield (
                f'<vType id="{body.name}" vClass="{SUMO_CLASS[kind]}" length="{body.length_m}" width="{body.width_m}" '
                f'sigma="0.3" tau="1.2" emergencyDecel="7" jmStoplineGap="2.0" jmTimegapMinor="1.5" impatience="0" '
                f'lcStrategic="8" lcSpeedGain="0.4" lcKeepRight="0.1" '
                f'lcMaxSpeedLatStanding="0" lcMaxSpeedLatFactor="0.3" '
                f'speedFactor="normc(0.96,0.06,0.82,1.06)" {DRIVING_STYLE[kind]}/>'
            )
    yield '<vType id="person" vClass="pedestrian" length="0.5" width="0.6"/>'


def bus_stops(world: World, streets: Streets) -> tuple[tuple[NetLane, float], ...]:
    """Returns the lane of each bus stop and how far along it the front of a bus stops."""
    stops = []
    for prop in world.props:
        if prop.kind is PropKind.BUS_SHELTER:
            found = nearest_lane(streets, np.array([prop.x_m, prop.y_m]), (LaneKind.BUS, LaneKind.DRIVING))
            if found is not None and found[2] < BUS_STOP_REACH_M:
                stops.append((found[0], found[1]))
    return tuple(stops)


def nearest_lane(
    streets: Streets, point_m: FloatArray, kinds: tuple[LaneKind, ...]
) -> tuple[NetLane, float, float] | None:
    """Returns the lane nearest to a point, how far along it that is, and how far away."""
    best: tuple[NetLane, float, float] | None = None
    for lane in streets.net.lanes:
        if lane.kind in kinds:
            step = np.diff(lane.line_m, axis=0)
            length = np.hypot(*step.T)
            share = np.clip(((point_m - lane.line_m[:-1]) * step).sum(1) / length**2, 0.0, 1.0)
            away = np.hypot(*(lane.line_m[:-1] + share[:, None] * step - point_m).T)
            place = int(away.argmin())
            along_m = float(length[:place].sum() + share[place] * length[place])
            if best is None or away[place] < best[2]:
                best = (lane, along_m, float(away[place]))
    return best
