import numpy as np

from roadside.types.detections import Detections
from roadside.types.road_users import RoadUserClass
from simulation.detector.batches import PHOTOGRAPH_SHARE, draw_shares
from simulation.detector.classes import INDEX_OF_CLASS
from simulation.detector.photographs import photograph
from simulation.detector.targets import targets_of
from tests.simulation.detector.labelled import labels

CAR, TRUCK, BICYCLE, PEDESTRIAN = (
    RoadUserClass.CAR, RoadUserClass.TRUCK, RoadUserClass.BICYCLE, RoadUserClass.PEDESTRIAN,
)  # fmt: skip
FRAME = np.zeros((480, 640, 3), dtype=np.uint8)


def _seen(*rows: tuple[RoadUserClass, float, float, float, float, float]) -> Detections:
    """Class, box in a picture of 320 by 240, confidence."""
    boxes = np.array([row[1:5] for row in rows], dtype=float).reshape(-1, 4)
    return Detections("video", 0, 0, 320, 240, boxes, np.array([row[5] for row in rows], dtype=float),
                      np.array([row[0] for row in rows], dtype=np.int64))  # fmt: skip


def _taught(seen: Detections) -> tuple[list[list[float]], list[list[float]]]:
    found = targets_of(photograph(FRAME, seen, "street/one").labels, 640, 480)
    return found.box_px[found.is_taught].tolist(), found.box_px[~found.is_taught].tolist()


def test_what_the_other_detector_is_sure_of_is_taught_and_what_it_half_sees_is_left_open() -> None:
    taught, left_open = _taught(_seen((CAR, 10, 10, 40, 30, 0.8), (CAR, 100, 10, 130, 30, 0.2)))

    assert taught == [[21.0, 21.0, 81.0, 61.0]]
    assert left_open == [[201.0, 21.0, 261.0, 61.0]]


def test_what_photographs_labels_call_otherwise_is_left_open() -> None:
    rider, walker = (PEDESTRIAN, 104, 30, 116, 55, 0.9), (PEDESTRIAN, 200, 30, 210, 55, 0.9)
    taught, left_open = _taught(_seen((TRUCK, 10, 10, 40, 30, 0.9), (BICYCLE, 100, 40, 120, 60, 0.9), rider, walker))

    assert taught == [[401.0, 61.0, 421.0, 111.0]]
    assert left_open == [[21.0, 21.0, 81.0, 61.0], [201.0, 61.0, 241.0, 121.0]]


def test_an_object_that_our_network_has_no_output_for_is_left_out() -> None:
    unknown = next(entry for entry in RoadUserClass if INDEX_OF_CLASS[entry] < 0)

    assert _taught(_seen((unknown, 10, 10, 40, 30, 0.9))) == ([], [])


def test_photographs_are_a_quarter_of_what_is_shown_however_few_they_are() -> None:
    targets = [targets_of(labels((0, 0, 20, 20)), 64, 36)] * 102

    share = draw_shares(targets, 2)

    assert share[100:].sum() == PHOTOGRAPH_SHARE
    assert share.sum() == 1.0
    np.testing.assert_allclose(draw_shares(targets, 0), 1.0 / 102.0)
