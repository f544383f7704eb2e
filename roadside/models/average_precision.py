"""How well boxes match truth: hits, misses, average precision, recall at a wanted precision.

As COCO counts (https://cocodataset.org/#detection-eval): the most confident box chooses first, an object is found once,
and what is to be ignored neither helps nor hurts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from roadside.geometry.arrays import BoolArray, FloatArray, IntArray

HIT, MISS, DROPPED = 1, 0, -1
"""Outcomes of a box: it found an object; nothing is there; it lies on something to be ignored."""
LEAST_COVERED = 0.5
"""Share of a box that must lie on a region to be ignored for the box to be dropped."""
RECALL_POINTS = np.linspace(0.0, 1.0, 101)


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """N boxes that a detector gave for one picture.

    Attributes:
        box_px: (N, 4) x_min, y_min, x_max, y_max.
        confidence: (N,).
        class_index: (N,).
    """

    box_px: FloatArray
    confidence: FloatArray
    class_index: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """G objects in one picture.

    Attributes:
        box_px: (G, 4) x_min, y_min, x_max, y_max.
        class_index: (G,).
        is_counted: (G,) whether the object is asked for; one that is not may be found or not.
        is_vague: (G,) whether anything said there is to be ignored, of whatever class.
    """

    box_px: FloatArray
    class_index: IntArray
    is_counted: BoolArray
    is_vague: BoolArray


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """One class in many pictures, at T limits of overlap.

    Attributes:
        confidence: (D,) of all boxes of the class.
        longer_side: (D,) of the same boxes, in the unit of their edges.
        outcome: (T, D) hit, miss or dropped.
        found_at: (T, G) confidence of the box that found each object asked for; -1 where none did.
        picture, row: (G,) where each such object stands in the truth.
    """

    confidence: FloatArray
    longer_side: FloatArray
    outcome: NDArray[np.int8]
    found_at: FloatArray
    picture: IntArray
    row: IntArray


def match(found: Sequence[Found], wanted: Sequence[Wanted], class_index: int, overlaps: FloatArray) -> Matches:
    """Returns how the boxes of one class match its objects.

    Args:
        found: for each picture.
        wanted: for each picture.
        class_index: which class.
        overlaps: (T,) least intersection over union of a hit.
    """
    confidence, longer_side, outcome, found_at, pictures, rows = [], [], [], [], [], []
    for number, (given, truth) in enumerate(zip(found, wanted, strict=True)):
        of_class = np.flatnonzero(given.class_index == class_index)
        order = of_class[np.argsort(-given.confidence[of_class], kind="stable")]
        asked = np.flatnonzero((truth.class_index == class_index) & ~truth.is_vague)
        result, at = _match_picture(
            given.box_px[order], given.confidence[order], truth.box_px[asked], truth.is_counted[asked],
            truth.box_px[truth.is_vague], overlaps,
        )  # fmt: skip
        counted = truth.is_counted[asked]
        confidence.append(given.confidence[order])
        longer_side.append((given.box_px[order, 2:] - given.box_px[order, :2]).max(axis=1, initial=0.0))
        outcome.append(result)
        found_at.append(at[:, counted])
        rows.append(asked[counted])
        pictures.append(np.full(int(counted.sum()), number))
    return Matches(
        np.concatenate(confidence), np.concatenate(longer_side), np.concatenate(outcome, axis=1),
        np.concatenate(found_at, axis=1), np.concatenate(pictures), np.concatenate(rows),
    )  # fmt: skip


def of_size(matches: Matches, least: float, most: float) -> Matches:
    """Returns the matches without the boxes of other sizes that found nothing, as COCO tells sizes apart.

    Args:
        matches: of one class, with only objects of that size asked for.
        least: longer side of a box that counts.
        most: longer side from which on a box counts no more.
    """
    is_other = (matches.longer_side < least) | (matches.longer_side >= most)
    return replace(matches, outcome=np.where(is_other & (matches.outcome == MISS), DROPPED, matches.outcome))


def precision_at(matches: Matches, confidence: float, limit: int = 0) -> float:
    """Returns the share of hits among the boxes that count, from a confidence on; NaN without any."""
    counted = matches.outcome[limit][matches.confidence >= confidence]
    counted = counted[counted != DROPPED]
    return float((counted == HIT).mean()) if len(counted) else float("nan")


def average_precision(matches: Matches) -> FloatArray:
    """Returns (T,) the mean over 101 recalls of the best precision that is had at that recall or a higher one.

    NaN where no object is asked for.
    """
    if matches.found_at.shape[1] == 0:
        return np.full(len(matches.outcome), np.nan)
    return np.array([_area(*_curve(matches, limit)[:2]) for limit in range(len(matches.outcome))])


def threshold_at(matches: Matches, precision: float, limit: int = 0) -> float:
    """Returns the least confidence at which that share of the boxes is right; infinite where none reaches it.

    Args:
        matches: of one class.
        precision: wanted share of hits among the boxes that count.
        limit: which of the T limits of overlap.
    """
    _, precisions, confidence = _curve(matches, limit)
    good = np.flatnonzero(precisions >= precision)
    return float(confidence[good[-1]]) if len(good) else float("inf")


def intersection_over_union(first: FloatArray, second: FloatArray) -> FloatArray:
    """Returns (N, M) of N and M boxes."""
    shared = shared_area(first, second)
    return np.asarray(shared / np.maximum(_area_of(first)[:, None] + _area_of(second) - shared, 1e-9))


def shared_area(first: FloatArray, second: FloatArray) -> FloatArray:
    """Returns (N, M) areas that N and M boxes have in common."""
    sides = np.minimum(first[:, None, 2:], second[:, 2:]) - np.maximum(first[:, None, :2], second[:, :2])
    return np.asarray(np.maximum(sides, 0.0).prod(axis=2))


def _match_picture(
    boxes: FloatArray,
    confidence: FloatArray,
    objects: FloatArray,
    is_counted: BoolArray,
    vague: FloatArray,
    overlaps: FloatArray,
) -> tuple[NDArray[np.int8], FloatArray]:
    outcome = np.full((len(overlaps), len(boxes)), MISS, dtype=np.int8)
    found_at = np.full((len(overlaps), len(objects)), -1.0)
    if len(vague) and len(boxes):
        covered = (shared_area(boxes, vague) / np.maximum(_area_of(boxes), 1e-9)[:, None]).max(axis=1) >= LEAST_COVERED
        outcome[:, covered] = DROPPED
    if not len(objects):
        return outcome, found_at
    overlap = intersection_over_union(boxes, objects)
    limits = np.arange(len(overlaps))
    for index in np.flatnonzero(overlap.max(axis=1, initial=0.0) >= overlaps.min()):
        fits = (overlap[index] >= overlaps[:, None]) & (found_at < 0.0)
        # An object that is asked for comes before one that is not, however well the latter fits.
        value = np.where(fits, overlap[index] + 2.0 * is_counted, -1.0)
        best = value.argmax(axis=1)
        hits = value[limits, best] >= 0.0
        found_at[limits[hits], best[hits]] = confidence[index]
        outcome[hits, index] = np.where(is_counted[best[hits]], HIT, DROPPED)
    return outcome, found_at


def _curve(matches: Matches, limit: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Returns recall, precision and confidence after each box that counts, the most confident first."""
    counts = matches.outcome[limit] != DROPPED
    order = np.argsort(-matches.confidence[counts], kind="stable")
    hits = np.cumsum(matches.outcome[limit][counts][order] == HIT)
    recall = hits / max(matches.found_at.shape[1], 1)
    return recall, hits / np.arange(1, len(hits) + 1), matches.confidence[counts][order]


def _area(recall: FloatArray, precision: FloatArray) -> float:
    if not len(recall):
        return 0.0
    best_from_here = np.maximum.accumulate(precision[::-1])[::-1]
    at = np.searchsorted(recall, RECALL_POINTS, side="left")
    reached = at < len(recall)
    return float(np.where(reached, best_from_here[np.minimum(at, len(recall) - 1)], 0.0).mean())


def _area_of(boxes: FloatArray) -> FloatArray:
    return np.asarray((boxes[:, 2:] - boxes[:, :2]).prod(axis=1))
