"""Which road users a camera's detector finds when, as what, and how the edges of the boxes err."""

from dataclasses import dataclass

import numpy as np
from scipy.special import log_ndtr

from roadside.geometry.arrays import BoolArray, FloatArray, IntArray
from simulation.picture_free.camera_rig import CHANNELS, CameraRig
from simulation.picture_free.correlated import Groups, first_order, held_uniform, memory_of
from simulation.picture_free.errors import BANDS, EDGES, FAR_EDGES, OUTLIER_SIGMAS, CameraErrors, band_weights
from simulation.picture_free.sightings import Sightings

LEAST_VISIBLE = 0.03
"""Of a road user that shows less nothing is found."""
GONE_INSTANTS = 5
"""After so many instants out of the picture a road user's errors begin anew."""
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


def found_boxes(
    rng: np.random.Generator, rig: CameraRig, errors: CameraErrors, sights: Sightings, step_s: float
) -> Found:
    """Returns which road users are found when, as what, and with what errors in units of their sigmas.

    Args:
        rng: of all errors that do not outlast the chunk.
        rig: the camera.
        errors: of its kind in this weather.
        sights: N times that somebody is in its picture.
        step_s: from one instant to the next.
    """
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


def edge_errors_px(errors: CameraErrors, sights: Sightings, found: Found) -> FloatArray:
    """Returns (M, 4) errors of the found boxes' edges, pixels."""
    side_px = sights.sides_px[:, found.row][[0, 1, 0, 1]].T
    sigma_px = np.hypot(errors.edge_floor_px, errors.edge_share * side_px)
    return np.asarray(errors.edge_bias[sights.classes[found.row]] * side_px + sigma_px * found.edges)
