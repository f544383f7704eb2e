"""Incidents of one vehicle in a lane where it must not be, or across a line that it must not cross."""

import numpy as np

from roadside.geometry.angles import wrapped_rad
from roadside.types.road import LaneKind
from simulation.traffic.course import Course, course, through_edges
from simulation.traffic.definitions import (
    U_TURN_RAD,
)
from simulation.traffic.driving_incidents import MOTOR, place_along, timed_ride, value_or
from simulation.traffic.incident import Incident
from simulation.traffic.ride import Pace, ride, vehicle_on
from simulation.traffic.script import Script, Stage, aside_of, event_while, in_lane, lane_of
from simulation.traffic.ways import Ways
from simulation.types.bodies import BODY_NUMBER, SIZE_OF_BODY_M
from simulation.worlds.lines import distances_m, heading_at, points_at
from simulation.worlds.street_net import NetLane

SWERVE_M = 32.0
"""Over which a vehicle changes to another lane."""

GAP_M = 15.0
"""Lanes that end so near to a place still count as running there: between two edges there is a gap."""


def wrong_way(stage: Stage, incident: Incident, first_id: int) -> Script:
    """A vehicle pulls over to a lane of the opposite direction, drives there against the traffic, and comes back.

    The incident's edge is the one driven against; it happens between ``along_m`` and nearer to the edge's begin.
    """
    lane = lane_of(stage, incident, MOTOR, "a driving lane")
    along_m = place_along(incident, lane)
    speed = value_or(incident.speed_mps, 9.0)
    line = _opposite_course(stage, lane, along_m)
    begin_m = line.nearest_m(points_at(lane.line_m, along_m))
    back_m = begin_m + speed * incident.duration_s
    breaks = [(begin_m - SWERVE_M / 2, 0.0)]
    places = np.arange(begin_m + SWERVE_M / 2, back_m - SWERVE_M / 2, 4.0).tolist()
    breaks += [(place_m, _across(line, lane, place_m)) for place_m in places]
    breaks.append((back_m - SWERVE_M / 2, _across(line, lane, back_m - SWERVE_M / 2)))
    swerving = line.swerving((*breaks, (back_m + SWERVE_M / 2, 0.0)))
    way_m = ride(swerving.length_m, 0.0, speed, [Pace(back_m + SWERVE_M / 2, speed * 1.2, 1.0)])
    probe = vehicle_on(swerving, way_m, incident.body or "hatchback", first_id, 0)
    key = int(_drives_against(probe, lane).argmax())
    ways = timed_ride(stage, swerving, way_m, incident, incident.body or "hatchback", first_id, key)
    return Script(ways, (event_while("wrong_way", ways, _drives_against(ways, lane), stage),))


def _across(line: Course, lane: NetLane, place_m: float) -> float:
    """Returns how far to the left of a course a lane runs at a place along the course."""
    here = points_at(line.line_m, place_m)
    along_m, _ = aside_of(lane, here[None])
    there = points_at(lane.line_m, along_m[0])
    heading = heading_at(line.line_m, place_m)
    return float((there - here) @ np.array([-np.sin(heading), np.cos(heading)]))


def _opposite_course(stage: Stage, lane: NetLane, along_m: float) -> Course:
    """Returns the course along the lane that runs the other way, nearest to the left of a lane at a place on it."""
    point, heading = points_at(lane.line_m, along_m), heading_at(lane.line_m, along_m)
    best: tuple[float, NetLane] | None = None
    for other in stage.streets.net.lanes:
        if other.kind is LaneKind.DRIVING and in_lane(other, point[None], 40.0, GAP_M)[0]:
            place_m, aside_m = aside_of(other, point[None])
            against = np.cos(heading_at(other.line_m, float(place_m[0])) - heading) < -0.9
            if against and aside_m[0] > 0 and (best is None or aside_m[0] < best[0]):
                best = (float(aside_m[0]), other)
    if best is None:
        raise ValueError(f"{stage.world.name}: a lane must run the other way beside {lane.lane_id}, got none")
    edges = through_edges(stage.streets, best[1].edge_id)
    return course(stage.streets, edges)


def _drives_against(ways: Ways, lane: NetLane) -> np.ndarray:
    along_m, _ = aside_of(lane, ways.position_m)
    lane_heading = np.array([heading_at(lane.line_m, float(place)) for place in along_m])
    against = np.cos(ways.heading_rad - lane_heading) < 0
    return np.asarray(against & in_lane(lane, ways.position_m))


def illegal_u_turn(stage: Stage, incident: Incident, first_id: int) -> Script:
    """A vehicle turns back in the middle of the road, from its lane into one of the opposite direction."""
    lane = lane_of(stage, incident, MOTOR, "a driving lane")
    along_m = place_along(incident, lane)
    back = _back_lane(stage, lane, along_m)
    there_m = course(stage.streets, through_edges(stage.streets, lane.edge_id), (lane.edge_id, lane.index))
    begin_m = there_m.at(lane.edge_id, along_m)
    point, heading = points_at(lane.line_m, along_m), heading_at(lane.line_m, along_m)
    back_m, aside_m = aside_of(back, point[None])
    radius_m = abs(float(aside_m[0])) / 2
    turn = np.linspace(0.0, np.pi, 40)[1:-1]
    forward, left = np.array([np.cos(heading), np.sin(heading)]), np.array([-np.sin(heading), np.cos(heading)])
    arc_m = point + radius_m * (np.sin(turn)[:, None] * forward + (1 - np.cos(turn))[:, None] * left)
    home = course(stage.streets, through_edges(stage.streets, back.edge_id), (back.edge_id, back.index))
    home_m = home.at(back.edge_id, float(back_m[0]))
    before = points_at(there_m.line_m, np.arange(0.0, begin_m, 0.5))
    after = points_at(home.line_m, np.arange(home_m, home.length_m, 0.5))
    line_m = np.concatenate([before, arc_m, after])
    line = Course(line_m, distances_m(line_m), {lane.edge_id: there_m.begins_m[lane.edge_id]}, (lane,))
    slow, fast = 3.4, 0.8 * lane.speed_limit_mps
    brake_m = begin_m - 6.0 - (fast**2 - slow**2) / (2 * 2.0)
    way_m = ride(line.length_m, 0.0, fast, [Pace(brake_m, slow), Pace(begin_m + np.pi * radius_m + 6.0, fast)])

    def turning(ways: Ways) -> np.ndarray:
        turned = np.abs(wrapped_rad(ways.heading_rad - heading))
        return np.asarray((turned > U_TURN_RAD) & (turned < np.pi - U_TURN_RAD) & (np.abs(_from(ways, point)) < 30.0))

    body = incident.body or "city_car"
    key = int(turning(vehicle_on(line, way_m, body, first_id, 0)).argmax())
    ways = timed_ride(stage, line, way_m, incident, body, first_id, key)
    return Script(ways, (event_while("illegal_u_turn", ways, turning(ways), stage),))


def _from(ways: Ways, point: np.ndarray) -> np.ndarray:
    return np.asarray(np.hypot(*(ways.position_m - point).T))


def _back_lane(stage: Stage, lane: NetLane, along_m: float) -> NetLane:
    """Returns the lane to turn back into: across the road, far enough for a turn without reversing."""
    point, heading = points_at(lane.line_m, along_m), heading_at(lane.line_m, along_m)
    found = []
    for other in stage.streets.net.lanes:
        if other.kind is LaneKind.DRIVING and in_lane(other, point[None], 25.0, GAP_M)[0]:
            place_m, aside_m = aside_of(other, point[None])
            against = np.cos(heading_at(other.line_m, float(place_m[0])) - heading) < -0.9
            if against and aside_m[0] >= 11.0:
                found.append((float(aside_m[0]), other.lane_id, other))
    if not found:
        raise ValueError(
            f"{stage.world.name}: a lane at least 11 m to the left of {lane.lane_id} must lead back, got none"
        )
    return min(found)[2]


def bicycle_lane_driving(stage: Stage, incident: Incident, first_id: int) -> Script:
    """A car drives in a bicycle lane."""
    return _in_foreign_lane(stage, incident, first_id, LaneKind.BICYCLE, "city_car")


def bus_lane_driving(stage: Stage, incident: Incident, first_id: int) -> Script:
    """A car drives in a bus lane."""
    return _in_foreign_lane(stage, incident, first_id, LaneKind.BUS, "suv")


def _in_foreign_lane(stage: Stage, incident: Incident, first_id: int, kind: LaneKind, body: str) -> Script:
    foreign = lane_of(stage, incident, (kind,), f"a lane of the kind {kind.value}")
    own = stage.streets.driving(incident.edge)
    if not own:
        raise ValueError(f"{stage.world.name}: {incident.kind} needs a driving lane beside {foreign.lane_id}, got none")
    beside = min(own, key=lambda lane: abs(lane.index - foreign.index))
    line = course(stage.streets, through_edges(stage.streets, incident.edge), (incident.edge, beside.index))
    along_m = place_along(incident, foreign)
    aside_m = -float(aside_of(foreign, points_at(beside.line_m, along_m)[None])[1][0])
    speed = value_or(incident.speed_mps, min(9.0, 0.8 * foreign.speed_limit_mps))
    begin_m = line.at(incident.edge, along_m)
    back_m = begin_m + speed * incident.duration_s
    breaks = ((begin_m - 18.0, 0.0), (begin_m + 10.0, aside_m), (back_m - 10.0, aside_m), (back_m + 18.0, 0.0))
    swerving = line.swerving(breaks)
    way_m = ride(swerving.length_m, 0.0, speed, [])

    def foreign_lane(ways: Ways) -> np.ndarray:
        return in_lane(foreign, ways.position_m)

    body = incident.body or body
    key = int(foreign_lane(vehicle_on(swerving, way_m, body, first_id, 0)).argmax())
    ways = timed_ride(stage, swerving, way_m, incident, body, first_id, key)
    return Script(ways, (event_while(incident.kind, ways, foreign_lane(ways), stage),))


def solid_line_lane_change(stage: Stage, incident: Incident, first_id: int) -> Script:
    """A vehicle changes lanes across a solid line."""
    lane = lane_of(stage, incident, MOTOR, "a driving lane")
    lanes = stage.streets.edge(incident.edge).lanes
    others = [other for other in lanes if other.kind is LaneKind.DRIVING and abs(other.index - lane.index) == 1]
    others = [other for other in others if not (other.may_change and lane.may_change)]
    if not others:
        raise ValueError(f"{stage.world.name}: a lane beside {lane.lane_id} must be parted by a solid line, got none")
    other = others[0]
    # It leaves by the other lane, and comes by the lane that runs where its own does.
    line = course(stage.streets, through_edges(stage.streets, incident.edge), (incident.edge, other.index))
    along_m = place_along(incident, lane)
    aside_m = -float(aside_of(lane, points_at(other.line_m, along_m)[None])[1][0])
    at_m = line.at(incident.edge, along_m)
    swerve_m = 22.0
    swerving = line.swerving(((at_m - swerve_m / 2, aside_m), (at_m + swerve_m / 2, 0.0)))
    speed = value_or(incident.speed_mps, min(9.0, 0.8 * lane.speed_limit_mps))
    way_m = ride(swerving.length_m, 0.0, speed, [])
    body = incident.body or "taxi"

    def on_line(ways: Ways) -> np.ndarray:
        border_m = np.abs(np.abs(aside_of(lane, ways.position_m)[1]) - lane.width_m / 2)
        return np.asarray((border_m < SIZE_OF_BODY_M[BODY_NUMBER[body], 1] / 2) & in_lane(lane, ways.position_m, 3.0))

    key = int(on_line(vehicle_on(swerving, way_m, body, first_id, 0)).argmax())
    ways = timed_ride(stage, swerving, way_m, incident, body, first_id, key)
    return Script(ways, (event_while("solid_line_lane_change", ways, on_line(ways), stage),))
