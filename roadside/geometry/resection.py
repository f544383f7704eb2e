"""Where a camera stands, from points whose pixels are known: least squares, and how far noise moves the result."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares

from roadside.geometry.arrays import FloatArray, frozen
from roadside.geometry.camera import PinholeCamera
from roadside.geometry.pose import Pose

HIDDEN_RESIDUAL_PX = 1e4
"""Stands for a point that a trial pose puts behind the camera: far away, but finite for the solver."""


@dataclass(frozen=True, slots=True, eq=False)
class Resection:
    """A camera's pose, perhaps with its focal length, that fits N points best.

    Attributes:
        camera: intrinsics; with the new focal length where that was asked for.
        site_from_camera: pose.
        residual_px: (N, 2) seen minus predicted pixel.
        covariance: (P, P) of the parameters for one pixel of noise: three rotations about the camera's axes (rad),
            the camera's position in the site frame (m), and the focal length's logarithm where it was asked for.
            Infinite where the points do not determine it.
    """

    camera: PinholeCamera
    site_from_camera: Pose
    residual_px: FloatArray
    covariance: FloatArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "residual_px", frozen(self.residual_px, "Resection.residual_px", (None, 2)))
        object.__setattr__(self, "covariance", frozen(self.covariance, "Resection.covariance", (None, None)))

    @property
    def rms_px(self) -> float:
        """Root of the mean squared distance between seen and predicted pixel."""
        return float(np.sqrt((self.residual_px**2).sum(axis=1).mean()))

    def position_sigma_m(self, pixel_sigma: float) -> float:
        """Returns the standard deviation of the camera's place, in its worst direction."""
        place = self.covariance[3:6, 3:6]
        return pixel_sigma * float(np.sqrt(np.linalg.eigvalsh(place).max())) if np.isfinite(place).all() else np.inf

    def focal_sigma_px(self, pixel_sigma: float) -> float:
        """Returns the standard deviation of fx; 0 where the focal length was given."""
        if len(self.covariance) < 7:
            return 0.0
        return pixel_sigma * self.camera.fx_px * float(np.sqrt(self.covariance[6, 6]))

    def ground_sigma_m(self, range_m: float, road_height_m: float, pixel_sigma: float) -> float:
        """Returns what the pose's error does to a place on the road, as the root of the two variances' sum.

        The place is where the optical axis' vertical plane crosses the road at that range; its pixel is fixed, so
        J_ground dg = -J_pose dp moves it.

        Args:
            range_m: along the ground from the camera.
            road_height_m: z of the road there.
            pixel_sigma: of one coordinate of one clicked pixel.
        """
        if not np.isfinite(self.covariance).all():
            return np.inf
        forward = self.site_from_camera.rotation[:2, 2]
        place = self.site_from_camera.translation_m[:2] + range_m * forward / np.linalg.norm(forward)
        point = np.array([[*place, road_height_m]])
        by_pose = jacobian(self.camera, self.site_from_camera, point)[0, :, : len(self.covariance)]
        by_ground = -by_pose[:, 3:5]  # moving the point east is moving the camera west
        try:
            spread = np.linalg.solve(by_ground, by_pose)
        except np.linalg.LinAlgError:
            return np.inf
        return pixel_sigma * float(np.sqrt(np.trace(spread @ self.covariance @ spread.T)))


def jacobian(camera: PinholeCamera, site_from_camera: Pose, points_m: FloatArray) -> FloatArray:
    """Returns the (N, 2, 7) derivatives of pixels by the parameters of ``Resection.covariance``, focal length last.

    Args:
        camera: intrinsics.
        site_from_camera: pose R, t; turned by w it is R exp([w]×).
        points_m: (N, 3) site frame.
    """
    points = site_from_camera.inverse().transform(points_m)
    pixels, by_point = camera.project_with_jacobian(points)
    by_focal = (pixels - [camera.cx_px, camera.cy_px])[..., None]
    return np.concatenate(
        [by_point @ _cross_matrices(points), -by_point @ site_from_camera.rotation.T, by_focal], axis=-1
    )


def resect(camera: PinholeCamera, start: Pose, points_m: FloatArray, pixels: FloatArray) -> Resection:
    """Returns the pose with the least squared reprojection error near ``start`` (Levenberg and Marquardt).

    Args:
        camera: intrinsics.
        start: first guess of ``site_from_camera``.
        points_m: (N, 3) site frame, N at least 3.
        pixels: (N, 2) where they were seen.
    """
    return _fitted(camera, start, points_m, pixels, 6)


def resect_with_focal(camera: PinholeCamera, start: Pose, points_m: FloatArray, pixels: FloatArray) -> Resection:
    """Returns pose and focal length, fx and fy in their given ratio; as ``resect``, N at least 4."""
    return _fitted(camera, start, points_m, pixels, 7)


def _fitted(camera: PinholeCamera, start: Pose, points_m: FloatArray, pixels: FloatArray, count: int) -> Resection:
    def residuals(parameters: FloatArray) -> FloatArray:
        trial_camera, trial = _moved(camera, start, parameters)
        error = trial_camera.project(trial.inverse().transform(points_m)) - pixels
        return np.where(np.isfinite(error), error, HIDDEN_RESIDUAL_PX).ravel()

    scale = np.array([0.01, 0.01, 0.01, 1.0, 1.0, 1.0, 0.1][:count])
    result = least_squares(residuals, np.zeros(count), x_scale=scale, method="lm", xtol=1e-12, ftol=1e-12)
    best_camera, best = _moved(camera, start, np.asarray(result.x))
    seen = best_camera.project(best.inverse().transform(points_m))
    by_parameter = jacobian(best_camera, best, points_m)[..., :count].reshape(-1, count)
    residual_px = np.where(np.isfinite(seen), pixels - seen, HIDDEN_RESIDUAL_PX)
    return Resection(best_camera, best, residual_px, _covariance(by_parameter, scale))


def _covariance(by_parameter: FloatArray, scale: FloatArray) -> FloatArray:
    """Returns (JᵀJ)⁻¹, infinite where J has not full rank."""
    count = len(scale)
    if not np.isfinite(by_parameter).all():
        return np.full((count, count), np.inf)
    left, singular, _ = np.linalg.svd((by_parameter * scale).T, full_matrices=False)
    if len(singular) < count or singular[-1] < 1e-9 * singular[0]:
        return np.full((count, count), np.inf)
    root = left / singular * scale[:, None]
    return np.asarray(root @ root.T)


def _moved(camera: PinholeCamera, start: Pose, parameters: FloatArray) -> tuple[PinholeCamera, Pose]:
    """Returns the camera and the pose that the parameters stand for, counted from ``start``."""
    pose = Pose(start.rotation @ rotation_of_vector(parameters[:3]), start.translation_m + parameters[3:6])
    if len(parameters) < 7:
        return camera, pose
    factor = float(np.exp(np.clip(parameters[6], -5.0, 5.0)))
    return with_focal_length(camera, camera.fx_px * factor), pose


def with_focal_length(camera: PinholeCamera, fx_px: float) -> PinholeCamera:
    """Returns the same camera with another fx, and fy in the same ratio."""
    return PinholeCamera(
        camera.width_px, camera.height_px, fx_px, fx_px * camera.fy_px / camera.fx_px,
        camera.cx_px, camera.cy_px, camera.distortion,
    )  # fmt: skip


def rotation_of_vector(vector_rad: FloatArray) -> FloatArray:
    """Returns the (3, 3) rotation about a (3,) axis by its length (Rodrigues)."""
    angle = float(np.linalg.norm(vector_rad))
    if angle < 1e-12:
        return np.eye(3)
    cross = _cross_matrices(np.asarray(vector_rad / angle)[None])[0]
    return np.asarray(np.eye(3) + np.sin(angle) * cross + (1.0 - np.cos(angle)) * cross @ cross)


def _cross_matrices(vectors: FloatArray) -> FloatArray:
    """Returns (N, 3, 3) matrices [v]× with [v]× a = v × a."""
    x, y, z = vectors.T
    zero = np.zeros_like(x)
    return np.stack([zero, -z, y, z, zero, -x, -y, x, zero], axis=-1).reshape(-1, 3, 3)
