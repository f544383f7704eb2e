"""What a small sample still allows: exact bounds of rates and shares, without a normal approximation."""

import math

from scipy.special import betaincinv, gammaincinv

CONFIDENCE = 0.95
"""How often a bound holds, over many samples; of every interval that figures carry."""


def rate_upper_bound(count: int, exposure: float, confidence: float = CONFIDENCE) -> float:
    """Returns the one-sided upper bound of a rate, in counts per unit of ``exposure``; NaN without exposure.

    Exact for events that fall independently of each other (Poisson): the rate at which so few counts would be seen
    with a probability of only 1 - ``confidence`` (Garwood 1936, doi:10.1093/biomet/28.3-4.437). With no count it is
    -ln(1 - confidence) / exposure, the "rule of three".

    Args:
        count: how many there were.
        exposure: how long, or how much, was watched.
        confidence: 0 to 1.

    Raises:
        ValueError: the count or the exposure is negative.
    """
    if count < 0 or exposure < 0:
        raise ValueError(f"a rate needs a count and an exposure of at least 0, got {count} and {exposure}")
    return float(gammaincinv(count + 1, confidence)) / exposure if exposure > 0 else math.nan


def share_interval(successes: int, trials: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Returns the two-sided bounds of a share; NaN without trials.

    Exact for independent trials (Clopper and Pearson 1934, doi:10.1093/biomet/26.4.404): each side is left with a
    probability of at most half of 1 - ``confidence``.

    Raises:
        ValueError: the successes are negative or more than the trials.
    """
    one_sided = 0.5 + confidence / 2
    lower = share_lower_bound(successes, trials, one_sided)
    return lower, 1.0 - share_lower_bound(trials - successes, trials, one_sided)


def share_lower_bound(successes: int, trials: int, confidence: float = CONFIDENCE) -> float:
    """Returns the one-sided lower bound of a share, as ``share_interval`` counts it; NaN without trials.

    Raises:
        ValueError: the successes are negative or more than the trials.
    """
    if not 0 <= successes <= trials:
        raise ValueError(f"a share needs 0 to {trials} successes of {trials} trials, got {successes}")
    if trials == 0:
        return math.nan
    return float(betaincinv(successes, trials - successes + 1, 1.0 - confidence)) if successes else 0.0
