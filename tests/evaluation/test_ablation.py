"""Runs with fewer sensors are compared on what both could see, road user by road user."""

import math
from dataclasses import replace

import numpy as np
import pytest

from roadside.evaluation.ablation import Ablation, ablation_figures
from tests.evaluation.object_time_rows import object_times

EVERYWHERE = np.ones(100, dtype=np.bool_)
TEN_ROAD_USERS = np.repeat(np.arange(10), 10)


def test_a_sensor_that_adds_nothing_makes_no_difference():
    rows = object_times(100, road_user=TEN_ROAD_USERS, error_m=(1.0, 0.0), speed_error_mps=-0.5)

    figures = ablation_figures(Ablation("without the radar", rows, rows, EVERYWHERE))

    assert (figures.name, figures.object_times, figures.road_users) == ("without the radar", 100, 10)
    for figure, value in ((figures.recall, 1.0), (figures.rmse_m, 1.0), (figures.speed_mae_mps, 0.5)):
        assert (figure.full, figure.ablated, figure.difference) == (value, value, 0.0)
        assert (figure.interval.low, figure.interval.high) == (0.0, 0.0)


def test_only_what_both_could_see_is_compared():
    """The ablated run finds none of the 50 rows that its sensors could not see, and all of the others."""
    common = TEN_ROAD_USERS < 5
    full = object_times(100, road_user=TEN_ROAD_USERS)

    figures = ablation_figures(
        Ablation("north camera", full, object_times(100, road_user=TEN_ROAD_USERS, found=common), common)
    )

    assert (figures.object_times, figures.road_users) == (50, 5)
    assert (figures.recall.full, figures.recall.ablated) == (1.0, 1.0)


def test_errors_are_compared_where_both_found_the_road_user():
    """Alone, the camera misses every second row, those where the full run is 5 m off.

    On the rest both are found: 1 m off with the radar, 2 m without it. Compared each on its own rows, the full run
    would have sqrt((1 + 25) / 2) = 3.6 m and look worse than the camera alone.
    """
    second = np.arange(100) % 2 == 1
    full_error_m = np.where(second[:, None], (5.0, 0.0), (1.0, 0.0))
    full = object_times(100, road_user=TEN_ROAD_USERS, error_m=full_error_m, speed_error_mps=0.25)
    ablated = object_times(100, road_user=TEN_ROAD_USERS, error_m=(0.0, 2.0), speed_error_mps=-1.0, found=~second)

    figures = ablation_figures(Ablation("cameras alone", full, ablated, EVERYWHERE))

    assert (figures.recall.full, figures.recall.ablated, figures.recall.difference) == (1.0, 0.5, -0.5)
    assert (figures.recall.interval.low, figures.recall.interval.high) == (-0.5, -0.5)
    assert (figures.rmse_m.object_times, figures.recall.object_times) == (50, 100)
    assert (figures.rmse_m.full, figures.rmse_m.ablated, figures.rmse_m.difference) == (1.0, 2.0, 1.0)
    assert (figures.speed_mae_mps.full, figures.speed_mae_mps.ablated) == (0.25, 1.0)


def test_a_loss_that_one_road_user_alone_suffers_may_be_chance():
    """One of ten road users is lost without the sensor: recall falls by 0.1.

    A draw misses that one with a chance of 0.9^10 = 0.35, so the interval reaches 0; and it is drawn more than three
    times with a chance of 1.3 %, three times or more with 7 %, so the other end lies at -0.3.
    """
    full = object_times(100, road_user=TEN_ROAD_USERS)
    ablated = object_times(100, road_user=TEN_ROAD_USERS, found=TEN_ROAD_USERS != 4)

    recall = ablation_figures(Ablation("without the east camera", full, ablated, EVERYWHERE)).recall

    assert recall.difference == pytest.approx(-0.1)
    assert recall.interval.high == 0.0
    assert recall.interval.low == pytest.approx(-0.3)


def test_a_run_that_found_nobody_has_no_error_to_compare():
    full = object_times(100, road_user=TEN_ROAD_USERS)

    figures = ablation_figures(
        Ablation("nothing", full, object_times(100, road_user=TEN_ROAD_USERS, found=False), EVERYWHERE)
    )

    assert figures.recall.difference == -1.0
    assert figures.rmse_m.object_times == 0
    assert math.isnan(figures.rmse_m.full)
    assert math.isnan(figures.rmse_m.difference)


def test_sensors_that_share_no_view_cannot_be_compared():
    rows = object_times(100, road_user=TEN_ROAD_USERS)

    figures = ablation_figures(Ablation("the far pole", rows, rows, ~EVERYWHERE))

    assert (figures.object_times, figures.road_users) == (0, 0)
    assert math.isnan(figures.recall.full)
    assert math.isnan(figures.recall.interval.low)


def test_rows_that_do_not_correspond_are_refused():
    rows = object_times(100, road_user=TEN_ROAD_USERS)

    with pytest.raises(ValueError, match="row by row: 100 rows, got 99"):
        ablation_figures(Ablation("a", rows, rows.select(np.arange(100) > 0), EVERYWHERE))
    with pytest.raises(ValueError, match="road users and instants"):
        ablation_figures(Ablation("a", rows, replace(rows, road_user=rows.road_user + 1), EVERYWHERE))
    with pytest.raises(ValueError, match="road users and instants"):
        ablation_figures(Ablation("a", rows, replace(rows, time_ns=rows.time_ns + 1), EVERYWHERE))
    with pytest.raises(ValueError, match=r"common must have shape \(100,\)"):
        ablation_figures(Ablation("a", rows, rows, EVERYWHERE[:50]))
