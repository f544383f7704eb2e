from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto

from roadside.errors import ModelError
from roadside.perception.detector import MOST_CANDIDATES, Detector
from roadside.perception.manifest import load_manifest
from roadside.sources.video import VideoSource
from roadside.types.road_users import RoadUserClass
from tests.perception.networks import write_manifest, write_network, yolox_output
from tests.perception.pictures import frame

SHARED = Path(__file__).parents[3] / "shared" / "data"
INPUT = (1, 3, 32, 32)


def own_head(boxes: list[list[float]], scores: list[list[float]]) -> list[np.ndarray]:
    return [np.array([boxes], dtype=np.float32), np.array([scores], dtype=np.float32)]


def manifest_of(folder: Path, outputs, head="roadside", classes=("car", "ignore"), **changes) -> Path:
    write_network(folder / "tiny.onnx", outputs, changes.pop("input_shape", INPUT), **changes)
    return write_manifest(folder / "tiny.onnx", head, list(classes))


def refusal(path: Path) -> str:
    with pytest.raises(ModelError) as caught:
        Detector(load_manifest(path))
    (line,) = str(caught.value).splitlines()
    return line


GOOD = own_head([[0, 0, 8, 8]], [[0.9, 0.1]])


def test_detections_lie_in_the_full_picture_the_most_confident_first(tmp_path: Path):
    # A 64 x 32 picture is halved into the top of the 32 x 32 input.
    outputs = own_head([[2, 2, 6, 6], [10, 4, 20, 12]], [[0.5, 0.0], [0.8, 0.0]])
    found = Detector(load_manifest(manifest_of(tmp_path, outputs))).detect(frame())
    np.testing.assert_allclose(found.boxes_px, [[19.5, 7.5, 39.5, 23.5], [3.5, 3.5, 11.5, 11.5]])
    np.testing.assert_allclose(found.confidence, [0.8, 0.5], rtol=1e-6)
    assert found.classes.tolist() == [RoadUserClass.CAR] * 2
    assert (found.sensor_id, found.time_ns, found.arrival_ns) == ("north", 1_000, 2_000)
    assert (found.width_px, found.height_px) == (64, 32)


def test_the_yolox_head_works_to_the_end(tmp_path: Path):
    outputs = [yolox_output(2, {20: [0.25, 0.125, -1.0, -2.0, 1.0, 0.2, 0.9]})]
    found = Detector(load_manifest(manifest_of(tmp_path, outputs, "yolox", ("car", "bus")))).detect(frame(32, 32))
    half_width, half_height = 16 * np.exp(-1.0), 16 * np.exp(-2.0)
    np.testing.assert_allclose(
        found.boxes_px,
        [[8 - half_width - 0.5, 4 - half_height - 0.5, 8 + half_width - 0.5, 4 + half_height - 0.5]],
        rtol=1e-6,
    )
    assert found.classes.tolist() == [RoadUserClass.BUS]


def test_a_thing_that_is_no_road_user_is_not_reported_under_another_name(tmp_path: Path):
    outputs = own_head([[0, 0, 8, 8]], [[0.5, 0.9]])
    assert len(Detector(load_manifest(manifest_of(tmp_path, outputs))).detect(frame())) == 0


def test_one_vehicle_taken_for_a_car_and_a_truck_is_one_detection(tmp_path: Path):
    outputs = own_head([[2, 2, 10, 10], [2, 2, 10, 11]], [[0.7, 0.0], [0.0, 0.6]])
    found = Detector(load_manifest(manifest_of(tmp_path, outputs, classes=("car", "truck")))).detect(frame())
    assert found.classes.tolist() == [RoadUserClass.CAR]


def test_a_rider_and_the_bicycle_are_two_detections(tmp_path: Path):
    outputs = own_head([[2, 2, 10, 10], [2, 2, 10, 11]], [[0.7, 0.0], [0.0, 0.6]])
    found = Detector(load_manifest(manifest_of(tmp_path, outputs, classes=("pedestrian", "bicycle")))).detect(frame())
    assert found.classes.tolist() == [RoadUserClass.PEDESTRIAN, RoadUserClass.BICYCLE]


def test_a_box_in_the_padding_alone_is_nothing(tmp_path: Path):
    outputs = own_head([[4, 20, 12, 30]], [[0.9, 0.0]])
    assert len(Detector(load_manifest(manifest_of(tmp_path, outputs))).detect(frame())) == 0


def test_more_candidates_than_can_be_compared_are_counted(tmp_path: Path):
    count = MOST_CANDIDATES + 25
    boxes = [[index * 0.09, 0.0, index * 0.09 + 0.05, 1.0] for index in range(count)]
    outputs = own_head(boxes, [[0.4 + index * 1e-3, 0.0] for index in range(count)])
    detector = Detector(load_manifest(manifest_of(tmp_path, outputs)))
    found = detector.detect(frame())
    assert len(found) == MOST_CANDIDATES
    assert detector.surplus_total == 25
    assert found.confidence.min() == pytest.approx(0.425)


def test_a_missing_network_says_where_to_get_it(tmp_path: Path):
    source = load_manifest("yolox_nano").path
    (tmp_path / "yolox_nano.toml").write_text(source.read_text())
    line = refusal(tmp_path / "yolox_nano.toml")
    assert line.startswith(f"{tmp_path}/yolox_nano.toml: file yolox_nano.onnx is not there; get yolox_nano.onnx (416")
    assert "YOLOX by Megvii (Apache-2.0)" in line
    assert line.endswith(f"put it at {tmp_path}/yolox_nano.onnx")


def test_another_network_under_the_same_name_is_refused(tmp_path: Path):
    path = manifest_of(tmp_path, GOOD)
    write_network(tmp_path / "tiny.onnx", own_head([[0, 0, 8, 9]], [[0.9, 0.1]]), INPUT)
    assert ": sha256 must be " in refusal(path)


@pytest.mark.parametrize("garbage", [b"", b"not a network at all", bytes(range(256)) * 40])
def test_garbage_is_no_network(tmp_path: Path, garbage: bytes):
    (tmp_path / "tiny.onnx").write_bytes(garbage)
    path = write_manifest(tmp_path / "tiny.onnx", "roadside", ["car"])
    assert refusal(path).startswith(f"{tmp_path}/tiny.onnx: ")


def test_another_head_is_refused_with_both_shapes(tmp_path: Path):
    line = refusal(manifest_of(tmp_path, GOOD, head="yolox"))
    assert line == (
        f"{tmp_path}/tiny.onnx: outputs must be 1 x 21 x 7 for head 'yolox' with 2 classes in tiny.toml, "
        "got 1 x 1 x 4 and 1 x 1 x 2"
    )


def test_another_class_count_is_refused(tmp_path: Path):
    line = refusal(manifest_of(tmp_path, GOOD, classes=("car", "bus", "truck")))
    assert "1 x N x 4 and 1 x N x 3 for head 'roadside' with 3 classes" in line


def test_boxes_without_scores_are_refused(tmp_path: Path):
    outputs = [np.zeros((1, 5, 4), np.float32), np.zeros((1, 4, 2), np.float32)]
    assert refusal(manifest_of(tmp_path, outputs)).endswith("must have equally many rows, got 1 x 5 x 4 and 1 x 4 x 2")


def test_another_input_size_is_refused(tmp_path: Path):
    line = refusal(manifest_of(tmp_path, GOOD, input_shape=(1, 3, 64, 32)))
    assert line == f"{tmp_path}/tiny.onnx: input must be 1 x 3 x 32 x 32 as tiny.toml says, got 1 x 3 x 64 x 32"


def test_a_network_that_takes_bytes_is_refused(tmp_path: Path):
    line = refusal(manifest_of(tmp_path, GOOD, input_type=TensorProto.UINT8))
    assert line == f"{tmp_path}/tiny.onnx: input must be tensor(float), got tensor(uint8)"


def test_our_own_network_finds_nothing_on_plain_grey():
    assert len(Detector(load_manifest("roadside_first")).detect(frame(960, 540))) == 0


def test_yolox_finds_the_cars_of_a_real_dual_carriageway(tmp_path: Path):
    network, clip = SHARED / "detector/yolox_nano/yolox_nano.onnx", SHARED / "video/tfl_a13/625_201707211410.mp4"
    if not network.exists() or not clip.exists():
        pytest.skip("the shared evaluation data is not there")
    (tmp_path / "yolox_nano.onnx").symlink_to(network)
    (tmp_path / "yolox_nano.toml").write_text(load_manifest("yolox_nano").path.read_text())
    detector = Detector(load_manifest(tmp_path / "yolox_nano.toml"))
    with VideoSource("pole", str(clip)) as source:
        first = next(source.frames())
    found = detector.detect(first)
    assert (found.classes == RoadUserClass.CAR).sum() >= 3
    assert (found.confidence >= 0.3).all()
