"""From the site to the picture and to the sun's shadow map, as 4 x 4 matrices for column vectors."""

import numpy as np

from roadside.geometry.arrays import BoolArray, FloatArray
from roadside.geometry.camera import PinholeCamera
from roadside.geometry.pose import Pose

NEAR_M = 0.25
FAR_M = 3500.0
SHADOW_REACH_M = 75.0
"""Shadows farther from the camera than this are not drawn."""

SHADOW_STEP_M = 4.0
"""The shadow map's extent grows and moves in steps, so that a swaying pole does not make shadows crawl."""


def clip_from_site(camera: PinholeCamera, site_from_camera: Pose) -> FloatArray:
    """Returns the (4, 4) projection of an ideal camera.

    Clip space has x to the right and y *down* the picture, so that row 0 of what is read back is the top. The centre of
    pixel (0, 0) is half a pixel inside the clip volume's edge.
    """
    width, height = camera.width_px, camera.height_px
    projection = np.zeros((4, 4))
    projection[0, 0] = 2 * camera.fx_px / width
    projection[0, 2] = 2 * (camera.cx_px + 0.5) / width - 1
    projection[1, 1] = 2 * camera.fy_px / height
    projection[1, 2] = 2 * (camera.cy_px + 0.5) / height - 1
    projection[2, 2] = (FAR_M + NEAR_M) / (FAR_M - NEAR_M)
    projection[2, 3] = -2 * FAR_M * NEAR_M / (FAR_M - NEAR_M)
    projection[3, 2] = 1.0
    view = np.eye(4)
    view[:3, :3] = site_from_camera.rotation.T
    view[:3, 3] = -site_from_camera.rotation.T @ site_from_camera.translation_m
    return np.asarray(projection @ view)


def in_view(clip_from_points: FloatArray, centre_m: FloatArray, radius_m: FloatArray) -> BoolArray:
    """Returns (N,) whether (N, 3) spheres of (N,) radii may touch what a projection shows (Gribb and Hartmann 2001)."""
    m = clip_from_points
    planes = np.stack([m[3] + m[0], m[3] - m[0], m[3] + m[1], m[3] - m[1], m[3] + m[2]])
    planes = planes / np.linalg.norm(planes[:, :3], axis=1, keepdims=True)
    distance = centre_m @ planes[:, :3].T + planes[:, 3]
    return np.asarray((distance > -radius_m[:, None]).all(axis=1))


def ground_outline(camera: PinholeCamera, site_from_camera: Pose, ground_m: float, reach_m: float) -> FloatArray:
    """Returns (K, 2) points around the ground that the picture shows, no farther than ``reach_m`` from the camera."""
    u = np.linspace(-0.5, camera.width_px - 0.5, 5)
    v = np.linspace(-0.5, camera.height_px - 0.5, 9)
    rays = site_from_camera.rotate(camera.rays(np.stack(np.meshgrid(u, v), axis=-1).reshape(-1, 2)))
    fall = np.maximum(-rays[:, 2], 1e-3)
    level = np.linalg.norm(rays[:, :2], axis=1)
    height_m = max(float(site_from_camera.translation_m[2]) - ground_m, 0.5)
    along = np.minimum(height_m / fall, reach_m / np.maximum(level, 1e-6))
    return np.asarray(site_from_camera.translation_m[:2] + rays[:, :2] * along[:, None])


def shadow_from_site(outline_m: FloatArray, ground_m: float, sun_direction: FloatArray) -> tuple[FloatArray, float]:
    """Returns the (4, 4) matrix into the unit cube of the shadow map, and the map's extent in metres.

    Args:
        outline_m: (K, 2) ground that is to be covered.
        ground_m: its height.
        sun_direction: (3,) towards the sun.
    """
    right = np.cross([0.0, 1.0, 0.0] if abs(sun_direction[1]) < 0.9 else [1.0, 0.0, 0.0], sun_direction)
    right /= np.linalg.norm(right)
    up = np.cross(sun_direction, right)
    points = np.concatenate([np.column_stack([outline_m, np.full(len(outline_m), ground_m + z)]) for z in (-1.0, 7.0)])
    flat = points @ np.stack([right, up]).T
    low = np.floor(flat.min(axis=0) / SHADOW_STEP_M) * SHADOW_STEP_M
    extent = np.ceil((flat.max(axis=0) - low) / SHADOW_STEP_M) * SHADOW_STEP_M
    depth = points @ sun_direction
    near, far = depth.max() + 60.0, depth.min() - 5.0
    matrix = np.eye(4)
    matrix[0, :3], matrix[0, 3] = right / extent[0], -low[0] / extent[0]
    matrix[1, :3], matrix[1, 3] = up / extent[1], -low[1] / extent[1]
    matrix[2, :3], matrix[2, 3] = -sun_direction / (near - far), near / (near - far)
    return matrix, float(extent.max())


CLIP_FROM_UNIT = np.array([[2.0, 0, 0, -1], [0, 2.0, 0, -1], [0, 0, 2.0, -1], [0, 0, 0, 1]])
"""From the unit cube to clip space."""
