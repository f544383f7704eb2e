"""Which rows of a label file come into a recording, and from where they are counted."""

from collections import Counter

import numpy as np
import pytest

from roadside.errors import LabelError
from roadside.labels.frame_times import consecutive
from roadside.labels.imported import near, new_origin, put_together
from roadside.labels.labelled import LabelFile, LabelledRows, stated_confidence


def cars_at(*places_m: tuple[float, float, float], frames: tuple[int, ...] | None = None) -> LabelFile:
    """Returns one car a place, each in frame 0 unless ``frames`` says otherwise; the same car in other frames."""
    count = len(places_m)
    frame = np.array(frames if frames is not None else [0] * count)
    rows = LabelledRows(
        frame, np.arange(count) if frames is None else np.full(count, 7), np.full(count, 3),
        np.array(places_m, dtype=float).reshape(-1, 3), np.zeros(count), np.full((count, 3), 1.5), np.ones(count),
    )  # fmt: skip
    return LabelFile(rows, np.unique(frame), Counter())


@pytest.mark.parametrize("strange", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("axis", [0, 1, 2])
def test_who_has_no_place_is_left_out_so_that_the_truth_can_be_read(axis, strange):
    place = [1.0, 2.0, 0.0]
    place[axis] = strange

    file = near(cars_at((2000.0, -2000.0, 0.0), (2000.1, 0.0, 0.0), tuple(place)))

    assert file.rows.object_ids.tolist() == [0]
    assert file.left_out == {"further than 2 km from the origin": 2}


def test_the_origin_moves_by_whole_hundreds_and_never_up():
    """The median of 5 010, 5 080 and 9 000 m east is 5 080, which is nearest to 5 100."""
    places = (5010.0, 20.0, 400.0), (5080.0, 20.0, 400.0), (9000.0, 20.0, 400.0)

    assert new_origin(cars_at(*places)).tolist() == [5100.0, 0.0, 0.0]


def test_the_sensor_stands_above_the_middle_of_what_is_kept():
    """One car at 0, 10 and 20 m in three frames; the detection 30 m north is not sure enough and does not count."""
    truth = cars_at((0.0, 0.0, 0.0), (10.0, 0.0, 0.0), (20.0, 0.0, 0.0), frames=(0, 1, 2))
    unsure = cars_at((0.0, 30.0, 0.0))

    imported = put_together(
        truth, unsure, consecutive(truth, unsure, 0, 10.0, "x"), 1.1, lambda rows: np.full(len(rows), 0.5), "x"
    )

    assert imported.place.camera_m.tolist() == [10.0, 0.0, 10.0]
    assert imported.velocity_mps.tolist() == [[100.0, 0.0]] * 3
    assert len(imported.sigma_m) == 0


def test_nobody_is_an_error_that_names_the_file():
    truth = cars_at((0.0, 0.0, 0.0))
    times = consecutive(truth, cars_at(), 0, 10.0, "x")

    with pytest.raises(LabelError, match=r"^gt: must hold a road user that counts in two frames, or a detection"):
        put_together(truth, cars_at(), times, 0.0, lambda rows: np.ones(len(rows)), "gt")


def test_scores_that_are_not_stated_neither_count_nor_change_what_the_others_mean():
    """0.3 and 0.9 are probabilities whoever else states none; 1 / (1 + e^-2) = 0.8808."""
    assert stated_confidence(np.array([0.3, np.nan, 0.9])).tolist() == [0.3, 1.0, 0.9]
    np.testing.assert_allclose(stated_confidence(np.array([np.nan, 2.0])), [1.0, 0.8808], atol=1e-4)
    assert stated_confidence(np.array([np.nan])).tolist() == [1.0]
    assert len(stated_confidence(np.zeros(0))) == 0
