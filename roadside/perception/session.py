"""One ONNX network on one core, checked against its manifest before the first picture."""

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from roadside.errors import ModelError
from roadside.perception.heads import Head
from roadside.perception.manifest import ModelManifest

FATAL_ONLY = 4
"""onnxruntime's log level: what goes wrong is raised as well, and warnings are not for the user's terminal."""

FLOAT_TENSOR = "tensor(float)"


class OnnxSession:
    """A loaded network.

    One thread and no spinning: more cameras fill the other cores, and a spinning pool doubles the CPU time
    on a busy machine.
    """

    def __init__(self, manifest: ModelManifest, head: Head) -> None:
        """Loads the network and runs it once on grey.

        Raises:
            ModelError: the file is missing, is another one, is not a network or does not fit the manifest.
        """
        self._where = str(manifest.onnx_path)
        self._session = _load(manifest)
        self._input_name = self._checked_input(manifest)
        declared = [output.shape for output in self._session.get_outputs()]
        self._check_outputs(manifest, head.output_shapes, declared)
        grey = np.zeros((1, 3, manifest.input.height_px, manifest.input.width_px), dtype=np.float32)
        real = [output.shape for output in self.run(grey)]
        self._check_outputs(manifest, head.output_shapes, real)
        if len({shape[1] for shape in real}) > 1:
            raise ModelError(f"{self._where}: outputs must have equally many rows, got {_shapes(real)}")

    def run(self, tensor: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """Returns the network's outputs for a (1, 3, height, width) input.

        Raises:
            ModelError: the network cannot be run on it.
        """
        try:
            return list(self._session.run(None, {self._input_name: tensor}))
        except Exception as error:  # onnxruntime's errors share no base class below this one
            raise ModelError(f"{self._where}: cannot be run: {_first_line(error)}") from error

    def _checked_input(self, manifest: ModelManifest) -> str:
        inputs = self._session.get_inputs()
        wanted = (1, 3, manifest.input.height_px, manifest.input.width_px)
        if len(inputs) != 1:
            raise ModelError(f"{self._where}: must have one input, got {len(inputs)}")
        if inputs[0].type != FLOAT_TENSOR:
            raise ModelError(f"{self._where}: input must be {FLOAT_TENSOR}, got {inputs[0].type}")
        if not _fits(wanted, inputs[0].shape):
            message = f"{self._where}: input must be {_shape(wanted)} as {manifest.path.name} says"
            raise ModelError(f"{message}, got {_shape(inputs[0].shape)}")
        return str(inputs[0].name)

    def _check_outputs(
        self, manifest: ModelManifest, wanted: Sequence[Sequence[int | None]], got: Sequence[Sequence[Any]]
    ) -> None:
        if len(wanted) != len(got) or not all(map(_fits, wanted, got)):
            expectation = f"head {manifest.head!r} with {len(manifest.classes)} classes in {manifest.path.name}"
            wants = f"outputs must be {_shapes(wanted)} for {expectation}"
            raise ModelError(f"{self._where}: {wants}, got {_shapes(got)}")


def _load(manifest: ModelManifest) -> onnxruntime.InferenceSession:
    path = manifest.onnx_path
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        hint = f"; get {manifest.obtain} and put it at {path}" if manifest.obtain else ""
        raise ModelError(f"{manifest.path}: file {manifest.file} is not there{hint}") from error
    except OSError as error:
        raise ModelError(f"{path}: cannot be read: {error.strerror}") from error
    digest = hashlib.sha256(data).hexdigest()
    if digest != manifest.sha256:
        raise ModelError(f"{path}: sha256 must be {manifest.sha256} as {manifest.path.name} says, got {digest}")
    options = session_options()
    try:
        return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors share no base class below this one
        raise ModelError(f"{path}: must be an ONNX network: {_first_line(error)}") from error


def session_options() -> onnxruntime.SessionOptions:
    """Returns the options every network runs with: one thread, no spinning, quiet."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = FATAL_ONLY
    return options


def _fits(wanted: Sequence[int | None], got: Sequence[Any]) -> bool:
    """Whether a shape is the wanted one; a declared name instead of a number may stand for any length."""
    return len(wanted) == len(got) and all(
        want is None or not isinstance(length, int) or want == length for want, length in zip(wanted, got, strict=True)
    )


def _shape(shape: Sequence[Any]) -> str:
    return " x ".join("N" if length is None else str(length) for length in shape)


def _shapes(shapes: Sequence[Sequence[Any]]) -> str:
    return " and ".join(_shape(shape) for shape in shapes)


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
