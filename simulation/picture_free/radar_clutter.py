"""What a radar lists besides road users: what stands beside the road, rain, noise, and mirror images."""

import numpy as np

from roadside.geometry.arrays import FloatArray, IntArray
from simulation.picture_free.radar_errors import RadarErrors
from simulation.sensors.ars408_echoes import RAIN_REACH_M, Fixtures
from simulation.sensors.cross_sections import detected_fluctuation_db

GHOST_BEYOND_M = (4.0, 25.0)
"""How much longer the way by a wall or a vehicle's side is."""
GHOST_LOSS_DB = 6.0
NEAREST_M = 1.0
FALSE_SECTION_DBSM = (-25.0, 0.0)
RAIN_SECTION_DBSM = (-25.0, -10.0)
RAIN_SPEED_MPS = (-1.0, 1.5)
"""Mean and sigma: drops drift with the wind."""


def radar_clutter(
    rng: np.random.Generator, errors: RadarErrors, street: Fixtures, frame_count: int, frames: IntArray,
    targets: FloatArray,
) -> tuple[IntArray, FloatArray]:  # fmt: skip
    """Returns the (U,) cycles and the (4, U) range, azimuth, radial speed and cross-section of what is no road user.

    Args:
        rng: of what comes and goes.
        errors: of the radar.
        street: what stands beside the road.
        frame_count: cycles.
        frames: (M,) cycles of the road users' targets.
        targets: (4, M) of these.
    """
    parts = [
        _mirrored(rng, errors, frame_count, frames, targets),
        _false(rng, errors, frame_count),
        _rain(rng, errors, frame_count),
        _fixtures(rng, errors, street, frame_count),
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


def _fixtures(
    rng: np.random.Generator, errors: RadarErrors, street: Fixtures, frame_count: int
) -> tuple[IntArray, FloatArray]:
    """Returns the fixtures that each look finds, with the errors of a target."""
    told = np.flatnonzero(errors.reported(street.range_m, street.azimuth_rad)[: round(errors.fixture_count)])
    range_m, azimuth_rad, rcs_dbsm = street.range_m[told], street.azimuth_rad[told], street.rcs_dbsm[told]
    probability = errors.found(range_m, azimuth_rad, rcs_dbsm)
    frames, which = np.nonzero(rng.random((frame_count, len(told)), dtype=np.float32) < probability)
    along_m, across_rad = errors.sigmas(range_m, azimuth_rad)
    noise = rng.standard_normal((3, len(which)))
    return frames, np.stack([
        range_m[which] + along_m[which] * noise[0], azimuth_rad[which] + across_rad[which] * noise[1],
        errors.speed_sigma_mps * noise[2], rcs_dbsm[which] + detected_fluctuation_db(probability[which], rng),
    ])  # fmt: skip
