import itertools

import numpy as np
import pytest
from scipy.stats import chi2

from roadside.fusion.appearance import class_shares
from roadside.fusion.association import (
    CLASS_DISAGREEMENT,
    assign,
    associate,
    gates,
    pair_distances,
)
from roadside.types.road_users import RoadUserClass
from tests.world import measured

CAR, VAN, PEDESTRIAN, BICYCLE = (
    RoadUserClass.CAR,
    RoadUserClass.VAN,
    RoadUserClass.PEDESTRIAN,
    RoadUserClass.BICYCLE,
)


def shares_of(*classes: RoadUserClass) -> np.ndarray:
    return np.eye(len(RoadUserClass))[list(classes)]


def associated(states, covariances, shares, measurements) -> dict[int, int]:
    tracks, rows = associate(states, covariances, shares, measurements, 0.997)
    assert len(set(tracks.tolist())) == len(tracks) and len(set(rows.tolist())) == len(rows)
    return dict(zip(tracks.tolist(), rows.tolist(), strict=True))


def standing(*positions: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    states = np.array([[*position, 0.0, 0.0] for position in positions])
    return states, np.tile(np.diag([0.1, 0.1, 1.0, 1.0]), (len(states), 1, 1))


def best_gain(gains: dict[tuple[int, int], float], tracks: int, rows: int) -> float:
    """The most that any allowed pairing saves, by trying all."""
    places = [*range(rows), *[None] * tracks]
    return max(
        sum(gains[pair] for pair in enumerate(chosen) if pair in gains)
        for chosen in itertools.permutations(places, tracks)
        if all(row is None or (track, row) in gains for track, row in enumerate(chosen))
    )


@pytest.mark.parametrize("seed", range(30))
def test_the_assignment_saves_as_much_as_any(seed):
    rng = np.random.default_rng(seed)
    count_tracks, count_rows = rng.integers(1, 5, 2)
    allowed = rng.random((count_tracks, count_rows)) < 0.6
    tracks, rows = np.nonzero(allowed)
    gains = rng.uniform(0.01, 12.0, len(tracks))
    by_pair = {(int(t), int(r)): float(g) for t, r, g in zip(tracks, rows, gains, strict=True)}
    best_tracks, best_rows = assign(tracks, rows, gains)
    assert len(set(best_tracks.tolist())) == len(best_tracks) and len(set(best_rows.tolist())) == len(best_rows)
    got = sum(by_pair[pair] for pair in zip(best_tracks.tolist(), best_rows.tolist(), strict=True))
    assert got == pytest.approx(best_gain(by_pair, int(count_tracks), int(count_rows)), abs=1e-9)


def test_pair_distances_are_those_of_the_three_measured_values_together():
    rng = np.random.default_rng(4)
    roots = rng.normal(size=(3, 4, 4))
    states, covariances = rng.normal(size=(3, 4)), roots @ roots.swapaxes(1, 2) + np.eye(4)
    sight, noise_m2, sigma = np.array([0.6, 0.8]), np.array([[0.5, 0.2], [0.2, 0.9]]), 0.25
    m = measured(
        [[1.0, 2.0]], covariance_m2=noise_m2, radial_speed_mps=3.0, radial_sigma_mps=sigma, line_of_sight=sight
    )
    distances, vagueness = pair_distances(states, covariances, m, np.arange(3), np.zeros(3, int))
    rows_h, noise = np.zeros((3, 4)), np.zeros((3, 3))
    rows_h[0, 0] = rows_h[1, 1] = 1.0
    rows_h[2, 2:], noise[:2, :2], noise[2, 2] = sight, noise_m2, sigma**2
    for row in range(3):
        spread = rows_h @ covariances[row] @ rows_h.T + noise
        y = np.array([1.0, 2.0, 3.0]) - rows_h @ states[row]
        assert distances[row] == pytest.approx(y @ np.linalg.solve(spread, y), rel=1e-9)
        assert vagueness[row] == pytest.approx(np.log(np.linalg.det(spread) / np.linalg.det(noise)), rel=1e-9)


def test_the_gate_has_one_more_degree_of_freedom_where_a_radial_speed_was_measured():
    np.testing.assert_allclose(gates(0.997, np.array([False, True])), [chi2.ppf(0.997, 2), chi2.ppf(0.997, 3)])


def test_the_gate_lets_the_promised_share_of_true_measurements_through():
    rng = np.random.default_rng(5)
    scans, count = 100, 200
    covariance, noise_m2 = np.diag([0.5, 0.3, 1.0, 1.0]), np.array([[0.3, 0.1], [0.1, 0.2]])
    spots = 100.0 * np.stack(np.divmod(np.arange(count), 15), axis=1)
    states = np.concatenate([spots, np.zeros((count, 2))], axis=1)
    through = 0
    for _ in range(scans):
        offsets = rng.multivariate_normal(np.zeros(2), covariance[:2, :2] + noise_m2, count)
        m = measured(spots + offsets, covariance_m2=noise_m2)
        tracks, rows = associate(states, np.tile(covariance, (count, 1, 1)), np.zeros((count, 11)), m, 0.95)
        np.testing.assert_array_equal(tracks, rows)
        through += len(tracks)
    assert through / (scans * count) == pytest.approx(0.95, abs=0.005)  # three sigma of the binomial


def test_a_measurement_outside_the_gate_is_left_alone():
    assert associated(*standing((0.0, 0.0)), shares_of(CAR), measured([[3.0, 0.0]])) == {}


def test_no_measurement_takes_two_tracks():
    assert associated(*standing((0.0, 0.0), (0.6, 0.0)), shares_of(CAR, CAR), measured([[0.1, 0.0]])) == {0: 0}


def test_the_pairing_is_optimal_for_the_whole_scan_not_for_the_nearest_pair():
    # Nearest first would pair track 1 with row 0 (0.4 m) and leave track 0 without.
    found = associated(*standing((0.0, 0.0), (1.0, 0.0)), shares_of(CAR, CAR), measured([[0.6, 0.0], [1.7, 0.0]]))
    assert found == {0: 0, 1: 1}


def test_a_vague_track_does_not_steal_the_measurement_of_a_sharp_one():
    states, covariances = standing((0.0, 0.0), (0.3, 0.0))
    covariances[1, :2, :2] = 25.0 * np.eye(2)
    assert associated(states, covariances, shares_of(CAR, CAR), measured([[0.25, 0.0]])) == {0: 0}


def test_a_pedestrian_beside_a_car_is_not_taken_for_the_car():
    states, covariances = standing((0.0, 0.0), (0.9, 0.0))
    m = measured([[0.85, 0.0], [0.1, 0.0]], classes=[CAR, PEDESTRIAN])
    assert associated(states, covariances, shares_of(PEDESTRIAN, CAR), m) == {0: 1, 1: 0}
    near_the_gate = measured([[1.0, 0.0]], classes=PEDESTRIAN)
    assert associated(*standing((0.0, 0.0)), shares_of(PEDESTRIAN), near_the_gate) == {0: 0}
    assert associated(*standing((0.0, 0.0)), shares_of(CAR), near_the_gate) == {}


def test_a_radar_that_knows_no_class_agrees_with_everybody():
    m = measured([[1.0, 0.0]], classes=RoadUserClass.UNKNOWN)
    assert associated(*standing((0.0, 0.0)), shares_of(PEDESTRIAN), m) == {0: 0}


def test_disagreement_of_class_is_mutual_and_grows_with_the_difference():
    np.testing.assert_array_equal(CLASS_DISAGREEMENT, CLASS_DISAGREEMENT.T)
    np.testing.assert_array_equal(np.diag(CLASS_DISAGREEMENT), 0.0)
    assert 0 < CLASS_DISAGREEMENT[CAR, VAN] < CLASS_DISAGREEMENT[BICYCLE, PEDESTRIAN]
    assert CLASS_DISAGREEMENT[BICYCLE, PEDESTRIAN] < CLASS_DISAGREEMENT[CAR, PEDESTRIAN]


def test_a_radial_speed_tells_two_close_road_users_apart():
    states, covariances = standing((0.0, 0.0), (0.4, 0.0))
    states[:, 2] = [10.0, -10.0]
    m = measured([[0.25, 0.0], [0.15, 0.0]], radial_speed_mps=[10.0, -10.0], radial_sigma_mps=0.3)
    assert associated(states, covariances, shares_of(CAR, CAR), m) == {0: 0, 1: 1}


@pytest.mark.parametrize("seed", range(5))
def test_pruning_loses_no_pair_inside_the_gate(seed):
    rng = np.random.default_rng(seed)
    states = np.concatenate([rng.uniform(-20, 20, (40, 2)), rng.normal(size=(40, 2))], axis=1)
    covariances = np.tile(np.eye(4), (40, 1, 1)) * rng.uniform(0.05, 4.0, 40)[:, None, None]
    roots = rng.normal(size=(30, 2, 2))
    m = measured(rng.uniform(-20, 20, (30, 2)), covariance_m2=roots @ roots.swapaxes(1, 2) + 0.05 * np.eye(2))
    everything = tuple(grid.ravel() for grid in np.meshgrid(np.arange(40), np.arange(30), indexing="ij"))
    distances, vagueness = pair_distances(states, covariances, m, *everything)
    inside = distances <= gates(0.997, np.array(False))
    tracks, rows = everything[0][inside], everything[1][inside]
    vaguest = np.array([vagueness[inside][rows == row].max(initial=0.0) for row in range(30)])
    slow = assign(tracks, rows, float(gates(0.997, np.array(False))) - (distances + vagueness)[inside] + vaguest[rows])
    fast = associate(states, covariances, class_shares(np.zeros((40, 11))), m, 0.997)
    assert sorted(zip(*slow, strict=True)) == sorted(zip(*fast, strict=True))


def test_nothing_to_pair_gives_no_pairs():
    states, covariances = standing((0.0, 0.0))
    assert associated(states, covariances, shares_of(CAR), measured([])) == {}
    assert associated(states[:0], covariances[:0], shares_of(), measured([[0.0, 0.0]])) == {}
