"""The rows that errors are fitted on: all sightings of all cameras of one weather together."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from roadside.geometry.arrays import BoolArray, FloatArray, IntArray
from simulation.picture_free.linear_locator import Linearised
from simulation.picture_free.observed import ObservedCamera

CLEAR = 0.98
"""Visible share from which a road user counts as seen whole."""
TALL_PX = 10.0


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """N times that a road user was in a camera's picture.

    Attributes:
        who: (N,) one number for each road user before each camera; equal ones lie together, in order of time.
        users: (N,) the same, but one that was drawn more than once has one number in all of its draws.
        moments: (N,) one number for each frame of each camera.
        frames, classes, box_px, visible_share, measured: (N, ...) as in ``Sightings``; the share is the truth's.
        height_px, width_px: (N,) of the box inside the picture.
        is_cut: (N,) as ``detection_logit`` takes it.
        range_ok: (N,) whether it stands within the camera's range.
        found, boxes_px, reported, confidence, second_px: (N, ...) as in ``ObservedCamera``.
        focal_px: (N,) of the camera.
        error_m: (N, 2) located minus true, along and across the ray; NaN where it was not located.
        stated_m: (N, 2) sigmas that the locator states, without the pose's.
        gain: (N, 2, 4) of along and across by the edges, in the linearised locator.
        bias_m: (N, 2) along and across, what its priors cause.
        linear_m: (N, 2) sigmas that the linearised form states.
        surroundings: (N,) numbers of ``SURROUNDINGS``.
        filled: (N,) pixels that the truth says were seen, over the box's area; NaN where it does not say.
        alone_share: (N,) the visible share by ``occlusion``.
    """

    who: IntArray
    users: IntArray
    moments: IntArray
    frames: IntArray
    classes: IntArray
    box_px: FloatArray
    visible_share: FloatArray
    measured: BoolArray
    height_px: FloatArray
    width_px: FloatArray
    is_cut: BoolArray
    range_ok: BoolArray
    found: BoolArray
    boxes_px: FloatArray
    reported: IntArray
    confidence: FloatArray
    second_px: FloatArray
    focal_px: FloatArray
    error_m: FloatArray
    stated_m: FloatArray
    gain: FloatArray
    bias_m: FloatArray
    linear_m: FloatArray
    surroundings: IntArray
    filled: FloatArray
    alone_share: FloatArray

    def __len__(self) -> int:
        return len(self.who)

    @property
    def width_height_px(self) -> FloatArray:
        """(2, N) of the box inside the picture."""
        return np.stack([self.width_px, self.height_px])

    @property
    def sides_px(self) -> FloatArray:
        """(N, 4) the box's side that each edge is told in shares of."""
        return np.stack([self.width_px, self.height_px, self.width_px, self.height_px], axis=1)

    @property
    def edge_errors_px(self) -> FloatArray:
        """(N, 4) found minus true edges; NaN where none was found, or the edge is not really seen."""
        return np.where(self.measured, self.boxes_px - self.box_px, np.nan)

    @property
    def clear(self) -> BoolArray:
        """(N,) whether it is seen whole."""
        return np.asarray(self.visible_share > CLEAR)

    def select(self, rows: BoolArray | IntArray) -> "Samples":
        """Returns the rows that a mask or an index array names."""
        return Samples(*(getattr(self, field.name)[rows] for field in fields(self)))


def samples_of(cameras: Sequence[ObservedCamera]) -> Samples:
    """Returns the rows of all cameras, at least one."""
    filled_of_class = _filled(cameras)
    parts = [_part(camera, number, filled_of_class) for number, camera in enumerate(cameras)]
    joined = {field.name: np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Samples)}
    return Samples(**joined)


def _filled(cameras: Sequence[ObservedCamera]) -> FloatArray:
    """Returns (11,) pixels over area of what is seen whole, by class; where a class was not seen, that of all."""
    ratios, classes = [], []
    for camera in cameras:
        seen = camera.sightings
        ratio = camera.true_px / seen.sides_px.prod(axis=0)
        whole = (seen.visible_share > CLEAR) & (camera.true_px > 0) & (seen.sides_px[1] > TALL_PX)
        ratios.append(ratio[whole & seen.measured.all(axis=1)])
        classes.append(seen.classes[whole & seen.measured.all(axis=1)])
    ratio, of_class = np.concatenate(ratios), np.concatenate(classes)
    everybody = float(np.median(ratio)) if len(ratio) else 0.5
    return np.array([
        float(np.median(ratio[of_class == number])) if (of_class == number).any() else everybody for number in range(11)
    ])  # fmt: skip


def _part(camera: ObservedCamera, number: int, filled_of_class: FloatArray) -> Samples:
    seen, sensor = camera.sightings, camera.sensor
    width_px, height_px = seen.sides_px
    filled = np.where(camera.true_px >= 0, camera.true_px / np.maximum(width_px * height_px, 1.0), np.nan)
    by_truth = np.clip(filled / filled_of_class[seen.classes], 0.0, 1.0)
    share = np.where(np.isfinite(by_truth), by_truth, seen.visible_share)
    # What the outlines say is seen whole is, unless a wall or a tree hides it; a few pixels are the shape's affair.
    share = np.where((seen.visible_share > CLEAR) & (share > 0.5), 1.0, share)
    foot_m = seen.range_m - seen.cuboids[:, 3] / 2
    at = _linearised(camera)
    error_m, stated_m, gain, bias_m, linear_m = _on_the_road(camera, at)
    who = (number << 20) + seen.object_ids
    return Samples(
        who=who, users=who, moments=(number << 24) + seen.instants, frames=seen.instants,
        classes=seen.classes, box_px=seen.box_px, visible_share=share, measured=seen.measured, height_px=height_px,
        width_px=width_px, is_cut=seen.is_cut, range_ok=foot_m <= sensor.max_range_m,
        found=camera.found, boxes_px=camera.boxes_px, reported=camera.reported, confidence=camera.confidence,
        second_px=camera.second_px, focal_px=np.full(len(seen), sensor.camera.fy_px), error_m=error_m,
        stated_m=stated_m, gain=gain, bias_m=bias_m, linear_m=linear_m, surroundings=at.surroundings, filled=filled,
        alone_share=seen.visible_share,
    )  # fmt: skip


def _linearised(camera: ObservedCamera) -> Linearised:
    seen = camera.sightings
    classes = np.where(camera.reported > 0, camera.reported, seen.classes)
    return camera.rig.locator.at(seen.cuboids, classes, seen.measured, seen.foot_shift_px)


def _on_the_road(camera: ObservedCamera, at: Linearised) -> tuple[FloatArray, ...]:
    """Returns the columns of ``Samples`` from ``error_m`` to ``linear_m``."""
    seen, locator, sensor = camera.sightings, camera.rig.locator, camera.sensor
    away = seen.cuboids[:, :2] - sensor.site_from_camera.translation_m[:2]
    away /= np.linalg.norm(away, axis=1)[:, None]
    axes = np.stack([away, np.stack([-away[:, 1], away[:, 0]], axis=1)], axis=1)
    error_m = (axes @ (camera.position_m - seen.cuboids[:, :2])[..., None])[..., 0]
    height_m = locator.camera_height_m(seen.cuboids[:, :2])
    pose_m2 = np.stack([locator.pose_m2(seen.range_m, height_m), np.zeros(len(seen))], axis=1)
    stated_m2 = np.einsum("nij,njk,nik->ni", axes, camera.stated_m2, axes) - pose_m2
    linear_m2 = np.einsum("nij,njk,nik->ni", axes, at.covariance_m2, axes)
    bias_m = (axes @ at.bias[:, :2, None])[..., 0]
    stated_m, linear_m = np.sqrt(np.maximum(stated_m2, 1e-6)), np.sqrt(linear_m2)
    return error_m, stated_m, np.asarray(axes @ at.gain[:, :2]), bias_m, np.asarray(linear_m)
