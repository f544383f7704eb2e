"""Small videos made by real encoders: a bright bar that walks over a grey ramp."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from roadside.geometry.arrays import ByteArray

WIDTH_PX, HEIGHT_PX = 96, 64


def picture(number: int) -> ByteArray:
    """Returns the (64, 96, 3) RGB picture of a frame: its bar starts at column 4 * number."""
    ramp = np.linspace(40, 160, HEIGHT_PX, dtype=np.uint8)[:, None, None]
    rgb = np.broadcast_to(ramp, (HEIGHT_PX, WIDTH_PX, 3)).copy()
    rgb[:, 4 * number % WIDTH_PX :][:, :8] = (230, 200, 40)
    return rgb


def write_clip(
    path: Path,
    frames: int = 12,
    rate_hz: int = 10,
    codec: str = "libx264",
    options: dict[str, str] | None = None,
    muxer: dict[str, str] | None = None,
) -> Path:
    """Writes a clip of constant rate and returns its path; without B-frames unless the options say so."""
    with av.open(str(path), "w", options=muxer or {}) as container:
        stream = container.add_stream(codec, rate=rate_hz)
        stream.width, stream.height = WIDTH_PX, HEIGHT_PX
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        stream.codec_context.thread_count = 1
        stream.codec_context.options = options if options is not None else {"bf": "0", "g": "4"}
        for number in range(frames):
            frame = av.VideoFrame.from_ndarray(picture(number), format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, rate_hz)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def write_shuffled_clip(path: Path, stamps: list[int], rate_hz: int = 10) -> Path:
    """Writes an MJPEG clip whose frames carry the given presentation stamps, in periods."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mjpeg", rate=rate_hz)
        stream.width, stream.height, stream.pix_fmt = WIDTH_PX, HEIGHT_PX, "yuvj420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, rate_hz)
        for number, stamp in enumerate(stamps):
            frame = av.VideoFrame.from_ndarray(picture(number), format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, rate_hz)
            for packet in stream.encode(frame):
                packet.pts, packet.dts = stamp, number - len(stamps)
                container.mux(packet)
    return path
