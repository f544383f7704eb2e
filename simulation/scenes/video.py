"""Pictures to H.264 as a roadside camera sends it: no B-frames, parameter sets with every key frame, one access unit
a picture."""

from fractions import Fraction

import av
import numpy as np

from roadside.geometry.arrays import ByteArray
from roadside.types.frames import EncodedFrame

KEY_FRAME_EVERY = 50
"""Pictures from one key frame to the next: five seconds at 10 Hz."""


class Encoder:
    """One camera's encoder. The same pictures give the same bytes: it works in one thread.

    Attributes:
        sensor_id: the camera.
    """

    def __init__(
        self, sensor_id: str, width_px: int, height_px: int, frame_rate_hz: float, quality_crf: float
    ) -> None:
        self.sensor_id = sensor_id
        rate = Fraction(frame_rate_hz).limit_denominator(1000)
        stream = av.CodecContext.create("libx264", "w")
        stream.width, stream.height, stream.pix_fmt = width_px, height_px, "yuv420p"
        stream.framerate, stream.time_base = rate, 1 / rate
        stream.thread_count = 1
        stream.gop_size = KEY_FRAME_EVERY
        stream.max_b_frames = 0
        stream.options = {
            "preset": "slow",
            "crf": f"{quality_crf:g}",
            # A camera sends what it sees at once: no picture depends on a later one, so the first seconds of a film are
            # the same bytes however long it goes on.
            "tune": "zerolatency",
            "x264-params": "repeat-headers=1:annexb=1:scenecut=0",
        }
        self._stream = stream
        self._count = 0

    def encode(self, picture: ByteArray, time_ns: int, arrival_ns: int) -> EncodedFrame:
        """Returns the access unit of one (H, W, 3) RGB picture.

        Args:
            picture: as the camera sees it.
            time_ns: Unix epoch UTC of the exposure, as the camera's clock has it.
            arrival_ns: when its bytes reach the host.

        Raises:
            ValueError: the encoder held the picture back.
        """
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
        frame.pts = self._count
        self._count += 1
        packets = self._stream.encode(frame)
        if len(packets) != 1:
            raise ValueError(f"{self.sensor_id}: wanted one access unit for picture {frame.pts}, got {len(packets)}")
        return EncodedFrame(self.sensor_id, time_ns, arrival_ns, packets[0].is_keyframe, bytes(packets[0]))
