"""Eight bits: the convolutions of an exported network with whole numbers inside, everything else as it was.

Only convolutions are quantised, since the sums, maxima and copies between them cost little and lose a lot; and of those
not the last ones of the heads, whose numbers are boxes and scores themselves.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from simulation.detector.batches import whole_picture
from simulation.detector.pictures_set import LabelledPicture

PERCENTILE = 99.99
"""Share of the values of a tensor, in percent, that its range of whole numbers must hold: rare outliers are cut."""
CALIBRATION_PICTURES = 60
INPUT_NAME = "images"


class PictureReader(CalibrationDataReader):  # type: ignore[misc]
    """Gives pictures as the service would."""

    def __init__(self, pictures: Sequence[LabelledPicture], width_px: int, height_px: int) -> None:
        self._tensors = (network_input(picture, width_px, height_px) for picture in pictures)

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        """Returns the next input, or None after the last."""
        tensor = next(self._tensors, None)
        return None if tensor is None else {INPUT_NAME: tensor}


def network_input(picture: LabelledPicture, width_px: int, height_px: int) -> NDArray[np.float32]:
    """Returns a (1, 3, height, width) tensor, RGB 0 to 1, letterboxed."""
    planes, _ = whole_picture(picture, width_px, height_px)
    return np.asarray(planes[None] / np.float32(255.0), dtype=np.float32)


def chosen_pictures(pictures: Sequence[LabelledPicture], seed: int) -> list[LabelledPicture]:
    """Returns the pictures that ranges are measured on: drawn evenly, so all weathers are among them."""
    rows = np.random.default_rng(seed).permutation(len(pictures))[:CALIBRATION_PICTURES]
    return [pictures[row] for row in rows]


def last_convolutions(model: onnx.ModelProto) -> list[str]:
    """Returns the names of the convolutions from which no other convolution follows: their numbers are the answer."""
    readers: dict[str, list[Any]] = {}
    for node in model.graph.node:
        for name in node.input:
            readers.setdefault(name, []).append(node)

    def leads_on(outputs: Sequence[str]) -> bool:
        following = [node for name in outputs for node in readers.get(name, [])]
        return any(node.op_type == "Conv" or leads_on(node.output) for node in following)

    return [node.name for node in model.graph.node if node.op_type == "Conv" and not leads_on(node.output)]


def quantise(onnx_path: Path, out: Path, pictures: Sequence[LabelledPicture], width_px: int, height_px: int) -> None:
    """Writes an eight-bit copy of a network.

    Args:
        onnx_path: the network with floating-point numbers.
        out: where the copy goes.
        pictures: which ranges are measured on; never those that it is judged on.
        width_px: of the network's input.
        height_px: of the network's input.
    """
    with tempfile.TemporaryDirectory() as folder:
        prepared = Path(folder) / "prepared.onnx"
        # Symbolic shape inference fails on resizing by a factor; constant folding is what is wanted here.
        quant_pre_process(str(onnx_path), str(prepared), skip_symbolic_shape=True)
        quantize_static(
            str(prepared), str(out), PictureReader(pictures, width_px, height_px), quant_format=QuantFormat.QDQ,
            op_types_to_quantize=["Conv"], per_channel=True, activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8, calibrate_method=CalibrationMethod.Percentile,
            nodes_to_exclude=last_convolutions(onnx.load(str(prepared))),
            extra_options={"CalibPercentile": PERCENTILE},
        )  # fmt: skip
