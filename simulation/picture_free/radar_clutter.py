"""What a radar lists besides road users: what stands beside the road, rain, noise, and mirror images."""

import numpy as np

from roadside.geometry.arrays import FloatArray, IntArray
from simulation.picture_free.radar_errors import RadarErrors
from simulation.sensors.ars408_echoes import RAIN_REACH_M, Fixtures

GHOST_BEYOND_M = (4.0, 25.0)
"""How much longer the way by a wall or a vehicle's side is."""
GHOST_LOSS_DB = 6.0
NEAREST_M = 1.0
FALSE_SECTION_DBSM = (-25.0, 0.0)
RAIN_SECTION_DBSM = (-25.0, -10.0)
RAIN_SPEED_MPS = (-1.0, 1.5)
"""Mean and sigma: drops drift with the wind."""


def radar_clutter(
    rng: np.random.Generator, errors: RadarErrors, frame_count: int, frames: IntArray, targets: FloatArray
) -> tuple[IntArray, FloatArray]:  # fmt: skip
    """Returns the (U,) cycles and the (4, U) range, azimuth, radial speed and cross-section of what is no road user.

    What stands beside the road is not among it, see ``seen_fixtures``.

    Args:
        rng: of what comes and goes.
        errors: of the radar.
        frame_count: cycles.
        frames: (M,) cycles of the road users' targets.
        targets: (4, M) of these.
    """
    parts = [
        _mirrored(rng, errors, frame_count, frames, targets),
        _false(rng, errors, frame_count),
        _rain(rng, errors, frame_count),
    ]
    return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts], axis=1)


def _mirrored(
    rng: np.random.Generator, errors: RadarErrors, frame_count: int, frames: IntArray, targets: FloatArray
) -> tuple[IntArray, FloatArray]:
    count = rng.poisson(errors.ghosts_per_s * len(frames) * errors.cycle_s)
    ghosts = rng.integers(0, max(len(frames), 1), count)
    images = targets[:, ghosts].copy()
    images[0] += rng.uniform(*GHOST_BEYOND_M, count)
    images[3] -= GHOST_LOSS_DB
    return _staying(errors, frame_count, frames[ghosts], images, rng.exponential(errors.ghost_s, count))


def _false(rng: np.random.Generator, errors: RadarErrors, frame_count: int) -> tuple[IntArray, FloatArray]:
    count = rng.poisson(errors.false_per_s * frame_count * errors.cycle_s)
    places = np.stack([
        rng.uniform(NEAREST_M, errors.false_reach_m, count),
        rng.uniform(-errors.half_azimuth_rad, errors.half_azimuth_rad, count),
        rng.uniform(-errors.false_speed_mps, errors.false_speed_mps, count), rng.uniform(*FALSE_SECTION_DBSM, count),
    ])  # fmt: skip
    first = rng.integers(0, max(frame_count, 1), count)
    return _staying(errors, frame_count, first, places, rng.exponential(errors.false_s, count))


def _staying(
    errors: RadarErrors, frame_count: int, first: IntArray, places: FloatArray, stays_s: FloatArray
) -> tuple[IntArray, FloatArray]:
    """Returns the cycles and values of targets that stay for a while, and move on meanwhile as fast as they seem to."""
    stays = np.minimum(1 + (stays_s / errors.cycle_s).astype(np.int64), frame_count - first)
    each = np.repeat(np.arange(len(first)), stays)
    age = np.arange(len(each)) - np.repeat(np.cumsum(stays) - stays, stays)
    values = places[:, each]
    values[0] += values[2] * age * errors.cycle_s
    return first[each] + age, values


def _rain(rng: np.random.Generator, errors: RadarErrors, frame_count: int) -> tuple[IntArray, FloatArray]:
    counts = rng.poisson(errors.rain_per_cycle, frame_count)
    count = int(counts.sum())
    return np.repeat(np.arange(frame_count), counts), np.stack([
        rng.uniform(NEAREST_M, RAIN_REACH_M, count),
        rng.uniform(-errors.half_azimuth_rad, errors.half_azimuth_rad, count),
        rng.normal(*RAIN_SPEED_MPS, count), rng.uniform(*RAIN_SECTION_DBSM, count),
    ])  # fmt: skip


def seen_fixtures(
    rng: np.random.Generator, errors: RadarErrors, street: Fixtures, frame_count: int
) -> tuple[IntArray, IntArray, FloatArray]:
    """Returns (K,) cycles in which fixtures are found, (K,) which, and (3, K) errors: metres along, radians, m/s.

    Args:
        rng: of the looks and errors.
        errors: of the radar.
        street: what stands there, all of it within the radar's range.
        frame_count: cycles.
    """
    probability = errors.found(street.range_m, street.azimuth_rad, street.rcs_dbsm)
    frames, which = np.nonzero(rng.random((frame_count, len(probability)), dtype=np.float32) < probability)
    along_m, across_rad = errors.sigmas(street.range_m, street.azimuth_rad)
    sigmas = np.stack([along_m, across_rad, np.full(len(along_m), errors.speed_sigma_mps)])
    return frames, which, sigmas[:, which] * rng.standard_normal((3, len(which)))
