"""Detections drawn into pictures, and the video made of them."""

from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import cv2
import numpy as np

from roadside.errors import VideoError
from roadside.geometry.arrays import ByteArray
from roadside.types.detections import Detections
from roadside.types.frames import Frame
from roadside.types.road_users import RoadUserClass

TIME_BASE_S = Fraction(1, 90_000)
NS_PER_S = 1_000_000_000
QUALITY_CRF = "23"

COLOURS: dict[RoadUserClass, tuple[int, int, int]] = {
    # Okabe and Ito's colours, told apart by colour-blind readers too (https://jfly.uni-koeln.de/color/).
    RoadUserClass.CAR: (86, 180, 233),
    RoadUserClass.VAN: (0, 158, 115),
    RoadUserClass.TRUCK: (213, 94, 0),
    RoadUserClass.BUS: (230, 159, 0),
    RoadUserClass.BICYCLE: (255, 255, 255),
    RoadUserClass.MOTORCYCLE: (204, 121, 167),
    RoadUserClass.TRICYCLE: (0, 114, 178),
    RoadUserClass.PEDESTRIAN: (240, 228, 66),
}
OTHER_COLOUR = (200, 200, 200)
BLACK = (0, 0, 0)
FONT = cv2.FONT_HERSHEY_SIMPLEX
REFERENCE_WIDTH_PX = 1280
"""At this picture width a label is drawn at half the font's size and a line 2 pixels thick."""


def draw_detections(picture: ByteArray, detections: Detections) -> None:
    """Draws boxes with class and confidence into a (height, width, 3) RGB picture, in place."""
    relative = max(0.8, picture.shape[1] / REFERENCE_WIDTH_PX)
    # The weakest first, so that the strongest lies on top.
    for row in reversed(range(len(detections))):
        road_user_class = RoadUserClass(detections.classes[row])
        colour = COLOURS.get(road_user_class, OTHER_COLOUR)
        left, top, right, bottom = np.rint(detections.boxes_px[row]).astype(int).tolist()
        cv2.rectangle(picture, (left, top), (right, bottom), colour, max(1, round(1.5 * relative)), cv2.LINE_8)
        text = f"{road_user_class.label} {detections.confidence[row]:.2f}"
        _draw_label(picture, text, (left, top), colour, 0.5 * relative)


def _draw_label(
    picture: ByteArray, text: str, corner: tuple[int, int], colour: tuple[int, int, int], scale: float
) -> None:
    """Writes black on the class's colour above the corner, or inside where there is no room above."""
    (width, height), descent = cv2.getTextSize(text, FONT, scale, 1)
    left = max(0, min(corner[0], picture.shape[1] - width - 2))
    top = max(0, corner[1] - height - descent - 1)
    cv2.rectangle(picture, (left, top), (left + width + 1, top + height + descent), colour, cv2.FILLED)
    cv2.putText(picture, text, (left + 1, top + height), FONT, scale, BLACK, 1, cv2.LINE_AA)


class AnnotatedVideo:
    """An MP4 of frames with their detections, written beside its place and moved there when it is whole.

    Used as a context manager: leaving it with an error removes what was written.
    """

    def __init__(self, path: Path, width_px: int, height_px: int, rate_hz: Fraction) -> None:
        """Starts the file.

        Args:
            path: where it is to lie.
            width_px: of every frame; an odd last column is cut off, for H.264 halves the colour planes.
            height_px: of every frame; likewise.
            rate_hz: nominal frame rate.

        Raises:
            VideoError: the file cannot be written there.
        """
        self._path = path
        self._partial_path = path.with_name(f".{path.name}.partial")
        self._width_px, self._height_px = width_px - width_px % 2, height_px - height_px % 2
        if path.suffix.lower() != ".mp4":
            raise VideoError(f"{path}: must end in .mp4")
        if path.is_dir() or not path.parent.is_dir():
            raise VideoError(f"{path}: {'is a folder' if path.is_dir() else 'its folder does not exist'}")
        try:
            self._container = av.open(f"file:{self._partial_path}", mode="w", format="mp4")
        except av.FFmpegError as error:
            raise VideoError(f"{path}: cannot be written: {error.strerror}") from error
        options = {"preset": "veryfast", "crf": QUALITY_CRF}
        self._stream = self._container.add_stream("libx264", rate=rate_hz, options=options)
        self._stream.width, self._stream.height = self._width_px, self._height_px
        self._stream.pix_fmt = "yuv420p"
        self._stream.time_base = self._stream.codec_context.time_base = TIME_BASE_S
        self._stream.codec_context.thread_count = 1
        self._start_ns: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None and self._start_ns is not None:
                self._finish()
        finally:
            self._container.close()
            self._partial_path.unlink(missing_ok=True)

    def add(self, frame: Frame, detections: Detections) -> None:
        """Appends a frame with its detections drawn in.

        Raises:
            VideoError: the disk is full, or the encoder does not take the frame.
        """
        drawn = np.ascontiguousarray(frame.image.rgb(frame.image.width_px, frame.image.height_px))
        draw_detections(drawn, detections)
        even = np.ascontiguousarray(drawn[: self._height_px, : self._width_px])
        picture = av.VideoFrame.from_ndarray(even, format="rgb24")
        if self._start_ns is None:
            self._start_ns = frame.time_ns
        picture.pts = round((frame.time_ns - self._start_ns) / NS_PER_S / TIME_BASE_S)
        picture.time_base = TIME_BASE_S
        self._write(picture)

    def _finish(self) -> None:
        self._write(None)
        self._container.close()
        self._partial_path.replace(self._path)

    def _write(self, picture: av.VideoFrame | None) -> None:
        try:
            self._container.mux(self._stream.encode(picture))
        except av.FFmpegError as error:
            raise VideoError(f"{self._path}: cannot be written: {error.strerror}") from error
