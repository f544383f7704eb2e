import numpy as np
import pytest

from roadside.models.average_precision import (
    DROPPED,
    HIT,
    MISS,
    Found,
    Wanted,
    average_precision,
    intersection_over_union,
    match,
    threshold_at,
)

HALF = np.array([0.5])


def _found(*rows: tuple[float, float, float, float, float]) -> Found:
    """x_min, y_min, x_max, y_max, confidence of boxes of class 0."""
    values = np.array(rows, dtype=float).reshape(-1, 5)
    return Found(values[:, :4], values[:, 4], np.zeros(len(values), dtype=np.int64))


def _wanted(*boxes: tuple[float, float, float, float], counted: bool = True, vague: bool = False) -> Wanted:
    values = np.array(boxes, dtype=float).reshape(-1, 4)
    count = len(values)
    return Wanted(values, np.zeros(count, dtype=np.int64), np.full(count, counted), np.full(count, vague))


def _both(first: Wanted, second: Wanted) -> Wanted:
    return Wanted(*(
        np.concatenate([getattr(first, name), getattr(second, name)])
        for name in ("box_px", "class_index", "is_counted", "is_vague")
    ))  # fmt: skip


def test_half_covered_boxes_share_a_third_of_what_they_cover_together() -> None:
    first, second = np.array([[0.0, 0, 10, 10]]), np.array([[5.0, 0, 15, 10]])

    assert intersection_over_union(first, second) == pytest.approx(1 / 3)


def test_perfect_boxes_have_an_average_precision_of_one() -> None:
    found = _found((0, 0, 10, 10, 0.4), (20, 0, 30, 10, 0.9))
    matches = match([found], [_wanted((0, 0, 10, 10), (20, 0, 30, 10))], 0, HALF)

    assert average_precision(matches) == pytest.approx(1.0)


def test_a_false_box_between_two_true_ones_costs_what_the_textbook_says() -> None:
    # Recall 1/2 is reached at precision 1, recall 1 at precision 2/3: 51 points count 1, 50 points count 2/3.
    found = _found((0, 0, 10, 10, 0.9), (50, 50, 60, 60, 0.8), (20, 0, 30, 10, 0.7))
    matches = match([found], [_wanted((0, 0, 10, 10), (20, 0, 30, 10))], 0, HALF)

    assert average_precision(matches) == pytest.approx((51 + 50 * 2 / 3) / 101)


def test_what_is_never_found_leaves_recalls_without_precision() -> None:
    matches = match([_found((0, 0, 10, 10, 0.9))], [_wanted((0, 0, 10, 10), (20, 0, 30, 10))], 0, HALF)

    assert average_precision(matches) == pytest.approx(51 / 101)


def test_a_second_box_on_the_same_object_is_a_miss() -> None:
    matches = match([_found((0, 0, 10, 10, 0.6), (0, 0, 10, 9, 0.9))], [_wanted((0, 0, 10, 10))], 0, HALF)

    assert matches.outcome[0].tolist() == [HIT, MISS]
    assert matches.found_at[0].tolist() == [0.9]


def test_ignored_objects_neither_help_nor_hurt() -> None:
    truth = _both(_wanted((0, 0, 10, 10)), _wanted((20, 0, 30, 10), counted=False))
    found = _found((0, 0, 10, 10, 0.5), (20, 0, 30, 10, 0.9))
    matches = match([found], [truth], 0, HALF)

    assert matches.outcome[0].tolist() == [DROPPED, HIT]
    assert average_precision(matches) == pytest.approx(1.0)
    assert average_precision(match([_found((0, 0, 10, 10, 0.5))], [truth], 0, HALF)) == pytest.approx(1.0)


def test_an_object_that_is_asked_for_comes_before_an_ignored_one_that_fits_better() -> None:
    truth = _both(_wanted((0, 0, 10, 10), counted=False), _wanted((0, 0, 10, 14)))
    matches = match([_found((0, 0, 10, 10, 0.9))], [truth], 0, HALF)

    assert matches.outcome[0].tolist() == [HIT]


def test_boxes_mostly_on_a_vague_region_are_dropped_whatever_their_size() -> None:
    truth = _both(_wanted((0, 0, 10, 10)), _wanted((100, 100, 200, 200), vague=True))
    matches = match(
        [_found((0, 0, 10, 10, 0.5), (110, 110, 120, 120, 0.9), (195, 195, 215, 215, 0.8))], [truth], 0, HALF
    )

    assert matches.outcome[0].tolist() == [DROPPED, MISS, HIT]


def test_boxes_of_other_classes_are_not_looked_at() -> None:
    found = Found(np.array([[0.0, 0, 10, 10]]), np.array([0.9]), np.array([3]))
    matches = match([found], [_wanted((0, 0, 10, 10))], 0, HALF)

    assert matches.outcome.shape == (1, 0)
    assert average_precision(matches) == pytest.approx(0.0)


def test_without_objects_there_is_no_average_precision() -> None:
    assert np.isnan(average_precision(match([_found((0, 0, 10, 10, 0.9))], [_wanted()], 0, HALF))).all()


def test_a_loose_box_counts_at_a_low_limit_of_overlap_only() -> None:
    matches = match([_found((0, 0, 10, 7, 0.9))], [_wanted((0, 0, 10, 10))], 0, np.array([0.5, 0.75]))

    assert average_precision(matches) == pytest.approx([1.0, 0.0])


def test_matching_knows_which_picture_and_row_each_object_is() -> None:
    truth = [_wanted((0, 0, 10, 10)), _both(_wanted((5, 5, 9, 9), counted=False), _wanted((20, 0, 30, 10)))]
    matches = match([_found(), _found((20, 0, 30, 10, 0.3))], truth, 0, HALF)

    assert matches.picture.tolist() == [0, 1]
    assert matches.row.tolist() == [0, 1]
    assert matches.found_at[0].tolist() == [-1.0, 0.3]


def test_the_threshold_is_the_least_confidence_with_the_wanted_precision() -> None:
    boxes = [(20.0 * n, 0.0, 20.0 * n + 10, 10.0) for n in range(9)]
    found = _found(
        *[(*box, 0.9 - 0.01 * n) for n, box in enumerate(boxes)], (500, 0, 510, 10, 0.5), (600, 0, 610, 10, 0.4)
    )
    matches = match([found], [_wanted(*boxes)], 0, HALF)

    assert threshold_at(matches, 0.9) == pytest.approx(0.5)
    assert threshold_at(matches, 0.95) == pytest.approx(0.82)
    assert threshold_at(match([_found()], [_wanted(*boxes)], 0, HALF), 0.9) == float("inf")
