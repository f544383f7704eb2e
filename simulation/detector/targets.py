"""What the network is taught, and judged by: which objects, and which box of each.

The service explains a box by a whole cuboid on the road, so the box is that of the whole object, cut at the picture's
border, as long as enough is seen to tell how far it reaches; of what is mostly hidden, it is the visible part.
What hardly shows is neither object nor background: the network may say there what it likes.
"""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import BoolArray, Column, FloatArray, IntArray, freeze_columns
from simulation.detector.pictures_set import PictureLabels

LEAST_SHARE_OF_WHOLE_BOX = 0.5
"""Visible share of an object within the picture from which on its box is that of the whole."""
LEAST_SHARE_TAUGHT = 0.25
"""Visible share from which on an object counts."""
LEAST_SIDE_PX = 4.0
"""Shorter side of the box, in pixels of the network's input, from which on an object counts."""
LEAST_VISIBLE_PX = 10
"""Pixels that must show an object that counts."""

TARGET_COLUMNS: tuple[Column, ...] = (
    ("box_px", (4,), np.float64),
    ("class_index", (), np.int64),
    ("is_taught", (), np.bool_),
    ("label_row", (), np.int64),
)
"""Name, shape of one row and element type of every column of ``Targets``, in constructor order."""


@dataclass(frozen=True, slots=True, eq=False)
class Targets:
    """N objects of one picture.

    Attributes:
        box_px: (N, 4) x_min, y_min, x_max, y_max, continuous, within the picture.
        class_index: (N,) the network's output of the class.
        is_taught: (N,) whether it counts; what does not is a region to be ignored.
        label_row: (N,) its row among the picture's labels.
    """

    box_px: FloatArray
    class_index: IntArray
    is_taught: BoolArray
    label_row: IntArray

    def __post_init__(self) -> None:
        freeze_columns(self, TARGET_COLUMNS)

    def __len__(self) -> int:
        return len(self.class_index)


def visible_share(labels: PictureLabels) -> FloatArray:
    """Returns (N,) which part of what lies within the picture is not hidden."""
    return np.asarray(labels.visible_px / np.maximum(labels.alone_px, 1))


def targets_of(labels: PictureLabels, width_px: int, height_px: int, scale: float = 1.0) -> Targets:
    """Returns what is taught of one picture, an object a row, the invisible left out.

    Args:
        labels: of the picture.
        width_px: of the picture.
        height_px: of the picture.
        scale: pixels of the network's input per pixel of the picture.
    """
    share = visible_share(labels)
    whole = np.clip(labels.full_box_px, 0.0, [width_px, height_px] * 2)
    box = np.where((share >= LEAST_SHARE_OF_WHOLE_BOX)[:, None], whole, labels.visible_box_px)
    sides = box[:, 2:] - box[:, :2]
    is_taught = (share >= LEAST_SHARE_TAUGHT) & (labels.visible_px >= LEAST_VISIBLE_PX)
    is_taught &= sides.min(axis=1) * scale >= LEAST_SIDE_PX
    shown = (labels.visible_px > 0) & (sides > 0).all(axis=1)
    return Targets(box[shown] * scale, labels.class_index[shown].copy(), is_taught[shown], np.flatnonzero(shown))
