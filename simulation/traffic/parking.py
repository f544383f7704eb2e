"""Vehicles that arrive at, stand in and leave parking spots."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import FloatArray, IntArray
from roadside.types.road_users import RoadUserClass
from simulation.traffic.course import Course, course
from simulation.traffic.driven import AXLE_SHARE
from simulation.traffic.footprints import overlap, overlapping_pairs
from simulation.traffic.manoeuvre import Manoeuvre, poses, timed, ways_out
from simulation.traffic.parking_script import ParkingScript
from simulation.traffic.ride import Halt, Pace, bend_limits, ride, vehicle_on
from simulation.traffic.script import Script, Stage, aside_of, in_lane, instant_of
from simulation.traffic.ways import Ways
from simulation.types.actors import Lights
from simulation.types.bodies import BODIES, BODY_NUMBER, SIZE_OF_BODY_M, bodies_of
from simulation.types.world import ParkingSpot
from simulation.worlds.lines import heading_at, points_at
from simulation.worlds.street_net import NetLane

OFFSETS_M = (0.0, 0.6, -0.6, 1.2, -1.2, 1.8, -1.8, 2.3, -2.3, 2.8, -2.8)
"""How far beside the middle of its lane a vehicle may stand before it turns into a spot, or after it has left it."""

SWERVE_M, STRAIGHT_M = 12.0, 4.5
"""Over which it gets there, and how far it then goes straight."""

CLEARANCE_M = 0.12
"""Left to every parked vehicle, at least."""

ASKEW_RAD, BESIDE_M = 0.02, 0.08
"""Standard deviations of how people park."""

REVERSED_SHARE = 0.4
"""Of those in spots across the lane that stand with their tail to the wall."""

LATER_S = (0.0, 4.0, 8.0, 13.0, 19.0, 26.0, 34.0)
"""By how much somebody waits who would meet another one."""

ROOM_M = np.array([1.6, 0.3])
"""Added to length and width: vehicles that park keep so far from others on the move."""

WAITS = 10
"""Instants between coming to rest and turning in."""

MOST_INSTANTS = 1 << 40

SPACING_S = 17.0
"""From one that comes or goes to the next, at least: a manoeuvre lasts that long."""


@dataclass(frozen=True, slots=True, eq=False)
class _Parked:
    """One vehicle in its spot.

    Attributes:
        spot: its spot.
        body: its body's name.
        centre_m: (2,) of its footprint.
        heading_rad: where it faces.
    """

    spot: ParkingSpot
    body: str
    centre_m: FloatArray
    heading_rad: float

    def rear(self) -> FloatArray:
        """Returns (3,) x, y and heading of its rear axle."""
        back_m = AXLE_SHARE * SIZE_OF_BODY_M[BODY_NUMBER[self.body], 0]
        return np.array([*(self.centre_m - back_m * _unit(self.heading_rad)), self.heading_rad])


def parking_scripts(stage: Stage, script: ParkingScript, first_id: int, others: Ways) -> list[Script]:
    """Returns one script for every vehicle that parks, comes or goes.

    Args:
        stage: where and when.
        script: how many come and go.
        first_id: the vehicles are numbered from here on.
        others: what else is scripted: nobody drives into that.

    Raises:
        ValueError: the world has no parking spots.
    """
    spots = stage.world.parking_spots
    if not spots:
        raise ValueError(f"{stage.world.name}: parking needs parking spots, got none")
    rng = np.random.default_rng(script.seed)
    order = [spots[number] for number in rng.permutation(len(spots)) if spots[number].spot_id not in script.kept_free]
    count = round(script.taken * len(spots))
    lot = _Lot(stage, [_parked(spot, rng) for spot in order[:count]], list(order[count:]), others.within(MOST_INSTANTS))
    comes = rng.permutation(script.arrivals + script.departures) < script.arrivals
    for place, (time_s, arrives) in enumerate(
        zip(_times(stage.duration_s, len(comes), rng), comes.tolist(), strict=True)
    ):
        if arrives:
            lot.arrive(time_s, first_id + place, rng)
        else:
            lot.depart(time_s, first_id + place)
    first = first_id + len(comes)
    return lot.scripts + [Script(_stays(car, first + place, stage), ()) for place, car in enumerate(lot.waiting)]


class _Lot:
    """Who stands where while the script is written, vehicle by vehicle in order of time."""

    def __init__(self, stage: Stage, parked: list[_Parked], free: list[ParkingSpot], others: Ways) -> None:
        self.stage, self.free, self.scripts = stage, free, list[Script]()
        self.standing, self.waiting = list(parked), list(parked)
        self.moving = others

    def arrive(self, time_s: float, number: int, rng: np.random.Generator) -> None:
        """Lets somebody take a spot that can be reached, at the second or a little later."""
        for spot in self.free:
            comer = _parked(spot, rng)
            if _exit_way(self.stage, comer, self.standing) is None:
                continue
            for later_s in LATER_S:
                ways = _arrival(self.stage, comer, self.standing, time_s + later_s, number)
                if self._add(ways, self.standing):
                    self.free.remove(spot)
                    self.standing.append(comer)
                    return

    def depart(self, time_s: float, number: int) -> None:
        """Lets somebody leave who has room to, at the second or a little later."""
        for goer in self.waiting:
            if _exit_way(self.stage, goer, self.standing) is None:
                continue
            for later_s in LATER_S:
                others = [car for car in self.standing if car is not goer]
                if self._add(_departure(self.stage, goer, self.standing, time_s + later_s, number), others):
                    self.waiting.remove(goer)
                    self.standing.remove(goer)
                    return

    def _add(self, ways: Ways, parked: Sequence[_Parked]) -> bool:
        """Adds a vehicle unless it would meet another one, parked or on the move."""
        drives = np.hypot(*ways.velocity_mps().T) > 0.05
        if not _is_clear(ways.select(np.flatnonzero(drives)[::3]), parked):
            return False
        range_ = ways.instants[drives].min(), ways.instants[drives].max()
        near = self.moving.select((self.moving.instants >= range_[0]) & (self.moving.instants <= range_[1]))
        both = Ways.joined([ways, near])
        first, second = overlapping_pairs(
            both.instants, both.position_m, both.heading_rad, SIZE_OF_BODY_M[both.bodies, :2] + ROOM_M
        )
        new = len(ways)
        if ((first < new) != (second < new)).any():
            return False
        self.scripts.append(Script(ways, ()))
        self.moving = Ways.joined([self.moving, ways])
        return True


def _times(duration_s: float, count: int, rng: np.random.Generator) -> list[float]:
    """Returns when vehicles begin to turn in or out, far enough from one another."""
    slack_s = max(duration_s - 25.0 - SPACING_S * count, 0.0)
    gaps = rng.dirichlet(np.ones(count + 1))[:count] * slack_s
    return [float(8.0 + SPACING_S * place + gaps[: place + 1].sum()) for place in range(count)]


def _unit(heading_rad: float) -> FloatArray:
    return np.array([np.cos(heading_rad), np.sin(heading_rad)])


def _parked(spot: ParkingSpot, rng: np.random.Generator) -> _Parked:
    """Returns a vehicle in a spot: straight or a bit askew, some of them reversed."""
    kinds = (RoadUserClass.CAR, RoadUserClass.CAR, RoadUserClass.CAR, RoadUserClass.VAN)
    bodies = [BODIES[number] for kind in kinds for number in bodies_of(kind)]
    fitting = [body for body in bodies if body.length_m < spot.length_m - 0.2 and body.width_m < spot.width_m - 0.25]
    body = fitting[int(rng.integers(len(fitting)))]
    along_street = spot.length_m > 5.5
    turned = np.pi if not along_street and rng.random() < REVERSED_SHARE else 0.0
    heading = spot.heading_rad + turned + float(np.clip(rng.normal(0.0, ASKEW_RAD), -0.04, 0.04))
    room_m = max((spot.width_m - body.width_m) / 2 - 0.1, 0.0)
    aside_m = float(np.clip(rng.normal(0.0, BESIDE_M), -room_m, room_m))
    ahead_m = float(np.clip(rng.normal(0.0, 0.1), -0.15, 0.15))
    axis = _unit(spot.heading_rad)
    centre_m = spot.centre_m + ahead_m * axis + aside_m * np.array([-axis[1], axis[0]])
    return _Parked(spot, body.name, centre_m, heading)


def _lane_of(stage: Stage, spot: ParkingSpot) -> NetLane:
    return next(lane for lane in stage.streets.net.lanes if lane.lane_id == spot.lane_id)


def _exit_way(stage: Stage, car: _Parked, standing: Sequence[_Parked]) -> Manoeuvre | None:
    """Returns a way out of a spot that touches nobody; None where there is none."""
    lane = _lane_of(stage, car.spot)
    along_m, _ = aside_of(lane, car.centre_m[None])
    point, heading = points_at(lane.line_m, float(along_m[0])), heading_at(lane.line_m, float(along_m[0]))
    line = _street(stage, car.spot)
    others = [other for other in standing if other is not car and np.hypot(*(other.centre_m - car.centre_m)) < 16.0]
    for pieces, offset_m in ways_out(car.rear(), point, heading, OFFSETS_M):
        track = poses(car.rear(), pieces)
        end = _centres(track[-1:], car.body)
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


def _centres(track: FloatArray, body: str) -> FloatArray:
    ahead_m = AXLE_SHARE * SIZE_OF_BODY_M[BODY_NUMBER[body], 0]
    return np.asarray(track[:, :2] + ahead_m * np.column_stack([np.cos(track[:, 2]), np.sin(track[:, 2])]))


def _is_free(track: FloatArray, body: str, others: Sequence[_Parked]) -> bool:
    """Returns whether a body whose rear axle is at poses keeps clear of parked vehicles."""
    track = track[::2]
    return _keeps_clear(_centres(track, body), track[:, 2], body, others)


def _is_clear(ways: Ways, others: Sequence[_Parked]) -> bool:
    """Returns whether a vehicle on its way keeps clear of parked vehicles."""
    return _keeps_clear(ways.position_m, ways.heading_rad, BODIES[ways.bodies[0]].name, others)


def _keeps_clear(centres: FloatArray, headings: FloatArray, body: str, others: Sequence[_Parked]) -> bool:
    own = np.tile(SIZE_OF_BODY_M[BODY_NUMBER[body], :2] + CLEARANCE_M, (len(centres), 1))
    for other in others:
        size = np.tile(SIZE_OF_BODY_M[BODY_NUMBER[other.body], :2] + CLEARANCE_M, (len(centres), 1))
        facing = np.full(len(centres), other.heading_rad)
        if overlap(other.centre_m - centres, headings, facing, own, size).any():
            return False
    return True


def _arrival(stage: Stage, comer: _Parked, standing: Sequence[_Parked], time_s: float, number: int) -> Ways:
    """Returns the way of somebody who begins to turn into a spot at a second, and stays."""
    out = _way_out(stage, comer, standing)
    line = _street(stage, comer.spot)
    at_m = line.at(_lane_of(stage, comer.spot).edge_id, out.along_m)
    begin_m = max(at_m - SWERVE_M - STRAIGHT_M, 0.1)
    swerving = line.swerving(((begin_m, 0.0), (at_m - STRAIGHT_M, out.lane_offset_m)))
    way_m = ride(at_m + 9.0, 0.0, 6.0, [Halt(at_m, 1e9, 1.6)], limits=bend_limits(swerving))
    way_m = way_m[: int((np.diff(way_m) < 1e-6).argmax()) + WAITS]
    # It stands a few millimetres off: the whole way is stretched by that.
    way_m *= at_m / way_m[-1]
    first = instant_of(time_s) - len(way_m)
    there = vehicle_on(swerving, way_m, comer.body, number, first, None, stage.lights_on)
    inward = timed(poses(comer.rear(), out.pieces)[::-1])
    turning = _turning(comer, inward, instant_of(time_s), number, stage, float(there.travelled_m[-1]))
    stays = _stays(comer, number, stage, int(turning.instants[-1]) + 1, float(turning.travelled_m[-1]))
    return Ways.joined([there, turning, stays])


def _way_out(stage: Stage, car: _Parked, standing: Sequence[_Parked]) -> Manoeuvre:
    out = _exit_way(stage, car, standing)
    if out is None:
        raise ValueError(f"{stage.world.name}: there must be a way out of spot {car.spot.spot_id}, got none")
    return out


def _departure(stage: Stage, car: _Parked, standing: Sequence[_Parked], time_s: float, number: int) -> Ways:
    """Returns the way of somebody who stands in a spot and begins to leave it at a second."""
    out = _way_out(stage, car, standing)
    begin = instant_of(time_s)
    before = _stays(car, number, stage, None, 0.0, begin)
    turning = _turning(car, timed(poses(car.rear(), out.pieces)), begin, number, stage, 0.0)
    line = _street(stage, car.spot)
    at_m = line.at(_lane_of(stage, car.spot).edge_id, out.along_m)
    swerving = line.swerving(((at_m + STRAIGHT_M, out.lane_offset_m), (at_m + STRAIGHT_M + SWERVE_M, 0.0)))
    way_m = ride(line.length_m, at_m, 0.0, [Pace(0.0, 12.0, 1.3)], limits=bend_limits(swerving))
    gone = vehicle_on(swerving, way_m[1:], car.body, number, int(turning.instants[-1]) + 1, None, stage.lights_on)
    return Ways.joined([before, turning, gone])


def _street(stage: Stage, spot: ParkingSpot) -> Course:
    """Returns the course from an end of the world along a spot's lane to another end."""
    edge = _lane_of(stage, spot).edge_id
    streets = stage.streets
    before = min((streets.route(entry, edge) for entry in streets.entries() if streets.route(entry, edge)), key=_short)
    after = min((streets.route(edge, way) for way in streets.exits() if streets.route(edge, way)), key=_short)
    return course(streets, before + after[1:])


def _short(way: tuple[str, ...]) -> tuple[int, tuple[str, ...]]:
    return len(way), way


def _turning(car: _Parked, rows: FloatArray, first: int, number: int, stage: Stage, travelled_m: float) -> Ways:
    """Returns the way of a vehicle whose rear axle is at poses instant by instant."""
    centres = _centres(rows, car.body)
    count = len(rows)
    step_m = np.concatenate([[0.0], np.hypot(*np.diff(centres, axis=0).T)])
    still = step_m < 0.02
    side = Lights.RIGHT if _is_right(stage, car) else Lights.LEFT
    lights = int(side) + int(Lights.BRAKE) * still + (int(Lights.HEAD) if stage.lights_on else 0)
    return _rows(car, number, first, centres, rows[:, 2], travelled_m + np.cumsum(step_m), np.full(count, 0) + lights)


def _is_right(stage: Stage, car: _Parked) -> bool:
    return bool(aside_of(_lane_of(stage, car.spot), car.centre_m[None])[1][0] < 0)


def _stays(
    car: _Parked, number: int, stage: Stage, first: int | None = None, travelled_m: float = 0.0, end: int | None = None
) -> Ways:
    """Returns a vehicle that stands in its spot, lamps off, from an instant (the first by default) to another."""
    begin = 0 if first is None else first
    until = instant_of(stage.duration_s) + 1 if end is None else end
    count = max(until - begin, 0)
    lights = np.zeros(count, dtype=np.int64)
    centres = np.tile(car.centre_m, (count, 1))
    return _rows(car, number, begin, centres, np.full(count, car.heading_rad), np.full(count, travelled_m), lights)


def _rows(
    car: _Parked, number: int, first: int, centres: FloatArray, headings: FloatArray, travelled_m: FloatArray,
    lights: IntArray,
) -> Ways:  # fmt: skip
    count = len(centres)
    wrapped = np.arctan2(np.sin(headings), np.cos(headings))
    return Ways(
        np.full(count, number), first + np.arange(count), np.full(count, BODY_NUMBER[car.body]), centres, wrapped,
        travelled_m, lights,
    )  # fmt: skip
