"""How the outputs of a detection network are read: one class per kind of head."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from roadside.geometry.arrays import IntArray
from roadside.perception.manifest import ModelManifest

Float32Array: TypeAlias = NDArray[np.float32]

YOLOX_STRIDES_PX = (8, 16, 32)
BOX_COLUMNS = 4
OBJECTNESS_COLUMN = 4


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """N boxes over the confidence threshold, before overlapping ones are dropped.

    Attributes:
        boxes_px: (N, 4) x_min, y_min, x_max, y_max in the network's input, continuous.
        confidence: (N,) 0 to 1.
        class_index: (N,) the network's own class numbers.
    """

    boxes_px: Float32Array
    confidence: Float32Array
    class_index: IntArray

    def __len__(self) -> int:
        return len(self.boxes_px)

    def select(self, rows: NDArray[Any]) -> "Candidates":
        """Returns the rows that a mask or an index array names, in its order."""
        return Candidates(self.boxes_px[rows], self.confidence[rows], self.class_index[rows])


class Head(Protocol):
    """Reads one kind of output."""

    @property
    def output_shapes(self) -> tuple[tuple[int | None, ...], ...]:
        """Wanted shape of each output for one picture; ``None`` for any length."""

    def decode(self, outputs: Sequence[Float32Array], confidence: float) -> Candidates:
        """Returns the boxes of one picture that are at least that confident."""


class YoloxHead:
    """YOLOX: one output 1 x N x (5 + C): centre and log size in strides, objectness, C class scores.

    The rows walk the grids of strides 8, 16 and 32 row by row
    (https://github.com/Megvii-BaseDetection/YOLOX, ``demo_postprocess``).
    """

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
    def output_shapes(self) -> tuple[tuple[int | None, ...], ...]:
        """One output, a row per grid cell."""
        return ((1, len(self._cells), BOX_COLUMNS + 1 + self._class_count),)

    def decode(self, outputs: Sequence[Float32Array], confidence: float) -> Candidates:
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
        boxes = np.concatenate([centres - half_sizes, centres + half_sizes], axis=1)
        return Candidates(boxes, scores[strong], class_index[strong])


class RoadsideHead:
    """Our own networks: boxes 1 x N x 4 in input pixels and scores 1 x N x C, both ready to use."""

    def __init__(self, class_count: int) -> None:
        self._class_count = class_count

    @property
    def output_shapes(self) -> tuple[tuple[int | None, ...], ...]:
        """Boxes, then scores."""
        return ((1, None, BOX_COLUMNS), (1, None, self._class_count))

    def decode(self, outputs: Sequence[Float32Array], confidence: float) -> Candidates:
        """Returns the rows whose best class score is at least ``confidence``."""
        boxes, scores = outputs[0][0], outputs[1][0]
        # A flat search for the few hits costs a tenth of a maximum over every row.
        hits = np.unique(np.flatnonzero(scores.ravel() >= confidence) // self._class_count)
        hit_scores = scores[hits]
        class_index = hit_scores.argmax(axis=1)
        return Candidates(boxes[hits], hit_scores[np.arange(len(hits)), class_index], class_index)


def head_of(manifest: ModelManifest) -> Head:
    """Returns the reader of a model's outputs."""
    if manifest.head == "yolox":
        return YoloxHead(manifest.input.width_px, manifest.input.height_px, len(manifest.classes))
    return RoadsideHead(len(manifest.classes))
