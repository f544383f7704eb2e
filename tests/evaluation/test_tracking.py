"""All tracking figures together: what is zero, what is not known, and what adds."""

import math
import pickle
from dataclasses import asdict

import numpy as np
import pytest

from roadside.evaluation.sequence import SequenceFrame
from roadside.evaluation.tracking import TrackingSums, tracking_figures, tracking_sums
from tests.evaluation import sequences

SHARES = {"hota", "deta", "assa", "loca", "mota", "motp", "idf1", "idp", "idr", "recall", "precision"}


def unknown(frames: list[SequenceFrame]) -> set[str]:
    """Names of the figures that are not known."""
    return {name for name, figure in asdict(tracking_figures(tracking_sums(frames))).items() if math.isnan(figure)}


def test_everything_is_known_of_a_sequence_with_matches():
    assert unknown(sequences.perfect()) == set()


def test_a_tracker_that_reports_nothing_is_worth_zero_and_says_nothing_of_tracks():
    figures = tracking_figures(tracking_sums(sequences.nothing_reported()))

    assert (figures.hota, figures.mota, figures.idf1, figures.recall, figures.idr) == (0.0, 0.0, 0.0, 0.0, 0.0)
    assert unknown(sequences.nothing_reported()) == {"loca", "motp", "idp", "precision"}
    assert (figures.misses, figures.false_positives, figures.road_users, figures.tracks) == (20, 0, 2, 0)


def test_tracks_of_nobody_are_worth_zero_and_say_nothing_of_road_users():
    figures = tracking_figures(tracking_sums(sequences.nobody_there()))

    assert (figures.hota, figures.idf1, figures.precision, figures.idp) == (0.0, 0.0, 0.0, 0.0)
    assert unknown(sequences.nobody_there()) == {"loca", "motp", "mota", "recall", "idr"}
    assert (figures.misses, figures.false_positives, figures.road_users, figures.tracks) == (0, 20, 0, 2)


@pytest.mark.parametrize("frames", [sequences.empty(), []])
def test_without_anybody_no_share_is_known_and_every_count_is_zero(frames: list[SequenceFrame]):
    figures = asdict(tracking_figures(tracking_sums(frames)))

    assert unknown(frames) == SHARES
    assert all(count == 0 for name, count in figures.items() if name not in SHARES)


def test_what_a_number_is_does_not_matter_only_who_has_it():
    """Numbers of the size that recordings use, in no order, and an instant that comes without element types."""
    names = np.array([2**62 + 1, 2**62])
    renamed = [SequenceFrame(names[f.truth_ids], names[f.track_ids], f.similarity) for f in sequences.born_late()]
    nobody = SequenceFrame(np.array([]), np.array([]), np.zeros((0, 0)))

    figures = tracking_figures(tracking_sums([nobody, *renamed, nobody]))

    assert figures == tracking_figures(tracking_sums(sequences.born_late()))


def test_recordings_add_and_the_same_number_in_another_recording_is_somebody_else():
    """Two perfect recordings of two road users each."""
    sums = tracking_sums(sequences.perfect()) + tracking_sums(sequences.perfect())
    figures = tracking_figures(TrackingSums.none() + sums)

    assert (figures.hota, figures.mota, figures.idf1) == (1.0, 1.0, 1.0)
    assert (figures.road_users, figures.tracks, figures.mostly_tracked) == (4, 4, 4)


def test_a_recording_in_which_nothing_is_reported_pulls_the_sum_down():
    """20 road users found, 20 missed: recall 1/2, MOTA 1/2, IDF1 2 x 20 / (40 + 20), DetA 1/2 with AssA 1."""
    figures = tracking_figures(tracking_sums(sequences.perfect()) + tracking_sums(sequences.nothing_reported()))

    assert (figures.recall, figures.mota) == (0.5, 0.5)
    assert figures.idf1 == pytest.approx(2 / 3)
    assert figures.hota == pytest.approx(math.sqrt(0.5))
    assert figures.loca == 1.0


def test_sums_travel_between_processes():
    sums = tracking_sums(sequences.swapped_half_way())

    assert tracking_figures(pickle.loads(pickle.dumps(sums))) == tracking_figures(sums)
