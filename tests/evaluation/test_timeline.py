"""Truth is known at some instants; scenes come at others."""

import numpy as np
import pytest

from roadside.evaluation.timeline import TruthTimeline
from tests.evaluation.judged_world import START_NS, truth_of

MS = 1_000_000


def later(ms: int) -> int:
    return START_NS + ms * MS


def test_at_its_own_instant_the_truth_is_what_was_recorded():
    truth = truth_of([[1.0, 2.0]])

    assert TruthTimeline([truth]).at(START_NS) is truth


def test_between_two_truths_a_road_user_is_on_the_straight_line():
    """Two fifths of the way from (0, 0) to (1, 0.5)."""
    timeline = TruthTimeline([truth_of([[0.0, 0.0]]), truth_of([[1.0, 0.5]], later(100))])

    between = timeline.at(later(40))

    assert between.time_ns == later(40)
    assert between.position_m[0].tolist() == pytest.approx([0.4, 0.2, 0.0])


def test_a_heading_turns_the_short_way_round():
    """From 170 to -170 degrees is 20 degrees over 180, not 340 back over 0: a quarter of the way is 175."""
    timeline = TruthTimeline(
        [
            truth_of([[0.0, 0.0]], heading_rad=[np.deg2rad(170.0)]),
            truth_of([[0.0, 0.0]], later(100), heading_rad=[np.deg2rad(-170.0)]),
        ]
    )

    assert np.rad2deg(timeline.at(later(25)).heading_rad[0]) == pytest.approx(175.0)


def test_who_is_in_one_truth_only_is_there_for_the_half_next_to_it_and_moves_on():
    """At 10 m/s, 40 ms after 0 m is 0.4 m; after 60 ms the nearer truth does not know of it."""
    timeline = TruthTimeline([truth_of([[0.0, 0.0]], velocity_mps=[[10.0, 0.0]]), truth_of([], later(100))])

    assert timeline.at(later(40)).position_m[0, 0] == pytest.approx(0.4)
    assert len(timeline.at(later(60))) == 0


def test_road_users_are_told_apart_by_their_ids_not_by_their_rows():
    """Half way, 7 is between 0 and 2 m, and 8 between 10 and 12 m, though the second truth lists them the other way."""
    timeline = TruthTimeline(
        [
            truth_of([[0.0, 0.0], [10.0, 0.0]], object_ids=[7, 8]),
            truth_of([[12.0, 0.0], [2.0, 0.0]], later(100), object_ids=[8, 7]),
        ]
    )

    between = timeline.at(later(50))

    assert dict(zip(between.object_ids.tolist(), between.position_m[:, 0].tolist(), strict=True)) == {7: 1.0, 8: 11.0}


def test_nobody_knows_before_the_first_truth_after_the_last_and_in_a_long_gap():
    timeline = TruthTimeline([truth_of([[0.0, 0.0]], later(ms)) for ms in (0, 100, 1000, 1100)])

    assert [timeline.at(later(ms)) is None for ms in (-1, 50, 500, 1050, 1101)] == [True, False, True, False, True]
    assert timeline.known_s == pytest.approx(0.2)


def test_the_instants_of_the_grid_that_have_truth_leave_out_the_gaps():
    """A grid of 100 ms; truth at 30, 130, 250 ms reaches over 100 and 200; that at 1000 ms stands alone on the grid."""
    timeline = TruthTimeline([truth_of([[0.0, 0.0]], later(ms)) for ms in (30, 130, 250, 1000)])

    assert [(time_ns - START_NS) // MS for time_ns in timeline.instants(100 * MS)] == [100, 200, 1000]
