"""Similarity of centres and overlap of footprints, on figures a ruler can check."""

import numpy as np
import pytest

from roadside.evaluation.birds_eye import centre_similarity, footprint_overlap

ORIGIN_M = np.zeros((1, 2))
EAST, NORTH, NORTH_EAST = (np.array([heading_rad]) for heading_rad in (0.0, np.pi / 2, np.pi / 4))


def size_m(length_m: float, width_m: float) -> np.ndarray:
    return np.array([[length_m, width_m, 1.5]])


def test_similarity_falls_from_one_to_zero_over_two_metres():
    truth_m = np.array([[0.0, 0.0], [10.0, 0.0]])
    track_m = np.array([[0.0, 0.0], [0.3, 0.4], [10.0, 1.0], [10.0, -2.0], [13.0, 0.0]])

    similarity = centre_similarity(truth_m, track_m)

    np.testing.assert_allclose(similarity, [[1.0, 0.75, 0.0, 0.0, 0.0], [0.0, 0.0, 0.5, 0.0, 0.0]])


@pytest.mark.parametrize(("truths", "tracks"), [(0, 0), (0, 2), (3, 0)])
def test_nobody_is_like_nobody(truths: int, tracks: int):
    truth_m, track_m = np.zeros((truths, 2)), np.zeros((tracks, 2))

    assert centre_similarity(truth_m, track_m).shape == (truths, tracks)
    assert footprint_overlap(
        truth_m, np.zeros(truths), np.ones((truths, 3)), track_m, np.zeros(tracks), np.ones((tracks, 3))
    ).shape == (truths, tracks)


def test_the_same_footprint_overlaps_fully_whichever_way_the_track_takes_for_ahead():
    ahead, behind = np.array([0.7]), np.array([0.7 - np.pi])

    for heading_rad in (ahead, behind):
        overlap = footprint_overlap(ORIGIN_M, ahead, size_m(4.5, 1.8), ORIGIN_M, heading_rad, size_m(4.5, 1.8))
        assert overlap[0, 0] == pytest.approx(1.0, abs=1e-12)
        assert overlap[0, 0] <= 1.0


def test_a_car_moved_along_by_a_quarter_of_its_length_overlaps_by_three_fifths():
    """4 m x 2 m, moved 1 m along: 3 x 2 = 6 m2 in common of 8 + 8 - 6 = 10 m2."""
    overlap = footprint_overlap(ORIGIN_M, NORTH, size_m(4.0, 2.0), np.array([[0.0, 1.0]]), NORTH, size_m(4.0, 2.0))

    assert overlap[0, 0] == pytest.approx(0.6)


def test_a_car_across_another_overlaps_by_a_third():
    """4 m x 2 m, turned by a right angle: 2 x 2 = 4 m2 in common of 8 + 8 - 4 = 12 m2."""
    overlap = footprint_overlap(ORIGIN_M, EAST, size_m(4.0, 2.0), ORIGIN_M, NORTH, size_m(4.0, 2.0))

    assert overlap[0, 0] == pytest.approx(1 / 3)


def test_a_square_turned_by_45_degrees_overlaps_in_an_octagon():
    """Side 2 m: the regular octagon with the inner radius 1 m has 8 (sqrt 2 - 1) m2, about 3.314 of 4 + 4 - 3.314."""
    common_m2 = 8 * (np.sqrt(2) - 1)

    overlap = footprint_overlap(ORIGIN_M, EAST, size_m(2.0, 2.0), ORIGIN_M, NORTH_EAST, size_m(2.0, 2.0))

    assert overlap[0, 0] == pytest.approx(common_m2 / (8 - common_m2))


def test_a_small_footprint_inside_a_large_one_overlaps_by_the_share_of_areas():
    overlap = footprint_overlap(ORIGIN_M, NORTH_EAST, size_m(10.0, 2.5), ORIGIN_M, EAST, size_m(1.0, 0.5))

    assert overlap[0, 0] == pytest.approx(0.5 / 25)


def test_cars_side_by_side_have_nothing_in_common():
    """Near enough that their circles meet, 0.2 m apart all the same."""
    overlap = footprint_overlap(ORIGIN_M, EAST, size_m(4.0, 2.0), np.array([[0.0, 2.2]]), EAST, size_m(4.0, 2.0))

    assert overlap[0, 0] == 0.0


@pytest.mark.parametrize(
    ("heading_rad", "length_m", "width_m"),
    [(np.nan, 4.0, 2.0), (0.0, np.nan, 2.0), (0.0, 4.0, np.nan), (0.0, 0.0, 2.0)],
)
def test_a_footprint_that_is_not_known_overlaps_nothing(heading_rad: float, length_m: float, width_m: float):
    """The second track is known and overlaps fully: only the silent one loses."""
    centre_m, headings_rad = np.zeros((2, 2)), np.array([heading_rad, 0.0])
    sizes_m = np.array([[length_m, width_m, 1.5], [4.0, 2.0, np.nan]])

    of_track = footprint_overlap(ORIGIN_M, EAST, size_m(4.0, 2.0), centre_m, headings_rad, sizes_m)
    of_truth = footprint_overlap(centre_m, headings_rad, sizes_m, ORIGIN_M, EAST, size_m(4.0, 2.0))

    assert of_track.tolist() == [[0.0, 1.0]]
    assert of_truth.tolist() == [[0.0], [1.0]]


def test_rows_are_road_users_and_columns_are_tracks():
    """Three cars in a row, 10 m apart; two tracks: on the third car, and 1 m along from the first."""
    truth_m = np.array([[0.0, 0.0], [10.0, 0.0], [20.0, 0.0]])
    track_m = np.array([[20.0, 0.0], [1.0, 0.0]])
    sizes_m = np.tile([4.0, 2.0, 1.5], (3, 1))

    overlap = footprint_overlap(truth_m, np.zeros(3), sizes_m, track_m, np.zeros(2), sizes_m[:2])

    np.testing.assert_allclose(overlap, [[0.0, 0.6], [0.0, 0.0], [1.0, 0.0]], atol=1e-12)
