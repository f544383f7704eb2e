import numpy as np
import pytest

from roadside.fusion.appearance import classify, restart_sizes, seen_classes, seen_headings, seen_sizes
from roadside.types.road_users import DEFAULT_SIZES, RoadUserClass

CAR, TRUCK, UNKNOWN = RoadUserClass.CAR, RoadUserClass.TRUCK, RoadUserClass.UNKNOWN


def headed(held, moving, velocity, axis, sigma_mps=0.2) -> tuple[float, bool]:
    states = np.array([[0.0, 0.0, *velocity]])
    covariances = np.diag([1.0, 1.0, sigma_mps**2, sigma_mps**2])[None]
    heading, moves = seen_headings(np.array([held]), np.array([moving]), states, covariances, np.array([axis]))
    return float(heading[0]), bool(moves[0])


def scored(*seen: tuple[RoadUserClass, float]) -> np.ndarray:
    scores = np.zeros((1, len(RoadUserClass)))
    for kind, confidence in seen:
        scores = seen_classes(scores, np.array([kind]), np.array([confidence]))
    return scores


def test_the_class_is_the_one_with_most_summed_confidence():
    classes, confidence = classify(scored((CAR, 0.9), (TRUCK, 0.8), (CAR, 0.3)))
    assert classes[0] == CAR
    assert confidence[0] == pytest.approx(1.2 / (2.0 + 0.5))


def test_a_track_that_only_a_radar_saw_has_no_class():
    classes, confidence = classify(scored((UNKNOWN, 1.0), (UNKNOWN, 1.0)))
    assert classes[0] == UNKNOWN and confidence[0] == 0.0


def test_a_radar_that_calls_everything_movable_does_not_outvote_the_camera():
    classes, _ = classify(scored((CAR, 0.8), *[(RoadUserClass.UNKNOWN_MOVABLE, 1.0)] * 5))
    assert classes[0] == CAR


def test_measured_sizes_move_the_estimate_from_the_prior_to_the_truth():
    mean_m, sigma_m = DEFAULT_SIZES.of(np.array([TRUCK]))
    size_m, variance_m2 = mean_m, sigma_m**2
    for _ in range(100):
        size_m, variance_m2 = seen_sizes(size_m, variance_m2, np.array([[7.0, 2.3, np.nan]]))
    np.testing.assert_allclose(size_m[0, :2], [7.0, 2.3], rtol=0.01)
    assert size_m[0, 2] == mean_m[0, 2] and variance_m2[0, 2] == sigma_m[0, 2] ** 2


@pytest.mark.parametrize("extent", [np.nan, np.inf, -2.0, 0.0, 400.0])
def test_an_impossible_size_changes_nothing(extent):
    mean_m, sigma_m = DEFAULT_SIZES.of(np.array([CAR]))
    size_m, variance_m2 = seen_sizes(mean_m, sigma_m**2, np.full((1, 3), extent))
    np.testing.assert_array_equal(size_m, mean_m)
    np.testing.assert_array_equal(variance_m2, sigma_m**2)


def test_a_track_whose_class_changes_starts_its_size_anew():
    size_m, _ = restart_sizes(
        np.full((2, 3), 3.0), np.ones((2, 3)), np.array([UNKNOWN, CAR]), np.array([CAR, CAR]), DEFAULT_SIZES
    )
    np.testing.assert_array_equal(size_m, [DEFAULT_SIZES.mean_m[CAR], [3.0, 3.0, 3.0]])


def test_a_moving_track_points_where_it_goes():
    assert headed(np.nan, False, (0.0, 5.0), 0.0) == (pytest.approx(np.pi / 2), True)


def test_a_slow_track_keeps_its_direction_of_travel_until_it_stands():
    assert headed(0.3, True, (0.0, 0.7), np.nan) == (pytest.approx(np.pi / 2), True)
    assert headed(0.3, True, (0.0, 0.4), np.nan) == (pytest.approx(0.3), False)
    assert headed(0.3, False, (0.0, 0.7), np.nan) == (pytest.approx(0.3), False)


def test_a_speed_that_may_be_noise_tells_no_heading():
    heading, moves = headed(np.nan, False, (3.0, 0.0), np.nan, sigma_mps=2.0)
    assert np.isnan(heading) and not moves


def test_a_standing_track_without_heading_takes_the_measured_axis():
    assert headed(np.nan, False, (0.0, 0.0), 1.2) == (pytest.approx(1.2), False)


def test_the_axis_is_read_in_the_sense_nearer_to_the_held_heading():
    heading, _ = headed(3.0, False, (0.0, 0.0), 0.0)  # the axis 0 is also the axis pi
    assert heading == pytest.approx(3.0 + 0.2 * (np.pi - 3.0))


def test_a_heading_is_held_at_standstill_without_an_axis():
    assert headed(-2.0, True, (0.0, 0.0), np.nan) == (pytest.approx(-2.0), False)
