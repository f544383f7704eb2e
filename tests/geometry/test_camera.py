"""The camera against OpenCV, against itself backwards, and at its limits."""

import cv2
import numpy as np
import pytest

from roadside.geometry.camera import PinholeCamera

IDEAL = PinholeCamera(960, 540, 480.0, 470.0, 479.5, 269.5)
BARREL = PinholeCamera(1280, 720, 900.0, 905.0, 640.2, 358.1, np.array([-0.31, 0.11, 0.0012, -0.0007, -0.015]))
FOLDING = PinholeCamera(1000, 1000, 500.0, 500.0, 499.5, 499.5, np.array([-0.3, 0.0, 0.0, 0.0, 0.0]))


def points_before(seed: int, count: int = 200) -> np.ndarray:
    rng = np.random.default_rng(seed)
    depth = rng.uniform(2.0, 80.0, count)
    return np.column_stack([rng.uniform(-0.7, 0.7, count) * depth, rng.uniform(-0.4, 0.4, count) * depth, depth])


@pytest.mark.parametrize("camera", [IDEAL, BARREL], ids=["ideal", "barrel"])
def test_pixels_are_those_of_opencv(camera: PinholeCamera) -> None:
    points = points_before(1)
    wanted, _ = cv2.projectPoints(points, np.zeros(3), np.zeros(3), camera.matrix(), camera.distortion)
    np.testing.assert_allclose(camera.project(points), wanted[:, 0], atol=1e-9)


@pytest.mark.parametrize("camera", [IDEAL, BARREL], ids=["ideal", "barrel"])
def test_the_jacobian_is_the_slope_of_the_projection(camera: PinholeCamera) -> None:
    points, step = points_before(2), 1e-5
    pixels, jacobian = camera.project_with_jacobian(points)
    np.testing.assert_allclose(pixels, camera.project(points), atol=1e-12)
    for axis in range(3):
        offset = step * np.eye(3)[axis]
        slope = (camera.project(points + offset) - camera.project(points - offset)) / (2 * step)
        np.testing.assert_allclose(jacobian[..., axis], slope, atol=1e-4)


@pytest.mark.parametrize("camera", [IDEAL, BARREL], ids=["ideal", "barrel"])
def test_gradients_are_the_wanted_rows_of_the_jacobian(camera: PinholeCamera) -> None:
    points = points_before(3).reshape(50, 4, 3)
    _, jacobian = camera.project_with_jacobian(points)
    wanted = np.stack([jacobian[:, 0, 0], jacobian[:, 1, 1], jacobian[:, 2, 0], jacobian[:, 3, 1]], axis=1)
    np.testing.assert_allclose(camera.gradients(points, np.array([0, 1, 0, 1])), wanted, rtol=1e-12)


@pytest.mark.parametrize("camera", [IDEAL, BARREL], ids=["ideal", "barrel"])
def test_a_ray_leads_back_to_the_point_that_made_the_pixel(camera: PinholeCamera) -> None:
    points = points_before(3)
    rays = camera.rays(camera.project(points))
    np.testing.assert_allclose(rays, points / np.linalg.norm(points, axis=1, keepdims=True), atol=1e-9)


def test_every_pixel_of_a_usual_lens_has_a_ray() -> None:
    x, y = np.meshgrid(np.linspace(-0.5, 1279.5, 33), np.linspace(-0.5, 719.5, 19))
    pixels = np.stack([x, y], axis=-1)
    np.testing.assert_allclose(BARREL.project(BARREL.rays(pixels)), pixels, atol=1e-6)


def test_points_behind_the_lens_or_on_it_have_no_pixel() -> None:
    points = np.array([[0.0, 0.0, -5.0], [1.0, 1.0, 0.05], [0.0, 0.0, 5.0]])
    pixels, jacobian = IDEAL.project_with_jacobian(points)
    assert np.isnan(pixels).all(axis=1).tolist() == [True, True, False]
    assert np.isnan(jacobian).any(axis=(1, 2)).tolist() == [True, True, False]
    assert IDEAL.contains(pixels).tolist() == [False, False, True]


def test_a_point_beyond_the_fold_of_the_lens_has_no_false_pixel() -> None:
    # k1 = -0.3: r (1 - 0.3 r²) turns back at r² = 1 / 0.9; r = 1.5 would land at 0.4875, well inside the picture.
    assert FOLDING.fold_radius2 == pytest.approx(1 / 0.9)
    assert np.isnan(FOLDING.project(np.array([1.5, 0.0, 1.0]))).all()
    assert np.isnan(FOLDING.project(np.array([2.5, 0.0, 1.0]))).all()
    assert np.isfinite(FOLDING.project(np.array([1.05, 0.0, 1.0]))).all()
    assert IDEAL.fold_radius2 == np.inf


def test_a_pixel_that_no_light_reaches_has_no_ray() -> None:
    # The fold is at r = 1.0541, distorted radius 0.7027: pixel x = 499.5 + 351.4. The picture goes on to 999.5.
    rays = FOLDING.rays(np.array([[840.0, 499.5], [860.0, 499.5]]))
    assert np.isfinite(rays[0]).all()
    assert np.isnan(rays[1]).all()


def test_the_picture_reaches_half_a_pixel_beyond_the_outer_centres() -> None:
    pixels = np.array([[-0.5, -0.5], [959.5, 539.5], [-0.6, 10.0], [10.0, 539.6]])
    assert IDEAL.contains(pixels).tolist() == [True, True, False, False]


@pytest.mark.parametrize("name", ["width_px", "height_px", "fx_px", "fy_px"])
def test_a_camera_without_extent_is_refused(name: str) -> None:
    values = {"width_px": 10, "height_px": 10, "fx_px": 1.0, "fy_px": 1.0, "cx_px": 5.0, "cy_px": 5.0, name: 0}
    with pytest.raises(ValueError, match=rf"PinholeCamera\.{name} must be positive, got 0"):
        PinholeCamera(**values)
