"""Fits cuboids to boxes from several starting points, and merges what the fits found."""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import FloatArray, IntArray
from roadside.perception.cuboid import YAW, CuboidView

UNMEASURED_PX2 = 1e7
"""Variance of an edge that was not seen."""
LOST_PX = 1e6
"""Error of an edge that cannot be predicted."""
EDGES = np.arange(4)
LEAST_LOG_EVIDENCE = -1e9
"""Of a try that came to nothing."""
FIT_STEPS = 3
LARGEST_STEP = np.array([15.0, 15.0, 0.6, 2.0, 0.5, 0.5])
"""Limits of one Gauss-Newton step: metres, radians, metres."""


@dataclass(frozen=True, slots=True, eq=False)
class Tries:
    """M starting points of fits, at least one for each box.

    Attributes:
        box: (M,) which box each belongs to, in rising order.
        start: (M, 6) cuboid parameters; also the mean of their prior.
        sigma: (M, 6) of the prior.
        share: (M,) prior probability among the tries of the same box.
    """

    box: IntArray
    start: FloatArray
    sigma: FloatArray
    share: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """One linearisation of M tries.

    Attributes:
        move: (M, 6) the full Gauss-Newton step.
        gain: (M, 6, 4) of the step by the edges' errors.
        spread: (M, 6, 4) covariance of parameters and predicted edges.
        error_px: (M, 4) seen minus predicted edges where it was linearised.
    """

    move: FloatArray
    gain: FloatArray
    spread: FloatArray
    error_px: FloatArray


def fit_cuboids(
    view: CuboidView, tries: Tries, edges_px: FloatArray, noise_px2: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Returns (M, 6) cuboids, (M, 6, 6) covariances and (M,) costs (-2 log) of Gauss-Newton from every try.

    Args:
        view: the camera.
        tries: where to start, and the priors.
        edges_px: (N, 4) seen boxes.
        noise_px2: (N, 4) variance of their edges; ``UNMEASURED_PX2`` of one that was not seen.
    """
    edges_px, noise_px2 = edges_px[tries.box], noise_px2[tries.box]
    cuboids = tries.start
    fit = _linearised(view, tries, cuboids, edges_px, noise_px2)
    for _ in range(FIT_STEPS):
        cuboids = cuboids + np.minimum(np.maximum(fit.move, -LARGEST_STEP), LARGEST_STEP)
        fit = _linearised(view, tries, cuboids, edges_px, noise_px2)
    covariances = tries.sigma[:, :, None] ** 2 * np.eye(6) - fit.gain @ fit.spread.transpose(0, 2, 1)
    cost = (fit.error_px**2 / noise_px2).sum(1) + ((tries.start - cuboids) ** 2 / tries.sigma**2).sum(1)
    symmetric = (covariances + covariances.transpose(0, 2, 1)) / 2  # rounding leaves them a little askew
    return cuboids, symmetric, cost


def _linearised(
    view: CuboidView, tries: Tries, cuboids: FloatArray, edges_px: FloatArray, noise_px2: FloatArray
) -> Fit:
    """Returns one Gauss-Newton step from (M, 6) cuboids.

    In the Kalman form of the normal equations only 4 x 4 is inverted, since the prior is diagonal.
    """
    variance = tries.sigma**2
    predicted, jacobian = view.boxes_with_jacobian(cuboids)
    error_px = edges_px - predicted
    unseen = np.isnan(predicted[:, 0])
    if unseen.any():  # a corner is not before the camera: no step leads back
        jacobian[unseen], error_px[unseen] = 0.0, LOST_PX
    spread = variance[:, :, None] * jacobian.transpose(0, 2, 1)
    edges_px2 = jacobian @ spread
    edges_px2[:, EDGES, EDGES] += noise_px2
    gain = spread @ np.linalg.inv(edges_px2)
    offset = tries.start - cuboids
    surprise = error_px[..., None] - jacobian @ offset[..., None]
    return Fit(offset + (gain @ surprise)[..., 0], gain, spread, error_px)


def merge_tries(
    tries: Tries, cuboids: FloatArray, covariances: FloatArray, cost: FloatArray, count: int
) -> tuple[FloatArray, FloatArray]:
    """Returns (N, 6) means and (N, 6, 6) covariances of each box's weighed tries; NaN where none converged.

    A try's evidence by Laplace's approximation: prior share x exp(-cost / 2) x sqrt(det posterior / det prior).
    Directions are equal up to half a turn, so all tries of a box are first turned next to its best one.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        _, log_volume = np.linalg.slogdet(covariances)
        log_evidence = np.log(tries.share) - cost / 2 + log_volume / 2 - np.log(tries.sigma).sum(axis=1)
    log_evidence = np.where(np.isfinite(log_evidence), log_evidence, LEAST_LOG_EVIDENCE)
    first = np.searchsorted(tries.box, np.arange(count))
    best = np.maximum.reduceat(log_evidence, first)
    weight = np.exp(log_evidence - best[tries.box])
    weight /= np.add.reduceat(weight, first)[tries.box]
    best_yaw = np.empty(count)
    leading = log_evidence == best[tries.box]
    best_yaw[tries.box[leading]] = cuboids[leading, YAW]
    aligned = cuboids.copy()
    aligned[:, YAW] -= np.pi * np.round((cuboids[:, YAW] - best_yaw[tries.box]) / np.pi)
    mean = np.add.reduceat(weight[:, None] * aligned, first)
    spread = aligned - mean[tries.box]
    each = covariances + spread[:, :, None] * spread[:, None, :]
    covariance = np.add.reduceat(weight[:, None, None] * each, first)
    found = best > LEAST_LOG_EVIDENCE
    return np.where(found[:, None], mean, np.nan), np.where(found[:, None, None], covariance, np.nan)
