import numpy as np
import pytest
from numpy.typing import NDArray

from roadside.perception.suppression import overlapping, suppress


def overlap_of(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0.0 or height <= 0.0:
        return 0.0
    shared = width * height
    return shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared)


def plain_loop(boxes, confidence, classes, overlap) -> list[int]:
    kept: list[int] = []
    for row in sorted(range(len(boxes)), key=lambda row: -confidence[row]):
        if all(classes[row] != classes[other] or overlap_of(boxes[row], boxes[other]) <= overlap for other in kept):
            kept.append(row)
    return kept


@pytest.mark.parametrize(("overlap", "expected"), [(0.33, True), (0.34, False)])
def test_two_boxes_that_share_a_third_overlap_by_a_third(overlap: float, expected: bool):
    # 10 x 10 boxes shifted by 5: shared 50, union 150.
    boxes = np.array([[0.0, 0.0, 10.0, 10.0], [5.0, 0.0, 15.0, 10.0]])
    assert overlapping(boxes, overlap)[0, 1] == expected


def test_boxes_apart_in_both_directions_share_nothing():
    boxes = np.array([[0.0, 0.0, 10.0, 10.0], [30.0, 30.0, 40.0, 40.0]])
    assert not overlapping(boxes, 0.01)[0, 1]


def test_a_box_without_an_area_overlaps_nothing():
    assert not overlapping(np.array([[3.0, 3.0, 3.0, 3.0]]), 0.5).any()


def test_the_stronger_of_two_boxes_of_one_class_stays():
    boxes = np.array([[0.0, 0.0, 10.0, 10.0], [1.0, 0.0, 11.0, 10.0]])
    assert suppress(boxes, np.array([0.4, 0.9]), np.array([3, 3]), 0.5).tolist() == [1]


def test_a_rider_does_not_suppress_the_bicycle():
    boxes = np.array([[0.0, 0.0, 10.0, 10.0], [1.0, 0.0, 11.0, 10.0]])
    assert suppress(boxes, np.array([0.4, 0.9]), np.array([7, 10]), 0.5).tolist() == [1, 0]


def test_a_suppressed_box_suppresses_nothing():
    # A chain: 0 covers 1, 1 covers 2, 0 does not cover 2.
    boxes = np.array([[0.0, 0.0, 10.0, 10.0], [3.0, 0.0, 13.0, 10.0], [6.0, 0.0, 16.0, 10.0]])
    assert suppress(boxes, np.array([0.9, 0.8, 0.7]), np.zeros(3, dtype=np.int64), 0.5).tolist() == [0, 2]


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("count", [0, 1, 7, 60, 300])
def test_suppression_agrees_with_a_plain_loop(seed: int, count: int):
    random = np.random.default_rng(seed)
    corners, sizes = random.uniform(0.0, 100.0, (count, 2)), random.uniform(5.0, 60.0, (count, 2))
    boxes = np.concatenate([corners, corners + sizes], axis=1)
    confidence, classes = random.uniform(0.0, 1.0, count), random.integers(0, 3, count)
    got = suppress(boxes, confidence, classes, 0.5)
    assert got.tolist() == plain_loop(boxes, confidence, classes, 0.5)
