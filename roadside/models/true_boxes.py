"""Where true road users are in a camera's picture: what a detector's boxes can be held against."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from roadside.evaluation.timeline import TruthTimeline
from roadside.geometry.arrays import BoolArray, FloatArray, IntArray
from roadside.perception.cuboid import CuboidView
from roadside.types.frames import Frame
from roadside.types.site import CameraSensor, Site
from roadside.types.truth import Truth

SMALLEST_SIDE_PX = 8.0
LEAST_VISIBLE_SHARE = 0.25
"""Of the outline's area. A detector is not asked for smaller or more hidden road users, nor blamed for them."""


@dataclass(frozen=True, slots=True, eq=False)
class TrueBoxes:
    """N true road users in one picture.

    Attributes:
        boxes_px: (N, 4) outlines of their cuboids, cut at the picture; pixel centres are whole numbers.
        classes: (N,) ``RoadUserClass`` numbers.
        judged: (N,) whether a detector must find it.
    """

    boxes_px: FloatArray
    classes: IntArray
    judged: BoolArray


def true_boxes(frames: Sequence[Frame], timeline: TruthTimeline, site: Site) -> list[TrueBoxes | None]:
    """Returns the true boxes of each frame; ``None`` where there is no truth of its camera and instant."""
    sensors = {camera.sensor_id: camera for camera in site.cameras}
    views = {
        name: CuboidView(camera.camera, camera.site_from_camera, site.road.surface) for name, camera in sensors.items()
    }
    boxes: list[TrueBoxes | None] = []
    for frame in frames:
        truth = timeline.at(frame.time_ns)
        known = truth is not None and frame.sensor_id in sensors and frame.sensor_id in truth.camera_ids
        boxes.append(
            _boxes(truth, frame, sensors[frame.sensor_id], views[frame.sensor_id])
            if truth is not None and known
            else None
        )
    return boxes


def _boxes(truth: Truth, frame: Frame, sensor: CameraSensor, view: CuboidView) -> TrueBoxes:
    cuboids = np.concatenate([truth.position_m[:, :2], truth.heading_rad[:, None], truth.size_m], axis=1)
    outlines = view.boxes(cuboids)
    camera = sensor.camera
    limit = np.array([camera.width_px, camera.height_px] * 2) - 0.5
    cut = np.clip(outlines, -0.5, limit)
    sides = cut[:, 2:] - cut[:, :2]
    visible_px = truth.visible_px[:, truth.camera_ids.index(frame.sensor_id)]
    in_view = np.isfinite(outlines).all(axis=1) & (sides > 0.0).all(axis=1) & (visible_px > 0)
    judged = (sides.min(axis=1) >= SMALLEST_SIDE_PX) & (visible_px >= LEAST_VISIBLE_SHARE * sides.prod(axis=1))
    scale = np.array([frame.image.width_px / camera.width_px, frame.image.height_px / camera.height_px] * 2)
    in_frame = (cut + 0.5) * scale - 0.5
    return TrueBoxes(in_frame[in_view], truth.classes[in_view], judged[in_view])
