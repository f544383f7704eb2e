"""A sensor is only to blame for what it declares to watch and could see."""

from dataclasses import replace

import numpy as np
import pytest

from roadside.evaluation.object_times import SeenBy
from roadside.evaluation.sight import MIN_VISIBLE_PX, could_see, kinds_that_see, sight_of
from tests.evaluation.judged_world import truth_of, watched_square

WEST, EAST, BEYOND, FAR = [-30.0, 40.0], [40.0, 0.0], [60.0, 0.0], [200.0, 0.0]


def test_coverage_is_what_any_sensor_declares_to_watch():
    assert sight_of(np.array([WEST, EAST, BEYOND, FAR]), watched_square()).covered.tolist() == [True, True, True, False]


def test_range_is_from_the_nearest_sensor_that_watches_the_place():
    """West: 50 m from the camera (a 3-4-5 triangle); east: 30 m from the radar at (10, 0), 40 m from the camera."""
    range_m = sight_of(np.array([WEST, EAST, BEYOND, FAR]), watched_square()).range_m

    assert range_m.tolist() == pytest.approx([50.0, 30.0, 50.0, np.nan], nan_ok=True)


def test_a_site_without_sensors_covers_nothing():
    blind = replace(watched_square(), cameras=(), radars=())

    assert not sight_of(np.array([EAST]), blind).covered.any()


@pytest.mark.parametrize(
    ("visible_px", "who"),
    [(MIN_VISIBLE_PX, SeenBy.BOTH), (MIN_VISIBLE_PX - 1, SeenBy.RADAR)],
)
def test_a_camera_cannot_see_who_shows_it_too_few_pixels(visible_px: int, who: SeenBy):
    truth = truth_of([EAST], visible_px=[[visible_px]])
    site = watched_square()

    assert kinds_that_see(could_see(truth, sight_of(truth.position_m[:, :2], site), site), site).tolist() == [who]


def test_what_is_hidden_in_a_place_that_only_a_camera_watches_is_hidden_from_all():
    truth = truth_of([WEST], visible_px=[[0]])
    site = watched_square()

    assert kinds_that_see(could_see(truth, sight_of(truth.position_m[:, :2], site), site), site).tolist() == [
        SeenBy.HIDDEN
    ]


def test_a_camera_that_the_truth_does_not_speak_of_could_see_its_coverage():
    truth = truth_of([WEST], camera_ids=("another",), visible_px=[[0]])
    site = watched_square()

    assert kinds_that_see(could_see(truth, sight_of(truth.position_m[:, :2], site), site), site).tolist() == [
        SeenBy.CAMERA
    ]
