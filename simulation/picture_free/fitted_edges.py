"""The fit of how boxes err: their edges, how long that lasts, and what the locator adds."""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import BoolArray, FloatArray
from simulation.picture_free.errors import BANDS, CLASSES, EDGES, CameraErrors, band_weights
from simulation.picture_free.lasting import Lags, kept_and_forgotten
from simulation.picture_free.samples import Samples

MAD_TO_SIGMA = 1.4826
"""Standard deviation of a normal variable over its median absolute deviation."""
OUTLIER_SIGMAS = 3.0
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
        outlier_share, outlier_scale: (4,) as in ``CameraErrors``.
        normal: (N, 4) every error less its bias, in sigmas; NaN where there is none.
    """

    bias: FloatArray
    floor_px: FloatArray
    share: FloatArray
    correlation: FloatArray
    outlier_share: FloatArray
    outlier_scale: FloatArray
    normal: FloatArray


def edge_fit(samples: Samples) -> EdgeFit:
    """Returns the fit, on what is found and seen whole."""
    error_px, side_px = samples.edge_errors_px, samples.sides_px
    error_px = np.where(samples.clear[:, None], error_px, np.nan)
    bias = _biases(error_px / side_px, samples)
    left_px = error_px - bias[samples.classes] * side_px
    floor_px, share = np.zeros(EDGES), np.zeros(EDGES)
    for edge in range(EDGES):
        floor_px[edge], share[edge] = _sigma_by_side(left_px[:, edge], side_px[:, edge])
    normal = left_px / np.hypot(floor_px, share * side_px)
    whole = normal[np.isfinite(normal).all(axis=1)]
    far = np.abs(normal) > OUTLIER_SIGMAS
    usual = whole[(np.abs(whole) <= OUTLIER_SIGMAS).all(axis=1)]
    correlation = np.asarray(np.corrcoef(usual.T)) if len(usual) > LEAST_ROWS else np.eye(EDGES)
    outlier_share, outlier_scale = np.zeros(EDGES), np.ones(EDGES)
    for edge in range(EDGES):
        if far[:, edge].any():
            outlier_share[edge] = far[:, edge].sum() / np.isfinite(normal[:, edge]).sum()
            outlier_scale[edge] = np.sqrt((normal[far[:, edge], edge] ** 2).mean())
    return EdgeFit(bias, floor_px, share, correlation, outlier_share, outlier_scale, normal)


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


def _sigma_by_side(error_px: FloatArray, side_px: FloatArray) -> tuple[float, float]:
    """Returns (floor, share) of sigma² = floor² + (share side)², on robust sigmas of groups of like size."""
    rows = np.flatnonzero(np.isfinite(error_px))
    if len(rows) < LEAST_ROWS:
        return 1.0, 0.04
    groups = np.array_split(rows[np.argsort(side_px[rows])], min(HEIGHT_STEPS, len(rows) // LEAST_ROWS + 1))
    variance = np.array([(MAD_TO_SIGMA * np.median(np.abs(error_px[group]))) ** 2 for group in groups])
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


def nodding_rad(samples: Samples, fit: EdgeFit) -> float:
    """Returns the sigma of the camera's own nodding: what the feet and tops of one frame have in common."""
    sigma_px = np.hypot(fit.floor_px, fit.share * samples.sides_px)
    vertical = np.clip(fit.normal[:, [1, 3]], -OUTLIER_SIGMAS, OUTLIER_SIGMAS) * sigma_px[:, [1, 3]]
    there = np.isfinite(vertical).all(axis=1)
    angle = vertical[there].mean(axis=1) / samples.focal_px[there]
    # Large boxes have large errors of their own: by inverse variance they count less.
    weight = (samples.focal_px[there] / sigma_px[there, 3]) ** 2
    moment, where = np.unique(samples.moments[there], return_inverse=True)
    total, total_weight = np.zeros(len(moment)), np.zeros(len(moment))
    own, own_weight = np.zeros(len(moment)), np.zeros(len(moment))
    np.add.at(total, where, weight * angle)
    np.add.at(total_weight, where, weight)
    np.add.at(own, where, (weight * angle) ** 2)
    np.add.at(own_weight, where, weight**2)
    common = (total**2 - own).sum() / max(float((total_weight**2 - own_weight).sum()), 1e-12)
    return float(np.sqrt(max(common, 0.0)))


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
