"""One ONNX network on one core, checked against its manifest before the first picture."""

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from roadside.errors import ModelError, first_line
from roadside.perception.heads.head import Candidates, Head, OutputArray, OutputForm, shape_fits
from roadside.perception.manifest import ModelManifest

FATAL_ONLY = 4
"""onnxruntime's log level: what goes wrong is raised as well, and warnings are not for the user's terminal."""

FLOAT_TENSOR = "tensor(float)"
SIZE_DTYPES = {"tensor(int64)": np.int64, "tensor(int32)": np.int32, FLOAT_TENSOR: np.float32}
"""What exporters take a picture's width and height as."""


class OnnxSession:
    """A loaded network.

    One thread and no spinning: more cameras fill the other cores, and a spinning pool doubles the CPU time
    on a busy machine.
    """

    def __init__(self, manifest: ModelManifest, head: Head) -> None:
        """Loads the network, runs it once on black and lets the head read what comes out.

        Raises:
            ModelError: the file is missing, is another one, is not a network or does not fit the manifest.
        """
        self._where = str(manifest.onnx_path)
        self._manifest, self._head = manifest, head
        self._session = _load(manifest)
        self._input_name, self._constant_feeds = self._checked_inputs()
        self._output_names = self._checked_outputs()
        black = np.zeros((1, 3, manifest.input.height_px, manifest.input.width_px), dtype=np.float32)
        real = [output.shape for output in self.run(black)]
        self._check_shapes(real)
        if len(real) > 1 and len({shape[1] for shape in real}) > 1:
            raise ModelError(f"{self._where}: outputs must have equally many rows, got {_shapes(real)}")
        self.candidates(black)

    def candidates(self, tensor: NDArray[np.float32]) -> Candidates:
        """Returns the boxes over the manifest's threshold in a (1, 3, height, width) input.

        Raises:
            ModelError: the network cannot be run on it, or names a class that the manifest does not have.
        """
        outputs = self.run(tensor)
        try:
            return self._head.decode(outputs, self._manifest.thresholds.confidence)
        except ModelError as error:
            raise ModelError(f"{self._where}: {error}") from error

    def run(self, tensor: NDArray[np.float32]) -> list[OutputArray]:
        """Returns the outputs that the head wants, in its order, for a (1, 3, height, width) input.

        Raises:
            ModelError: the network cannot be run on it.
        """
        try:
            return list(self._session.run(self._output_names, self.feeds(tensor)))
        except Exception as error:  # onnxruntime's errors share no base class below this one
            raise ModelError(f"{self._where}: cannot be run: {first_line(error)}") from error

    def feeds(self, tensor: NDArray[np.float32]) -> dict[str, NDArray[Any]]:
        """Returns what each input of the network gets for a (1, 3, height, width) picture."""
        return {self._input_name: tensor, **self._constant_feeds}

    def _checked_inputs(self) -> tuple[str, dict[str, NDArray[Any]]]:
        """Returns the name of the picture's input, and what all others are fed with."""
        inputs = {entry.name: entry for entry in self._session.get_inputs()}
        size = inputs.pop(self._head.size_input, None) if self._head.size_input else None
        if len(inputs) != 1 or (self._head.size_input and size is None):
            wanted = f"one input and {self._head.size_input}" if self._head.size_input else "one input"
            names = ", ".join(entry.name for entry in self._session.get_inputs()) or "none"
            raise ModelError(f"{self._where}: must have {wanted} for head {self._manifest.head!r}, got {names}")
        (picture,) = inputs.values()
        self._check_picture_input(picture)
        return str(picture.name), {} if size is None else {size.name: self._size_feed(size)}

    def _check_picture_input(self, picture: Any) -> None:
        wanted = (1, 3, self._manifest.input.height_px, self._manifest.input.width_px)
        if picture.type != FLOAT_TENSOR:
            raise ModelError(f"{self._where}: input must be {FLOAT_TENSOR}, got {picture.type}")
        if not shape_fits(wanted, picture.shape):
            message = f"{self._where}: input must be {_shape(wanted)} as {self._manifest.path.name} says"
            raise ModelError(f"{message}, got {_shape(picture.shape)}")

    def _size_feed(self, size: Any) -> NDArray[Any]:
        """Returns width and height of the network's input: boxes are then in its pixels."""
        if size.type not in SIZE_DTYPES or not shape_fits((1, 2), size.shape):
            wanted = f"1 x 2 and one of {', '.join(SIZE_DTYPES)}"
            raise ModelError(f"{self._where}: {size.name} must be {wanted}, got {_shape(size.shape)} {size.type}")
        return np.array([[self._manifest.input.width_px, self._manifest.input.height_px]], SIZE_DTYPES[size.type])

    def _checked_outputs(self) -> list[str]:
        """Returns the names of the outputs to be asked for; of a head that goes by names, others are left alone."""
        declared = {output.name: output.shape for output in self._session.get_outputs()}
        wanted = self._head.outputs
        if not any(form.names for form in wanted):
            self._check_shapes(list(declared.values()))
            return list(declared)
        found = [next((name for name in form.names if name in declared), None) for form in wanted]
        names = [name for name in found if name is not None]
        if len(names) < len(wanted):
            raise self._unfitting(", ".join(f"{name} {_shape(shape)}" for name, shape in declared.items()))
        self._check_shapes([declared[name] for name in names])
        return names

    def _check_shapes(self, got: Sequence[Sequence[Any]]) -> None:
        wanted = self._head.outputs
        if len(wanted) != len(got) or not all(form.fits(shape) for form, shape in zip(wanted, got, strict=True)):
            raise self._unfitting(_shapes(got))

    def _unfitting(self, got: str) -> ModelError:
        wanted = " and ".join(map(_form, self._head.outputs))
        manifest = self._manifest
        expectation = f"head {manifest.head!r} with {len(manifest.classes)} classes in {manifest.path.name}"
        return ModelError(f"{self._where}: outputs must be {wanted} for {expectation}, got {got}")


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
    try:
        return onnxruntime.InferenceSession(data, session_options(), providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors share no base class below this one
        raise ModelError(f"{path}: must be an ONNX network: {first_line(error)}") from error


def session_options() -> onnxruntime.SessionOptions:
    """Returns the options every network runs with: one thread, no spinning, quiet."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = FATAL_ONLY
    return options


def _form(form: OutputForm) -> str:
    return f"{'|'.join(form.names)} {_shape(form.shape)}".strip()


def _shape(shape: Sequence[Any]) -> str:
    return " x ".join("N" if length is None else str(length) for length in shape)


def _shapes(shapes: Sequence[Sequence[Any]]) -> str:
    return " and ".join(map(_shape, shapes))
