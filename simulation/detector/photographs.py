"""Frames of real videos as training pictures, labelled by a detector that learnt from photographs.

They show what rendered pictures cannot: real paint, real shadows, real cameras. The other detector is no truth, so only
what it is sure of is taught, and what it half sees is neither object nor background.
"""

import itertools
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from roadside.geometry.arrays import BoolArray, ByteArray
from roadside.perception.detector import Detector
from roadside.perception.manifest import ModelManifest
from roadside.types.detections import Detections
from roadside.types.road_users import RoadUserClass
from simulation.detector.classes import INDEX_OF_CLASS
from simulation.detector.domain_gap import SURE, frames_of, with_riders_joined
from simulation.detector.pictures_set import PICTURES_PER_SHARD, LabelledPicture, PictureLabels, write_shard
from simulation.detector.targets import LEAST_VISIBLE_PX

WIDTH_PX = 640
"""Of the stored pictures, whatever the video's: that of the rendered ones."""
HALF_SEEN = 0.05
"""Confidence from which on something may be there."""
TAUGHT = (RoadUserClass.CAR, RoadUserClass.BUS, RoadUserClass.PEDESTRIAN)
"""What photographs' labels name as we do, but for vans, which they call cars (``classes.CALLED_CAR``). Their trucks are
pick-ups as well, and their bicycles begin below the rider."""
WEATHER = "photograph"


def write_photographs(teacher: ModelManifest, videos: Sequence[Path], every: int, folder: Path) -> int:
    """Writes a set of labelled frames and returns how many there are.

    Args:
        teacher: the model that learnt from photographs.
        videos: files.
        every: one frame out of so many is taken.
        folder: where the set goes.
    """
    shutil.rmtree(folder, ignore_errors=True)  # of a longer set before, nothing may stay
    pictures, count = photographs(teacher, videos, every), 0
    while shard := list(itertools.islice(pictures, PICTURES_PER_SHARD)):
        write_shard(folder, count // PICTURES_PER_SHARD, shard)
        count += len(shard)
    return count


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
    seen = with_riders_joined(seen.select(INDEX_OF_CLASS[seen.classes] >= 0))
    scale = rgb.shape[1] / seen.width_px
    boxes_px = (seen.boxes_px + 0.5) * scale  # pixels there have their centre at whole numbers, labels their edges
    is_taught: BoolArray = (seen.confidence >= SURE) & np.isin(seen.classes, TAUGHT)
    area_px = (boxes_px[:, 2:] - boxes_px[:, :2]).prod(axis=1).astype(np.int64)
    shown_px = np.where(is_taught, np.maximum(area_px, LEAST_VISIBLE_PX), 1)
    labels = PictureLabels(
        INDEX_OF_CLASS[seen.classes], boxes_px, boxes_px.copy(), shown_px, shown_px.copy(), np.full(len(seen), np.nan)
    )
    return LabelledPicture(np.ascontiguousarray(rgb), labels, video, WEATHER, float("nan"))
