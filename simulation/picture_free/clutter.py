"""False boxes of a camera: some come anywhere, some come again and again at the same place."""

import numpy as np

from roadside.geometry.angles import wrapped_rad
from roadside.geometry.arrays import FloatArray
from roadside.perception.box_locator import BORDER_PX
from roadside.perception.cuboid import LENGTH, YAW
from roadside.types.observations import MeasurementKind
from simulation.picture_free.camera_rig import CLUTTER_PLACES, CameraRig
from simulation.picture_free.correlated import Groups, first_order, memory_of
from simulation.picture_free.errors import EDGES, CameraErrors
from simulation.picture_free.located import Located

S_PER_HOUR = 3600.0
JITTER_SHARE = 0.15
"""A box that is drawn from those that were seen is larger or smaller by so much, and moved by as much of itself."""
NEAREST_M = 2.0


def false_boxes(
    rng: np.random.Generator, rig: CameraRig, errors: CameraErrors, instant_count: int, step_s: float
) -> Located:
    """Returns the false boxes of a chunk of ``instant_count`` instants.

    Args:
        rng: of what comes and goes.
        rig: the camera.
        errors: what is known of false boxes.
        instant_count: of the chunk.
        step_s: from one instant to the next.
    """
    count = rng.poisson(errors.clutter_per_hour * instant_count * step_s / S_PER_HOUR) if len(errors.clutter) else 0
    first = rng.integers(0, instant_count, count)
    stays = 1 + np.floor(rng.exponential(errors.clutter_s / step_s, count)).astype(np.int64)
    stays = np.minimum(stays, instant_count - first)
    box_px, classes, confidence = _drawn(rng, rig, errors, count)
    cuboids, usable = _on_the_road(rig, box_px, classes)
    rows = np.repeat(np.flatnonzero(usable), stays[usable])
    groups = Groups.of(np.diff(rows, prepend=-1) != 0)
    instants = first[rows] + groups.age
    there = rng.random(len(rows)) < errors.clutter_presence
    there[groups.first] = True
    side_px = np.stack([box_px[:, 2] - box_px[:, 0], box_px[:, 3] - box_px[:, 1]])[[0, 1, 0, 1]].T
    sigma_px = np.hypot(errors.edge_floor_px, errors.edge_share * side_px)
    latent = first_order(rng, groups, EDGES, float(memory_of(errors.slow_s.mean(), step_s)))
    rows, instants, latent = rows[there], instants[there], latent[:, there]
    measured = _inside(rig, box_px)
    at = rig.locator.at(cuboids, classes, measured, np.zeros(count))
    error = (at.gain[rows] @ (sigma_px[rows] * latent.T)[..., None])[..., 0]
    position_m = cuboids[rows, :2] + error[:, :2]
    away = position_m - rig.sensor.site_from_camera.translation_m[:2]
    away /= np.linalg.norm(away, axis=1)[:, None]
    heading_rad = wrapped_rad(cuboids[rows, YAW] + error[:, YAW])
    return Located(
        instants=instants,
        kind=np.where(measured[rows, 3], MeasurementKind.POSITION, MeasurementKind.BEARING),
        position_m=position_m,
        covariance_m2=at.covariance_m2[rows],
        line_of_sight=away,
        heading_rad=np.where(at.heading_sure[rows], heading_rad, np.nan),
        size_m=np.maximum(cuboids[rows, LENGTH:] + error[:, LENGTH:], 0.05),
        classes=classes[rows],
        confidence=confidence[rows],
    )


def _drawn(
    rng: np.random.Generator, rig: CameraRig, errors: CameraErrors, count: int
) -> tuple[FloatArray, np.ndarray, FloatArray]:
    """Returns (C, 4) boxes inside the picture, (C,) classes and (C,) confidences of false boxes."""
    seen = errors.clutter
    if count == 0:
        return np.zeros((0, 4)), np.zeros(0, dtype=np.int64), np.zeros(0)
    place = rng.integers(0, CLUTTER_PLACES, count)
    again = rng.random(count) < errors.recurring_share
    which = np.where(again, (rig.places[place] * len(seen)).astype(np.int64), rng.integers(0, len(seen), count))
    u, v, width, height, classes, confidence = seen[which].T
    jitter = np.where(again, 0.0, JITTER_SHARE) * rng.standard_normal((3, count))
    width, height = width * np.exp(jitter[0]), height * np.exp(jitter[0])
    u, v = u + jitter[1] * width, v + jitter[2] * height
    picture = np.array([rig.sensor.camera.width_px, rig.sensor.camera.height_px] * 2, dtype=np.float64)
    box = np.clip(np.stack([u - width / 2, v - height, u + width / 2, v], axis=1), 0.0, 1.0)
    return box * picture - 0.5, classes.astype(np.int64), confidence


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
