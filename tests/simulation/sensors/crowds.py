"""Actors and radars for the tests of sensors."""

import numpy as np

from roadside.geometry.pose import Pose, radar_rotation
from simulation.types.actors import Actors
from simulation.types.bodies import BODY_NUMBER

HEIGHT_M = 6.0


def radar_at(azimuth_rad: float = 0.0, pitch_rad: float = 0.0, x_m: float = 0.0, y_m: float = 0.0) -> Pose:
    """A radar 6 m above the ground, looking east by default."""
    return Pose(radar_rotation(azimuth_rad, pitch_rad, 0.0), np.array([x_m, y_m, HEIGHT_M]))


def actors_of(*rows: tuple[str, float, float, float, float], ids: list[int] | None = None) -> Actors:
    """Rows of (body, x, y, speed, heading in degrees) on level ground; each moves where it faces."""
    count = len(rows)
    bodies = np.array([BODY_NUMBER[row[0]] for row in rows], dtype=np.int64)
    numbers = np.array([row[1:] for row in rows], dtype=np.float64).reshape(-1, 4)
    heading_rad = np.radians(numbers[:, 3])
    velocity_mps = numbers[:, 2:3] * np.stack([np.cos(heading_rad), np.sin(heading_rad)], axis=1)
    position_m = np.column_stack([numbers[:, :2], np.zeros(count)])
    object_ids = np.array(ids if ids is not None else range(1, count + 1), dtype=np.int64)
    lights = np.zeros(count, dtype=np.int64)
    return Actors(object_ids, bodies, position_m, velocity_mps, heading_rad, np.zeros(count), lights)
