"""Errors of position by hand: every expected figure is worked out beside it."""

import math

import numpy as np
import pytest

from roadside.evaluation.error_figures import (
    BANDS,
    BEYOND,
    Band,
    by_band,
    by_class,
    by_sight,
    consumed_figures,
    position_figures,
    track_precision,
)
from roadside.evaluation.object_times import ObjectTimes, SeenBy
from roadside.evaluation.state_figures import class_figures, heading_figures, size_figures, speed_figures
from roadside.types.road_users import RoadUserClass
from tests.evaluation.object_time_rows import object_times

TEN_ROAD_USERS = np.repeat(np.arange(10), 10)


def test_a_tracker_without_error_has_none():
    figures = position_figures(object_times(100, road_user=TEN_ROAD_USERS))

    assert (figures.object_times, figures.road_users, figures.matched, figures.recall) == (100, 10, 100, 1.0)
    assert (figures.rmse_m, figures.p50_m, figures.p95_m) == (0.0, 0.0, 0.0)
    assert (figures.inside_50, figures.inside_95) == (1.0, 1.0)


def test_a_constant_bias_of_3_m_is_an_error_of_3_m_at_every_quantile():
    """With a stated standard deviation of 0.5 m each way it lies (3 / 0.5)^2 = 36 squared deviations off.

    The 95 % ellipse ends at -2 ln(0.05) = 5.99: none of the truth is inside any ellipse.
    """
    figures = position_figures(
        object_times(100, road_user=TEN_ROAD_USERS, error_m=(3.0, 0.0), covariance_m2=0.25 * np.eye(2))
    )

    assert (figures.recall, figures.rmse_m) == (1.0, 3.0)
    assert (figures.p50_m, figures.p68_m, figures.p95_m) == (3.0, 3.0, 3.0)
    assert (figures.inside_50, figures.inside_68, figures.inside_95) == (0.0, 0.0, 0.0)
    assert (figures.rmse_interval_m.low, figures.rmse_interval_m.high) == (3.0, 3.0)


def test_a_bias_that_is_owned_up_to_lies_inside_the_ellipse():
    """With a stated standard deviation of 3 m the bias lies 1 squared deviation off.

    The 50 % ellipse ends at -2 ln(0.50) = 1.39: all of the truth is inside it, and so inside the larger ones.
    """
    figures = position_figures(object_times(100, error_m=(3.0, 0.0), covariance_m2=9.0 * np.eye(2)))

    assert (figures.inside_50, figures.inside_68, figures.inside_95) == (1.0, 1.0, 1.0)


def test_an_ellipse_has_a_direction():
    """A long ellipse from south-west to north-east: variance 4 along that diagonal, 0.04 across.

    Its covariance is [[2.02, 1.98], [1.98, 2.02]]. An error of (1, 1), sqrt(2) m along it, lies 2 / 4 = 0.5 off; one of
    (1, -1), as far across it, 2 / 0.04 = 50. So one of the two rows is inside, of the 50 % as of the 95 % ellipse.
    """
    along_and_across = np.array([(1.0, 1.0), (1.0, -1.0)])
    figures = position_figures(
        object_times(2, error_m=along_and_across, covariance_m2=np.array([[2.02, 1.98], [1.98, 2.02]]))
    )

    assert (figures.inside_50, figures.inside_95) == (0.5, 0.5)


@pytest.mark.parametrize(
    "covariance_m2",
    [
        pytest.param(-np.eye(2), id="negative definite, though its determinant is positive"),
        pytest.param(np.array([[1.0, 2.0], [2.0, 1.0]]), id="indefinite"),
        pytest.param(np.zeros((2, 2)), id="zero"),
        pytest.param(np.full((2, 2), np.nan), id="not stated"),
        pytest.param(np.full((2, 2), np.inf), id="infinite all over"),
        pytest.param(np.diag([np.inf, 1.0]), id="infinite to the east"),
        pytest.param(1e200 * np.eye(2), id="too large to count with"),
    ],
)
def test_a_covariance_without_an_ellipse_holds_nothing_and_counts_all_the_same(covariance_m2):
    """Of two truths without any error one lies in a stated ellipse: half, however small the ellipse's share.

    The one ellipse that there is has a standard deviation of 1 m: it reaches sqrt(-2 ln 0.05) = 2.448 m.
    """
    figures = position_figures(object_times(2, covariance_m2=np.array([np.eye(2), covariance_m2])))

    assert (figures.inside_50, figures.inside_68, figures.inside_95) == (0.5, 0.5, 0.5)
    assert figures.stated_95_m == pytest.approx(2.448, abs=1e-3)


def test_a_tracker_that_states_no_ellipse_is_never_inside_and_states_no_reach():
    figures = position_figures(object_times(5, covariance_m2=np.full((2, 2), np.nan)))

    assert (figures.inside_50, figures.inside_95) == (0.0, 0.0)
    assert math.isnan(figures.stated_95_m)


def test_who_was_not_found_has_no_ellipse_to_lie_in():
    """Of three one was found, in its ellipse: one of one."""
    assert position_figures(object_times(3, found=[True, False, False])).inside_95 == 1.0


def test_a_hedge_shows_in_how_far_the_stated_ellipses_reach():
    """Standard deviations of 1, 2 and 50 m to the east and 1 m to the north: the median ellipse reaches 2 x 2.4477 m.

    Turned by 45 degrees it reaches as far: [[2.5, 1.5], [1.5, 2.5]] has variance 4 along the diagonal and 1 across.
    """
    variance_m2 = np.array([np.diag([1.0, 1.0]), np.diag([4.0, 1.0]), np.diag([2500.0, 1.0])])
    turned_m2 = np.array([[2.5, 1.5], [1.5, 2.5]])

    assert position_figures(object_times(3, covariance_m2=variance_m2)).stated_95_m == pytest.approx(4.8955, abs=1e-4)
    assert position_figures(object_times(1, covariance_m2=turned_m2)).stated_95_m == pytest.approx(4.8955, abs=1e-4)
    assert position_figures(object_times(1, covariance_m2=2500.0 * np.eye(2))).stated_95_m > 100.0


def test_errors_as_large_as_stated_lie_in_each_ellipse_as_often_as_it_says():
    """Of 20 000 drawn errors the share inside has a standard error of at most sqrt(0.25 / 20 000) = 0.35 points."""
    covariance_m2 = np.array([[0.8, 0.3], [0.3, 0.5]])
    error_m = np.random.default_rng(5).multivariate_normal((0.0, 0.0), covariance_m2, size=20_000)

    figures = position_figures(object_times(20_000, error_m=error_m, covariance_m2=covariance_m2))

    assert figures.inside_50 == pytest.approx(0.50, abs=0.012)
    assert figures.inside_68 == pytest.approx(0.68, abs=0.012)
    assert figures.inside_95 == pytest.approx(0.95, abs=0.006)


def test_half_coverage_is_half_the_recall_and_no_error_of_what_was_found():
    figures = position_figures(object_times(100, road_user=TEN_ROAD_USERS, found=np.arange(100) % 2 == 0))

    assert (figures.object_times, figures.matched, figures.recall) == (100, 50, 0.5)
    assert (figures.rmse_m, figures.p95_m) == (0.0, 0.0)


def test_a_tracker_that_reports_nothing_has_recall_zero_and_no_error():
    nothing = object_times(100, road_user=TEN_ROAD_USERS, found=False)
    figures = position_figures(nothing)

    assert (figures.recall, figures.recall_interval.low) == (0.0, 0.0)
    assert np.isnan([figures.rmse_m, figures.rmse_interval_m.low, figures.p50_m, figures.p95_m]).all()
    assert np.isnan([figures.inside_95, figures.stated_95_m]).all()
    assert math.isnan(speed_figures(nothing).moving.mae_mps)
    assert math.isnan(speed_figures(nothing).moving.velocity_mae_mps)
    assert math.isnan(heading_figures(nothing).everyone.turned)
    assert np.isnan(size_figures(nothing).mae_m).all()
    assert math.isnan(class_figures(nothing).accuracy)


def test_a_perfect_recall_is_only_as_sure_as_its_road_users_are_many():
    """Two of two are found with a probability of share^2, which is 0.025 at 0.158; ten of ten at 0.025^(1/10) = 0.692.

    None of ten is the mirror image: up to 0.308. An RMSE is no share: of ten without error it is 0 to 0.
    """
    two = position_figures(object_times(200, road_user=np.repeat([1, 2], 100)))
    ten = position_figures(object_times(100, road_user=TEN_ROAD_USERS))
    none = position_figures(object_times(100, road_user=TEN_ROAD_USERS, found=False))

    assert (two.recall_interval.low, two.recall_interval.high) == pytest.approx((0.158, 1.0), abs=1e-3)
    assert (ten.recall_interval.low, ten.recall_interval.high) == pytest.approx((0.692, 1.0), abs=1e-3)
    assert (none.recall_interval.low, none.recall_interval.high) == pytest.approx((0.0, 0.308), abs=1e-3)
    assert (ten.rmse_interval_m.low, ten.rmse_interval_m.high) == (0.0, 0.0)


def test_without_truth_nothing_is_known():
    figures = position_figures(ObjectTimes.none())

    assert (figures.object_times, figures.road_users, figures.matched) == (0, 0, 0)
    assert math.isnan(figures.recall)
    assert math.isnan(figures.rmse_m)
    assert math.isnan(consumed_figures(ObjectTimes.none()).recall)
    assert math.isnan(class_figures(ObjectTimes.none()).accuracy)
    assert by_class(ObjectTimes.none()) == by_sight(ObjectTimes.none()) == {}


def test_the_root_mean_square_and_the_quantiles_of_mixed_errors():
    """Lengths 0, 1, 2, 3, 4 m: mean square (0 + 1 + 4 + 9 + 16) / 5 = 6; the middle is 2, and 95 % of the way from the
    first to the last of five is 0.95 x 4 = 3.8, 68 % of it 2.72.
    """
    error_m = np.column_stack([np.zeros(5), [0.0, -1.0, 2.0, -3.0, 4.0]])

    figures = position_figures(object_times(5, error_m=error_m))

    assert figures.rmse_m == pytest.approx(math.sqrt(6.0))
    assert figures.p50_m == 2.0
    assert figures.p68_m == pytest.approx(2.72)
    assert figures.p95_m == pytest.approx(3.8)


def test_tracks_of_nobody_lower_the_precision():
    """Two of four are found, by two of eight tracks: 1/4. Of no tracks there is no precision."""
    figures = position_figures(object_times(4, found=[True, True, False, False]))

    assert track_precision(figures, 8) == 0.25
    assert math.isnan(track_precision(position_figures(object_times(4, found=False)), 0))


def test_bands_begin_with_their_first_metre_and_end_before_the_next():
    """Rows at 0, 29.9, 30, 60, 99.9 m: two, one and two of them; nothing was as far as 100 m."""
    figures = by_band(object_times(5, range_m=[0.0, 29.9, 30.0, 60.0, 99.9]))

    assert tuple(figures) == BANDS == (Band(0, 30), Band(30, 60), Band(60, 100))
    assert [band.object_times for band in figures.values()] == [2, 1, 2]


def test_what_lies_beyond_100_m_has_its_own_band():
    figures = by_band(object_times(2, range_m=[10.0, 100.0], error_m=[(0.0, 0.0), (4.0, 0.0)]))

    assert [band.object_times for band in figures.values()] == [1, 0, 0, 1]
    assert figures[BEYOND].rmse_m == 4.0
    assert math.isnan(figures[BANDS[1]].recall)


def test_classes_and_sight_are_told_apart():
    """The two cars are seen by both kinds of sensor and found 1 m off; the pedestrian, by the camera alone, is not."""
    pedestrian = np.array([False, False, True])
    rows = object_times(
        3,
        found=~pedestrian,
        error_m=(0.0, 1.0),
        classes=np.where(pedestrian, RoadUserClass.PEDESTRIAN, RoadUserClass.CAR),
        seen_by=np.where(pedestrian, SeenBy.CAMERA, SeenBy.BOTH),
    )

    assert {kind: figures.recall for kind, figures in by_class(rows).items()} == {
        RoadUserClass.CAR: 1.0,
        RoadUserClass.PEDESTRIAN: 0.0,
    }
    assert by_class(rows)[RoadUserClass.CAR].rmse_m == 1.0
    assert {sight: figures.object_times for sight, figures in by_sight(rows).items()} == {
        SeenBy.CAMERA: 1,
        SeenBy.BOTH: 2,
    }


def test_what_a_vehicle_consumes_is_measured_only_where_truth_is_known_at_receipt():
    """Four rows: 2 m off at receipt; 0 m off; found, but the truth ends before receipt; not found.

    Two of four are measured: recall 1/2, root mean square sqrt((4 + 0) / 2), middle 1 m, 95 % 1.9 m.
    """
    rows = object_times(
        4,
        found=[True, True, True, False],
        error_m=(0.5, 0.0),
        consumed_error_m=[(0.0, 2.0), (0.0, 0.0), (np.nan, np.nan), (0.0, 0.0)],
    )
    figures = consumed_figures(rows)

    assert (figures.object_times, figures.without_truth, figures.recall) == (4, 1, 0.5)
    assert figures.rmse_m == pytest.approx(math.sqrt(2.0))
    assert figures.p50_m == pytest.approx(1.0)
    assert figures.p95_m == pytest.approx(1.9)


def test_what_a_vehicle_consumes_is_not_found_more_often_than_it_was_measured():
    """Ten rows: one measured, eight whose truth ends before receipt, one not found. Measured is one of ten, not 1/2."""
    consumed_error_m = np.full((10, 2), np.nan)
    consumed_error_m[0] = 0.0

    figures = consumed_figures(object_times(10, found=np.arange(10) < 9, consumed_error_m=consumed_error_m))

    assert (figures.object_times, figures.without_truth, figures.recall) == (10, 8, 0.1)
