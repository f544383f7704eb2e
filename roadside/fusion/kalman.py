"""A batch of constant-velocity Kalman filters, one per row.

State x = (east, north, east velocity, north velocity), m and m/s, site frame. Formulas and letters are those of
Bar-Shalom, Li and Kirubarajan, *Estimation with Applications to Tracking and Navigation* (2001), chapters 5 and 6.
"""

from typing import Final

import numpy as np
from filterpy.common import Q_continuous_white_noise

from roadside.geometry.arrays import FloatArray

ACCELERATION_HOLD_S: Final = 0.2
"""How long a driver's acceleration holds on the average, which turns its standard deviation into the spectral
density σ² · hold of the continuous model. The continuous model is taken because its noise over a second does not
depend on how many sensors cut that second into steps; the discrete one's does. Of 0.05, 0.1, 0.2, 0.4 and 1 s, 0.2 s
errs least, or within 1 % of it, on a car that cruises, brakes at 3 m/s², turns and speeds up, seen at 10 Hz with
0.3, 0.5 or 1 m sigma; its stated 95 % ellipse then holds 94 to 96 % of the true positions (at 2.5 m/s²)."""

IDENTITY: Final = np.eye(4)

DRIFT: Final = np.eye(4, k=2)
"""Derivative of the state by itself: F(dt) = I + dt · DRIFT."""

UNIT_NOISE: Final = np.asarray(Q_continuous_white_noise(2, dt=1.0, block_size=2, order_by_dim=False), dtype=np.float64)
"""Process noise of unit spectral density over one second."""

NOISE_POWERS: Final = np.kron(np.array([[3.0, 2.0], [2.0, 1.0]]), np.ones((2, 2)))
"""Power of dt that each element of ``UNIT_NOISE`` grows with."""

ADJUGATE_SIGNS: Final = np.array([[1.0, -1.0], [-1.0, 1.0]])

POSITION_ROWS: Final = np.eye(4)[:, :2]
"""(4, 2) Hᵀ of a position measurement."""


def process_noise(dt_s: float | FloatArray, acceleration_sigma_mps2: float) -> FloatArray:
    """Returns (4, 4) or (N, 4, 4) noise that the state gathers over one or N durations.

    Raises:
        ValueError: a duration is negative.
    """
    dt = np.asarray(dt_s, dtype=np.float64)[..., None, None]
    if (dt < 0.0).any():
        raise ValueError(f"process_noise needs durations of 0 s or more, got {dt.min()}")
    return np.asarray(acceleration_sigma_mps2**2 * ACCELERATION_HOLD_S * UNIT_NOISE * dt**NOISE_POWERS)


def predict(
    states: FloatArray, covariances: FloatArray, dt_s: float | FloatArray, acceleration_sigma_mps2: float
) -> tuple[FloatArray, FloatArray]:
    """Returns states and covariances ``dt_s`` later.

    Args:
        states: (N, 4).
        covariances: (N, 4, 4).
        dt_s: 0 or more, one for all or (N,).
        acceleration_sigma_mps2: standard deviation of the acceleration along each axis.
    """
    dt = np.asarray(dt_s, dtype=np.float64)
    F = IDENTITY + dt[..., None, None] * DRIFT
    later = states.copy()
    later[:, :2] += dt[..., None] * states[:, 2:]
    return later, F @ covariances @ F.swapaxes(-1, -2) + process_noise(dt, acceleration_sigma_mps2)


def inverse_2x2(matrices: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Returns (..., 2, 2) inverses and (...,) determinants of (..., 2, 2) matrices, in closed form."""
    determinants = determinant_2x2(matrices)
    adjugates = (ADJUGATE_SIGNS * matrices[..., ::-1, ::-1]).swapaxes(-1, -2)
    return adjugates / determinants[..., None, None], determinants


def determinant_2x2(matrices: FloatArray) -> FloatArray:
    """Returns (...,) determinants of (..., 2, 2) matrices."""
    ad, bc = matrices[..., 0, 0] * matrices[..., 1, 1], matrices[..., 0, 1] * matrices[..., 1, 0]
    return np.asarray(ad - bc)


def innovations(
    states: FloatArray, covariances: FloatArray, z: FloatArray, R: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Returns (N, 2) innovations of measured positions and their (N, 2, 2) covariances S = H P Hᵀ + R.

    Args:
        states: (N, 4).
        covariances: (N, 4, 4).
        z: (N, 2) measured positions, m.
        R: (N, 2, 2) their covariances, m².
    """
    return z - states[:, :2], covariances[:, :2, :2] + R


def update_position(
    states: FloatArray, covariances: FloatArray, z: FloatArray, R: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Returns states and covariances given measured positions; arguments as in ``innovations``.

    The covariance is Joseph's form (I - K H) P (I - K H)ᵀ + K R Kᵀ, which stays positive definite in floating point.
    """
    y, S = innovations(states, covariances, z, R)
    S_inverse, _ = inverse_2x2(S)
    K = covariances[:, :, :2] @ S_inverse
    left = IDENTITY - K @ POSITION_ROWS.T
    updated = left @ covariances @ left.swapaxes(1, 2) + K @ R @ K.swapaxes(1, 2)
    return states + (K @ y[:, :, None])[:, :, 0], symmetric(updated)


def update_radial(
    states: FloatArray,
    covariances: FloatArray,
    radial_speed_mps: FloatArray,
    sigma_mps: FloatArray,
    line_of_sight: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """Returns states and covariances given measured radial speeds; Joseph's form.

    Args:
        states: (N, 4).
        covariances: (N, 4, 4).
        radial_speed_mps: (N,) speed away from the sensor: ``line_of_sight @ velocity``.
        sigma_mps: (N,) its standard deviation.
        line_of_sight: (N, 2) unit vectors from the sensor.
    """
    H = np.zeros((len(states), 1, 4))
    H[:, 0, 2:] = line_of_sight
    PHt = covariances @ H.swapaxes(1, 2)
    R = sigma_mps[:, None, None] ** 2
    K = PHt / (H @ PHt + R)
    y = radial_speed_mps - (line_of_sight * states[:, 2:]).sum(axis=1)
    left = IDENTITY - K @ H
    updated = left @ covariances @ left.swapaxes(1, 2) + R * (K @ K.swapaxes(1, 2))
    return states + K[:, :, 0] * y[:, None], symmetric(updated)


def symmetric(matrices: FloatArray) -> FloatArray:
    """Returns (..., n, n) matrices without the asymmetry that rounding leaves."""
    return np.asarray(0.5 * (matrices + matrices.swapaxes(-1, -2)))
