"""MOTA and its companions on sequences whose figures are worked out by hand."""

import math

import pytest

from roadside.evaluation.clear_mot import ClearMotSums, clear_mot_figures, clear_mot_sums
from roadside.evaluation.sequence import SequenceFrame
from tests.evaluation import sequences
from tests.evaluation.sequences import FIRST_M, SECOND_M, on_a_line


def test_perfect_tracking_has_no_errors():
    sums = clear_mot_sums(sequences.perfect())
    figures = clear_mot_figures(sums)

    assert sums == ClearMotSums(truth_count=20, track_count=20, matches=20, similarity=20.0, mostly_tracked=2)
    assert (figures.mota, figures.motp, figures.recall, figures.precision) == (1.0, 1.0, 1.0, 1.0)
    assert (figures.misses, figures.false_positives) == (0, 0)


def test_ids_swapped_half_way_are_one_switch_for_each_road_user():
    """Two switches and no other error among 20: MOTA 1 - 2/20."""
    sums = clear_mot_sums(sequences.swapped_half_way())

    assert (sums.id_switches, sums.fragmentations, sums.mostly_tracked) == (2, 0, 2)
    assert clear_mot_figures(sums).mota == pytest.approx(0.9)


def test_a_track_born_half_way_misses_half():
    """5 misses of 10: MOTA 1/2. Matched at half of its instants, it is neither mostly tracked nor mostly lost."""
    sums = clear_mot_sums(sequences.born_late())
    figures = clear_mot_figures(sums)

    assert (figures.mota, figures.recall, figures.precision, figures.misses) == (0.5, 0.5, 1.0, 5)
    assert (sums.id_switches, sums.fragmentations, sums.mostly_tracked, sums.mostly_lost) == (0, 0, 0, 0)


def test_a_road_user_never_tracked_is_lost():
    sums = clear_mot_sums(sequences.one_of_two())
    figures = clear_mot_figures(sums)

    assert (figures.mota, figures.recall, figures.precision) == (0.5, 0.5, 1.0)
    assert (sums.mostly_tracked, sums.mostly_lost) == (1, 1)


def test_a_constant_error_of_three_metres_is_both_missed_and_false():
    """20 misses and 20 false positives among 20: MOTA 1 - 40/20 = -1."""
    sums = clear_mot_sums(sequences.beside_by(3.0))
    figures = clear_mot_figures(sums)

    assert (figures.mota, figures.recall, figures.precision) == (-1.0, 0.0, 0.0)
    assert (figures.misses, figures.false_positives, sums.mostly_lost) == (20, 20, 2)
    assert math.isnan(figures.motp)


def test_a_constant_error_of_half_a_metre_shows_in_motp_only():
    figures = clear_mot_figures(clear_mot_sums(sequences.beside_by(0.5)))

    assert (figures.mota, figures.recall, figures.precision) == (1.0, 1.0, 1.0)
    assert figures.motp == pytest.approx(0.75)


@pytest.mark.parametrize(("error_m", "matches"), [(1.0, 20), (1.001, 0)])
def test_a_match_reaches_as_far_as_one_metre(error_m: float, matches: int):
    assert clear_mot_sums(sequences.beside_by(error_m)).matches == matches


def test_a_tracker_that_reports_nothing_has_recall_zero_and_no_precision():
    """20 misses among 20: MOTA 0."""
    sums = clear_mot_sums(sequences.nothing_reported())
    figures = clear_mot_figures(sums)

    assert (figures.mota, figures.recall, figures.misses, figures.false_positives) == (0.0, 0.0, 20, 0)
    assert math.isnan(figures.motp)
    assert math.isnan(figures.precision)
    assert sums.mostly_lost == 2


def test_tracks_of_nobody_are_false_and_have_no_mota():
    figures = clear_mot_figures(clear_mot_sums(sequences.nobody_there()))

    assert (figures.false_positives, figures.precision) == (20, 0.0)
    assert math.isnan(figures.mota)
    assert math.isnan(figures.recall)


@pytest.mark.parametrize("frames", [sequences.empty(), []])
def test_without_anybody_nothing_is_known(frames: list[SequenceFrame]):
    sums = clear_mot_sums(frames)
    figures = clear_mot_figures(sums)

    assert sums == ClearMotSums()
    assert all(math.isnan(share) for share in (figures.mota, figures.motp, figures.recall, figures.precision))


def test_a_gap_breaks_a_track_once_and_switches_nothing():
    """2 misses of 20; the first road user is matched at 8 of 10 instants, which is not more than 80 %."""
    sums = clear_mot_sums(sequences.with_a_gap())

    assert (sums.fragmentations, sums.id_switches, sums.mostly_tracked) == (1, 0, 1)
    assert clear_mot_figures(sums).mota == pytest.approx(0.9)


def test_a_lone_road_users_track_breaks_too():
    """While its track is gone there is no track at all, and that must not hide the gap."""
    there, gone = on_a_line({0: FIRST_M}, {0: FIRST_M}), on_a_line({0: FIRST_M}, {})

    assert clear_mot_sums([there, gone, there, gone, gone, there]).fragmentations == 2


def test_an_instant_without_any_road_user_breaks_nothing():
    there = on_a_line({0: FIRST_M}, {0: FIRST_M})

    assert clear_mot_sums([there, on_a_line({}, {}), on_a_line({}, {0: FIRST_M}), there]).fragmentations == 0


def test_another_track_after_a_gap_is_a_switch_and_a_break():
    before, gone = on_a_line({0: FIRST_M}, {0: FIRST_M}), on_a_line({0: FIRST_M}, {})
    after = on_a_line({0: FIRST_M}, {1: FIRST_M})

    sums = clear_mot_sums([before, gone, gone, after])

    assert (sums.id_switches, sums.fragmentations) == (1, 1)


def test_an_old_pair_goes_on_while_a_nearer_track_passes_by():
    """Track 0 drifts to 0.9 m, still a match (similarity 0.55); track 1 on the spot is a false positive.

    At the third instant track 0 is 1.1 m away, no match any more: track 1 takes over, one switch.
    """
    frames = [
        on_a_line({0: 0.0}, {0: 0.0}),
        on_a_line({0: 0.0}, {0: 0.9, 1: 0.0}),
        on_a_line({0: 0.0}, {0: 1.1, 1: 0.0}),
    ]

    sums = clear_mot_sums(frames)

    assert (sums.matches, sums.id_switches) == (3, 1)
    assert sums.similarity == pytest.approx(1.0 + 0.55 + 1.0)


def test_a_road_user_matched_at_one_instant_in_six_is_mostly_lost():
    """1/6 is below 20 %, 1/5 is not."""
    there, gone = on_a_line({0: SECOND_M}, {0: SECOND_M}), on_a_line({0: SECOND_M}, {})

    assert clear_mot_sums([there] + [gone] * 5).mostly_lost == 1
    assert clear_mot_sums([there] + [gone] * 4).mostly_lost == 0


def test_sequences_add_by_their_counts():
    """Swapped: 20 road users, 2 errors. Three metres beside: 20 road users, 40 errors. MOTA 1 - 42/40."""
    sums = clear_mot_sums(sequences.swapped_half_way()) + clear_mot_sums(sequences.beside_by(3.0))

    assert clear_mot_figures(sums).mota == pytest.approx(1 - 42 / 40)
    assert clear_mot_figures(sums).motp == pytest.approx(1.0)
