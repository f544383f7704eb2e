from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto

from roadside.errors import ModelError
from roadside.models.head_choice import Answers, answers_to_noise, fitting_head
from tests.perception.networks import write_network

FILE = Path("peer.onnx")


def choice(outputs: dict[str, np.ndarray], class_count: int, *inputs: str) -> str:
    return fitting_head(FILE, Answers(64, 32, inputs or ("images",), outputs), class_count)


def final_rows(scale: float) -> np.ndarray:
    rows = np.random.default_rng(1).uniform(0.0, scale, (1, 300, 6))
    rows[..., 4], rows[..., 5] = 0.5, np.arange(300) % 3
    return rows


@pytest.mark.parametrize(
    ("outputs", "class_count", "head"),
    [
        ({"output0": np.zeros((1, 84, 5040))}, 80, "yolov8"),
        ({"output0": final_rows(640.0)}, 80, "end_to_end"),
        ({"output0": final_rows(1.0)}, 80, "rtdetr_topk"),
        ({"output0": np.zeros((1, 300, 84))}, 80, "rtdetr"),
        ({"output": np.zeros((1, 42, 85))}, 80, "yolox"),
        ({"boxes": np.zeros((1, 42, 4)), "scores": np.zeros((1, 42, 7))}, 7, "roadside"),
        ({"logits": np.zeros((1, 300, 80)), "pred_boxes": np.zeros((1, 300, 4))}, 80, "detr_sigmoid"),
        ({"dets": np.zeros((1, 300, 4)), "labels": np.zeros((1, 300, 91))}, 91, "detr_sigmoid"),
        ({"logits": np.zeros((1, 100, 92)), "pred_boxes": np.zeros((1, 100, 4))}, 91, "detr_softmax"),
    ],
)
def test_a_head_is_known_by_what_the_network_answers(outputs, class_count: int, head: str):
    assert choice(outputs, class_count) == head


def test_a_deployed_detr_is_known_by_its_second_input():
    outputs = {"labels": np.zeros((1, 300)), "boxes": np.zeros((1, 300, 4)), "scores": np.zeros((1, 300))}
    assert choice(outputs, 80, "images", "orig_target_sizes") == "detr_deploy"


def test_with_two_classes_scores_are_told_from_class_numbers():
    """Two scores behind four edges are six numbers, as a final box is."""
    rows = np.random.default_rng(1).uniform(0.0, 1.0, (1, 300, 6))
    assert choice({"output0": rows}, 2) == "rtdetr"
    rows[..., 5] = 1.0
    assert choice({"output0": rows}, 2) == "rtdetr_topk"


def test_a_network_of_no_known_family_is_named_with_its_outputs():
    with pytest.raises(ModelError, match=r"^peer.onnx: outputs .* known head with 80 classes, got output0 1 x 9$"):
        choice({"output0": np.zeros((1, 9))}, 80)


def test_a_network_is_asked_with_noise(tmp_path: Path):
    write_network(tmp_path / "peer.onnx", [np.zeros((1, 7, 5))], ("batch", 3, "height", "width"))
    answers = answers_to_noise(tmp_path / "peer.onnx", 64, 32)
    assert answers.inputs == ("images",)
    assert answers.outputs["output0"].shape == (1, 7, 5)


def test_a_network_that_cannot_be_asked_is_one_line(tmp_path: Path):
    write_network(tmp_path / "peer.onnx", [np.zeros((1, 7, 5))], (1, 3, 32, 32), TensorProto.UINT8)
    with pytest.raises(ModelError) as caught:
        answers_to_noise(tmp_path / "peer.onnx", 32, 32)
    assert "cannot be run on 1 x 3 x 32 x 32: " in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
