from dataclasses import replace

import numpy as np
import pytest

from roadside.geometry.surface import RoadSurface
from simulation.traffic.kinematics import problems
from simulation.traffic.ways import Ways, trajectories_of
from simulation.types.bodies import BODY_NUMBER
from simulation.types.trajectories import Trajectories

FLAT = RoadSurface.level()
COUNT = 101


def driven(number: int, x_m: np.ndarray, y_m: np.ndarray, heading_rad: np.ndarray, body: str = "sedan") -> Ways:
    count = len(x_m)
    return Ways(
        np.full(count, number), np.arange(count), np.full(count, BODY_NUMBER[body]), np.column_stack([x_m, y_m]),
        heading_rad, x_m - x_m[0], np.zeros(count, np.int64),
    )  # fmt: skip


def straight(number: int, y_m: float = 0.0, speed_mps: float = 10.0, body: str = "sedan") -> Ways:
    x_m = speed_mps * 0.1 * np.arange(COUNT)
    return driven(number, x_m, np.full(COUNT, y_m), np.zeros(COUNT), body)


def on_circle(radius_m: float, speed_mps: float, slip_rad: float = 0.0) -> Ways:
    angle = speed_mps / radius_m * 0.1 * np.arange(COUNT)
    heading = np.arctan2(np.sin(angle + slip_rad), np.cos(angle + slip_rad))
    return driven(1, radius_m * np.sin(angle), radius_m * (1 - np.cos(angle)), heading)


def found(*ways: Ways, declared: tuple[tuple[int, int], ...] = ()) -> list[str]:
    return problems(trajectories_of(Ways.joined(ways), FLAT, COUNT), declared)


def test_cars_one_beside_the_other_and_a_car_in_a_bend_are_no_problem() -> None:
    assert found(straight(1), straight(2, 3.3)) == []
    assert found(on_circle(12.0, 5.0)) == []


def test_a_car_that_reverses_along_its_axis_is_no_problem() -> None:
    back = straight(1, speed_mps=-2.0)
    assert found(back) == []


def test_a_bend_that_is_too_fast_is_found() -> None:
    assert "lateral acceleration" in found(on_circle(20.0, 10.0))[0]


def test_a_car_that_turns_on_the_spot_is_found() -> None:
    turning = driven(1, np.zeros(COUNT), np.zeros(COUNT), np.linspace(0.0, 12.0, COUNT))
    assert "yaw rate" in found(turning)[0]


def test_a_person_may_turn_on_the_spot() -> None:
    person = driven(1, np.zeros(COUNT), np.zeros(COUNT), np.linspace(0.0, 12.0, COUNT), "adult")
    assert found(person) == []


def test_a_car_that_slides_sideways_is_found() -> None:
    assert "slips by" in found(on_circle(20.0, 4.0, slip_rad=0.4))[0]


def test_a_teleport_is_found() -> None:
    x_m = np.arange(COUNT) * 1.0 + np.where(np.arange(COUNT) > 50, 30.0, 0.0)
    assert any("teleport" in text for text in found(driven(1, x_m, np.zeros(COUNT), np.zeros(COUNT))))


def test_braking_beyond_what_tyres_hold_is_found() -> None:
    speed = np.maximum(15.0 - 12.0 * 0.1 * np.arange(COUNT), 0.0)
    x_m = np.concatenate([[0.0], np.cumsum(speed[:-1]) * 0.1])
    assert "acceleration must be" in found(driven(1, x_m, np.zeros(COUNT), np.zeros(COUNT)))[0]


def test_somebody_who_vanishes_for_a_while_is_found() -> None:
    gone = straight(1)
    assert "is away for" in found(gone.select((gone.instants < 40) | (gone.instants > 60)))[0]


def test_somebody_who_becomes_another_body_is_found() -> None:
    changed = straight(1)
    bodies = np.where(changed.instants > 50, BODY_NUMBER["coach"], changed.bodies)
    assert "must keep its body" in found(replace(changed, bodies=bodies))[0]


def test_a_velocity_that_is_not_that_of_the_positions_is_found() -> None:
    good = trajectories_of(straight(1), FLAT, COUNT)
    columns = {name: getattr(good, name) for name in good.__slots__}
    bad = Trajectories(**(columns | {"velocity_mps": good.velocity_mps * 1.2}))
    assert any("velocity must be that of its positions" in text for text in problems(bad))


@pytest.mark.parametrize("body", ["sedan", "adult", "cone"])
def test_whoever_a_vehicle_overlaps_with_is_found(body: str) -> None:
    other = straight(2, 1.0, body=body)
    texts = found(straight(1), other)
    assert len(texts) == 1 and "must not overlap" in texts[0]


def test_people_may_brush_against_each_other() -> None:
    assert found(straight(1, body="adult", speed_mps=1.3), straight(2, 0.3, body="child", speed_mps=1.3)) == []


def test_a_declared_collision_may_overlap() -> None:
    assert found(straight(1), straight(2, 1.0), declared=((1, 2),)) == []


def test_nobody_is_no_problem() -> None:
    assert found() == []
