"""One picture of all scenes: what each camera sees in the middle of its recording."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from roadside.geometry.arrays import ByteArray
from roadside.recording.channels import ChannelKind
from roadside.recording.codec import decode
from roadside.recording.reader import Recording, open_recording
from roadside.sources.h264 import H264Decoder
from roadside.types.frames import EncodedFrame

TILE_PX = (426, 240)
COLUMNS = 3
TITLE_PX = 22
INK = (30, 30, 30)


@dataclass(frozen=True, slots=True, eq=False)
class Tile:
    """One camera's picture of one scene.

    Attributes:
        title: scene and camera.
        picture: (240, 426, 3) RGB.
    """

    title: str
    picture: ByteArray


def contact_sheet(recordings: list[Path]) -> ByteArray:
    """Returns (H, W, 3) RGB: a tile for every camera of every recording, three in a row.

    Raises:
        RecordingError: a recording cannot be read.
    """
    tiles = [tile for path in recordings for tile in _tiles(path)]
    width_px, height_px = TILE_PX
    rows = -(-len(tiles) // COLUMNS)
    sheet = np.full((rows * (height_px + TITLE_PX), COLUMNS * width_px, 3), 255, dtype=np.uint8)
    for number, tile in enumerate(tiles):
        top, left = number // COLUMNS * (height_px + TITLE_PX), number % COLUMNS * width_px
        cv2.putText(sheet, tile.title, (left + 6, top + 16), cv2.FONT_HERSHEY_SIMPLEX, 0.48, INK, 1, cv2.LINE_AA)
        sheet[top + TITLE_PX : top + TITLE_PX + height_px, left : left + width_px] = tile.picture
    return sheet


def _tiles(path: Path) -> list[Tile]:
    recording = open_recording(path)
    return [Tile(f"{path.stem}: {camera_id}", _middle(recording, camera_id)) for camera_id in recording.camera_ids]


def _middle(recording: Recording, camera_id: str) -> ByteArray:
    """Returns what a camera shows in the middle of a recording, at a tile's size."""
    frames = [decode(entry) for entry in recording.entries([ChannelKind.VIDEO.topic(camera_id)])]
    decoder = H264Decoder()
    picture = None
    for frame in frames[: len(frames) // 2 + 1]:
        assert isinstance(frame, EncodedFrame)
        picture = decoder.decode(frame) or picture
    if picture is None:
        raise ValueError(f"{recording.path}: wanted a picture of {camera_id}, got none that can be decoded")
    return picture.image.rgb(*TILE_PX)
