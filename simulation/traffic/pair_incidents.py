"""Incidents between two: a driver who looks away behind one who brakes, a person in front of a car."""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import FloatArray
from roadside.types.road import LaneKind
from simulation.traffic.conflicts import needed_mps2
from simulation.traffic.course import Course, course, through_edges
from simulation.traffic.definitions import NEAR_MISS_MPS2, RISK_MPS2, STANDING_MPS
from simulation.traffic.incident import Incident
from simulation.traffic.ride import Halt, Pace, ride, vehicle_on, with_lights
from simulation.traffic.script import Script, Stage, event_while, instant_of, lane_of, speed_of
from simulation.traffic.walk_way import person_way
from simulation.traffic.ways import STEP_S, Ways
from simulation.types.actors import Lights
from simulation.types.bodies import BODY_NUMBER, SIZE_OF_BODY_M
from simulation.worlds.lines import length_m, points_at
from simulation.worlds.street_net import NetLane

GAP_S = 1.1
"""Of the follower to the one in front, before that one brakes."""

LATEST_S = 2.6
"""No driver looks away for longer."""

CRUSH_MPS2 = 9.0
"""At which both slow down together after a collision, wheels locked, to rest."""

TOUCH_M = 0.06
"""How far the bodies are pushed into each other."""


@dataclass(frozen=True, slots=True, eq=False)
class _Pair:
    """Two rides on one course, instant by instant, and when they are nearest."""

    lead_m: FloatArray
    follow_m: FloatArray
    gap_m: FloatArray

    def need_mps2(self) -> float:
        """Returns the most that the second must brake not to run into the first: v^2 / (2 gap), v closing."""
        closing = np.maximum(np.gradient(self.follow_m - self.lead_m, STEP_S), 0.0)
        return float((closing**2 / (2 * np.maximum(self.gap_m, 0.01))).max())


def near_miss(stage: Stage, incident: Incident, first_id: int) -> Script:
    """A driver looks up late and just manages to brake behind another one who has braked."""
    return _late_braking(stage, incident, first_id, "near_miss", 8.6, NEAR_MISS_MPS2)


def collision_risk(stage: Stage, incident: Incident, first_id: int) -> Script:
    """A driver comes too near to another one who has braked, and brakes in time."""
    return _late_braking(stage, incident, first_id, "collision_risk", 7.0, RISK_MPS2)


def _late_braking(
    stage: Stage, incident: Incident, first_id: int, kind: str, brake_mps2: float, need_mps2: float
) -> Script:
    """Returns the script in which the follower has to brake with a little more than ``need_mps2``, and does."""
    lane, line, at_m, bodies = _set_up(stage, incident)
    speed = _speed(incident, lane)
    pair = _just_in_time(line, at_m, speed, bodies, brake_mps2, need_mps2 + 0.7)
    first, second = _ways_of(stage, line, pair, bodies, first_id, 0)
    key = int((needed_mps2(first, second) > RISK_MPS2).argmax())
    first, second = _ways_of(stage, line, pair, bodies, first_id, instant_of(incident.at_s) - key)
    ids = (first_id, first_id + 1)
    need = needed_mps2(first, second)
    if need.max() < need_mps2:
        raise ValueError(
            f"{stage.world.name}: {kind} needs more than {need_mps2} m/s2 to avoid a collision, got {need.max():.1f}"
        )
    holds = need > RISK_MPS2
    return Script(Ways.joined([first, second]), (event_while(kind, second, holds, stage, ids),))


def _just_in_time(
    line: Course, at_m: float, speed: float, bodies: tuple[str, str], brake_mps2: float, need_mps2: float
) -> _Pair:
    """Returns the rides in which the second must brake with ``need_mps2``, and brakes with no more than it can."""
    late_s = 0.0
    while late_s < LATEST_S and _rides(line, at_m, speed, bodies, late_s + STEP_S, brake_mps2).need_mps2() < need_mps2:
        late_s += STEP_S
    low, high = 2.0, brake_mps2
    # The softer it brakes the nearer it comes, and the harder it would have to.
    for _ in range(20):
        middle = (low + high) / 2
        if _rides(line, at_m, speed, bodies, late_s, middle).need_mps2() > need_mps2:
            low = middle
        else:
            high = middle
    return _rides(line, at_m, speed, bodies, late_s, high)


def collision(stage: Stage, incident: Incident, first_id: int) -> Script:
    """A driver looks up too late and runs into the one in front; both come to rest and stay there."""
    lane, line, at_m, bodies = _set_up(stage, incident)
    pair = _rides(line, at_m, _speed(incident, lane), bodies, LATEST_S, 6.0)
    hit = int((pair.gap_m <= 0.0).argmax())
    if pair.gap_m[hit] > 0.0:
        raise ValueError(
            f"{stage.world.name}: the follower must run into the one in front, stays {pair.gap_m.min()} m away"
        )
    speeds = [float(np.gradient(way, STEP_S)[hit]) for way in (pair.lead_m, pair.follow_m)]
    together = sum(speeds) / 2
    count = len(pair.lead_m) - hit
    # One push for both, then they slide to rest together.
    slide = np.maximum(together - CRUSH_MPS2 / 1.8 * STEP_S * np.arange(count), 0.0)
    moved_m = np.concatenate([[0.0], np.cumsum((slide[:-1] + slide[1:]) / 2 * STEP_S)])
    lead_m = np.concatenate([pair.lead_m[:hit], pair.lead_m[hit] + moved_m])
    bumper_m = (SIZE_OF_BODY_M[BODY_NUMBER[bodies[0]], 0] + SIZE_OF_BODY_M[BODY_NUMBER[bodies[1]], 0]) / 2
    follow_m = np.concatenate([pair.follow_m[:hit], lead_m[hit:] - bumper_m + TOUCH_M])
    lead_m, follow_m = _parting(line, lead_m, follow_m, hit, incident.duration_s, stage)
    struck = _Pair(lead_m, follow_m, pair.gap_m)
    first, second = _ways_of(stage, line, struck, bodies, first_id, instant_of(incident.at_s) - hit)
    ids = (first_id, first_id + 1)
    # Over when both have driven on.
    rows = np.arange(len(second))
    gone = (rows > hit + 5) & (speed_of(second) > STANDING_MPS) & (np.gradient(speed_of(second), STEP_S) > 0.3)
    event = event_while("collision", second, (rows >= hit) & ~np.maximum.accumulate(gone), stage, ids)
    stopped = [
        event_while("stopped_vehicle", way, (speed_of(way) < STANDING_MPS) & (np.arange(len(way)) > hit), stage)
        for way in (first, second)
    ]
    lamps = [
        np.where(np.arange(len(way)) > hit + 15, way.lights | int(Lights.HAZARD), way.lights) for way in (first, second)
    ]
    ways = Ways.joined([with_lights(first, lamps[0]), with_lights(second, lamps[1])])
    return Script(ways, (event, *stopped), (ids,))


def _parting(
    line: Course, lead_m: FloatArray, follow_m: FloatArray, hit: int, duration_s: float, stage: Stage
) -> tuple[FloatArray, FloatArray]:
    """Returns the two rides with what comes after the impact: they stand for a while, then drive on one by one."""
    still = hit + int((np.gradient(lead_m[hit:], STEP_S) < 1e-6).argmax()) + 1
    ends = []
    for way, wait_s in ((lead_m, duration_s), (follow_m, duration_s + 4.0)):
        stands = np.full(int(min(wait_s, stage.duration_s + 30.0) / STEP_S), way[still])
        ends.append(np.concatenate([way[:still], stands, ride(line.length_m, way[still], 0.0, [Pace(0.0, 9.0, 1.3)])]))
    count = min(len(way) for way in ends)
    return ends[0][:count], ends[1][:count]


def vulnerable_road_user_conflict(stage: Stage, incident: Incident, first_id: int) -> Script:
    """A person steps onto the road in front of a car, which brakes hard and lets them pass."""
    lane = lane_of(stage, incident, (LaneKind.DRIVING,), "a driving lane")
    pavement = lane_of(stage, Incident(incident.kind, incident.at_s, incident.edge), (LaneKind.SIDEWALK,), "a pavement")
    line = course(stage.streets, through_edges(stage.streets, incident.edge), (incident.edge, lane.index))
    along_m = incident.along_m if not np.isnan(incident.along_m) else length_m(lane.line_m) / 2
    there = points_at(lane.line_m, along_m)
    kerb = points_at(pavement.line_m, along_m)
    across = (there - kerb) / np.hypot(*(there - kerb))
    # Out to the far side of the lane, a stop for breath, and back: nobody else's lane is touched.
    turn = there + across * (lane.width_m / 2 - 0.4)
    person = person_way(
        [kerb - 2.5 * across, turn, kerb, kerb - 4.0 * across], 1.7, incident.body or "adult", first_id + 1, 0
    )
    body = "estate"
    half_m = SIZE_OF_BODY_M[BODY_NUMBER[body], 0] / 2
    at_m = line.at(incident.edge, along_m)
    speed = _speed(incident, lane) * 0.8
    near_edge = float(np.hypot(*(there - kerb))) - lane.width_m / 2 - 0.9
    entering = int((((person.position_m - kerb) @ across) > near_edge).argmax())
    brake_m = at_m - half_m - 1.2 - speed**2 / (2 * 6.4)
    way_m = ride(
        line.length_m, 0.0, speed, [Pace(brake_m, 0.6, 6.4), Pace(at_m - half_m - 0.9, 0.4, 2.0)], until_s=120.0
    )
    braking = int((way_m >= brake_m).argmax())
    clear_s = (len(person) - entering) * STEP_S * 0.62
    way_m = ride(line.length_m, 0.0, speed, [Pace(brake_m, 1.0, 6.4), Halt(at_m - half_m - 1.2, clear_s, 6.4),
                                             Pace(at_m - half_m - 1.1, speed, 1.6)])  # fmt: skip
    lead = braking - entering - 2

    def played(first: int) -> tuple[Ways, Ways]:
        car = vehicle_on(line, way_m, body, first_id, first, None, stage.lights_on)
        walker = person_way([kerb - 2.5 * across, turn, kerb, kerb - 4.0 * across], 1.7, incident.body or "adult",
                            first_id + 1, first + lead)  # fmt: skip
        return car, walker

    car, walker = played(0)
    key = int((needed_mps2(walker, car) > RISK_MPS2).argmax())
    car, walker = played(instant_of(incident.at_s) - key)
    holds = needed_mps2(walker, car) > RISK_MPS2
    event = event_while(incident.kind, car, holds, stage, (first_id, first_id + 1))
    return Script(Ways.joined([car, walker]), (event,))


def _set_up(stage: Stage, incident: Incident) -> tuple[NetLane, Course, float, tuple[str, str]]:
    lane = lane_of(stage, incident, (LaneKind.DRIVING,), "a driving lane")
    edges = through_edges(stage.streets, incident.edge, incident.to_edge)
    line = course(stage.streets, edges, (incident.edge, lane.index))
    along_m = incident.along_m if not np.isnan(incident.along_m) else length_m(lane.line_m) / 2
    return lane, line, line.at(incident.edge, along_m), ("hatchback", incident.body or "sedan")


def _speed(incident: Incident, lane: NetLane) -> float:
    return 0.85 * lane.speed_limit_mps if np.isnan(incident.speed_mps) else incident.speed_mps


def _rides(line: Course, at_m: float, speed: float, bodies: tuple[str, str], late_s: float, brake_mps2: float) -> _Pair:
    """Returns the two rides: the first brakes before ``at_m``, the second ``late_s`` after it."""
    lengths = [SIZE_OF_BODY_M[BODY_NUMBER[body], 0] for body in bodies]
    slow = 1.5
    brake_m = at_m - (speed**2 - slow**2) / (2 * 4.2)
    back_m = speed * GAP_S + (lengths[0] + lengths[1]) / 2
    lead_m = ride(line.length_m, 0.0, speed, [Pace(brake_m, slow, 4.2), Pace(at_m + 6.0, speed, 1.8)])
    begin = round(back_m / (speed * STEP_S))
    late_m = brake_m - back_m + late_s * speed
    follow_m = ride(line.length_m, 0.0, speed, [Pace(late_m, 1.0, brake_mps2), Pace(at_m, speed, 1.4)])
    count = min(len(lead_m) - begin, len(follow_m))
    lead_m, follow_m = lead_m[begin : begin + count], follow_m[:count]
    gap_m = lead_m - follow_m - (lengths[0] + lengths[1]) / 2
    return _Pair(lead_m, follow_m, gap_m)


def _ways_of(
    stage: Stage, line: Course, pair: _Pair, bodies: tuple[str, str], first_id: int, first: int
) -> tuple[Ways, Ways]:
    return (
        vehicle_on(line, pair.lead_m, bodies[0], first_id, first, None, stage.lights_on),
        vehicle_on(line, pair.follow_m, bodies[1], first_id + 1, first, None, stage.lights_on),
    )
