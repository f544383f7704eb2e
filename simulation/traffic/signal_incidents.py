"""Incidents at the stop line: driving on at red, stopping beyond the line."""

import numpy as np

from roadside.types.observations import SignalPhase
from roadside.types.road import LaneKind, StopLine
from simulation.traffic.course import Course, course, through_edges
from simulation.traffic.incident import Incident
from simulation.traffic.ride import Halt, Pace, ride, vehicle_on
from simulation.traffic.script import Script, Stage, event_while, instant_of, lane_of
from simulation.traffic.ways import STEP_S
from simulation.types.bodies import BODY_NUMBER, SIZE_OF_BODY_M
from simulation.worlds.street_net import NetLane

BEYOND_M = 1.6
"""How far beyond the stop line a vehicle comes to rest that stops too late."""


def red_light_running(stage: Stage, incident: Incident, first_id: int) -> Script:
    """A vehicle drives across the stop line at red and through the junction."""
    lane, stop = _signalled_lane(stage, incident)
    _require_red(stage, incident, stop)
    line = course(
        stage.streets, through_edges(stage.streets, incident.edge, incident.to_edge), (incident.edge, lane.index)
    )
    body = incident.body or "hatchback"
    speed = 0.95 * lane.speed_limit_mps if np.isnan(incident.speed_mps) else incident.speed_mps
    way_m = ride(line.length_m, 0.0, speed, [])
    front_m = way_m + SIZE_OF_BODY_M[BODY_NUMBER[body], 0] / 2
    key = int((front_m >= _stop_place(line, stop)).argmax())
    ways = vehicle_on(line, way_m, body, first_id, instant_of(incident.at_s) - key, None, stage.lights_on)
    # Over when its rear has left the junction.
    rear_m = way_m - SIZE_OF_BODY_M[BODY_NUMBER[body], 0] / 2
    beyond_m = line.begins_m[_next_edge(line, incident.edge)]
    crossing = (np.arange(len(way_m)) >= key) & (rear_m <= beyond_m)
    return Script(ways, (event_while("red_light_running", ways, crossing, stage),))


def stop_line_crossing(stage: Stage, incident: Incident, first_id: int) -> Script:
    """A vehicle comes to rest with its front beyond the stop line at red, and waits there for green."""
    lane, stop = _signalled_lane(stage, incident)
    _require_red(stage, incident, stop)
    line = course(
        stage.streets, through_edges(stage.streets, incident.edge, incident.to_edge), (incident.edge, lane.index)
    )
    body = incident.body or "sedan"
    half_m = SIZE_OF_BODY_M[BODY_NUMBER[body], 0] / 2
    stop_m = _stop_place(line, stop) - half_m
    speed = 0.7 * lane.speed_limit_mps if np.isnan(incident.speed_mps) else incident.speed_mps
    greens = stage.signals.spans(stop.signal_group_id, (SignalPhase.GREEN_PERMISSIVE, SignalPhase.GREEN_PROTECTED))
    green_s = next((begin for begin, _ in greens if begin > incident.at_s), stage.duration_s + 20.0)
    arrive = ride(line.length_m, 0.0, speed, [Halt(stop_m + BEYOND_M, 1e9, 2.6)], until_s=80.0)
    key = int((arrive >= stop_m).argmax())
    still = int((np.gradient(arrive, STEP_S) < 1e-3).argmax())
    hold_s = max(green_s + 1.2 - incident.at_s - (still - key) * STEP_S, 1.0)
    orders: list[Pace | Halt] = [
        Halt(stop_m + BEYOND_M, hold_s, 2.6),
        Pace(stop_m + BEYOND_M + 0.1, 0.8 * lane.speed_limit_mps),
    ]
    way_m = ride(line.length_m, 0.0, speed, orders)
    ways = vehicle_on(line, way_m, body, first_id, instant_of(incident.at_s) - key, None, stage.lights_on)
    waits = (way_m >= stop_m) & (ways.instants * STEP_S < green_s)
    return Script(ways, (event_while("stop_line_crossing", ways, waits, stage),))


def _signalled_lane(stage: Stage, incident: Incident) -> tuple[NetLane, StopLine]:
    lane = lane_of(stage, incident, (LaneKind.DRIVING,), "a driving lane")
    for stop in stage.world.road.stop_lines:
        if lane.lane_id in stop.lane_ids and stop.signal_group_id:
            return lane, stop
    raise ValueError(f"{stage.world.name}: {incident.kind} needs a stop line with signals on {lane.lane_id}, got none")


def _require_red(stage: Stage, incident: Incident, stop: StopLine) -> None:
    shown = stage.signals.at(incident.at_s).get(stop.signal_group_id)
    if shown is not SignalPhase.RED:
        reds = stage.signals.spans(stop.signal_group_id, (SignalPhase.RED,))
        raise ValueError(
            f"{stage.world.name}: {incident.kind} at {incident.at_s:g} s needs {stop.signal_group_id} to be red, got "
            f"{shown}; it is red from and to {reds}"
        )


def _stop_place(line: Course, stop: StopLine) -> float:
    return line.nearest_m(stop.line_m[:, :2].mean(axis=0)) if len(stop.lane_ids) == 1 else _crossed(line, stop)


def _crossed(line: Course, stop: StopLine) -> float:
    """Returns how far along a course it crosses a stop line."""
    first, last = stop.line_m[0, :2], stop.line_m[-1, :2]
    across = (last - first) / np.hypot(*(last - first))
    normal = np.array([-across[1], across[0]])
    nearest = line.nearest_m((first + last) / 2)
    from_m = max(nearest - 15.0, 0.0)
    places = np.arange(from_m, nearest + 15.0, 0.05)
    points = np.column_stack([np.interp(places, line.ways_m, line.line_m[:, axis]) for axis in (0, 1)])
    gap = np.abs((points - first) @ normal)
    return float(places[gap.argmin()])


def _next_edge(line: Course, edge_id: str) -> str:
    names = [lane.edge_id for lane in line.lanes]
    return names[names.index(edge_id) + 1]
