"""Which head reads a network of others: told by the shapes of its outputs, and by their numbers where shapes agree."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from roadside.errors import ModelError, first_line
from roadside.perception.heads.choice import head_named
from roadside.perception.heads.head import BOX_COLUMNS, CLASS_COLUMN, Head
from roadside.perception.manifest import HeadName
from roadside.perception.session import session_options

LARGEST_SHARE = 2.0
"""Boxes in shares of the input stay below it even where they reach out of the picture; boxes in pixels do not."""

FINAL_HEADS: tuple[HeadName, ...] = ("end_to_end", "rtdetr_topk")


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What a network answered to one picture.

    Attributes:
        width_px, height_px: of the picture.
        inputs: names of the network's inputs.
        outputs: what it answered, by name.
    """

    width_px: int
    height_px: int
    inputs: tuple[str, ...]
    outputs: Mapping[str, NDArray[Any]]


def fitting_head(onnx_path: Path, answers: Answers, class_count: int) -> HeadName:
    """Returns the head for what a network answered to one picture.

    Args:
        onnx_path: for messages.
        answers: see there.
        class_count: how many classes it knows.

    Raises:
        ModelError: no head fits.
    """
    names: tuple[HeadName, ...] = get_args(HeadName)
    heads = {name: head_named(name, answers.width_px, answers.height_px, class_count) for name in names}
    fitting = [name for name, head in heads.items() if _fits(head, answers)]
    # An output that bears one of a head's own names says more than its shape.
    fitting.sort(key=lambda name: not any(form.names for form in heads[name].outputs))
    if not fitting:
        got = ", ".join(f"{name} {' x '.join(map(str, output.shape))}" for name, output in answers.outputs.items())
        raise ModelError(f"{onnx_path}: outputs must be those of a known head with {class_count} classes, got {got}")
    if set(FINAL_HEADS) <= set(fitting):
        return _of_equal_shapes(next(iter(answers.outputs.values()))[0], fitting)
    return fitting[0]


def answers_to_noise(onnx_path: Path, width_px: int, height_px: int) -> Answers:
    """Returns what a network says to a picture of noise.

    Raises:
        ModelError: it cannot be run on one such picture.
    """
    noise = np.random.default_rng(1).random((1, 3, height_px, width_px), dtype=np.float32)
    try:
        session = onnxruntime.InferenceSession(str(onnx_path), session_options(), providers=["CPUExecutionProvider"])
        inputs = tuple(str(entry.name) for entry in session.get_inputs())
        names = [str(entry.name) for entry in session.get_outputs()]
        outputs = session.run(None, {inputs[0]: noise})
    except Exception as error:  # onnxruntime's errors share no base class below this one
        reason = first_line(error)
        raise ModelError(f"{onnx_path}: cannot be run on 1 x 3 x {height_px} x {width_px}: {reason}") from error
    return Answers(width_px, height_px, inputs, dict(zip(names, outputs, strict=True)))


def _of_equal_shapes(rows: NDArray[Any], fitting: list[HeadName]) -> HeadName:
    """Tells heads apart that all give N rows of six numbers (``rtdetr`` does so with two classes)."""
    classes = rows[:, CLASS_COLUMN]
    if "rtdetr" in fitting and (classes != np.round(classes)).any():
        return "rtdetr"
    return "rtdetr_topk" if np.abs(rows[:, :BOX_COLUMNS]).max(initial=0.0) <= LARGEST_SHARE else "end_to_end"


def _fits(head: Head, answers: Answers) -> bool:
    if (head.size_input in answers.inputs) != (head.size_input is not None):
        return False
    forms, outputs = head.outputs, answers.outputs
    if any(form.names for form in forms):
        return all(any(n in outputs and form.fits(outputs[n].shape) for n in form.names) for form in forms)
    shapes = [output.shape for output in outputs.values()]
    return len(forms) == len(shapes) and all(form.fits(shape) for form, shape in zip(forms, shapes, strict=True))
