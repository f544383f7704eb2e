"""Raw CAN frames of a sensor's bus as bytes: one message, some frames (docs/radar-input.md)."""

import numpy as np
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.message import DecodeError

from roadside.sources.v1 import can_frames_pb2
from roadside.types.frames import CanFrames

MAX_FRAMES = 4096
MAX_DATA_BYTES = 8
"""Of a classic CAN frame."""

MAX_STANDARD_ID, MAX_EXTENDED_ID = 0x7FF, 0x1FFFFFFF

SCHEMA_NAME: str = can_frames_pb2.CanFrames.DESCRIPTOR.full_name


class CanFramesError(ValueError):
    """Bytes are not frames of the sensor that was expected; ``str()`` of it is the reason."""


def decode_can_frames(data: bytes, sensor_id: str, arrival_ns: int) -> CanFrames:
    """Returns the frames in a ``roadside.sources.v1.CanFrames`` message. What they mean is not looked at.

    Args:
        data: the serialised message.
        sensor_id: the sensor that is expected.
        arrival_ns: Unix epoch UTC of its arrival on this host.

    Raises:
        CanFramesError: the bytes are no such message, it is another sensor's, it has no frames or too many, or a frame
            is none of a bus: no time, a time before that of the frame before, an id or data too long.
    """
    try:
        message = can_frames_pb2.CanFrames.FromString(data)
    except DecodeError as error:
        raise CanFramesError(f"wanted a {SCHEMA_NAME}, got {len(data)} bytes that are none") from error
    if message.sensor_id != sensor_id:
        raise CanFramesError(f"sensor_id must be {sensor_id!r}, got {message.sensor_id!r}")
    if not 1 <= len(message.frames) <= MAX_FRAMES:
        raise CanFramesError(f"frames must be 1 to {MAX_FRAMES}, got {len(message.frames)}")
    before_ns = 1
    for number, frame in enumerate(message.frames):
        _check(frame, f"frame {number}", before_ns)
        before_ns = frame.time_unix_ns
    return CanFrames(
        sensor_id,
        arrival_ns,
        times_ns=np.array([frame.time_unix_ns for frame in message.frames], dtype=np.int64),
        arbitration_ids=np.array([frame.arbitration_id for frame in message.frames], dtype=np.int64),
        is_extended=np.array([frame.is_extended for frame in message.frames], dtype=np.bool_),
        data=tuple(frame.data for frame in message.frames),
    )


def encode_can_frames(frames: CanFrames) -> bytes:
    """Returns the message that ``decode_can_frames`` turns back into equal frames.

    Raises:
        ValueError: an id is none that the message can hold.
    """
    message = can_frames_pb2.CanFrames(sensor_id=frames.sensor_id)
    columns = (frames.times_ns.tolist(), frames.arbitration_ids.tolist(), frames.is_extended.tolist(), frames.data)
    for time_ns, arbitration_id, is_extended, data in zip(*columns, strict=True):
        message.frames.add(
            time_unix_ns=time_ns, arbitration_id=arbitration_id, is_extended=is_extended, data=data
        )  # fmt: skip
    return message.SerializeToString()


def schema_descriptor_set() -> bytes:
    """Returns the serialised FileDescriptorSet of the frames' message, for a recording."""
    descriptors = FileDescriptorSet()
    can_frames_pb2.DESCRIPTOR.CopyToProto(descriptors.file.add())
    return descriptors.SerializeToString(deterministic=True)


def _check(frame: can_frames_pb2.CanFrame, where: str, before_ns: int) -> None:
    if frame.time_unix_ns < before_ns:
        raise CanFramesError(f"{where}: time_unix_ns must be at least {before_ns}, got {frame.time_unix_ns}")
    highest = MAX_EXTENDED_ID if frame.is_extended else MAX_STANDARD_ID
    if frame.arbitration_id > highest:
        raise CanFramesError(f"{where}: arbitration_id must be at most {highest:#x}, got {frame.arbitration_id:#x}")
    if len(frame.data) > MAX_DATA_BYTES:
        raise CanFramesError(f"{where}: data must be at most {MAX_DATA_BYTES} bytes, got {len(frame.data)}")
