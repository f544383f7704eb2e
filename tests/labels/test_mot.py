"""MOTChallenge text: which rows count, and a picture as the ground."""

import numpy as np
import pytest

from roadside.errors import LabelError
from roadside.labels.mot import metres_per_pixel, on_the_plane, read_detections, read_truth
from roadside.types.road_users import RoadUserClass

TRUTH = "1,1,100,200,40,170,1,-1,-1,-1\n1,2,300,210,50,200,1,4.5,5.5,0\n2,1,104,200,40,160,1,-1,-1,-1\n"


def test_the_median_box_is_a_person_of_1_7_m():
    """Heights 160, 170 and 200 px: the median is 170, so a pixel is a centimetre."""
    assert metres_per_pixel(read_truth(TRUTH, "gt.txt")) == pytest.approx(0.01)


def test_the_place_is_the_boxs_centre_with_up_as_north():
    """Left 100, width 40: 120 px; top 200, height 170: 285 px down. At 1 cm per px: 1.20 m east, 2.85 m south."""
    rows = on_the_plane(read_truth(TRUTH, "gt.txt"), 0.01).rows

    np.testing.assert_allclose(rows.position_m[0], [1.20, -2.85, 0.0])
    np.testing.assert_allclose(rows.size_m[0], [0.40, 1.70, 1.70])
    np.testing.assert_allclose(rows.heading_rad, 0.0)
    assert rows.frame.tolist() == [1, 1, 2]
    assert rows.object_ids.tolist() == [1, 2, 1]
    assert set(rows.classes.tolist()) == {RoadUserClass.PEDESTRIAN}


def test_a_footprint_has_the_boxs_corners_so_that_overlaps_are_the_pictures():
    """Left 300, width 50; top 210, height 200: x from 300 to 350, and, with up as north, y from -410 to -210."""
    rows = on_the_plane(read_truth(TRUTH, "gt.txt"), 1.0).rows
    ahead = np.array([np.cos(rows.heading_rad[1]), np.sin(rows.heading_rad[1])])
    aside = np.array([-ahead[1], ahead[0]])
    corners = rows.position_m[1, :2] + [
        along * ahead * rows.size_m[1, 0] / 2 + across * aside * rows.size_m[1, 1] / 2
        for along in (-1, 1)
        for across in (-1, 1)
    ]

    np.testing.assert_allclose(corners.min(axis=0), [300.0, -410.0])
    np.testing.assert_allclose(corners.max(axis=0), [350.0, -210.0])


def test_rows_that_are_not_to_be_counted_are_no_truth():
    file = read_truth(TRUTH.replace("170,1,", "170,0,"), "gt.txt")

    assert len(file.boxes) == 2
    assert file.left_out == {"marked as not to be counted": 1}


def test_years_with_nine_columns_have_classes():
    text = "1,1,0,0,40,170,1,1,0.9\n1,2,0,0,40,170,1,3,1\n1,3,0,0,40,170,1,8,1\n1,4,0,0,40,170,1,4,0.2\n"
    file = read_truth(text, "gt.txt")

    assert file.boxes[:, 2].tolist() == [RoadUserClass.PEDESTRIAN, RoadUserClass.CAR, RoadUserClass.BICYCLE]
    assert file.left_out == {"no road user": 1}


def test_detections_need_neither_ids_nor_finite_confidences_nor_an_order():
    text = "2,-1,1,1,10,20,0.5,-1,-1,-1\n1,-1,1,1,10,20,nan\n1,-1,1,1,10,20,0.25\n1,-1,1,1,10,20,0.25\n"
    file = read_detections(text, "det.txt")

    assert file.boxes[:, 7].tolist() == [0.5, 0.25, 0.25]
    assert file.frames.tolist() == [1, 2]
    assert file.left_out == {"confidence not finite": 1}


@pytest.mark.parametrize("scores", [(0.3, 35.0), (-2.0, -1.0), (0.0, 1.5)])
def test_confidences_of_any_range_end_up_within_0_and_1_in_the_same_order(scores):
    text = "\n".join(f"1,-1,1,1,10,20,{score}" for score in scores)
    confidence = on_the_plane(read_detections(text, "det.txt"), 1.0).rows.confidence

    assert 0.0 <= confidence[0] < confidence[1] <= 1.0


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("\n\n", "gt.txt: must have at least one line, got none"),
        ("1,1,0,0,40,170,1", "gt.txt line 1: must have 10 columns, from frame to z, or 9, from frame to vis"),
        ("0,1,0,0,40,170,1,-1,-1,-1", 'gt.txt line 1: frame must be a whole number, at least 1, got "0"'),
        ("1,1.5,0,0,40,170,1,-1,-1,-1", 'gt.txt line 1: id must be a whole number, got "1.5"'),
        ("1,1,0,0,40,0,1,-1,-1,-1", 'gt.txt line 1: height must be greater than 0, got "0"'),
        ("1,1,0,0,nan,170,1,-1,-1,-1", 'gt.txt line 1: width must be a finite number, got "nan"'),
        ("1,1,left,0,40,170,1,-1,-1,-1", 'gt.txt line 1: left must be a number, got "left"'),
        ("1,1,0,0,40,170,1,99,1", 'gt.txt line 1: class must be 1 to 13, got "99"'),
        ("1,1,0,0,40,170,1,-1,-1,-1\n" * 2, "gt.txt line 2: must be the only row of road user 1 in frame 1, got"),
    ],
)  # fmt: skip
def test_a_bad_line_of_truth_is_named(text, line):
    with pytest.raises(LabelError) as error:
        read_truth(text, "gt.txt")

    assert str(error.value).startswith(line)


def test_a_bad_line_of_detections_is_named():
    with pytest.raises(LabelError, match=r"det\.txt line 2: must have 7 to 10 columns"):
        read_detections("1,-1,1,1,10,20,0.5\n1,2,3\n", "det.txt")
