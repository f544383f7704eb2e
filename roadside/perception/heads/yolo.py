"""Heads of the YOLO families: a row or a column per grid cell, or boxes that are final."""

from collections.abc import Sequence

import numpy as np

from roadside.perception.heads.head import (
    BOX_COLUMNS,
    CLASS_COLUMN,
    SCORE_COLUMN,
    Candidates,
    OutputArray,
    OutputForm,
    corners_of,
    known_classes,
)

YOLOX_STRIDES_PX = (8, 16, 32)
OBJECTNESS_COLUMN = 4


class YoloxHead:
    """YOLOX: one output 1 x N x (5 + C): centre and log size in strides, objectness, C class scores.

    The rows walk the grids of strides 8, 16 and 32 row by row
    (https://github.com/Megvii-BaseDetection/YOLOX, ``demo_postprocess``).
    """

    size_input = None

    def __init__(self, width_px: int, height_px: int, class_count: int) -> None:
        cells, strides = [], []
        for stride_px in YOLOX_STRIDES_PX:
            y, x = np.mgrid[0 : height_px // stride_px, 0 : width_px // stride_px]
            cells.append(np.stack([x.ravel(), y.ravel()], axis=1))
            strides.append(np.full((x.size, 1), stride_px))
        self._cells = np.concatenate(cells).astype(np.float32)
        self._strides_px = np.concatenate(strides).astype(np.float32)
        self._class_count = class_count

    @property
    def outputs(self) -> tuple[OutputForm, ...]:
        """One output, a row per grid cell."""
        return (OutputForm((1, len(self._cells), BOX_COLUMNS + 1 + self._class_count)),)

    def decode(self, outputs: Sequence[OutputArray], confidence: float) -> Candidates:
        """Returns the cells whose objectness times best class score is at least ``confidence``."""
        output = outputs[0][0]
        # No class score exceeds 1, so a weak objectness settles it without a look at the classes.
        hits = np.flatnonzero(output[:, OBJECTNESS_COLUMN] >= confidence)
        raw = output[hits]
        class_scores = raw[:, BOX_COLUMNS + 1 :]
        class_index = class_scores.argmax(axis=1)
        scores = raw[:, OBJECTNESS_COLUMN] * class_scores[np.arange(len(raw)), class_index]
        strong = scores >= confidence
        raw, hits = raw[strong], hits[strong]
        centres = (raw[:, :2] + self._cells[hits]) * self._strides_px[hits]
        half_sizes = 0.5 * np.exp(raw[:, 2:4]) * self._strides_px[hits]
        return Candidates(corners_of(centres, half_sizes), scores[strong], class_index[strong])


class Yolov8Head:
    """YOLOv8 and what followed with its output (YOLOv9, YOLO11, YOLO12): one output 1 x (4 + C) x N.

    A column per grid cell: centre and size in input pixels, then C class scores from 0 to 1
    (https://docs.ultralytics.com, ``model.export(format="onnx")``).
    """

    size_input = None

    def __init__(self, class_count: int) -> None:
        self._class_count = class_count

    @property
    def outputs(self) -> tuple[OutputForm, ...]:
        """One output, a column per grid cell."""
        return (OutputForm((1, BOX_COLUMNS + self._class_count, None)),)

    def decode(self, outputs: Sequence[OutputArray], confidence: float) -> Candidates:
        """Returns the columns whose best class score is at least ``confidence``.

        The scores are searched where they lie, class by class; only the few hits are turned into rows.
        """
        output = outputs[0][0]
        hits = np.unique(np.flatnonzero(output[BOX_COLUMNS:].ravel() >= confidence) % output.shape[1])
        raw = output[:, hits].T
        scores = raw[:, BOX_COLUMNS:]
        class_index = scores.argmax(axis=1)
        boxes_px = corners_of(raw[:, :2], 0.5 * raw[:, 2:BOX_COLUMNS])
        return Candidates(boxes_px, scores[np.arange(len(hits)), class_index], class_index)


class EndToEndHead:
    """YOLOv10, YOLO26 and exports with suppression inside: one output 1 x N x 6, final boxes.

    A row per box: x_min, y_min, x_max, y_max in input pixels, confidence, class number. Rows of confidence 0 fill up.
    """

    size_input = None

    def __init__(self, class_count: int) -> None:
        self._class_count = class_count

    @property
    def outputs(self) -> tuple[OutputForm, ...]:
        """One output, a row per box."""
        return (OutputForm((1, None, BOX_COLUMNS + 2)),)

    def decode(self, outputs: Sequence[OutputArray], confidence: float) -> Candidates:
        """Returns the rows that are at least that confident."""
        output = outputs[0][0]
        class_index = known_classes(output[:, CLASS_COLUMN].astype(np.int64), self._class_count)
        hits = np.flatnonzero(output[:, SCORE_COLUMN] >= confidence)
        return Candidates(output[hits, :BOX_COLUMNS], output[hits, SCORE_COLUMN], class_index[hits])
