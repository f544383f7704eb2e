from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from simulation.detector.quantisation import (
    CALIBRATION_PICTURES,
    chosen_pictures,
    last_convolutions,
    network_input,
    quantise,
)
from tests.simulation.detector.labelled import labels, picture


def _convolution(name: str, source: str, inputs: int, outputs: int) -> tuple[onnx.NodeProto, onnx.TensorProto]:
    rng = np.random.default_rng(len(name))
    weights = numpy_helper.from_array(rng.normal(0, 0.2, (outputs, inputs, 3, 3)).astype(np.float32), f"{name}_weights")
    node = helper.make_node("Conv", [source, f"{name}_weights"], [f"{name}_out"], name=name, pads=[1, 1, 1, 1])
    return node, weights


def _network() -> onnx.ModelProto:
    """first, ReLU, middle, then two last convolutions: one bare, one before a sigmoid."""
    first, middle = _convolution("first", "images", 3, 8), _convolution("middle", "relu_out", 8, 8)
    boxes, scores = _convolution("boxes", "middle_out", 8, 4), _convolution("scores", "middle_out", 8, 2)
    nodes = [
        first[0], helper.make_node("Relu", ["first_out"], ["relu_out"], name="relu"), middle[0], boxes[0], scores[0],
        helper.make_node("Sigmoid", ["scores_out"], ["sigmoid_out"], name="sigmoid"),
    ]  # fmt: skip
    graph = helper.make_graph(
        nodes, "network", [helper.make_tensor_value_info("images", TensorProto.FLOAT, ["n", 3, 32, 64])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in ("boxes_out", "sigmoid_out")],
        [entry[1] for entry in (first, middle, boxes, scores)],
    )  # fmt: skip
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def test_the_last_convolutions_are_those_that_give_the_answer() -> None:
    assert last_convolutions(_network()) == ["boxes", "scores"]


def test_ranges_are_measured_on_pictures_of_all_parts_of_a_set() -> None:
    many = [picture(labels(), 16, 9, weather=str(number)) for number in range(300)]
    rows = [int(entry.weather) for entry in chosen_pictures(many, 1)]

    assert len(set(rows)) == CALIBRATION_PICTURES
    assert min(rows) < 60
    assert max(rows) > 240


def test_eight_bits_stay_near_the_full_network_and_leave_the_last_convolutions_alone(tmp_path: Path) -> None:
    onnx.save(_network(), tmp_path / "full.onnx")
    pictures = [picture(labels(), 64, 32, seed=seed) for seed in range(4)]

    quantise(tmp_path / "full.onnx", tmp_path / "small.onnx", pictures, 64, 32)

    small = onnx.load(tmp_path / "small.onnx")
    made_whole = {node.output[0] for node in small.graph.node if node.op_type == "DequantizeLinear"}
    inputs = {node.name: node.input[1] in made_whole for node in small.graph.node if node.op_type == "Conv"}
    assert inputs == {"first": True, "middle": True, "boxes": False, "scores": False}
    feed = {"images": pictures[0].rgb.transpose(2, 0, 1)[None].astype(np.float32) / 255}
    full_answer, small_answer = (
        onnxruntime.InferenceSession(tmp_path / name, providers=["CPUExecutionProvider"]).run(None, feed)
        for name in ("full.onnx", "small.onnx")
    )
    for full, eight_bit in zip(full_answer, small_answer, strict=True):
        assert np.abs(full - eight_bit).mean() < 0.05 * np.abs(full).mean() + 1e-3


def test_calibration_sees_what_the_service_would_show() -> None:
    shown = picture(labels(), 64, 32, seed=3)
    tensor = network_input(shown, 64, 32)

    assert tensor.shape == (1, 3, 32, 64)
    np.testing.assert_allclose(tensor[0, 0] * 255, shown.rgb[:, :, 0], atol=1e-3)
