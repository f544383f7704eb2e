"""The fit of how boxes err: their edges, how long that lasts, and what the locator adds."""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import BoolArray, FloatArray
from simulation.picture_free.errors import (
    BANDS,
    CLASSES,
    EDGES,
    FAR_EDGES,
    OUTLIER_SIGMAS,
    CameraErrors,
    band_weights,
)
from simulation.picture_free.fitted_nodding import Nods, nodding_rad, pitch_of_others
from simulation.picture_free.lasting import Lags, kept_and_forgotten
from simulation.picture_free.samples import Samples

MAD_TO_SIGMA = 1.4826
"""Standard deviation of a normal variable over its median absolute deviation."""
LEAST_OWN_SHARE = 0.25
"""Of the variance of errors, at least so much is the boxes' own, whatever nodding there is."""
TURNS = 3
VERTICAL = (1, 3)
"""Edges that the camera's nodding moves."""
BIAS_PRIOR_ROWS = 100.0
"""A class's bias is drawn towards that of all by so many rows."""
HEIGHT_STEPS = 8
LEAST_ROWS = 25
MOST_SIGMAS = 6.0
"""What the locator adds is told without what is farther out."""


@dataclass(frozen=True, slots=True, eq=False)
class EdgeFit:
    """How the edges of boxes err.

    Attributes:
        bias: (11, 4) as ``edge_bias``.
        floor_px, share: (4,) as ``edge_floor_px`` and ``edge_share``.
        correlation: (4, 4).
        outlier_share, outlier_scale: (15,) and (4,) as in ``CameraErrors``.
        pitch_sigma_rad: of the camera's own nodding, which is not among what the boxes err.
        normal: (N, 4) every error less its bias and the nodding, in sigmas; NaN where there is none.
    """

    bias: FloatArray
    floor_px: FloatArray
    share: FloatArray
    correlation: FloatArray
    outlier_share: FloatArray
    outlier_scale: FloatArray
    pitch_sigma_rad: float
    normal: FloatArray


def edge_fit(samples: Samples) -> EdgeFit:
    """Returns the fit, on what is found and seen whole.

    By turns: what boxes err tells how well they show the nodding, and that is taken off what they err.
    """
    still = np.zeros(len(samples))
    fit = _fit_less(samples, 0.0, still, still)
    for _ in range(TURNS):
        nods = _nods(samples, fit)
        sigma_rad = nodding_rad(nods)
        fit = _fit_less(samples, sigma_rad, *pitch_of_others(nods, sigma_rad))
    return fit


def _fit_less(samples: Samples, sigma_rad: float, pitch_rad: FloatArray, left_rad2: FloatArray) -> EdgeFit:
    """Returns the fit of errors less a nodding.

    Args:
        samples: N of them.
        sigma_rad: of the nodding.
        pitch_rad: (N,) the nodding as far as it is known.
        left_rad2: (N,) variance of what is not known of it.
    """
    error_px, side_px = samples.edge_errors_px, samples.sides_px
    error_px = np.where(samples.clear[:, None], error_px, np.nan)
    error_px[:, VERTICAL] -= (samples.focal_px * pitch_rad)[:, None]
    left_px2 = np.zeros_like(error_px)
    left_px2[:, VERTICAL] = (samples.focal_px**2 * left_rad2)[:, None]
    bias = _biases(error_px / side_px, samples)
    left_px = error_px - bias[samples.classes] * side_px
    floor_px, share = np.zeros(EDGES), np.zeros(EDGES)
    for edge in range(EDGES):
        floor_px[edge], share[edge] = _sigma_by_side(left_px[:, edge], side_px[:, edge], left_px2[:, edge])
    normal = left_px / np.hypot(floor_px, share * side_px)
    whole = normal[np.isfinite(normal).all(axis=1)]
    usual = whole[(np.abs(whole) <= OUTLIER_SIGMAS).all(axis=1)]
    correlation = np.asarray(np.corrcoef(usual.T)) if len(usual) > LEAST_ROWS else np.eye(EDGES)
    return EdgeFit(bias, floor_px, share, correlation, *_outliers(whole), sigma_rad, normal)


def _outliers(normal: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Returns (15,) shares of boxes by which edges are far out, and (4,) mean excesses of edges that are, in sigmas."""
    far = np.abs(normal) > OUTLIER_SIGMAS
    counts = np.bincount((far * 2 ** np.arange(EDGES)).sum(axis=1), minlength=len(FAR_EDGES) + 1)
    scale = np.ones(EDGES)
    for edge in np.flatnonzero(far.any(axis=0)).tolist():
        scale[edge] = (np.abs(normal[far[:, edge], edge]) - OUTLIER_SIGMAS).mean()
    return counts[1:] / max(len(normal), 1), scale


def _nods(samples: Samples, fit: EdgeFit) -> Nods:
    """Returns by how much each box seems to be turned: the mean of its top and its foot."""
    error_px = samples.edge_errors_px - fit.bias[samples.classes] * samples.sides_px
    error_px = np.where(samples.clear[:, None], error_px, np.nan)[:, VERTICAL]
    sigma_px = np.hypot(fit.floor_px, fit.share * samples.sides_px)[:, VERTICAL]
    most_px = OUTLIER_SIGMAS * np.hypot(sigma_px, (samples.focal_px * fit.pitch_sigma_rad)[:, None])
    vertical_px = np.clip(error_px, -most_px, most_px)
    mixed = fit.correlation[VERTICAL[0], VERTICAL[1]] * sigma_px.prod(axis=1)
    # Large boxes have large errors of their own: by inverse variance they count less.
    own_px2 = np.maximum(((sigma_px**2).sum(axis=1) + 2.0 * mixed) / 4.0, 0.01)
    focal_px = samples.focal_px
    return Nods.of(vertical_px.mean(axis=1) / focal_px, focal_px**2 / own_px2, samples.moments, samples.users)


def _biases(ratio: FloatArray, samples: Samples) -> FloatArray:
    """Returns (11, 4) medians of the errors in shares of the box, by class."""
    bias = np.zeros((CLASSES, EDGES))
    for edge in range(EDGES):
        there = np.isfinite(ratio[:, edge])
        everybody = float(np.median(ratio[there, edge])) if there.any() else 0.0
        bias[:, edge] = everybody
        for number in np.unique(samples.classes[there]):
            mine = ratio[there & (samples.classes == number), edge]
            weight = len(mine) / (len(mine) + BIAS_PRIOR_ROWS)
            bias[number, edge] = weight * np.median(mine) + (1.0 - weight) * everybody
    return bias


def _sigma_by_side(error_px: FloatArray, side_px: FloatArray, left_px2: FloatArray) -> tuple[float, float]:
    """Returns (floor, share) of sigma² = floor² + (share side)², on robust sigmas of groups of like size.

    Args:
        error_px: (N,) NaN where there is none.
        side_px: (N,) of the boxes.
        left_px2: (N,) variance of what is still in the errors and is not to be counted.
    """
    rows = np.flatnonzero(np.isfinite(error_px))
    if len(rows) < LEAST_ROWS:
        return 1.0, 0.04
    groups = np.array_split(rows[np.argsort(side_px[rows])], min(HEIGHT_STEPS, len(rows) // LEAST_ROWS + 1))
    in_all = np.array([(MAD_TO_SIGMA * np.median(np.abs(error_px[group]))) ** 2 for group in groups])
    left = np.array([left_px2[group].mean() for group in groups])
    variance = np.maximum(in_all - left, LEAST_OWN_SHARE * in_all)
    side2 = np.array([(side_px[group] ** 2).mean() for group in groups])
    table = np.stack([np.ones(len(groups)), side2], axis=1) / variance[:, None]
    floor2, share2 = np.linalg.lstsq(table, np.ones(len(groups)), rcond=None)[0]
    if share2 < 0.0:
        floor2, share2 = float(np.median(variance)), 0.0
    elif floor2 < 0.0:
        floor2, share2 = 0.0, float(np.median(variance / side2))
    return float(np.sqrt(max(floor2, 0.01))), float(np.sqrt(share2))


def edge_times(samples: Samples, fit: EdgeFit, lags: Lags, before: CameraErrors) -> tuple[FloatArray, ...]:
    """Returns (3,) lasting shares, slow shares and time constants, by ``BAND_HEIGHTS_PX``, of all edges together."""
    weights = band_weights(samples.height_px)
    lasting, slow, slow_s = before.lasting_share.copy(), before.slow_share.copy(), before.slow_s.copy()
    usual = np.clip(fit.normal, -OUTLIER_SIGMAS, OUTLIER_SIGMAS)
    there = np.isfinite(usual)
    usual = np.where(there, usual, 0.0)
    for band in range(BANDS):
        found, worth = np.zeros(len(lags.lag_s)), np.zeros(len(lags.lag_s))
        for edge in range(EDGES):
            mine = weights[band] * there[:, edge]
            scale = np.sqrt((mine * usual[:, edge] ** 2).sum() / max(mine.sum(), 1e-9))
            each, pairs = lags.correlation(
                usual[:, edge], np.full(len(samples), max(scale, 1e-6)), there[:, edge], weights[band]
            )
            found, worth = found + each * pairs, worth + pairs
        if worth.sum() > LEAST_ROWS:
            fitted = kept_and_forgotten(lags.lag_s, found / np.maximum(worth, 1e-9), worth)
            lasting[band], slow[band], slow_s[band] = fitted
    return lasting, slow, slow_s


def second_boxes(samples: Samples, fit: EdgeFit) -> tuple[float, float]:
    """Returns the share of found boxes that have a second one, and that one's errors in sigmas."""
    second = np.isfinite(samples.second_px[:, 0]) & samples.found
    share = float(second.sum() / max(samples.found.sum(), 1))
    rows = second & samples.clear & samples.measured.all(axis=1)
    if rows.sum() < LEAST_ROWS // 3:
        return share, 2.0
    error_px = (samples.second_px - samples.box_px - fit.bias[samples.classes] * samples.sides_px)[rows]
    sigmas = error_px / np.hypot(fit.floor_px, fit.share * samples.sides_px[rows])
    return share, float(np.clip(MAD_TO_SIGMA * np.median(np.abs(sigmas)), 1.0, 8.0))


def located_beyond(samples: Samples) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Returns (3, 2) gains on what the linearised locator errs, (3, 2) bias and (3, 2) sigma of what that leaves, and
    (3,) stated ratios.

    In sigmas that the real locator states, along and across; by ``SURROUNDINGS``. Gains are those of least squares, so
    that what is left has nothing to do with what is explained.
    """  # noqa: D205
    gain, bias, sigma, ratio = np.ones((3, 2)), np.zeros((3, 2)), np.zeros((3, 2)), np.ones(3)
    edges_px = np.nan_to_num(samples.edge_errors_px)
    explained_m = samples.bias_m + (samples.gain @ edges_px[..., None])[..., 0]
    for number in range(3):
        mine = _located(samples) & (samples.surroundings == number)
        if mine.sum() < LEAST_ROWS:
            continue
        ratio[number] = np.median(samples.stated_m[mine, 0] / samples.linear_m[mine, 0])
        real, linear = samples.error_m[mine] / samples.stated_m[mine], explained_m[mine] / samples.stated_m[mine]
        for axis in range(2):
            usual = (np.abs(real[:, axis]) < MOST_SIGMAS) & (np.abs(linear[:, axis]) < MOST_SIGMAS)
            one, two = linear[usual, axis], real[usual, axis]
            gain[number, axis] = np.clip((one * two).sum() / max(float((one**2).sum()), 1e-9), 0.0, 1.5)
            left = two - gain[number, axis] * one
            bias[number, axis], sigma[number, axis] = left.mean(), left.std()
    return gain, bias, sigma, ratio


def _located(samples: Samples) -> BoolArray:
    there = np.isfinite(samples.error_m).all(axis=1) & samples.measured[:, 3]
    return np.asarray(there & (samples.linear_m[:, 0] < 10.0) & samples.clear)
