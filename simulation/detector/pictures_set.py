"""Labelled pictures on disk: a folder of shards, each a few JPEG pictures and one file of labels.

A shard appears under its name only when it is whole, so a set that was interrupted goes on where it stopped.
"""

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from roadside.errors import LabelError
from roadside.geometry.arrays import ByteArray, Column, FloatArray, IntArray, freeze_columns, frozen

JPEG_QUALITY = 95
PICTURES_PER_SHARD = 100
LABELS_FILE = "labels.npz"

LABEL_COLUMNS: tuple[Column, ...] = (
    ("class_index", (), np.int64),
    ("visible_box_px", (4,), np.float64),
    ("full_box_px", (4,), np.float64),
    ("visible_px", (), np.int64),
    ("alone_px", (), np.int64),
    ("distance_m", (), np.float64),
)
"""Name, shape of one row and element type of every column of ``PictureLabels``, in constructor order."""


@dataclass(frozen=True, slots=True, eq=False)
class PictureLabels:
    """N objects in one picture. Boxes are continuous: 0 is the left edge of the first pixel.

    Attributes:
        class_index: (N,) the network's output of the object's class.
        visible_box_px: (N, 4) x_min, y_min, x_max, y_max around what is seen of it.
        full_box_px: (N, 4) around all of it, also what is hidden or lies beyond the picture's border.
        visible_px: (N,) pixels that show it.
        alone_px: (N,) pixels that would show it if nothing stood before it.
        distance_m: (N,) from the camera to the middle of its footprint.
    """

    class_index: IntArray
    visible_box_px: FloatArray
    full_box_px: FloatArray
    visible_px: IntArray
    alone_px: IntArray
    distance_m: FloatArray

    def __post_init__(self) -> None:
        freeze_columns(self, LABEL_COLUMNS)

    def __len__(self) -> int:
        return len(self.class_index)


@dataclass(frozen=True, slots=True, eq=False)
class LabelledPicture:
    """One picture with all that is known of it.

    Attributes:
        rgb: (height, width, 3).
        labels: what it shows.
        world: where.
        weather: kind of light and weather: the word that tables use.
        focal_length_px: of the camera, in pixels of this picture.
    """

    rgb: ByteArray
    labels: PictureLabels
    world: str
    weather: str
    focal_length_px: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "rgb", frozen(self.rgb, "LabelledPicture.rgb", (None, None, 3), np.uint8))


def shard_path(folder: Path, number: int) -> Path:
    """Returns where a shard lies."""
    return folder / f"shard_{number:04d}"


def write_shard(folder: Path, number: int, pictures: Sequence[LabelledPicture]) -> None:
    """Writes a shard; it replaces what an interrupted run may have left."""
    path = shard_path(folder, number)
    unfinished = path.with_name(path.name + ".part")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    for index, picture in enumerate(pictures):
        _write_jpeg(unfinished / f"{index:04d}.jpg", picture.rgb)
    np.savez_compressed(unfinished / LABELS_FILE, **_columns(pictures))
    shutil.rmtree(path, ignore_errors=True)
    unfinished.rename(path)


def read_shard(path: Path) -> list[LabelledPicture]:
    """Returns the pictures of one shard.

    Raises:
        LabelError: a file is missing or cannot be read.
    """
    try:
        with np.load(path / LABELS_FILE, allow_pickle=False) as file:
            columns = dict(file)
    except (OSError, ValueError) as error:
        raise LabelError(f"{path / LABELS_FILE}: cannot be read: {error}") from error
    ends = np.cumsum(columns["label_count"])
    pictures = []
    for index, end in enumerate(ends.tolist()):
        rows = slice(end - int(columns["label_count"][index]), end)
        pictures.append(
            LabelledPicture(
                _read_jpeg(path / f"{index:04d}.jpg"),
                PictureLabels(*(columns[name][rows].copy() for name, _, _ in LABEL_COLUMNS)),
                str(columns["world"][index]), str(columns["weather"][index]), float(columns["focal_length_px"][index]),
            )
        )  # fmt: skip
    return pictures


def read_set(folder: Path, most: int | None = None) -> list[LabelledPicture]:
    """Returns the pictures of a set's whole shards, in order, all in memory.

    Args:
        folder: the set.
        most: how many at most; by default all.

    Raises:
        LabelError: there are no shards, or one cannot be read.
    """
    shards = sorted(path for path in folder.glob("shard_*") if path.suffix != ".part")
    if not shards:
        raise LabelError(f"{folder}: must hold pictures in folders shard_0000 and so on, got none")
    pictures: list[LabelledPicture] = []
    for path in shards:
        pictures.extend(read_shard(path))
        if most is not None and len(pictures) >= most:
            return pictures[:most]
    return pictures


def names_in(folder: Path) -> tuple[str, ...]:
    """Returns where the pictures of a set were taken: worlds or videos; nothing of a set that does not exist."""
    names: set[str] = set()
    for path in sorted(folder.glob(f"shard_*/{LABELS_FILE}")):
        with np.load(path, allow_pickle=False) as file:
            names.update(str(name) for name in file["world"])
    return tuple(sorted(names))


def drawn_evenly(pictures: Sequence[LabelledPicture], count: int, seed: int) -> list[LabelledPicture]:
    """Returns so many pictures from all parts of a set."""
    return [pictures[row] for row in np.random.default_rng(seed).permutation(len(pictures))[:count]]


def _columns(pictures: Iterable[LabelledPicture]) -> dict[str, Any]:
    pictures = list(pictures)
    columns: dict[str, Any] = {
        name: np.concatenate([getattr(picture.labels, name) for picture in pictures]) for name, _, _ in LABEL_COLUMNS
    }
    columns["label_count"] = np.array([len(picture.labels) for picture in pictures])
    columns["world"] = np.array([picture.world for picture in pictures])
    columns["weather"] = np.array([picture.weather for picture in pictures])
    columns["focal_length_px"] = np.array([picture.focal_length_px for picture in pictures])
    return columns


def _write_jpeg(path: Path, rgb: ByteArray) -> None:
    ok, data = cv2.imencode(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    if not ok:
        raise RuntimeError(f"{path}: the picture cannot be encoded")
    path.write_bytes(data.tobytes())


def _read_jpeg(path: Path) -> ByteArray:
    try:
        data = np.frombuffer(path.read_bytes(), dtype=np.uint8)
    except OSError as error:
        raise LabelError(f"{path}: cannot be read: {error.strerror}") from error
    bgr = cv2.imdecode(data, cv2.IMREAD_COLOR)
    if bgr is None:
        raise LabelError(f"{path}: must be a JPEG picture, got something else")
    return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), dtype=np.uint8)
