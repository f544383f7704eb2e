"""Vehicles made of the jerky positions of a traffic simulation."""

import numpy as np
import pytest

from roadside.geometry.surface import RoadSurface
from simulation.traffic.driven import vehicle_ways
from simulation.traffic.kinematics import problems
from simulation.traffic.sampled import Samples
from simulation.traffic.ways import Ways, trajectories_of
from simulation.types.actors import Lights
from simulation.types.bodies import BODIES, BODY_NUMBER


def ways_of(front_m: np.ndarray, body: str, *, lights_on: bool = False) -> Ways:
    count = len(front_m)
    samples = Samples(0.5, np.ones(count, np.int64), np.arange(count), front_m, {1: BODY_NUMBER[body]})
    return vehicle_ways(samples, np.random.default_rng(1), lights_on)


def eastward(speeds_mps: np.ndarray, y_m: np.ndarray | float = 0.0) -> np.ndarray:
    x_m = np.concatenate([[0.0], np.cumsum(speeds_mps * 0.5)])
    return np.column_stack([x_m, np.broadcast_to(y_m, x_m.shape)])


def faults_of(ways: Ways) -> list[str]:
    count = int(ways.instants.max()) + 1
    return problems(trajectories_of(ways, RoadSurface.level(), count))


def test_positions_are_half_a_length_behind_the_front() -> None:
    ways = ways_of(eastward(np.full(40, 10.0)), "city_bus")
    row = np.flatnonzero(ways.instants == 100)[0]
    assert ways.position_m[row, 0] == pytest.approx(100.0 - BODIES[BODY_NUMBER["city_bus"]].length_m / 2)


@pytest.mark.parametrize("speed_mps", [5.0, 8.0, 11.0, 14.0])
def test_a_lane_change_along_a_kinked_line_becomes_one_that_a_car_can_drive(speed_mps: float) -> None:
    y_m = 3.3 * np.clip((np.arange(81) - 37) / 6, 0.0, 1.0)
    ways = ways_of(eastward(np.full(80, speed_mps), y_m), "sedan")
    assert faults_of(ways) == []
    assert abs(ways.position_m[0, 1] - ways.position_m[-1, 1]) > 3.0


def test_a_sharp_corner_becomes_a_bend_that_the_body_follows() -> None:
    out = eastward(np.full(40, 2.4))
    corner = np.concatenate([out, out[-1] + np.column_stack([np.zeros(40), 1.2 * np.arange(1, 41)])])
    ways = ways_of(corner, "hatchback")
    assert np.degrees(ways.heading_rad[[0, -1]]).round().tolist() == [0.0, 90.0]
    assert np.abs(np.diff(ways.heading_rad)).max() < 0.1


def test_who_stands_keeps_facing_where_it_faced_and_brakes() -> None:
    speeds = np.concatenate([np.full(20, 8.0), np.linspace(8.0, 0.0, 8), np.zeros(40)])
    ways = ways_of(eastward(speeds), "sedan")
    still = ways.instants > 200
    assert np.ptp(ways.heading_rad[still]) < 1e-3 and np.ptp(ways.position_m[still, 0]) < 1e-6
    assert (ways.lights[still] & Lights.BRAKE).all()
    assert not (ways.lights[ways.instants < 80] & Lights.BRAKE).any()


def test_indicators_burn_before_a_turn_to_their_side() -> None:
    out = eastward(np.full(40, 4.0))
    angle = np.linspace(0.0, np.pi / 2, 12)[1:]
    bend = out[-1] + 10.0 * np.column_stack([np.sin(angle), 1 - np.cos(angle)])
    north = bend[-1] + np.column_stack([np.zeros(30), 2.0 * np.arange(1, 31)])
    ways = ways_of(np.concatenate([out, bend, north]), "sedan")
    before = (ways.position_m[:, 0] > 65.0) & (ways.position_m[:, 0] < 75.0) & (ways.position_m[:, 1] < 1.0)
    assert (ways.lights[before] & Lights.LEFT).all() and not (ways.lights[before] & Lights.RIGHT).any()
    assert not (ways.lights[ways.position_m[:, 0] < 40.0] & Lights.LEFT).any()


def test_head_lights_burn_where_the_plan_says_so() -> None:
    assert (ways_of(eastward(np.full(20, 8.0)), "sedan", lights_on=True).lights & Lights.HEAD).all()


def test_who_never_moves_is_left_out() -> None:
    assert len(ways_of(eastward(np.zeros(20)), "sedan")) == 0
