import numpy as np
import pytest

from simulation.detector.augmentation import Window, cut_picture, cut_targets, drawn_window, weathered
from simulation.detector.targets import targets_of
from tests.simulation.detector.labelled import labels, picture

WHOLE = Window(0, 0, 64, 36, 64, 36, False)


def _with_white_box(box: tuple[int, int, int, int]) -> np.ndarray:
    rgb = np.zeros((36, 64, 3), dtype=np.uint8)
    rgb[box[1] : box[3], box[0] : box[2]] = 255
    return rgb


def _white_box(rgb: np.ndarray) -> list[int]:
    rows, columns = np.nonzero(rgb[:, :, 0] > 127)
    return [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]


@pytest.mark.parametrize(
    "window",
    [
        WHOLE,
        Window(8, 4, 32, 18, 64, 36, False),
        Window(8, 4, 32, 18, 64, 36, True),
        Window(-16, -9, 96, 54, 64, 36, False),
        Window(-10, 4, 40, 20, 60, 40, True),
    ],
)
def test_a_box_moves_with_what_it_encloses(window: Window) -> None:
    box = (12, 8, 28, 18)
    targets = targets_of(labels(box), 64, 36)

    shown = _white_box(cut_picture(_with_white_box(box), window))

    np.testing.assert_allclose(cut_targets(targets, window).box_px[0], shown, atol=1.0)


def test_beyond_the_picture_there_is_the_grey_of_the_letterbox() -> None:
    cut = cut_picture(np.zeros((36, 64, 3), dtype=np.uint8), Window(-32, 0, 64, 36, 64, 36, False))

    assert (cut[:, :31] == 114).all()
    assert (cut[:, 33:] == 0).all()


def test_an_object_that_is_mostly_cut_off_is_to_be_ignored() -> None:
    targets = targets_of(labels((0, 0, 20, 20)), 64, 36)

    assert cut_targets(targets, Window(10, 0, 32, 18, 64, 36, False)).is_taught.all()
    assert not cut_targets(targets, Window(15, 0, 32, 18, 64, 36, False)).is_taught.any()
    assert len(cut_targets(targets, Window(30, 0, 32, 18, 64, 36, False))) == 0


def test_an_object_that_becomes_too_small_is_to_be_ignored() -> None:
    targets = targets_of(labels((10, 10, 16, 30)), 64, 36)

    assert not cut_targets(targets, Window(0, 0, 128, 72, 64, 36, False)).is_taught.any()


def test_windows_mostly_show_something_worth_looking_at() -> None:
    rng = np.random.default_rng(3)
    anchor = np.array([[600.0, 40.0]])
    windows = [drawn_window(rng, (640, 360), (384, 224), anchor, (0.6, 1.8)) for _ in range(200)]
    shows = [
        window.left_px <= 600 <= window.left_px + window.source_width_px
        and window.top_px <= 40 <= window.top_px + window.source_height_px
        for window in windows
    ]

    assert np.mean(shows) > 0.75
    assert {window.is_mirrored for window in windows} == {True, False}
    assert all((window.width_px, window.height_px) == (384, 224) for window in windows)


def test_the_same_draw_gives_the_same_picture_and_another_one_another() -> None:
    rgb = picture(labels(), 384, 224).rgb

    first, again, other = (weathered(rgb, np.random.default_rng(seed)) for seed in (5, 5, 6))

    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_changed_pictures_stay_pictures() -> None:
    rgb = picture(labels(), 96, 64).rgb
    for seed in range(60):
        changed = weathered(rgb, np.random.default_rng(seed))
        assert changed.shape == rgb.shape
        assert changed.dtype == np.uint8
        assert changed.std() > 1.0
