from pathlib import Path

import numpy as np
import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from hypothesis import given
from hypothesis import strategies as st

from roadside.recording.channels import ChannelKind, channel_of
from roadside.recording.reader import open_recording
from roadside.recording.writer import RecordingWriter
from roadside.sources.can_frames import (
    SCHEMA_NAME,
    CanFramesError,
    decode_can_frames,
    encode_can_frames,
    schema_descriptor_set,
)
from roadside.types.frames import CanFrames

TIME_NS, ARRIVAL_NS = 1_790_000_000_000_000_001, 1_790_000_000_020_000_000


def frames_of(
    data: tuple[bytes, ...] = (b"\x01\x02", b"", b"\xff" * 8),
    arbitration_id: int = 0x60A,
    is_extended: bool = False,
    sensor_id: str = "r1",
    first_ns: int = TIME_NS,
    step_ns: int = 250_000,
) -> CanFrames:
    count = len(data)
    times_ns = first_ns + step_ns * np.arange(count)
    ids, extended = np.full(count, arbitration_id), np.full(count, is_extended)
    return CanFrames(sensor_id, ARRIVAL_NS, times_ns, ids, extended, data)


def decoded(frames: CanFrames) -> CanFrames:
    return decode_can_frames(encode_can_frames(frames), "r1", ARRIVAL_NS)


def assert_equal(got: CanFrames, wanted: CanFrames) -> None:
    assert (got.sensor_id, got.arrival_ns, got.data) == (wanted.sensor_id, wanted.arrival_ns, wanted.data)
    for name in ("times_ns", "arbitration_ids", "is_extended"):
        assert np.array_equal(getattr(got, name), getattr(wanted, name)), name


@given(
    data=st.lists(st.binary(max_size=8), min_size=1, max_size=6).map(tuple),
    arbitration_id=st.integers(0, 0x1FFFFFFF),
    step_ns=st.integers(0, 10**9),
)
def test_all_frames_come_back_as_they_were(data: tuple[bytes, ...], arbitration_id: int, step_ns: int) -> None:
    frames = frames_of(data, arbitration_id, is_extended=True, step_ns=step_ns)

    assert_equal(decoded(frames), frames)


@given(data=st.binary(max_size=300))
def test_random_bytes_are_rejected_and_nothing_worse(data: bytes) -> None:
    with pytest.raises(CanFramesError):
        decode_can_frames(data, "r1", ARRIVAL_NS)


def test_frames_of_another_sensor_are_rejected() -> None:
    with pytest.raises(CanFramesError, match="sensor_id must be 'r1', got 'r2'"):
        decoded(frames_of(sensor_id="r2"))


def test_no_frames_at_all_are_rejected() -> None:
    with pytest.raises(CanFramesError, match="frames must be 1 to 4096, got 0"):
        decode_can_frames(b"\x0a\x02r1", "r1", ARRIVAL_NS)


def test_more_frames_than_a_batch_may_have_are_rejected() -> None:
    assert len(decoded(frames_of((b"",) * 4096))) == 4096
    with pytest.raises(CanFramesError, match="frames must be 1 to 4096, got 4097"):
        decoded(frames_of((b"",) * 4097))


def test_a_frame_without_a_time_is_rejected() -> None:
    with pytest.raises(CanFramesError, match="frame 0: time_unix_ns must be at least 1, got 0"):
        decoded(frames_of(first_ns=0))


def test_time_that_runs_backwards_is_rejected() -> None:
    with pytest.raises(CanFramesError, match=f"frame 1: time_unix_ns must be at least {TIME_NS}, got {TIME_NS - 1}"):
        decoded(frames_of(step_ns=-1))


@pytest.mark.parametrize(("is_extended", "highest"), [(False, 0x7FF), (True, 0x1FFFFFFF)])
def test_an_id_with_too_many_bits_is_rejected(is_extended: bool, highest: int) -> None:
    assert len(decoded(frames_of(arbitration_id=highest, is_extended=is_extended))) == 3
    with pytest.raises(CanFramesError, match=f"frame 0: arbitration_id must be at most {highest:#x}"):
        decoded(frames_of(arbitration_id=highest + 1, is_extended=is_extended))


def test_more_data_than_classic_can_carries_is_rejected() -> None:
    with pytest.raises(CanFramesError, match="frame 1: data must be at most 8 bytes, got 9"):
        decoded(frames_of((b"", b"123456789")))


def test_an_empty_batch_has_no_time_and_is_refused() -> None:
    with pytest.raises(ValueError, match="CanFrames must hold at least one frame, got none"):
        frames_of(())


def test_recorded_frames_are_the_frames_that_arrived(tmp_path: Path) -> None:
    frames = frames_of()
    topic = ChannelKind.CAN.topic("r1")
    with RecordingWriter(tmp_path / "a.mcap") as recording:
        data = encode_can_frames(frames)
        recording.write_bytes(topic, SCHEMA_NAME, schema_descriptor_set(), data, frames.arrival_ns, frames.time_ns)
    [entry] = open_recording(tmp_path / "a.mcap").entries()

    assert (entry.topic, channel_of(entry.topic)) == ("/radar/r1/can", (ChannelKind.CAN, "r1"))
    assert (entry.schema_name, entry.publish_time_ns) == (SCHEMA_NAME, TIME_NS)
    assert_equal(decode_can_frames(entry.data, "r1", entry.log_time_ns), frames)


def test_the_schema_holds_the_batch_and_its_frames() -> None:
    [file] = FileDescriptorSet.FromString(schema_descriptor_set()).file

    names = [f"{file.package}.{message.name}" for message in file.message_type]
    assert names == [SCHEMA_NAME, "roadside.sources.v1.CanFrame"]
