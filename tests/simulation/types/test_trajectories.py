import numpy as np
import pytest

from roadside.types.road_users import RoadUserClass
from simulation.types.actors import Lights
from simulation.types.bodies import BODIES, BODY_NUMBER, CLASS_OF_BODY, SIZE_OF_BODY_M, bodies_of
from simulation.types.trajectories import Trajectories


def two_cars(**changed) -> Trajectories:
    """Car 7 goes east at 10 m/s and turns through west; car 9 is there at the second instant only."""
    rows = {
        "step_s": 0.1, "instant_count": 3, "instants": [0, 1, 1, 2], "object_ids": [7, 7, 9, 7],
        "bodies": [0, 0, 1, 0], "position_m": [[0, 0, 0], [1, 0, 0.1], [5, 5, 0], [2, 0, 0.2]],
        "velocity_mps": [[10, 0], [10, 0], [0, 0], [10, 0]], "heading_rad": [3.1, -3.1, 0.0, -3.0],
        "travelled_m": [0.0, 1.0, 0.0, 2.0], "lights": [Lights.NONE, Lights.BRAKE, 0, 0],
    }  # fmt: skip
    return Trajectories(**{**rows, **changed})


def test_between_two_instants_everything_moves_evenly():
    actors = two_cars().at(0.05)

    np.testing.assert_array_equal(actors.object_ids, [7])
    np.testing.assert_allclose(actors.position_m, [[0.5, 0.0, 0.05]])
    np.testing.assert_allclose(actors.travelled_m, [0.5])


def test_a_heading_turns_the_short_way_round():
    (heading_rad,) = two_cars().at(0.05).heading_rad

    assert abs(abs(heading_rad) - np.pi) < 0.01


def test_at_an_instant_everybody_who_is_there_is_there():
    np.testing.assert_array_equal(two_cars().at(0.1).object_ids, [7, 9])


def test_who_is_there_at_one_of_two_instants_only_is_not_there_in_between():
    np.testing.assert_array_equal(two_cars().at(0.15).object_ids, [7])


def test_a_second_outside_the_span_is_refused():
    with pytest.raises(ValueError, match=r"within 0 to 0\.2, got 0\.3"):
        two_cars().at(0.3)


def test_rows_out_of_order_are_refused():
    with pytest.raises(ValueError, match="ordered by instant"):
        two_cars(instants=[0, 1, 1, 1], object_ids=[7, 9, 7, 7])


def test_every_class_a_detector_is_to_know_has_several_bodies():
    for entry in (RoadUserClass.CAR, RoadUserClass.VAN, RoadUserClass.TRUCK, RoadUserClass.BUS, RoadUserClass.BICYCLE,
                  RoadUserClass.MOTORCYCLE, RoadUserClass.PEDESTRIAN, RoadUserClass.UNKNOWN_UNMOVABLE):  # fmt: skip
        assert len(bodies_of(entry)) >= 2


def test_the_tables_of_bodies_follow_their_list():
    number = BODY_NUMBER["city_bus"]

    assert BODIES[number].name == "city_bus"
    assert CLASS_OF_BODY[number] == RoadUserClass.BUS
    np.testing.assert_array_equal(SIZE_OF_BODY_M[number], [12.0, 2.55, 3.1])
