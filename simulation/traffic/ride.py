"""How fast a scripted vehicle goes where: speeds and halts along a course, within what it can do."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

from roadside.geometry.arrays import FloatArray, IntArray
from simulation.traffic.course import Course
from simulation.traffic.driven import AXLE_SHARE, drive_along
from simulation.traffic.engine import TURNING_MPS2, TURNING_RADPS
from simulation.traffic.paths import smooth_paths
from simulation.traffic.ways import STEP_S, Ways
from simulation.types.actors import Lights
from simulation.types.bodies import BODY_NUMBER, SIZE_OF_BODY_M

SLOWING_MPS2 = 1.6
"""How drivers slow down for a bend."""

MOST_S = 400.0
"""No ride lasts longer."""


@dataclass(frozen=True, slots=True)
class Pace:
    """From a place on, go at a speed.

    Attributes:
        from_m: how far along the course the vehicle's centre is.
        speed_mps: to be reached.
        rate_mps2: at which it is reached, faster or slower; slowing begins at ``from_m``.
    """

    from_m: float
    speed_mps: float
    rate_mps2: float = 2.0


@dataclass(frozen=True, slots=True)
class Halt:
    """Stand with the centre at a place for a while.

    Attributes:
        at_m: how far along the course.
        hold_s: how long; infinite for good.
        brake_mps2: at which it comes to rest.
    """

    at_m: float
    hold_s: float
    brake_mps2: float = 2.2


def ride(
    course_m: float,
    from_m: float,
    speed_mps: float,
    orders: Sequence[Pace | Halt],
    until_s: float = MOST_S,
    limits: tuple[FloatArray, FloatArray] | None = None,
) -> FloatArray:
    """Returns (K,) how far along the course the centre is, every ``STEP_S``, until the course's end.

    Args:
        course_m: length of the course.
        from_m: where the ride begins.
        speed_mps: how fast it then is.
        orders: in order of their places.
        until_s: no longer than this.
        limits: ways along the course and the speeds allowed there, as from ``bend_limits``; none by default.
    """
    ways = [from_m]
    at_m, speed, target, rate = from_m, speed_mps, speed_mps, 2.0
    left = list(orders)
    held_s = 0.0
    while at_m < course_m and len(ways) < until_s / STEP_S:
        while left and isinstance(left[0], Pace) and at_m >= left[0].from_m:
            target, rate = left[0].speed_mps, left[0].rate_mps2
            left.pop(0)
        change = np.clip(target - speed, -rate * STEP_S, rate * STEP_S)
        wanted = speed + change
        if limits is not None:
            wanted = min(wanted, max(float(np.interp(at_m, *limits)), 0.3))
        halt = next((order for order in left if isinstance(order, Halt)), None)
        if halt is not None:
            gap_m = halt.at_m - at_m
            # The last step's share of the braking: v^2 = 2 b s, at the middle of the step.
            allowed = np.sqrt(max(2 * halt.brake_mps2 * (gap_m - speed * STEP_S / 2), 0.0))
            wanted = min(wanted, max(allowed, speed - halt.brake_mps2 * 1.15 * STEP_S))
            if gap_m < 0.03 or wanted < 0.02:
                wanted, held_s = 0.0, held_s + STEP_S
                if held_s >= halt.hold_s:
                    left.remove(halt)
                    held_s = 0.0
        at_m += (speed + wanted) / 2 * STEP_S
        speed = wanted
        ways.append(at_m)
    return np.array(ways)


def bend_limits(line: Course) -> tuple[FloatArray, FloatArray]:
    """Returns (K,) ways along a course and (K,) the speeds that its lanes, its bends and the bends ahead allow."""
    way_m = line.ways_m
    step = np.gradient(gaussian_filter1d(line.line_m, 3.0, axis=0, mode="nearest"), way_m, axis=0)
    heading = np.unwrap(np.arctan2(step[:, 1], step[:, 0]))
    curvature = np.maximum(np.abs(np.gradient(gaussian_filter1d(heading, 2.0, mode="nearest"), way_m)), 1e-6)
    speed = np.minimum(np.sqrt(TURNING_MPS2 / curvature), TURNING_RADPS / curvature)
    begins = sorted((begin_m, edge_id) for edge_id, begin_m in line.begins_m.items())
    limit_of = {lane.edge_id: lane.speed_limit_mps for lane in line.lanes}
    place = np.clip(np.searchsorted([begin_m for begin_m, _ in begins], way_m, side="right") - 1, 0, None)
    speed = np.minimum(speed, np.array([limit_of[edge_id] for _, edge_id in begins])[place])
    for row in range(len(speed) - 2, -1, -1):
        speed[row] = min(speed[row], np.sqrt(speed[row + 1] ** 2 + 2 * SLOWING_MPS2 * (way_m[row + 1] - way_m[row])))
    return way_m, speed


def vehicle_on(
    line: Course, way_m: FloatArray, body: str, object_id: int, first_instant: int,
    hazard: tuple[float, float] | None = None, lights_on: bool = False,
) -> Ways:  # fmt: skip
    """Returns the way of a vehicle whose centre follows a course.

    Args:
        line: the course; it is smoothed as all paths are.
        way_m: (K,) how far along it the centre is at instants one after the other.
        body: name of its body.
        object_id: its number.
        first_instant: instant of the first.
        hazard: from and until which second of the ride the hazard lights flash.
        lights_on: whether head lights burn.
    """
    along_m = line.ways_m
    number = BODY_NUMBER[body]
    size_m = SIZE_OF_BODY_M[number]
    speed_mps = np.gradient(way_m, STEP_S)
    places, first = np.unique(way_m, return_index=True)
    paths = smooth_paths(
        np.array([len(along_m)]), line.line_m, along_m, np.interp(along_m, places, speed_mps[first]), np.zeros(1),
        np.array([AXLE_SHARE * size_m[0]]),
    )  # fmt: skip
    count = len(way_m)
    ways = drive_along(
        paths, np.zeros(count, np.int64), first_instant + np.arange(count), way_m, np.array([object_id]),
        np.array([number]), lights_on,
    )  # fmt: skip
    if hazard is None:
        return ways
    flashing = (np.arange(count) * STEP_S >= hazard[0]) & (np.arange(count) * STEP_S <= hazard[1])
    return with_lights(ways, np.where(flashing, ways.lights | int(Lights.HAZARD), ways.lights))


def with_lights(ways: Ways, lights: IntArray) -> Ways:
    """Returns ways with other lamps."""
    return Ways(
        ways.object_ids, ways.instants, ways.bodies, ways.position_m, ways.heading_rad, ways.travelled_m,
        np.asarray(lights, dtype=np.int64),
    )  # fmt: skip
