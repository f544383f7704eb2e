import numpy as np

from simulation.detector.pictures_set import PictureLabels
from simulation.detector.targets import targets_of
from tests.simulation.detector.labelled import labels


def _partly_hidden(share: float) -> PictureLabels:
    """A pedestrian of 10 x 30 px whose lower part is hidden."""
    full = np.array([[20.0, 10.0, 30.0, 40.0]])
    visible = np.array([[20.0, 10.0, 30.0, 10.0 + 30.0 * share]])
    return PictureLabels(np.array([6]), visible, full, np.array([int(300 * share)]), np.array([300]), np.array([20.0]))


def test_what_is_half_seen_is_boxed_whole() -> None:
    targets = targets_of(_partly_hidden(0.6), 64, 48)

    assert targets.box_px.tolist() == [[20.0, 10.0, 30.0, 40.0]]
    assert targets.is_taught.all()


def test_what_is_mostly_hidden_is_boxed_as_far_as_it_is_seen() -> None:
    targets = targets_of(_partly_hidden(0.3), 64, 48)

    assert targets.box_px.tolist() == [[20.0, 10.0, 30.0, 19.0]]
    assert targets.is_taught.all()


def test_what_hardly_shows_is_to_be_ignored() -> None:
    assert not targets_of(_partly_hidden(0.2), 64, 48).is_taught.any()


def test_a_box_ends_at_the_border_of_the_picture() -> None:
    assert targets_of(_partly_hidden(1.0), 25, 30).box_px.tolist() == [[20.0, 10.0, 25.0, 30.0]]


def test_what_is_narrower_than_four_pixels_at_the_input_is_to_be_ignored() -> None:
    narrow = labels((10, 10, 16, 30))

    assert targets_of(narrow, 64, 48).is_taught.all()
    assert not targets_of(narrow, 64, 48, scale=0.5).is_taught.any()
    assert targets_of(narrow, 64, 48, scale=0.5).box_px.tolist() == [[5.0, 5.0, 8.0, 15.0]]


def test_the_invisible_is_left_out_and_rows_say_what_is_left() -> None:
    seen, hidden = labels((0, 0, 20, 20)), labels((30, 0, 50, 20), share=0.0)
    both = PictureLabels(*(
        np.concatenate([getattr(first, name), getattr(hidden, name)])
        for first, name in ((hidden, "class_index"), (hidden, "visible_box_px"), (hidden, "full_box_px"),
                            (hidden, "visible_px"), (hidden, "alone_px"), (hidden, "distance_m"))
    ))  # fmt: skip
    assert len(targets_of(both, 64, 48)) == 0
    mixed = PictureLabels(
        np.array([1, 2]), np.concatenate([hidden.visible_box_px, seen.visible_box_px]),
        np.concatenate([hidden.full_box_px, seen.full_box_px]), np.array([0, 400]), np.array([400, 400]),
        np.array([10.0, 11.0]),
    )  # fmt: skip
    targets = targets_of(mixed, 64, 48)
    assert targets.class_index.tolist() == [2]
    assert targets.label_row.tolist() == [1]
