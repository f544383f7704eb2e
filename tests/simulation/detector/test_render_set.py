import numpy as np

from simulation.detector.render_set import SETS, picture_labels
from simulation.pictures.labels import Labels
from simulation.types.actors import Actors
from simulation.types.bodies import BODY_NUMBER


def _actors() -> Actors:
    names = ("adult", "sedan", "cone")
    return Actors(
        np.arange(1, 4), np.array([BODY_NUMBER[name] for name in names], dtype=np.int64),
        np.array([[3.0, 4.0, 0.0], [30.0, 40.0, 0.0], [0.0, 0.0, 0.0]]), np.zeros((3, 2)), np.zeros(3), np.zeros(3),
        np.zeros(3, dtype=np.int64),
    )  # fmt: skip


def test_labels_are_told_in_the_stored_pictures_pixels() -> None:
    boxes = np.array([[9.5, 19.5, 29.5, 59.5], [99.5, 99.5, 199.5, 159.5], [np.nan] * 4])
    found = Labels(np.array([600, 4001, 0]), np.array([800, 4001, 10]), boxes, boxes)
    told = picture_labels(found, _actors(), np.array([0.0, 0.0, 12.0]), 2)

    assert told.class_index.tolist() == [6, 0]
    assert told.full_box_px.tolist() == [[5.0, 10.0, 15.0, 30.0], [50.0, 50.0, 100.0, 80.0]]
    assert told.visible_px.tolist() == [150, 1001]
    assert told.alone_px.tolist() == [200, 1001]
    np.testing.assert_allclose(told.distance_m, [13.0, np.hypot(50.0, 12.0)])


def test_no_world_is_both_learnt_from_and_judged_by() -> None:
    assert not set(SETS["train"].worlds) & set(SETS["held_out"].worlds)
    assert len(SETS["train"].worlds) >= 5
