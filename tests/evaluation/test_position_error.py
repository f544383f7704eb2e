"""Errors are only worth something together with what they were measured on."""

from dataclasses import replace

import numpy as np
import pytest

from roadside.evaluation.position_error import PositionErrors, pooled, position_errors
from roadside.geometry.camera import PinholeCamera
from roadside.geometry.geodesy import LocalFrame
from roadside.geometry.pose import Pose, camera_rotation
from roadside.types.road import RoadMap
from roadside.types.road_users import DEFAULT_SIZES
from roadside.types.scene import Tracks
from roadside.types.site import CameraSensor, OrderSettings, Site, TrackingSettings
from roadside.types.truth import Truth

SQUARE_M = np.array([[-50.0, -50.0], [50.0, -50.0], [50.0, 50.0], [-50.0, 50.0]])


def watched_square() -> Site:
    """A site whose one camera declares to watch 100 m x 100 m around the datum."""
    camera = CameraSensor(
        "a", "", "", PinholeCamera(100, 100, 90.0, 90.0, 50.0, 50.0),
        Pose(camera_rotation(0.0, -0.5, 0.0), np.array([0.0, 0.0, 8.0])), 2.0, 0.0, 0.0, 0.1, 100.0, SQUARE_M,
    )  # fmt: skip
    frame = LocalFrame(31.2, 121.4, 0.0)
    return Site(
        "test", "Test", "EPSG:4326", 2026.0, frame, frame, 2026.0, (camera,), (), RoadMap(), DEFAULT_SIZES,
        TrackingSettings(), OrderSettings(),
    )  # fmt: skip


def truth_at(*positions_m: tuple[float, float]) -> Truth:
    n = len(positions_m)
    position = np.column_stack([np.array(positions_m).reshape(n, 2), np.zeros(n)])
    return Truth(
        0, ("a",), np.arange(n), np.full(n, 3), position, np.zeros((n, 2)), np.zeros(n), np.ones((n, 3)),
        np.ones((n, 1), dtype=np.int64),
    )  # fmt: skip


def tracks_at(*positions_m: tuple[float, float]) -> Tracks:
    n = len(positions_m)
    states = np.column_stack([np.array(positions_m).reshape(n, 2), np.zeros((n, 2))])
    covariances = np.tile(np.eye(4), (n, 1, 1))
    return Tracks(
        np.arange(n), states, covariances, np.zeros(n), np.ones((n, 3)), np.full(n, 3), np.ones(n),
        np.zeros(n, dtype=np.int64), np.zeros((n, 1), dtype=np.int64),
    )  # fmt: skip


def test_a_constant_three_metre_bias_is_an_error_of_three_metres_at_full_recall():
    errors = position_errors(tracks_at((3, 0), (23, 0)), truth_at((0, 0), (20, 0)), watched_square())

    assert (errors.rmse_m, errors.recall, errors.precision) == pytest.approx((3.0, 1.0, 1.0))


def test_a_tracker_that_reports_nothing_has_no_error_and_no_recall():
    errors = position_errors(tracks_at(), truth_at((0, 0)), watched_square())

    assert np.isnan(errors.rmse_m)
    assert errors.recall == 0.0


def test_a_track_beyond_the_gate_is_a_miss_and_a_false_track():
    errors = position_errors(tracks_at((6, 0)), truth_at((0, 0)), watched_square())

    assert (errors.recall, errors.precision) == (0.0, 0.0)


def test_pairs_are_those_of_least_total_distance():
    """Greedy would pair the track at 2 with the user at 3 (1 m) and leave 0 to 5 at the gate: 6 m; best is 2 + 2."""
    errors = position_errors(tracks_at((2, 0), (5, 0)), truth_at((0, 0), (3, 0)), watched_square())

    assert errors.error_m.tolist() == pytest.approx([2.0, 2.0])


def test_what_nobody_declared_to_watch_does_not_count():
    errors = position_errors(tracks_at((60, 0)), truth_at((60, 0), (0, 0)), watched_square())

    assert (errors.truth_count, errors.track_count) == (1, 0)


def test_a_site_that_watches_nothing_has_no_truth_to_find():
    site = watched_square()
    blind = replace(site, cameras=())

    assert np.isnan(position_errors(tracks_at((0, 0)), truth_at((0, 0)), blind).recall)


def test_scenes_are_pooled_pair_by_pair():
    total = pooled([PositionErrors(np.array([3.0]), 1, 1), PositionErrors(np.array([4.0]), 3, 2)])

    assert total.rmse_m == pytest.approx(np.sqrt(12.5))
    assert total.recall == pytest.approx(0.5)
