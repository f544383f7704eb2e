"""The pinhole camera with lens distortion. Camera frame: x right, y down, z forward.

Pixel (0, 0) is the centre of the top-left pixel. The distortion is Brown and Conrady's with OpenCV's
coefficients k1, k2, p1, p2, k3 (https://docs.opencv.org/4.x/d9/d0c/group__calib3d.html).
"""

from dataclasses import dataclass, field

import numpy as np

from roadside.geometry.arrays import BoolArray, FloatArray, IntArray, frozen

NEAR_PLANE_M = 0.1
"""Points nearer than this in front of the lens, or behind it, have no pixel."""

UNDISTORTION_STEPS = 20
UNDISTORTION_TOLERANCE = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class PinholeCamera:
    """Intrinsics of one camera.

    Attributes:
        width_px, height_px: image size.
        fx_px, fy_px: focal lengths.
        cx_px, cy_px: principal point.
        distortion: (5,) k1, k2, p1, p2, k3; zeros for an ideal lens.
        fold_radius2: r² at which the radial distortion turns back towards the middle (derived): what lies beyond
            would get a second, false pixel inside the picture. Infinite for a lens that never folds.
    """

    width_px: int
    height_px: int
    fx_px: float
    fy_px: float
    cx_px: float
    cy_px: float
    distortion: FloatArray = field(default_factory=lambda: np.zeros(5))
    fold_radius2: float = field(init=False, repr=False)

    def __post_init__(self) -> None:
        for name in ("width_px", "height_px", "fx_px", "fy_px"):
            if not getattr(self, name) > 0:
                raise ValueError(f"PinholeCamera.{name} must be positive, got {getattr(self, name)}")
        object.__setattr__(self, "distortion", frozen(self.distortion, "PinholeCamera.distortion", (5,)))
        object.__setattr__(self, "fold_radius2", _fold_radius2(self.distortion))

    @property
    def is_ideal(self) -> bool:
        """Whether the lens has no distortion."""
        return not bool(self.distortion.any())

    def matrix(self) -> FloatArray:
        """Returns the (3, 3) camera matrix K."""
        return np.array([[self.fx_px, 0.0, self.cx_px], [0.0, self.fy_px, self.cy_px], [0.0, 0.0, 1.0]])

    def project(self, points_m: FloatArray) -> FloatArray:
        """Returns (..., 2) pixels of (..., 3) camera-frame points; NaN where a point is not in front of the lens."""
        x, y, _ = self._normalised(points_m)
        if not self.is_ideal:
            x, y = self._distort(x, y)[:2]
        pixels = np.empty((*points_m.shape[:-1], 2))
        pixels[..., 0] = self.fx_px * x + self.cx_px
        pixels[..., 1] = self.fy_px * y + self.cy_px
        return pixels

    def project_with_jacobian(self, points_m: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Returns (..., 2) pixels and their (..., 2, 3) derivatives by the camera-frame points.

        Both are NaN where a point lies nearer than ``NEAR_PLANE_M``, behind the camera, or so far off the axis
        that the distortion folds it back into the picture.
        """
        x, y, depth_m = self._normalised(points_m)
        xd, yd, dxx, dxy, dyx, dyy = self._distort(x, y)
        pixels = np.stack([self.fx_px * xd + self.cx_px, self.fy_px * yd + self.cy_px], axis=-1)
        jacobian = np.empty((*points_m.shape[:-1], 2, 3))
        scale_x, scale_y = self.fx_px / depth_m, self.fy_px / depth_m
        jacobian[..., 0, 0] = scale_x * dxx
        jacobian[..., 0, 1] = scale_x * dxy
        jacobian[..., 0, 2] = -scale_x * (dxx * x + dxy * y)
        jacobian[..., 1, 0] = scale_y * dyx
        jacobian[..., 1, 1] = scale_y * dyy
        jacobian[..., 1, 2] = -scale_y * (dyx * x + dyy * y)
        return pixels, jacobian

    def gradients(self, points_m: FloatArray, axis: IntArray) -> FloatArray:
        """Returns (..., K, 3) derivatives of one pixel coordinate each by (..., K, 3) camera-frame points.

        Args:
            points_m: before the camera.
            axis: (K,) 0 for the horizontal, 1 for the vertical pixel coordinate.
        """
        each = np.arange(len(axis))
        if not self.is_ideal:
            return np.asarray(self.project_with_jacobian(points_m)[1][..., each, axis, :])
        gradients = np.zeros(points_m.shape)
        per_depth = np.array([self.fx_px, self.fy_px])[axis] / points_m[..., 2]
        gradients[..., each, axis] = per_depth
        gradients[..., 2] = -per_depth * points_m[..., each, axis] / points_m[..., 2]
        return gradients

    def rays(self, pixels: FloatArray) -> FloatArray:
        """Returns (..., 3) unit directions in the camera frame that (..., 2) pixels look along.

        NaN where the distortion cannot be inverted: no light from the scene reaches such a pixel.
        """
        target_x = (pixels[..., 0] - self.cx_px) / self.fx_px
        target_y = (pixels[..., 1] - self.cy_px) / self.fy_px
        x, y = np.array(target_x), np.array(target_y)
        if not self.is_ideal:
            x, y = self._undistort(target_x, target_y)
        rays = np.stack([x, y, np.ones_like(x)], axis=-1)
        return np.asarray(rays / np.linalg.norm(rays, axis=-1, keepdims=True))

    def contains(self, pixels: FloatArray) -> BoolArray:
        """Returns (...,) whether (..., 2) pixels lie in the image; False for NaN."""
        inside_x = (pixels[..., 0] >= -0.5) & (pixels[..., 0] <= self.width_px - 0.5)
        inside_y = (pixels[..., 1] >= -0.5) & (pixels[..., 1] <= self.height_px - 0.5)
        return np.asarray(inside_x & inside_y)

    def _normalised(self, points_m: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Returns x / z, y / z and z; NaN where a point has no pixel."""
        depth_m = np.where(points_m[..., 2] > NEAR_PLANE_M, points_m[..., 2], np.nan)
        x, y = points_m[..., 0] / depth_m, points_m[..., 1] / depth_m
        if np.isfinite(self.fold_radius2):
            depth_m = np.where(x * x + y * y < self.fold_radius2, depth_m, np.nan)
            x, y = points_m[..., 0] / depth_m, points_m[..., 1] / depth_m
        return x, y, depth_m

    def _distort(self, x: FloatArray, y: FloatArray) -> tuple[FloatArray, ...]:
        """Returns distorted x and y, and their derivatives dxd/dx, dxd/dy, dyd/dx, dyd/dy."""
        if self.is_ideal:
            one, zero = np.ones_like(x), np.zeros_like(x)
            return x, y, one, zero, zero, one
        k1, k2, p1, p2, k3 = self.distortion
        r2 = x * x + y * y
        radial = 1.0 + r2 * (k1 + r2 * (k2 + r2 * k3))
        slope = 2.0 * (k1 + r2 * (2.0 * k2 + 3.0 * k3 * r2))  # d radial / dx = slope * x
        xd = x * radial + 2.0 * p1 * x * y + p2 * (r2 + 2.0 * x * x)
        yd = y * radial + p1 * (r2 + 2.0 * y * y) + 2.0 * p2 * x * y
        cross = slope * x * y + 2.0 * p1 * x + 2.0 * p2 * y
        dxx = radial + slope * x * x + 2.0 * p1 * y + 6.0 * p2 * x
        dyy = radial + slope * y * y + 6.0 * p1 * y + 2.0 * p2 * x
        return xd, yd, dxx, cross, cross, dyy

    def _undistort(self, target_x: FloatArray, target_y: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Newton's method on the distortion, from the distorted point; NaN where it does not arrive."""
        x, y = np.array(target_x, dtype=float), np.array(target_y, dtype=float)
        with np.errstate(all="ignore"):
            for _ in range(UNDISTORTION_STEPS):
                xd, yd, dxx, dxy, dyx, dyy = self._distort(x, y)
                error_x, error_y = xd - target_x, yd - target_y
                determinant = dxx * dyy - dxy * dyx
                x = x - (dyy * error_x - dxy * error_y) / determinant
                y = y - (dxx * error_y - dyx * error_x) / determinant
            xd, yd, *_ = self._distort(x, y)
            arrived = np.hypot(xd - target_x, yd - target_y) < UNDISTORTION_TOLERANCE
            arrived &= x * x + y * y < self.fold_radius2  # beyond the fold the lens equation has false roots
        return np.where(arrived, x, np.nan), np.where(arrived, y, np.nan)


def _fold_radius2(distortion: FloatArray) -> float:
    """Returns the least r² > 0 with d(r (1 + k1 r² + k2 r⁴ + k3 r⁶)) / dr = 0; infinity if there is none."""
    k1, k2, _, _, k3 = distortion
    roots = np.roots([7.0 * k3, 5.0 * k2, 3.0 * k1, 1.0])
    folds = roots.real[(np.abs(roots.imag) < 1e-9) & (roots.real > 0.0)]
    return float(folds.min()) if folds.size else float("inf")
