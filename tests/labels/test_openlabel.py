"""OpenLABEL: the format's variants, its coordinate systems, and what is told of bad files."""

import json
from typing import Any

import numpy as np
import pytest

from roadside.errors import LabelError
from roadside.labels.openlabel import OpenLabelFile, read_openlabel
from roadside.labels.openlabel_times import openlabel_times
from roadside.labels.openlabel_types import class_of
from roadside.types.road_users import RoadUserClass

START_NS = 946_684_800_000_000_000
QUARTER_LEFT = [0.0, 0.0, 0.5**0.5, 0.5**0.5]
"""Quaternion x, y, z, w of 90 degrees to the left: half the angle, sin about z and cos."""

CAR = [10.0, 5.0, 0.8, *QUARTER_LEFT, 4.5, 1.8, 1.6]
SYSTEMS: dict[str, Any] = {
    "road": {"type": "scene_cs", "parent": "", "children": ["lidar"]},
    "lidar": {
        "type": "sensor_cs",
        "parent": "road",
        "pose_wrt_parent": {"quaternion": QUARTER_LEFT, "translation": [100.0, 200.0, 7.0]},
    },
}


def cuboid(values: list[float], **more: Any) -> dict[str, Any]:
    return {"object_data": {"cuboid": [{"name": "shape", "val": values, **more}]}}


def frame(objects: dict[str, Any], timestamp: Any = None, **properties: Any) -> dict[str, Any]:
    stamped = {} if timestamp is None else {"timestamp": timestamp}
    return {"objects": objects, "frame_properties": {**stamped, **properties}}


def openlabel(frames: dict[str, Any], types: dict[str, str] | None = None, **more: Any) -> str:
    """Returns an OpenLABEL text; every object is a car unless ``types`` says otherwise."""
    named = types if types is not None else {uid: "Car" for each in frames.values() for uid in each.get("objects", {})}
    objects = {uid: {"name": uid, "type": kind} for uid, kind in named.items()}
    return json.dumps(
        {"openlabel": {"metadata": {"schema_version": "1.0.0"}, "objects": objects, "frames": frames, **more}}
    )


def read(text: str, coordinate_system: str | None = None) -> OpenLabelFile:
    return read_openlabel(text, "x.json", coordinate_system)


def test_a_cuboid_stands_on_the_ground_half_its_height_below_its_centre():
    rows = read(openlabel({"0": frame({"a": cuboid(CAR)})})).file.rows

    np.testing.assert_allclose(rows.position_m, [[10.0, 5.0, 0.0]], atol=1e-12)
    np.testing.assert_allclose(np.degrees(rows.heading_rad), [90.0])
    np.testing.assert_allclose(rows.size_m, [[4.5, 1.8, 1.6]])
    assert rows.classes.tolist() == [RoadUserClass.CAR]


def test_nine_numbers_are_a_cuboid_with_roll_pitch_and_yaw():
    with_angles = [10.0, 5.0, 0.8, 0.0, 0.0, np.pi / 2, 4.5, 1.8, 1.6]
    rows = read(openlabel({"0": frame({"a": cuboid(with_angles)})})).file.rows

    np.testing.assert_allclose(np.degrees(rows.heading_rad), [90.0])
    np.testing.assert_allclose(rows.size_m, [[4.5, 1.8, 1.6]])


@pytest.mark.parametrize(
    "pose",
    [
        {"quaternion": QUARTER_LEFT, "translation": [100, 200, 7]},
        {"matrix4x4": [0, -1, 0, 100, 1, 0, 0, 200, 0, 0, 1, 7, 0, 0, 0, 1]},
        {"euler_angles": [np.pi / 2, 0, 0], "translation": [100, 200, 7]},
        {"euler_angles": [0, 0, np.pi / 2], "sequence": "XYZ", "translation": [100, 200, 7]},
    ],
    ids=["quaternion", "matrix", "angles", "sequence"],
)
def test_a_sensors_cuboids_are_turned_and_moved_to_the_root(pose):
    """The sensor looks north at (100, 200), 7 m up: its (10, 5, -6.2) is 10 m north and 5 m west of it.

    That is (95, 210), centre 0.8 m up, bottom on the road. The car points to the sensor's left, which is west.
    """
    systems = {**SYSTEMS, "lidar": {**SYSTEMS["lidar"], "pose_wrt_parent": pose}}
    seen = cuboid([10.0, 5.0, -6.2, *QUARTER_LEFT, 4.5, 1.8, 1.6], coordinate_system="lidar")
    file = read(openlabel({"0": frame({"a": seen})}, coordinate_systems=systems))

    np.testing.assert_allclose(file.file.rows.position_m, [[95.0, 210.0, 0.0]], atol=1e-9)
    assert np.cos(file.file.rows.heading_rad[0] - np.pi) == pytest.approx(1.0)
    assert file.system == "road"


def test_a_frames_own_transform_goes_before_the_pose_that_always_holds():
    seen = {"a": cuboid([10.0, 0.0, 0.8, 0.0, 0.0, 0.0, 1.0, 4.5, 1.8, 1.6], coordinate_system="lidar")}
    moved = {
        "lidar_to_road": {
            "src": "lidar", "dst": "road",
            "transform_src_to_dst": {"quaternion": [0, 0, 0, 1], "translation": [50.0, 0.0, 0.0]},
        }
    }  # fmt: skip
    text = openlabel({"0": frame(seen), "1": frame(seen, transforms=moved)}, coordinate_systems=SYSTEMS)

    np.testing.assert_allclose(read(text).file.rows.position_m[:, :2], [[100.0, 210.0], [60.0, 0.0]], atol=1e-9)


def test_positions_can_be_had_in_another_system_than_the_root():
    """The reverse of the sensor at (100, 200) that looks north: (95, 210) is 10 m ahead of it and 5 m to its left."""
    seen = cuboid([95.0, 210.0, 0.8, 0.0, 0.0, 0.0, 1.0, 4.5, 1.8, 1.6], coordinate_system="road")
    file = read(openlabel({"0": frame({"a": seen})}, coordinate_systems=SYSTEMS), "lidar")

    np.testing.assert_allclose(file.file.rows.position_m, [[10.0, 5.0, -7.0]], atol=1e-9)


def test_objects_keep_their_number_from_frame_to_frame():
    text = openlabel(
        {
            "3": frame({"b": cuboid(CAR), "a": cuboid(CAR)}),
            "4": frame({"a": cuboid(CAR)}),
            "10": frame({"c": cuboid(CAR)}),
        }
    )
    rows = read(text).file.rows

    assert rows.frame.tolist() == [3, 3, 4, 10]
    assert rows.object_ids.tolist() == [1, 2, 2, 3]


def test_boxes_in_pictures_and_further_cuboids_are_left_out_and_counted():
    flat = {"object_data": {"bbox": [{"name": "shape", "val": [1, 2, 3, 4]}]}}
    twice = cuboid(CAR)
    twice["object_data"]["cuboid"] *= 2
    file = read(openlabel({"0": frame({"a": flat, "b": twice, "c": {}}), "1": {}})).file

    assert len(file.rows) == 1
    assert file.left_out == {"without a cuboid": 2, "further cuboids of the same object": 1}
    assert file.frames.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("CAR", RoadUserClass.CAR),
        ("VehicleTruck", RoadUserClass.TRUCK),
        ("HumanPedestrian", RoadUserClass.PEDESTRIAN),
        ("HumanCyclist", RoadUserClass.BICYCLE),
        ("vehicle.bus", RoadUserClass.BUS),
        ("EMERGENCY_VEHICLE", RoadUserClass.UNKNOWN_MOVABLE),
        ("RoadUserVehicle", RoadUserClass.UNKNOWN_MOVABLE),
    ],
)
def test_types_of_any_spelling_become_classes(kind, wanted):
    assert class_of(kind) == (wanted, True)


def test_types_that_nobody_knows_are_unknown_and_named():
    file = read(openlabel({"0": frame({"a": cuboid(CAR), "b": cuboid(CAR)})}, types={"a": "hovercraft"}))

    assert file.file.rows.classes.tolist() == [RoadUserClass.UNKNOWN] * 2
    assert file.unknown_types == {"hovercraft": 1, "no type": 1}


def scored(*scores: Any) -> OpenLabelFile:
    """Returns a file of one frame, one car a score; ``None`` states none."""
    attributes = [{} if score is None else {"num": [{"name": "score", "val": score}]} for score in scores]
    return read(openlabel({"0": frame({str(i): cuboid(CAR, attributes=each) for i, each in enumerate(attributes)})}))


def test_scores_between_0_and_1_are_the_confidence_and_who_states_none_is_sure():
    assert scored(0.4, None, 1).file.rows.confidence.tolist() == [0.4, 1.0, 1.0]


def test_a_detector_that_states_logits_is_not_sure_of_everything():
    """1 / (1 + e^3.2) = 0.0392; 1 / (1 + e^-0.5) = 0.6225; 1 / (1 + e^-37) = 1 - 8.5e-17; none stated stays 1."""
    np.testing.assert_allclose(scored(-3.2, 0.5, 37, None).file.rows.confidence, [0.0392, 0.6225, 1.0, 1.0], atol=1e-4)


def test_true_and_false_are_no_scores():
    assert scored(True, False, 0.4, "0.3").file.rows.confidence.tolist() == [1.0, 1.0, 0.4, 1.0]


@pytest.mark.parametrize("score", [float("nan"), float("inf"), 10**400], ids=["nan", "inf", "too large"])
def test_a_score_that_is_not_finite_is_left_out_and_counted(score):
    file = scored(score, 0.4).file

    assert file.rows.confidence.tolist() == [0.4]
    assert file.left_out == {"score not finite": 1}


def test_a_road_user_named_twice_in_a_frame_is_told():
    text = openlabel({"0": frame({"a": cuboid(CAR)}), "1": frame({"a": cuboid(CAR), "b": cuboid(CAR)})}, types={})

    with pytest.raises(LabelError) as error:
        read(text.replace('"b": ', '"a": '))

    assert str(error.value) == "x.json: frame 1: objects: must name everything once, got a twice"


@pytest.mark.parametrize(
    ("later", "line"),
    [
        ("3", "x.json: openlabel.frames: must name everything once, got 3 twice"),
        ("03", "x.json: openlabel.frames must number every frame once, got 3, 03"),
        ("9" * 30, "x.json: openlabel.frames must have numbers of up to 15 digits as keys, got 9999"),
        ("9" * 5000, "x.json: openlabel.frames must have numbers of up to 15 digits as keys, got 9999"),
    ],
    ids=["same", "leading zero", "large", "huge"],
)
def test_frames_are_numbered_once_and_by_numbers_that_can_be_told_apart(later, line):
    text = openlabel({"3": frame({}), "4": frame({})}).replace('"4": ', f'"{later}": ')

    with pytest.raises(LabelError) as error:
        read(text)

    assert str(error.value).startswith(line)


def test_frames_of_a_rate_must_not_lie_years_apart():
    with pytest.raises(LabelError, match=r"^x\.json: frames must be below 1000005, got 9000000$"):
        openlabel_times([read(openlabel({"5": frame({}), "9000000": frame({})}))], 20.0, "x.json")


def test_timestamps_are_seconds_to_the_microsecond():
    text = openlabel({"7": frame({}, 1651673050.454284), "8": frame({}, "1651673050.554284")})

    times = openlabel_times([read(text)], None, "x.json")

    assert times.every.times_ns.tolist() == [1_651_673_050_454_284_000, 1_651_673_050_554_284_000]
    assert times.grid_ms == 100


def test_timestamps_without_a_date_begin_in_the_year_2000():
    times = openlabel_times([read(openlabel({"0": frame({}, 12.5), "1": frame({}, 12.6)}))], None, "x.json")

    assert (times.every.times_ns - START_NS).tolist() == [0, 100_000_000]


def test_a_rate_stands_in_for_timestamps():
    text = openlabel({"5": frame({}), "6": frame({}), "9": frame({})})

    times = openlabel_times([read(text)], 20.0, "x.json")

    assert (times.every.times_ns - START_NS).tolist() == [0, 50_000_000, 200_000_000]
    assert times.grid_ms == 50


@pytest.mark.parametrize(
    ("frames", "line"),
    [
        ({"0": frame({})}, "x.json: frame 0: timestamp must be given, or give --rate-hz, got none"),
        ({"0": frame({}, 5.0), "1": frame({}, 5.0)}, "x.json: frame 1: timestamp must be later than that of frame 0"),
        ({"0": frame({}, 5.0000006), "1": frame({}, 5.0000012)},
         "x.json: frame 1: timestamp must be later than that of frame 0"),
        ({"0": frame({}, 1.6e12)}, "x.json: frame 0: timestamp must be seconds, 0 to"),
        ({"0": frame({}, -1.0)}, "x.json: frame 0: timestamp must be seconds, 0 to"),
    ],
)  # fmt: skip
def test_bad_times_are_told(frames, line):
    with pytest.raises(LabelError) as error:
        openlabel_times([read(openlabel(frames))], None, "x.json")

    assert str(error.value).startswith(line)


def ring() -> dict[str, Any]:
    return {"a": {"parent": "b"}, "b": {"parent": "a"}, "c": {"parent": ""}}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("{", "x.json line 1: must be JSON, got: "),
        ("[]", "x.json: must be a table, got []"),
        ('{"openlabel": ' + "9" * 5000 + "}", "x.json: must be JSON of numbers that can be read, got: "),
        ("{}", "x.json: openlabel: must be a table, got null"),
        ('{"openlabel": {"metadata": {"schema_version": "0.3.2"}}}', "x.json: openlabel.metadata.schema_version"),
        (openlabel({}), "x.json: openlabel.frames must have at least one frame, got none"),
        (openlabel({"first": frame({})}), "x.json: openlabel.frames must have numbers as keys, got first"),
        (openlabel({"0": frame({"a": cuboid([1, 2, 3])})}), "x.json: frame 0, object a: val: must be 9 or 10"),
        (openlabel({"0": frame({"a": cuboid([*CAR[:-1], 0.0])})}), "x.json: frame 0, object a: val must end in three"),
        (openlabel({"0": frame({"a": cuboid([*CAR[:-1], float("nan")])})}), "x.json: frame 0, object a: val: must be"),
        (openlabel({"0": frame({"a": cuboid([1, 2, 3, 0, 0, 0, 0, 4, 2, 1])})}), "x.json: frame 0, object a: quat"),
        (openlabel({"0": frame({"a": {"object_data": {"cuboid": 3}}})}), "x.json: frame 0, object a: cuboid: must be"),
        (openlabel({"0": frame({}, 10**400)}), "x.json: frame 0: timestamp must be seconds, as a number"),
        (openlabel({"0": frame({}, "noon")}), "x.json: frame 0: timestamp must be seconds, as a number"),
        (openlabel({"0": frame({"a": cuboid(CAR, coordinate_system="moon")})}, coordinate_systems=SYSTEMS),
         "x.json: frame 0, object a: coordinate system must be one of road, lidar, got moon"),
        (openlabel({"0": frame({"a": cuboid(CAR, coordinate_system="a")})}, coordinate_systems=ring()),
         "x.json: frame 0, object a: coordinate systems must form a tree"),
        (openlabel({"0": frame({})}, coordinate_systems={"a": {"parent": ""}, "b": {"parent": ""}}),
         "x.json: must have one coordinate system without a parent, or --coordinate-system, got a, b"),
        (openlabel({"0": frame({"a": cuboid(CAR, coordinate_system="b")})},
                   coordinate_systems={"a": {"parent": ""}, "b": {"parent": "a"}}),
         "x.json: frame 0, object a: coordinate system b must have a pose_wrt_parent or a transform, got neither"),
        (openlabel({"0": frame({"a": cuboid(CAR, coordinate_system="b")})},
                   coordinate_systems={**ring(), "b": {"parent": "c", "pose_wrt_parent": {"matrix4x4": [2] * 16}}}),
         "x.json: frame 0, object a: pose_wrt_parent of b: matrix4x4 must end in 0, 0, 0, 1"),
    ],
)  # fmt: skip
def test_a_bad_file_is_told(text, line):
    with pytest.raises(LabelError) as error:
        read(text)

    assert str(error.value).startswith(line)
    assert "\n" not in str(error.value)


def test_a_system_that_the_file_lacks_is_told():
    with pytest.raises(LabelError, match=r"x\.json: --coordinate-system must be one of road, lidar, got utm"):
        read(openlabel({"0": frame({})}, coordinate_systems=SYSTEMS), "utm")
