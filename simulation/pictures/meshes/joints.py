"""Limbs that swing: which vertices move with which limb, and how a gait turns them."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from roadside.geometry.arrays import FloatArray, IntArray


class Joint(IntEnum):
    """Limb that a vertex moves with. Shins move with their knee and with their thigh."""

    BODY = 0
    LEFT_THIGH = 1
    RIGHT_THIGH = 2
    LEFT_SHIN = 3
    RIGHT_SHIN = 4
    LEFT_ARM = 5
    RIGHT_ARM = 6


@dataclass(frozen=True, slots=True)
class Gait:
    """How the limbs of a body swing. The body shader and ``posed`` do the same.

    Attributes:
        hip_m, knee_m, shoulder_m: x and z of the axes, which run along y.
        stride_m: way of one whole cycle.
        swing_rad: largest angle of a thigh.
        stance_rad: how far the mesh's own left leg is before, and its right leg behind, the hanging one.
        pedals: whether the knees hang (a rider's) instead of bending when a leg comes forward (a walker's).
    """

    hip_m: tuple[float, float] = (0.0, 0.0)
    knee_m: tuple[float, float] = (0.0, 0.0)
    shoulder_m: tuple[float, float] = (0.0, 0.0)
    stride_m: float = 1.0
    swing_rad: float = 0.0
    stance_rad: float = 0.0
    pedals: bool = False

    def angles_rad(self, travelled_m: FloatArray, speed_mps: FloatArray) -> FloatArray:
        """Returns (N, 4) angles of left thigh, left knee, right thigh and right knee; the arms follow the thighs.

        Args:
            travelled_m: (N,) sets the phase.
            speed_mps: (N,) who stands keeps the mesh's stance, who walks has the full swing from 0.8 m/s on.
        """
        phase = 2 * np.pi * np.asarray(travelled_m) / self.stride_m
        if self.pedals:
            turn = self.swing_rad * np.sin(phase)
            return np.stack([turn, -turn, -turn, turn], axis=1)
        walks = np.clip(np.asarray(speed_mps) / 0.8, 0.0, 1.0)
        left = walks * (self.swing_rad * np.sin(phase) - self.stance_rad)
        bend = -1.5 * self.swing_rad * walks
        left_knee, right_knee = bend * np.clip(np.cos(phase), 0.0, 1.0), bend * np.clip(-np.cos(phase), 0.0, 1.0)
        return np.stack([left, left_knee, -left, right_knee], axis=1)


def posed(points_m: FloatArray, joint: IntArray, gait: Gait, angles_rad: FloatArray) -> FloatArray:
    """Returns (N, K, 3) points of a body frame, (K, 3) at rest, with the limbs turned by (N, 4) angles."""
    left_thigh, left_knee, right_thigh, right_knee = (angles_rad[:, column, None] for column in range(4))
    thigh = np.isin(joint, (1, 3)) * left_thigh + np.isin(joint, (2, 4)) * right_thigh
    knee = (joint == 3) * left_knee + (joint == 4) * right_knee
    arm = (joint == 5) * right_thigh + (joint == 6) * left_thigh
    points_m = np.broadcast_to(points_m, (len(angles_rad), *points_m.shape))
    for axis_m, angle_rad in ((gait.knee_m, knee), (gait.hip_m, thigh), (gait.shoulder_m, arm)):
        points_m = _turned(points_m, axis_m, angle_rad)
    return points_m


def _turned(points_m: FloatArray, axis_m: tuple[float, float], angle_rad: FloatArray) -> FloatArray:
    """Returns points turned about an axis along y; a positive angle swings what hangs below it forward."""
    c, s = np.cos(angle_rad), np.sin(angle_rad)
    x, z = points_m[..., 0] - axis_m[0], points_m[..., 2] - axis_m[1]
    return np.stack([axis_m[0] + c * x - s * z, points_m[..., 1], axis_m[1] + s * x + c * z], axis=-1)
