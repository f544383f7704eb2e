"""Angles as directions: a full turn more or less is the same."""

import numpy as np

from roadside.geometry.arrays import FloatArray


def wrapped_rad(angle_rad: FloatArray) -> FloatArray:
    """Returns the same angles from -pi to pi, pi left out."""
    return np.asarray((angle_rad + np.pi) % (2.0 * np.pi) - np.pi)
