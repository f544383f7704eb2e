"""Non-maximum suppression: of boxes that cover one another, the most confident stays."""

import numpy as np
from numpy.typing import NDArray

from roadside.geometry.arrays import BoolArray, IntArray


def overlapping(boxes: NDArray[np.floating], overlap: float) -> BoolArray:
    """Returns (N, N) whether the intersection over union of two of N boxes exceeds ``overlap``.

    Args:
        boxes: (N, 4) x_min, y_min, x_max, y_max; one without an area overlaps nothing.
        overlap: the limit, 0 to 1.
    """
    left, top, right, bottom = boxes.T
    width = np.minimum(right[:, None], right) - np.maximum(left[:, None], left)
    height = np.minimum(bottom[:, None], bottom) - np.maximum(top[:, None], top)
    shared = np.maximum(width, 0.0) * np.maximum(height, 0.0)
    area = (right - left) * (bottom - top)
    # Without a division: shared / (a + b - shared) > overlap.
    return np.asarray(shared * (1.0 + overlap) > overlap * (area[:, None] + area))


def suppress(
    boxes: NDArray[np.floating], confidence: NDArray[np.floating], classes: IntArray, overlap: float
) -> IntArray:
    """Returns the rows that stay, the most confident first.

    A box falls to a more confident one *of its own class* that stays and that it overlaps by more than
    ``overlap`` (greedy suppression). Of equal confidences the earlier row wins.

    Args:
        boxes: (N, 4) x_min, y_min, x_max, y_max.
        confidence: (N,) 0 to 1.
        classes: (N,) class numbers.
        overlap: highest intersection over union that two boxes of one class may have.
    """
    order = np.argsort(-confidence, kind="stable")
    sorted_classes = classes[order]
    conflicts = overlapping(boxes[order], overlap)
    conflicts &= sorted_classes[:, None] == sorted_classes[None, :]
    stays = np.ones(len(order), dtype=bool)
    # Rows without a later conflict cannot suppress anything: most of them are skipped.
    for row in np.flatnonzero(np.triu(conflicts, 1).any(axis=1)):
        if stays[row]:
            stays[row + 1 :] &= ~conflicts[row, row + 1 :]
    return np.asarray(order[stays], dtype=np.int64)
