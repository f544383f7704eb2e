"""How far rendered pictures are from real ones: agreement with a detector that learnt from photographs, on real videos.

Neither is the truth. What both see is surely there; what only the other sees, ours has not learnt to see.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from roadside.geometry.arrays import BoolArray, ByteArray, FloatArray, IntArray
from roadside.models.average_precision import DROPPED, HIT, Found, Wanted, match, shared_area
from roadside.perception.detector import Detector
from roadside.perception.manifest import ModelManifest
from roadside.sources.video import VideoSource
from roadside.types.detections import Detections
from roadside.types.frames import Frame
from roadside.types.road_users import RoadUserClass

GROUPS: dict[str, tuple[RoadUserClass, ...]] = {
    "vehicle": (RoadUserClass.CAR, RoadUserClass.VAN, RoadUserClass.TRUCK, RoadUserClass.BUS),
    "two-wheeler": (RoadUserClass.MOTORCYCLE, RoadUserClass.BICYCLE),
    "person": (RoadUserClass.PEDESTRIAN,),
}
"""What both detectors tell apart: photographs' labels know no vans, and call pick-ups trucks."""
SURE, UNSURE = 0.5, 0.1
"""Confidence from which on the other's box must be found; between the two it may be."""
OVERLAP = np.array([0.5])
LEAST_RIDER_SHARE = 0.5
"""A person who lies so far on a two-wheeler is its rider."""
COLOURS_RGB = {"ours": (60, 220, 60), "other": (255, 140, 0)}


@dataclass(frozen=True, slots=True)
class Agreement:
    """One group in one video.

    Attributes:
        video: its name.
        group: a key of ``GROUPS``.
        frames: how many were looked at.
        theirs, ours: sure boxes of the other, boxes of ours.
        recall: share of theirs that ours found; NaN without any.
        precision: share of ours that found one of theirs, unsure ones left out; NaN without any.
    """

    video: str
    group: str
    frames: int
    theirs: int
    ours: int
    recall: float
    precision: float


def agreements(
    ours: ModelManifest, other: ModelManifest, videos: Sequence[Path], every: int, pictures: Path | None = None
) -> list[Agreement]:
    """Returns the agreement in each video and group.

    Args:
        ours: the model in question, at its own confidence.
        other: the model that learnt from photographs.
        videos: files.
        every: one frame out of so many is looked at.
        pictures: folder for a few frames with both detectors' boxes, for looking at; nowhere without it.
    """
    unsure = other.thresholds.model_copy(update={"confidence": UNSURE})
    first, second = Detector(ours), Detector(other.model_copy(update={"thresholds": unsure}))
    figures: list[Agreement] = []
    for video in videos:
        frames = list(frames_of(video, every))
        both = [(first.detect(frame), with_riders_joined(second.detect(frame))) for frame in frames]
        name = f"{video.parent.name}/{video.stem}"
        figures.extend(agreement(name, group, both) for group in GROUPS)
        if pictures is not None:
            _draw(pictures, name, frames, both)
    return figures


def pooled(figures: Sequence[Agreement], video: str) -> list[Agreement]:
    """Returns one row for each group over several videos, weighted by boxes."""
    rows = []
    for group in GROUPS:
        chosen = [entry for entry in figures if entry.group == group]
        theirs, ours = sum(entry.theirs for entry in chosen), sum(entry.ours for entry in chosen)
        found = sum(entry.recall * entry.theirs for entry in chosen if entry.theirs)
        right = sum(entry.precision * entry.ours for entry in chosen if entry.ours)
        rows.append(
            Agreement(
                video, group, sum(entry.frames for entry in chosen), theirs, ours,
                found / theirs if theirs else float("nan"), right / ours if ours else float("nan"),
            )
        )  # fmt: skip
    return rows


def frames_of(video: Path, every: int) -> Iterator[Frame]:
    """Yields one frame out of so many of a video."""
    with VideoSource("video", str(video)) as source:
        for number, frame in enumerate(source.frames()):
            if number % every == 0:
                yield frame


def with_riders_joined(seen: Detections) -> Detections:
    """Returns the boxes with every person who sits on a two-wheeler within that two-wheeler's box, as we label them."""
    wheels = np.flatnonzero(np.isin(seen.classes, GROUPS["two-wheeler"]))
    persons = np.flatnonzero(seen.classes == RoadUserClass.PEDESTRIAN)
    if not len(wheels) or not len(persons):
        return seen
    boxes_px = seen.boxes_px.copy()
    person_px = boxes_px[persons]
    area_px2 = np.maximum((person_px[:, 2:] - person_px[:, :2]).prod(axis=1), 1e-9)
    share = shared_area(person_px, boxes_px[wheels]) / area_px2[:, None]
    rides = share.max(axis=1) >= LEAST_RIDER_SHARE
    under = wheels[share.argmax(axis=1)[rides]]
    np.minimum.at(boxes_px[:, :2], under, person_px[rides, :2])
    np.maximum.at(boxes_px[:, 2:], under, person_px[rides, 2:])
    stays = np.ones(len(seen), dtype=bool)
    stays[persons[rides]] = False
    return replace(seen, boxes_px=boxes_px).select(stays)


def agreement(video: str, group: str, both: Sequence[tuple[Detections, Detections]]) -> Agreement:
    """Returns how far two detectors agree on one group.

    Args:
        video: for the table.
        group: a key of ``GROUPS``.
        both: ours and the other's detections, frame by frame.
    """
    found, wanted = [], []
    for mine, others in both:
        mine, others = (side.select(np.isin(side.classes, GROUPS[group])) for side in (mine, others))
        found.append(Found(mine.boxes_px, mine.confidence, _zeros(len(mine))))
        sure: BoolArray = others.confidence >= SURE
        wanted.append(Wanted(others.boxes_px, _zeros(len(others)), sure, np.zeros(len(others), dtype=bool)))
    matches = match(found, wanted, 0, OVERLAP)
    outcome = matches.outcome[0]
    counted = outcome != DROPPED
    recall = float((matches.found_at[0] >= 0.0).mean()) if len(matches.row) else float("nan")
    precision = float((outcome[counted] == HIT).mean()) if counted.any() else float("nan")
    return Agreement(video, group, len(both), len(matches.row), int(counted.sum()), recall, precision)


def _zeros(count: int) -> IntArray:
    return np.zeros(count, dtype=np.int64)


def _draw(folder: Path, name: str, frames: Sequence[Frame], both: Sequence[tuple[Detections, Detections]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number in (len(frames) // 4, len(frames) // 2):
        if number >= len(frames):
            continue
        frame = frames[number]
        rgb = frame.image.rgb(frame.image.width_px, frame.image.height_px)
        picture = np.ascontiguousarray(rgb)
        for side, seen in zip(COLOURS_RGB, both[number], strict=True):
            strong = seen.select(seen.confidence >= SURE) if side == "other" else seen
            _boxes(picture, strong.boxes_px, strong.classes, side)
        path = folder / f"{name.replace('/', '_')}_{number:04d}.jpg"
        cv2.imwrite(str(path), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))


def _boxes(picture: ByteArray, boxes_px: FloatArray, classes: IntArray, side: str) -> None:
    for box, number in zip(np.round(boxes_px).astype(int).tolist(), classes, strict=True):
        cv2.rectangle(picture, tuple(box[:2]), tuple(box[2:]), COLOURS_RGB[side], 1)
        if side == "ours":
            label = RoadUserClass(number).label[:5]
            cv2.putText(picture, label, (box[0], max(box[1] - 2, 8)), cv2.FONT_HERSHEY_SIMPLEX, 0.35,
                        COLOURS_RGB[side], 1, cv2.LINE_AA)  # fmt: skip
