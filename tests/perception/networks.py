"""Tiny ONNX networks that answer with constants, each beside a manifest: real files for a real runtime."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

SIZE_INPUT = "orig_target_sizes"
YOLOX_ROWS = 21
"""Cells of a 32 x 32 input: 4 x 4 of stride 8, 2 x 2 of stride 16, 1 of stride 32."""

MANIFEST = """
format = 1
file = "{file}"
sha256 = "{sha256}"
head = "{head}"
licence = "Apache-2.0"
made = "for a test"

[input]
width_px = {width_px}
height_px = {height_px}
colours = "rgb"
values = "0..1"
placement = "{placement}"

[thresholds]
confidence = 0.3
overlap = 0.5

[classes]
{classes}
"""


def write_network(
    path: Path,
    outputs: Sequence[NDArray] | Mapping[str, NDArray],
    input_shape: tuple[int | str, ...],
    input_type: int = TensorProto.FLOAT,
    size_input: int | None = None,
    output_shapes: Mapping[str, tuple[int | str, ...]] | None = None,
) -> None:
    """Writes a network that takes any input of that shape and always answers with the given outputs.

    The input flows in as a sum times zero, so that it is really used. Integers stay integers.

    Args:
        path: where it is to lie.
        outputs: what it answers; without names they are called output0, output1 and so on.
        input_shape: lengths, or names of lengths that are left open.
        input_type: of the picture's input.
        size_input: type of a second input, ``orig_target_sizes``, that the output ``boxes`` is multiplied by.
        output_shapes: what is declared of some outputs instead of their real shapes.
    """
    named = outputs if isinstance(outputs, Mapping) else {f"output{i}": array for i, array in enumerate(outputs)}
    nodes = [
        helper.make_node("Cast", ["images"], ["numbers"], to=TensorProto.FLOAT),
        helper.make_node("ReduceSum", ["numbers"], ["sum"], keepdims=0),
        helper.make_node("Mul", ["sum", "zero"], ["nothing"]),
        helper.make_node("Cast", ["nothing"], ["whole_nothing"], to=TensorProto.INT64),
    ]
    constants = [numpy_helper.from_array(np.zeros((), dtype=np.float32), "zero")]
    inputs = [helper.make_tensor_value_info("images", input_type, input_shape)]
    if size_input is not None:
        inputs.append(helper.make_tensor_value_info(SIZE_INPUT, size_input, ("batch", 2)))
        nodes.append(helper.make_node("Cast", [SIZE_INPUT], ["size"], to=TensorProto.FLOAT))
        nodes.append(helper.make_node("Concat", ["size", "size"], ["corners"], axis=1))
    declared = []
    for name, array in named.items():
        whole = array.dtype == np.int64
        constants.append(numpy_helper.from_array(array if whole else array.astype(np.float32), f"constant_{name}"))
        is_scaled = size_input is not None and name == "boxes"
        if is_scaled:
            nodes.append(helper.make_node("Mul", [f"constant_{name}", "corners"], ["scaled"]))
        source = "scaled" if is_scaled else f"constant_{name}"
        nodes.append(helper.make_node("Add", [source, "whole_nothing" if whole else "nothing"], [name]))
        element = TensorProto.INT64 if whole else TensorProto.FLOAT
        shape = (output_shapes or {}).get(name, array.shape)
        declared.append(helper.make_tensor_value_info(name, element, shape))
    graph = helper.make_graph(nodes, "constant", inputs, declared, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())


def write_manifest(
    onnx_path: Path,
    head: str,
    classes: list[str],
    width_px: int = 32,
    height_px: int = 32,
    placement: str = "top_left",
) -> Path:
    """Writes the manifest of a network and returns its path."""
    text = MANIFEST.format(
        file=onnx_path.name,
        sha256=hashlib.sha256(onnx_path.read_bytes()).hexdigest(),
        head=head,
        width_px=width_px,
        height_px=height_px,
        placement=placement,
        classes="\n".join(f'{index} = "{label}"' for index, label in enumerate(classes)),
    )
    path = onnx_path.with_suffix(".toml")
    path.write_text(text)
    return path


def yolox_output(class_count: int, rows: dict[int, list[float]]) -> NDArray[np.float32]:
    """Returns a (1, 21, 5 + C) output that is nothing but the given rows."""
    output = np.zeros((1, YOLOX_ROWS, 5 + class_count), dtype=np.float32)
    for index, row in rows.items():
        output[0, index] = row
    return output


CELL_PX = 8


def write_spot_network(path: Path, opset: int = 17) -> Path:
    """Writes a network with real convolutions that sees a car in every bright 8 x 8 cell of a 32 x 32 picture.

    Its confidence is a sigmoid of 20 times the cell's mean brightness less 0.6. Returns its manifest's path.
    """
    cells = 32 // CELL_PX
    corners = [[x * CELL_PX, y * CELL_PX, (x + 1) * CELL_PX, (y + 1) * CELL_PX]
               for y in range(cells) for x in range(cells)]  # fmt: skip
    mean = np.full((4, 3, CELL_PX, CELL_PX), 1.0 / (3 * CELL_PX**2), dtype=np.float32)
    constants = [
        numpy_helper.from_array(mean, "mean"),
        numpy_helper.from_array(np.full((1, 4, 1, 1), 5.0, dtype=np.float32), "steep"),
        numpy_helper.from_array(np.array([-12.0], dtype=np.float32), "less"),
        numpy_helper.from_array(np.array([0, 16, 1], dtype=np.int64), "rows"),
        numpy_helper.from_array(np.array([corners], dtype=np.float32), "corners"),
        numpy_helper.from_array(np.zeros((), dtype=np.float32), "zero"),
    ]
    nodes = [
        helper.make_node("Conv", ["images", "mean"], ["bright"], name="mean_conv", strides=[CELL_PX, CELL_PX]),
        helper.make_node("Conv", ["bright", "steep", "less"], ["logits"], name="logit_conv"),
        helper.make_node("Reshape", ["logits", "rows"], ["logit_rows"]),
        helper.make_node("Sigmoid", ["logit_rows"], ["scores"]),
        helper.make_node("ReduceSum", ["logits"], ["sum"], keepdims=0),
        helper.make_node("Mul", ["sum", "zero"], ["nothing"]),
        helper.make_node("Add", ["corners", "nothing"], ["boxes"]),
    ]
    images = helper.make_tensor_value_info("images", TensorProto.FLOAT, ("batch", 3, 32, 32))
    declared = [
        helper.make_tensor_value_info("boxes", TensorProto.FLOAT, (1, 16, 4)),
        helper.make_tensor_value_info("scores", TensorProto.FLOAT, (1, 16, 1)),
    ]
    graph = helper.make_graph(nodes, "spots", [images], declared, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())
    return write_manifest(path, "roadside", ["car"])
