import numpy as np
import pytest

from roadside.models.agreement import agreement, class_precision
from roadside.models.true_boxes import TrueBoxes
from roadside.types.detections import Detections
from roadside.types.road_users import RoadUserClass

CAR, BUS = int(RoadUserClass.CAR), int(RoadUserClass.BUS)
HERE, NEAR, AWAY = [0.0, 0.0, 10.0, 10.0], [1.0, 0.0, 11.0, 10.0], [50.0, 0.0, 60.0, 10.0]


def found(*rows: tuple[list[float], float, int]) -> Detections:
    boxes = np.array([box for box, _, _ in rows], dtype=np.float64).reshape(-1, 4)
    confidence = np.array([confidence for _, confidence, _ in rows], dtype=np.float64)
    classes = np.array([number for _, _, number in rows], dtype=np.int64)
    return Detections("north", 0, 0, 100, 100, boxes, confidence, classes)


def truth(*rows: tuple[list[float], int, bool]) -> TrueBoxes:
    boxes = np.array([box for box, _, _ in rows], dtype=np.float64).reshape(-1, 4)
    classes = np.array([number for _, number, _ in rows], dtype=np.int64)
    return TrueBoxes(boxes, classes, np.array([judged for _, _, judged in rows], dtype=bool))


def test_the_same_boxes_agree_wholly():
    boxes = [found((HERE, 0.9, CAR), (AWAY, 0.4, BUS)), found()]
    result = agreement(boxes, boxes)
    assert (result.precision, result.recall, result.confidence_change) == (1.0, 1.0, 0.0)


def test_a_lost_box_costs_recall_a_new_one_precision_and_confidence_is_compared_over_pairs():
    before = [found((HERE, 0.9, CAR), (AWAY, 0.4, BUS), ([20, 20, 30, 30], 0.5, CAR))]
    after = [found((NEAR, 0.8, CAR), (AWAY, 0.4, CAR))]
    result = agreement(before, after)
    assert (result.pairs, result.precision, result.recall) == (1, 0.5, pytest.approx(1 / 3))
    assert result.confidence_change == pytest.approx(-0.1)
    assert result.confidence_change_p95 == pytest.approx(0.1)


def test_nothing_against_nothing_is_unknown():
    result = agreement([found()], [found()])
    assert np.isnan([result.precision, result.recall, result.confidence_change]).all()


def test_a_second_box_on_one_road_user_is_wrong():
    precision = class_precision([found((HERE, 0.9, CAR), (NEAR, 0.8, CAR))], [truth((HERE, CAR, True))])
    assert precision == {CAR: pytest.approx(1.0)}  # the wrong one comes after all that was wanted was found
    precision = class_precision([found((HERE, 0.8, CAR), (AWAY, 0.9, CAR))], [truth((HERE, CAR, True))])
    assert precision == {CAR: pytest.approx(0.5)}


def test_a_box_on_a_hidden_road_user_counts_neither_way():
    boxes = [found((AWAY, 0.9, CAR), (HERE, 0.8, CAR))]
    assert class_precision(boxes, [truth((HERE, CAR, True), (AWAY, CAR, False))]) == {CAR: pytest.approx(1.0)}


def test_a_class_that_was_never_found_has_no_precision():
    assert class_precision([found((HERE, 0.9, CAR))], [truth((HERE, BUS, True))]) == {BUS: 0.0}


def test_classes_without_truth_are_left_out():
    assert class_precision([found((HERE, 0.9, CAR))], [truth()]) == {}
