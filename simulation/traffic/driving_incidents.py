"""Incidents of one vehicle on its way: too fast, too slow, stopped, braking for nothing."""

import numpy as np

from roadside.types.road import LaneKind
from simulation.traffic.course import Course, course, through_edges
from simulation.traffic.definitions import (
    BRAKING_MPS2,
    SLOW_SHARE,
    SPEEDING_OVER_MPS,
    STANDING_MPS,
)
from simulation.traffic.incident import Incident
from simulation.traffic.ride import Halt, Pace, bend_limits, ride, vehicle_on
from simulation.traffic.script import Script, Stage, event_while, instant_of, lane_of, speed_of
from simulation.traffic.ways import STEP_S, Ways
from simulation.worlds.lines import length_m
from simulation.worlds.street_net import NetLane

MOTOR = (LaneKind.DRIVING,)


def value_or(number: float, otherwise: float) -> float:
    """Returns a number that an incident states, or another one where it states none."""
    return otherwise if np.isnan(number) else number


def place_along(incident: Incident, lane: NetLane) -> float:
    """Returns how far along a lane an incident happens: in the middle where it does not say."""
    return value_or(incident.along_m, length_m(lane.line_m) / 2)


def own_course(stage: Stage, incident: Incident, lane: NetLane) -> Course:
    """Returns the course of an incident's vehicle: by its lane from one end of the world to another."""
    edges = through_edges(stage.streets, incident.edge, incident.to_edge)
    return course(stage.streets, edges, (incident.edge, lane.index) if lane.kind is LaneKind.DRIVING else None)


def timed_ride(
    stage: Stage,
    line: Course,
    way_m: np.ndarray,
    incident: Incident,
    body: str,
    number: int,
    key: int,
    hazard: tuple[float, float] | None = None,
) -> Ways:
    """Returns the way of the vehicle, timed so that row ``key`` is at the incident's time."""
    first = instant_of(incident.at_s) - key
    return vehicle_on(line, way_m, body, number, first, hazard, stage.lights_on)


def stopped_vehicle(stage: Stage, incident: Incident, first_id: int) -> Script:
    """A vehicle breaks down on its lane, flashes its hazard lights, and later drives on."""
    lane = lane_of(stage, incident, MOTOR, "a driving lane")
    line = own_course(stage, incident, lane)
    at_m = line.at(incident.edge, place_along(incident, lane))
    speed = value_or(incident.speed_mps, 0.85 * lane.speed_limit_mps)
    way_m = ride(line.length_m, 0.0, speed, [Halt(at_m, incident.duration_s, 2.8)], limits=bend_limits(line))
    stands = np.flatnonzero(np.gradient(way_m, STEP_S) < STANDING_MPS)
    body = incident.body or "estate"
    ways = timed_ride(
        stage, line, way_m, incident, body, first_id, int(stands[0]), (stands[0] * STEP_S, stands[-1] * STEP_S)
    )
    return Script(ways, (event_while("stopped_vehicle", ways, speed_of(ways) < STANDING_MPS, stage),))


def speeding(stage: Stage, incident: Incident, first_id: int) -> Script:
    """A vehicle accelerates to far above the limit and stays there."""
    lane = lane_of(stage, incident, MOTOR, "a driving lane")
    line = own_course(stage, incident, lane)
    at_m = line.at(incident.edge, place_along(incident, lane))
    over = lane.speed_limit_mps + SPEEDING_OVER_MPS
    speed = value_or(incident.speed_mps, lane.speed_limit_mps * 1.75)
    start = 0.95 * lane.speed_limit_mps
    # It has the limit's excess just at the place: v^2 = v0^2 + 2 a s.
    run_up_m = (over**2 - start**2) / (2 * 3.2)
    way_m = ride(line.length_m, 0.0, start, [Pace(at_m - run_up_m, speed, 3.2)])
    key = int((np.gradient(way_m, STEP_S) > over).argmax())
    ways = timed_ride(stage, line, way_m, incident, incident.body or "sedan", first_id, key)
    return Script(ways, (event_while("speeding", ways, speed_of(ways) > over, stage),))


def slow_vehicle(stage: Stage, incident: Incident, first_id: int) -> Script:
    """A vehicle creeps along a free road for a while."""
    lane = lane_of(stage, incident, MOTOR, "a driving lane")
    line = own_course(stage, incident, lane)
    at_m = line.at(incident.edge, place_along(incident, lane))
    slow = SLOW_SHARE * lane.speed_limit_mps
    speed, start = value_or(incident.speed_mps, 0.2 * lane.speed_limit_mps), 0.8 * lane.speed_limit_mps
    begin_m = at_m - (start**2 - slow**2) / (2 * 1.5)
    orders = [Pace(begin_m, speed, 1.5), Pace(at_m + speed * incident.duration_s, start, 1.5)]
    way_m = ride(line.length_m, 0.0, start, orders)
    key = int((np.gradient(way_m, STEP_S) < slow).argmax())
    ways = timed_ride(stage, line, way_m, incident, incident.body or "flatbed", first_id, key)
    return Script(ways, (event_while("slow_vehicle", ways, speed_of(ways) < slow, stage),))


def abrupt_braking(stage: Stage, incident: Incident, first_id: int) -> Script:
    """A vehicle brakes as hard as it can, for nothing, and drives on."""
    lane = lane_of(stage, incident, MOTOR, "a driving lane")
    line = own_course(stage, incident, lane)
    at_m = line.at(incident.edge, place_along(incident, lane))
    speed = value_or(incident.speed_mps, 0.95 * lane.speed_limit_mps)
    way_m = ride(line.length_m, 0.0, speed, [Pace(at_m, 1.5, 7.4), Pace(at_m + 0.3 + speed**2 / 14.8, speed, 1.8)])
    braking = np.gradient(np.gradient(way_m, STEP_S), STEP_S) < -BRAKING_MPS2
    ways = timed_ride(stage, line, way_m, incident, incident.body or "suv", first_id, int(braking.argmax()))
    slowing = np.gradient(speed_of(ways), STEP_S) < -BRAKING_MPS2
    return Script(ways, (event_while("abrupt_braking", ways, slowing, stage),))
