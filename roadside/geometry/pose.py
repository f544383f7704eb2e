"""Rigid transforms, named ``to_from_from``: ``site_from_camera`` takes camera points and gives site points."""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import FloatArray, frozen

ROTATION_TOLERANCE = 1e-6
"""How far R Rᵀ may be from the identity: rounding of nine digits written in a file."""


@dataclass(frozen=True, slots=True, eq=False)
class Pose:
    """A rotation and a translation from one frame to another.

    Attributes:
        rotation: (3, 3) proper rotation; its columns are the source frame's axes in the target frame.
        translation_m: (3,) the source frame's origin in the target frame, metres.
    """

    rotation: FloatArray
    translation_m: FloatArray

    def __post_init__(self) -> None:
        rotation = frozen(self.rotation, "Pose.rotation", (3, 3))
        error = float(np.abs(rotation @ rotation.T - np.eye(3)).max())
        if error > ROTATION_TOLERANCE or np.linalg.det(rotation) < 0:
            raise ValueError(f"Pose.rotation must be a proper rotation, got R Rᵀ off by {error:.2g}")
        object.__setattr__(self, "rotation", rotation)
        object.__setattr__(self, "translation_m", frozen(self.translation_m, "Pose.translation_m", (3,)))

    def transform(self, points_m: FloatArray) -> FloatArray:
        """Returns (..., 3) source-frame points in the target frame."""
        return points_m @ self.rotation.T + self.translation_m

    def rotate(self, directions: FloatArray) -> FloatArray:
        """Returns (..., 3) source-frame directions in the target frame."""
        return directions @ self.rotation.T

    def inverse(self) -> "Pose":
        """Returns ``b_from_a`` of ``a_from_b``."""
        return Pose(self.rotation.T.copy(), -self.rotation.T @ self.translation_m)

    def __matmul__(self, other: "Pose") -> "Pose":
        """Returns ``a_from_c`` of ``a_from_b @ b_from_c``."""
        return Pose(self.rotation @ other.rotation, self.transform(other.translation_m))


def camera_rotation(azimuth_rad: float, pitch_rad: float, roll_rad: float) -> FloatArray:
    """Returns the (3, 3) rotation ``site_from_camera`` of a mounted camera.

    Args:
        azimuth_rad: where the optical axis points in the ground plane, counter-clockwise from east.
        pitch_rad: how far the optical axis points above the horizon; a pole camera's is negative.
        roll_rad: how far the camera is turned clockwise about its optical axis, seen from behind.
    """
    forward = np.array(
        [np.cos(pitch_rad) * np.cos(azimuth_rad), np.cos(pitch_rad) * np.sin(azimuth_rad), np.sin(pitch_rad)]
    )
    level_right = np.array([np.sin(azimuth_rad), -np.cos(azimuth_rad), 0.0])
    level_down = np.cross(forward, level_right)
    right = np.cos(roll_rad) * level_right + np.sin(roll_rad) * level_down
    down = np.cos(roll_rad) * level_down - np.sin(roll_rad) * level_right
    return np.stack([right, down, forward], axis=1)


def camera_angles(rotation: FloatArray) -> tuple[float, float, float]:
    """Returns (azimuth_rad, pitch_rad, roll_rad) of a ``site_from_camera`` rotation: ``camera_rotation``'s inverse."""
    forward = rotation[:, 2]
    azimuth_rad = float(np.arctan2(forward[1], forward[0]))
    pitch_rad = float(np.arcsin(np.clip(forward[2], -1.0, 1.0)))
    level = camera_rotation(azimuth_rad, pitch_rad, 0.0)
    roll_rad = float(np.arctan2(rotation[:, 0] @ level[:, 1], rotation[:, 0] @ level[:, 0]))
    return azimuth_rad, pitch_rad, roll_rad


def radar_rotation(azimuth_rad: float, pitch_rad: float, roll_rad: float) -> FloatArray:
    """Returns the (3, 3) rotation ``site_from_radar``; radar frame: x forward, y left, z up.

    The angles mean what they mean in ``camera_rotation``.
    """
    right_down_forward = camera_rotation(azimuth_rad, pitch_rad, roll_rad)
    return np.stack([right_down_forward[:, 2], -right_down_forward[:, 0], -right_down_forward[:, 1]], axis=1)
