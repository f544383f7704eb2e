"""Our own types to recorded bytes and back. Radar scans and scenes pass through as the bytes they are."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from foxglove_schemas_protobuf.CompressedVideo_pb2 import CompressedVideo
from google.protobuf.message import DecodeError, Message
from mcap_protobuf.schema import build_file_descriptor_set

from roadside.errors import RecordingError
from roadside.recording import messages, truth_messages, video
from roadside.recording.channels import ChannelKind
from roadside.recording.v1 import detections_pb2, observations_pb2, truth_pb2
from roadside.types.detections import Detections
from roadside.types.frames import EncodedFrame
from roadside.types.observations import (
    Environment,
    Measurements,
    NeighbourObjects,
    Observation,
    OperatorCommand,
    SensorHealth,
    SignalStates,
    SpotEvidence,
    Tick,
    VehicleReport,
)
from roadside.types.truth import AnyTruth, TrueEvents, TrueSpots, Truth

Recordable: TypeAlias = Observation | Detections | AnyTruth | EncodedFrame
"""What ``encode`` takes and ``decode`` gives."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One recorded message.

    Attributes:
        topic: its channel.
        schema_name: full name of the protobuf message in ``data``.
        log_time_ns: Unix epoch UTC of its arrival on the host (of a scene: of its publication).
        publish_time_ns: Unix epoch UTC that it speaks of.
        data: the serialised message.
    """

    topic: str
    schema_name: str
    log_time_ns: int
    publish_time_ns: int
    data: bytes


@dataclass(frozen=True, slots=True)
class _Codec:
    """How one type is recorded: its channel, its message, and the way there and back."""

    kind: ChannelKind
    message_type: type[Message]
    to_message: Callable[[Any], Message]
    from_message: Callable[[Any, int], Recordable]


_CODECS: dict[type[Recordable], _Codec] = {
    Measurements: _Codec(
        ChannelKind.MEASUREMENTS,
        observations_pb2.Measurements,
        messages.measurements_to_message,
        messages.measurements_from_message,
    ),
    SignalStates: _Codec(
        ChannelKind.SIGNALS,
        observations_pb2.SignalStates,
        messages.signal_states_to_message,
        messages.signal_states_from_message,
    ),
    Environment: _Codec(
        ChannelKind.ENVIRONMENT,
        observations_pb2.Environment,
        messages.environment_to_message,
        messages.environment_from_message,
    ),
    SpotEvidence: _Codec(
        ChannelKind.SPOTS,
        observations_pb2.SpotEvidence,
        messages.spot_evidence_to_message,
        messages.spot_evidence_from_message,
    ),
    NeighbourObjects: _Codec(
        ChannelKind.NEIGHBOURS,
        observations_pb2.NeighbourObjects,
        messages.neighbour_objects_to_message,
        messages.neighbour_objects_from_message,
    ),
    VehicleReport: _Codec(
        ChannelKind.VEHICLES,
        observations_pb2.VehicleReport,
        messages.vehicle_report_to_message,
        messages.vehicle_report_from_message,
    ),
    OperatorCommand: _Codec(
        ChannelKind.OPERATOR,
        observations_pb2.OperatorCommand,
        messages.operator_command_to_message,
        messages.operator_command_from_message,
    ),
    SensorHealth: _Codec(
        ChannelKind.HEALTH,
        observations_pb2.SensorHealth,
        messages.sensor_health_to_message,
        messages.sensor_health_from_message,
    ),
    Tick: _Codec(ChannelKind.TICK, observations_pb2.Tick, messages.tick_to_message, messages.tick_from_message),
    Detections: _Codec(
        ChannelKind.DETECTIONS,
        detections_pb2.Detections,
        messages.detections_to_message,
        messages.detections_from_message,
    ),
    Truth: _Codec(
        ChannelKind.TRUTH, truth_pb2.Truth, truth_messages.truth_to_message, truth_messages.truth_from_message
    ),
    TrueEvents: _Codec(
        ChannelKind.TRUE_EVENTS,
        truth_pb2.TrueEvents,
        truth_messages.true_events_to_message,
        truth_messages.true_events_from_message,
    ),
    TrueSpots: _Codec(
        ChannelKind.TRUE_SPOTS,
        truth_pb2.TrueSpots,
        truth_messages.true_spots_to_message,
        truth_messages.true_spots_from_message,
    ),
    EncodedFrame: _Codec(ChannelKind.VIDEO, CompressedVideo, video.frame_to_message, video.frame_from_message),
}
_CODEC_OF_SCHEMA = {codec.message_type.DESCRIPTOR.full_name: codec for codec in _CODECS.values()}


def encode(item: Recordable) -> Entry:
    """Returns the entry that ``decode`` turns back into an equal item; floats and NaN are kept exactly.

    Raises:
        ValueError: the item has no sensor id, or a number that the recording's message cannot hold.
    """
    codec = _CODECS[type(item)]
    # Ticks and truths belong to no sensor, and their topics take no notice of an id. Truth has no arrival of its
    # own: it arrives when it was.
    topic = codec.kind.topic(getattr(item, "sensor_id", ""))
    log_time_ns = item.time_ns if isinstance(item, AnyTruth) else item.arrival_ns
    data = codec.to_message(item).SerializeToString()
    return Entry(topic, codec.message_type.DESCRIPTOR.full_name, log_time_ns, item.time_ns, data)


def decode(entry: Entry) -> Recordable:
    """Returns the item that an entry holds.

    Raises:
        RecordingError: the entry is of a kind that passes through as bytes, or its bytes make no sense.
    """
    codec = _CODEC_OF_SCHEMA.get(entry.schema_name)
    if codec is None:
        raise RecordingError(f"{entry.topic}: wanted one of roadside's own messages, got schema {entry.schema_name}")
    try:
        return codec.from_message(codec.message_type.FromString(entry.data), entry.log_time_ns)
    except (DecodeError, ValueError) as error:
        where = f"{entry.topic} at {entry.log_time_ns} ns"
        raise RecordingError(f"{where}: wanted a {entry.schema_name}, got bytes that are none: {error}") from error


def schema_name_of(kind: type[Recordable]) -> str:
    """Returns the full name of the message that ``encode`` makes of one of our own types."""
    return str(_CODECS[kind].message_type.DESCRIPTOR.full_name)


@cache
def descriptor_set(schema_name: str) -> bytes:
    """Returns the serialised FileDescriptorSet of one of the messages that ``encode`` makes."""
    message_type = _CODEC_OF_SCHEMA[schema_name].message_type
    return bytes(build_file_descriptor_set(message_type).SerializeToString(deterministic=True))
