import numpy as np
import pytest

from roadside.types.detections import Detections
from roadside.types.road_users import RoadUserClass
from simulation.detector.domain_gap import Agreement, agreement, pooled, with_riders_joined

CAR, VAN, PEDESTRIAN, BICYCLE = (
    RoadUserClass.CAR, RoadUserClass.VAN, RoadUserClass.PEDESTRIAN, RoadUserClass.BICYCLE,
)  # fmt: skip


def _seen(*rows: tuple[RoadUserClass, float, float, float, float, float]) -> Detections:
    """Class, box and confidence."""
    boxes = np.array([row[1:5] for row in rows], dtype=float).reshape(-1, 4)
    return Detections("video", 0, 0, 640, 360, boxes, np.array([row[5] for row in rows], dtype=float),
                      np.array([row[0] for row in rows], dtype=np.int64))  # fmt: skip


def test_a_car_that_is_called_a_van_is_agreed_upon() -> None:
    both = [(_seen((VAN, 0, 0, 20, 10, 0.4)), _seen((CAR, 0, 0, 20, 11, 0.9)))]

    figures = agreement("street", "vehicle", both)

    assert (figures.recall, figures.precision) == (1.0, 1.0)
    assert np.isnan(agreement("street", "person", both).recall)


def test_what_the_other_is_unsure_of_may_be_found_or_not() -> None:
    unsure, sure = (CAR, 0, 0, 20, 10, 0.3), (CAR, 100, 0, 120, 10, 0.8)
    finds_both = agreement("street", "vehicle", [(_seen(unsure, sure), _seen(unsure, sure))])
    finds_sure = agreement("street", "vehicle", [(_seen(sure), _seen(unsure, sure))])

    assert (finds_both.theirs, finds_both.ours) == (1, 1)
    assert (finds_both.recall, finds_both.precision) == (finds_sure.recall, finds_sure.precision) == (1.0, 1.0)


def test_the_rider_of_a_bicycle_is_no_person_of_its_own_but_a_part_of_its_box() -> None:
    seen = with_riders_joined(_seen((BICYCLE, 0, 10, 20, 30, 0.8), (PEDESTRIAN, 4, 0, 16, 24, 0.9),
                                (PEDESTRIAN, 50, 0, 60, 24, 0.9)))  # fmt: skip

    assert seen.classes.tolist() == [BICYCLE, PEDESTRIAN]
    assert seen.boxes_px.tolist() == [[0.0, 0.0, 20.0, 30.0], [50.0, 0.0, 60.0, 24.0]]


def test_videos_are_pooled_by_their_boxes() -> None:
    figures = [Agreement("a", "vehicle", 5, 10, 8, 0.5, 1.0), Agreement("b", "vehicle", 5, 30, 0, 1.0, float("nan"))]
    vehicle, _, person = pooled(figures, "both")

    assert vehicle.recall == pytest.approx(0.875)
    assert vehicle.precision == pytest.approx(1.0)
    assert (vehicle.frames, vehicle.theirs, person.theirs) == (10, 40, 0)
    assert np.isnan(person.recall)
