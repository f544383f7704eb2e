"""The fit of false boxes: how many appear, how long each stays, where, and whether it comes again."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import FloatArray, IntArray
from simulation.picture_free.observed import ObservedCamera

LINKED = 0.2
"""Intersection over union of boxes of one false object in neighbouring frames."""
LONGEST_GAP_FRAMES = 3
AGAIN = 0.3
"""The same at another time: it has come again to the same place."""
MOST_TOLD = 200
"""So many of those that were seen are told, evenly chosen."""


@dataclass(frozen=True, slots=True, eq=False)
class ClutterFit:
    """What false boxes are like.

    Attributes:
        boxes: (M, 6) as ``CameraErrors.clutter``.
        per_hour: that appear, per camera.
        stays_s: mean time.
        presence: share of its frames in which one is found.
        recurring_share: of them.
    """

    boxes: FloatArray
    per_hour: float
    stays_s: float
    presence: float
    recurring_share: float


def clutter_fit(cameras: Sequence[ObservedCamera]) -> ClutterFit:
    """Returns the fit over all cameras."""
    boxes, spans, found, again, hours = [], [], 0, 0, 0.0
    for camera in cameras:
        tracks = _tracks(camera)
        means = np.array([camera.strays.boxes_px[rows].mean(axis=0) for rows in tracks]).reshape(-1, 4)
        again += int((_overlap(means, means) - np.eye(len(means)) > AGAIN).any(axis=1).sum())
        picture = np.array([camera.sensor.camera.width_px, camera.sensor.camera.height_px], dtype=np.float64)
        for rows, box in zip(tracks, means, strict=True):
            frames = camera.strays.frames[rows]
            spans.append((frames[-1] - frames[0] + 1) * camera.step_s)
            found += len(rows)
            low, high = (box[:2] + 0.5) / picture, (box[2:] + 0.5) / picture
            middle = rows[len(rows) // 2]
            boxes.append([
                (low[0] + high[0]) / 2, high[1], high[0] - low[0], high[1] - low[1],
                float(camera.strays.classes[middle]), float(camera.strays.confidence[rows].mean()),
            ])  # fmt: skip
        hours += len(camera.time_ns) * camera.step_s / 3600.0
    if not boxes:
        return ClutterFit(np.zeros((0, 6)), 0.0, 0.1, 1.0, 0.0)
    step_s = cameras[0].step_s
    told = np.array(boxes)[np.unique(np.linspace(0, len(boxes) - 1, MOST_TOLD).round().astype(np.int64))]
    presence = found * step_s / sum(spans)
    # A life of 1 + floor(exponential / step) frames has this mean: the exponential's constant follows from it.
    beyond = max(float(np.mean(spans)) / step_s - 1.0, 1e-3)
    stays_s = step_s / float(np.log1p(1.0 / beyond))
    return ClutterFit(told, len(boxes) / hours, stays_s, min(presence, 1.0), again / len(boxes))


def _tracks(camera: ObservedCamera) -> list[IntArray]:
    """Returns the rows of each false object, one after the other in time."""
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
