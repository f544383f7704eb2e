"""Video files and network cameras: pictures and access units with a time."""

import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from types import TracebackType
from typing import Self, TypeAlias

import av
from av.bitstream import BitStreamFilterContext
from av.codec.context import Flags, ThreadType
from av.container import InputContainer
from av.video.stream import VideoStream

from roadside.errors import VideoError
from roadside.sources.container import TIMEOUT_S, is_live, open_container, reason_of, without_password
from roadside.sources.frame_times import FrameTimes
from roadside.sources.h264 import H264Encoder
from roadside.sources.picture import DecodedPicture
from roadside.types.frames import EncodedFrame, Frame
from roadside.types.nal_units import starts_decoding

VideoPacket: TypeAlias = "av.Packet[VideoStream]"  # generic in PyAV's stubs only

FALLBACK_RATE_HZ = Fraction(25)
AVCC_VERSION = b"\x01"
"""First byte of the H.264 decoder configuration in MP4 and Matroska; Annex B starts with a zero."""


class VideoSource:
    """One camera: a video file or a URL. It is read once, by ``frames`` or by ``frames_with_encoded``.

    What a frame's time means: of a live URL it is the *arrival* on this host (exposure, encoding and the network
    took 80 to 200 ms more; container times of a stream are not exposure times). Of a file it is the file's own
    time, counted from ``start_time_ns``; without it from 0, and then ``time_is_absolute`` is false. A frame of
    a file arrives at its own time: whoever paces it knows better.

    Attributes:
        sensor_id: the camera.
        width_px, height_px: size of its pictures.
        rate_hz: nominal frame rate.
        is_live: whether frames come as they happen.
        time_is_absolute: whether times are Unix epoch UTC.
        corrupt_total: packets that could not be decoded, and pictures with holes.
    """

    def __init__(
        self,
        sensor_id: str,
        location: str,
        start_time_ns: int | None = None,
        clock_ns: Callable[[], int] = time.time_ns,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        """Opens the video.

        Args:
            sensor_id: the camera.
            location: a path or a URL (``rtsp://``, ``http://``, ``file://``); RTSP goes over TCP.
            start_time_ns: Unix epoch UTC of a file's first frame.
            clock_ns: what tells the arrival time of live frames.
            timeout_s: how long a URL may take to answer, and how long it may then be silent.

        Raises:
            VideoError: it cannot be opened or has no video in it.
        """
        self.sensor_id = sensor_id
        self._where = without_password(location)
        self._container = open_container(location, timeout_s)
        try:
            self._stream = _video_stream(self._container, self._where)
        except VideoError:
            self._container.close()
            raise
        self.width_px, self.height_px = self._stream.width, self._stream.height
        rate_hz = self._stream.average_rate or self._stream.guessed_rate
        self.rate_hz = rate_hz if rate_hz else FALLBACK_RATE_HZ
        self.is_live = is_live(location, self._container)
        self.time_is_absolute = self.is_live or start_time_ns is not None
        self.corrupt_total = 0
        self._clock_ns = clock_ns
        self._times = FrameTimes(start_time_ns or 0, self.rate_hz)
        self._unordered_total = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the file or the connection; a second call does nothing."""
        self._container.close()

    @property
    def repaired_total(self) -> int:
        """Frames whose time in the container was missing or in the wrong order, and was put right."""
        return self._times.repaired_total + self._unordered_total

    @property
    def frame_count(self) -> int | None:
        """How many frames a file says it has; ``None`` where it does not say."""
        return self._stream.frames or None

    @property
    def status(self) -> str:
        """One line for the integrator: what is read, and what its times mean."""
        meaning = "arrival time" if self.is_live else "time of the file" if self.time_is_absolute else "relative time"
        size = f"{self.width_px}x{self.height_px}"
        return f"{self._where}: {self._stream.codec_context.name} {size} at {float(self.rate_hz):.3g} Hz, {meaning}"

    def frames(self) -> Iterator[Frame]:
        """Yields the decoded frames.

        Raises:
            VideoError: the stream was lost, or the file is truncated (after the frames that are there).
        """
        for picture, _, arrival_ns in self._pictures():
            yield self._frame(picture, arrival_ns)

    def frames_with_encoded(self) -> Iterator[tuple[Frame, EncodedFrame]]:
        """Yields the decoded frames, each with its H.264 access unit for a recording.

        H.264 without B-frames is passed through as it came; all else is encoded anew. A picture without bytes of
        its own, which only a damaged stream gives, is counted as corrupt.

        Raises:
            VideoError: as ``frames``.
        """
        to_access_unit = self._passed_through() if self._can_be_passed_through() else self._encoded_anew()
        for picture, packet, arrival_ns in self._pictures():
            data = to_access_unit(picture, packet)
            if not data:
                self.corrupt_total += 1
                continue
            frame = self._frame(picture, arrival_ns)
            yield frame, EncodedFrame(self.sensor_id, frame.time_ns, frame.arrival_ns, starts_decoding(data), data)

    def _pictures(self) -> Iterator[tuple[av.VideoFrame, VideoPacket, int]]:
        """Yields each picture, the packet that completed it, and when that arrived."""
        packets_total = 0
        try:
            for packet in self._container.demux(self._stream):
                arrival_ns = self._clock_ns() if self.is_live else 0
                packets_total += packet.size > 0
                for picture in self._decoded(packet):
                    yield picture, packet, arrival_ns
        except av.FFmpegError as error:
            raise VideoError(f"{self._where}: lost after {packets_total} frames: {reason_of(error)}") from error
        if self._is_truncated(packets_total):
            raise VideoError(f"{self._where}: truncated, {packets_total} of {self._stream.frames} frames are there")
        if self.is_live:
            raise VideoError(f"{self._where}: the stream ended after {packets_total} frames")

    def _is_truncated(self, packets_total: int) -> bool:
        """Whether the index points beyond the end of the file, or an AVI has fewer frames than its header says."""
        index = self._stream.index_entries
        if len(index) and index[-1].pos + index[-1].size > self._container.size > 0:
            return True
        return self._container.format.name == "avi" and packets_total < self._stream.frames

    def _decoded(self, packet: VideoPacket) -> list[av.VideoFrame]:
        try:
            pictures = packet.decode()
        except av.error.InvalidDataError:
            self.corrupt_total += 1
            return []
        self.corrupt_total += sum(picture.is_corrupt for picture in pictures)
        return pictures

    def _frame(self, picture: av.VideoFrame, arrival_ns: int) -> Frame:
        if self.is_live:
            return Frame(self.sensor_id, self._times.of_clock(arrival_ns), arrival_ns, DecodedPicture(picture))
        stamp = picture.pts
        if self._container.format.name == "avi":
            # AVI stores no presentation times: what libav hands out as such are those of the decoding order.
            stamp = picture.dts
            self._unordered_total += stamp is not None and picture.dts != picture.pts
        time_ns = self._times.of_stamp(stamp, picture.time_base)
        return Frame(self.sensor_id, time_ns, time_ns, DecodedPicture(picture))

    def _can_be_passed_through(self) -> bool:
        return self._stream.codec_context.name == "h264" and not self._stream.codec_context.has_b_frames

    def _passed_through(self) -> Callable[[av.VideoFrame, VideoPacket], bytes]:
        extradata = self._stream.codec_context.extradata
        is_avcc = extradata is not None and extradata[:1] == AVCC_VERSION
        # A camera may send its parameter sets once, when the session is set up, and never again.
        bitstream = BitStreamFilterContext("h264_mp4toannexb" if is_avcc else "dump_extra=freq=keyframe", self._stream)

        def access_unit(picture: av.VideoFrame, packet: VideoPacket) -> bytes:
            # An empty packet would end the filter; it comes with a picture only where the stream is damaged.
            return b"".join(bytes(part) for part in bitstream.filter(packet)) if packet.size else b""

        return access_unit

    def _encoded_anew(self) -> Callable[[av.VideoFrame, VideoPacket], bytes]:
        encoder = H264Encoder(self.width_px, self.height_px, self.rate_hz)

        def access_unit(picture: av.VideoFrame, packet: VideoPacket) -> bytes:
            return encoder.encode(picture)

        return access_unit


def _video_stream(container: InputContainer, where: str) -> VideoStream:
    if not container.streams.video:
        raise VideoError(f"{where}: has no video stream")
    stream = container.streams.video[0]
    context = stream.codec_context
    if stream.width <= 0 or stream.height <= 0:
        raise VideoError(f"{where}: its video has no size, it cannot be decoded")
    context.thread_count = 1
    context.thread_type = ThreadType.NONE
    if context.name == "h264" and not context.has_b_frames:
        context.flags |= Flags.low_delay
    return stream
