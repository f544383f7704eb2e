"""H.264 access units in Annex B form: told apart, made from pictures, and made pictures again."""

from dataclasses import dataclass
from fractions import Fraction

import av
from av.codec.context import Flags, ThreadType
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType

from roadside.errors import VideoError
from roadside.sources.picture import DecodedPicture
from roadside.types.frames import EncodedFrame, Frame


@dataclass(frozen=True, slots=True)
class Coding:
    """What pictures are to cost.

    Attributes:
        preset: libx264's word for how long it may search.
        quality_crf: its constant rate factor; higher is smaller and worse.
        key_frame_every_s: from one picture that decoding can start at to the next.
    """

    preset: str
    quality_crf: float
    key_frame_every_s: float


LIVE_CODING = Coding(preset="ultrafast", quality_crf=23.0, key_frame_every_s=2.0)
"""For pictures that are encoded while the pole works: next to no time."""


class H264Encoder:
    """Pictures to access units, one in, one out: no B-frames, no look-ahead, parameter sets at every key frame."""

    def __init__(self, width_px: int, height_px: int, rate_hz: Fraction, coding: Coding = LIVE_CODING) -> None:
        """Sets the encoder up.

        Args:
            width_px: of every picture.
            height_px: of every picture.
            rate_hz: nominal frame rate.
            coding: what pictures are to cost.
        """
        context = av.CodecContext.create("libx264", "w")
        context.width, context.height = width_px, height_px
        # Halved colour planes need even sides.
        context.pix_fmt = "yuv420p" if width_px % 2 == 0 and height_px % 2 == 0 else "yuv444p"
        context.framerate, context.time_base = rate_hz, 1 / rate_hz
        context.gop_size = max(1, round(coding.key_frame_every_s * rate_hz))
        context.max_b_frames = 0
        context.thread_count = 1
        context.options = {
            "preset": coding.preset, "tune": "zerolatency", "crf": f"{coding.quality_crf:g}",
            "x264-params": "repeat-headers=1",
        }  # fmt: skip
        self._context: VideoCodecContext = context
        self._count = 0

    def encode(self, picture: av.VideoFrame) -> bytes:
        """Returns the access unit of a picture.

        Raises:
            VideoError: libx264 does not take the picture.
        """
        try:
            packets = self._context.encode(self._prepared(picture))
        except av.FFmpegError as error:
            raise VideoError(f"libx264: cannot encode a picture: {error.strerror}") from error
        self._count += 1
        return b"".join(bytes(packet) for packet in packets)

    def _prepared(self, picture: av.VideoFrame) -> av.VideoFrame:
        """Returns a copy that is the encoder's own: numbered, and in the colours that untagged H.264 is read in."""
        context = self._context
        copy = picture.reformat(
            context.width, context.height, context.pix_fmt, dst_colorspace="ITU601", dst_color_range="MPEG",
            interpolation="AREA", threads=1,
        )  # fmt: skip
        if copy is picture:
            copy = av.VideoFrame.from_ndarray(picture.to_ndarray(), format=copy.format.name)
        copy.pts, copy.time_base, copy.pict_type = self._count, context.time_base, PictureType.NONE
        return copy


class H264Decoder:
    """Access units of one camera to frames, one in, one out. Corrupt data is counted and never raised.

    Attributes:
        corrupt_total: access units that could not be decoded.
        skipped_total: access units before the first key frame, or between a corrupt one and the next key frame:
            what builds on a missing picture shows road users where none are.
    """

    def __init__(self) -> None:
        self.corrupt_total = 0
        self.skipped_total = 0
        self._context = self._fresh_context()
        self._awaits_key = True

    def decode(self, encoded: EncodedFrame) -> Frame | None:
        """Returns the picture of an access unit, or ``None`` where it was counted instead."""
        if self._awaits_key and not encoded.is_key:
            self.skipped_total += 1
            return None
        if self._awaits_key:
            self._context = self._fresh_context()
        pictures = self._pictures(encoded.data)
        self._awaits_key = len(pictures) != 1 or pictures[0].is_corrupt
        if self._awaits_key:
            self.corrupt_total += 1
            return None
        return Frame(encoded.sensor_id, encoded.time_ns, encoded.arrival_ns, DecodedPicture(pictures[0]))

    def _pictures(self, data: bytes) -> list[av.VideoFrame]:
        if not data:
            return []
        try:
            return self._context.decode(av.Packet(data))
        except av.FFmpegError:
            return []

    @staticmethod
    def _fresh_context() -> VideoCodecContext:
        context = av.CodecContext.create("h264", "r")
        context.thread_count = 1
        context.thread_type = ThreadType.NONE
        context.flags |= Flags.low_delay  # else the decoder holds frames back in case B-frames follow
        context.options = {"err_detect": "explode"}  # else it invents what it could not read
        return context
