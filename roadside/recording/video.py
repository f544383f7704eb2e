"""Camera video as Foxglove's CompressedVideo: one H.264 access unit in Annex B form per message."""

from foxglove_schemas_protobuf.CompressedVideo_pb2 import CompressedVideo

from roadside.types.frames import EncodedFrame

NS_PER_S = 1_000_000_000
VIDEO_FORMAT = "h264"
START_CODE = b"\x00\x00\x01"
NAL_TYPE_MASK = 0x1F
NAL_SLICES = (1, 5)
NAL_IDR_SLICE = 5
NAL_SEQUENCE_PARAMETERS = 7


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


def starts_decoding(data: bytes) -> bool:
    """Returns whether an Annex B access unit is an IDR picture that brings its parameter sets.

    NAL unit types are those of ITU-T H.264, table 7-1. The parameter sets stand before the first slice, so the search
    ends at it: a slice is nearly all of the bytes.
    """
    has_parameters = False
    position = data.find(START_CODE)
    while 0 <= position < len(data) - len(START_CODE):
        nal_type = data[position + len(START_CODE)] & NAL_TYPE_MASK
        if nal_type in NAL_SLICES:
            return has_parameters and nal_type == NAL_IDR_SLICE
        has_parameters |= nal_type == NAL_SEQUENCE_PARAMETERS
        position = data.find(START_CODE, position + len(START_CODE))
    return False
