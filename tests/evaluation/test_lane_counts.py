"""Counts per lane: who passes the line, once, and what the numbers are worth."""

import math
import pickle

import numpy as np
import pytest

from roadside.evaluation.lane_counts import (
    CountingLine,
    LaneCount,
    LaneSums,
    Trajectories,
    counting_lines,
    lane_figures,
    lane_sums,
    passages,
)
from roadside.geometry.arrays import BoolArray, FloatArray
from roadside.types.road import Lane, LaneKind, RoadMap
from tests.evaluation.judged_world import watched_square

SECOND = 1_000_000_000
ACROSS_EAST = CountingLine("east", np.array([20.0, 0.0]), np.array([1.0, 0.0]), 1.75)
"""A line at 20 m across a lane that runs east and is 3.5 m wide."""


def lane(
    lane_id: str, points: list[tuple[float, float]], width_m: float = 3.5, kind: LaneKind = LaneKind.DRIVING
) -> Lane:
    return Lane(lane_id, kind, np.array([(x, y, 0.0) for x, y in points]), width_m, np.nan)


def driven(*users: tuple[int, list[tuple[float, float, float]]]) -> Trajectories:
    """Trajectories of users given as their number and where they were: seconds, metres east, metres north."""
    rows = [(number, *sample) for number, samples in users for sample in samples]
    table = np.array(rows, dtype=np.float64).reshape(-1, 4)
    return Trajectories(table[:, 0].astype(np.int64), np.round(table[:, 1] * SECOND).astype(np.int64), table[:, 2:])


def eastward(number: int, east_m: list[float], north_m: float = 0.0) -> tuple[int, list[tuple[float, float, float]]]:
    """A user seen every half second at these places."""
    return number, [(step / 2, east, north_m) for step, east in enumerate(east_m)]


def everywhere(points_m: FloatArray) -> BoolArray:
    return np.ones(len(points_m), dtype=np.bool_)


def test_who_passes_the_line_is_counted() -> None:
    assert passages(ACROSS_EAST, driven(eastward(1, [10, 16, 22, 28]), eastward(2, [13, 19, 25]))) == 2


def test_nobody_is_counted_where_nobody_is() -> None:
    assert passages(ACROSS_EAST, driven()) == 0


@pytest.mark.parametrize(
    "user",
    [
        pytest.param(eastward(1, [10, 14, 18, 19.9]), id="stops before the line"),
        pytest.param(eastward(1, [20, 24, 28]), id="is first seen on the line"),
        pytest.param(eastward(1, [28, 22, 16, 10]), id="goes the other way"),
        pytest.param(eastward(1, [10, 16, 22], north_m=1.8), id="passes beside the lane"),
        pytest.param((1, [(0.0, 16.0, 0.0), (1.1, 24.0, 0.0)]), id="was not heard of for more than a second"),
    ],
)
def test_nobody_passes_who(user: tuple[int, list[tuple[float, float, float]]]) -> None:
    assert passages(ACROSS_EAST, driven(user)) == 0


def test_samples_a_second_apart_are_joined() -> None:
    assert passages(ACROSS_EAST, driven((1, [(0.0, 16.0, 0.0), (1.0, 24.0, 0.0)]))) == 1


@pytest.mark.parametrize(("east_before_m", "count"), [(16.0, 0), (19.2, 1)])
def test_where_the_line_is_passed_lies_on_the_way_between_the_samples(east_before_m: float, count: int) -> None:
    """A lane change from 1 m north to (24, 3). From 16 m east the line at 20 m is half way: 2 m north, beyond the
    lane's 1.75 m. From 19.2 m it is 0.8 of 4.8 m, a sixth of the way: 1.33 m north, on the lane."""
    changes_lane = driven((1, [(0.0, east_before_m, 1.0), (0.5, 24.0, 3.0)]))

    assert passages(ACROSS_EAST, changes_lane) == count


def test_standing_on_the_line_and_rolling_back_and_forth_is_one_passage() -> None:
    assert passages(ACROSS_EAST, driven(eastward(1, [16, 19, 20.1, 20.1, 19.9, 20.0, 19.5, 20.2, 24]))) == 1


def test_a_car_that_changes_its_id_before_or_after_the_line_is_counted_once() -> None:
    before = driven(eastward(1, [10, 13, 16]), (2, [(1.5, 17.0, 0.0), (2.0, 21.0, 0.0), (2.5, 25.0, 0.0)]))
    after = driven(eastward(1, [10, 16, 22]), (2, [(1.5, 23.0, 0.0), (2.0, 27.0, 0.0)]))

    assert (passages(ACROSS_EAST, before), passages(ACROSS_EAST, after)) == (1, 1)


def test_a_car_that_changes_its_id_on_the_line_is_not_counted() -> None:
    """Neither id was on both sides: the count pays for the lost identity."""
    assert passages(ACROSS_EAST, driven(eastward(1, [10, 14, 18]), (2, [(1.5, 22.0, 0.0), (2.0, 26.0, 0.0)]))) == 0


def test_rolling_back_and_passing_again_under_another_id_is_counted_twice() -> None:
    assert passages(ACROSS_EAST, driven(eastward(1, [18, 21, 19]), (2, [(1.5, 19.0, 0.0), (2.0, 21.0, 0.0)]))) == 2


def test_the_order_of_the_samples_does_not_matter() -> None:
    trajectories = driven(eastward(1, [10, 16, 22, 28]), eastward(2, [28, 22, 16, 10]), eastward(3, [19, 20, 21]))
    order = np.random.default_rng(7).permutation(len(trajectories.ids))
    shuffled = Trajectories(trajectories.ids[order], trajectories.time_ns[order], trajectories.position_m[order])

    assert passages(ACROSS_EAST, shuffled) == passages(ACROSS_EAST, trajectories) == 2


def test_the_line_lies_at_the_middle_of_the_covered_part() -> None:
    """The lane runs from -80 to 100 m; the square covers -50 to 50 m of it, so the middle is at 0 m."""
    [line] = lines_of(lane("a", [(-80, 3), (100, 3)]))

    assert line.lane_id == "a"
    np.testing.assert_allclose(line.middle_m, [0.0, 3.0], atol=0.5)
    np.testing.assert_allclose(line.direction, [1.0, 0.0])
    assert line.half_width_m == 1.75


def lines_of(*lanes: Lane) -> tuple[CountingLine, ...]:
    """Counting lines where the square from -50 to 50 m, east and north, is covered."""
    return counting_lines(RoadMap(lanes=lanes), lambda points_m: (np.abs(points_m) <= 50.0).all(axis=1))


def test_a_bent_lane_is_crossed_at_a_right_angle_to_the_piece_the_middle_lies_on() -> None:
    """10 m east, then 30 m north: the middle of 40 m is 20 m along, 10 m up the second piece."""
    [line] = lines_of(lane("bend", [(0, 0), (10, 0), (10, 0), (10, 30)]))

    np.testing.assert_allclose(line.middle_m, [10.0, 10.0], atol=1e-9)
    np.testing.assert_allclose(line.direction, [0.0, 1.0], atol=1e-9)


def test_of_two_covered_parts_the_longer_one_has_the_line() -> None:
    """85 m east and 50 m north inside the square, 35 m outside, back in for 20 m: the middle of the first part lies
    67.5 m along it."""
    [line] = lines_of(lane("out_and_in", [(-40, 0), (45, 0), (45, 60), (30, 60), (30, 30)]))

    np.testing.assert_allclose(line.middle_m, [27.5, 0.0], atol=0.5)


def test_a_lane_outside_coverage_has_no_counting_line() -> None:
    assert [line.lane_id for line in lines_of(lane("in", [(-9, 0), (9, 0)]), lane("out", [(60, 0), (90, 0)]))] == ["in"]


def test_only_lanes_that_operators_count_on_have_a_line() -> None:
    lanes = [lane(kind.value, [(0, 0), (9, 0)], kind=kind) for kind in LaneKind]

    assert {line.lane_id for line in lines_of(*lanes)} == {"driving", "bicycle", "bus"}


def test_a_lane_without_length_has_no_line() -> None:
    assert counting_lines(RoadMap(lanes=(lane("dot", [(0, 0), (0, 0)]),)), everywhere) == ()


def test_a_recording_is_counted_lane_by_lane() -> None:
    """The site watches 50 m about the datum, and by radar 30 m more to the east. Three cars pass eastward, of which two
    are tracked; nobody passes westward, where one is made up; and the lane that lies outside has no count."""
    road = RoadMap(
        lanes=(
            lane("east", [(-50, -2), (50, -2)]), lane("west", [(50, 2), (-50, 2)]), lane("far", [(90, 0), (99, 0)]),
        )
    )  # fmt: skip
    truth = driven(*(eastward(number, [-9, -3, 3, 9], north_m=-2) for number in (1, 2, 3)))
    tracks = driven(*(eastward(number, [-9, -3, 3, 9], north_m=-2) for number in (7, 8)), eastward(9, [5, -5], 2.5))

    assert lane_sums(watched_square(road), truth, tracks) == LaneSums(
        {("square", "east"): (3, 2), ("square", "west"): (0, 1)}
    )


def test_the_mean_error_is_over_the_lanes_that_had_traffic() -> None:
    """10 passed and 9 counted is off by 10 %; 4 and 5 by 25 %: 17.5 % in the mean over 2 lanes. A lane without traffic
    has no per cent, but its 3 passages made up are in the total: (1 + 1 + 3) / 14 = 35.7 %."""
    got = lane_figures(LaneSums({("here", "a"): (10, 9), ("here", "b"): (4, 5), ("here", "c"): (0, 3)}))

    assert got.lanes == (LaneCount("here", "a", 10, 9), LaneCount("here", "b", 4, 5), LaneCount("here", "c", 0, 3))
    assert (got.lanes_with_traffic, got.passages) == (2, 14)
    assert got.mean_error_percent == pytest.approx(17.5)
    assert got.total_error_percent == pytest.approx(500 / 14)


def test_one_missed_and_one_made_up_on_different_lanes_do_not_cancel() -> None:
    assert lane_figures(
        LaneSums({("here", "a"): (10, 9), ("here", "b"): (10, 11)})
    ).total_error_percent == pytest.approx(10.0)


def test_a_service_that_counts_nothing_is_off_by_all_of_it() -> None:
    assert lane_figures(LaneSums({("here", "a"): (10, 0)})).mean_error_percent == 100.0


@pytest.mark.parametrize("sums", [LaneSums(), LaneSums({("here", "a"): (0, 0)}), LaneSums({("here", "a"): (0, 2)})])
def test_without_traffic_there_is_no_error_in_per_cent(sums: LaneSums) -> None:
    got = lane_figures(sums)

    assert math.isnan(got.mean_error_percent)
    assert math.isnan(got.total_error_percent)


def test_recordings_add_up_lane_by_lane() -> None:
    first, second = (
        LaneSums({("here", "a"): (3, 2), ("here", "b"): (1, 1)}),
        LaneSums({("here", "a"): (2, 2), ("here", "c"): (0, 1)}),
    )

    assert first + second + LaneSums() == LaneSums(
        {("here", "a"): (5, 4), ("here", "b"): (1, 1), ("here", "c"): (0, 1)}
    )
    assert pickle.loads(pickle.dumps(first)) == first
