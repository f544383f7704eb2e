"""Truth with velocities, and measurements, from label rows."""

import numpy as np
import pytest

from roadside.labels.frame_times import FrameTimes, evenly_spaced
from roadside.labels.labelled import LabelledRows
from roadside.labels.observed import measurements, truths, velocities
from roadside.types.observations import MeasurementKind

SECOND = 1_000_000_000
START = 1_000 * SECOND
TEN_FRAMES = FrameTimes(np.arange(10), START + np.arange(10) * SECOND // 10)


def rows(*seen: tuple[int, int, float]) -> LabelledRows:
    """Returns rows of (frame, road user, metres east)."""
    table = np.array(seen, dtype=float).reshape(-1, 3)
    count = len(table)
    places = np.column_stack([table[:, 2], np.zeros(count), np.zeros(count)])
    return LabelledRows(
        table[:, 0].astype(int), table[:, 1].astype(int), np.full(count, 3), places, np.zeros(count),
        np.full((count, 3), [4.5, 1.8, 1.5]), np.ones(count),
    )  # fmt: skip


def test_velocity_is_the_way_from_the_row_before_to_the_row_after():
    """At 0, 0.1 and 0.2 s a car is at 0, 1 and 3 m: 10 m/s at its start, 3 m in 0.2 s between, 20 m/s at its end."""
    velocity_mps, known = velocities(rows((0, 7, 0.0), (1, 7, 1.0), (2, 7, 3.0)), TEN_FRAMES)

    np.testing.assert_allclose(velocity_mps[:, 0], [10.0, 15.0, 20.0])
    assert known.all()


def test_rows_of_others_between_make_no_difference_nor_does_their_order():
    velocity_mps, _ = velocities(rows((2, 7, 3.0), (0, 8, 50.0), (0, 7, 0.0), (1, 8, 50.0), (1, 7, 1.0)), TEN_FRAMES)

    np.testing.assert_allclose(velocity_mps[:, 0], [20.0, 0.0, 10.0, 0.0, 15.0])


def test_a_gap_in_the_track_is_bridged_by_the_time_it_took():
    velocity_mps, _ = velocities(rows((0, 7, 0.0), (4, 7, 2.0)), TEN_FRAMES)

    np.testing.assert_allclose(velocity_mps[:, 0], [5.0, 5.0])


def test_who_is_seen_once_within_a_second_has_no_velocity():
    times = FrameTimes(np.arange(2), np.array([START, START + SECOND + 1]))
    velocity_mps, known = velocities(rows((0, 7, 0.0), (1, 7, 2.0), (1, 8, 2.0)), times)

    assert not known.any()
    assert np.isnan(velocity_mps).all()


def test_frames_of_a_rate_that_divides_a_second_lie_on_whole_milliseconds():
    times = evenly_spaced(np.array([1, 2, 26]), 1, START, 25.0)

    assert (times.times_ns - START).tolist() == [0, 40_000_000, SECOND]


def test_frames_of_another_rate_lie_on_the_nearest_nanosecond_and_do_not_drift():
    """30 Hz: 33 333 333.3 ns, 66 666 666.7 ns; frame 30 is exactly a second after frame 0."""
    times = evenly_spaced(np.array([0, 1, 2, 30]), 0, START, 30.0)

    assert (times.times_ns - START).tolist() == [0, 33_333_333, 66_666_667, SECOND]


def test_every_labelled_frame_gives_truth_also_one_with_nobody_there():
    seen = rows((0, 7, 0.0), (2, 7, 1.0))
    velocity_mps, _ = velocities(seen, TEN_FRAMES)

    got = truths(seen, velocity_mps, FrameTimes(TEN_FRAMES.frames[:4], TEN_FRAMES.times_ns[:4]))

    assert [len(truth) for truth in got] == [1, 0, 1, 0]
    assert [truth.time_ns for truth in got] == TEN_FRAMES.times_ns[:4].tolist()
    assert got[0].camera_ids == ()


def test_measurements_arrive_when_they_are_taken_and_say_how_good_they_are():
    """A sensor 3 m south of the place (4, 0) sees it along (4, 3) / 5."""
    (first, *_) = measurements(rows((0, 7, 4.0)), np.array([0.3]), TEN_FRAMES, "labels", np.array([0.0, -3.0]))

    assert first.time_ns == first.arrival_ns == START
    assert first.kind.tolist() == [MeasurementKind.POSITION]
    np.testing.assert_allclose(first.covariance_m2, [0.09 * np.eye(2)])
    np.testing.assert_allclose(first.line_of_sight, [[0.8, 0.6]])
    assert np.isnan(first.radial_speed_mps).all()


def test_a_frame_without_detections_says_that_nobody_is_there():
    got = measurements(rows((0, 7, 4.0)), np.array([0.3]), TEN_FRAMES, "labels", np.zeros(2))

    assert [len(each) for each in got] == [1] + [0] * 9


def test_no_rows_are_no_error():
    velocity_mps, known = velocities(rows(), TEN_FRAMES)

    assert velocity_mps.shape == (0, 2)
    assert known.shape == (0,)
    assert len(truths(rows(), velocity_mps, TEN_FRAMES)) == 10


def test_times_of_unknown_frames_are_never_asked_for():
    assert TEN_FRAMES.of(np.array([3, 0])).tolist() == [START + 3 * SECOND // 10, START]
    with pytest.raises(IndexError):
        TEN_FRAMES.of(np.array([10]))
