"""Means, quantiles and shares of what is known: NaN values do not count, and of nothing the answer is NaN."""

import numpy as np

from roadside.geometry.arrays import BoolArray, FloatArray


def mean(values: FloatArray) -> float:
    """Returns the mean of the known values."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")


def quantile(values: FloatArray, probability: float) -> float:
    """Returns a quantile of the known values."""
    known = values[~np.isnan(values)]
    return float(np.quantile(known, probability)) if len(known) else float("nan")


def share(mask: BoolArray) -> float:
    """Returns how many of the mask's values are true, as a share of them."""
    return mean(mask.astype(np.float64))


def quotient(part: float, whole: float) -> float:
    """Returns part over whole; NaN where there is no whole."""
    return part / whole if whole else float("nan")
