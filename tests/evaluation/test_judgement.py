"""A run against the truth: who keeps silent gains nothing by it."""

import numpy as np
import pytest

from roadside.evaluation.error_figures import position_figures
from roadside.evaluation.judgement import Judgement, PublishedScene, judged
from roadside.evaluation.timeline import TruthTimeline
from roadside.evaluation.tracking import tracking_figures, tracking_sums
from tests.evaluation.judged_world import START_NS, scene_of, tracks_of, truth_of, watched_square

STEP_NS = 100_000_000
PLACE = [[20.0, 0.0]]


def judgement_of(published_at: list[int], truth_at: list[int], track_at: list[list[float]] = PLACE) -> Judgement:
    """A car stands still; scenes at some steps of the grid, truth at some."""
    scenes = [scene_of(tracks_of(track_at), START_NS + step * STEP_NS) for step in published_at]
    truths = [truth_of(PLACE, START_NS + step * STEP_NS) for step in truth_at]
    return judged([PublishedScene(scene, scene.time_ns) for scene in scenes], TruthTimeline(truths), watched_square())


def test_a_perfect_run_is_perfect():
    judgement = judgement_of(list(range(10)), list(range(10)))

    assert (judgement.instants, judgement.unpublished) == (10, 0)
    assert position_figures(judgement.object_times).recall == 1.0
    assert tracking_figures(tracking_sums(judgement.centres)).hota == 1.0


def test_an_instant_without_a_scene_is_one_at_which_nothing_was_said():
    """Every second scene is missing: found at half of the times; each gap breaks the track."""
    judgement = judgement_of([0, 2, 4, 6, 8], list(range(10)))

    assert (judgement.instants, judgement.unpublished) == (10, 5)
    assert position_figures(judgement.object_times).recall == 0.5
    tracking = tracking_figures(tracking_sums(judgement.centres))
    assert (tracking.recall, tracking.misses, tracking.fragmentations) == (0.5, 5, 4)


def test_who_begins_late_or_ends_early_has_missed_what_was_there():
    judgement = judgement_of([3, 4, 5], list(range(10)))

    assert position_figures(judgement.object_times).recall == pytest.approx(0.3)


def test_scenes_without_truth_are_not_judged():
    judgement = judgement_of(list(range(10)), [2, 3])

    assert (judgement.instants, judgement.unpublished) == (2, 0)


def test_a_tracker_that_reports_nothing_has_recall_zero_and_no_error():
    judgement = judgement_of(list(range(5)), list(range(5)), [])

    figures = position_figures(judgement.object_times)
    assert figures.recall == 0.0
    assert np.isnan(figures.rmse_m)


def test_trajectories_hold_everybody_at_every_instant():
    judgement = judgement_of([0, 1], [0, 1])

    assert judgement.truth.position_m.tolist() == [[20.0, 0.0], [20.0, 0.0]]
    assert judgement.tracks.ids.tolist() == [100, 100]
    assert judgement.tracks.time_ns.tolist() == [START_NS, START_NS + STEP_NS]
