"""Which measurement belongs to which track: a gate, then one optimal assignment."""

from functools import cache
from typing import Final

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.special import chdtri

from roadside.fusion.kalman import determinant_2x2, inverse_2x2
from roadside.fusion.pairs import RowArray
from roadside.geometry.arrays import FloatArray, IntArray
from roadside.types.observations import Measurements

CLASS_GROUPS: Final[IntArray] = np.array([0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 3])
"""Group of each ``RoadUserClass``: 0 unknown, 1 motor vehicle on four wheels or more, 2 two or three wheels,
3 pedestrian."""

# -2 ln p of confusing one group with another, set by hand: p = 0.1 between a rider and a walker, 0.01 between a
# motor vehicle and a rider, 0.001 between a motor vehicle and a walker. Unknown disagrees with nobody.
_GROUP_DISAGREEMENT = np.array(
    [
        [0.0, 0.0, 0.0, 0.0],
        [0.0, 0.0, 9.2, 13.8],
        [0.0, 9.2, 0.0, 4.6],
        [0.0, 13.8, 4.6, 0.0],
    ]
)

_WITHIN_GROUP = 1.0
"""-2 ln p, p = 0.6: detectors call a van a car every other frame."""


def _class_disagreement() -> FloatArray:
    """Returns (11, 11) costs of class against class, in units of squared Mahalanobis distance."""
    groups = CLASS_GROUPS
    same_group = (groups[:, None] == groups) & (groups[:, None] > 0) & ~np.eye(len(groups), dtype=bool)
    return np.asarray(_GROUP_DISAGREEMENT[groups[:, None], groups] + _WITHIN_GROUP * same_group)


CLASS_DISAGREEMENT: Final = _class_disagreement()


def gates(gate_probability: float, has_radial: np.ndarray) -> FloatArray:
    """Returns (...,) squared Mahalanobis distance that a true measurement stays below with ``gate_probability``.

    Chi-square with 2 degrees of freedom for a position, 3 where a radial speed was measured with it.
    """
    two, three = _chi_square_limits(gate_probability)
    return np.where(has_radial, three, two)


@cache
def _chi_square_limits(gate_probability: float) -> tuple[float, float]:
    """Returns the values that chi-square with 2 and with 3 degrees of freedom stays below with that probability."""
    return float(chdtri(2, 1.0 - gate_probability)), float(chdtri(3, 1.0 - gate_probability))


def associate(
    states: FloatArray,
    covariances: FloatArray,
    class_shares: FloatArray,
    measurements: Measurements,
    gate_probability: float,
) -> tuple[RowArray, RowArray]:
    """Returns row numbers of tracks and of their measurements; neither holds a number twice.

    Of all ways to pair them within the gates, the one that saves most against leaving everything unpaired. A pair
    costs its squared Mahalanobis distance, ln(det S / det R) (a vague track does not win by being vague) and the
    disagreement of class, weighed with the detection's confidence. An unpaired measurement costs as much as a pair
    on its gate with the vaguest of the tracks that could take it, so that the gate alone decides who may be paired.

    Args:
        states: (N, 4) tracks, predicted to the measurements' time.
        covariances: (N, 4, 4).
        class_shares: (N, 11) share of each class in what was seen of a track, summing to 1 or to 0.
        measurements: valid rows only.
        gate_probability: see ``gates``.
    """
    row_gates = gates(gate_probability, np.isfinite(measurements.radial_speed_mps))
    tracks, rows = _coarse_pairs(states, covariances, measurements, row_gates)
    if len(tracks) == 0:
        return tracks, rows
    distances, vagueness = pair_distances(states, covariances, measurements, tracks, rows)
    disagreement = (class_shares @ CLASS_DISAGREEMENT)[tracks, measurements.classes[rows]]
    distances = distances + disagreement * measurements.confidence[rows]
    gate = row_gates[rows]
    inside = distances <= gate
    tracks, rows, vagueness = tracks[inside], rows[inside], vagueness[inside]
    vaguest = np.zeros(len(measurements))
    np.maximum.at(vaguest, rows, vagueness)
    return assign(tracks, rows, (gate - distances)[inside] + vaguest[rows] - vagueness)


def _coarse_pairs(
    states: FloatArray, covariances: FloatArray, measurements: Measurements, row_gates: FloatArray
) -> tuple[RowArray, RowArray]:
    """Returns the pairs inside the gates' bounding boxes: |innovation| <= sqrt(gate · S) along each axis."""
    track_variances_m2 = covariances.diagonal(axis1=1, axis2=2)[:, None, :2]
    limits_m2 = row_gates[:, None] * (track_variances_m2 + measurements.covariance_m2.diagonal(axis1=1, axis2=2))
    inside = (measurements.position_m - states[:, None, :2]) ** 2 <= limits_m2
    tracks, rows = (inside[:, :, 0] & inside[:, :, 1]).nonzero()
    return tracks, rows


def pair_distances(
    states: FloatArray, covariances: FloatArray, measurements: Measurements, tracks: RowArray, rows: RowArray
) -> tuple[FloatArray, FloatArray]:
    """Returns (P,) squared Mahalanobis distances and (P,) ln(det S / det R) of the pairs (tracks[p], rows[p]).

    Where a radial speed was measured, both are those of the three measured values together: the position's, plus
    those of the radial speed given the position (S split by its Schur complement).
    """
    P, R = covariances[tracks], measurements.covariance_m2[rows]
    y = measurements.position_m[rows] - states[tracks, :2]
    S_inverse, S_determinant = inverse_2x2(P[:, :2, :2] + R)
    weighted = (S_inverse @ y[:, :, None])[:, :, 0]
    distances = (y * weighted).sum(axis=1)
    vagueness = np.log(S_determinant / determinant_2x2(R))
    radial = np.flatnonzero(np.isfinite(measurements.radial_speed_mps[rows]))
    if len(radial):
        at = rows[radial]
        sight, variance = measurements.line_of_sight[at], measurements.radial_sigma_mps[at] ** 2
        PHt = (P[radial, :, 2:] @ sight[:, :, None])[:, :, 0]
        given = variance + (PHt[:, 2:] * sight).sum(axis=1)
        given -= (PHt[:, :2] * (S_inverse[radial] @ PHt[:, :2, None])[:, :, 0]).sum(axis=1)
        residual = measurements.radial_speed_mps[at] - (states[tracks[radial], 2:] * sight).sum(axis=1)
        residual -= (PHt[:, :2] * weighted[radial]).sum(axis=1)
        distances[radial] += residual**2 / given
        vagueness[radial] += np.log(given / variance)
    return distances, vagueness


def assign(tracks: RowArray, rows: RowArray, gains: FloatArray) -> tuple[RowArray, RowArray]:
    """Returns the pairs, no track and no row twice, whose gains add up to most.

    Args:
        tracks: (P,) of the pairs that are allowed.
        rows: (P,) of the same pairs.
        gains: (P,) what each saves, 0 or more.
    """
    if len(tracks) == 0:
        return tracks, rows
    saved = np.zeros((int(tracks.max()) + 1, int(rows.max()) + 1))
    saved[tracks, rows] = gains
    best_tracks, best_rows = linear_sum_assignment(saved, maximize=True)
    taken = saved[best_tracks, best_rows] > 0.0
    return best_tracks[taken], best_rows[taken]
