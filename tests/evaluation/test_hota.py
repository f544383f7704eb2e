"""HOTA on sequences whose figures are worked out by hand."""

import math

import numpy as np
import pytest

from roadside.evaluation.hota import ALPHAS, HotaSums, hota_figures, hota_sums
from tests.evaluation import sequences
from tests.evaluation.sequences import on_a_line

AT_HALF = int(np.argmin(abs(ALPHAS - 0.5)))


def test_there_are_nineteen_thresholds_from_one_twentieth_to_nineteen_twentieths():
    np.testing.assert_allclose(ALPHAS, [n / 20 for n in range(1, 20)])


def test_perfect_tracking_is_one_in_everything():
    figures = hota_figures(hota_sums(sequences.perfect()))

    assert (figures.hota, figures.deta, figures.assa, figures.loca) == (1.0, 1.0, 1.0, 1.0)


def test_ids_swapped_half_way_cost_association_two_thirds_and_detection_nothing():
    """Everybody is found: 20 matches of 20, DetA 1.

    Each match joins a road user of 10 instants with a track of 10 instants that share 5: 5 / (10 + 10 - 5) = 1/3, so
    AssA is 1/3 and HOTA sqrt(1 x 1/3). All of it at every threshold, as each match is exact.
    """
    figures = hota_figures(hota_sums(sequences.swapped_half_way()))

    assert figures.deta == pytest.approx(1.0)
    assert figures.assa == pytest.approx(1 / 3)
    assert figures.hota == pytest.approx(math.sqrt(1 / 3))
    assert figures.loca == pytest.approx(1.0)


def test_a_track_born_half_way_is_worth_half():
    """5 matches, 5 misses: DetA 5/10. Road user of 10 instants, track of 5, 5 shared: AssA 5 / (10 + 5 - 5) = 1/2."""
    figures = hota_figures(hota_sums(sequences.born_late()))

    assert figures.deta == pytest.approx(0.5)
    assert figures.assa == pytest.approx(0.5)
    assert figures.hota == pytest.approx(0.5)


def test_a_road_user_never_tracked_costs_detection_but_not_association():
    """10 matches, 10 misses: DetA 10/20. The matches are of one track and one road user throughout: AssA 1."""
    figures = hota_figures(hota_sums(sequences.one_of_two()))

    assert figures.deta == pytest.approx(0.5)
    assert figures.assa == pytest.approx(1.0)
    assert figures.hota == pytest.approx(math.sqrt(0.5))


def test_a_constant_error_of_three_metres_is_worth_nothing():
    """Nothing in common from 2 m on: no match at any threshold, and no similarity to take a mean of."""
    figures = hota_figures(hota_sums(sequences.beside_by(3.0)))

    assert (figures.hota, figures.deta, figures.assa) == (0.0, 0.0, 0.0)
    assert math.isnan(figures.loca)


def test_a_constant_error_of_half_a_metre_fails_the_four_strictest_thresholds():
    """Similarity 1 - 0.5 / 2 = 0.75: perfect from 0.05 to 0.75, 15 of 19 thresholds, nothing at 0.8 to 0.95.

    LocA is the 0.75 that the matches have; 1 at the four thresholds without any would make it
    (15 x 0.75 + 4) / 19 = 0.80.
    """
    sums = hota_sums(sequences.beside_by(0.5))
    figures = hota_figures(sums)

    assert sums.matches.tolist() == [20] * 15 + [0] * 4
    assert figures.hota == pytest.approx(15 / 19)
    assert figures.deta == pytest.approx(15 / 19)
    assert figures.assa == pytest.approx(15 / 19)
    assert figures.loca == pytest.approx(0.75)


def test_a_tracker_that_reports_nothing_has_hota_zero_and_no_localisation():
    figures = hota_figures(hota_sums(sequences.nothing_reported()))

    assert (figures.hota, figures.deta, figures.assa) == (0.0, 0.0, 0.0)
    assert math.isnan(figures.loca)


def test_tracks_of_nobody_have_hota_zero():
    figures = hota_figures(hota_sums(sequences.nobody_there()))

    assert (figures.hota, figures.deta, figures.assa) == (0.0, 0.0, 0.0)
    assert math.isnan(figures.loca)


@pytest.mark.parametrize("frames", [sequences.empty(), []])
def test_without_anybody_nothing_is_known(frames: list):
    figures = hota_figures(hota_sums(frames))

    assert all(math.isnan(figure) for figure in (figures.hota, figures.deta, figures.assa, figures.loca))


def test_a_match_goes_to_the_track_of_the_whole_sequence_not_to_the_nearest_of_the_moment():
    """Track 0 is 1 m beside the road user for ten instants, similarity 0.5; at the last one, track 1 is exactly on it.

    Shares of the last instant, where the road user has 1.5 in common with anybody: track 0 has
    0.5 / (1.5 + 0.5 - 0.5) = 1/3, track 1 has 1 / (1.5 + 1 - 1) = 2/3; before, track 0 has 1 at each of nine.
    Over the sequence track 0 has 9.33 / (10 + 10 - 9.33) = 0.875 and track 1 0.667 / (10 + 1 - 0.667) = 0.065. So track
    0 is worth 0.875 x 0.5 = 0.44 at the last instant, track 1 only 0.065 x 1: ten matches of track 0, AssA 1, and one
    false positive: DetA 10 / (10 + 0 + 1).
    """
    frames = [on_a_line({0: 0.0}, {0: 1.0})] * 9 + [on_a_line({0: 0.0}, {0: 1.0, 1: 0.0})]

    sums = hota_sums(frames)

    assert sums.matches[AT_HALF] == 10
    assert sums.association[AT_HALF] == pytest.approx(10.0)
    assert sums.similarity[AT_HALF] == pytest.approx(5.0)
    assert (sums.truth_count, sums.track_count) == (10, 11)
    assert sums.matches[AT_HALF + 1] == 0


def test_sequences_add_by_their_matches_not_as_a_mean_of_figures():
    """Perfect for 10 instants of one road user: 10 matches worth 1. Swapped: 20 matches worth 1/3.

    Together AssA is (10 + 20/3) / 30 = 5/9 and DetA 1. The mean of the two HOTA, (1 + 0.577) / 2 = 0.789, would be
    more than sqrt(5/9) = 0.745.
    """
    alone = [on_a_line({0: 0.0}, {0: 0.0})] * 10

    figures = hota_figures(hota_sums(alone) + hota_sums(sequences.swapped_half_way()))

    assert figures.assa == pytest.approx(5 / 9)
    assert figures.hota == pytest.approx(math.sqrt(5 / 9))


def test_adding_no_sequence_changes_nothing():
    sums = hota_sums(sequences.swapped_half_way())

    assert hota_figures(HotaSums.none() + sums) == hota_figures(sums)
