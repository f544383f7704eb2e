"""Rotations as files write them down, made exact."""

import numpy as np
from scipy.spatial.transform import Rotation

from roadside.errors import LabelError
from roadside.geometry.arrays import FloatArray


def exact_rotation(matrix: FloatArray, where: str) -> FloatArray:
    """Returns the proper rotation nearest to a (3, 3) matrix that was rounded when it was written.

    The nearest is U V' of the singular value decomposition U S V'.

    Raises:
        LabelError: the matrix is further than 1 % from any.
    """
    u, singular, vt = np.linalg.svd(matrix)
    if not np.abs(singular - 1.0).max() < 0.01 or np.linalg.det(matrix) < 0.0:
        raise LabelError(f"{where} must hold a rotation, got one that stretches by {singular.max():.3g}")
    return np.asarray(u @ vt)


def rotation_of(quaternion: FloatArray, where: str) -> FloatArray:
    """Returns the (3, 3) rotation of a quaternion (x, y, z, w) of any length but zero.

    Raises:
        LabelError: its length is zero.
    """
    if not np.linalg.norm(quaternion) > 0.0:
        raise LabelError(f"{where}: quaternion must not be zero, got {quaternion.tolist()}")
    return np.asarray(Rotation.from_quat(quaternion).as_matrix())
