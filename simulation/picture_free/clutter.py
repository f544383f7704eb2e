"""False boxes of a camera: objects that are none, as they were seen; some come again and again at the same place."""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.angles import wrapped_rad
from roadside.geometry.arrays import FloatArray, IntArray
from roadside.perception.box_locator import BORDER_PX
from roadside.perception.cuboid import LENGTH, YAW
from roadside.types.observations import MeasurementKind
from simulation.picture_free.camera_rig import CameraRig
from simulation.picture_free.correlated import Groups, first_order, memory_of
from simulation.picture_free.errors import (
    BEGINS_S,
    CLASS,
    CONFIDENCE,
    EDGES,
    OBJECT,
    PRESENCE,
    STAYS_S,
    CameraErrors,
)
from simulation.picture_free.located import Located

S_PER_HOUR = 3600.0
JITTER_SHARE = 0.15
"""A box that is drawn from those that were seen is larger or smaller by so much, and moved by as much of itself."""
NEAREST_M = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Appearances:
    """C appearances of false objects in a chunk.

    Attributes:
        told: (C, 10) what is told of them: see ``CLUTTER_NUMBERS``.
        jitter: (3, C) of size and place, normal, in shares of the box.
        first, last: (C,) its instants within the chunk, from the first one to before the last one.
        chance: (C,) that there is a box at an instant that is neither its first nor its last.
        begins, ends: (C,) its first and last instants, wherever the chunk ends.
    """

    told: FloatArray
    jitter: FloatArray
    first: IntArray
    last: IntArray
    chance: FloatArray
    begins: IntArray
    ends: IntArray

    def __len__(self) -> int:
        return len(self.told)


@dataclass(frozen=True, slots=True, eq=False)
class FalseBoxes:
    """K false boxes, of C appearances.

    Attributes:
        rows: (K,) the appearance that each belongs to.
        instants: (K,) of the chunk.
        errors_px: (K, 4) by how much its edges lie beside those of the appearance.
        box_px: (C, 4) boxes of the appearances, in the picture.
        cuboids: (C, 6) that stand where these seem to.
        classes, confidence: (C,) reported.
    """

    rows: IntArray
    instants: IntArray
    errors_px: FloatArray
    box_px: FloatArray
    cuboids: FloatArray
    classes: IntArray
    confidence: FloatArray


def false_boxes(
    rng: np.random.Generator, rig: CameraRig, errors: CameraErrors, instant_count: int, step_s: float
) -> FalseBoxes:
    """Returns the false boxes of a chunk of ``instant_count`` instants.

    Args:
        rng: of what comes and goes.
        rig: the camera.
        errors: what is known of false boxes.
        instant_count: of the chunk.
        step_s: from one instant to the next.
    """
    drawn = _appearances(rng, rig, errors, instant_count, step_s)
    box_px, classes = _boxes(rig, drawn), drawn.told[:, CLASS].astype(np.int64)
    cuboids, usable = _on_the_road(rig, box_px, classes)
    shown = np.where(usable, drawn.last - drawn.first, 0)
    rows = np.repeat(np.arange(len(drawn)), shown)
    groups = Groups.of(np.diff(rows, prepend=-1) != 0)
    instants = drawn.first[rows] + groups.age
    there = rng.random(len(rows)) < drawn.chance[rows]
    there |= (instants == drawn.begins[rows]) | (instants == drawn.ends[rows])
    side_px = np.stack([box_px[:, 2] - box_px[:, 0], box_px[:, 3] - box_px[:, 1]])[[0, 1, 0, 1]].T
    sigma_px = np.hypot(errors.edge_floor_px, errors.edge_share * side_px)
    latent = first_order(rng, groups, EDGES, float(memory_of(errors.slow_s.mean(), step_s)))
    rows, instants = rows[there], instants[there]
    errors_px = sigma_px[rows] * latent[:, there].T
    return FalseBoxes(rows, instants, errors_px, box_px, cuboids, classes, drawn.told[:, CONFIDENCE])


def located_clutter(rig: CameraRig, errors: CameraErrors, false: FalseBoxes) -> Located:
    """Returns where the camera's locator puts false boxes."""
    rows, cuboids = false.rows, false.cuboids
    measured = _inside(rig, false.box_px)
    at = rig.locator.at(cuboids, false.classes, measured, np.zeros(len(cuboids)))
    error = (at.gain[rows] @ false.errors_px[..., None])[..., 0]
    position_m = cuboids[rows, :2] + error[:, :2]
    away = position_m - rig.sensor.site_from_camera.translation_m[:2]
    range_m = np.linalg.norm(away, axis=1)
    away /= range_m[:, None]
    pose_m2 = rig.locator.pose_m2(range_m, rig.locator.camera_height_m(position_m))
    heading_rad = wrapped_rad(cuboids[rows, YAW] + error[:, YAW])
    return Located(
        instants=false.instants,
        kind=np.where(measured[rows, 3], MeasurementKind.POSITION, MeasurementKind.BEARING),
        position_m=position_m,
        covariance_m2=rig.locator.stated_m2(at.covariance_stated_m2(errors.stated_ratio)[rows], away, pose_m2),
        line_of_sight=away,
        heading_rad=np.where(at.heading_sure[rows], heading_rad, np.nan),
        size_m=np.maximum(cuboids[rows, LENGTH:] + error[:, LENGTH:], 0.05),
        classes=false.classes[rows],
        confidence=false.confidence[rows],
    )


def _appearances(
    rng: np.random.Generator, rig: CameraRig, errors: CameraErrors, instant_count: int, step_s: float
) -> Appearances:
    """Returns the appearances of a chunk: those of objects that begin in it, or so long before it as any lasts.

    An object is drawn with all of its appearances as it was seen. One that was seen once only comes anywhere; one that
    came again comes again at one place of the camera over hours too.
    """
    told = errors.clutter
    begins = np.flatnonzero(np.diff(told[:, OBJECT], prepend=-1.0) != 0.0)
    counts = np.diff(begins, append=len(told))
    longest_s = float((told[:, BEGINS_S] + told[:, STAYS_S]).max(initial=0.0))
    span_s = instant_count * step_s
    count = rng.poisson(errors.clutter_per_hour * (longest_s + span_s) / S_PER_HOUR) if len(told) else 0
    which, begins_s = rng.integers(0, max(len(begins), 1), count), rng.uniform(-longest_s, span_s, count)
    each = counts[which]
    jitter = JITTER_SHARE * np.where(each > 1, rig.clutter_shift[:, None], rng.standard_normal((3, count)))
    of = np.repeat(np.arange(count), each)
    row = begins[which][of] + np.arange(len(of)) - np.repeat(np.cumsum(each) - each, each)
    first = np.floor((begins_s[of] + told[row, BEGINS_S]) / step_s).astype(np.int64)
    length = np.maximum(np.round(told[row, STAYS_S] / step_s), 1.0)
    chance = np.clip((told[row, PRESENCE] * length - 2.0) / np.maximum(length - 2.0, 1.0), 0.0, 1.0)
    last = first + length.astype(np.int64)
    within = np.flatnonzero((last > 0) & (first < instant_count))
    return Appearances(
        told[row[within]], jitter[:, of[within]], np.maximum(first, 0)[within],
        np.minimum(last, instant_count)[within], chance[within], first[within], last[within] - 1,
    )  # fmt: skip


def _boxes(rig: CameraRig, drawn: Appearances) -> FloatArray:
    """Returns (C, 4) boxes inside the picture."""
    u, v, width, height = drawn.told[:, :4].T
    width, height = width * np.exp(drawn.jitter[0]), height * np.exp(drawn.jitter[0])
    u, v = u + drawn.jitter[1] * width, v + drawn.jitter[2] * height
    picture = np.array([rig.sensor.camera.width_px, rig.sensor.camera.height_px] * 2, dtype=np.float64)
    box = np.clip(np.stack([u - width / 2, v - height, u + width / 2, v], axis=1), 0.0, 1.0)
    return np.asarray(box * picture - 0.5)


def _inside(rig: CameraRig, box_px: FloatArray) -> np.ndarray:
    """Returns (C, 4) which edges do not lie at the picture's border."""
    limit = np.array([-0.5, -0.5, rig.sensor.camera.width_px - 0.5, rig.sensor.camera.height_px - 0.5])
    return np.asarray(np.abs(box_px - limit) > BORDER_PX)


def _on_the_road(rig: CameraRig, box_px: FloatArray, classes: np.ndarray) -> tuple[FloatArray, np.ndarray]:
    """Returns (C, 6) cuboids of the classes' usual size that stand where the boxes' feet are, and (C,) whether one can.

    Where that is above the horizon, out of range or below the camera itself, none can, and one stands somewhere.
    """
    pose = rig.sensor.site_from_camera
    foot_px = np.stack([(box_px[:, 0] + box_px[:, 2]) / 2, box_px[:, 3]], axis=1)
    rays = pose.rotate(rig.sensor.camera.rays(foot_px))
    foot_m = rig.locator.view.surface.intersect(pose.translation_m, rays)[:, :2]
    away = foot_m - pose.translation_m[:2]
    range_m = np.linalg.norm(away, axis=1)
    usable = (range_m <= rig.sensor.max_range_m) & (range_m >= NEAREST_M)
    somewhere = pose.translation_m[:2] + rig.viewpoint.forward * rig.sensor.max_range_m / 2
    foot_m = np.where(usable[:, None], foot_m, somewhere)
    away = np.where(usable[:, None], away / np.where(usable, range_m, 1.0)[:, None], rig.viewpoint.forward)
    size_m, _ = rig.locator.sizes.of(classes)
    seen_rad = np.arctan2(away[:, 1], away[:, 0])
    lane_rad = rig.locator.lanes.heading_at(foot_m + away * size_m[:, 1:2] / 2)
    yaw_rad = np.where(np.isfinite(lane_rad), lane_rad, seen_rad + np.pi / 4)
    turn_rad = yaw_rad - seen_rad
    reach_m = (np.abs(np.cos(turn_rad)) * size_m[:, 0] + np.abs(np.sin(turn_rad)) * size_m[:, 1]) / 2
    return np.column_stack([foot_m + away * reach_m[:, None], yaw_rad, size_m]), usable
