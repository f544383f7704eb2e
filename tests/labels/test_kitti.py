"""KITTI tracking text: columns, frames and the car's path."""

import numpy as np
import pytest

from roadside.errors import LabelError
from roadside.geometry.pose import Pose
from roadside.labels.kitti import CAMERA_HEIGHT_M, read_detections, read_labels, standing
from roadside.labels.kitti_poses import UNIT_HEIGHT_M, read_camera_on_car, read_oxts
from roadside.types.road_users import RoadUserClass

CAR = "0 3 Car 0 0 -1.57 296.7 161.8 455.2 292.4 1.5 1.6 3.7 2.0 1.65 10.0 0.0"
DONT_CARE = "0 -1 DontCare -1 -1 -10 219.3 188.5 245.5 218.6 -1000 -1000 -1000 -10 -1 -1 -1"

CALIBRATION = """P0: 721.5 0 609.6 0 0 721.5 172.9 0 0 0 1 0
R_rect 1 0 0 0 1 0 0 0 1
Tr_velo_cam 0 -1 0 0 0 0 -1 0 1 0 0 -0.27
Tr_imu_velo 1 0 0 -0.81 0 1 0 0.32 0 0 1 -0.80
"""
"""The real car's layout, its small angles rounded away: the scanner's forward is the camera's."""


def oxts(*places: tuple[float, float, float, float, float, float]) -> str:
    """Returns an oxts file: latitude, longitude (deg), altitude (m), roll, pitch, yaw (rad), and columns not read."""
    return "\n".join(" ".join(str(value) for value in (*place, *[0.0] * 24)) for place in places)


def test_a_car_ahead_and_to_the_right_is_north_east_on_the_road():
    """x = 2 m to the right is east, z = 10 m ahead is north; y = 1.65 m below a camera 1.65 m up is the road."""
    file = read_labels(CAR, "0000.txt")

    np.testing.assert_allclose(file.rows.position_m, [[2.0, 10.0, 0.0]], atol=1e-12)
    assert file.rows.object_ids.tolist() == [3]
    assert file.rows.classes.tolist() == [RoadUserClass.CAR]


def test_the_file_says_height_width_length_and_we_say_length_width_height():
    np.testing.assert_allclose(read_labels(CAR, "0000.txt").rows.size_m, [[3.7, 1.6, 1.5]])


@pytest.mark.parametrize(
    ("rotation_y", "heading_deg"),
    [
        ("0", 0.0),  # along camera x, to the right: east
        ("-1.5707963", 90.0),  # y points down, so a negative turn takes right to ahead: north
        ("1.5707963", -90.0),  # towards the camera: south
        ("3.1415926", 180.0),
    ],
)
def test_rotation_y_is_the_heading_with_the_other_sign(rotation_y, heading_deg):
    heading_rad = read_labels(CAR.rsplit(" ", 1)[0] + " " + rotation_y, "0000.txt").rows.heading_rad[0]

    assert np.cos(heading_rad - np.radians(heading_deg)) == pytest.approx(1.0)


def test_regions_nobody_labelled_are_no_truth_but_their_frames_were_labelled():
    file = read_labels(f"{CAR}\n7{DONT_CARE[1:]}\n", "0000.txt")

    assert len(file.rows) == 1
    assert file.left_out == {"DontCare": 1}
    assert file.frames.tolist() == [0, 7]


@pytest.mark.parametrize(
    ("kind", "road_user_class"),
    [
        ("Van", RoadUserClass.VAN),
        ("Truck", RoadUserClass.TRUCK),
        ("Pedestrian", RoadUserClass.PEDESTRIAN),
        ("Person_sitting", RoadUserClass.PEDESTRIAN),
        ("Cyclist", RoadUserClass.BICYCLE),
        ("Tram", RoadUserClass.UNKNOWN_MOVABLE),
        ("Misc", RoadUserClass.UNKNOWN),
    ],
)
def test_types_become_classes(kind, road_user_class):
    assert read_labels(CAR.replace("Car", kind), "0000.txt").rows.classes.tolist() == [road_user_class]


def test_detections_may_have_a_track_id_or_none():
    with_id, without = (
        read_detections(f"{CAR} 0.9", "d.txt"),
        read_detections(CAR.replace("0 3 Car", "0 Car") + " 0.9", "d"),
    )

    np.testing.assert_array_equal(with_id.rows.position_m, without.rows.position_m)
    assert with_id.rows.confidence.tolist() == without.rows.confidence.tolist() == [0.9]


def test_scores_that_are_no_probabilities_keep_their_order():
    """1 / (1 + e^-2) = 0.8808; 1 / (1 + e^1) = 0.2689."""
    file = read_detections(f"{CAR} 2.0\n{CAR} -1.0", "d.txt")

    np.testing.assert_allclose(file.rows.confidence, [0.8808, 0.2689], atol=1e-4)


def test_detections_without_a_place_or_a_score_are_left_out_and_counted():
    flat = "0 -1 Car -1 -1 -10 219.3 188.5 245.5 218.6 -1 -1 -1 -1000 -1000 -1000 -10 0.8"
    file = read_detections(f"{CAR} nan\n{flat}\n{CAR} 0.5", "d.txt")

    assert len(file.rows) == 1
    assert file.left_out == {"score not finite": 1, "without a box in space": 1}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "f.txt: must have at least one line, got none"),
        (f"{CAR}\n{CAR} 1", "f.txt line 2: must have 17 columns, from frame to rotation_y, got 18 columns"),
        (CAR.replace("Car", "Kar"), 'f.txt line 1: type must be one of Car, Van'),
        ("x" + CAR[1:], 'f.txt line 1: frame must be a number, got "x"'),
        ("-1" + CAR[1:], 'f.txt line 1: frame must be a whole number, at least 0, got "-1"'),
        (CAR.replace(" 10.0 ", " inf "), 'f.txt line 1: z must be a finite number, got "inf"'),
        (CAR.replace(" 3.7 ", " long "), 'f.txt line 1: length must be a number, got "long"'),
        (f"{CAR}\n\n{CAR}", "f.txt line 3: must be the only row of road user 3 in frame 0, got one at f.txt line 1"),
    ],
)  # fmt: skip
def test_a_bad_line_is_named(text, line):
    with pytest.raises(LabelError) as error:
        read_labels(text, "f.txt")

    assert str(error.value).startswith(line)


def test_a_detection_without_a_score_is_told():
    with pytest.raises(LabelError, match=r"d\.txt line 2: must have 18 columns as the lines before, got 17"):
        read_detections(f"{CAR} 0.9\n{CAR}", "d.txt")


def test_a_detections_track_id_is_a_number_but_tells_nobody_apart():
    assert len(read_detections(f"{CAR} 0.9\n{CAR} 0.8", "d.txt").rows) == 2
    with pytest.raises(LabelError, match=r'd\.txt line 1: track id must be a number, got "me"'):
        read_detections(CAR.replace("0 3 Car", "0 me Car") + " 0.9", "d.txt")


def test_a_parked_car_stands_still_in_the_standing_frame_while_the_camera_drives_by():
    """The camera drives 5 m ahead between frames, so a parked car 10 m ahead is 5 m ahead then."""
    second = "1" + CAR[1:].replace(" 10.0 ", " 5.0 ")
    looks_north = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])
    poses = [Pose(looks_north, np.array([0.0, 5.0 * frame, CAMERA_HEIGHT_M])) for frame in range(2)]

    rows = standing(read_labels(f"{CAR}\n{second}", "f.txt"), poses, "oxts").rows

    np.testing.assert_allclose(rows.position_m, [[2.0, 10.0, 0.0]] * 2, atol=1e-12)
    np.testing.assert_allclose(rows.heading_rad, [0.0, 0.0], atol=1e-12)


def test_a_camera_that_looks_east_sees_right_in_the_south():
    """The car is 2 m to the right, 10 m ahead, and points right: 10 m east, 2 m south, towards the south."""
    looks_east = np.array([[0.0, 0.0, 1.0], [-1.0, 0.0, 0.0], [0.0, -1.0, 0.0]])
    rows = standing(read_labels(CAR, "f.txt"), [Pose(looks_east, np.array([0.0, 0.0, CAMERA_HEIGHT_M]))], "oxts").rows

    np.testing.assert_allclose(rows.position_m, [[10.0, -2.0, 0.0]], atol=1e-12)
    np.testing.assert_allclose(np.degrees(rows.heading_rad), [-90.0])


def test_a_frame_beyond_the_path_is_told():
    with pytest.raises(LabelError, match="oxts: must have a line for frame 4, got 1 lines"):
        standing(read_labels("4" + CAR[1:], "f.txt"), [Pose(np.eye(3), np.zeros(3))], "oxts")


def test_the_path_is_in_metres_east_north_up_from_its_first_place():
    """At 60 degrees a metre east is twice as many degrees as at the equator.

    1e-4 degrees of longitude are 6378137 * cos(60) * 1e-4 * pi / 180 = 5.566 m. A degree of latitude is as long as one
    at the equator on a Mercator map that is true to scale here: 6378137 * 1e-4 * pi / 180 = 11.132 m. The unit rides
    0.93 m above the ground.
    """
    path = read_oxts(oxts((60.0, 8.0, 100.0, 0, 0, 0), (60.0001, 8.0001, 101.0, 0, 0, np.pi / 2)), "oxts")

    np.testing.assert_allclose(path.site_from_unit[0].translation_m, [0.0, 0.0, UNIT_HEIGHT_M], atol=1e-9)
    np.testing.assert_allclose(path.site_from_unit[1].translation_m, [5.566, 11.132, 1.93], atol=1e-3)
    assert path.height_m == pytest.approx(100.0 - UNIT_HEIGHT_M)
    forward = path.site_from_unit[1].rotate(np.array([1.0, 0.0, 0.0]))
    np.testing.assert_allclose(forward, [0.0, 1.0, 0.0], atol=1e-9)


def test_the_camera_sits_on_the_car_where_the_calibration_puts_it():
    """Scanner: 0.81 m ahead of the unit, 0.32 m to its right, 0.80 m above it; camera: 0.27 m ahead of the scanner.

    Tr_imu_velo takes the unit's origin to (-0.81, 0.32, -0.80) in the scanner's frame, so the scanner is at the
    opposite in the unit's. The camera's z is minus 0.27 plus the scanner's x: its origin is at x = 0.27.
    """
    unit_from_camera = read_camera_on_car(CALIBRATION, "calib")

    np.testing.assert_allclose(unit_from_camera.translation_m, [0.81 + 0.27, -0.32, 0.80], atol=1e-9)
    np.testing.assert_allclose(unit_from_camera.rotate(np.array([0.0, 0.0, 1.0])), [1.0, 0.0, 0.0], atol=1e-9)


def test_keys_may_be_written_in_every_way_that_copies_of_the_files_do():
    copy = (
        CALIBRATION.replace("R_rect", "R0_rect:")
        .replace("velo_cam", "velo_to_cam:")
        .replace("imu_velo", "imu_to_velo:")
    )

    ours, theirs = read_camera_on_car(CALIBRATION, "calib"), read_camera_on_car(copy, "calib")

    np.testing.assert_array_equal(ours.translation_m, theirs.translation_m)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (CALIBRATION.replace("Tr_imu_velo", "other"), "calib: must have a line Tr_imu_velo, got P0, R_rect"),
        (
            CALIBRATION.replace("R_rect 1", "R_rect 2"),
            "calib line 2: R_rect must hold a rotation, got one that stretches",
        ),
        (CALIBRATION.replace("-0.27", ""), "calib line 3: Tr_velo_cam must have 12 numbers, got 11"),
        (CALIBRATION.replace("-0.27", "near"), 'calib line 3: Tr_velo_cam must be a number, got "near"'),
    ],
)
def test_a_bad_calibration_is_told(text, line):
    with pytest.raises(LabelError) as error:
        read_camera_on_car(text, "calib")

    assert str(error.value).startswith(line)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "oxts: must have a line for each frame, got none"),
        ("49 8 100", "oxts line 1: must have latitude, longitude"),
        ("90 8 100 0 0 0", 'oxts line 1: latitude must be -85 to 85, got "90"'),
        ("49 8 100 0 0 nan", 'oxts line 1: yaw must be a finite number, got "nan"'),
    ],
)
def test_a_bad_path_is_told(text, line):
    with pytest.raises(LabelError) as error:
        read_oxts(text, "oxts")

    assert str(error.value).startswith(line)
