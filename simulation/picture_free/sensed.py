"""Trajectories to what a camera's perception would have made of them: measurements with fitted errors.

A box is found or missed, its edges err, and both last for a while. The errors of the edges are carried to the road by
the locator in its linearised form, which also gives the covariance that the real one would state.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import log_ndtr, ndtr

from roadside.geometry.angles import wrapped_rad
from roadside.geometry.arrays import BoolArray, FloatArray, IntArray
from roadside.perception.cuboid import LENGTH, YAW
from roadside.types.observations import MeasurementKind
from simulation.picture_free.batches import MeasurementBatch
from simulation.picture_free.camera_rig import CHANNELS, CameraRig
from simulation.picture_free.clutter import false_boxes
from simulation.picture_free.correlated import Groups, first_order, held_uniform, memory_of
from simulation.picture_free.errors import (
    BANDS,
    EDGES,
    FAR_EDGES,
    OUTLIER_SIGMAS,
    QUANTILES,
    CameraErrors,
    band_weights,
)
from simulation.picture_free.linear_locator import Linearised
from simulation.picture_free.located import Located, batch_of, joined
from simulation.picture_free.presence import Presence
from simulation.picture_free.sightings import Sightings, sighted

LEAST_VISIBLE = 0.03
"""Of a road user that shows less nothing is found."""
GONE_INSTANTS = 5
"""After so many instants out of the picture a road user's errors begin anew."""
REFRESH_M = 1.5
REFRESH_RAD = np.radians(10.0)
"""A linearisation serves until the road user has moved or turned by so much."""
ALONG, ACROSS, CONFIDENCE = EDGES, EDGES + 1, EDGES + 2
"""Channels of a road user's errors behind those of the edges."""
OUTLIERS = np.concatenate([FAR_EDGES, np.zeros((1, EDGES), dtype=np.bool_)])
"""(16, 4) which edges are outliers, by the number of an outlier's kind; the last is none."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """M boxes that were found, among N sightings.

    Attributes:
        row: (M,) of the sightings.
        latent: (CHANNELS, M) normal errors.
        edges: (M, 4) errors of the edges in units of their sigmas.
        classes: (M,) reported.
        is_second: (M,) whether it is a second box of the same road user; those come last.
    """

    row: IntArray
    latent: FloatArray
    edges: FloatArray
    classes: IntArray
    is_second: BoolArray


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
    found = _found(rng, rig, errors, sights, presence.step_s)
    pitch_rad = errors.pitch_sigma_rad * first_order(
        rng, Groups.of(np.zeros(presence.instant_count, dtype=np.bool_)), 1,
        float(memory_of(errors.pitch_s, presence.step_s)),
    )[0]  # fmt: skip
    located = _located(rig, errors, sights, found, pitch_rad)
    false = false_boxes(rng, rig, errors, presence.instant_count, presence.step_s)
    return batch_of(rng, rig, errors, joined(located, false), presence, start_ns), visible_px


def _found(rng: np.random.Generator, rig: CameraRig, errors: CameraErrors, sights: Sightings, step_s: float) -> Found:
    """Returns which road users are found when, as what, and with what errors in units of their sigmas."""
    new = np.diff(sights.object_ids, prepend=-1) != 0
    groups = Groups.of(new | (np.diff(sights.instants, prepend=0) > GONE_INSTANTS))
    who = np.searchsorted(rig.object_ids, sights.object_ids[groups.first])
    weights = band_weights(sights.sides_px[1])
    kept = memory_of(errors.miss_s @ weights, step_s)
    lot = held_uniform(rng, groups, kept, rig.lots[who, 0], errors.stubborn_share)
    logit = errors.detection_logit(sights.sides_px, sights.visible_share, sights.is_cut, sights.classes)
    found = (lot < 1.0 / (1.0 + np.exp(-logit))) & (sights.visible_share >= LEAST_VISIBLE)
    latent = _latent(rng, rig, errors, groups, who, weights, step_s)[:, found]
    outlier = held_uniform(rng, groups, kept, rig.lots[who, 0], 0.0)[found]
    what = held_uniform(rng, groups, float(memory_of(errors.class_s, step_s)), rig.lots[who, 1], 0.5)[found]
    row = np.flatnonzero(found)
    classes = _confused(errors, sights.classes[row], what)
    again = np.flatnonzero(held_uniform(rng, groups, kept, rig.lots[who, 0], 0.0)[found] < errors.double_share)
    # A second box is another one's work: its errors and its class have nothing to do with the first one's.
    others = rng.standard_normal((CHANNELS, len(again)))
    mixed, others_mixed = (np.linalg.cholesky(errors.edge_correlation) @ each[:EDGES] for each in (latent, others))
    return Found(
        row=np.concatenate([row, row[again]]),
        latent=np.concatenate([latent, others], axis=1),
        edges=np.concatenate([_with_outliers(errors, mixed.T, outlier), errors.double_scale * others_mixed.T]),
        classes=np.concatenate([classes, _confused(errors, sights.classes[row[again]], rng.random(len(again)))]),
        is_second=np.arange(len(row) + len(again)) >= len(row),
    )


def _with_outliers(errors: CameraErrors, normal: FloatArray, lot: FloatArray) -> FloatArray:
    """Returns (M, 4) errors of edges in sigmas: those of outliers, and no others, lie beyond ``OUTLIER_SIGMAS``.

    A normal error becomes an outlier's of the same sign and rank, so that it lasts as long.

    Args:
        errors: of the camera.
        normal: (M, 4) normal errors of variance 1.
        lot: (M,) uniform lots, which say of which edges of a box they become outliers'.
    """
    which = np.searchsorted(np.cumsum(errors.outlier_share), lot, side="right")
    edges = np.clip(normal, -OUTLIER_SIGMAS, OUTLIER_SIGMAS)
    box, edge = np.nonzero(OUTLIERS[which])
    far = normal[box, edge]
    excess = -log_ndtr(-np.abs(far)) - np.log(2.0)
    edges[box, edge] = np.copysign(OUTLIER_SIGMAS + errors.outlier_scale[edge] * excess, far)
    return np.asarray(edges)


def _latent(
    rng: np.random.Generator, rig: CameraRig, errors: CameraErrors, groups: Groups, who: IntArray,
    weights: FloatArray, step_s: float,
) -> FloatArray:  # fmt: skip
    """Returns (CHANNELS, N) normal errors of variance 1: a part that lasts, a slow one and a new one."""
    lasting_share, slow_share = errors.lasting_share @ weights, errors.slow_share @ weights
    latent = rig.lasting[who].T[:, groups.group] * np.sqrt(lasting_share)
    for band in range(BANDS):
        memory = float(memory_of(errors.slow_s[band], step_s))
        latent += np.sqrt(slow_share * weights[band]) * first_order(rng, groups, CHANNELS, memory)
    fresh_share = np.clip(1.0 - lasting_share - slow_share, 0.0, 1.0)
    latent += np.sqrt(fresh_share) * rng.standard_normal((CHANNELS, len(groups)))
    return np.asarray(latent)


def _confused(errors: CameraErrors, classes: IntArray, lot: FloatArray) -> IntArray:
    """Returns (M,) reported classes of (M,) true ones, by uniform lots."""
    up_to = np.cumsum(errors.class_confusion, axis=1)[classes]
    return np.asarray((lot[:, None] >= up_to[:, :-1]).sum(axis=1))


def _edge_errors(errors: CameraErrors, sights: Sightings, found: Found) -> FloatArray:
    """Returns (M, 4) errors of the found boxes' edges, pixels."""
    side_px = sights.sides_px[:, found.row][[0, 1, 0, 1]].T
    sigma_px = np.hypot(errors.edge_floor_px, errors.edge_share * side_px)
    return np.asarray(errors.edge_bias[sights.classes[found.row]] * side_px + sigma_px * found.edges)


def _located(rig: CameraRig, errors: CameraErrors, sights: Sightings, found: Found, pitch_rad: FloatArray) -> Located:
    """Returns where the found boxes are put on the road."""
    key, at = _linearised(rig, sights, found)
    cuboids, instants = sights.cuboids[found.row], sights.instants[found.row]
    edges_px = _edge_errors(errors, sights, found)
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
