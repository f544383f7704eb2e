"""From a simulation's front bumpers every half second to vehicles that move as vehicles do, every tenth."""

import numpy as np
from scipy.ndimage import gaussian_filter1d

from roadside.geometry.arrays import FloatArray, IntArray
from roadside.types.road_users import RoadUserClass
from simulation.traffic.lamps import lamps_of
from simulation.traffic.paths import Paths, smooth_paths
from simulation.traffic.sampled import Samples
from simulation.traffic.ways import NO_WAYS, STEP_S, Ways
from simulation.types.bodies import CLASS_OF_BODY, SIZE_OF_BODY_M

SMOOTHING_S = 0.45
"""Standard deviation of the smoothing of the way over time: no jerk from the simulation's steps is left."""

AXLE_SHARE = 0.29
"""From the centre to the rear axle, as a share of the length: half a usual wheelbase."""

SPREAD_M = {
    RoadUserClass.CAR: 0.22,
    RoadUserClass.VAN: 0.16,
    RoadUserClass.TRUCK: 0.08,
    RoadUserClass.BUS: 0.05,
    RoadUserClass.MOTORCYCLE: 0.35,
    RoadUserClass.BICYCLE: 0.14,
}
"""Standard deviation of how far beside the middle of its lane a vehicle keeps."""

MOST_SPREADS = 1.6
"""Nobody keeps further aside than so many standard deviations."""

LEAST_WAY_M = 4.0
"""Vehicles that moved less have no direction and are left out."""


def vehicle_ways(samples: Samples, rng: np.random.Generator, lights_on: bool) -> Ways:
    """Returns the ways of all vehicles.

    Args:
        samples: front bumpers.
        rng: draws how far beside the middle of the lane each keeps.
        lights_on: whether head lights burn.
    """
    if len(samples.object_ids) == 0:
        return NO_WAYS
    begin = np.flatnonzero(np.r_[True, np.diff(samples.object_ids) != 0])
    counts = np.diff(np.r_[begin, len(samples.object_ids)])
    ids = samples.object_ids[begin]
    bodies = np.array([samples.body_of[number] for number in ids.tolist()], dtype=np.int64)
    spread_m = np.array([SPREAD_M[RoadUserClass(kind)] for kind in CLASS_OF_BODY[bodies].tolist()])
    offset_m = spread_m * _drawn(rng, ids)

    along_m = _along_m(samples.position_m, begin, counts)
    moved = along_m[begin + counts - 1] >= LEAST_WAY_M
    rows = np.repeat(moved, counts)
    position_m, along_m = samples.position_m[rows], along_m[rows]
    steps = samples.steps[begin[moved]]
    ids, bodies, counts, offset_m = ids[moved], bodies[moved], counts[moved], offset_m[moved]
    if len(ids) == 0:
        return NO_WAYS
    begin = np.cumsum(counts) - counts
    speed_mps = np.gradient(along_m, samples.step_s) if len(along_m) > 1 else np.zeros(1)
    speed_mps[begin] = speed_mps[np.minimum(begin + 1, begin + counts - 1)]
    speed_mps[begin + counts - 1] = speed_mps[np.maximum(begin + counts - 2, begin)]
    length_m = SIZE_OF_BODY_M[bodies, 0]
    paths = smooth_paths(counts, position_m, along_m, speed_mps, offset_m, AXLE_SHARE * length_m)
    path, instants, front_m = _each_instant(counts, steps, along_m, samples.step_s)
    centre_m = front_m - length_m[path] / 2
    return drive_along(paths, path, instants, centre_m, ids, bodies, lights_on)


def _drawn(rng: np.random.Generator, ids: IntArray) -> FloatArray:
    """Returns (N,) numbers of standard deviations: each object's own, whoever else is there."""
    return np.asarray(np.clip(rng.standard_normal(int(ids.max()) + 1)[ids], -MOST_SPREADS, MOST_SPREADS))


def _along_m(position_m: FloatArray, begin: IntArray, counts: IntArray) -> FloatArray:
    """Returns (R,) way from each object's first position."""
    step_m = np.r_[0.0, np.hypot(*np.diff(position_m, axis=0).T)]
    step_m[begin] = 0.0
    along_m = np.cumsum(step_m)
    return np.asarray(along_m - np.repeat(along_m[begin], counts))


def _each_instant(
    counts: IntArray, steps: IntArray, along_m: FloatArray, step_s: float
) -> tuple[IntArray, IntArray, FloatArray]:
    """Returns (R,) vehicle, instant and smoothed way of the front at every instant of every vehicle."""
    ratio = round(step_s / STEP_S)
    margin = int(np.ceil(4 * SMOOTHING_S / STEP_S))
    instants = (counts - 1) * ratio + 1
    padded = instants + 2 * margin
    first = np.cumsum(padded) - padded
    path = np.repeat(np.arange(len(counts)), padded)
    local = np.arange(padded.sum()) - first[path] - margin
    # Whole samples of each vehicle; beyond its ends it goes on as it came and went.
    begin = np.cumsum(counts) - counts
    sample = np.clip(local // ratio, 0, np.maximum(counts[path] - 2, 0))
    fraction = local / ratio - sample
    low = begin[path] + sample
    high = np.minimum(low + 1, begin[path] + counts[path] - 1)
    way_m = along_m[low] + fraction * (along_m[high] - along_m[low])
    way_m = gaussian_filter1d(way_m, SMOOTHING_S / STEP_S, mode="nearest", truncate=4.0)
    kept = (local >= 0) & (local < instants[path])
    return path[kept], (steps * ratio)[path[kept]] + local[kept], way_m[kept]


def drive_along(
    paths: Paths,
    path: IntArray,
    instants: IntArray,
    centre_m: FloatArray,
    ids: IntArray,
    bodies: IntArray,
    lights_on: bool,
) -> Ways:
    """Returns the ways of vehicles whose centres follow paths.

    Args:
        paths: N paths.
        path: (R,) which path each row is on, row by row in time.
        instants: (R,) when.
        centre_m: (R,) how far along its path the centre is.
        ids: (N,) object ids.
        bodies: (N,) body numbers.
        lights_on: whether head lights burn.
    """
    body = bodies[path]
    sample = paths.samples(path, centre_m)
    position_m = _cubic(paths.position_m, sample)
    low = sample.astype(np.int64)
    fraction = sample - low
    heading_rad = paths.heading_rad[low] + fraction * (paths.heading_rad[low + 1] - paths.heading_rad[low])
    new = np.r_[True, np.diff(path) != 0]
    travelled_m = centre_m - np.repeat(centre_m[new], np.diff(np.r_[np.flatnonzero(new), len(path)]))
    lights = lamps_of(paths, path, low, centre_m, lights_on)
    return Ways(
        ids[path], instants, body, position_m, np.arctan2(np.sin(heading_rad), np.cos(heading_rad)), travelled_m, lights
    )


def _cubic(values: FloatArray, sample: FloatArray) -> FloatArray:
    """Returns (R, 2) values between samples: Catmull-Rom, so that directions change without steps."""
    low = sample.astype(np.int64)
    t = (sample - low)[:, None]
    before, here, there, after = (values[low + shift] for shift in (-1, 0, 1, 2))
    slope_here, slope_there = (there - before) / 2, (after - here) / 2
    rise = there - here
    bend = 3 * rise - 2 * slope_here - slope_there
    return np.asarray(here + t * (slope_here + t * (bend + t * (slope_here + slope_there - 2 * rise))))
