"""Poses: composition, inversion, and the angles people give a camera."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadside.geometry.pose import Pose, camera_angles, camera_rotation, radar_rotation

azimuths = st.floats(-np.pi, np.pi)
pitches = st.floats(-1.5, 1.5)
rolls = st.floats(-3.1, 3.1)


def test_a_level_camera_to_the_east_has_south_on_its_right_and_the_ground_below() -> None:
    rotation = camera_rotation(0.0, 0.0, 0.0)
    np.testing.assert_allclose(rotation[:, 0], [0, -1, 0], atol=1e-12)
    np.testing.assert_allclose(rotation[:, 1], [0, 0, -1], atol=1e-12)
    np.testing.assert_allclose(rotation[:, 2], [1, 0, 0], atol=1e-12)


def test_negative_pitch_looks_down_and_positive_roll_turns_clockwise_from_behind() -> None:
    down = camera_rotation(np.pi / 2, np.radians(-30), 0.0)
    np.testing.assert_allclose(down[:, 2], [0, np.cos(np.radians(30)), -0.5], atol=1e-12)
    # Looking east, turned clockwise: the camera's right hand side, south, sinks.
    rolled = camera_rotation(0.0, 0.0, np.radians(10))
    assert rolled[2, 0] == pytest.approx(-np.sin(np.radians(10)))


def test_a_radar_to_the_north_has_west_on_its_left() -> None:
    rotation = radar_rotation(np.pi / 2, 0.0, 0.0)
    np.testing.assert_allclose(rotation, np.array([[0, -1, 0], [1, 0, 0], [0, 0, 1]]), atol=1e-12)


@given(azimuths, pitches, rolls)
def test_angles_survive_the_way_through_a_rotation(azimuth: float, pitch: float, roll: float) -> None:
    angles = camera_angles(camera_rotation(azimuth, pitch, roll))
    difference = (np.array(angles) - [azimuth, pitch, roll] + np.pi) % (2 * np.pi) - np.pi
    np.testing.assert_allclose(difference, 0.0, atol=1e-7)


def test_a_camera_that_looks_straight_down_keeps_its_rotation() -> None:
    rotation = camera_rotation(0.3, -np.pi / 2, 0.2)
    np.testing.assert_allclose(camera_rotation(*camera_angles(rotation)), rotation, atol=1e-9)


@given(azimuths, pitches, rolls, azimuths, pitches)
def test_composing_poses_is_transforming_one_after_the_other(
    azimuth: float, pitch: float, roll: float, other_azimuth: float, other_pitch: float
) -> None:
    a_from_b = Pose(camera_rotation(azimuth, pitch, roll), np.array([1.0, -2.0, 3.0]))
    b_from_c = Pose(camera_rotation(other_azimuth, other_pitch, 0.0), np.array([-5.0, 0.5, 7.0]))
    points = np.array([[1.0, 2.0, 3.0], [-4.0, 0.0, 9.0]])
    np.testing.assert_allclose(
        (a_from_b @ b_from_c).transform(points), a_from_b.transform(b_from_c.transform(points)), atol=1e-9
    )
    np.testing.assert_allclose(a_from_b.inverse().transform(a_from_b.transform(points)), points, atol=1e-9)
    np.testing.assert_allclose(a_from_b.rotate(points), a_from_b.transform(points) - a_from_b.translation_m, atol=1e-9)


@pytest.mark.parametrize("rotation", [np.diag([1.0, 1.0, -1.0]), np.eye(3) * 1.001], ids=["mirror", "stretch"])
def test_a_mirror_or_a_stretch_is_no_rotation(rotation: np.ndarray) -> None:
    with pytest.raises(ValueError, match="proper rotation"):
        Pose(rotation, np.zeros(3))
