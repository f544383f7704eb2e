"""ASAM OpenLABEL (JSON, schema 1.0.0): the cuboids of its objects, as footprints on the ground.

https://www.asam.net/standards/detail/openlabel/. A cuboid is 10 numbers (x, y, z of its centre, the quaternion
x, y, z, w, its extents along its own x, y and z), or 9 with roll, pitch and yaw for the quaternion. Its x is the
road user's length; the middle of its bottom is its place.
"""

import math
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy.spatial.transform import Rotation

from roadside.errors import LabelError
from roadside.geometry.arrays import FloatArray, IntArray
from roadside.geometry.pose import Pose
from roadside.labels.json_values import document, numbers, table, tables
from roadside.labels.labelled import LabelFile, LabelledRows, stated_confidence
from roadside.labels.openlabel_frames import Systems, ground_system, transform_between
from roadside.labels.openlabel_types import class_of
from roadside.labels.rotations import rotation_of
from roadside.labels.shown_values import shown

SCHEMA: Final = "1."
"""How the version must begin."""

SCORES: Final = ("score", "confidence", "probability")
"""Names of the number that is taken as a detection's score."""

MAX_FRAME_DIGITS: Final = 15
"""Of a frame's number: rows are put together as floating-point numbers, which tell whole numbers apart up to there."""

WITHOUT_CUBOID: Final = "without a cuboid"
FURTHER_CUBOID: Final = "further cuboids of the same object"
SCORE_NOT_FINITE: Final = "score not finite"


@dataclass(frozen=True, slots=True, eq=False)
class OpenLabelFile:
    """One file, read.

    Attributes:
        file: its road users.
        timestamps_s: (F,) of ``file.frames``, as they stand in the file; NaN where there is none.
        unknown_types: types that stand in no table of ours, to how many rows.
        system: name of the coordinate system that positions are in; empty where the file has none.
    """

    file: LabelFile
    timestamps_s: FloatArray
    unknown_types: Counter[str]
    system: str


def read_openlabel(text: str, name: str, coordinate_system: str | None = None) -> OpenLabelFile:
    """Returns what an OpenLABEL file says.

    Objects are numbered from 1, in the order in which the frames name them.

    Args:
        text: the file.
        name: what messages call it.
        coordinate_system: that positions are wanted in, its z up; by default the one without a parent.

    Raises:
        LabelError: it is no OpenLABEL file of schema 1, or something in it cannot be used.
    """
    root = table(document(text, name).get("openlabel"), f"{name}: openlabel")
    version = table(root.get("metadata"), f"{name}: openlabel.metadata").get("schema_version")
    if not isinstance(version, str) or not version.startswith(SCHEMA):
        raise LabelError(f'{name}: openlabel.metadata.schema_version must be "1.0.0", got {shown(version)}')
    systems = table(root.get("coordinate_systems", {}), f"{name}: openlabel.coordinate_systems")
    system = ground_system(systems, coordinate_system, name)
    frames = _frames(root, name)
    types = {
        uid: str(table(entry, f"{name}: openlabel.objects.{uid}").get("type", ""))
        for uid, entry in table(root.get("objects", {}), f"{name}: openlabel.objects").items()
    }
    left_out, unknown, ids = Counter[str](), Counter[str](), dict[str, int]()
    rows = []
    for number, frame in frames.items():
        where = f"{name}: frame {number}"
        for uid, cuboid, score in _cuboids(frame, where, left_out):
            kind, is_known = class_of(types.get(uid, ""))
            unknown.update([] if is_known else [types.get(uid, "") or "no type"])
            box = _footprint(cuboid, systems, _transforms(frame, where), system, f"{where}, object {uid}")
            rows.append((number, ids.setdefault(uid, len(ids) + 1), kind, *box, score))
    file = LabelFile(_rows(rows), np.array([*frames], dtype=np.int64), left_out)
    return OpenLabelFile(file, _timestamps(frames, name), unknown, system)


def _frames(root: Mapping[str, Any], name: str) -> dict[int, dict[str, Any]]:
    """Returns the frames by their number, rising."""
    frames: dict[int, dict[str, Any]] = {}
    keys: dict[int, str] = {}
    for key, value in table(root.get("frames"), f"{name}: openlabel.frames").items():
        if not (key.isascii() and key.isdigit()):
            raise LabelError(f"{name}: openlabel.frames must have numbers as keys, got {shown(key)}")
        digits = key.lstrip("0") or "0"
        if len(digits) > MAX_FRAME_DIGITS:
            wanted = f"numbers of up to {MAX_FRAME_DIGITS} digits as keys"
            raise LabelError(f"{name}: openlabel.frames must have {wanted}, got {shown(key)}")
        number = int(digits)
        first = keys.setdefault(number, key)
        if first != key:
            raise LabelError(f"{name}: openlabel.frames must number every frame once, got {shown(first)}, {shown(key)}")
        frames[number] = table(value, f"{name}: openlabel.frames.{key}")
    if not frames:
        raise LabelError(f"{name}: openlabel.frames must have at least one frame, got none")
    return dict(sorted(frames.items()))


def _cuboids(
    frame: Mapping[str, Any], where: str, left_out: Counter[str]
) -> Iterator[tuple[str, dict[str, Any], float]]:
    """Yields each object's id with its first cuboid and its score, NaN where it states none; counts what it skips."""
    for uid, value in table(frame.get("objects", {}), f"{where}: objects").items():
        there = f"{where}, object {uid}"
        data = table(table(value, there).get("object_data", {}), f"{there}: object_data")
        cuboids = tables(data.get("cuboid", []), f"{there}: cuboid")
        if not cuboids:
            left_out[WITHOUT_CUBOID] += 1
            continue
        if len(cuboids) > 1:
            left_out[FURTHER_CUBOID] += len(cuboids) - 1
        score = _score(cuboids[0])
        if score is None:
            yield uid, cuboids[0], math.nan
        elif math.isfinite(score):
            yield uid, cuboids[0], score
        else:
            left_out[SCORE_NOT_FINITE] += 1


def _footprint(
    cuboid: Mapping[str, Any], systems: Systems, transforms: Mapping[str, Any], system: str, where: str
) -> tuple[float, ...]:
    """Returns x, y, z of the bottom's middle, the heading, length, width and height, in ``system``."""
    values = numbers(cuboid.get("val"), (9, 10), f"{where}: val")
    extents_m = values[-3:]
    if extents_m.min() <= 0.0:
        raise LabelError(f"{where}: val must end in three extents greater than 0, got {extents_m.tolist()}")
    if len(values) == 10:
        rotation = rotation_of(values[3:7], where)
    else:
        rotation = Rotation.from_euler("ZYX", values[[5, 4, 3]]).as_matrix()
    source = cuboid.get("coordinate_system", system)
    ground_from_box = transform_between(systems, transforms, str(source), system, where) @ Pose(rotation, values[:3])
    bottom_m = ground_from_box.transform(np.array([0.0, 0.0, -extents_m[2] / 2.0]))
    ahead = ground_from_box.rotation[:, 0]
    return (*bottom_m.tolist(), float(np.arctan2(ahead[1], ahead[0])), *extents_m.tolist())


def _transforms(frame: Mapping[str, Any], where: str) -> dict[str, Any]:
    properties = table(frame.get("frame_properties", {}), f"{where}: frame_properties")
    return table(properties.get("transforms", {}), f"{where}: transforms")


def _score(cuboid: Mapping[str, Any]) -> float | None:
    """Returns the score that a cuboid states of itself, not finite if the file says so; ``None`` where it has none."""
    attributes = cuboid.get("attributes")
    entries = attributes.get("num") if isinstance(attributes, dict) else None
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and str(entry.get("name")).lower() in SCORES:
            value = entry.get("val")
            if isinstance(value, int | float) and not isinstance(value, bool):
                return float(value) if abs(value) <= sys.float_info.max else math.inf
    return None


def _timestamps(frames: Mapping[int, Mapping[str, Any]], name: str) -> FloatArray:
    """Returns (F,) timestamps, NaN where a frame has none."""
    stamps = []
    for number, frame in frames.items():
        where = f"{name}: frame {number}: timestamp"
        value = table(frame.get("frame_properties", {}), f"{name}: frame {number}: frame_properties").get("timestamp")
        try:
            stamps.append(float("nan") if value is None else float(value))
        except (TypeError, ValueError, OverflowError):
            raise LabelError(f"{where} must be seconds, as a number or in quotes, got {shown(value)}") from None
    return np.array(stamps, dtype=np.float64)


def _rows(rows: list[tuple[Any, ...]]) -> LabelledRows:
    """Returns the rows of tuples: frame, id, class, x, y, z, heading, length, width, height, score or NaN."""
    values = np.array(rows, dtype=np.float64).reshape(-1, 11)
    whole: IntArray = values[:, :3].astype(np.int64)
    return LabelledRows(
        whole[:, 0].copy(), whole[:, 1].copy(), whole[:, 2].copy(), values[:, 3:6].copy(), values[:, 6].copy(),
        values[:, 7:10].copy(), stated_confidence(values[:, 10]),
    )  # fmt: skip
