"""Errors of speed, heading, size and class by hand: every expected figure is worked out beside it."""

import math
from dataclasses import fields

import numpy as np
import pytest

from roadside.evaluation.error_figures import (
    consumed_figures,
    position_figures,
)
from roadside.evaluation.state_figures import class_figures, heading_figures, size_figures, speed_figures
from roadside.types.road_users import RoadUserClass
from tests.evaluation.object_time_rows import object_times


def test_right_in_speed_and_wrong_in_direction_is_an_error_of_velocity():
    """Driving east at 10 m/s and said to drive north: off by (-10, 10), sqrt(200) = 14.14 m/s; one is right, two west.

    West is off by (-20, 0). The mean of 0, 14.14, 20 and 20 is 13.54, their 95 % quantile 20. Who stands and is said to
    creep at (0.3, 0.4) is off by 0.5; nobody said a velocity of who is slow.
    """
    figures = speed_figures(
        object_times(
            6,
            speed_mps=[10.0, 10.0, 10.0, 10.0, 0.0, 2.0],
            velocity_error_mps=[(0.0, 0.0), (-10.0, 10.0), (-20.0, 0.0), (-20.0, 0.0), (0.3, 0.4), (np.nan, np.nan)],
        )
    )

    assert (figures.moving.recall, figures.moving.mae_mps) == (1.0, 0.0)
    assert figures.moving.velocity_mae_mps == pytest.approx((math.sqrt(200.0) + 40.0) / 4.0)
    assert figures.moving.velocity_p95_mps == 20.0
    assert figures.standing.velocity_mae_mps == pytest.approx(0.5)
    assert figures.slow.recall == 0.0
    assert np.isnan([figures.slow.mae_mps, figures.slow.velocity_mae_mps, figures.slow.velocity_p95_mps]).all()


def test_speed_is_judged_apart_for_who_moves_and_who_stands():
    """A tracker that says 1 m/s of everyone: 9 m/s too slow of who drives 10, 1 m/s too fast of who stands.

    3 m/s itself is slow, and so is 0.5 m/s: said 2 m/s too slow and 0.5 too fast, 1.25 on average. One of the two that
    move was not found.
    """
    truth_mps = np.array([10.0, 10.0, 3.0, 0.5, 0.0])
    figures = speed_figures(
        object_times(
            5,
            road_user=np.arange(5),
            found=[True, False, True, True, True],
            speed_mps=truth_mps,
            speed_error_mps=1.0 - truth_mps,
        )
    )

    assert (figures.moving.object_times, figures.moving.recall, figures.moving.mae_mps) == (2, 0.5, 9.0)
    assert (figures.slow.object_times, figures.slow.recall, figures.slow.mae_mps) == (2, 1.0, 1.25)
    assert (figures.standing.object_times, figures.standing.recall, figures.standing.mae_mps) == (1, 1.0, 1.0)
    assert figures.slow.p95_mps == pytest.approx(0.5 + 0.95 * 1.5)
    assert math.isnan(figures.standing.mae_interval_mps.low)


def test_a_car_taken_for_driving_backwards_is_turned():
    """Moving: 10, 170 and no degrees stated off, of three found; one standing is 90 degrees off, which is not turned.

    Of those that move, two of three say a heading: mean 90, one of two turned. Of all four, three say one: mean 90, one
    of three turned. 95 % of the way between 10 and 170 is 162.
    """
    rows = object_times(
        4,
        speed_mps=[10.0, 10.0, 10.0, 0.0],
        heading_error_rad=[np.radians(10.0), -np.radians(170.0), np.nan, np.pi / 2],
    )
    figures = heading_figures(rows)

    assert figures.moving.mae_deg == pytest.approx(90.0)
    assert figures.moving.p95_deg == pytest.approx(162.0)
    assert (figures.moving.turned, figures.everyone.turned) == (0.5, pytest.approx(1 / 3))
    assert figures.moving.stated == figures.moving.recall == pytest.approx(2 / 3)
    assert figures.everyone.stated == 0.75


def test_sizes_count_where_they_are_said():
    """Two of three are found. Both say the length, 0.5 m too much and too little; one the width, none the height."""
    rows = object_times(
        3,
        found=[True, True, False],
        size_error_m=[(0.5, 0.2, np.nan), (-0.5, np.nan, np.nan), (9.0, 9.0, 9.0)],
    )
    figures = size_figures(rows)

    assert figures.recall == pytest.approx(2 / 3)
    assert figures.stated == (1.0, 0.5, 0.0)
    assert figures.mae_m[:2] == pytest.approx((0.5, 0.2))
    assert math.isnan(figures.mae_m[2])


def test_a_class_is_right_or_wrong_only_where_truth_has_one():
    """Cars called car, truck, unknown and nothing at all; and one whose class nobody knows. One of three is right."""
    rows = object_times(
        5,
        found=[True, True, True, False, True],
        classes=[3, 3, 3, 3, RoadUserClass.UNKNOWN],
        track_class=[RoadUserClass.CAR, RoadUserClass.TRUCK, RoadUserClass.UNKNOWN, 3, 3],
    )
    figures = class_figures(rows)

    assert (figures.object_times, figures.recall) == (4, 0.75)
    assert figures.accuracy == pytest.approx(1 / 3)


def test_every_block_carries_the_recall_it_was_measured_at():
    rows = object_times(1)
    speed, heading = speed_figures(rows), heading_figures(rows)

    for block in (
        position_figures(rows),
        consumed_figures(rows),
        speed.moving,
        heading.everyone,
        size_figures(rows),
        class_figures(rows),
    ):
        assert "recall" in {field.name for field in fields(block)}
        assert block.recall == 1.0
