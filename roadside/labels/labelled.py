"""What a label file says, whatever its format: one row for each road user in each frame."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import BoolArray, Column, FloatArray, IntArray, freeze_columns

LABEL_COLUMNS: tuple[Column, ...] = (
    ("frame", (), np.int64),
    ("object_ids", (), np.int64),
    ("classes", (), np.int64),
    ("position_m", (3,), np.float64),
    ("heading_rad", (), np.float64),
    ("size_m", (3,), np.float64),
    ("confidence", (), np.float64),
)
"""Name, shape of one row and element type of every column of ``LabelledRows``, in constructor order."""


@dataclass(frozen=True, slots=True, eq=False)
class LabelledRows:
    """N road users, each in one frame, in the frame that becomes the site's.

    Attributes:
        frame: (N,) number of the frame.
        object_ids: (N,) the same number for the same road user; of detections without meaning.
        classes: (N,) ``RoadUserClass`` numbers.
        position_m: (N, 3) centre of the footprint on the ground.
        heading_rad: (N,) counter-clockwise from east.
        size_m: (N, 3) length, width, height.
        confidence: (N,) 0 to 1; 1 where the file states none.
    """

    frame: IntArray
    object_ids: IntArray
    classes: IntArray
    position_m: FloatArray
    heading_rad: FloatArray
    size_m: FloatArray
    confidence: FloatArray

    def __post_init__(self) -> None:
        freeze_columns(self, LABEL_COLUMNS)

    def __len__(self) -> int:
        return len(self.frame)

    def select(self, mask: BoolArray) -> "LabelledRows":
        """Returns the rows where (N,) ``mask`` is true."""
        return LabelledRows(*(getattr(self, name)[mask] for name, _, _ in LABEL_COLUMNS))


@dataclass(frozen=True, slots=True, eq=False)
class LabelFile:
    """One file, read.

    Attributes:
        rows: the road users.
        frames: (F,) numbers of the frames that the file has anything in, rising; also those of rows left out.
        left_out: why rows were left out, to how many.
    """

    rows: LabelledRows
    frames: IntArray
    left_out: Counter[str]

    def without(self, reason: str, mask: BoolArray) -> "LabelFile":
        """Returns the file without the rows where (N,) ``mask`` is true, counted under ``reason``."""
        count = int(mask.sum())
        if count == 0:
            return self
        return LabelFile(self.rows.select(~mask), self.frames, self.left_out + Counter({reason: count}))


def stated_confidence(scores: FloatArray) -> FloatArray:
    """Returns (N,) confidences, 0 to 1, of a file's finite scores; 1 where a score is NaN, which is: not stated.

    Scores that all lie in 0 to 1 stay as they are. If any does not, they are no probabilities (a support vector
    machine's margin, say), and all go through the logistic function 1 / (1 + e^-s), which keeps their order.
    """
    is_stated = np.isfinite(scores)
    stated = scores[is_stated]
    if (stated < 0.0).any() or (stated > 1.0).any():
        stated = 0.5 * (1.0 + np.tanh(0.5 * stated))  # the same function, without overflow
    confidence = np.ones(len(scores))
    confidence[is_stated] = stated
    return confidence
