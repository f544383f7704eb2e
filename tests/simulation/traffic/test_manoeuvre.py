import numpy as np
import pytest

from simulation.traffic.manoeuvre import MANOEUVRE_MPS, Piece, poses, timed, ways_out
from simulation.traffic.ways import STEP_S


def test_an_arc_ends_where_geometry_says() -> None:
    end = poses(np.zeros(3), [Piece(np.pi / 2 * 5.0, 1 / 5.0)])[-1]
    assert end[:3] == pytest.approx([5.0, 5.0, np.pi / 2])


def test_going_back_the_same_way_ends_at_the_start() -> None:
    there = [Piece(2.0), Piece(3.0, 0.2)]
    end = poses(np.zeros(3), [*there, Piece(-3.0, 0.2), Piece(-2.0)])[-1]
    assert end == pytest.approx([0.0, 0.0, 0.0, 0.0], abs=1e-9)


@pytest.mark.parametrize("heading_deg", [90.0, -90.0, 60.0, 0.0, 3.0])
def test_every_way_out_of_a_spot_ends_along_the_lane_at_its_offset(heading_deg: float) -> None:
    start = np.array([0.0, -6.0, np.radians(heading_deg)])
    ways = list(ways_out(start, np.array([3.0, 0.0]), 0.0, (0.0, 1.2, -1.2)))
    assert ways
    for pieces, offset_m in ways:
        end = poses(start, pieces)[-1]
        assert np.cos(end[2]) == pytest.approx(1.0, abs=1e-6)
        if abs(heading_deg) != 3.0:
            assert end[1] == pytest.approx(offset_m, abs=1e-6)


def test_a_vehicle_that_faces_the_wall_leaves_backwards() -> None:
    pieces, _ = next(ways_out(np.array([0.0, -6.0, -np.pi / 2]), np.zeros(2), 0.0, (0.0,)))
    assert all(piece.length_m < 0 for piece in pieces)


def test_time_begins_and_ends_at_rest_and_pauses_between_gears() -> None:
    rows = timed(poses(np.zeros(3), [Piece(-3.0), Piece(4.0, 0.1)]))
    speed = np.hypot(*np.diff(rows[:, :2], axis=0).T) / STEP_S
    assert speed.max() <= MANOEUVRE_MPS + 1e-6 and speed[0] < 0.1 and speed[-1] == 0.0
    turning_back = rows[:, 0].argmin()
    assert speed[turning_back : turning_back + 5].max() < 1e-9
