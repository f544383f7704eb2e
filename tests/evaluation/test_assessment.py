"""One scene against the truth, by hand."""

import numpy as np
import pytest

from roadside.evaluation.assessment import Assessment, assess
from roadside.evaluation.object_times import NO_TRACK, SeenBy
from roadside.types.road_users import RoadUserClass
from roadside.types.scene import Tracks
from roadside.types.truth import Truth
from tests.evaluation.judged_world import START_NS, scene_of, tracks_of, truth_of, watched_square


def assessed(tracks: Tracks, truth: Truth) -> Assessment:
    return assess(scene_of(tracks), truth, START_NS, truth, watched_square())


def test_a_perfect_track_has_no_error():
    rows = assessed(tracks_of([[20.0, 0.0]]), truth_of([[20.0, 0.0]])).object_times

    assert rows.track_id.tolist() == [100]
    assert rows.error_m.tolist() == [[0.0, 0.0]]
    assert (rows.range_m.tolist(), rows.seen_by.tolist()) == ([10.0], [SeenBy.BOTH])


def test_a_constant_bias_of_three_metres_is_an_error_of_three_metres_and_no_miss():
    rows = assessed(tracks_of([[23.0, 0.0], [23.0, 20.0]]), truth_of([[20.0, 0.0], [20.0, 20.0]])).object_times

    assert rows.error_m.tolist() == [[3.0, 0.0], [3.0, 0.0]]
    assert rows.matched.all()


def test_who_is_missed_is_a_row_without_a_track():
    rows = assessed(tracks_of([]), truth_of([[20.0, 0.0]])).object_times

    assert rows.track_id.tolist() == [NO_TRACK]
    assert np.isnan(rows.distance_m).all()


def test_every_error_is_track_minus_truth():
    """5 m/s for 4 m/s; 10 degrees for 350 is 20 more, not 340 less; a van 0.5 m too long."""
    truth = truth_of([[20.0, 0.0]], velocity_mps=[[0.0, 4.0]], heading_rad=[np.deg2rad(350.0)])
    tracks = tracks_of(
        [[19.0, 0.5]], velocity_mps=[[3.0, 4.0]], heading_rad=[np.deg2rad(10.0)], size_m=[[5.0, 1.8, np.nan]],
        classes=[int(RoadUserClass.VAN)],
    )  # fmt: skip

    rows = assessed(tracks, truth).object_times

    assert rows.error_m[0].tolist() == [-1.0, 0.5]
    assert rows.speed_error_mps[0] == pytest.approx(1.0)
    assert np.rad2deg(rows.heading_error_rad[0]) == pytest.approx(20.0)
    assert rows.size_error_m[0].tolist() == pytest.approx([0.5, 0.0, np.nan], nan_ok=True)
    assert rows.track_class.tolist() == [RoadUserClass.VAN]


def test_road_users_and_tracks_outside_the_declared_coverage_do_not_count():
    outside = [-60.0, 0.0]

    assessment = assessed(tracks_of([outside]), truth_of([outside]))

    assert (len(assessment.object_times), assessment.track_count) == (0, 0)
    assert assessment.centres.similarity.shape == (0, 0)


def test_a_track_just_outside_is_the_road_user_just_inside():
    """Coverage ends at -50: the truth at -49.5 is found, 1 m off; the track is not missing and not made up."""
    assessment = assessed(tracks_of([[-50.5, 0.0]]), truth_of([[-49.5, 0.0]]))

    assert assessment.object_times.distance_m.tolist() == [1.0]
    assert assessment.track_count == 1
    assert assessment.centres.similarity.tolist() == [[0.5]]


def test_a_track_just_inside_of_a_road_user_just_outside_is_not_made_up():
    assert assessed(tracks_of([[-49.5, 0.0]]), truth_of([[-50.5, 0.0]])).track_count == 0


def test_a_track_of_nobody_inside_is_made_up():
    assessment = assessed(tracks_of([[0.0, 0.0]]), truth_of([]))

    assert assessment.track_count == 1
    assert assessment.centres.track_ids.tolist() == [100]


def test_likeness_falls_to_nothing_at_two_metres_and_overlap_is_that_of_the_footprints():
    """Half a metre off is 0.75 alike. Footprints of 4.5 m length, half a metre apart, share 4.0 of 5.0 m."""
    assessment = assessed(tracks_of([[20.5, 0.0]]), truth_of([[20.0, 0.0]]))

    assert assessment.centres.similarity.tolist() == [[0.75]]
    assert assessment.overlaps.similarity == pytest.approx(np.array([[0.8]]))


def test_what_a_vehicle_consumes_is_the_track_carried_on_to_when_it_arrives():
    """A car at 10 m/s, tracked 0.5 m too far and 2 m/s too slow, published 100 ms later: it is at 21 m, and the track
    carried on is at 20.5 + 0.8 = 21.3 m."""
    truth = truth_of([[20.0, 0.0]], velocity_mps=[[10.0, 0.0]])
    then = truth_of([[21.0, 0.0]], START_NS + 100_000_000, velocity_mps=[[10.0, 0.0]])
    scene = scene_of(tracks_of([[20.5, 0.0]], velocity_mps=[[8.0, 0.0]]))

    rows = assess(scene, truth, START_NS + 100_000_000, then, watched_square()).object_times

    assert rows.error_m[0].tolist() == pytest.approx([0.5, 0.0])
    assert rows.consumed_error_m[0].tolist() == pytest.approx([0.3, 0.0])


def test_what_is_consumed_when_nobody_knows_the_truth_is_unknown():
    truth = truth_of([[20.0, 0.0]])

    rows = assess(scene_of(tracks_of([[20.0, 0.0]])), truth, START_NS + 1, None, watched_square()).object_times

    assert np.isnan(rows.consumed_error_m).all()
    assert rows.matched.all()
