"""Intervals say how few road users were seen, not how often."""

import math

import numpy as np
import pytest

from roadside.evaluation.bootstrap import (
    Interval,
    difference_interval,
    interval,
    interval_of_share,
    known_sums,
    ratio,
    root_ratio,
)
from roadside.geometry.arrays import FloatArray

ROAD_USERS = 50
SCENES = 20


def width(of: Interval) -> float:
    return of.high - of.low


def own_biases_m(rng: np.random.Generator) -> FloatArray:
    """(50, 2) constant errors, one for each road user: unit normal east and north."""
    return rng.normal(size=(ROAD_USERS, 2))


def sums_of_own_biases(rng: np.random.Generator) -> FloatArray:
    """Sums of 50 road users that are each off by a constant in all of 20 scenes."""
    squared_m2 = (own_biases_m(rng) ** 2).sum(axis=1)
    return known_sums(np.repeat(np.arange(ROAD_USERS), SCENES), np.repeat(squared_m2, SCENES))


def test_sums_are_of_the_known_values_of_each_road_user():
    """Road user 4 knows 2 and 3, together 5; road user 9 knows 7 of its two."""
    sums = known_sums(np.array([9, 4, 9, 4]), np.array([7.0, 2.0, np.nan, 3.0]))

    assert sums.tolist() == [[5.0, 2.0], [7.0, 1.0]]


def test_a_figure_of_nothing_is_not_known():
    nothing = known_sums(np.zeros(0, np.int64), np.zeros(0))

    assert math.isnan(ratio(nothing.sum(axis=0)))
    assert math.isnan(interval(ratio, nothing).low)
    assert math.isnan(difference_interval(ratio, nothing, nothing).high)


def test_one_road_user_seen_a_thousand_times_tells_no_more_than_one():
    sums = known_sums(np.ones(1000, np.int64), np.linspace(0.0, 4.0, 1000))

    assert math.isnan(interval(root_ratio, sums).low)
    assert math.isnan(interval(root_ratio, sums).high)


def test_a_road_user_that_was_never_found_does_not_make_an_interval_of_errors():
    """Of two road users only one has errors: of errors there is one road user, of recall there are two."""
    road_user, error_m2 = np.array([1, 1, 2]), np.array([4.0, 4.0, np.nan])

    assert math.isnan(interval(root_ratio, known_sums(road_user, error_m2)).low)
    assert not math.isnan(interval(ratio, known_sums(road_user, np.isfinite(error_m2).astype(float))).low)


def test_two_road_users_are_drawn_with_all_that_is_known_of_them():
    """One was found in all of its 3 rows, one in none of its 1.

    Drawn are both (3 / 4), twice the first (6 / 6) or twice the second (0 / 2), with chances 1/2, 1/4 and 1/4: far more
    than 2.5 % at both ends, so the interval is 0 to 1.
    """
    recall = known_sums(np.array([1, 1, 1, 2]), np.array([1.0, 1.0, 1.0, 0.0]))

    assert interval(ratio, recall) == Interval(0.0, 1.0)


def test_road_users_that_are_alike_leave_no_doubt():
    sums = known_sums(np.repeat(np.arange(10), 5), np.full(50, 9.0))

    assert interval(root_ratio, sums) == Interval(3.0, 3.0)


def test_a_share_of_all_or_none_of_the_road_users_still_leaves_doubt():
    """Exact bounds of road users, not of rows: share^U = 0.025 at 0.158 for two of two, at 0.692 for ten of ten."""
    two, ten = np.repeat([1, 2], 1000), np.repeat(np.arange(10), 5)

    both = interval_of_share(known_sums(two, np.ones(2000)))
    every = interval_of_share(known_sums(ten, np.ones(50)))
    none = interval_of_share(known_sums(ten, np.zeros(50)))

    assert (both.low, both.high) == pytest.approx((0.025 ** (1 / 2), 1.0))
    assert (every.low, every.high) == pytest.approx((0.025 ** (1 / 10), 1.0))
    assert (none.low, none.high) == pytest.approx((0.0, 1.0 - 0.025 ** (1 / 10)))


def test_a_share_of_one_road_user_or_none_has_no_interval():
    assert math.isnan(interval_of_share(known_sums(np.ones(1000, np.int64), np.ones(1000))).low)
    assert math.isnan(interval_of_share(known_sums(np.zeros(0, np.int64), np.zeros(0))).high)


def test_a_share_between_none_and_all_is_drawn_like_any_figure():
    found = known_sums(np.repeat(np.arange(10), 10), (np.arange(100) % 7 > 2).astype(float))

    assert interval_of_share(found) == interval(ratio, found)
    assert 0.0 < interval_of_share(found).low < ratio(found.sum(axis=0)) < interval_of_share(found).high < 1.0


def test_the_same_rows_give_the_same_interval():
    sums = sums_of_own_biases(np.random.default_rng(1))

    assert interval(root_ratio, sums) == interval(root_ratio, sums)


def test_intervals_of_own_biases_are_as_wide_as_fifty_road_users_make_them():
    """The squared error of each road user is the sum of two squared unit normals: mean 2, standard deviation 2.

    The mean of 50 of them has a standard error of 2 / sqrt(50) = 0.283, its root, the RMSE of about sqrt(2), one of
    0.283 / (2 sqrt(2)) = 0.100. The interval is 2 x 1.96 of it: 0.39 m.

    Drawing rows would treat 20 scenes of each as 1000 road users: sqrt(20) = 4.5 times narrower, 0.088 m.
    """
    rng = np.random.default_rng(2)
    by_road_user, by_row = [], []
    for _ in range(10):
        sums = sums_of_own_biases(rng)
        as_if_independent = np.repeat(sums / SCENES, SCENES, axis=0)
        by_road_user.append(width(interval(root_ratio, sums)))
        by_row.append(width(interval(root_ratio, as_if_independent)))

    assert np.mean(by_road_user) == pytest.approx(0.39, rel=0.15)
    assert np.mean(by_row) == pytest.approx(0.088, rel=0.15)


def test_the_interval_holds_the_truth_about_95_times_of_a_hundred():
    """The true RMSE is sqrt(2). Percentile intervals of 50 skewed values are a little too narrow: 92 to 95 %.

    Of 400 samples, the share that holds it has a standard error of sqrt(0.95 x 0.05 / 400) = 1.1 points.
    """
    rng = np.random.default_rng(3)
    held = [
        of.low <= math.sqrt(2.0) <= of.high
        for of in (interval(root_ratio, sums_of_own_biases(rng)) for _ in range(400))
    ]

    assert 0.90 <= np.mean(held) <= 0.98


def test_a_paired_difference_is_surer_than_two_intervals():
    """Both trackers have the same 50 biases, the second 10 % larger: its RMSE is 1.1 times the first's in every draw.

    So the difference is 0.1 times an RMSE that is sure to 0.39 m: an interval of 0.039 m. Two separate draws would
    make it sqrt(0.39^2 + (1.1 x 0.39)^2) = 0.58 m wide.
    """
    old = sums_of_own_biases(np.random.default_rng(4))
    new = old * [1.1**2, 1.0]

    first = interval(root_ratio, old)
    difference = difference_interval(root_ratio, old, new)

    assert difference.low == pytest.approx(0.1 * first.low)
    assert difference.high == pytest.approx(0.1 * first.high)
    assert width(difference) < 0.1 * math.hypot(width(first), 1.1 * width(first))


def test_a_run_that_found_nobody_has_no_difference():
    old = known_sums(np.array([1, 2]), np.array([1.0, 2.0]))
    new = known_sums(np.array([1, 2]), np.array([np.nan, np.nan]))

    assert math.isnan(difference_interval(root_ratio, old, new).low)


def test_a_difference_is_of_the_same_road_users():
    with pytest.raises(ValueError, match="must have the road users of old, 3, got 2"):
        difference_interval(ratio, np.ones((3, 2)), np.ones((2, 2)))


def test_a_road_user_that_only_the_new_run_found_is_part_of_the_difference():
    """Road users 1 and 2 are as before; road user 3, 9 m off, was not found before: without it nothing would differ."""
    road_user = np.array([1, 2, 3])
    old, new = known_sums(road_user, np.array([1.0, 1.0, np.nan])), known_sums(road_user, np.array([1.0, 1.0, 9.0]))

    difference = difference_interval(ratio, old, new)

    assert difference.low == 0.0
    assert difference.high > 0.0
