"""Camera video as Foxglove's CompressedVideo: one H.264 access unit in Annex B form per message."""

from foxglove_schemas_protobuf.CompressedVideo_pb2 import CompressedVideo

from roadside.types.frames import EncodedFrame
from roadside.types.nal_units import starts_decoding

NS_PER_S = 1_000_000_000
VIDEO_FORMAT = "h264"


def frame_to_message(frame: EncodedFrame) -> CompressedVideo:
    """Returns the message of one access unit; its timestamp is the exposure's."""
    message = CompressedVideo(frame_id=frame.sensor_id, data=frame.data, format=VIDEO_FORMAT)
    message.timestamp.seconds, message.timestamp.nanos = divmod(frame.time_ns, NS_PER_S)
    return message


def frame_from_message(message: CompressedVideo, arrival_ns: int) -> EncodedFrame:
    """Returns the access unit of a message.

    Raises:
        ValueError: the video is not H.264.
    """
    if message.format != VIDEO_FORMAT:
        raise ValueError(f"video format must be {VIDEO_FORMAT}, got {message.format!r}")
    time_ns = message.timestamp.seconds * NS_PER_S + message.timestamp.nanos
    return EncodedFrame(message.frame_id, time_ns, arrival_ns, starts_decoding(message.data), message.data)
