"""Truth that cannot be is refused with its time, not judged by."""

from dataclasses import replace
from pathlib import Path

import pytest

from roadside.errors import RecordingError
from roadside.recording.reader import open_recording
from roadside.recording.writer import RecordingWriter
from roadside.runtime.recorded_truth import RecordedTruth, recorded_truth
from roadside.types.truth import AnyTruth, TrueSpots
from tests.evaluation.judged_world import START_NS, truth_of

NAN, INF = float("nan"), float("inf")
TWO = truth_of([[1.0, 0.0], [2.0, 0.0]])


def read(folder: Path, *items: AnyTruth) -> RecordedTruth:
    path = folder / "truth.mcap"
    with RecordingWriter(path) as writer:
        for item in items:
            writer.write(item)
    return recorded_truth(open_recording(path))


def test_truth_comes_in_order_of_time_and_of_two_of_one_instant_the_later_one_counts(tmp_path: Path):
    later, corrected = truth_of([[3.0, 0.0]], START_NS + 1), truth_of([[9.0, 0.0]])

    truth = read(tmp_path, later, TWO, corrected)

    assert [(each.time_ns - START_NS, each.position_m[0, 0]) for each in truth.road_users] == [(0, 9.0), (1, 3.0)]


def test_all_kinds_of_truth_are_told_apart(tmp_path: Path):
    spots = TrueSpots(START_NS, ("p1",), [True])

    truth = read(tmp_path, TWO, spots)

    assert (len(truth.road_users), len(truth.events), len(truth.spots)) == (1, 0, 1)
    assert len(truth.everything) == 2


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"object_ids": [7, 7]}, "wanted every road user once, got 7 more than once"),
        ({"classes": [3, 77]}, "wanted a class of 0 to 10 for road user 1, got 77"),
        ({"position_m": [[1, 0, 0], [NAN, 0, 0]]}, "wanted a finite position_m of road user 1, got [nan, 0.0, 0.0]"),
        ({"velocity_mps": [[INF, 0], [0, 0]]}, "wanted a finite velocity_mps of road user 0, got [inf, 0.0]"),
        ({"heading_rad": [0, NAN]}, "wanted a finite heading_rad of road user 1, got nan"),
    ],
)  # fmt: skip
def test_truth_that_cannot_be_is_refused(tmp_path: Path, wrong: dict, told: str):
    with pytest.raises(RecordingError) as caught:
        read(tmp_path, replace(TWO, **wrong))

    assert str(caught.value) == f"{tmp_path / 'truth.mcap'}: /truth at {START_NS} ns: {told}"
