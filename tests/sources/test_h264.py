from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from roadside.sources.h264 import H264Decoder, H264Encoder
from roadside.sources.video import VideoSource
from roadside.types.frames import EncodedFrame
from roadside.types.nal_units import nal_types, starts_decoding
from tests.sources.clips import picture, write_clip


@pytest.fixture
def access_units(tmp_path: Path) -> list[EncodedFrame]:
    """Twelve access units, every fourth a key frame."""
    with VideoSource("north", str(write_clip(tmp_path / "a.mp4"))) as source:
        return [encoded for _, encoded in source.frames_with_encoded()]


def test_nal_units_are_told_apart_behind_short_and_long_start_codes():
    assert list(nal_types(b"\x00\x00\x00\x01\x67abc\x00\x00\x01\x68d\x00\x00\x01\x65")) == [7, 8, 5]
    assert list(nal_types(b"no start code")) == []
    assert list(nal_types(b"\x00\x00\x01")) == []


def test_decoding_starts_only_where_the_parameter_sets_are():
    assert not starts_decoding(b"\x00\x00\x01\x65picture")
    assert starts_decoding(b"\x00\x00\x01\x67sps\x00\x00\x01\x68pps\x00\x00\x01\x65picture")


def test_each_access_unit_gives_its_frame_at_once(access_units: list[EncodedFrame]):
    decoder = H264Decoder()
    for number, encoded in enumerate(access_units):
        frame = decoder.decode(encoded)
        assert frame is not None
        assert frame.time_ns == encoded.time_ns
        assert np.abs(frame.image.rgb(96, 64).astype(int) - picture(number)).mean() < 6.0
    assert decoder.corrupt_total == decoder.skipped_total == 0


def test_decoding_waits_for_a_key_frame(access_units: list[EncodedFrame]):
    decoder = H264Decoder()
    decoded = [decoder.decode(encoded) is not None for encoded in access_units[2:8]]
    assert decoded == [False, False, True, True, True, True]
    assert (decoder.skipped_total, decoder.corrupt_total) == (2, 0)


@pytest.mark.parametrize("damage", [b"", b"\x00" * 40, b"\xff" * 40, b"not video"])
def test_after_a_corrupt_access_unit_decoding_goes_on_at_the_next_key_frame(
    access_units: list[EncodedFrame], damage: bytes
):
    access_units[1] = replace(access_units[1], data=damage)
    decoder = H264Decoder()
    decoded = [decoder.decode(encoded) is not None for encoded in access_units]
    assert decoded == [True, False, False, False] + [True] * 8
    assert (decoder.corrupt_total, decoder.skipped_total) == (1, 2)


def test_random_damage_never_raises(access_units: list[EncodedFrame]):
    random = np.random.default_rng(3)
    decoder = H264Decoder()
    for _ in range(30):
        for encoded in access_units:
            data = bytearray(encoded.data)
            for position in random.integers(0, len(data), 3):
                data[position] = int(random.integers(0, 256))
            decoder.decode(replace(encoded, data=bytes(data)))
    assert decoder.corrupt_total > 0


@pytest.mark.parametrize(("width_px", "height_px"), [(96, 64), (95, 63)])
def test_the_encoder_gives_one_access_unit_per_picture_at_once(width_px: int, height_px: int):
    encoder, decoder = H264Encoder(width_px, height_px, Fraction(5)), H264Decoder()
    keys = []
    for number in range(21):
        rgb = np.ascontiguousarray(picture(number)[:height_px, :width_px])
        data = encoder.encode(av.VideoFrame.from_ndarray(rgb, format="rgb24"))
        keys.append(starts_decoding(data))
        frame = decoder.decode(EncodedFrame("north", number, number, keys[-1], data))
        assert frame is not None
        assert (frame.image.width_px, frame.image.height_px) == (width_px, height_px)
    assert [number for number, is_key in enumerate(keys) if is_key] == [0, 10, 20]


def test_the_encoder_leaves_the_callers_picture_as_it_was():
    picture_420 = av.VideoFrame.from_ndarray(picture(0), format="rgb24").reformat(format="yuv420p")
    picture_420.pts, picture_420.time_base = 1234, Fraction(1, 90_000)
    H264Encoder(96, 64, Fraction(10)).encode(picture_420)
    assert (picture_420.pts, picture_420.time_base) == (1234, Fraction(1, 90_000))
