"""Which way the road goes at a place."""

import numpy as np
import pytest

from roadside.types.road import Lane, LaneDirections, LaneKind, RoadMap


def lane(lane_id: str, points: list[tuple[float, float]], width_m: float, kind: LaneKind = LaneKind.DRIVING) -> Lane:
    return Lane(lane_id, kind, np.array([(x, y, 0.0) for x, y in points]), width_m, np.nan)


def headings(*lanes: Lane, at: list[tuple[float, float]]) -> np.ndarray:
    return LaneDirections.of(RoadMap(lanes=lanes)).heading_at(np.array(at))


def test_a_place_on_a_lane_has_the_direction_of_its_piece() -> None:
    bend = lane("bend", [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0)], 3.5)
    got = headings(bend, at=[(5.0, 1.0), (9.0, 5.0), (5.0, 2.0), (-3.0, 0.0)])
    np.testing.assert_allclose(got[:2], [0.0, np.pi / 2])
    assert np.isnan(got[2:]).all()


def test_opposite_lanes_do_not_mix() -> None:
    east = lane("east", [(0.0, -1.75), (50.0, -1.75)], 3.5)
    west = lane("west", [(50.0, 1.75), (0.0, 1.75)], 3.5)
    np.testing.assert_allclose(headings(east, west, at=[(20.0, -0.5), (20.0, 0.5)]), [0.0, np.pi])


def test_a_narrow_lane_nearby_does_not_hide_the_wide_one_a_place_lies_in() -> None:
    # The place is 1.0 m from the bicycle lane's middle (half width 0.75) and 1.6 m from the bus lane's (1.75).
    bicycle = lane("bicycle", [(10.0, 2.6), (0.0, 2.6)], 1.5, LaneKind.BICYCLE)
    bus = lane("bus", [(0.0, 0.0), (10.0, 0.0)], 3.5, LaneKind.BUS)
    np.testing.assert_allclose(headings(bicycle, bus, at=[(5.0, 1.6)]), [0.0])


def test_sidewalks_have_no_direction_of_travel() -> None:
    assert np.isnan(headings(lane("s", [(0.0, 0.0), (9.0, 0.0)], 3.0, LaneKind.SIDEWALK), at=[(4.0, 0.0)])).all()


def test_a_repeated_point_of_a_lane_does_no_harm() -> None:
    line = lane("l", [(0.0, 0.0), (5.0, 0.0), (5.0, 0.0), (9.0, 0.0)], 3.0)
    np.testing.assert_allclose(headings(line, at=[(5.0, 0.2)]), [0.0])


@pytest.mark.parametrize("count", [0, 3])
def test_without_lanes_nothing_has_a_direction(count: int) -> None:
    got = LaneDirections.of(RoadMap()).heading_at(np.zeros((count, 2)))
    assert got.shape == (count,)
    assert np.isnan(got).all()
