"""KITTI tracking labels and detections, one road user a line.

The columns are those of the tracking devkit's readme (https://www.cvlibs.net/datasets/kitti/eval_tracking.php): frame,
track id, type, truncated, occluded, alpha, left, top, right, bottom (px), height, width, length (m), x, y, z (m),
rotation_y (rad); detections have a score after them, and may lack the track id.

Places are in the rectified camera's frame (x right, y down, z forward), the middle of the box's bottom. Without a pose
of the car, x becomes the site's east and z its north, so all of it moves with the car. An object with rotation_y = 0
points along x; rotation_y turns about y, which points down: x = (1, 0, 0) becomes (cos r, 0, -sin r), to the right and
to the back. With right east and forward north that is the heading -r.
"""

from collections import Counter
from dataclasses import replace
from typing import Final

import numpy as np

from roadside.errors import LabelError
from roadside.geometry.arrays import FloatArray
from roadside.geometry.pose import Pose
from roadside.labels.labelled import LabelFile, LabelledRows, stated_confidence
from roadside.labels.text_rows import TextRow, check_columns, note_once, text_rows
from roadside.types.road_users import RoadUserClass

FIRST_FRAME: Final = 0

CAMERA_HEIGHT_M: Final = 1.65
"""Of the cameras above the ground: https://www.cvlibs.net/datasets/kitti/setup.php."""

CLASSES: Final = {
    "Car": RoadUserClass.CAR,
    "Van": RoadUserClass.VAN,
    "Truck": RoadUserClass.TRUCK,
    "Pedestrian": RoadUserClass.PEDESTRIAN,
    "Person": RoadUserClass.PEDESTRIAN,
    "Person_sitting": RoadUserClass.PEDESTRIAN,
    "Cyclist": RoadUserClass.BICYCLE,
    "Tram": RoadUserClass.UNKNOWN_MOVABLE,
    "Misc": RoadUserClass.UNKNOWN,
}
DONT_CARE: Final = "DontCare"

BOX_COLUMNS: Final = ("height", "width", "length", "x", "y", "z", "rotation_y")

NOWHERE_M: Final = -999.0
"""The devkit writes -1000 where a box has no place in space."""

_SITE_FROM_CAMERA: Final = Pose(
    np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]]), np.array([0.0, 0.0, CAMERA_HEIGHT_M])
)
"""The camera's right is east, its forward north, its down down."""


def read_labels(text: str, name: str) -> LabelFile:
    """Returns what a label file says, in the moving car's frame (see above).

    Raises:
        LabelError: a line is none of KITTI's, or the file has none.
    """
    rows = [*text_rows(text, name, None)]
    for row in rows:
        check_columns(row, (17,), "17 columns, from frame to rotation_y")
    return _label_file(rows, name, type_column=2, id_column=1, score_column=None)


def read_detections(text: str, name: str) -> LabelFile:
    """Returns what a file of detections says, in the moving car's frame (see above).

    Raises:
        LabelError: a line is none of KITTI's, or the file has none.
    """
    rows = [*text_rows(text, name, None)]
    for row in rows:
        check_columns(row, (17, 18), "18 columns, from frame to score, or 17 without a track id")
    has_id = bool(rows) and len(rows[0].fields) == 18
    for row in rows:
        check_columns(row, (18 if has_id else 17,), f"{18 if has_id else 17} columns as the lines before")
        if has_id:
            row.whole(1, "track id")  # any will do: a detection's id means nothing
    type_column = 2 if has_id else 1
    return _label_file(rows, name, type_column, id_column=None, score_column=type_column + 15)


def standing(file: LabelFile, poses: list[Pose], name: str) -> LabelFile:
    """Returns the file in a frame that stands on the ground.

    Args:
        file: as read, in the moving car's frame.
        poses: per frame, ``site_from_camera`` of the rectified camera.
        name: of the file of the car's poses, for messages.

    Raises:
        LabelError: a frame has no pose.
    """
    rows = file.rows
    if len(rows) and rows.frame.max() >= len(poses):
        raise LabelError(f"{name}: must have a line for frame {rows.frame.max()}, got {len(poses)} lines")
    rotations = np.array([pose.rotation for pose in poses]).reshape(-1, 3, 3)[rows.frame]
    translations_m = np.array([pose.translation_m for pose in poses]).reshape(-1, 3)[rows.frame]
    in_camera_m = _SITE_FROM_CAMERA.inverse().transform(rows.position_m)
    ahead = np.column_stack([np.cos(rows.heading_rad), np.sin(rows.heading_rad), np.zeros(len(rows))])
    ahead = (rotations @ _SITE_FROM_CAMERA.inverse().rotate(ahead)[:, :, None])[:, :, 0]
    moved = replace(
        rows,
        position_m=(rotations @ in_camera_m[:, :, None])[:, :, 0] + translations_m,
        heading_rad=np.arctan2(ahead[:, 1], ahead[:, 0]),
    )
    return replace(file, rows=moved)


def _label_file(
    rows: list[TextRow], name: str, type_column: int, id_column: int | None, score_column: int | None
) -> LabelFile:
    """Returns what lines say, whose boxes begin 8 columns after the type.

    Args:
        rows: the lines.
        name: of the file, for messages.
        type_column: where the type stands.
        id_column: where the road user's number stands, which no two rows of a frame may share; ``None`` if none does.
        score_column: where the score stands; ``None`` if none does.

    Raises:
        LabelError: a line is none of KITTI's, a road user stands twice in a frame, or there is no line.
    """
    if not rows:
        raise LabelError(f"{name}: must have at least one line, got none")
    frames, left_out, kept = set(), Counter[str](), []
    seen: dict[tuple[int, int], str] = {}
    for row in rows:
        frame = row.whole(0, "frame", FIRST_FRAME)
        frames.add(frame)
        kind = row.fields[type_column]
        if kind not in CLASSES and kind != DONT_CARE:
            raise row.wrong("type", f"one of {', '.join(CLASSES)}, {DONT_CARE}", kind)
        object_id = -1 if id_column is None else row.whole(id_column, "track id")
        numbers = [row.number(type_column + 8 + place, column) for place, column in enumerate(BOX_COLUMNS)]
        score = 1.0 if score_column is None else row.number_or_nan(score_column, "score")
        if kind == DONT_CARE:
            left_out[DONT_CARE] += 1
        elif min(numbers[3:6]) < NOWHERE_M or min(numbers[:3]) <= 0.0:
            left_out["without a box in space"] += 1
        elif not np.isfinite(score):
            left_out["score not finite"] += 1
        else:
            if id_column is not None:
                note_once(seen, frame, object_id, row.where)
            kept.append((frame, object_id, CLASSES[kind], *numbers, score))
    return LabelFile(_rows(np.array(kept, dtype=np.float64).reshape(-1, 11)), np.array(sorted(frames)), left_out)


def _rows(table: FloatArray) -> LabelledRows:
    """Returns the rows of an (N, 11) table: frame, id, class, height, width, length, x, y, z, rotation_y, score."""
    return LabelledRows(
        frame=table[:, 0].astype(np.int64),
        object_ids=table[:, 1].astype(np.int64),
        classes=table[:, 2].astype(np.int64),
        position_m=_SITE_FROM_CAMERA.transform(table[:, 6:9]),
        heading_rad=-table[:, 9],
        size_m=table[:, [5, 4, 3]],
        confidence=stated_confidence(table[:, 10]),
    )
