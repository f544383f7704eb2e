"""The fit of false boxes: which objects they seem to be, and when and for how long each of those appears."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse.csgraph import connected_components

from roadside.geometry.arrays import FloatArray, IntArray
from simulation.picture_free.errors import BEGINS_S, CLUTTER_NUMBERS, OBJECT, STAYS_S
from simulation.picture_free.observed import ObservedCamera

LINKED = 0.2
"""Intersection over union of boxes of one appearance in neighbouring frames."""
LONGEST_GAP_FRAMES = 3
AGAIN = 0.3
"""The same at another time: it is the same object that has come again."""
MOST_OBJECTS = 300
"""So many of those that were seen are told, evenly chosen in order of how long they were there."""


@dataclass(frozen=True, slots=True, eq=False)
class ClutterFit:
    """What false objects are like.

    Attributes:
        appearances: (M, 10) as ``CameraErrors.clutter``.
        per_hour: objects that appear for the first time, per camera.
    """

    appearances: FloatArray
    per_hour: float


def clutter_fit(cameras: Sequence[ObservedCamera]) -> ClutterFit:
    """Returns the fit over all cameras.

    None lasts longer than the recording that it was seen in, and what is there from its begin to its end is told so.
    """
    objects = [each for camera in cameras for each in _objects(camera)]
    if not objects:
        return ClutterFit(np.zeros((0, len(CLUTTER_NUMBERS))), 0.0)
    hours = sum(len(camera.time_ns) * camera.step_s for camera in cameras) / 3600.0
    lasting = np.argsort([rows[:, STAYS_S].sum() for rows in objects], kind="stable")
    evenly = np.unique(np.linspace(0, len(objects) - 1, MOST_OBJECTS).round().astype(np.int64))
    told = []
    for number, index in enumerate(np.sort(lasting[evenly]).tolist()):
        rows = objects[index].copy()
        rows[:, OBJECT] = number
        told.append(rows)
    return ClutterFit(np.concatenate(told), len(objects) / hours)


def _objects(camera: ObservedCamera) -> list[FloatArray]:
    """Returns (A, 10) appearances, in order of time, of each false object of a camera, in order of its first one."""
    tracks = _tracks(camera)
    if not tracks:
        return []
    means = np.array([camera.strays.boxes_px[rows].mean(axis=0) for rows in tracks])
    count, of = connected_components((_overlap(means, means) > AGAIN).astype(np.int64), directed=False)
    begins = np.array([camera.strays.frames[rows[0]] for rows in tracks])
    told = np.array([_appearance(camera, rows, box) for rows, box in zip(tracks, means, strict=True)])
    objects = []
    for number in range(count):
        mine = np.flatnonzero(of == number)
        mine = mine[np.argsort(begins[mine], kind="stable")]
        rows = told[mine]
        rows[:, BEGINS_S] = (begins[mine] - begins[mine[0]]) * camera.step_s
        objects.append(rows)
    return objects


def _appearance(camera: ObservedCamera, rows: IntArray, box_px: FloatArray) -> list[float]:
    """Returns the numbers of one appearance, as of an object of its own."""
    picture = np.array([camera.sensor.camera.width_px, camera.sensor.camera.height_px], dtype=np.float64)
    low, high = (box_px[:2] + 0.5) / picture, (box_px[2:] + 0.5) / picture
    frames = camera.strays.frames[rows]
    span = int(frames[-1] - frames[0]) + 1
    return [
        float(low[0] + high[0]) / 2, float(high[1]), float(high[0] - low[0]), float(high[1] - low[1]),
        float(camera.strays.classes[rows[len(rows) // 2]]), float(camera.strays.confidence[rows].mean()),
        0.0, 0.0, span * camera.step_s, len(rows) / span,
    ]  # fmt: skip


def _tracks(camera: ObservedCamera) -> list[IntArray]:
    """Returns the rows of each appearance of a false object, one after the other in time."""
    strays = camera.strays
    ended: list[list[int]] = []
    going: list[list[int]] = []
    for row, frame in enumerate(strays.frames.tolist()):
        ended += [track for track in going if frame - strays.frames[track[-1]] > LONGEST_GAP_FRAMES]
        going = [track for track in going if frame - strays.frames[track[-1]] <= LONGEST_GAP_FRAMES]
        before = [track for track in going if strays.frames[track[-1]] < frame]
        last_px = strays.boxes_px[[track[-1] for track in before]].reshape(-1, 4)
        overlap = _overlap(strays.boxes_px[row : row + 1], last_px)[0]
        if len(overlap) and overlap.max() > LINKED:
            before[int(overlap.argmax())].append(row)
        else:
            going.append([row])
    return [np.array(track) for track in ended + going]


def _overlap(first: FloatArray, second: FloatArray) -> FloatArray:
    """Returns (N, M) intersection over union."""
    low = np.maximum(first[:, None, :2], second[None, :, :2])
    high = np.minimum(first[:, None, 2:], second[None, :, 2:])
    both = np.clip(high - low, 0.0, None).prod(axis=2)
    area = [(boxes[:, 2:] - boxes[:, :2]).prod(axis=1) for boxes in (first, second)]
    return np.asarray(both / (area[0][:, None] + area[1] - both))
