"""How well two detectors agree, and how well one agrees with the truth."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import FloatArray, IntArray
from roadside.models.average_precision import Found, Wanted, average_precision, intersection_over_union, match
from roadside.models.true_boxes import TrueBoxes
from roadside.types.detections import Detections

OVERLAP = 0.5
"""Least intersection over union of a pair."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """One detector's boxes against another's, over many frames.

    Attributes:
        reference_boxes, boxes: how many the reference found, and how many the other.
        pairs: boxes of both that overlap by half or more and have the same class.
        confidence_change: mean of the other's confidence less the reference's, over the pairs; NaN without pairs.
        confidence_change_p95: 95th percentile of its size.
    """

    reference_boxes: int
    boxes: int
    pairs: int
    confidence_change: float
    confidence_change_p95: float

    @property
    def precision(self) -> float:
        """Share of the other's boxes that the reference has too; NaN without any."""
        return self.pairs / self.boxes if self.boxes else float("nan")

    @property
    def recall(self) -> float:
        """Share of the reference's boxes that the other has too; NaN without any."""
        return self.pairs / self.reference_boxes if self.reference_boxes else float("nan")


def agreement(reference: Sequence[Detections], other: Sequence[Detections]) -> Agreement:
    """Returns how well a detector agrees with the reference on the same frames."""
    changes = []
    for ours, theirs in zip(reference, other, strict=True):
        partner = partners(theirs.boxes_px, theirs.classes, theirs.confidence, ours.boxes_px, ours.classes)
        paired = partner >= 0
        changes.append(theirs.confidence[paired] - ours.confidence[partner[paired]])
    change = np.concatenate(changes) if changes else np.zeros(0)
    return Agreement(
        reference_boxes=sum(map(len, reference)),
        boxes=sum(map(len, other)),
        pairs=len(change),
        confidence_change=float(change.mean()) if len(change) else float("nan"),
        confidence_change_p95=float(np.percentile(np.abs(change), 95)) if len(change) else float("nan"),
    )


def class_precision(found: Sequence[Detections], truth: Sequence[TrueBoxes]) -> dict[int, float]:
    """Returns the average precision, at half overlap, of each class that has truth.

    A box on a true road user that is not judged counts neither way.
    """
    classes = sorted({int(number) for boxes in truth for number in boxes.classes[boxes.judged]})
    given = [Found(boxes.boxes_px, boxes.confidence, boxes.classes) for boxes in found]
    wanted = [Wanted(boxes.boxes_px, boxes.classes, boxes.judged, np.zeros_like(boxes.judged)) for boxes in truth]
    limits = np.array([OVERLAP])
    return {number: float(average_precision(match(given, wanted, number, limits))[0]) for number in classes}


def partners(
    boxes_px: FloatArray, classes: IntArray, confidence: FloatArray, other_px: FloatArray, other_classes: IntArray
) -> IntArray:
    """Returns (N,) the row of each box's partner, -1 for none: the most confident choose first, the best overlap."""
    partner = np.full(len(boxes_px), -1, dtype=np.int64)
    if not len(boxes_px) or not len(other_px):
        return partner
    overlap = intersection_over_union(boxes_px, other_px)
    overlap[classes[:, None] != other_classes[None, :]] = 0.0
    for row in np.argsort(-confidence, kind="stable"):
        best = int(overlap[row].argmax())
        if overlap[row, best] >= OVERLAP:
            partner[row] = best
            overlap[:, best] = 0.0
    return partner
