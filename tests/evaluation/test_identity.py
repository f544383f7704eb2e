"""IDF1 on sequences whose figures are worked out by hand."""

import math

import pytest

from roadside.evaluation.identity import IdentitySums, identity_figures, identity_sums
from roadside.evaluation.sequence import SequenceFrame
from tests.evaluation import sequences
from tests.evaluation.sequences import on_a_line


def test_perfect_tracking_keeps_everybodys_own_track():
    sums = identity_sums(sequences.perfect())
    figures = identity_figures(sums)

    assert sums == IdentitySums(idtp=20, idfn=0, idfp=0, road_users=2, tracks=2)
    assert (figures.idf1, figures.idp, figures.idr) == (1.0, 1.0, 1.0)


def test_ids_swapped_half_way_leave_half():
    """Whichever track is a road user's own, it has it at 5 of 10 instants: IDTP 10, IDF1 2 x 10 / (20 + 20)."""
    sums = identity_sums(sequences.swapped_half_way())

    assert sums == IdentitySums(idtp=10, idfn=10, idfp=10, road_users=2, tracks=2)
    assert identity_figures(sums).idf1 == 0.5


def test_a_track_born_half_way_is_all_its_own_road_users():
    """IDTP 5 of 10 road users and 5 tracks: IDF1 2 x 5 / 15."""
    figures = identity_figures(identity_sums(sequences.born_late()))

    assert figures.idf1 == pytest.approx(2 / 3)
    assert (figures.idp, figures.idr) == (1.0, 0.5)


def test_a_road_user_never_tracked_costs_recall():
    """IDTP 10 of 20 road users and 10 tracks: IDF1 2 x 10 / 30."""
    figures = identity_figures(identity_sums(sequences.one_of_two()))

    assert figures.idf1 == pytest.approx(2 / 3)
    assert (figures.idp, figures.idr) == (1.0, 0.5)


def test_a_constant_error_of_three_metres_is_worth_nothing_and_one_of_half_a_metre_costs_nothing():
    assert identity_figures(identity_sums(sequences.beside_by(3.0))).idf1 == 0.0
    assert identity_figures(identity_sums(sequences.beside_by(0.5))).idf1 == 1.0


def test_a_gap_costs_its_two_instants():
    """IDTP 18 of 20 road users and 18 tracks: IDF1 2 x 18 / 38."""
    assert identity_figures(identity_sums(sequences.with_a_gap())).idf1 == pytest.approx(36 / 38)


def test_a_tracker_that_reports_nothing_has_idf1_zero_and_no_precision():
    sums = identity_sums(sequences.nothing_reported())
    figures = identity_figures(sums)

    assert sums == IdentitySums(idtp=0, idfn=20, idfp=0, road_users=2, tracks=0)
    assert (figures.idf1, figures.idr) == (0.0, 0.0)
    assert math.isnan(figures.idp)


def test_tracks_of_nobody_have_idf1_zero_and_no_recall():
    figures = identity_figures(identity_sums(sequences.nobody_there()))

    assert (figures.idf1, figures.idp) == (0.0, 0.0)
    assert math.isnan(figures.idr)


@pytest.mark.parametrize("frames", [sequences.empty(), []])
def test_without_anybody_nothing_is_known(frames: list[SequenceFrame]):
    sums = identity_sums(frames)
    figures = identity_figures(sums)

    assert sums == IdentitySums()
    assert all(math.isnan(share) for share in (figures.idf1, figures.idp, figures.idr))


def test_a_road_user_yields_its_longest_track_when_both_gain_by_it():
    """Both road users stand within 1 m of track 0; track 1 is near the first only.

    Shared instants: first and track 0: 6, first and track 1: 5, second and track 0: 4. The first taking its longest
    leaves the second without: 6. Handing track 0 to the second makes 5 + 4 = 9.
    """
    first_alone, second_alone = on_a_line({0: 0.0}, {0: 0.0}), on_a_line({1: 0.0}, {0: 0.0})
    first_twice, first_other = on_a_line({0: 0.0}, {0: 0.0, 1: 0.0}), on_a_line({0: 0.0}, {1: 0.0})

    sums = identity_sums([first_alone] * 4 + [first_twice] * 2 + [first_other] * 3 + [second_alone] * 4)

    assert sums == IdentitySums(idtp=9, idfn=13 - 9, idfp=15 - 9, road_users=2, tracks=2)


def test_sequences_add_by_their_counts():
    """Swapped: IDTP 10 of 20 and 20. Born late: 5 of 10 and 5. Together 2 x 15 / (30 + 25)."""
    sums = identity_sums(sequences.swapped_half_way()) + identity_sums(sequences.born_late())

    assert identity_figures(sums).idf1 == pytest.approx(30 / 55)
    assert (sums.road_users, sums.tracks) == (3, 3)
