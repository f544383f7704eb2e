"""The truth's test of itself: nothing moves as no road user could, and no two are in one place."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np

from roadside.geometry.angles import wrapped_rad
from roadside.geometry.arrays import BoolArray, FloatArray, IntArray
from roadside.types.road_users import RoadUserClass
from simulation.traffic.driven import AXLE_SHARE
from simulation.traffic.footprints import overlapping_pairs
from simulation.types.bodies import BODIES, CLASS_OF_BODY, SIZE_OF_BODY_M
from simulation.types.trajectories import Trajectories

LATERAL_MPS2 = 4.0
"""Tyres hold more; drivers of cars do not want more."""

LONGITUDINAL_MPS2 = (-9.0, 5.0)
"""Full braking on a dry road, and a quick motorcycle."""

VEHICLE_YAW_RADPS, PERSON_YAW_RADPS = 1.0, 7.0
SLIP_RAD, MOST_SLIP_RAD, TIGHTEST_M = np.radians(15.0), np.radians(26.0), 4.4
"""Between heading and velocity at the centre: the rear axle trails half a wheelbase behind, so on a circle the slip's
sine is half the wheelbase over the radius. 15 degrees, or what a body needs on a car's tightest circle, 26 at most."""

SLIP_FROM_MPS = 1.0
SPEED_ERROR_MPS = 0.25
"""Between a velocity and the difference of positions on both sides of it."""

FASTEST_MPS = 45.0
"""Who is further away after one step than this allows has teleported."""

WALKING_MPS = 0.6
"""People who move less may turn on the spot as they like."""


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Trajectories object by object; ``inner`` rows have a neighbour on both sides in time."""

    ids: IntArray
    instants: IntArray
    bodies: IntArray
    position_m: FloatArray
    velocity_mps: FloatArray
    heading_rad: FloatArray
    follows: BoolArray
    inner: BoolArray
    step_s: float

    @property
    def is_vehicle(self) -> BoolArray:
        kinds = CLASS_OF_BODY[self.bodies]
        return np.asarray((kinds != RoadUserClass.PEDESTRIAN) & (kinds != RoadUserClass.UNKNOWN_UNMOVABLE))


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that cannot be.

    Attributes:
        object_ids: who breaks a law: one, or two that overlap.
        text: what is wrong, in one line.
    """

    object_ids: tuple[int, ...]
    text: str


def problems(trajectories: Trajectories, declared: Collection[tuple[int, int]] = ()) -> list[str]:
    """Returns what is wrong with trajectories, one line for each fault; empty when all is well.

    Args:
        trajectories: of a span.
        declared: as in ``faults``.
    """
    return [fault.text for fault in faults(trajectories, declared)]


def faults(trajectories: Trajectories, declared: Collection[tuple[int, int]] = ()) -> list[Fault]:
    """Returns the faults of trajectories, one for each object and law it breaks.

    Args:
        trajectories: of a span.
        declared: pairs of object ids that collide on purpose: their footprints may overlap, and their impact is not
            bound by what drivers and tyres can do.
    """
    rows = _by_object(trajectories)
    if len(rows.ids) == 0:
        return []
    free = np.isin(rows.ids, [number for pair in declared for number in pair])
    found = [*_identity(rows), *_consistency(rows), *_accelerations(rows, free), *_turning(rows, free)]
    return found + list(_overlaps(trajectories, {frozenset(pair) for pair in declared}))


def _by_object(trajectories: Trajectories) -> _Rows:
    order = np.lexsort((trajectories.instants, trajectories.object_ids))
    ids, instants = trajectories.object_ids[order], trajectories.instants[order]
    same = (np.diff(ids) == 0) & (np.diff(instants) == 1)
    follows = np.r_[False, same]
    return _Rows(
        ids, instants, trajectories.bodies[order], trajectories.position_m[order, :2],
        trajectories.velocity_mps[order], trajectories.heading_rad[order], follows,
        follows & np.r_[same, False], trajectories.step_s,
    )  # fmt: skip


def _worst(rows: _Rows, bad: BoolArray, value: FloatArray, text: str) -> Iterator[Fault]:
    """Yields one line for every object with bad rows: its worst one."""
    where = np.flatnonzero(bad)
    for number in np.unique(rows.ids[where]).tolist():
        own = where[rows.ids[where] == number]
        row = own[np.abs(value[own]).argmax()]
        name = BODIES[rows.bodies[row]].name
        text_of_row = f"{name} {number} at {rows.instants[row] * rows.step_s:.1f} s: {text.format(value[row])}"
        yield Fault((number,), text_of_row)


def _identity(rows: _Rows) -> Iterator[Fault]:
    again = np.r_[False, np.diff(rows.ids) == 0] & ~rows.follows
    gap = np.r_[0.0, np.diff(rows.instants) * rows.step_s]
    yield from _worst(rows, again, gap, "must be there all the time, is away for {:.1f} s")
    other = np.r_[False, np.diff(rows.bodies) != 0] & rows.follows
    yield from _worst(rows, other, rows.bodies.astype(float), "must keep its body, has become body {:.0f}")


def _difference(rows: _Rows, values: FloatArray) -> FloatArray:
    """Returns central differences by time; only those of inner rows mean anything."""
    step = np.zeros_like(values)
    step[1:-1] = (values[2:] - values[:-2]) / (2 * rows.step_s)
    return step


def _consistency(rows: _Rows) -> Iterator[Fault]:
    jump = np.r_[0.0, np.hypot(*np.diff(rows.position_m, axis=0).T)]
    teleports = rows.follows & (jump > FASTEST_MPS * rows.step_s)
    yield from _worst(rows, teleports, jump, "must not teleport, moves {:.1f} m in a step")
    error = np.hypot(*(_difference(rows, rows.position_m) - rows.velocity_mps).T)
    wrong = rows.inner & (error > SPEED_ERROR_MPS)
    yield from _worst(rows, wrong, error, "velocity must be that of its positions, is off by {:.2f} m/s")
    speed = np.hypot(*rows.velocity_mps.T)
    course = np.arctan2(rows.velocity_mps[:, 1], rows.velocity_mps[:, 0])
    slip = wrapped_rad(course - rows.heading_rad)
    # A vehicle that reverses moves along its axis as well.
    slip = np.where(np.abs(slip) > np.pi / 2, wrapped_rad(slip + np.pi), slip)
    needed = np.arcsin(np.minimum(AXLE_SHARE * SIZE_OF_BODY_M[rows.bodies, 0] / TIGHTEST_M, 1.0))
    limit = np.clip(needed, SLIP_RAD, MOST_SLIP_RAD)
    slips = rows.is_vehicle & (speed > SLIP_FROM_MPS) & (np.abs(slip) > limit)
    yield from _worst(rows, slips, np.degrees(slip), "must move along its axis, slips by {:.0f} degrees")


def _accelerations(rows: _Rows, free: BoolArray) -> Iterator[Fault]:
    acceleration = _difference(rows, rows.velocity_mps)
    speed = np.hypot(*rows.velocity_mps.T)
    moves = rows.inner & np.r_[False, rows.inner[:-1]] & np.r_[rows.inner[1:], False] & ~free
    along = rows.velocity_mps / np.maximum(speed, 1e-9)[:, None]
    lateral = along[:, 0] * acceleration[:, 1] - along[:, 1] * acceleration[:, 0]
    bad = moves & rows.is_vehicle & (speed > SLIP_FROM_MPS) & (np.abs(lateral) > LATERAL_MPS2)
    yield from _worst(rows, bad, lateral, f"lateral acceleration must be within {LATERAL_MPS2} m/s2, is {{:.1f}}")
    change = _difference(rows, speed)
    low, high = LONGITUDINAL_MPS2
    bad = moves & ((change < low) | (change > high))
    yield from _worst(rows, bad, change, f"acceleration must be {low} to {high} m/s2, is {{:.1f}}")


def _turning(rows: _Rows, free: BoolArray) -> Iterator[Fault]:
    turn = np.zeros(len(rows.ids))
    turn[1:-1] = wrapped_rad(rows.heading_rad[2:] - rows.heading_rad[:-2]) / (2 * rows.step_s)
    bad = rows.inner & rows.is_vehicle & ~free & (np.abs(turn) > VEHICLE_YAW_RADPS)
    yield from _worst(rows, bad, turn, f"yaw rate must be within {VEHICLE_YAW_RADPS} rad/s, is {{:.2f}}")
    walks = np.hypot(*rows.velocity_mps.T) > WALKING_MPS
    bad = rows.inner & ~rows.is_vehicle & walks & (np.abs(turn) > PERSON_YAW_RADPS)
    yield from _worst(rows, bad, turn, f"yaw rate must be within {PERSON_YAW_RADPS} rad/s, is {{:.2f}}")


def _overlaps(trajectories: Trajectories, declared: Collection[frozenset[int]]) -> Iterator[Fault]:
    """Yields pairs of which one is a vehicle, and the other no person who walks beside another."""
    kinds = CLASS_OF_BODY[trajectories.bodies]
    first, second = overlapping_pairs(
        trajectories.instants, trajectories.position_m[:, :2], trajectories.heading_rad,
        SIZE_OF_BODY_M[trajectories.bodies, :2],
    )  # fmt: skip
    still = (RoadUserClass.PEDESTRIAN, RoadUserClass.UNKNOWN_UNMOVABLE)
    driven = ~np.isin(kinds[first], still) | ~np.isin(kinds[second], still)
    seen: set[frozenset[int]] = set()
    for one, other in zip(first[driven].tolist(), second[driven].tolist(), strict=True):
        pair = frozenset((int(trajectories.object_ids[one]), int(trajectories.object_ids[other])))
        if pair not in seen and pair not in declared:
            seen.add(pair)
            names = [f"{BODIES[trajectories.bodies[row]].name} {trajectories.object_ids[row]}" for row in (one, other)]
            second_s = trajectories.instants[one] * trajectories.step_s
            x_m, y_m = trajectories.position_m[one, :2]
            place = f"({x_m:.1f}, {y_m:.1f})"
            yield Fault(tuple(pair), f"{names[0]} and {names[1]} at {second_s:.1f} s: must not overlap, do at {place}")
