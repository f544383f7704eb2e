"""A decoded picture, scaled and converted on demand by libswscale in one go."""

from dataclasses import dataclass

import av
import numpy as np

from roadside.geometry.arrays import ByteArray


@dataclass(frozen=True, slots=True, eq=False)
class DecodedPicture:
    """An ``Image`` around a decoded frame. One thread at a time: scaling touches the frame's colour tags.

    Attributes:
        frame: as the decoder gave it.
    """

    frame: av.VideoFrame

    @property
    def width_px(self) -> int:
        """Width as the camera gave it."""
        return self.frame.width

    @property
    def height_px(self) -> int:
        """Height as the camera gave it."""
        return self.frame.height

    def rgb(self, width_px: int, height_px: int) -> ByteArray:
        """Returns a fresh (height_px, width_px, 3) RGB picture, scaled to that size; each colour lies in one piece.

        Area averaging keeps thin and far things when it shrinks, costs less than bilinear and is bilinear when it
        enlarges. libswscale writes separate colour planes in half the time of interleaved pixels, and a network wants
        them apart anyway. By default it would start a thread per core.
        """
        scaled = self.frame.reformat(width_px, height_px, "gbrp", interpolation="AREA", threads=1)
        rgb = np.empty((3, height_px, width_px), dtype=np.uint8)
        for channel, plane in zip((1, 2, 0), scaled.planes, strict=True):
            rows = np.frombuffer(memoryview(plane), dtype=np.uint8).reshape(-1, plane.line_size)
            rgb[channel] = rows[:height_px, :width_px]
        return rgb.transpose(1, 2, 0)
