"""Tiny ONNX networks that answer with constants, each beside a manifest: real files for a real runtime."""

import hashlib
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

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
    path: Path, outputs: list[NDArray[np.float32]], input_shape: tuple[int, ...], input_type: int = TensorProto.FLOAT
) -> None:
    """Writes a network that takes any input of that shape and always answers with the given outputs.

    The input flows in as a sum times zero, so that it is really used.
    """
    nodes = [
        helper.make_node("Cast", ["images"], ["numbers"], to=TensorProto.FLOAT),
        helper.make_node("ReduceSum", ["numbers"], ["sum"], keepdims=0),
        helper.make_node("Mul", ["sum", "zero"], ["nothing"]),
    ]
    constants = [numpy_helper.from_array(np.zeros((), dtype=np.float32), "zero")]
    declared = []
    for number, output in enumerate(outputs):
        constants.append(numpy_helper.from_array(output.astype(np.float32), f"constant{number}"))
        nodes.append(helper.make_node("Add", [f"constant{number}", "nothing"], [f"output{number}"]))
        declared.append(helper.make_tensor_value_info(f"output{number}", TensorProto.FLOAT, output.shape))
    images = helper.make_tensor_value_info("images", input_type, input_shape)
    graph = helper.make_graph(nodes, "constant", [images], declared, constants)
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
