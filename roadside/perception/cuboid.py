"""What box a camera draws around a road user: the cuboid on the road that every camera measurement is fitted with.

A box's foot is not the road user's centre: it is 0.9 m off for a car seen side-on, 2 m head-on and 6 m for a bus.
So the four edges of the box are predicted from a cuboid standing on the road, and compared with the seen ones.
"""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import FloatArray
from roadside.geometry.camera import PinholeCamera
from roadside.geometry.pose import Pose
from roadside.geometry.surface import RoadSurface

CORNER_LENGTH = np.array([1, 1, -1, -1, 1, 1, -1, -1]) / 2
CORNER_WIDTH = np.array([1, -1, -1, 1, 1, -1, -1, 1]) / 2
CORNER_HEIGHT = np.array([0, 0, 0, 0, 1, 1, 1, 1]) * 1.0
"""The eight corners as shares of length, width and height: the bottom four, then the top four."""

EAST, NORTH, YAW, LENGTH, WIDTH, HEIGHT = range(6)
"""Columns of a cuboid's parameters: centre of the footprint (m), yaw (rad), extent (m)."""

EDGE_AXIS = np.array([0, 1, 0, 1])
"""Pixel axis of the edges x_min, y_min, x_max, y_max."""


@dataclass(frozen=True, slots=True, eq=False)
class CuboidView:
    """One camera looking at cuboids on one road.

    Attributes:
        camera: intrinsics.
        site_from_camera: pose.
        surface: the road.
    """

    camera: PinholeCamera
    site_from_camera: Pose
    surface: RoadSurface

    def corners_site(self, cuboids: FloatArray) -> FloatArray:
        """Returns (M, 8, 3) corners, in the site frame, of (M, 6) cuboids standing on the road."""
        cos, sin = np.cos(cuboids[:, YAW, None]), np.sin(cuboids[:, YAW, None])
        ahead = cuboids[:, LENGTH, None] * CORNER_LENGTH
        aside = cuboids[:, WIDTH, None] * CORNER_WIDTH
        corners = np.empty((len(cuboids), 8, 3))
        corners[..., 0] = cuboids[:, EAST, None] + cos * ahead - sin * aside
        corners[..., 1] = cuboids[:, NORTH, None] + sin * ahead + cos * aside
        ground = self.surface.height_at(cuboids[:, :2])
        corners[..., 2] = ground[:, None] + cuboids[:, HEIGHT, None] * CORNER_HEIGHT
        return corners

    def boxes(self, cuboids: FloatArray) -> FloatArray:
        """Returns (M, 4) boxes x_min, y_min, x_max, y_max in pixels; NaN where a corner is not before the camera.

        The box is not cut at the picture's border.
        """
        return self._outline(cuboids)[0]

    def boxes_with_jacobian(self, cuboids: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Returns (M, 4) boxes in pixels and their (M, 4, 6) derivatives by the cuboids' parameters.

        Each edge is drawn by one corner; the derivative is that corner's. The slope of the road is left out of the
        derivative (not of the prediction).
        """
        boxes, outline, corners = self._outline(cuboids)
        row = np.arange(len(cuboids))[:, None]
        drawing = corners[row, outline]
        rotation = self.site_from_camera.rotation
        _, pixel_by_camera = self.camera.project_with_jacobian(
            (drawing - self.site_from_camera.translation_m) @ rotation
        )
        edge_by_camera = pixel_by_camera[row, np.arange(4), EDGE_AXIS]
        edge_by_site = edge_by_camera @ rotation.T
        cos, sin = np.cos(cuboids[:, YAW, None]), np.sin(cuboids[:, YAW, None])
        ahead, aside = CORNER_LENGTH[outline], CORNER_WIDTH[outline]
        jacobian = np.empty((len(cuboids), 4, 6))
        jacobian[..., :2] = edge_by_site[..., :2]
        from_centre = drawing[..., :2] - cuboids[:, None, :2]
        jacobian[..., YAW] = edge_by_site[..., 1] * from_centre[..., 0] - edge_by_site[..., 0] * from_centre[..., 1]
        jacobian[..., LENGTH] = (edge_by_site[..., 0] * cos + edge_by_site[..., 1] * sin) * ahead
        jacobian[..., WIDTH] = (edge_by_site[..., 1] * cos - edge_by_site[..., 0] * sin) * aside
        jacobian[..., HEIGHT] = edge_by_site[..., 2] * CORNER_HEIGHT[outline]
        return boxes, jacobian

    def _outline(self, cuboids: FloatArray) -> tuple[FloatArray, np.ndarray, FloatArray]:
        """Returns boxes, the (M, 4) corners that draw them, and all (M, 8, 3) corners."""
        corners = self.corners_site(cuboids)
        rotation = self.site_from_camera.rotation
        pixels = self.camera.project((corners - self.site_from_camera.translation_m) @ rotation)
        low, high = pixels.argmin(axis=1), pixels.argmax(axis=1)
        outline = np.concatenate([low, high], axis=1)
        boxes = np.concatenate([pixels.min(axis=1), pixels.max(axis=1)], axis=1)
        return boxes, outline, corners
