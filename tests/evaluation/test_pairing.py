"""Whoever looks for a track of a road user must look wide, or a bad tracker looks precise."""

import pytest

from roadside.evaluation.pairing import GATE_M, paired
from tests.evaluation.judged_world import tracks_of, truth_of


def pairs(tracks, truth) -> list[tuple[int, int]]:
    rows, columns = paired(tracks, truth)
    return list(zip(rows.tolist(), columns.tolist(), strict=True))


def test_a_track_four_metres_off_is_still_this_road_user():
    assert pairs(tracks_of([[4.0, 0.0]]), truth_of([[0.0, 0.0]])) == [(0, 0)]


def test_a_track_at_the_gate_is_not():
    assert pairs(tracks_of([[GATE_M, 0.0]]), truth_of([[0.0, 0.0]])) == []


def test_pairs_are_those_of_least_total_distance():
    """Greedy would pair the road user at 3 with the track at 2 (1 m) and leave 0 with 5 (the gate: 5 m), 6 m in all.
    0 with 2 and 3 with 5 are 2 + 2 = 4 m."""
    assert pairs(tracks_of([[2.0, 0.0], [5.0, 0.0]]), truth_of([[0.0, 0.0], [3.0, 0.0]])) == [(0, 0), (1, 1)]


def test_a_right_track_is_not_taken_away_to_find_one_more():
    """Road users at 0 and 4.5, tracks at 0 and -4. Chained, 0 takes -4 (4 m) and 4.5 takes 0 (4.5 m): two found with
    8.5 m. The right answer costs 0 m and one missed (5 m): 5 m, and the second road user is missed."""
    assert pairs(tracks_of([[0.0, 0.0], [-4.0, 0.0]]), truth_of([[0.0, 0.0], [4.5, 0.0]])) == [(0, 0)]


@pytest.mark.parametrize(
    ("track_mps", "is_pair"),
    [([10.0, 0.0], True), ([0.0, 10.0], True), ([-10.0, 0.1], False), ([-2.9, 0.0], True)],
    ids=["the same way", "across", "against", "too slow to tell"],
)
def test_who_moves_the_other_way_is_somebody_else(track_mps: list[float], is_pair: bool):
    truth = truth_of([[0.0, 0.0]], velocity_mps=[[10.0, 0.0]])

    assert pairs(tracks_of([[1.0, 0.0]], velocity_mps=[track_mps]), truth) == ([(0, 0)] if is_pair else [])


def test_nothing_pairs_with_nothing():
    assert pairs(tracks_of([]), truth_of([])) == []
    assert pairs(tracks_of([]), truth_of([[0.0, 0.0]])) == []
