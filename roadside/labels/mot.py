"""MOTChallenge text: boxes in a picture, which is taken as the ground plane.

The columns are frame, id, left, top, width, height (px), confidence, x, y, z (https://motchallenge.net/instructions/;
Leal-Taixe et al. 2015, arXiv:1504.01942); a line of truth of the years from 2016 has nine: after the confidence come
the class and the visible share (Milan et al. 2016, arXiv:1603.00831). In every year a truth whose confidence is 0 is
not to be counted.

These files have no ground plane. So the picture is the plane: to the right is east, up is north, the place is the
box's centre, and a box becomes a footprint that points east, as long as the box is wide and as wide as it is high. The
overlap of two such footprints seen from above is then exactly that of the boxes in the picture. East and not north,
because a track points where it goes, and in pictures of streets most go left or right: their footprints keep their
boxes' shape. Metres are nominal: the median box is 1.7 m high.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from roadside.errors import LabelError
from roadside.geometry.arrays import FloatArray, IntArray
from roadside.labels.labelled import LabelFile, LabelledRows, stated_confidence
from roadside.labels.text_rows import TextRow, check_columns, note_once, text_rows
from roadside.types.road_users import RoadUserClass

FIRST_FRAME: Final = 1
MEDIAN_HEIGHT_M: Final = 1.7
"""What the median box is taken to be high: a person."""

CLASSES: Final = {
    1: RoadUserClass.PEDESTRIAN,
    2: RoadUserClass.UNKNOWN_MOVABLE,  # a person on a vehicle
    3: RoadUserClass.CAR,
    4: RoadUserClass.BICYCLE,
    5: RoadUserClass.MOTORCYCLE,
    6: RoadUserClass.UNKNOWN_MOVABLE,  # a vehicle without a motor
    7: RoadUserClass.PEDESTRIAN,  # one that stands or sits
}
"""Of the years from 2016; 8 to 13 are distractors, occluders, reflections and crowds: no road users."""

LAST_CLASS: Final = 13


@dataclass(frozen=True, slots=True, eq=False)
class BoxFile:
    """One file, read.

    Attributes:
        boxes: (N, 8) frame, id, class, left, top, width, height (px), confidence.
        frames, left_out: as in ``LabelFile``.
    """

    boxes: FloatArray
    frames: IntArray
    left_out: Counter[str]


def read_truth(text: str, name: str) -> BoxFile:
    """Returns the boxes that count as truth.

    Raises:
        LabelError: a line is none of MOTChallenge's, or the file has none.
    """
    frames, left_out, boxes = set(), Counter[str](), []
    seen: dict[tuple[int, int], str] = {}
    for row in text_rows(text, name, ","):
        check_columns(row, (9, 10), "10 columns, from frame to z, or 9, from frame to visibility")
        frame, object_id = row.whole(0, "frame", FIRST_FRAME), row.whole(1, "id")
        box, counts = _box(row), row.number(6, "confidence") != 0.0
        number = row.whole(7, "class", 1) if len(row.fields) == 9 else 1
        if number > LAST_CLASS:
            raise row.wrong("class", f"1 to {LAST_CLASS}", row.fields[7])
        frames.add(frame)
        if not counts:
            left_out["marked as not to be counted"] += 1
        elif number not in CLASSES:
            left_out["no road user"] += 1
        else:
            note_once(seen, frame, object_id, row.where)
            boxes.append((frame, object_id, CLASSES[number], *box, 1.0))
    return _box_file(boxes, frames, left_out, name)


def read_detections(text: str, name: str) -> BoxFile:
    """Returns the boxes of a file of detections, pedestrians all, with confidences as ``stated_confidence`` gives them.

    Raises:
        LabelError: a line is none of MOTChallenge's, or the file has none.
    """
    frames, left_out, boxes = set(), Counter[str](), []
    for row in text_rows(text, name, ","):
        check_columns(row, (7, 8, 9, 10), "7 to 10 columns, from frame to confidence, then x, y, z")
        frame, score = row.whole(0, "frame", FIRST_FRAME), row.number_or_nan(6, "confidence")
        box = _box(row)
        frames.add(frame)
        if np.isfinite(score):
            boxes.append((frame, -1, RoadUserClass.PEDESTRIAN, *box, score))
        else:
            left_out["confidence not finite"] += 1
    return _box_file(boxes, frames, left_out, name)


def metres_per_pixel(file: BoxFile) -> float:
    """Returns the scale at which the file's median box is ``MEDIAN_HEIGHT_M`` high; NaN without a box."""
    return MEDIAN_HEIGHT_M / float(np.median(file.boxes[:, 6])) if len(file.boxes) else float("nan")


def on_the_plane(file: BoxFile, scale: float) -> LabelFile:
    """Returns the boxes as footprints (see above), at ``scale`` metres per pixel."""
    table = file.boxes
    left, top, width, height = table[:, 3:7].T
    rows = LabelledRows(
        frame=table[:, 0].astype(np.int64),
        object_ids=table[:, 1].astype(np.int64),
        classes=table[:, 2].astype(np.int64),
        position_m=np.stack([left + width / 2.0, -(top + height / 2.0), np.zeros(len(table))], axis=1) * scale,
        heading_rad=np.zeros(len(table)),
        size_m=np.stack([width, height, height], axis=1) * scale,
        confidence=stated_confidence(table[:, 7]),
    )
    return LabelFile(rows, file.frames, file.left_out)


def _box(row: TextRow) -> tuple[float, float, float, float]:
    return row.number(2, "left"), row.number(3, "top"), row.positive(4, "width"), row.positive(5, "height")


def _box_file(boxes: Sequence[tuple[float, ...]], frames: set[int], left_out: Counter[str], name: str) -> BoxFile:
    if not frames:
        raise LabelError(f"{name}: must have at least one line, got none")
    return BoxFile(np.array(boxes, dtype=np.float64).reshape(-1, 8), np.array(sorted(frames)), left_out)
