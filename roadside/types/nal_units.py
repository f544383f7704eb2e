"""What an H.264 access unit in Annex B form consists of (ITU-T H.264, table 7-1)."""

from collections.abc import Iterator

START_CODE = b"\x00\x00\x01"
NAL_TYPE_MASK = 0x1F
NAL_SLICES = (1, 5)
NAL_IDR_SLICE = 5
NAL_SEQUENCE_PARAMETERS = 7


def nal_types(data: bytes) -> Iterator[int]:
    """Yields the kind of each NAL unit, in order; the search goes no further than is asked for."""
    position = data.find(START_CODE)
    while 0 <= position < len(data) - len(START_CODE):
        yield data[position + len(START_CODE)] & NAL_TYPE_MASK
        position = data.find(START_CODE, position + len(START_CODE))


def starts_decoding(data: bytes) -> bool:
    """Returns whether an access unit is an IDR picture that brings its parameter sets.

    The parameter sets stand before the first slice, so the search ends at it: a slice is nearly all of the bytes.
    """
    has_parameters = False
    for nal_type in nal_types(data):
        if nal_type in NAL_SLICES:
            return has_parameters and nal_type == NAL_IDR_SLICE
        has_parameters |= nal_type == NAL_SEQUENCE_PARAMETERS
    return False
