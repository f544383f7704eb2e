from pathlib import Path

import numpy as np
import pytest

from roadside.recording.writer import RecordingWriter
from roadside.types.frames import EncodedFrame
from roadside.types.observations import SignalStates
from roadside.types.truth import TrueEvents
from simulation.scenes.regeneration import differences

SECOND_NS = 1_000_000_000


def write(path: Path, seconds: int, data: bytes = b"\x00\x00\x00\x01\x65", late_ns: int = 0) -> Path:
    """A recording of one picture, one state of the signals a second, and the events of the whole span."""
    nothing = np.zeros(0, dtype=np.int64)
    with RecordingWriter(path) as writer:
        writer.attach("site.toml", b"format = 1")
        for second in range(1, seconds + 1):
            time_ns = second * SECOND_NS
            writer.write(EncodedFrame("east", time_ns, time_ns + late_ns, True, data))
            writer.write(SignalStates("controller", time_ns, time_ns, ("east_in",), np.array([3])))
        writer.write(TrueEvents(SECOND_NS, seconds * SECOND_NS, (), nothing, nothing, np.zeros((0, 2))))
    return path


def test_the_beginning_made_again_is_the_same(tmp_path):
    assert differences(write(tmp_path / "whole.mcap", 5), write(tmp_path / "again.mcap", 2)) == []


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        ({"data": b"\x00\x00\x00\x01\x65\x01"}, "message 0 of 2 has other bytes"),
        ({"late_ns": 7}, "message 0 has other times"),
    ],
)
def test_other_pictures_or_other_times_are_told_with_their_topic(tmp_path, changed, line):
    found = differences(write(tmp_path / "whole.mcap", 5), write(tmp_path / "again.mcap", 2, **changed))

    assert found == [f"whole.mcap: /camera/east/video: {line}"]


def test_more_than_there_was_is_a_difference(tmp_path):
    found = differences(write(tmp_path / "whole.mcap", 2), write(tmp_path / "again.mcap", 5))

    assert "whole.mcap: /camera/east/video: wanted at most 2 messages again, got 5" in found
