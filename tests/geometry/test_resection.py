"""Camera resection: it finds the pose, and its covariance is what noise really does."""

import numpy as np
import pytest

from roadside.geometry.camera import PinholeCamera
from roadside.geometry.pose import Pose, camera_rotation
from roadside.geometry.resection import jacobian, resect, resect_with_focal, rotation_of_vector

CAMERA = PinholeCamera(960, 540, 480.0, 480.0, 479.5, 269.5)
POSE = Pose(camera_rotation(0.3, np.radians(-15), 0.02), np.array([1.0, 2.0, 6.0]))
START = Pose(camera_rotation(0.25, np.radians(-18), 0.0), np.array([2.0, 1.0, 7.0]))


def eight_places(pose: Pose = POSE) -> np.ndarray:
    """Places on the road near and far, left and right, in two fans before the camera."""
    heading = np.arctan2(pose.rotation[1, 2], pose.rotation[0, 2])
    polar = [(r, a) for r in (12.0, 48.0) for a in (-0.6, -0.2, 0.2, 0.6)]
    return np.array([[1 + r * np.cos(heading + a), 2 + r * np.sin(heading + a), 0.0] for r, a in polar])


def pixels_of(points: np.ndarray, camera: PinholeCamera = CAMERA, pose: Pose = POSE) -> np.ndarray:
    return camera.project(pose.inverse().transform(points))


def test_exact_pixels_give_the_exact_pose() -> None:
    points = eight_places()
    fit = resect(CAMERA, START, points, pixels_of(points))
    assert fit.rms_px < 1e-6
    np.testing.assert_allclose(fit.site_from_camera.translation_m, POSE.translation_m, atol=1e-6)
    np.testing.assert_allclose(fit.site_from_camera.rotation, POSE.rotation, atol=1e-8)


def test_the_focal_length_comes_with_the_pose() -> None:
    points = eight_places()
    wrong = PinholeCamera(960, 540, 400.0, 400.0, 479.5, 269.5)
    fit = resect_with_focal(wrong, START, points, pixels_of(points))
    assert fit.camera.fx_px == pytest.approx(480.0, abs=1e-4)
    assert fit.camera.fy_px == pytest.approx(480.0, abs=1e-4)


def test_derivatives_are_slopes() -> None:
    points, step = eight_places(), 1e-6
    got = jacobian(CAMERA, POSE, points)
    for axis in range(3):
        offset = step * np.eye(3)[axis]
        turned = Pose(POSE.rotation @ rotation_of_vector(offset), POSE.translation_m)
        moved = Pose(POSE.rotation, POSE.translation_m + offset)
        np.testing.assert_allclose(
            got[..., axis], (pixels_of(points, pose=turned) - pixels_of(points)) / step, atol=0.01
        )
        np.testing.assert_allclose(
            got[..., 3 + axis], (pixels_of(points, pose=moved) - pixels_of(points)) / step, atol=0.01
        )
    longer = PinholeCamera(960, 540, 480.0 * np.exp(step), 480.0 * np.exp(step), 479.5, 269.5)
    np.testing.assert_allclose(got[..., 6], (pixels_of(points, longer) - pixels_of(points)) / step, atol=0.01)


def test_noise_moves_the_camera_as_far_as_the_covariance_says() -> None:
    points, rng = eight_places(), np.random.default_rng(6)
    clean = resect(CAMERA, START, points, pixels_of(points))
    errors = []
    for _ in range(150):
        fit = resect(CAMERA, POSE, points, pixels_of(points) + rng.normal(0.0, 1.0, (8, 2)))
        errors.append(fit.site_from_camera.translation_m - POSE.translation_m)
    spread = np.sqrt((np.array(errors) ** 2).mean(axis=0))
    np.testing.assert_allclose(spread, np.sqrt(np.diag(clean.covariance)[3:6]), rtol=0.2)  # 150 draws: 6 % sigma


@pytest.mark.parametrize(
    ("camera", "height_m", "pitch_deg", "wanted_m"),
    [
        (CAMERA, 6.0, -15.0, 0.73),
        (PinholeCamera(1280, 720, 1109.0, 1109.0, 639.5, 359.5), 8.0, -12.0, 0.24),
    ],
    ids=["960x540, 90 degrees, 6 m", "1280x720, 60 degrees, 8 m"],
)
def test_eight_pairs_with_two_pixels_of_noise_reach_the_cramer_rao_bound_at_50_m(
    camera: PinholeCamera, height_m: float, pitch_deg: float, wanted_m: float
) -> None:
    # The bound depends on where the eight places are: over 200 random layouts it is between 0.7 and 1.4 times this.
    pose = Pose(camera_rotation(0.3, np.radians(pitch_deg), 0.0), np.array([1.0, 2.0, height_m]))
    half_angle = 0.85 * np.arctan(camera.width_px / 2 / camera.fx_px)
    near = 12.0 if height_m == 6.0 else 20.0
    polar = [(r, a) for r in (near, 48.0) for a in half_angle * np.array([-1.0, -0.33, 0.33, 1.0])]
    points = np.array([[1 + r * np.cos(0.3 + a), 2 + r * np.sin(0.3 + a), 0.0] for r, a in polar])
    pixels = pixels_of(points, camera, pose)
    assert camera.contains(pixels).all()
    sigma_m = resect(camera, pose, points, pixels).ground_sigma_m(50.0, 0.0, 2.0)
    assert sigma_m == pytest.approx(wanted_m, rel=0.3)


def test_places_on_one_line_leave_the_pose_open() -> None:
    points = np.array([[10.0 + 5 * i, 2.0 + i, 0.0] for i in range(6)])
    fit = resect(CAMERA, POSE, points, pixels_of(points))
    assert not fit.position_sigma_m(2.0) < 1e3
