"""Frames of real videos as training pictures, labelled by a detector that learnt from photographs.

They show what rendered pictures cannot: real paint, real shadows, real cameras. The other detector is no truth, so only
what it is sure of is taught, and what it half sees is neither object nor background.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np

from roadside.geometry.arrays import BoolArray, ByteArray
from roadside.perception.detector import Detector
from roadside.perception.manifest import ModelManifest
from roadside.types.detections import Detections
from roadside.types.road_users import RoadUserClass
from simulation.detector.classes import INDEX_OF_CLASS
from simulation.detector.domain_gap import SURE, frames_of, is_rider
from simulation.detector.pictures_set import PICTURES_PER_SHARD, LabelledPicture, PictureLabels, write_shard
from simulation.detector.targets import LEAST_VISIBLE_PX

WIDTH_PX = 640
"""Of the stored pictures, whatever the video's: that of the rendered ones."""
HALF_SEEN = 0.05
"""Confidence from which on something may be there."""
TAUGHT = (RoadUserClass.CAR, RoadUserClass.BUS, RoadUserClass.PEDESTRIAN)
"""What photographs' labels call as we do. Their trucks may be our vans, their bicycles come without the rider."""
WEATHER = "photograph"


def write_photographs(teacher: ModelManifest, videos: Sequence[Path], every: int, folder: Path) -> int:
    """Writes a set of labelled frames and returns how many there are.

    Args:
        teacher: the model that learnt from photographs.
        videos: files.
        every: one frame out of so many is taken.
        folder: where the set goes.
    """
    pictures = list(photographs(teacher, videos, every))
    for number, first in enumerate(range(0, len(pictures), PICTURES_PER_SHARD)):
        write_shard(folder, number, pictures[first : first + PICTURES_PER_SHARD])
    return len(pictures)


def photographs(teacher: ModelManifest, videos: Sequence[Path], every: int) -> Iterator[LabelledPicture]:
    """Yields the labelled frames of videos."""
    thresholds = teacher.thresholds.model_copy(update={"confidence": HALF_SEEN})
    detector = Detector(teacher.model_copy(update={"thresholds": thresholds}))
    for video in videos:
        for frame in frames_of(video, every):
            seen = detector.detect(frame)
            height_px = round(frame.image.height_px * WIDTH_PX / frame.image.width_px)
            yield photograph(frame.image.rgb(WIDTH_PX, height_px), seen, f"{video.parent.name}/{video.stem}")


def photograph(rgb: ByteArray, seen: Detections, video: str) -> LabelledPicture:
    """Returns a frame with what the other detector saw in it.

    Args:
        rgb: (height, width, 3) the frame, possibly at another size.
        seen: what was seen, in pixels of the frame as the camera gave it.
        video: its name.
    """
    seen = seen.select(INDEX_OF_CLASS[seen.classes] >= 0)
    scale = rgb.shape[1] / seen.width_px
    boxes_px = seen.boxes_px * scale
    is_taught: BoolArray = (seen.confidence >= SURE) & np.isin(seen.classes, TAUGHT) & ~is_rider(seen)
    area_px = (boxes_px[:, 2:] - boxes_px[:, :2]).prod(axis=1).astype(np.int64)
    shown_px = np.where(is_taught, np.maximum(area_px, LEAST_VISIBLE_PX), 1)
    labels = PictureLabels(
        INDEX_OF_CLASS[seen.classes], boxes_px, boxes_px.copy(), shown_px, shown_px.copy(), np.full(len(seen), np.nan)
    )
    return LabelledPicture(np.ascontiguousarray(rgb), labels, video, WEATHER, float("nan"))


def drawn(picture: LabelledPicture) -> ByteArray:
    """Returns a picture with its labels, what is taught in green and what is ignored in orange, for looking at."""
    shown = picture.rgb.copy()
    taught = picture.labels.visible_px >= LEAST_VISIBLE_PX
    for box, is_taught in zip(picture.labels.full_box_px.round().astype(int).tolist(), taught, strict=True):
        cv2.rectangle(shown, tuple(box[:2]), tuple(box[2:]), (60, 220, 60) if is_taught else (255, 140, 0), 1)
    return shown
