"""The cuboid a camera sees, and how its box moves when the cuboid does."""

import numpy as np
import pytest

from roadside.geometry.camera import PinholeCamera
from roadside.geometry.pose import Pose, camera_rotation
from roadside.geometry.surface import RoadSurface
from roadside.perception.cuboid import CuboidView

LENS = np.array([-0.2, 0.05, 0.001, -0.001, 0.0])
VIEW = CuboidView(
    PinholeCamera(1280, 720, 900.0, 905.0, 630.0, 350.0, LENS),
    Pose(camera_rotation(np.radians(30.0), np.radians(-15.0), np.radians(2.0)), np.array([3.0, -4.0, 7.0])),
    RoadSurface.level(0.3),
)


def test_a_pedestrian_straight_ahead_is_drawn_where_the_pinhole_says():
    """Level camera 2 m up, f = 1000: a post 2 m tall and 0.5 m thick whose near face is 9.75 m away.

    Its near upper edge lies on the horizon (v = 360), its near foot 2 / 9.75 x 1000 = 205.1 px below.
    Its near face spans 0.5 / 9.75 x 1000 = 51.3 px.
    """
    level = Pose(camera_rotation(0.0, 0.0, 0.0), np.array([0.0, 0.0, 2.0]))
    view = CuboidView(PinholeCamera(1280, 720, 1000.0, 1000.0, 640.0, 360.0), level, RoadSurface.level())

    box = view.boxes(np.array([[10.0, 0.0, 0.0, 0.5, 0.5, 2.0]]))

    assert box[0] == pytest.approx([640 - 25.64, 360.0, 640 + 25.64, 360 + 205.13], abs=0.01)


def test_the_derivatives_agree_with_finite_differences():
    rng = np.random.default_rng(1)
    cuboids = np.column_stack(
        [
            3 + 25 * np.cos(np.radians(30)) + rng.uniform(-5, 5, 50),
            -4 + 25 * np.sin(np.radians(30)) + rng.uniform(-5, 5, 50),
            rng.uniform(0, 2 * np.pi, 50),
            rng.uniform([3, 1.5, 1.2], [12, 2.5, 3.5], (50, 3)),
        ]
    )

    _, jacobian = VIEW.boxes_with_jacobian(cuboids)

    step = 1e-6
    for column in range(6):
        nudge = np.zeros(6)
        nudge[column] = step
        numeric = (VIEW.boxes(cuboids + nudge) - VIEW.boxes(cuboids - nudge)) / (2 * step)
        assert jacobian[..., column] == pytest.approx(numeric, rel=1e-4, abs=1e-4)


def test_a_cuboid_behind_the_camera_has_no_box():
    behind = np.array([[-20.0, -20.0, 0.0, 4.5, 1.8, 1.5]])

    assert np.isnan(VIEW.boxes(behind)).all()


def test_half_a_turn_changes_nothing():
    car = np.array([[25.0, 10.0, 0.4, 4.5, 1.8, 1.5]])
    turned = np.array([[25.0, 10.0, 0.4 + np.pi, 4.5, 1.8, 1.5]])

    assert VIEW.boxes(turned) == pytest.approx(VIEW.boxes(car), abs=1e-9)
