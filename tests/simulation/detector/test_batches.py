import numpy as np

from simulation.detector.batches import BatchShape, BatchSource, anchor_of, batch_of, repeat_factors
from simulation.detector.targets import targets_of
from tests.simulation.detector.labelled import labels, picture

SHAPE = BatchShape(4, 64, 32, (0.8, 1.2))


def test_a_batch_depends_on_its_number_and_part_alone() -> None:
    pictures = [picture(labels((10, 10, 30, 30)), seed=seed) for seed in range(6)]
    first, second = BatchSource(pictures, 1), BatchSource(pictures, 1)
    second.batch(3, 0, SHAPE)

    np.testing.assert_array_equal(first.batch(7, 0, SHAPE).rgb, second.batch(7, 0, SHAPE).rgb)
    assert (first.batch(7, 0, SHAPE).rgb != first.batch(7, 1, SHAPE).rgb).any()
    assert (first.batch(7, 0, SHAPE).rgb != first.batch(8, 0, SHAPE).rgb).any()


def test_a_batch_tells_which_picture_each_object_is_in() -> None:
    targets = [targets_of(labels((0, 0, 20, 20)), 64, 36), targets_of(labels((5, 5, 8, 30), (1, 1, 20, 20)), 64, 36)]
    batch = batch_of([np.zeros((3, 36, 64), dtype=np.uint8)] * 2, targets, np.zeros(2, dtype=bool))

    assert batch.of_picture.tolist() == [0, 1]
    assert batch.ignored_of_picture.tolist() == [1]
    assert batch.ignored_box_px.tolist() == [[5.0, 5.0, 8.0, 30.0]]


def test_a_lone_bus_among_pedestrians_is_looked_at_as_often_as_all_of_them() -> None:
    people = targets_of(labels(*[(10.0 * n, 5.0, 10.0 * n + 5, 20.0) for n in range(9)], class_index=6), 200, 100)
    bus = targets_of(labels((100, 30, 180, 80), class_index=3), 200, 100)
    names = ("box_px", "class_index", "is_taught", "label_row")
    both = type(bus)(*(np.concatenate([getattr(people, name), getattr(bus, name)]) for name in names))
    rng = np.random.default_rng(0)
    shares = np.mean([anchor_of(both, rng)[0, 0] == 140.0 for _ in range(200)])

    assert 0.4 < shares < 0.6
    assert anchor_of(targets_of(labels(), 200, 100), rng).shape == (0, 2)


def test_pictures_of_a_rare_class_are_drawn_more_often() -> None:
    common = [targets_of(labels((0, 0, 20, 20)), 64, 36)] * 99
    rare = [targets_of(labels((0, 0, 20, 20), class_index=3), 64, 36)]

    factors = repeat_factors(common + rare)

    assert factors[0] == 1.0
    assert 1.0 < factors[-1] <= 4.0


def test_a_batch_tells_photographs_from_rendered_pictures() -> None:
    rendered = [picture(labels((10, 10, 30, 30)), seed=seed) for seed in range(3)]
    source = BatchSource(rendered, 1, [picture(labels((10, 10, 30, 30)), weather="photograph", seed=9)])

    shown = np.concatenate([source.batch(number, 0, SHAPE).is_photograph for number in range(40)])

    assert 0.1 < shown.mean() < 0.4
