"""Small samples say little, and the bounds say how little."""

import math

import numpy as np
import pytest
from scipy.stats import binom, poisson

from roadside.evaluation.intervals import rate_upper_bound, share_interval, share_lower_bound


def test_no_false_alarm_in_two_minutes_is_below_ninety_per_hour() -> None:
    """P(0 | rate) = exp(-rate * 1/30 h) = 0.05 at rate = 30 * ln 20 = 30 * 2.99573 = 89.872 per hour."""
    assert rate_upper_bound(0, 120 / 3600) == pytest.approx(89.872, abs=1e-3)


@pytest.mark.parametrize("count", [1, 2, 7, 40])
def test_at_the_bound_of_a_rate_so_few_would_be_seen_one_time_in_twenty(count: int) -> None:
    """The bound's definition: P(at most count | bound) = 0.05."""
    assert poisson.cdf(count, rate_upper_bound(count, 2.5) * 2.5) == pytest.approx(0.05)


def test_watching_longer_lowers_the_bound_in_proportion() -> None:
    assert rate_upper_bound(3, 10.0) == pytest.approx(rate_upper_bound(3, 1.0) / 10.0)


def test_without_watching_there_is_no_rate() -> None:
    assert math.isnan(rate_upper_bound(0, 0.0))


def test_a_rate_holds_as_often_as_it_says() -> None:
    """At a true rate of 4 the bound must lie above 4 for all counts but those of at most 5 % probability: it lies
    below 4 for a count of 0 alone (3.0; for 1 it is 4.74), and P(0 | 4) = 0.018."""
    bounds = np.array([rate_upper_bound(count, 1.0) for count in range(20)])
    assert (bounds < 4.0).tolist() == [True] + [False] * 19


def test_twelve_of_twelve_is_above_0_78_one_sided_and_above_0_735_two_sided() -> None:
    """P(12 of 12 | share) = share^12 is 0.05 at 0.05^(1/12) = 0.7791 and 0.025 at 0.025^(1/12) = 0.7354."""
    assert share_lower_bound(12, 12) == pytest.approx(0.05 ** (1 / 12))
    assert share_interval(12, 12) == pytest.approx((0.025 ** (1 / 12), 1.0))


def test_none_of_twelve_is_the_mirror_image_of_all() -> None:
    assert share_interval(0, 12) == pytest.approx((0.0, 1.0 - 0.025 ** (1 / 12)))
    assert share_lower_bound(0, 12) == 0.0


def test_38_of_40_identities_kept_is_0_83_to_0_99() -> None:
    lower, upper = share_interval(38, 40)
    assert (round(lower, 2), round(upper, 2)) == (0.83, 0.99)


@pytest.mark.parametrize(("successes", "trials"), [(1, 3), (7, 20), (38, 40)])
def test_at_the_bounds_of_a_share_such_a_sample_is_one_in_forty(successes: int, trials: int) -> None:
    """The bounds' definition: P(at least so many | lower) = P(at most so many | upper) = 0.025."""
    lower, upper = share_interval(successes, trials)
    assert binom.sf(successes - 1, trials, lower) == pytest.approx(0.025)
    assert binom.cdf(successes, trials, upper) == pytest.approx(0.025)


def test_without_trials_there_is_no_share() -> None:
    assert np.isnan(share_interval(0, 0)).all()
    assert math.isnan(share_lower_bound(0, 0))


def test_more_successes_than_trials_are_refused() -> None:
    with pytest.raises(ValueError, match="a share needs 0 to 3 successes of 3 trials, got 4"):
        share_lower_bound(4, 3)
    with pytest.raises(ValueError, match=r"got -1 and 2\.0"):
        rate_upper_bound(-1, 2.0)
