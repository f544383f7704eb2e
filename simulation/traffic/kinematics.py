"""The truth's test of itself: nothing moves as no road user could, and no two are in one place."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np

from roadside.geometry.angles import wrapped_rad
from roadside.geometry.arrays import BoolArray, FloatArray
from roadside.types.road_users import RoadUserClass
from simulation.traffic.driven import AXLE_SHARE
from simulation.traffic.footprints import overlapping_pairs
from simulation.traffic.table import Table
from simulation.types.bodies import BODIES
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
    return [fault.text for fault in faults(Table.of(trajectories), declared)]


def faults(table: Table, declared: Collection[tuple[int, int]] = ()) -> list[Fault]:
    """Returns the faults of everybody, one for each object and law it breaks.

    Args:
        table: object by object.
        declared: pairs of object ids that collide on purpose: their footprints may overlap, and their impact is not
            bound by what drivers and tyres can do.
    """
    if len(table) == 0:
        return []
    follows = np.concatenate([[False], ~table.new[1:] & (np.diff(table.instants) == 1)])
    inner = follows & np.concatenate([follows[1:], [False]])
    bound = inner & ~np.isin(table.ids, [number for pair in declared for number in pair])
    found = [*_identity(table, follows), *_consistency(table, follows, inner)]
    found += [*_accelerations(table, bound), *_turning(table, bound)]
    return found + list(_overlaps(table, {frozenset(pair) for pair in declared}))


def _vehicles(table: Table) -> BoolArray:
    return np.asarray((table.kinds != RoadUserClass.PEDESTRIAN) & (table.kinds != RoadUserClass.UNKNOWN_UNMOVABLE))


def _worst(table: Table, bad: BoolArray, value: FloatArray, text: str) -> Iterator[Fault]:
    """Yields one line for every object with bad rows: its worst one."""
    where = np.flatnonzero(bad)
    for number in np.unique(table.ids[where]).tolist():
        own = where[table.ids[where] == number]
        row = own[np.abs(value[own]).argmax()]
        name = BODIES[table.bodies[row]].name
        at = f"{name} {number} at {table.instants[row] * table.step_s:.1f} s"
        yield Fault((number,), f"{at}: {text.format(value[row])}")


def _identity(table: Table, follows: BoolArray) -> Iterator[Fault]:
    again = ~table.new & ~follows
    gap = np.concatenate([[0.0], np.diff(table.instants) * table.step_s])
    yield from _worst(table, again, gap, "must be there all the time, is away for {:.1f} s")
    other = follows & np.concatenate([[False], np.diff(table.bodies) != 0])
    yield from _worst(table, other, table.bodies.astype(float), "must keep its body, has become body {:.0f}")


def _difference(table: Table, values: FloatArray) -> FloatArray:
    """Returns central differences by time; only those of inner rows mean anything."""
    step = np.zeros_like(values)
    step[1:-1] = (values[2:] - values[:-2]) / (2 * table.step_s)
    return step


def _consistency(table: Table, follows: BoolArray, inner: BoolArray) -> Iterator[Fault]:
    step = np.diff(table.position_m, axis=0)
    jump = np.concatenate([[0.0], np.hypot(step[:, 0], step[:, 1])])
    teleports = follows & (jump > FASTEST_MPS * table.step_s)
    yield from _worst(table, teleports, jump, "must not teleport, moves {:.1f} m in a step")
    off = _difference(table, table.position_m) - table.velocity_mps
    error = np.hypot(off[:, 0], off[:, 1])
    wrong = inner & (error > SPEED_ERROR_MPS)
    yield from _worst(table, wrong, error, "velocity must be that of its positions, is off by {:.2f} m/s")
    course = np.arctan2(table.velocity_mps[:, 1], table.velocity_mps[:, 0])
    slip = wrapped_rad(course - table.heading_rad)
    # A vehicle that reverses moves along its axis as well.
    slip = np.where(np.abs(slip) > np.pi / 2, wrapped_rad(slip + np.pi), slip)
    needed = np.arcsin(np.minimum(AXLE_SHARE * table.size_m[:, 0] / TIGHTEST_M, 1.0))
    limit = np.clip(needed, SLIP_RAD, MOST_SLIP_RAD)
    slips = _vehicles(table) & (table.speed_mps > SLIP_FROM_MPS) & (np.abs(slip) > limit)
    yield from _worst(table, slips, np.degrees(slip), "must move along its axis, slips by {:.0f} degrees")


def _accelerations(table: Table, bound: BoolArray) -> Iterator[Fault]:
    acceleration = _difference(table, table.velocity_mps)
    # Velocities at an object's first and last row are one-sided: their neighbours' differences are no accelerations.
    moves = bound & np.concatenate([[False], bound[:-1]]) & np.concatenate([bound[1:], [False]])
    along = table.velocity_mps / np.maximum(table.speed_mps, 1e-9)[:, None]
    lateral = along[:, 0] * acceleration[:, 1] - along[:, 1] * acceleration[:, 0]
    bad = moves & _vehicles(table) & (table.speed_mps > SLIP_FROM_MPS) & (np.abs(lateral) > LATERAL_MPS2)
    yield from _worst(table, bad, lateral, f"lateral acceleration must be within {LATERAL_MPS2} m/s2, is {{:.1f}}")
    change = _difference(table, table.speed_mps)
    low, high = LONGITUDINAL_MPS2
    bad = moves & ((change < low) | (change > high))
    yield from _worst(table, bad, change, f"acceleration must be {low} to {high} m/s2, is {{:.1f}}")


def _turning(table: Table, bound: BoolArray) -> Iterator[Fault]:
    turn = np.zeros(len(table))
    turn[1:-1] = wrapped_rad(table.heading_rad[2:] - table.heading_rad[:-2]) / (2 * table.step_s)
    vehicles = _vehicles(table)
    bad = bound & vehicles & (np.abs(turn) > VEHICLE_YAW_RADPS)
    yield from _worst(table, bad, turn, f"yaw rate must be within {VEHICLE_YAW_RADPS} rad/s, is {{:.2f}}")
    bad = bound & ~vehicles & (table.speed_mps > WALKING_MPS) & (np.abs(turn) > PERSON_YAW_RADPS)
    yield from _worst(table, bad, turn, f"yaw rate must be within {PERSON_YAW_RADPS} rad/s, is {{:.2f}}")


def _overlaps(table: Table, declared: Collection[frozenset[int]]) -> Iterator[Fault]:
    """Yields pairs that overlap of which one is a vehicle: people may brush against each other."""
    first, second = overlapping_pairs(table.instants, table.position_m, table.heading_rad, table.size_m)
    vehicles = _vehicles(table)
    driven = vehicles[first] | vehicles[second]
    seen: set[frozenset[int]] = set()
    for one, other in zip(first[driven].tolist(), second[driven].tolist(), strict=True):
        pair = frozenset((int(table.ids[one]), int(table.ids[other])))
        if pair not in seen and pair not in declared:
            seen.add(pair)
            names = [f"{BODIES[table.bodies[row]].name} {table.ids[row]}" for row in (one, other)]
            x_m, y_m = table.position_m[one]
            at = f"at {table.instants[one] * table.step_s:.1f} s"
            place = f"({x_m:.1f}, {y_m:.1f})"
            yield Fault(tuple(sorted(pair)), f"{names[0]} and {names[1]} {at}: must not overlap, do at {place}")
