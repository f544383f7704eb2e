"""Each family of detectors, as its own exporters write it, from a network on disk to boxes in the picture."""

from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto

from roadside.errors import ModelError
from roadside.perception.detector import Detector
from roadside.perception.manifest import load_manifest
from roadside.types.detections import Detections
from roadside.types.road_users import RoadUserClass
from tests.perception.networks import write_manifest, write_network
from tests.perception.pictures import frame

INPUT = (1, 3, 32, 32)
CLASSES = ("car", "ignore", "pedestrian")
CAR_PX, PEDESTRIAN_PX = [19.5, 7.5, 39.5, 23.5], [3.5, 3.5, 11.5, 11.5]
"""Where the two boxes of every network here lie in a 64 x 32 picture."""
IN_LETTERBOX = [[10, 4, 20, 12], [2, 2, 6, 6]]
"""The same in the 32 x 32 input: the picture is halved into its top."""
STRETCHED = [[10, 8, 20, 24], [2, 4, 6, 12]]
"""The same where the picture is stretched: halved across, as it is downwards."""


def centres_and_sizes(corners: list[list[int]], scale_px: float = 1.0) -> np.ndarray:
    boxes = np.array(corners, dtype=np.float64) / scale_px
    return np.concatenate([(boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]], axis=1)


def written(
    folder: Path, head: str, outputs, classes=CLASSES, input_shape=INPUT, placement="top_left", **changes
) -> Path:
    write_network(folder / "tiny.onnx", outputs, input_shape, **changes)
    return write_manifest(folder / "tiny.onnx", head, list(classes), placement=placement)


def found_by(path: Path) -> Detections:
    return Detector(load_manifest(path)).detect(frame(64, 32))


def refusal(path: Path) -> str:
    with pytest.raises(ModelError) as caught:
        Detector(load_manifest(path))
    (line,) = str(caught.value).splitlines()
    return line


def assert_car_and_pedestrian(found: Detections) -> None:
    np.testing.assert_allclose(found.boxes_px, [CAR_PX, PEDESTRIAN_PX], atol=1e-4)
    np.testing.assert_allclose(found.confidence, [0.8, 0.5], rtol=1e-5)
    assert found.classes.tolist() == [RoadUserClass.CAR, RoadUserClass.PEDESTRIAN]


def yolov8_output() -> np.ndarray:
    """Columns: nothing, the pedestrian, a suitcase, nothing, the car."""
    output = np.zeros((1, 4 + 3, 5))
    output[0, :4, 1], output[0, 4:, 1] = centres_and_sizes(IN_LETTERBOX)[1], [0.1, 0.2, 0.5]
    output[0, :4, 4], output[0, 4:, 4] = centres_and_sizes(IN_LETTERBOX)[0], [0.8, 0.2, 0.7]
    output[0, :4, 2], output[0, 4:, 2] = [20, 10, 8, 8], [0.4, 0.9, 0.0]
    return output


def end_to_end_output(*more: list[float]) -> np.ndarray:
    return np.array([[[*IN_LETTERBOX[0], 0.8, 0], [*IN_LETTERBOX[1], 0.5, 2], [1, 1, 9, 9, 0.9, 1], [0] * 6, *more]])


def rtdetr_output() -> np.ndarray:
    boxes = centres_and_sizes(STRETCHED, 32.0)
    rows = [[*boxes[1], 0.1, 0.2, 0.5], [0.5, 0.5, 0.2, 0.2, 0.2, 0.9, 0.1], [*boxes[0], 0.8, 0.7, 0.1], [0.0] * 7]
    return np.array([rows])


def logit(share: float) -> float:
    return float(np.log(share / (1.0 - share)))


def sigmoid_outputs(logits: str, boxes: str) -> dict[str, np.ndarray]:
    low = logit(0.01)
    rows = [[low, low, logit(0.5)], [low, logit(0.9), low], [logit(0.8), logit(0.7), low], [low] * 3]
    places = centres_and_sizes(STRETCHED, 32.0)
    return {logits: np.array([rows]), boxes: np.array([[places[1], [0.5, 0.5, 0.2, 0.2], places[0], [0.0] * 4]])}


def softmax_outputs() -> dict[str, np.ndarray]:
    """Probabilities of the three classes, then of "no object"."""
    rows = [[0.1, 0.1, 0.5, 0.3], [0.05, 0.9, 0.0499, 1e-4], [0.8, 0.1, 0.05, 0.05], [0.2, 0.05, 0.05, 0.7]]
    places = centres_and_sizes(STRETCHED, 32.0)
    boxes = np.array([[places[1], [0.5, 0.5, 0.2, 0.2], places[0], [0.5, 0.5, 0.3, 0.3]]])
    return {"logits": np.log(np.array([rows])) + 3.0, "pred_boxes": boxes}


def deploy_outputs(scale_px: float = 32.0, corners=STRETCHED, labels=(0, 2, 1)) -> dict[str, np.ndarray]:
    boxes = np.array([[*corners, [1, 1, 9, 9]]], dtype=np.float64) / scale_px
    return {"labels": np.array([labels], dtype=np.int64), "boxes": boxes, "scores": np.array([[0.8, 0.5, 0.9]])}


def test_yolov8_gives_a_column_per_cell(tmp_path: Path):
    assert_car_and_pedestrian(found_by(written(tmp_path, "yolov8", [yolov8_output()])))


def test_yolov8_still_needs_suppression(tmp_path: Path):
    output = yolov8_output()
    output[0, :, 0] = output[0, :, 4] - 0.1
    output[0, :4, 0] += 0.3
    assert_car_and_pedestrian(found_by(written(tmp_path, "yolov8", [output])))


def test_an_end_to_end_network_gives_final_boxes(tmp_path: Path):
    assert_car_and_pedestrian(found_by(written(tmp_path, "end_to_end", [end_to_end_output()])))


def test_suppression_does_no_harm_to_final_boxes(tmp_path: Path):
    """Two cars behind one another whose boxes overlap by less than the manifest allows both stay."""
    output = end_to_end_output([13, 4, 23, 12, 0.4, 0])
    found = found_by(written(tmp_path, "end_to_end", [output], placement="top_left"))
    # 7 of 13 columns are shared: 0.54 is over the 0.5 of the manifest, so the weaker one falls.
    assert len(found) == 2
    manifest = tmp_path / "tiny.toml"
    manifest.write_text(manifest.read_text().replace("overlap = 0.5", "overlap = 0.9"))
    assert len(found_by(manifest)) == 3


def test_the_newer_rtdetr_of_ultralytics_gives_final_boxes_in_shares_of_the_input(tmp_path: Path):
    car, pedestrian = centres_and_sizes(STRETCHED, 32.0)
    rows = [[*pedestrian, 0.5, 2], [0.5, 0.5, 0.2, 0.2, 0.9, 1], [*car, 0.8, 0], [*car, 0.1, 1]]
    path = written(tmp_path, "rtdetr_topk", [np.array([rows])], placement="stretched")
    assert_car_and_pedestrian(found_by(path))


def test_rtdetr_of_ultralytics_gives_shares_of_the_input(tmp_path: Path):
    assert_car_and_pedestrian(found_by(written(tmp_path, "rtdetr", [rtdetr_output()], placement="stretched")))


@pytest.mark.parametrize(
    ("logits", "boxes"), [("logits", "pred_boxes"), ("pred_logits", "pred_boxes"), ("labels", "dets")]
)
def test_a_detr_with_sigmoids_goes_by_the_names_of_its_outputs(tmp_path: Path, logits: str, boxes: str):
    outputs = sigmoid_outputs(logits, boxes)
    assert_car_and_pedestrian(found_by(written(tmp_path, "detr_sigmoid", outputs, placement="stretched")))


def test_rf_detr_gives_its_boxes_first_and_may_have_as_many_columns_of_both(tmp_path: Path):
    """Three classes and the background are four columns, as a box is."""
    outputs = sigmoid_outputs("labels", "dets")
    background = np.full((1, 4, 1), logit(0.01))
    outputs = {"dets": outputs["dets"], "labels": np.concatenate([outputs["labels"], background], axis=2)}
    path = written(tmp_path, "detr_sigmoid", outputs, classes=(*CLASSES, "ignore"), placement="stretched")
    assert_car_and_pedestrian(found_by(path))


def test_outputs_beside_those_of_the_head_are_left_alone(tmp_path: Path):
    outputs = {"masks": np.zeros((1, 4, 8, 8)), **sigmoid_outputs("labels", "dets")}
    assert_car_and_pedestrian(found_by(written(tmp_path, "detr_sigmoid", outputs, placement="stretched")))


def test_the_first_detr_shares_its_probability_with_no_object(tmp_path: Path):
    assert_car_and_pedestrian(found_by(written(tmp_path, "detr_softmax", softmax_outputs(), placement="stretched")))


@pytest.mark.parametrize("size_type", [TensorProto.INT64, TensorProto.INT32, TensorProto.FLOAT])
def test_a_deployed_detr_is_told_the_size_its_boxes_are_wanted_in(tmp_path: Path, size_type: int):
    path = written(tmp_path, "detr_deploy", deploy_outputs(), placement="stretched", size_input=size_type)
    assert_car_and_pedestrian(found_by(path))


def test_a_deployed_detr_works_in_a_letterbox_as_well(tmp_path: Path):
    outputs = deploy_outputs(corners=IN_LETTERBOX)
    assert_car_and_pedestrian(found_by(written(tmp_path, "detr_deploy", outputs, size_input=TensorProto.INT64)))


OPEN_SHAPES = [("batch", 3, 32, 32), ("batch", 3, "height", "width"), ("N", "channels", "height", 32)]


@pytest.mark.parametrize("input_shape", OPEN_SHAPES)
def test_lengths_that_a_network_leaves_open_are_those_of_the_manifest(tmp_path: Path, input_shape):
    path = written(
        tmp_path, "yolov8", [yolov8_output()], input_shape=input_shape,
        output_shapes={"output0": ("batch", 7, "anchors")},
    )  # fmt: skip
    assert_car_and_pedestrian(found_by(path))


@pytest.mark.parametrize("input_shape", OPEN_SHAPES)
def test_a_deployed_detr_may_leave_its_lengths_open_too(tmp_path: Path, input_shape):
    path = written(
        tmp_path, "detr_deploy", deploy_outputs(), input_shape=input_shape, placement="stretched",
        size_input=TensorProto.INT64, output_shapes={"boxes": ("batch", "queries", 4), "labels": ("batch", "queries")},
    )  # fmt: skip
    assert_car_and_pedestrian(found_by(path))


def test_a_network_for_batches_of_eight_is_refused(tmp_path: Path):
    line = refusal(written(tmp_path, "yolov8", [yolov8_output()], input_shape=(8, 3, 32, 32)))
    assert line.endswith("input must be 1 x 3 x 32 x 32 as tiny.toml says, got 8 x 3 x 32 x 32")


@pytest.mark.parametrize(
    ("head", "wanted"),
    [
        ("yolov8", "1 x 7 x N"),
        ("end_to_end", "1 x N x 6"),
        ("rtdetr", "1 x N x 7"),
        ("rtdetr_topk", "1 x N x 6"),
        ("yolox", "1 x 21 x 8"),
        ("roadside", "1 x N x 4 and 1 x N x 3"),
    ],
)
def test_an_output_of_another_family_is_refused_with_both_shapes(tmp_path: Path, head: str, wanted: str):
    line = refusal(written(tmp_path, head, [np.zeros((1, 9, 9))]))
    assert line == (
        f"{tmp_path}/tiny.onnx: outputs must be {wanted} for head {head!r} with 3 classes in tiny.toml, got 1 x 9 x 9"
    )


@pytest.mark.parametrize(("head", "columns"), [("detr_sigmoid", 3), ("detr_softmax", 4)])
def test_a_detr_without_the_named_outputs_is_refused_with_its_own_names(tmp_path: Path, head: str, columns: int):
    line = refusal(written(tmp_path, head, {"scores": np.zeros((1, 5, 3)), "boxes": np.zeros((1, 5, 4))}))
    assert line == (
        f"{tmp_path}/tiny.onnx: outputs must be logits|pred_logits|labels 1 x N x {columns} and "
        f"pred_boxes|dets|boxes 1 x N x 4 for head {head!r} with 3 classes in tiny.toml, "
        "got scores 1 x 5 x 3, boxes 1 x 5 x 4"
    )


def test_a_detr_with_another_number_of_classes_is_refused(tmp_path: Path):
    outputs = {"logits": np.zeros((1, 5, 91)), "pred_boxes": np.zeros((1, 5, 4))}
    assert refusal(written(tmp_path, "detr_sigmoid", outputs)).endswith("got 1 x 5 x 91 and 1 x 5 x 4")


def test_a_deployed_detr_without_its_second_input_is_refused(tmp_path: Path):
    line = refusal(written(tmp_path, "detr_deploy", deploy_outputs()))
    assert line == (
        f"{tmp_path}/tiny.onnx: must have one input and orig_target_sizes for head 'detr_deploy', got images"
    )


def test_a_second_input_is_refused_where_the_head_has_none(tmp_path: Path):
    line = refusal(written(tmp_path, "rtdetr", [np.zeros((1, 4, 7))], size_input=TensorProto.INT64))
    assert line.endswith("must have one input for head 'rtdetr', got images, orig_target_sizes")


def test_a_size_of_another_type_is_refused(tmp_path: Path):
    line = refusal(written(tmp_path, "detr_deploy", deploy_outputs(), size_input=TensorProto.UINT8))
    assert "orig_target_sizes must be 1 x 2 and one of tensor(int64), tensor(int32), tensor(float), got" in line


@pytest.mark.parametrize("label", [3, -1])
def test_a_class_number_that_the_manifest_lacks_is_refused(tmp_path: Path, label: int):
    outputs = deploy_outputs(labels=(0, 2, label))
    line = refusal(written(tmp_path, "detr_deploy", outputs, size_input=TensorProto.INT64))
    assert line == f"{tmp_path}/tiny.onnx: classes must be 0 to 2 as the manifest says, got {label}"


def test_a_final_box_of_a_class_that_the_manifest_lacks_is_refused(tmp_path: Path):
    line = refusal(written(tmp_path, "end_to_end", [end_to_end_output([0, 0, 1, 1, 0.1, 17])]))
    assert line.endswith("classes must be 0 to 2 as the manifest says, got 17")


def test_an_empty_road_gives_no_detections(tmp_path: Path):
    nothing = {
        "yolov8": [np.zeros((1, 7, 5))],
        "end_to_end": [np.zeros((1, 5, 6))],
        "rtdetr": [np.zeros((1, 5, 7))],
        "detr_sigmoid": {"logits": np.full((1, 5, 3), -9.0), "pred_boxes": np.zeros((1, 5, 4))},
        "detr_softmax": {"logits": np.zeros((1, 5, 4)), "pred_boxes": np.zeros((1, 5, 4))},
    }
    for head, outputs in nothing.items():
        assert len(found_by(written(tmp_path, head, outputs))) == 0
