"""Heads of the DETR families: a row per query, few rows, hardly any overlap.

The families export five different outputs. A query may have several classes over the threshold; it is one box here,
with its best class.
"""

import math
from collections.abc import Sequence

import numpy as np

from roadside.geometry.arrays import IntArray
from roadside.perception.heads.head import (
    BOX_COLUMNS,
    CLASS_COLUMN,
    SCORE_COLUMN,
    Candidates,
    Float32Array,
    OutputArray,
    OutputForm,
    corners_of,
    known_classes,
    rows_with_a_score,
)

LOGIT_NAMES = ("logits", "pred_logits", "labels")
BOX_NAMES = ("pred_boxes", "dets", "boxes")
"""Hugging Face says logits and pred_boxes, DETR itself pred_logits and pred_boxes, RF-DETR labels and dets, the boxes
first. With three classes and a spare one both have four columns, so nothing but the name tells them apart."""


class _NormalisedBoxes:
    """Boxes as centre and size in shares of the input: the scale they are brought to pixels with."""

    size_input = None

    def __init__(self, width_px: int, height_px: int, class_count: int) -> None:
        self._scale_px = np.array([width_px, height_px], dtype=np.float32)
        self._class_count = class_count

    def _candidates(self, boxes: Float32Array, scores: Float32Array, class_index: IntArray) -> Candidates:
        centres, half_sizes = boxes[:, :2] * self._scale_px, boxes[:, 2:BOX_COLUMNS] * (0.5 * self._scale_px)
        return Candidates(corners_of(centres, half_sizes), scores, class_index)


class RtdetrHead(_NormalisedBoxes):
    """RT-DETR as ultralytics exported it until May 2026: one output 1 x N x (4 + C).

    A row per query: centre and size in shares of the input, then C class scores from 0 to 1
    (https://github.com/ultralytics/ultralytics/pull/24403, "previously").
    """

    @property
    def outputs(self) -> tuple[OutputForm, ...]:
        """One output, a row per query."""
        return (OutputForm((1, None, BOX_COLUMNS + self._class_count)),)

    def decode(self, outputs: Sequence[OutputArray], confidence: float) -> Candidates:
        """Returns the queries whose best class score is at least ``confidence``."""
        output = outputs[0][0]
        scores = output[:, BOX_COLUMNS:]
        class_index = scores.argmax(axis=1)
        best = scores[np.arange(len(scores)), class_index]
        hits = np.flatnonzero(best >= confidence)
        return self._candidates(output[hits], best[hits], class_index[hits])


class RtdetrTopkHead(_NormalisedBoxes):
    """RT-DETR as ultralytics exports it since May 2026: one output 1 x N x 6.

    A row per box: centre and size in shares of the input, confidence, class number
    (https://github.com/ultralytics/ultralytics/pull/24403). Only the size of the numbers tells it from ``end_to_end``.
    """

    @property
    def outputs(self) -> tuple[OutputForm, ...]:
        """One output, a row per box."""
        return (OutputForm((1, None, BOX_COLUMNS + 2)),)

    def decode(self, outputs: Sequence[OutputArray], confidence: float) -> Candidates:
        """Returns the rows that are at least that confident."""
        output = outputs[0][0]
        class_index = known_classes(output[:, CLASS_COLUMN].astype(np.int64), self._class_count)
        hits = np.flatnonzero(output[:, SCORE_COLUMN] >= confidence)
        return self._candidates(output[hits], output[hits, SCORE_COLUMN], class_index[hits])


class DetrSigmoidHead(_NormalisedBoxes):
    """RT-DETR, D-FINE, Conditional and Deformable DETR of Hugging Face, RF-DETR: logits 1 x N x C, boxes 1 x N x 4.

    The classes are judged each for itself, by a sigmoid; boxes are centre and size in shares of the input. A network
    with a slot for the background has it among its C classes, to be ignored
    (https://rfdetr.roboflow.com/latest/exports/onnx, https://huggingface.co/docs/transformers/model_doc/rt_detr).
    """

    @property
    def outputs(self) -> tuple[OutputForm, ...]:
        """Logits, then boxes."""
        return (OutputForm((1, None, self._class_count), LOGIT_NAMES), OutputForm((1, None, BOX_COLUMNS), BOX_NAMES))

    def decode(self, outputs: Sequence[OutputArray], confidence: float) -> Candidates:
        """Returns the queries whose best class score is at least ``confidence``."""
        logits, boxes = outputs[0][0], outputs[1][0]
        hits = rows_with_a_score(logits, math.log(confidence / (1.0 - confidence)))
        hit_logits = logits[hits]
        class_index = hit_logits.argmax(axis=1)
        scores = 1.0 / (1.0 + np.exp(-hit_logits[np.arange(len(hits)), class_index]))
        return self._candidates(boxes[hits], scores, class_index)


class DetrSoftmaxHead(_NormalisedBoxes):
    """DETR itself and YOLOS: logits 1 x N x (C + 1) and boxes 1 x N x 4.

    The last column says "no object" and takes part in the softmax; it is no class of the manifest. Boxes are centre
    and size in shares of the input (https://github.com/facebookresearch/detr, ``PostProcess``).
    """

    @property
    def outputs(self) -> tuple[OutputForm, ...]:
        """Logits, then boxes."""
        return (
            OutputForm((1, None, self._class_count + 1), LOGIT_NAMES),
            OutputForm((1, None, BOX_COLUMNS), BOX_NAMES),
        )

    def decode(self, outputs: Sequence[OutputArray], confidence: float) -> Candidates:
        """Returns the queries whose best class has at least that probability."""
        logits, boxes = outputs[0][0], outputs[1][0]
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        class_index = odds[:, :-1].argmax(axis=1)
        scores = odds[np.arange(len(odds)), class_index] / odds.sum(axis=1)
        hits = np.flatnonzero(scores >= confidence)
        return self._candidates(boxes[hits], scores[hits], class_index[hits])


class DetrDeployHead:
    """RT-DETR, D-FINE and DEIM by their own export: labels 1 x N, boxes 1 x N x 4 and scores 1 x N, ready to use.

    They scale their boxes, x_min, y_min, x_max, y_max, to the width and height in the second input
    (https://github.com/Peterande/D-FINE, ``tools/deployment/export_onnx.py``). It is given the size of the network's
    input, so that pictures in a letterbox come back right as well.
    """

    size_input = "orig_target_sizes"

    def __init__(self, class_count: int) -> None:
        self._class_count = class_count

    @property
    def outputs(self) -> tuple[OutputForm, ...]:
        """Class numbers, boxes, confidences."""
        return (
            OutputForm((1, None), ("labels",)),
            OutputForm((1, None, BOX_COLUMNS), ("boxes",)),
            OutputForm((1, None), ("scores",)),
        )

    def decode(self, outputs: Sequence[OutputArray], confidence: float) -> Candidates:
        """Returns the rows that are at least that confident."""
        class_index = known_classes(outputs[0][0].astype(np.int64), self._class_count)
        boxes, scores = outputs[1][0], outputs[2][0]
        hits = np.flatnonzero(scores >= confidence)
        return Candidates(boxes[hits], scores[hits], class_index[hits])
