"""Frames without anything in them, for networks that answer with constants."""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import ByteArray
from roadside.types.frames import Frame


@dataclass(frozen=True)
class GreyPicture:
    """An image without anything in it."""

    width_px: int
    height_px: int

    def rgb(self, width_px: int, height_px: int) -> ByteArray:
        return np.full((height_px, width_px, 3), 128, dtype=np.uint8)


def frame(width_px: int = 64, height_px: int = 32) -> Frame:
    return Frame("north", 1_000, 2_000, GreyPicture(width_px, height_px))
