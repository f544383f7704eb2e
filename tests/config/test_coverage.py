"""The road in view, by hand numbers."""

import numpy as np
import pytest

from roadside.config.coverage import camera_coverage, polygon_area_m2, radar_coverage
from roadside.geometry.camera import PinholeCamera
from roadside.geometry.pose import Pose, camera_rotation, radar_rotation
from roadside.geometry.surface import RoadSurface
from roadside.types.site import polygon_contains

CAMERA = PinholeCamera(960, 540, 480.0, 480.0, 479.5, 269.5)
LEVEL = RoadSurface.level()


def test_a_camera_to_the_north_sees_a_trapezium_from_its_lower_edge_to_its_range() -> None:
    pose = Pose(camera_rotation(np.pi / 2, np.radians(-20), 0.0), np.array([0.0, 0.0, 6.0]))
    polygon = camera_coverage(CAMERA, pose, LEVEL, 60.0)
    assert polygon is not None
    assert polygon.shape == (24, 2)
    # Lower edge: 20 + atan(270 / 480) = 49.36 degrees down, 5.15 m; the corners see 45 degrees to each side and more.
    assert polygon[:, 1].min() == pytest.approx(5.15, abs=0.3)
    assert np.linalg.norm(polygon, axis=1).max() == pytest.approx(60.0, abs=0.2)
    rng = np.random.default_rng(7)
    places = rng.uniform(-65, 65, (4000, 2))
    pixels = CAMERA.project(pose.inverse().transform(np.column_stack([places, np.zeros(len(places))])))
    in_view = CAMERA.contains(pixels) & (np.linalg.norm(places, axis=1) < 60.0)
    assert (polygon_contains(polygon, places) == in_view).mean() > 0.985  # 24 corners, not a curve


def test_a_camera_to_the_sky_has_no_coverage() -> None:
    pose = Pose(camera_rotation(0.0, np.radians(40), 0.0), np.array([0.0, 0.0, 6.0]))
    assert camera_coverage(CAMERA, pose, LEVEL, 100.0) is None


def test_a_camera_straight_down_sees_all_around_itself() -> None:
    pose = Pose(camera_rotation(0.0, np.radians(-90), 0.0), np.array([0.0, 0.0, 6.0]))
    polygon = camera_coverage(CAMERA, pose, LEVEL, 100.0)
    assert polygon is not None
    # 12 m by 6.75 m: 960 / 480 and 540 / 480 times 6 m.
    assert polygon_area_m2(polygon) == pytest.approx(81.0, rel=0.1)


def test_a_radar_covers_its_sector() -> None:
    pose = Pose(radar_rotation(0.0, 0.0, 0.0), np.array([1.0, 2.0, 6.0]))
    sector = radar_coverage(pose, np.pi / 2, 100.0)
    assert polygon_area_m2(sector) == pytest.approx(np.pi * 100.0**2 / 4, rel=0.002)
    assert polygon_contains(sector, np.array([[90.0, 2.0], [60.0, 65.0], [-5.0, 2.0]])).tolist() == [True, False, False]
    assert polygon_area_m2(radar_coverage(pose, 2 * np.pi, 100.0)) == pytest.approx(np.pi * 100.0**2, rel=0.02)
