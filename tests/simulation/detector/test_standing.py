import numpy as np

from simulation.detector.standing import with_room
from simulation.traffic.parking_script import StandingThing
from simulation.traffic.plan import TrafficPlan


def test_what_stands_in_an_earlier_one_is_left_out() -> None:
    first = StandingThing("sedan", 0.0, 0.0, 0.0)
    behind, inside = StandingThing("sedan", 5.5, 0.0, 0.0), StandingThing("cone", 2.0, 0.5, 0.0)
    beside = StandingThing("sedan", 0.0, 2.4, np.pi)
    plan = with_room(TrafficPlan(flows=(), things=(first, inside, behind, beside)))

    assert plan.things == (first, behind, beside)


def test_a_turned_vehicle_takes_the_room_of_its_length_across() -> None:
    lies, across = StandingThing("sedan", 0.0, 0.0, 0.0), StandingThing("sedan", 0.0, 2.4, np.pi / 2)

    assert with_room(TrafficPlan(flows=(), things=(lies, across))).things == (lies,)


def test_what_is_left_out_takes_no_room() -> None:
    row = tuple(StandingThing("sedan", 3.0 * number, 0.0, 0.0) for number in range(5))

    assert with_room(TrafficPlan(flows=(), things=row)).things == row[::2]
