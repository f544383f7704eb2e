"""Our tracking figures against those of others: TrackEval, which HOTA's authors wrote, and motmetrics.

Where we differ on purpose, a test says so:

* LocA: TrackEval counts a threshold without matches as 1, we leave it out of the mean.
* Fragmentations: TrackEval passes over an instant that has road users but no track, for us it breaks every match.
* A share of nothing is NaN here; it is 0 in TrackEval, where MOTA without truth is minus the number of tracks.
"""

from functools import reduce
from operator import add
from pathlib import Path

import motmetrics
import numpy as np
import pytest
from trackeval.metrics import CLEAR, HOTA, Identity

from roadside.evaluation.birds_eye import footprint_overlap
from roadside.evaluation.hota import ALPHAS
from roadside.evaluation.sequence import SequenceFrame
from roadside.evaluation.tracking import TrackingSums, tracking_figures, tracking_sums
from tests.evaluation import sequences
from tests.evaluation.oracles import QUIET, Results, assert_equal, by_motmetrics, by_trackeval, close

MOT_DATA = Path(motmetrics.__file__).parent / "data"
HAND_MADE = (
    sequences.perfect(), sequences.swapped_half_way(), sequences.born_late(), sequences.one_of_two(),
    sequences.beside_by(3.0), sequences.beside_by(0.5), sequences.nothing_reported(), sequences.nobody_there(),
    sequences.with_a_gap(),
)  # fmt: skip


def drawn(seed: int) -> list[SequenceFrame]:
    """A sequence of 1 to 12 road users: absent at times, missed at times, tracks that swap, clutter, empty instants.

    Every third seed has similarities in steps of 0.05, so that they lie on the thresholds.
    """
    rng = np.random.default_rng(seed)
    road_users, instants = int(rng.integers(1, 13)), int(rng.integers(3, 80))
    absent, missed, swap, clutter, idle = rng.uniform(0, [0.3, 0.5, 0.2, 3.0, 0.3])
    track_of = np.arange(road_users)
    frames = []
    for instant in range(instants):
        truth = rng.permutation(np.flatnonzero(rng.random(road_users) > absent))
        if rng.random() < swap:
            track_of[rng.integers(road_users)] = rng.integers(2 * road_users)
        found = np.unique(track_of[truth[rng.random(len(truth)) > missed]])
        tracks = np.concatenate([found, 100 + rng.permutation(5)[: rng.poisson(clutter)]])
        if rng.random() < idle or (instant in (0, instants - 1) and rng.random() < 0.5):
            truth = truth[: rng.integers(2) * len(truth)]
            tracks = tracks[: rng.integers(2) * len(tracks)]
        own = track_of[truth][:, None] == tracks
        similarity = np.where(own, rng.uniform(0.2, 1.0, own.shape), rng.uniform(-1.0, 0.9, own.shape)).clip(0.0)
        steps = np.round(similarity * 20) / 20
        frames.append(SequenceFrame(truth * 1000, tracks, steps if seed % 3 == 0 else similarity))
    return frames


def combined_by_trackeval(many: list[list[SequenceFrame]]) -> tuple[Results, Results, Results]:
    results = [dict(enumerate(metric)) for metric in zip(*map(by_trackeval, many), strict=True)]
    hota, clear, identity = results
    return (
        HOTA().combine_sequences(hota),
        CLEAR(QUIET).combine_sequences(clear),
        Identity(QUIET).combine_sequences(identity),
    )


def summed(many: list[list[SequenceFrame]]) -> TrackingSums:
    return reduce(add, map(tracking_sums, many))


def test_the_thresholds_are_those_of_trackeval():
    np.testing.assert_array_equal(ALPHAS, HOTA().array_labels)


@pytest.mark.parametrize("frames", HAND_MADE)
def test_hand_made_sequences_equal_trackeval(frames: list[SequenceFrame]):
    assert_equal(tracking_sums(frames), by_trackeval(frames))


@pytest.mark.parametrize("first", range(0, 300, 50))
def test_drawn_sequences_equal_trackeval(first: int):
    for seed in range(first, first + 50):
        frames = drawn(seed)
        assert_equal(tracking_sums(frames), by_trackeval(frames))


@pytest.mark.parametrize("first", range(0, 100, 10))
def test_sequences_added_up_equal_those_that_trackeval_combines(first: int):
    many = [sequences.empty(), *HAND_MADE, *(drawn(seed) for seed in range(first, first + 10))]

    assert_equal(summed(many), combined_by_trackeval(many))


def test_localisation_equals_trackeval_whole_once_every_threshold_has_a_match():
    many = [sequences.perfect(), *(drawn(seed) for seed in range(20))]

    close(tracking_figures(summed(many)).loca, combined_by_trackeval(many)[0]["LocA"].mean())


def test_trackeval_gains_localisation_where_nothing_is_near_enough():
    """0.5 m beside throughout, similarity 0.75: TrackEval adds a 1 for each of the four thresholds above."""
    theirs = by_trackeval(sequences.beside_by(0.5))[0]["LocA"].mean()

    assert theirs == pytest.approx((15 * 0.75 + 4) / 19)
    assert tracking_figures(tracking_sums(sequences.beside_by(0.5))).loca == pytest.approx(0.75)


def test_fragmentations_equal_trackeval_where_no_instant_with_road_users_is_without_tracks():
    for seed in range(100):
        frames = [frame for frame in drawn(seed) if len(frame.track_ids) or not len(frame.truth_ids)]
        assert tracking_sums(frames).clear_mot.fragmentations == by_trackeval(frames)[1]["Frag"]


def test_trackeval_does_not_see_that_a_lone_road_users_track_breaks():
    there, gone = sequences.on_a_line({0: 0.0}, {0: 0.0}), sequences.on_a_line({0: 0.0}, {})

    assert by_trackeval([there, gone, there])[1]["Frag"] == 0
    assert tracking_sums([there, gone, there]).clear_mot.fragmentations == 1


def boxes(path: Path) -> dict[int, np.ndarray]:
    """A MOTChallenge text file: rows of id, left, top, width, height, by frame."""
    table = np.loadtxt(path, delimiter=",", ndmin=2)
    return {int(number): table[table[:, 0] == number, 1:6] for number in np.unique(table[:, 0])}


def pictures(name: str) -> list[SequenceFrame]:
    """A sequence that motmetrics brings along, frame by frame; the picture's plane stands for the ground."""
    truth, tracks = boxes(MOT_DATA / name / "gt.txt"), boxes(MOT_DATA / name / "test.txt")
    nothing = np.zeros((0, 5))
    frames = []
    for number in sorted(truth.keys() | tracks.keys()):
        there, said = truth.get(number, nothing), tracks.get(number, nothing)
        overlap = footprint_overlap(
            there[:, 1:3] + there[:, 3:] / 2, np.zeros(len(there)), there[:, 3:],
            said[:, 1:3] + said[:, 3:] / 2, np.zeros(len(said)), said[:, 3:],
        )  # fmt: skip
        frames.append(SequenceFrame(there[:, 0].astype(int), said[:, 0].astype(int), overlap))
    return frames


@pytest.mark.parametrize(
    ("name", "published"),
    [
        ("TUD-Campus", {"mota": 52.6, "idf1": 55.8, "idp": 73.0, "idr": 45.1, "recall": 58.2, "precision": 94.1}),
        ("TUD-Stadtmitte", {"mota": 56.4, "idf1": 64.5, "idp": 82.0, "idr": 53.1, "recall": 60.9, "precision": 94.0}),
    ],
)
def test_the_sequences_of_motmetrics_score_as_it_scores_them_and_as_it_publishes(
    name: str, published: dict[str, float]
):
    """Published: README of motmetrics 1.4.0, section MOTChallenge compatibility, per cent. All of it agrees here."""
    frames = pictures(name)
    ours, theirs = tracking_figures(tracking_sums(frames)), by_motmetrics(frames)

    for figure, per_cent in published.items():
        close(getattr(ours, figure), theirs[figure])
        assert round(100 * getattr(ours, figure), 1) == per_cent
    close(ours.motp, 1 - theirs["motp"])
    for figure, count in {
        "misses": "num_misses", "false_positives": "num_false_positives", "id_switches": "num_switches",
        "fragmentations": "num_fragmentations", "mostly_tracked": "mostly_tracked", "mostly_lost": "mostly_lost",
        "road_users": "num_unique_objects",
    }.items():  # fmt: skip
        assert getattr(ours, figure) == theirs[count], figure


@pytest.mark.parametrize("name", ["TUD-Campus", "TUD-Stadtmitte"])
def test_the_sequences_of_motmetrics_equal_trackeval(name: str):
    frames = pictures(name)

    assert_equal(tracking_sums(frames), by_trackeval(frames))


def test_motmetrics_goes_back_to_a_pair_from_before_a_gap_and_we_do_not():
    """At the second instant track 0 has gone; at the third it is back, 0.9 m away, and track 1 stands on the spot."""
    frames = [
        sequences.on_a_line({0: 0.0}, {0: 0.0}),
        sequences.on_a_line({0: 0.0}, {1: 50.0}),
        sequences.on_a_line({0: 0.0}, {0: 0.9, 1: 0.0}),
    ]

    assert by_motmetrics(frames)["num_switches"] == 0
    assert by_trackeval(frames)[1]["IDSW"] == 1
    assert tracking_sums(frames).clear_mot.id_switches == 1
