"""What box a camera draws around a road user: the cuboid on the road that every camera measurement is fitted with.

A box's foot is not the road user's centre: it is 0.9 m off for a car seen side-on, 2 m head-on and 6 m for a bus.
So the four edges of the box are predicted from a cuboid standing on the road, and compared with the seen ones.
"""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import FloatArray, IntArray
from roadside.geometry.camera import PinholeCamera
from roadside.geometry.pose import Pose
from roadside.geometry.surface import RoadSurface

CORNERS = np.array(
    [[1, 1, 0], [1, -1, 0], [-1, -1, 0], [-1, 1, 0], [1, 1, 2], [1, -1, 2], [-1, -1, 2], [-1, 1, 2]]
) / 2  # fmt: skip
"""(8, 3) the corners as shares of length, width and height from the footprint's centre: bottom four, then top four."""

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

    def boxes(self, cuboids: FloatArray) -> FloatArray:
        """Returns (M, 4) boxes x_min, y_min, x_max, y_max in pixels; NaN where a corner is not before the camera.

        The box is not cut at the picture's border.
        """
        return self._outline(self._axes(cuboids), cuboids)[0]

    def boxes_with_jacobian(self, cuboids: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Returns (M, 4) boxes in pixels and their (M, 4, 6) derivatives by the cuboids' parameters.

        Each edge is drawn by one corner; the derivative is that corner's. The slope of the road is left out of the
        derivative (not of the prediction).
        """
        axes = self._axes(cuboids)
        boxes, outline, drawing = self._outline(axes, cuboids)
        edge_by_camera = self.camera.gradients(drawing, EDGE_AXIS)
        share = CORNERS[outline]
        along = edge_by_camera @ axes.transpose(0, 2, 1)
        offset_m = share * cuboids[:, None, LENGTH:]
        jacobian = np.empty((len(cuboids), 4, 6))
        jacobian[..., :2] = edge_by_camera @ self.site_from_camera.rotation[:2].T
        # Turning carries the corner's share of length to the left, and its share of width backwards.
        jacobian[..., YAW] = along[..., 1] * offset_m[..., 0] - along[..., 0] * offset_m[..., 1]
        jacobian[..., LENGTH:] = along * share
        return boxes, jacobian

    def _axes(self, cuboids: FloatArray) -> FloatArray:
        """Returns (M, 3, 3) the cuboids' unit axes forward, left and up, as rows, in the camera frame."""
        cos, sin = np.cos(cuboids[:, YAW]), np.sin(cuboids[:, YAW])
        axes = np.zeros((len(cuboids), 3, 3))
        axes[:, 0, 0], axes[:, 0, 1] = cos, sin
        axes[:, 1, 0], axes[:, 1, 1] = -sin, cos
        axes[:, 2, 2] = 1.0
        return axes @ self.site_from_camera.rotation

    def _outline(self, axes: FloatArray, cuboids: FloatArray) -> tuple[FloatArray, IntArray, FloatArray]:
        """Returns boxes, and of the corners that draw their edges the (M, 4) numbers and (M, 4, 3) camera points."""
        foot = np.empty((len(cuboids), 3))
        foot[:, :2] = cuboids[:, :2]
        foot[:, 2] = self.surface.height_at(cuboids[:, :2])
        foot = (foot - self.site_from_camera.translation_m) @ self.site_from_camera.rotation
        corners = CORNERS @ (axes * cuboids[:, LENGTH:, None]) + foot[:, None, :]
        pixels = self.camera.project(corners)
        outline = np.concatenate([pixels.argmin(axis=1), pixels.argmax(axis=1)], axis=1)
        row = np.arange(len(cuboids))[:, None]
        return pixels[row, outline, EDGE_AXIS], outline, corners[row, outline]
