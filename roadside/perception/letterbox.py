"""The letterbox: a picture scaled by one factor into the network's input, the rest padded with grey.

Some networks were trained on pictures that fill their input whatever their shape; those are stretched instead.

Boxes of a detector are continuous: 0 is the left edge of the first pixel. Everywhere else in roadside pixel
(0, 0) is the *centre* of the top-left pixel, so half a pixel is subtracted on the way out of here.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from roadside.geometry.arrays import FloatArray
from roadside.perception.manifest import ModelInput
from roadside.types.frames import Image

PADDING_GREY = 114
"""Value of the padding out of 255, as YOLOX pads (https://github.com/Megvii-BaseDetection/YOLOX, preproc)."""

PIXEL_CENTRE_PX = 0.5

IMAGENET_MEAN = np.array([0.485, 0.456, 0.406])
IMAGENET_SIGMA = np.array([0.229, 0.224, 0.225])
"""Mean and deviation of red, green and blue, of 1 (https://pytorch.org/vision, ``models``, "normalized using")."""


@dataclass(frozen=True, slots=True)
class Letterbox:
    """Where a picture lies in a network's input.

    Attributes:
        picture_width_px, picture_height_px: the picture as the camera gave it.
        scaled_width_px, scaled_height_px: the picture in the input, in whole pixels.
        left_px, top_px: padding before it.
    """

    picture_width_px: int
    picture_height_px: int
    scaled_width_px: int
    scaled_height_px: int
    left_px: int
    top_px: int

    def to_picture(self, boxes_px: NDArray[np.float32]) -> FloatArray:
        """Returns (N, 4) boxes of the input (continuous) as pixels of the picture (centres), cut at its border.

        Width and height were rounded to whole pixels, so each axis is scaled back by what it was really scaled.
        """
        left_top = np.array([self.left_px, self.top_px] * 2, dtype=np.float64)
        picture = np.array([self.picture_width_px, self.picture_height_px] * 2, dtype=np.float64)
        scaled = np.array([self.scaled_width_px, self.scaled_height_px] * 2, dtype=np.float64)
        continuous = np.clip((boxes_px - left_top) * (picture / scaled), 0.0, picture)
        return np.asarray(continuous - PIXEL_CENTRE_PX)


def letterbox(picture_width_px: int, picture_height_px: int, wanted: ModelInput) -> Letterbox:
    """Returns where a picture of that size lies in the input of a model."""
    if wanted.placement == "stretched":
        return Letterbox(picture_width_px, picture_height_px, wanted.width_px, wanted.height_px, 0, 0)
    scale = min(wanted.width_px / picture_width_px, wanted.height_px / picture_height_px)
    scaled_width_px = max(1, min(wanted.width_px, round(picture_width_px * scale)))
    scaled_height_px = max(1, min(wanted.height_px, round(picture_height_px * scale)))
    left_px, top_px = 0, 0
    if wanted.placement == "centred":
        left_px = (wanted.width_px - scaled_width_px) // 2
        top_px = (wanted.height_px - scaled_height_px) // 2
    return Letterbox(picture_width_px, picture_height_px, scaled_width_px, scaled_height_px, left_px, top_px)


class InputTensor:
    """The network's input, allocated once and written anew for each picture. One thread's own.

    Attributes:
        array: (1, 3, height, width) float32.
    """

    def __init__(self, wanted: ModelInput) -> None:
        self._wanted = wanted
        self._scale, self._offset = _value_of_byte(wanted.values)
        self._source = (0, 1, 2) if wanted.colours == "rgb" else (2, 1, 0)
        self._letterbox: Letterbox | None = None
        self.array: NDArray[np.float32] = np.empty((1, 3, wanted.height_px, wanted.width_px), dtype=np.float32)

    def write(self, image: Image) -> Letterbox:
        """Writes the picture into ``array`` and returns where it lies."""
        box = self._placed(image.width_px, image.height_px)
        rgb = image.rgb(box.scaled_width_px, box.scaled_height_px)
        rows = slice(box.top_px, box.top_px + box.scaled_height_px)
        columns = slice(box.left_px, box.left_px + box.scaled_width_px)
        for channel, source in enumerate(self._source):
            plane = self.array[0, channel, rows, columns]
            np.multiply(rgb[:, :, source], self._scale[source], out=plane)
            if self._offset[source]:
                plane += self._offset[source]
        return box

    def _placed(self, width_px: int, height_px: int) -> Letterbox:
        """The padding is written only when the picture's size changes."""
        box = self._letterbox
        if box is None or (box.picture_width_px, box.picture_height_px) != (width_px, height_px):
            box = self._letterbox = letterbox(width_px, height_px, self._wanted)
            for channel, source in enumerate(self._source):
                self.array[0, channel] = PADDING_GREY * self._scale[source] + self._offset[source]
        return box


def _value_of_byte(values: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Returns (3,) scale and (3,) offset that make the network's number of a byte, for red, green and blue."""
    scale, offset = np.ones(3), np.zeros(3)
    if values != "0..255":
        scale /= 255.0
    if values == "imagenet":
        scale /= IMAGENET_SIGMA
        offset = -IMAGENET_MEAN / IMAGENET_SIGMA
    return scale.astype(np.float32), offset.astype(np.float32)
