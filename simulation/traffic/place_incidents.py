"""Incidents of vehicles that stand where, or longer than, they may."""

import numpy as np
from shapely.geometry import Polygon

from roadside.types.road import Zone, ZoneKind
from simulation.traffic.course import Course, course, through_edges
from simulation.traffic.definitions import LOADING_LIMIT_S, STANDING_MPS
from simulation.traffic.events import TrueEvent
from simulation.traffic.incident import Incident
from simulation.traffic.ride import Halt, Pace, ride, vehicle_on
from simulation.traffic.script import Script, Stage, aside_of, event_while, in_lane, instant_of, speed_of
from simulation.traffic.ways import STEP_S
from simulation.types.bodies import BODY_NUMBER, SIZE_OF_BODY_M
from simulation.worlds.lines import length_m, points_at
from simulation.worlds.street_net import NetLane

SWERVE_M = 22.0
"""Over which a vehicle pulls over."""


def fire_lane_occupied(stage: Stage, incident: Incident, first_id: int) -> Script:
    """A van stops in a lane that must be left free for the fire brigade, and later drives on."""
    return _stands_in(stage, incident, first_id, ZoneKind.FIRE_LANE, "panel_van")


def illegal_stopping(stage: Stage, incident: Incident, first_id: int) -> Script:
    """A car stops where stopping is forbidden, and later drives on."""
    return _stands_in(stage, incident, first_id, ZoneKind.NO_STOPPING, "suv")


def _stands_in(stage: Stage, incident: Incident, first_id: int, kind: ZoneKind, body: str) -> Script:
    zone, beside = _zone_on(stage, incident, kind)
    line = course(stage.streets, through_edges(stage.streets, beside.edge_id), (beside.edge_id, beside.index))
    middle = np.asarray(Polygon(zone.polygon_m[:, :2]).centroid.coords[0])
    _, aside_m = aside_of(beside, middle[None])
    body = incident.body or body
    # Only so far aside that the vehicle stands in the area: where that lies on the lane, it stays on it.
    room_m = max(abs(float(aside_m[0])) - _half_across(zone, beside), 0.0)
    shift_m = float(np.sign(aside_m[0])) * min(
        room_m + SIZE_OF_BODY_M[BODY_NUMBER[body], 1] / 2, abs(float(aside_m[0]))
    )
    stop_m = line.nearest_m(middle)
    swerving = line.swerving(
        ((stop_m - SWERVE_M - 3.0, 0.0), (stop_m - 3.0, shift_m), (stop_m + 3.0, shift_m), (stop_m + SWERVE_M, 0.0))
    )
    speed = 0.8 * beside.speed_limit_mps
    way_m = ride(swerving.length_m, 0.0, speed, [Halt(stop_m, incident.duration_s), Pace(stop_m + 0.5, speed, 1.6)])
    stands = np.flatnonzero(np.gradient(way_m, STEP_S) < STANDING_MPS)
    flashing = (stands[0] * STEP_S, stands[-1] * STEP_S)
    first = instant_of(incident.at_s) - int(stands[0])
    ways = vehicle_on(swerving, way_m, body, first_id, first, flashing, stage.lights_on)
    return Script(ways, (event_while(incident.kind, ways, speed_of(ways) < STANDING_MPS, stage),))


def _zone_on(stage: Stage, incident: Incident, kind: ZoneKind) -> tuple[Zone, NetLane]:
    """Returns the zone of a kind nearest to the incident's edge, and the driving lane beside or below it."""
    found = []
    for zone in stage.world.road.zones:
        if zone.kind is kind:
            middle = zone.polygon_m[:, :2].mean(axis=0)
            found += [
                (abs(float(aside_of(lane, middle[None])[1][0])), lane.lane_id, zone, lane)
                for lane in stage.streets.driving(incident.edge)
                if in_lane(lane, middle[None], 8.0)[0]
            ]
    if not found:
        raise ValueError(
            f"{stage.world.name}: {incident.kind} needs a zone {kind.value} beside edge {incident.edge}, got none"
        )
    _, _, zone, lane = min(found, key=lambda entry: entry[:2])
    return zone, lane


def _half_across(zone: Zone, lane: NetLane) -> float:
    """Returns half the extent of a zone across a lane."""
    _, aside_m = aside_of(lane, zone.polygon_m[:, :2])
    return float(np.ptp(aside_m)) / 2


def loading_overstay(stage: Stage, incident: Incident, first_id: int) -> Script:
    """A van stands in a loading bay for longer than is allowed; the event begins when the time is up."""
    bays = [lane for lane in stage.streets.edge(incident.edge).lanes if lane.kind is None]
    own = stage.streets.driving(incident.edge)
    if not bays or not own:
        raise ValueError(f"{stage.world.name}: {incident.kind} needs a loading bay on edge {incident.edge}, got none")
    line, stop_m = into_bay(stage, incident.edge, bays[0], own[0], incident.along_m)
    body = incident.body or "panel_van"
    speed = 0.8 * own[0].speed_limit_mps
    hold_s = LOADING_LIMIT_S + incident.duration_s
    way_m = ride(line.length_m, 0.0, speed, [Halt(stop_m, hold_s), Pace(stop_m + 0.5, speed, 1.4)])
    stands = np.flatnonzero(np.gradient(way_m, STEP_S) < STANDING_MPS)
    first = instant_of(incident.at_s - LOADING_LIMIT_S) - int(stands[0])
    ways = vehicle_on(line, way_m, body, first_id, first, None, stage.lights_on)
    overdue = (speed_of(ways) < STANDING_MPS) & (ways.instants >= instant_of(incident.at_s))
    return Script(ways, (event_while("loading_overstay", ways, overdue, stage),))


def allowed_loading(stage: Stage, incident: Incident, first_id: int) -> Script:
    """A van stands in a loading bay for as long as is allowed: no event."""
    bays = [lane for lane in stage.streets.edge(incident.edge).lanes if lane.kind is None]
    own = stage.streets.driving(incident.edge)
    if not bays or not own:
        raise ValueError(f"{stage.world.name}: {incident.kind} needs a loading bay on edge {incident.edge}, got none")
    line, stop_m = into_bay(stage, incident.edge, bays[0], own[0], incident.along_m)
    speed = 0.8 * own[0].speed_limit_mps
    hold_s = min(incident.duration_s, LOADING_LIMIT_S - 1.0)
    way_m = ride(line.length_m, 0.0, speed, [Halt(stop_m, hold_s), Pace(stop_m + 0.5, speed, 1.4)])
    stands = np.flatnonzero(np.gradient(way_m, STEP_S) < STANDING_MPS)
    first = instant_of(incident.at_s) - int(stands[0])
    ways = vehicle_on(line, way_m, incident.body or "small_van", first_id, first, None, stage.lights_on)
    none: tuple[TrueEvent, ...] = ()
    return Script(ways, none)


def into_bay(stage: Stage, edge: str, bay: NetLane, lane: NetLane, along_m: float) -> tuple[Course, float]:
    """Returns the course along a lane that swerves into the bay beside it, and how far along it one stands there."""
    line = course(stage.streets, through_edges(stage.streets, edge), (edge, lane.index))
    along_m = length_m(bay.line_m) / 2 if np.isnan(along_m) else along_m
    aside_m = float(aside_of(lane, points_at(bay.line_m, along_m)[None])[1][0])
    stop_m = line.at(edge, along_m)
    breaks = ((stop_m - 16.0, 0.0), (stop_m - 2.0, aside_m), (stop_m + 2.0, aside_m), (stop_m + 16.0, 0.0))
    return line.swerving(breaks), stop_m
