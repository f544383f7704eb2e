"""How vehicles come to a parking spot, and how they leave it."""

from collections.abc import Sequence

import numpy as np

from roadside.geometry.arrays import FloatArray
from simulation.traffic.course import Course, course
from simulation.traffic.manoeuvre import Manoeuvre, poses, timed, ways_out
from simulation.traffic.parked import Parked, centres_of, keeps_clear, stays, turning_way
from simulation.traffic.ride import Halt, Pace, bend_limits, ride, vehicle_on
from simulation.traffic.script import Stage, aside_of, in_lane, instant_of
from simulation.traffic.ways import Ways
from simulation.types.actors import Lights
from simulation.types.world import ParkingSpot
from simulation.worlds.lines import heading_at, points_at
from simulation.worlds.street_net import NetLane

OFFSETS_M = (0.0, 0.6, -0.6, 1.2, -1.2, 1.8, -1.8, 2.3, -2.3, 2.8, -2.8)
"""How far beside the middle of its lane a vehicle may stand before it turns into a spot, or after it has left it."""

SWERVE_M, STRAIGHT_M = 12.0, 4.5
"""Over which it gets there, and how far it then goes straight."""

WAITS = 10
"""Instants between coming to rest and turning in."""


def way_out(stage: Stage, car: Parked, standing: Sequence[Parked]) -> Manoeuvre | None:
    """Returns a way out of a spot that touches nobody; None where there is none."""
    lane = lane_of_spot(stage, car.spot)
    along_m, _ = aside_of(lane, car.centre_m[None])
    point, heading = points_at(lane.line_m, float(along_m[0])), heading_at(lane.line_m, float(along_m[0]))
    line = street_of(stage, car.spot)
    others = [other for other in standing if other is not car and np.hypot(*(other.centre_m - car.centre_m)) < 16.0]
    for pieces, offset_m in ways_out(car.rear(), point, heading, OFFSETS_M):
        track = poses(car.rear(), pieces)
        end = centres_of(track[-1:], car.body)
        if not in_lane(lane, end, 5.0)[0]:
            continue
        out = Manoeuvre(tuple(pieces), offset_m, float(aside_of(lane, end)[0][0]))
        if _joins(line, lane, out, end[0]) and _is_free(track, car.body, others):
            return out
    return None


def _joins(line: Course, lane: NetLane, out: Manoeuvre, end_m: FloatArray) -> bool:
    """Returns whether a way out ends beside the street's course, not where that bends into the next lane."""
    at_m = line.at(lane.edge_id, out.along_m)
    near = (line.ways_m > at_m - STRAIGHT_M / 2) & (line.ways_m < at_m + STRAIGHT_M / 2)
    _, aside_m = aside_of(lane, line.line_m[near])
    there = np.array([np.interp(at_m, line.ways_m, line.line_m[:, axis]) for axis in (0, 1)])
    return bool((np.abs(aside_m) < 0.02).all() and abs(np.hypot(*(end_m - there)) - abs(out.lane_offset_m)) < 0.02)


def _is_free(track: FloatArray, body: str, others: Sequence[Parked]) -> bool:
    """Returns whether a body whose rear axle is at poses keeps clear of parked vehicles."""
    track = track[::2]
    return keeps_clear(centres_of(track, body), track[:, 2], body, others)


def arrival(stage: Stage, comer: Parked, out: Manoeuvre, number: int) -> Ways:
    """Returns the way of somebody who begins to turn into a spot at instant 0, by a way out of it, and stays."""
    line = street_of(stage, comer.spot)
    at_m = line.at(lane_of_spot(stage, comer.spot).edge_id, out.along_m)
    begin_m = max(at_m - SWERVE_M - STRAIGHT_M, 0.1)
    swerving = line.swerving(((begin_m, 0.0), (at_m - STRAIGHT_M, out.lane_offset_m)))
    way_m = ride(at_m + 9.0, 0.0, 6.0, [Halt(at_m, 1e9, 1.6)], limits=bend_limits(swerving))
    way_m = way_m[: int((np.diff(way_m) < 1e-6).argmax()) + WAITS]
    # It stands a few millimetres off: the whole way is stretched by that.
    way_m *= at_m / way_m[-1]
    there = vehicle_on(swerving, way_m, comer.body, number, -len(way_m), None, stage.lights_on)
    inward = timed(poses(comer.rear(), out.pieces)[::-1])
    turning = turning_way(comer, inward, 0, number, _lamps(stage, comer), float(there.travelled_m[-1]))
    end = instant_of(stage.duration_s) + 1
    return Ways.joined([there, turning, stays(comer, number, len(turning), end, float(turning.travelled_m[-1]))])


def departure(stage: Stage, car: Parked, out: Manoeuvre, number: int) -> Ways:
    """Returns the way of somebody who stands in a spot and begins to leave it at instant 0."""
    before = stays(car, number, -instant_of(stage.duration_s) - 1, 0)
    turning = turning_way(car, timed(poses(car.rear(), out.pieces)), 0, number, _lamps(stage, car), 0.0)
    line = street_of(stage, car.spot)
    at_m = line.at(lane_of_spot(stage, car.spot).edge_id, out.along_m)
    swerving = line.swerving(((at_m + STRAIGHT_M, out.lane_offset_m), (at_m + STRAIGHT_M + SWERVE_M, 0.0)))
    way_m = ride(line.length_m, at_m, 0.0, [Pace(0.0, 12.0, 1.3)], limits=bend_limits(swerving))
    gone = vehicle_on(swerving, way_m[1:], car.body, number, len(turning), None, stage.lights_on)
    return Ways.joined([before, turning, gone.further(float(turning.travelled_m[-1]))])


def _lamps(stage: Stage, car: Parked) -> int:
    """Returns the indicator towards a spot, and the head lights where they burn."""
    is_right = aside_of(lane_of_spot(stage, car.spot), car.centre_m[None])[1][0] < 0
    return int(Lights.RIGHT if is_right else Lights.LEFT) | (int(Lights.HEAD) if stage.lights_on else 0)


def lane_of_spot(stage: Stage, spot: ParkingSpot) -> NetLane:
    """Returns the lane from which a spot is reached."""
    return next(lane for lane in stage.streets.net.lanes if lane.lane_id == spot.lane_id)


def street_of(stage: Stage, spot: ParkingSpot) -> Course:
    """Returns the course from an end of the world along a spot's lane to another end."""
    edge = lane_of_spot(stage, spot).edge_id
    streets = stage.streets
    before = min((streets.route(entry, edge) for entry in streets.entries() if streets.route(entry, edge)), key=_short)
    after = min((streets.route(edge, way) for way in streets.exits() if streets.route(edge, way)), key=_short)
    return course(streets, before + after[1:])


def _short(way: tuple[str, ...]) -> tuple[int, tuple[str, ...]]:
    return len(way), way
