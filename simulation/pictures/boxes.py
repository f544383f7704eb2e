"""Boxes around whole bodies, from their geometry."""

import numpy as np

from roadside.geometry.arrays import FloatArray
from roadside.geometry.camera import PinholeCamera
from roadside.geometry.pose import Pose
from simulation.pictures.meshes.catalogue import body_mesh
from simulation.pictures.meshes.joints import posed
from simulation.pictures.projection import NEAR_M
from simulation.types.actors import Actors


def full_boxes_px(
    actors: Actors,
    site_from_bodies: FloatArray,
    limb_angles_rad: FloatArray,
    camera: PinholeCamera,
    site_from_camera: Pose,
) -> FloatArray:
    """Returns (N, 4) left, top, right and bottom of every whole body, clipped to the picture; NaN when not in view.

    Args:
        actors: who.
        site_from_bodies: (N, 3, 4) from ``View``.
        limb_angles_rad: (N, 4) from ``View``.
        camera, site_from_camera: of the picture.
    """
    boxes = np.full((len(actors), 4), np.nan)
    limits = np.array([-0.5, -0.5, camera.width_px - 0.5, camera.height_px - 0.5])
    for row in range(len(actors)):
        body = body_mesh(int(actors.bodies[row]))
        points = body.hull_m
        if body.gait.swing_rad:
            points = posed(points, body.hull_joint, body.gait, limb_angles_rad[row])
        points = points @ site_from_bodies[row, :, :3].T + site_from_bodies[row, :, 3]
        points = (points - site_from_camera.translation_m) @ site_from_camera.rotation
        points = _before_the_lens(points)
        if len(points) == 0:
            continue
        u = camera.fx_px * points[:, 0] / points[:, 2] + camera.cx_px
        v = camera.fy_px * points[:, 1] / points[:, 2] + camera.cy_px
        box = np.array([u.min(), v.min(), u.max(), v.max()])
        clipped = np.concatenate([np.maximum(box[:2], limits[:2]), np.minimum(box[2:], limits[2:])])
        if (clipped[2:] > clipped[:2]).all():
            boxes[row] = clipped
    return boxes


def _before_the_lens(points_m: FloatArray) -> FloatArray:
    """Returns the part of a convex body before the near plane: its points there, and where its edges pierce the plane."""
    before = points_m[:, 2] > NEAR_M
    if before.all() or not before.any():
        return points_m[before]
    front, back = points_m[before], points_m[~before]
    share = (front[:, None, 2] - NEAR_M) / (front[:, None, 2] - back[None, :, 2])
    pierced = front[:, None] + share[..., None] * (back[None] - front[:, None])
    return np.concatenate([front, pierced.reshape(-1, 3)])
