"""The fit of who is found: the probability, how long found or missed lasts, as what, and how sure."""

import numpy as np

from roadside.geometry.arrays import FloatArray, IntArray
from simulation.picture_free.errors import (
    BANDS,
    CLASSES,
    DETECTION_TERMS,
    QUANTILES,
    CameraErrors,
    band_weights,
    detection_terms,
)
from simulation.picture_free.lasting import Lags, kept_and_forgotten
from simulation.picture_free.samples import Samples

STEPS = 30
"""Of Newton's method."""
PRIOR_SIGMA = 1.5
"""How far a coefficient may be from where the fit starts, without data that says so."""
CLASS_SIGMA = 1.0
EXTREME = 0.02
"""Where the probability is nearer to 0 or 1 than this, a miss says nothing of how long misses last."""
OWN_CLASS_SHARE = 0.5
"""Of changes of a reported class, those that fall back to the road user's own: as ``sensed`` draws them."""
CONFUSION_PRIOR = 4.0
"""Reported classes are counted on top of so many that are spread as in the model before."""
UNKNOWN_PRIOR = 0.01
"""The same for a class of which the model before only knows that it is itself: any evidence is better."""
LEAST_IN_BAND = 30.0


def logit_fit(samples: Samples, before: CameraErrors) -> tuple[FloatArray, FloatArray]:
    """Returns (7,) coefficients and (11,) class offsets of the logistic regression of being found.

    Newton's method on the log likelihood with a normal prior about the model before, so that a term that the scenes
    say nothing of stays where it was.
    """
    terms = detection_terms(samples.width_height_px, samples.visible_share, samples.is_cut)
    count, width = len(samples), len(DETECTION_TERMS)
    rows = np.zeros((count, width + CLASSES))
    for column, term in enumerate(terms):
        rows[:, column] = term
    rows[np.arange(count), width + samples.classes] = 1.0
    mean = np.concatenate([before.detection, np.zeros(CLASSES)])
    precision = np.concatenate([np.full(width, PRIOR_SIGMA**-2), np.full(CLASSES, CLASS_SIGMA**-2)])
    coefficients = mean.copy()
    for _ in range(STEPS):
        probability = 1.0 / (1.0 + np.exp(-rows @ coefficients))
        slope = rows.T @ (samples.found - probability) - precision * (coefficients - mean)
        curvature = rows.T @ (rows * (probability * (1.0 - probability))[:, None]) + np.diag(precision)
        move = np.linalg.solve(curvature, slope)
        coefficients = coefficients + np.clip(move, -1.0, 1.0)
        if np.abs(move).max() < 1e-6:
            break
    return coefficients[:width], coefficients[width:]


def miss_times(samples: Samples, errors: CameraErrors, lags: Lags) -> tuple[FloatArray, float]:
    """Returns (3,) how long found or missed lasts, and the share of changes that fall back to one's own lot.

    Of two rows with the same lot both are found with the smaller of their probabilities, so the covariance over
    min(p, q) - p q is the share that has the same lot: kept, or drawn again as one's own both times.
    """
    logit = errors.detection_logit(samples.width_height_px, samples.visible_share, samples.is_cut, samples.classes)
    probability = 1.0 / (1.0 + np.exp(-logit))
    chosen = (probability > EXTREME) & (probability < 1.0 - EXTREME)
    surprise = samples.found - probability
    weights = band_weights(samples.height_px)
    same, worth = np.zeros((BANDS, len(lags.lag_s))), np.zeros((BANDS, len(lags.lag_s)))
    for index, (one, two) in enumerate(zip(lags.earlier, lags.later, strict=True)):
        both = chosen[one] & chosen[two]
        one, two = one[both], two[both]
        most = np.minimum(probability[one], probability[two]) - probability[one] * probability[two]
        total = weights[:, one] @ most
        product = weights[:, one] @ (surprise[one] * surprise[two])
        same[:, index] = product / np.maximum(total, 1e-9)
        worth[:, index] = total
    kept, _, _ = kept_and_forgotten(lags.lag_s, np.average(same, axis=0, weights=worth + 1e-9), worth.sum(axis=0))
    times_s = np.array([
        kept_and_forgotten(lags.lag_s, (same[band] - kept) / max(1.0 - kept, 1e-3), worth[band])[2]
        if worth[band].sum() > LEAST_IN_BAND
        else errors.miss_s[band]
        for band in range(BANDS)
    ])  # fmt: skip
    return times_s, float(np.sqrt(kept))


def confusion(samples: Samples, before: CameraErrors) -> FloatArray:
    """Returns (11, 11) probabilities of the reported class by the true one."""
    counts = np.zeros((CLASSES, CLASSES))
    # A road user that is seen a hundred times says little more than once: rows count by the time between changes.
    np.add.at(counts, (samples.classes[samples.found], samples.reported[samples.found]), 0.1)
    is_known = before.class_confusion.diagonal() < 1.0
    counts += np.where(is_known, CONFUSION_PRIOR, UNKNOWN_PRIOR)[:, None] * before.class_confusion
    return np.asarray(counts / counts.sum(axis=1, keepdims=True))


def class_time_s(samples: Samples, errors: CameraErrors, lags: Lags) -> float:
    """Returns how long a reported class lasts."""
    right = samples.reported == samples.classes
    share = errors.class_confusion[samples.classes, samples.classes]
    scale = np.sqrt(np.maximum(share * (1.0 - share), 1e-6))
    found, worth = lags.correlation(right - share, scale, samples.found, np.ones(len(samples)))
    kept = OWN_CLASS_SHARE**2
    return kept_and_forgotten(lags.lag_s, (found - kept) / (1.0 - kept), worth)[2]


def confidence_quantiles(samples: Samples, before: CameraErrors) -> FloatArray:
    """Returns (3, 11) quantiles of the confidence, by ``BAND_HEIGHTS_PX``."""
    weights, quantiles = band_weights(samples.height_px), before.confidence.copy()
    for band in range(BANDS):
        mine = samples.confidence[samples.found & (weights[band] > 0.5)]
        if len(mine) >= LEAST_IN_BAND:
            quantiles[band] = np.quantile(mine, QUANTILES)
    return quantiles


def filled_shares(samples: Samples, before: CameraErrors) -> FloatArray:
    """Returns (11,) pixels of a road user over its box's area, of what is seen whole."""
    shares = before.filled_share.copy()
    whole = samples.clear & samples.measured.all(axis=1) & (samples.filled > 0.0)
    everybody: IntArray = np.unique(samples.classes[whole])
    for number in everybody:
        shares[number] = np.median(samples.filled[whole & (samples.classes == number)])
    return shares
