"""filterpy's one-track filter is the oracle of the batched one."""

import subprocess
import sys

import numpy as np
import pytest
from filterpy.common import Q_continuous_white_noise
from filterpy.kalman import KalmanFilter

from roadside.fusion.kalman import (
    ACCELERATION_HOLD_S,
    innovations,
    inverse_2x2,
    predict,
    process_noise,
    update_position,
    update_radial,
)

SIGMA_MPS2 = 2.5


def random_covariances(rng: np.random.Generator, count: int, side: int) -> np.ndarray:
    roots = rng.normal(size=(count, side, side))
    return roots @ roots.swapaxes(1, 2) + 0.1 * np.eye(side)


def oracle(state: np.ndarray, covariance: np.ndarray) -> KalmanFilter:
    kf = KalmanFilter(dim_x=4, dim_z=2)
    kf.x, kf.P = state.reshape(4, 1).copy(), covariance.copy()
    return kf


def noise(dt_s: float) -> np.ndarray:
    density = SIGMA_MPS2**2 * ACCELERATION_HOLD_S
    return Q_continuous_white_noise(2, dt=dt_s, spectral_density=density, block_size=2, order_by_dim=False)


@pytest.mark.parametrize("dt_s", [0.0, 0.001, 0.033, 0.1, 1.0, 2.7])
def test_the_process_noise_is_filterpys(dt_s):
    np.testing.assert_allclose(process_noise(dt_s, SIGMA_MPS2), noise(dt_s), rtol=1e-13, atol=1e-18)


def test_every_track_may_have_its_own_time_step():
    dts = np.array([0.0, 0.05, 0.4])
    np.testing.assert_allclose(process_noise(dts, SIGMA_MPS2), [noise(dt) for dt in dts], rtol=1e-13, atol=1e-18)


def test_time_does_not_run_backwards():
    with pytest.raises(ValueError, match=r"durations of 0 s or more, got -0\.1"):
        process_noise(-0.1, SIGMA_MPS2)


def test_two_half_steps_are_one_whole_step():
    rng = np.random.default_rng(1)
    states, covariances = rng.normal(size=(5, 4)), random_covariances(rng, 5, 4)
    halves = predict(*predict(states, covariances, 0.05, SIGMA_MPS2), 0.05, SIGMA_MPS2)
    whole = predict(states, covariances, 0.1, SIGMA_MPS2)
    np.testing.assert_allclose(halves[0], whole[0], rtol=0, atol=1e-12)
    np.testing.assert_allclose(halves[1], whole[1], rtol=0, atol=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_a_batch_goes_the_way_of_single_filterpy_filters(seed):
    rng = np.random.default_rng(seed)
    count = 7
    states, covariances = 20.0 * rng.normal(size=(count, 4)), random_covariances(rng, count, 4)
    singles = [oracle(state, covariance) for state, covariance in zip(states, covariances, strict=True)]
    for step in range(40):
        dt_s = rng.uniform(0.0, 0.3, count) if step % 2 else rng.uniform(0.0, 0.3)
        states, covariances = predict(states, covariances, dt_s, SIGMA_MPS2)
        for kf, dt in zip(singles, np.broadcast_to(dt_s, count), strict=True):
            kf.predict(F=np.eye(4) + dt * np.eye(4, k=2), Q=noise(dt))
        z = states[:, :2] + rng.normal(size=(count, 2))
        noise_m2 = random_covariances(rng, count, 2)
        states, covariances = update_position(states, covariances, z, noise_m2)
        for row, kf in enumerate(singles):
            kf.update(z[row].reshape(2, 1), R=noise_m2[row], H=np.eye(4)[:2])
        angle, speed, sigma = rng.uniform(0, 7, count), rng.normal(0, 5, count), rng.uniform(0.05, 2.0, count)
        sight = np.stack([np.cos(angle), np.sin(angle)], axis=1)
        states, covariances = update_radial(states, covariances, speed, sigma, sight)
        for row, kf in enumerate(singles):
            kf.update(speed[row], R=np.array([[sigma[row] ** 2]]), H=np.array([[0.0, 0.0, *sight[row]]]))
        np.testing.assert_allclose(states, [kf.x[:, 0] for kf in singles], rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(covariances, [kf.P for kf in singles], rtol=1e-9, atol=1e-9)


def test_innovations_are_measured_minus_predicted_with_both_uncertainties():
    y, spread = innovations(
        np.array([[1.0, 2.0, 9.0, 9.0]]), 4.0 * np.eye(4)[None], np.array([[1.5, 1.0]]), np.diag([1.0, 2.0])[None]
    )
    np.testing.assert_array_equal(y, [[0.5, -1.0]])
    np.testing.assert_array_equal(spread, [[[5.0, 0.0], [0.0, 6.0]]])


def test_two_by_two_inverses_are_numpys():
    matrices = random_covariances(np.random.default_rng(3), 20, 2)
    inverses, determinants = inverse_2x2(matrices)
    np.testing.assert_allclose(inverses, np.linalg.inv(matrices), rtol=1e-10)
    np.testing.assert_allclose(determinants, np.linalg.det(matrices), rtol=1e-10)


def test_covariances_stay_symmetric_and_positive_definite_under_extreme_measurements():
    covariances = np.tile(np.diag([1e4, 1e4, 64.0, 64.0]), (2, 1, 1))
    states = np.zeros((2, 4))
    noise_m2 = np.array([[[1e-6, 0.0], [0.0, 1e8]], [[1e8, 0.0], [0.0, 1e-6]]])
    for _ in range(200):
        states, covariances = predict(states, covariances, 0.01, 0.1)
        states, covariances = update_position(states, covariances, np.zeros((2, 2)), noise_m2)
        states, covariances = update_radial(
            states, covariances, np.zeros(2), np.full(2, 1e-3), np.array([[1.0, 0.0], [0.6, 0.8]])
        )
    np.testing.assert_array_equal(covariances, covariances.swapaxes(1, 2))
    assert np.linalg.eigvalsh(covariances).min() > 0.0


def test_the_filter_does_not_drag_in_a_plotting_library():
    code = "import sys, roadside.fusion.tracker; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
