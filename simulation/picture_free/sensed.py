"""Trajectories to what a camera's perception would have made of them: measurements with fitted errors.

A box is found or missed, its edges err, and both last for a while. The errors of the edges are carried to the road by
the locator in its linearised form, which also gives the covariance that the real one would state.
"""

import numpy as np
from scipy.special import ndtr

from roadside.geometry.angles import wrapped_rad
from roadside.geometry.arrays import BoolArray, FloatArray, IntArray
from roadside.perception.cuboid import LENGTH, YAW
from roadside.types.observations import MeasurementKind
from simulation.picture_free.batches import MeasurementBatch
from simulation.picture_free.camera_rig import CameraRig
from simulation.picture_free.clutter import false_boxes, located_clutter
from simulation.picture_free.correlated import Groups, first_order, memory_of
from simulation.picture_free.errors import EDGES, QUANTILES, CameraErrors, band_weights
from simulation.picture_free.found_boxes import Found, edge_errors_px, found_boxes
from simulation.picture_free.linear_locator import Linearised
from simulation.picture_free.located import Located, batch_of, joined
from simulation.picture_free.presence import Presence
from simulation.picture_free.sightings import Sightings, sighted

REFRESH_M = 1.5
REFRESH_RAD = np.radians(10.0)
"""A linearisation serves until the road user has moved or turned by so much."""
ALONG, ACROSS, CONFIDENCE = EDGES, EDGES + 1, EDGES + 2
"""Channels of a road user's errors behind those of the edges."""


def sensed_by_camera(
    rng: np.random.Generator, rig: CameraRig, errors: CameraErrors, presence: Presence, start_ns: int
) -> tuple[MeasurementBatch, IntArray]:
    """Returns a camera's measurements over a chunk of time, and (R,) pixels of each of its rows that it saw.

    Args:
        rng: of all errors that do not outlast the chunk.
        rig: the camera.
        errors: of its kind in this weather.
        presence: the chunk.
        start_ns: Unix epoch UTC of its first instant.
    """
    sights = sighted(rig.sensor, rig.locator.view, rig.viewpoint, presence, rig.phase_s)
    visible_px = np.zeros(len(presence), dtype=np.int64)
    width_px, height_px = sights.sides_px
    filled = errors.filled_share[sights.classes]
    visible_px[sights.rows] = np.round(width_px * height_px * sights.visible_share * filled)
    found = found_boxes(rng, rig, errors, sights, presence.step_s)
    pitch_rad = nodding_rad(rng, errors, presence.instant_count, presence.step_s)
    located = _located(rig, errors, sights, found, pitch_rad)
    false = false_boxes(rng, rig, errors, presence.instant_count, presence.step_s)
    everything = joined(located, located_clutter(rig, errors, false))
    return batch_of(rng, rig, errors, everything, presence, start_ns), visible_px


def nodding_rad(rng: np.random.Generator, errors: CameraErrors, instant_count: int, step_s: float) -> FloatArray:
    """Returns (T,) how far the camera is turned down: what it sees seems so much higher up and farther away."""
    groups = Groups.of(np.zeros(instant_count, dtype=np.bool_))
    memory = float(memory_of(errors.pitch_s, step_s))
    return np.asarray(errors.pitch_sigma_rad * first_order(rng, groups, 1, memory)[0])


def _located(rig: CameraRig, errors: CameraErrors, sights: Sightings, found: Found, pitch_rad: FloatArray) -> Located:
    """Returns where the found boxes are put on the road."""
    key, at = _linearised(rig, sights, found)
    cuboids, instants = sights.cuboids[found.row], sights.instants[found.row]
    edges_px = edge_errors_px(errors, sights, found)
    error = at.bias[key] + (at.gain[key] @ edges_px[..., None])[..., 0]
    away = cuboids[:, :2] + error[:, :2] - rig.sensor.site_from_camera.translation_m[:2]
    range_m = np.linalg.norm(away, axis=1)
    away /= range_m[:, None]
    across = np.stack([-away[:, 1], away[:, 0]], axis=1)
    covariance_m2 = at.covariance_stated_m2(errors.stated_ratio)[key]
    height_m = rig.locator.camera_height_m(cuboids[:, :2])
    kind = at.surroundings[key]
    stated_m = [np.sqrt(np.einsum("ni,nij,nj->n", axis, covariance_m2, axis)) for axis in (away, across)]
    moved_m = [
        errors.located_gain[kind, axis] * (error[:, :2] * unit).sum(axis=1)
        + stated_m[axis] * (errors.located_bias[kind, axis] + errors.located_sigma[kind, axis] * found.latent[channel])
        for axis, (unit, channel) in enumerate(((away, ALONG), (across, ACROSS)))
    ]
    moved_m[0] += rig.locator.by_pitch_m(range_m, height_m) * pitch_rad[instants]
    position_m = cuboids[:, :2] + moved_m[0][:, None] * away + moved_m[1][:, None] * across
    measured = sights.measured[found.row]
    heading_rad = wrapped_rad(cuboids[:, YAW] + error[:, YAW])
    located = Located(
        instants=instants,
        kind=np.where(measured[:, 3], MeasurementKind.POSITION, MeasurementKind.BEARING),
        position_m=position_m,
        covariance_m2=rig.locator.stated_m2(covariance_m2, away, rig.locator.pose_m2(range_m, height_m)),
        line_of_sight=away,
        heading_rad=np.where(at.heading_sure[key], heading_rad, np.nan),
        size_m=np.maximum(cuboids[:, LENGTH:] + error[:, LENGTH:], 0.05),
        classes=found.classes,
        confidence=_confidence(errors, sights.sides_px[1, found.row], found.latent[CONFIDENCE]),
    )
    return located.select(_in_range(rig, cuboids, range_m))


def _in_range(rig: CameraRig, cuboids: FloatArray, range_m: FloatArray) -> BoolArray:
    """Returns (M,) whether the boxes' feet, which are nearer than the middles, are within the camera's range."""
    to_camera = cuboids[:, :2] - rig.sensor.site_from_camera.translation_m[:2]
    turn = cuboids[:, YAW] - np.arctan2(to_camera[:, 1], to_camera[:, 0])
    reach_m = (np.abs(np.cos(turn)) * cuboids[:, LENGTH] + np.abs(np.sin(turn)) * cuboids[:, LENGTH + 1]) / 2
    return np.asarray(range_m - reach_m <= rig.sensor.max_range_m)


def _linearised(rig: CameraRig, sights: Sightings, found: Found) -> tuple[IntArray, Linearised]:
    """Returns (M,) which linearisation serves each found box, and the linearisations."""
    row = found.row
    marks = np.stack([
        sights.object_ids[row],
        found.classes,
        np.packbits(sights.measured[row], axis=1)[:, 0],
        np.floor(sights.travelled_m[row] / REFRESH_M),
        np.floor(sights.cuboids[row, YAW] / REFRESH_RAD),
    ])  # fmt: skip
    first = np.flatnonzero(np.r_[True, (np.diff(marks, axis=1) != 0).any(axis=0)][: len(row)])
    key = np.repeat(np.arange(len(first)), np.diff(first, append=len(row)))
    chosen = row[first]
    at = rig.locator.at(
        sights.cuboids[chosen], found.classes[first], sights.measured[chosen], sights.foot_shift_px[chosen]
    )
    return key, at


def _confidence(errors: CameraErrors, height_px: FloatArray, latent: FloatArray) -> FloatArray:
    """Returns (M,) confidences, by the quantiles of boxes of that height."""
    place = ndtr(latent) * (len(QUANTILES) - 1)
    low = np.minimum(place.astype(np.int64), len(QUANTILES) - 2)
    values = errors.confidence[:, low] + (place - low) * (errors.confidence[:, low + 1] - errors.confidence[:, low])
    return np.asarray((values * band_weights(height_px)).sum(axis=0))
