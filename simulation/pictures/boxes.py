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
        site_from_bodies: (N, 3, 4) rotation and translation of each body, slope included.
        limb_angles_rad: (N, 4) of walkers' legs and arms.
        camera: of the picture.
        site_from_camera: where it is.
    """
    boxes = np.full((len(actors), 4), np.nan)
    camera_from_site = site_from_camera.inverse()
    for number in np.unique(actors.bodies):
        rows = np.flatnonzero(actors.bodies == number)
        body = body_mesh(int(number))
        points = np.broadcast_to(body.hull_m, (len(rows), *body.hull_m.shape))
        if body.gait.swing_rad:
            points = posed(body.hull_m, body.hull_joint, body.gait, limb_angles_rad[rows])
        points = points @ site_from_bodies[rows, :, :3].transpose(0, 2, 1) + site_from_bodies[rows, None, :, 3]
        points = camera_from_site.transform(points)
        whole = (points[..., 2] > NEAR_M).all(axis=1)
        boxes[rows[whole]] = _boxes_around(points[whole], camera)
        for row, part in zip(rows[~whole], points[~whole], strict=True):
            before = _before_the_lens(part)
            if len(before):
                boxes[row] = _boxes_around(before[None], camera)[0]
    limits = np.array([-0.5, -0.5, camera.width_px - 0.5, camera.height_px - 0.5])
    boxes[:, :2] = np.maximum(boxes[:, :2], limits[:2])
    boxes[:, 2:] = np.minimum(boxes[:, 2:], limits[2:])
    boxes[~(boxes[:, 2:] > boxes[:, :2]).all(axis=1)] = np.nan
    return boxes


def _boxes_around(points_m: FloatArray, camera: PinholeCamera) -> FloatArray:
    """Returns (N, 4) boxes around the pixels of (N, K, 3) points before the lens."""
    u = camera.fx_px * points_m[..., 0] / points_m[..., 2] + camera.cx_px
    v = camera.fy_px * points_m[..., 1] / points_m[..., 2] + camera.cy_px
    return np.stack([u.min(axis=1), v.min(axis=1), u.max(axis=1), v.max(axis=1)], axis=1)


def _before_the_lens(points_m: FloatArray) -> FloatArray:
    """Returns a convex body's points before the near plane, and where its edges pierce the plane."""
    before = points_m[:, 2] > NEAR_M
    if before.all() or not before.any():
        return points_m[before]
    front, back = points_m[before], points_m[~before]
    share = (front[:, None, 2] - NEAR_M) / (front[:, None, 2] - back[None, :, 2])
    pierced = front[:, None] + share[..., None] * (back[None] - front[:, None])
    return np.concatenate([front, pierced.reshape(-1, 3)])
