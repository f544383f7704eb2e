"""A vehicle in a parking spot: how it stands there, and what room others leave it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import FloatArray, IntArray
from roadside.types.road_users import RoadUserClass
from simulation.traffic.driven import AXLE_SHARE
from simulation.traffic.footprints import overlap
from simulation.traffic.ways import Ways
from simulation.types.actors import Lights
from simulation.types.bodies import BODIES, BODY_NUMBER, SIZE_OF_BODY_M, bodies_of
from simulation.types.world import ParkingSpot

CLEARANCE_M = 0.12
"""Left to every parked vehicle, at least."""

ASKEW_RAD, BESIDE_M = 0.02, 0.08
"""Standard deviations of how people park."""

STILL_M = 0.02
"""Who moves less in an instant brakes."""

REVERSED_SHARE = 0.4
"""Of those in spots across the lane that stand with their tail to the wall."""


@dataclass(frozen=True, slots=True, eq=False)
class Parked:
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


def _unit(heading_rad: float) -> FloatArray:
    return np.array([np.cos(heading_rad), np.sin(heading_rad)])


def parked_in(spot: ParkingSpot, rng: np.random.Generator) -> Parked:
    """Returns a vehicle in a spot: straight or a bit askew, some of them reversed."""
    kinds = (RoadUserClass.CAR, RoadUserClass.CAR, RoadUserClass.CAR, RoadUserClass.VAN)
    bodies = [BODIES[number] for kind in kinds for number in bodies_of(kind)]
    fitting = [body for body in bodies if body.length_m < spot.length_m - 0.2 and body.width_m < spot.width_m - 0.25]
    body = fitting[int(rng.integers(len(fitting)))]
    alongstreet_of = spot.length_m > 5.5
    turned = np.pi if not alongstreet_of and rng.random() < REVERSED_SHARE else 0.0
    heading = spot.heading_rad + turned + float(np.clip(rng.normal(0.0, ASKEW_RAD), -0.04, 0.04))
    room_m = max((spot.width_m - body.width_m) / 2 - 0.1, 0.0)
    aside_m = float(np.clip(rng.normal(0.0, BESIDE_M), -room_m, room_m))
    ahead_m = float(np.clip(rng.normal(0.0, 0.1), -0.15, 0.15))
    axis = _unit(spot.heading_rad)
    centre_m = spot.centre_m + ahead_m * axis + aside_m * np.array([-axis[1], axis[0]])
    return Parked(spot, body.name, centre_m, heading)


def centres_of(track: FloatArray, body: str) -> FloatArray:
    """Returns (K, 2) centres of a body whose rear axle is at (K, 3 or more) x, y and heading."""
    ahead_m = AXLE_SHARE * SIZE_OF_BODY_M[BODY_NUMBER[body], 0]
    return np.asarray(track[:, :2] + ahead_m * np.column_stack([np.cos(track[:, 2]), np.sin(track[:, 2])]))


def keeps_clear(centres: FloatArray, headings: FloatArray, body: str, others: Sequence[Parked]) -> bool:
    """Returns whether a body, at (K, 2) centres with (K,) headings, keeps clear of parked vehicles."""
    own = np.tile(SIZE_OF_BODY_M[BODY_NUMBER[body], :2] + CLEARANCE_M, (len(centres), 1))
    for other in others:
        size = np.tile(SIZE_OF_BODY_M[BODY_NUMBER[other.body], :2] + CLEARANCE_M, (len(centres), 1))
        facing = np.full(len(centres), other.heading_rad)
        if overlap(other.centre_m - centres, headings, facing, own, size).any():
            return False
    return True


def turning_way(car: Parked, rows: FloatArray, first: int, number: int, lamps: int, travelled_m: float) -> Ways:
    """Returns the way of a vehicle that turns in or out.

    Args:
        car: the vehicle.
        rows: (K, 3) x, y and heading of its rear axle, instant by instant.
        first: the first instant.
        number: its object id.
        lamps: those that burn, beside the brake lights.
        travelled_m: before.
    """
    centres = centres_of(rows, car.body)
    step_m = np.concatenate([[0.0], np.hypot(*np.diff(centres, axis=0).T)])
    lights = np.where(step_m < STILL_M, lamps | int(Lights.BRAKE), lamps)
    return _rows(car, number, first, centres, rows[:, 2], travelled_m + np.cumsum(step_m), lights)


def stays(car: Parked, number: int, first: int, end: int, travelled_m: float = 0.0) -> Ways:
    """Returns a vehicle that stands in its spot, lamps off, from an instant to before another."""
    count = max(end - first, 0)
    centres = np.tile(car.centre_m, (count, 1))
    lights = np.zeros(count, dtype=np.int64)
    return _rows(car, number, first, centres, np.full(count, car.heading_rad), np.full(count, travelled_m), lights)


def _rows(
    car: Parked, number: int, first: int, centres: FloatArray, headings: FloatArray, travelled_m: FloatArray,
    lights: IntArray,
) -> Ways:  # fmt: skip
    count = len(centres)
    wrapped = np.arctan2(np.sin(headings), np.cos(headings))
    return Ways(
        np.full(count, number), first + np.arange(count), np.full(count, BODY_NUMBER[car.body]), centres, wrapped,
        travelled_m, lights,
    )  # fmt: skip
