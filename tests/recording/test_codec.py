from typing import Any, get_args

import numpy as np
import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass
from google.protobuf.unknown_fields import UnknownFieldSet

from roadside.errors import RecordingError
from roadside.recording.channels import ChannelKind, channel_of
from roadside.recording.codec import Entry, Recordable, decode, descriptor_set, encode
from roadside.types.detections import Detections
from roadside.types.frames import EncodedFrame
from roadside.types.observations import (
    Environment,
    Measurements,
    NeighbourObjects,
    Observation,
    OperatorAction,
    OperatorCommand,
    SensorHealth,
    SensorState,
    SignalPhase,
    SignalStates,
    SpotEvidence,
    Tick,
    VehicleReport,
)
from roadside.types.truth import GOES_ON_NS, TrueEvents, TrueSpots, Truth

TIME_NS, ARRIVAL_NS = 1_790_000_000_123_456_789, 1_790_000_000_173_456_788
SHARED = ("sensor-1", TIME_NS, ARRIVAL_NS)


def awkward(*shape: int) -> np.ndarray:
    """Numbers that any rounding would change, and NaN, infinity, minus zero and a denormal among them."""
    values = np.random.default_rng(sum(shape) + 7).normal(size=shape) * 1e3
    special = [np.nan, np.inf, -0.0, 5e-324]
    flat = values.reshape(-1)
    flat[: len(special)] = special[: flat.size]
    return values


def with_rows(n: int) -> list[Recordable]:
    classes = np.arange(n) % 11
    names = tuple(f"name-{i}" for i in range(n))
    return [
        Measurements(
            *SHARED, np.arange(n) % 2, awkward(n, 2), awkward(n, 2, 2), awkward(n), awkward(n), awkward(n, 2),
            awkward(n), awkward(n, 3), classes, awkward(n),
        ),
        SignalStates(*SHARED, names, np.full(n, SignalPhase.GREEN_PROTECTED)),
        Environment(*SHARED, names, awkward(n)),
        SpotEvidence(*SHARED, names, awkward(n)),
        NeighbourObjects(*SHARED, np.arange(n) + 2**62, awkward(n, 4), awkward(n, 4, 4), classes),
        VehicleReport(*SHARED, awkward(4), awkward(4, 4), awkward(3), 6),
        OperatorCommand(*SHARED, OperatorAction.CLOSE_SPOT, "spot-3", "кран стоит, 起重机"),
        SensorHealth(*SHARED, SensorState.DEGRADED, "lost the stream", 2**40, 7),
        Tick(TIME_NS),
        Detections(*SHARED, 1280, 720, awkward(n, 4), awkward(n), classes),
        Truth(
            TIME_NS, ("cam-a", "cam-b"), np.arange(n) + 2**62, classes, awkward(n, 3), awkward(n, 2), awkward(n),
            awkward(n, 3), np.arange(2 * n).reshape(n, 2),
        ),
        TrueEvents(
            TIME_NS, TIME_NS + 7, names, np.arange(n) + TIME_NS, np.full(n, GOES_ON_NS), awkward(n, 2),
        ),
        TrueSpots(TIME_NS, names, np.arange(n) % 2 == 0),
        EncodedFrame(*SHARED, False, b"\x00\x00\x00\x01\x41" + bytes(range(2, 256))),
    ]  # fmt: skip


def fields_of(item: Any) -> dict[str, Any]:
    return {name: getattr(item, name) for name in type(item).__dataclass_fields__}


def assert_equal(got: Recordable, wanted: Recordable) -> None:
    assert type(got) is type(wanted)
    for name, want in fields_of(wanted).items():
        value = getattr(got, name)
        if isinstance(want, np.ndarray):
            assert (value.dtype, value.shape) == (want.dtype, want.shape), name
            assert value.tobytes() == want.tobytes(), name
        else:
            assert (type(value), value) == (type(want), want), name


@pytest.mark.parametrize("kind", get_args(Recordable), ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("rows", [0, 1, 5])
def test_every_kind_comes_back_bit_for_bit(kind: type, rows: int) -> None:
    [item] = [item for item in with_rows(rows) if type(item) is kind]
    entry = encode(item)
    assert_equal(decode(entry), item)
    assert (entry.log_time_ns, entry.publish_time_ns) == (getattr(item, "arrival_ns", TIME_NS), TIME_NS)


def test_every_observation_of_the_closed_union_is_recorded() -> None:
    assert set(get_args(Observation)) < set(get_args(Recordable))


def test_truth_without_cameras_keeps_its_rows() -> None:
    truth = Truth(
        TIME_NS, (), np.arange(3), np.zeros(3), np.zeros((3, 3)), np.zeros((3, 2)), np.zeros(3), np.ones((3, 3)),
        np.zeros((3, 0)),
    )  # fmt: skip
    assert_equal(decode(encode(truth)), truth)


def test_truth_whose_columns_do_not_match_its_cameras_is_refused() -> None:
    truth = Truth(
        TIME_NS, ("cam-a",), np.arange(3), np.zeros(3), np.zeros((3, 3)), np.zeros((3, 2)), np.zeros(3),
        np.ones((3, 3)), np.zeros((3, 2)),
    )  # fmt: skip
    with pytest.raises(ValueError, match=r"Truth.visible_px must have 1 columns, got 2"):
        encode(truth)


def test_topics_say_what_they_hold_and_of_which_sensor() -> None:
    topics = [encode(item).topic for item in with_rows(1)]
    assert topics == [
        "/measurements/sensor-1", "/signals/sensor-1", "/environment/sensor-1", "/spots/sensor-1",
        "/neighbours/sensor-1", "/vehicles", "/operator", "/health/sensor-1", "/tick",
        "/camera/sensor-1/detections", "/truth", "/truth/events", "/truth/spots", "/camera/sensor-1/video",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ChannelKind)
def test_a_topic_tells_its_kind_and_sensor(kind: ChannelKind) -> None:
    sensor_id = "north/1" if "{}" in kind.value else ""
    assert channel_of(kind.topic(sensor_id)) == (kind, sensor_id)


@pytest.mark.parametrize("topic", ["", "/", "/camera//video", "/camera/a/depth", "/tick/1", "/radar/a", "imu"])
def test_a_foreign_topic_has_no_kind(topic: str) -> None:
    assert channel_of(topic) is None


def test_a_sensor_without_an_id_has_no_topic() -> None:
    with pytest.raises(ValueError, match="needs a sensor id"):
        encode(Environment("", TIME_NS, ARRIVAL_NS, (), np.zeros(0)))


@pytest.mark.parametrize(
    ("units", "is_key"),
    [
        ([b"\x67sps", b"\x68pps", b"\x65idr"], True),
        ([b"\x09\xf0", b"\x67sps", b"\x68pps", b"\x06sei", b"\x65idr", b"\x65second slice"], True),
        ([b"\x41slice"], False),
        ([b"\x65idr without parameters"], False),
        ([b"\x67sps", b"\x68pps", b"\x41recovery point, no idr"], False),
        ([b"\x65idr", b"\x67too late"], False),
    ],
)
@pytest.mark.parametrize("start_code", [b"\x00\x00\x01", b"\x00\x00\x00\x01"])
def test_decoding_can_start_where_parameter_sets_and_an_idr_slice_are(
    units: list[bytes], is_key: bool, start_code: bytes
) -> None:
    data = b"".join(start_code + unit for unit in units)
    frame = decode(encode(EncodedFrame(*SHARED, False, data)))
    assert isinstance(frame, EncodedFrame)
    assert frame.is_key is is_key


@pytest.mark.parametrize("item", with_rows(2), ids=lambda item: type(item).__name__)
def test_bytes_that_are_cut_are_a_recording_error_or_another_whole_item(item: Recordable) -> None:
    entry = encode(item)
    for size in range(0, len(entry.data), 7):
        cut = Entry(entry.topic, entry.schema_name, entry.log_time_ns, entry.publish_time_ns, entry.data[:size])
        try:
            assert type(decode(cut)) is type(item)
        except RecordingError as error:
            assert entry.topic in str(error)
            assert "\n" not in str(error)


def test_an_entry_of_another_schema_is_told_apart() -> None:
    with pytest.raises(RecordingError, match=r"/scene: wanted one of roadside's own messages, got schema other.Scene"):
        decode(Entry("/scene", "other.Scene", 1, 1, b""))


@pytest.mark.parametrize("item", with_rows(1), ids=lambda item: type(item).__name__)
def test_the_schema_beside_the_bytes_is_enough_to_read_them(item: Recordable) -> None:
    entry = encode(item)
    pool = DescriptorPool()
    for file in FileDescriptorSet.FromString(descriptor_set(entry.schema_name)).file:
        pool.Add(file)
    message = GetMessageClass(pool.FindMessageTypeByName(entry.schema_name)).FromString(entry.data)
    assert message.SerializeToString() == entry.data
    assert not list(UnknownFieldSet(message))
