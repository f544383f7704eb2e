import numpy as np
import pytest

from roadside.fusion.validity import in_own_order, valid_rows
from tests.world import measured

NAN, INF = np.nan, np.inf
RADIAL = {"radial_speed_mps": 3.0, "radial_sigma_mps": 0.2}


@pytest.mark.parametrize(
    "columns",
    [
        {"position_m": [[NAN, 0.0]]},
        {"position_m": [[0.0, INF]]},
        {"position_m": [[5001.0, 0.0]]},
        {"covariance_m2": np.array([[NAN, 0.0], [0.0, 1.0]])},
        {"covariance_m2": np.array([[1.0, 2.0], [2.0, 1.0]])},
        {"covariance_m2": np.array([[1.0, 0.5], [-0.5, 1.0]])},
        {"covariance_m2": np.zeros((2, 2))},
        {"covariance_m2": np.diag([INF, INF])},
        {"confidence": NAN},
        {"confidence": 1.5},
        {"classes": 11},
        {"classes": -1},
        {"kind": 2},
        RADIAL | {"radial_speed_mps": 101.0},
        RADIAL | {"radial_speed_mps": -INF},
        RADIAL | {"radial_sigma_mps": NAN},
        RADIAL | {"radial_sigma_mps": 0.0},
        RADIAL | {"radial_sigma_mps": 1e154},
        {"heading_rad": INF},
        RADIAL | {"line_of_sight": np.array([0.5, 0.5])},
        RADIAL | {"line_of_sight": np.array([NAN, 1.0])},
    ],
    ids=str,
)
def test_a_row_that_cannot_be_is_refused(columns):
    columns = dict(columns)
    assert not valid_rows(measured(columns.pop("position_m", [[0.0, 0.0]]), **columns)).any()


@pytest.mark.parametrize(
    "columns", [{}, RADIAL, {"line_of_sight": np.full(2, NAN)}, {"kind": 1, "covariance_m2": np.diag([0.1, 900.0])}]
)
def test_a_plain_row_is_taken(columns):
    assert valid_rows(measured([[10.0, -20.0]], **columns)).all()


def test_only_the_bad_rows_of_a_scan_are_refused():
    m = measured([[0.0, 0.0], [NAN, 0.0], [1.0, 1.0]])
    np.testing.assert_array_equal(valid_rows(m), [True, False, True])
    np.testing.assert_array_equal(in_own_order(m).position_m, [[0.0, 0.0], [1.0, 1.0]])


def test_rows_come_in_an_order_of_their_own():
    m = in_own_order(measured([[2.0, 0.0], [1.0, 5.0], [1.0, 4.0]]))
    np.testing.assert_array_equal(m.position_m, [[1.0, 4.0], [1.0, 5.0], [2.0, 0.0]])
