"""How well two detectors agree, and how well one agrees with the truth."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import BoolArray, FloatArray, IntArray
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


def average_precision(found: Sequence[Detections], truth: Sequence[TrueBoxes]) -> dict[int, float]:
    """Returns AP50 of each class that has truth: the area under precision over recall, all points.

    A box on a true road user that is not judged counts neither way (as with "difficult" ones in PASCAL VOC).
    """
    classes = sorted({int(number) for boxes in truth for number in boxes.classes[boxes.judged]})
    return {number: _class_average_precision(found, truth, number) for number in classes}


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


def intersection_over_union(boxes_px: FloatArray, other_px: FloatArray) -> FloatArray:
    """Returns (N, M) of N and M boxes; 0 where a box has no area."""
    corner = np.maximum(boxes_px[:, None, :2], other_px[None, :, :2])
    far_corner = np.minimum(boxes_px[:, None, 2:], other_px[None, :, 2:])
    shared = np.clip(far_corner - corner, 0.0, None).prod(axis=2)
    areas, other_areas = (np.prod(b[:, 2:] - b[:, :2], axis=1) for b in (boxes_px, other_px))
    union = areas[:, None] + other_areas[None, :] - shared
    return np.asarray(np.divide(shared, union, out=np.zeros_like(shared), where=union > 0.0))


def _class_average_precision(found: Sequence[Detections], truth: Sequence[TrueBoxes], number: int) -> float:
    confidences: list[FloatArray] = []
    hits: list[BoolArray] = []
    wanted = 0
    for detections, boxes in zip(found, truth, strict=True):
        ours, theirs = detections.select(detections.classes == number), boxes.classes == number
        partner = partners(
            ours.boxes_px, ours.classes, ours.confidence, boxes.boxes_px[theirs], boxes.classes[theirs]
        )  # fmt: skip
        judged = boxes.judged[theirs]
        counts = (partner < 0) | judged[partner] if len(judged) else np.ones(len(ours), dtype=bool)
        confidences.append(ours.confidence[counts])
        hits.append((partner >= 0)[counts])
        wanted += int(judged.sum())
    order = np.argsort(-np.concatenate(confidences), kind="stable")
    is_hit = np.concatenate(hits)[order]
    return area_under_curve(is_hit, wanted)


def area_under_curve(is_hit: BoolArray, wanted: int) -> float:
    """Returns the area under the falling envelope of precision over recall.

    Args:
        is_hit: (N,) whether each box, the most confident first, is on a true road user.
        wanted: how many true road users there are, at least one.
    """
    if not len(is_hit):
        return 0.0
    found = np.cumsum(is_hit)
    precision = found / np.arange(1, len(is_hit) + 1)
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    return float(envelope[is_hit].sum() / wanted)
