"""The places in which the detector is judged: nothing of them is ever trained on."""

from collections.abc import Callable

from simulation.worlds.looks import OFFICE_PARK, WORKS
from simulation.worlds.parking_street import ParkingStreet, parking_street_plan
from simulation.worlds.place import BusStop, PlacePlan
from simulation.worlds.star_streets import Arm, CrossSection, star_streets
from simulation.worlds.street_plan import NodeControl
from simulation.worlds.terrain import Relief
from simulation.worlds.through_streets import ThroughStreet, through_streets


def held_out_cross() -> PlacePlan:
    """Returns a junction of four arms with signals."""
    main, side = CrossSection(2, 3.3, 1.8, 2.8, median_m=1.0), CrossSection(2, 3.0, 1.6, 2.4)
    arms = (
        Arm("east", -6.0, 120.0, main, main, 50.0, 3, bend_m=9.0),
        Arm("north", 84.0, 105.0, side, side, 50.0, 2),
        Arm("west", 173.0, 120.0, main, main, 50.0, 3),
        Arm("south", 261.0, 105.0, side, side, 50.0, 2, bend_m=-8.0),
    )
    relief = Relief(-0.014, -0.01, 0.7, 170.0, 2.7)
    return PlacePlan("held_out_cross", 4101, star_streets(arms, NodeControl.SIGNALS, 7.5), relief, OFFICE_PARK)


def held_out_tee() -> PlacePlan:
    """Returns a T-junction between works."""
    main, stem = CrossSection(2, 3.4, 0.0, 2.2), CrossSection(1, 3.6, 0.0, 2.0)
    arms = (
        Arm("east", 12.0, 115.0, main, main, 60.0, 3),
        Arm("west", 188.0, 115.0, main, main, 60.0, 3, bend_m=7.0),
        Arm("south", 285.0, 100.0, stem, stem, 50.0, 1),
    )
    relief = Relief(0.016, 0.02, 0.5, 150.0, 1.2)
    return PlacePlan("held_out_tee", 4102, star_streets(arms, NodeControl.PRIORITY, 10.0), relief, WORKS)


def held_out_street() -> PlacePlan:
    """Returns a street with bays along both kerbs."""
    street = ParkingStreet(115.0, 4.2, 2.8, (6.4, 2.3), (2.6, 5.1), (7, 9), 7.0)
    return parking_street_plan("held_out_street", 4103, street, Relief(-0.022, 0.0, 0.4, 125.0, 2.9), OFFICE_PARK)


def held_out_arterial() -> PlacePlan:
    """Returns a curved street with bus stops."""
    street = ThroughStreet(135.0, CrossSection(2, 3.4, 1.8, 2.6), bow_m=-18.0, wave_m=-6.0)
    return PlacePlan(
        "held_out_arterial", 4104, through_streets(street), Relief(-0.018, 0.012, 0.9, 200.0, 0.1), WORKS,
        bus_stops=(BusStop("eastbound", 150.0), BusStop("westbound", 160.0)),
    )  # fmt: skip


HELD_OUT: tuple[Callable[[], PlacePlan], ...] = (held_out_cross, held_out_tee, held_out_street, held_out_arterial)
"""Each makes the plan of the place of its name."""
