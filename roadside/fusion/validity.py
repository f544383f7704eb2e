"""What the tracker takes from a sensor: rows that are finite and physically possible."""

from typing import Final

import numpy as np

from roadside.fusion.pairs import RowArray
from roadside.geometry.arrays import BoolArray
from roadside.types.observations import MEASUREMENT_COLUMNS, MeasurementKind, Measurements
from roadside.types.road_users import RoadUserClass

MAX_DISTANCE_M: Final = 5_000.0
"""From the site's datum, along each axis; no roadside sensor sees that far."""

MAX_RADIAL_SPEED_MPS: Final = 100.0
MIN_SIGMA_M: Final = 1e-3
"""Along the best-known direction; nothing on a pole measures a millimetre, and the filter would lose its digits."""
MAX_SIGMA_M: Final = 10_000.0
MIN_RADIAL_SIGMA_MPS: Final = 1e-3
MAX_RADIAL_SIGMA_MPS: Final = 1_000.0
MAX_HEADING_RAD: Final = 2.0 * np.pi
UNIT_TOLERANCE: Final = 1e-3
"""How far a line of sight's length may be from 1."""


def valid_rows(measurements: Measurements) -> BoolArray:
    """Returns (N,) which rows the tracker uses; count the others.

    A row is refused when its position, covariance or confidence is not finite, its covariance is not symmetric and
    positive definite, a position, speed or heading is absurd, a radial speed comes without its sigma or a unit line
    of sight, or kind or class is no known number.
    """
    # A negative number, read as unsigned, is a huge one. Comparisons with NaN are false.
    known = measurements.kind.view(np.uint64) < len(MeasurementKind)
    known &= measurements.classes.view(np.uint64) < len(RoadUserClass)
    known &= np.abs(measurements.confidence - 0.5) <= 0.5
    known &= ~(np.abs(measurements.heading_rad) > MAX_HEADING_RAD)
    with np.errstate(all="ignore"):
        return np.asarray(known & _valid_positions(measurements) & _valid_radials(measurements))


def in_own_order(measurements: Measurements) -> Measurements:
    """Returns the valid rows ordered by position, then by whatever tells equal positions apart."""
    m = measurements
    keys = (m.heading_rad, m.classes, m.confidence, m.radial_speed_mps, m.position_m[:, 1], m.position_m[:, 0])
    order = np.lexsort(keys)
    return rows_at(measurements, order[valid_rows(measurements)[order]])


def rows_at(measurements: Measurements, rows: RowArray) -> Measurements:
    """Returns the rows with these numbers, in this order."""
    columns = [getattr(measurements, name).take(rows, axis=0) for name, _, _ in MEASUREMENT_COLUMNS]
    return Measurements(measurements.sensor_id, measurements.time_ns, measurements.arrival_ns, *columns)


def _valid_positions(measurements: Measurements) -> BoolArray:
    """Returns (N,) whether position and covariance can be used.

    The smaller eigenvalue is at least determinant / trace, the larger one at most the trace.
    """
    distance_m = np.abs(measurements.position_m)
    a, b = measurements.covariance_m2[:, 0, 0], measurements.covariance_m2[:, 0, 1]
    c, d = measurements.covariance_m2[:, 1, 0], measurements.covariance_m2[:, 1, 1]
    trace = a + d
    valid = (trace <= MAX_SIGMA_M**2) & (a * d - b * c > MIN_SIGMA_M**2 * trace)
    valid &= np.abs(b - c) <= 1e-6 * trace
    return np.asarray(valid & (distance_m[:, 0] <= MAX_DISTANCE_M) & (distance_m[:, 1] <= MAX_DISTANCE_M))


def _valid_radials(measurements: Measurements) -> BoolArray:
    """Returns (N,) whether the radial speed is absent (NaN) or can be used."""
    speed, sigma = measurements.radial_speed_mps, measurements.radial_sigma_mps
    absent = np.isnan(speed)
    if absent.all():
        return absent
    length = np.hypot(measurements.line_of_sight[:, 0], measurements.line_of_sight[:, 1])
    possible = (np.abs(speed) <= MAX_RADIAL_SPEED_MPS) & (np.abs(length - 1.0) <= UNIT_TOLERANCE)
    possible &= (sigma >= MIN_RADIAL_SIGMA_MPS) & (sigma <= MAX_RADIAL_SIGMA_MPS)
    return np.asarray(absent | possible)
