"""A network in whole numbers: convolutions in eight bits, ranges from real frames, everything else as it was.

Weights are signed, with a scale for each output channel; activations are unsigned, with ranges that leave out the
outermost 0.01 % at either end of what was seen. That lost the least of what was tried on our own network.
"""

import contextlib
import io
import logging
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from roadside.errors import ModelError, first_line
from roadside.perception.heads.choice import head_of
from roadside.perception.letterbox import InputTensor
from roadside.perception.manifest import ModelManifest
from roadside.perception.session import OnnxSession
from roadside.types.frames import Frame

PERCENTILE = 99.99
QUANTISED = ("Conv", "Relu")
"""A ReLU behind a convolution becomes the lower end of its range. Left in floating point it would be turned into
numbers of eight bits and back on its own, which costs most of the time that was won."""
PER_CHANNEL_OPSET = 13
"""The first one whose DequantizeLinear takes a scale for each channel."""
RECIPE = "pip install '.[models]'"


class CalibrationFrames:
    """Frames as onnxruntime's calibration reads them: in the service's own letterbox, one at a time."""

    def __init__(
        self, manifest: ModelManifest, frames: Sequence[Frame], advance: Callable[[float], None] = lambda done: None
    ) -> None:
        self._frames = frames
        self._session = OnnxSession(manifest, head_of(manifest))
        self._tensor = InputTensor(manifest.input)
        self._advance = advance
        self._next, self._end = 0, len(frames)

    def __len__(self) -> int:
        return len(self._frames)

    def set_range(self, start_index: int, end_index: int) -> None:
        """Says which frames come next."""
        self._next, self._end = start_index, end_index

    def get_next(self) -> dict[str, Any] | None:
        """Returns what the network is fed with for the next frame; ``None`` after the last."""
        if self._next >= self._end:
            return None
        self._tensor.write(self._frames[self._next].image)
        self._next += 1
        self._advance(self._next)
        return self._session.feeds(self._tensor.array)


def check_onnx_package() -> None:
    """Checks that what writes networks is there.

    Raises:
        ModelError: it is not.
    """
    try:
        import onnx  # noqa: F401
    except ImportError as error:
        raise ModelError(f"quantising needs the package onnx, and it cannot be imported ({error}): {RECIPE}") from error


def quantised(manifest: ModelManifest, frames: CalibrationFrames) -> bytes:
    """Returns a model's network with its convolutions in eight bits.

    Raises:
        ModelError: the onnx package is missing, there is nothing to quantise, or onnxruntime cannot do it.
    """
    check_onnx_package()
    from onnxruntime.quantization import CalibrationMethod, QuantFormat, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    with tempfile.TemporaryDirectory(prefix="roadside-quantise-") as scratch, _quiet():
        source, prepared, written = (Path(scratch) / f"{name}.onnx" for name in ("source", "prepared", "written"))
        _write_quantisable(manifest.onnx_path, source)
        try:
            # Symbolic inference stumbles over sizes left open; onnx's own inference is enough for convolutions.
            quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True)
            quantize_static(
                str(prepared), str(written), frames, quant_format=QuantFormat.QDQ, op_types_to_quantize=list(QUANTISED),
                per_channel=True, activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8,
                calibrate_method=CalibrationMethod.Percentile,
                # One frame at a time: otherwise the activations of all frames are held at once.
                extra_options={"CalibPercentile": PERCENTILE, "CalibStridedMinMax": 1},
            )  # fmt: skip
        except Exception as error:  # its errors share no base class below this one
            raise ModelError(f"{manifest.onnx_path}: cannot be quantised: {first_line(error)}") from error
        return written.read_bytes()


def _write_quantisable(onnx_path: Path, copy: Path) -> None:
    """Writes a copy in an opset that knows a scale for each channel.

    Raises:
        ModelError: it is quantised already, has no convolutions, or is too old to be brought up to date.
    """
    import onnx
    from onnx import version_converter

    network = onnx.load(str(onnx_path))
    kinds = {node.op_type for node in network.graph.node}
    if "QuantizeLinear" in kinds:
        raise ModelError(f"{onnx_path}: must be a network in floating point, got one that is quantised already")
    if "Conv" not in kinds:
        raise ModelError(f"{onnx_path}: must have convolutions to quantise, got none")
    opset = max((entry.version for entry in network.opset_import if not entry.domain), default=0)
    if opset < PER_CHANNEL_OPSET:
        try:
            network = version_converter.convert_version(network, PER_CHANNEL_OPSET)
        except Exception as error:  # its errors share no base class below this one
            wanted = f"must be of opset {PER_CHANNEL_OPSET} or one that can be brought there, got {opset}"
            raise ModelError(f"{onnx_path}: {wanted}: {first_line(error)}") from error
    onnx.save(network, str(copy))


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Onnxruntime prints a line for each frame, and logs its advice at the root logger."""
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.ERROR)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            yield
    finally:
        root.setLevel(level)
