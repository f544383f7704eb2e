"""Incidents of people and things where vehicles drive."""

import numpy as np

from roadside.types.road import LaneKind
from simulation.traffic.course import course, through_edges
from simulation.traffic.events import TrueEvent
from simulation.traffic.incident import Incident
from simulation.traffic.ride import ride, vehicle_on
from simulation.traffic.script import Script, Stage, event_while, in_lane, instant_of, lane_of
from simulation.traffic.walk_way import person_way
from simulation.traffic.ways import STEP_S, Ways
from simulation.types.bodies import BODY_NUMBER, SIZE_OF_BODY_M
from simulation.worlds.lines import directions_at, left_of, length_m, points_at
from simulation.worlds.street_net import NetLane

CONES, CONE_STEP_M = 6, 3.0
"""How many cones close a lane, and how far apart along it."""

SLIDE_MPS2 = 5.0
"""At which what falls off a truck comes to rest on the road."""

WALK_MPS = 1.3


def pedestrian_on_carriageway(stage: Stage, incident: Incident, first_id: int) -> Script:
    """A person steps from the pavement onto the road, walks along it against the traffic, and goes back."""
    pavement = lane_of(stage, Incident(incident.kind, incident.at_s, incident.edge), (LaneKind.SIDEWALK,), "a pavement")
    edge = stage.streets.edge(incident.edge)
    driving = [lane for lane in edge.lanes if lane.kind in (LaneKind.DRIVING, LaneKind.BUS)]
    if not driving:
        raise ValueError(f"{stage.world.name}: {incident.kind} needs a driving lane on edge {incident.edge}, got none")
    lane = driving[0] if incident.lane is None else edge.lanes[incident.lane]
    along_m = length_m(lane.line_m) / 2 if np.isnan(incident.along_m) else incident.along_m
    walk_m = min(max(incident.duration_s * WALK_MPS - lane.width_m, 2.0), along_m - 1.0)
    border_m = -lane.width_m / 2 + 0.7

    def beside(line: NetLane, at_m: float, aside_m: float) -> np.ndarray:
        return points_at(line.line_m, at_m) + aside_m * left_of(directions_at(line.line_m, at_m))

    places = [
        beside(pavement, along_m + 8.0, 0.3), beside(pavement, along_m + 1.0, 0.3), beside(lane, along_m, border_m),
        beside(lane, along_m - walk_m, border_m), beside(pavement, along_m - walk_m - 1.0, 0.3),
        beside(pavement, along_m - walk_m - 9.0, 0.0),
    ]  # fmt: skip
    carriageway = [other for other in edge.lanes if other.kind in (LaneKind.DRIVING, LaneKind.BUS, LaneKind.EMERGENCY)]

    def on_road(ways: Ways) -> np.ndarray:
        return np.asarray(np.any([in_lane(other, ways.position_m) for other in carriageway], axis=0))

    body = incident.body or "tall_adult"
    key = int(on_road(person_way(places, WALK_MPS, body, first_id, 0)).argmax())
    ways = person_way(places, WALK_MPS, body, first_id, instant_of(incident.at_s) - key)
    return Script(ways, (event_while("pedestrian_on_carriageway", ways, on_road(ways), stage),))


def lost_load(stage: Stage, incident: Incident, first_id: int) -> Script:
    """A carton falls off a flatbed truck that drives on; it slides to rest and lies there until somebody clears it."""
    lane = lane_of(stage, incident, (LaneKind.DRIVING,), "a driving lane")
    line = course(
        stage.streets, through_edges(stage.streets, incident.edge, incident.to_edge), (incident.edge, lane.index)
    )
    along_m = length_m(lane.line_m) / 2 if np.isnan(incident.along_m) else incident.along_m
    speed = 0.7 * lane.speed_limit_mps if np.isnan(incident.speed_mps) else incident.speed_mps
    body, load = "flatbed", incident.body or "carton"
    way_m = ride(line.length_m, 0.0, speed, [])
    reach_m = (SIZE_OF_BODY_M[BODY_NUMBER[body], 0] + SIZE_OF_BODY_M[BODY_NUMBER[load], 0]) / 2 + 0.2
    at_m = line.at(incident.edge, along_m)
    slide_m = speed**2 / (2 * SLIDE_MPS2)
    key = int((way_m - reach_m >= at_m - slide_m).argmax())
    first = instant_of(incident.at_s)
    truck = vehicle_on(line, way_m, body, first_id, first - key, None, stage.lights_on)
    count = min(instant_of(incident.duration_s), instant_of(stage.duration_s - incident.at_s) + 1)
    sliding = np.maximum(speed - SLIDE_MPS2 * STEP_S * np.arange(count), 0.0)
    moved_m = np.concatenate([[0.0], np.cumsum((sliding[:-1] + sliding[1:]) / 2 * STEP_S)])
    place_m = way_m[key] - reach_m + moved_m
    position_m = points_at(line.line_m, place_m)
    start = directions_at(line.line_m, place_m[0])
    spin = 0.9 * (1 - np.exp(-moved_m / 3.0))
    carton = Ways(
        np.full(count, first_id + 1), first + np.arange(count), np.full(count, BODY_NUMBER[load]), position_m,
        np.arctan2(start[1], start[0]) + spin, moved_m, np.zeros(count, np.int64),
    )  # fmt: skip
    end_s = incident.at_s + incident.duration_s
    end_s = end_s if end_s < stage.duration_s else float("inf")
    event = TrueEvent("lost_load", first * STEP_S, end_s, position_m[-1].copy(), (first_id + 1,))
    return Script(Ways.joined([truck, carton]), (event,))


def cones(stage: Stage, incident: Incident, first_id: int) -> Script:
    """Cones that close a lane, in a line across it and then along its middle."""
    lane = lane_of(stage, incident, (LaneKind.DRIVING,), "a driving lane")
    along_m = length_m(lane.line_m) / 2 if np.isnan(incident.along_m) else incident.along_m
    first = instant_of(incident.at_s)
    count = min(instant_of(incident.duration_s), instant_of(stage.duration_s - incident.at_s) + 1)
    side = 1.0 if lane.index == max(other.index for other in stage.streets.driving(incident.edge)) else -1.0
    parts, places = [], []
    for number in range(CONES):
        at_m = along_m + number * CONE_STEP_M
        direction = directions_at(lane.line_m, at_m)
        aside_m = side * (lane.width_m / 2 - 0.3 - min(number, 3) * (lane.width_m - 0.6) / 3.6)
        place = points_at(lane.line_m, at_m) + aside_m * left_of(direction)
        places.append(place)
        parts.append(
            Ways(
                np.full(count, first_id + number), first + np.arange(count), np.full(count, BODY_NUMBER["cone"]),
                np.tile(place, (count, 1)), np.full(count, np.arctan2(direction[1], direction[0])), np.zeros(count),
                np.zeros(count, np.int64),
            )
        )  # fmt: skip
    end_s = incident.at_s + incident.duration_s
    end_s = end_s if end_s < stage.duration_s else float("inf")
    ids = tuple(range(first_id, first_id + CONES))
    event = TrueEvent("cones", first * STEP_S, end_s, np.mean(places, axis=0), ids)
    return Script(Ways.joined(parts), (event,))
