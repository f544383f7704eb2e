"""The worlds ``parking_street`` and ``parking_lot``: the places of the parking scenes."""

from simulation.types.world import Facade, TreeKind
from simulation.worlds.greenery import GreenStyle
from simulation.worlds.house_rows import HouseStyle
from simulation.worlds.lane_paint import CHINESE, PLAIN
from simulation.worlds.parking_lot import ParkingLot, parking_lot_plan
from simulation.worlds.parking_street import ParkingStreet, parking_street_plan
from simulation.worlds.place import Look, PlacePlan
from simulation.worlds.terrain import Relief

STREET_POLE_M = (0.0, -10.2)
"""Behind the south pavement, in the middle of the street."""

LOT_POLES_M = ((-5.2, 12.6), (50.0, 46.0))
"""At the south-west corner, beside the way in, and at the north-east corner."""


def parking_street_place() -> PlacePlan:
    """Returns the plan of the street: 24 bays, a fire lane, room to stand in the second row."""
    houses = HouseStyle((Facade.SHOPS, Facade.PLASTER, Facade.BRICK), (2.6, 5.0), (12.0, 24.0), storeys=(3, 6))
    return parking_street_plan("parking_street", 2301, ParkingStreet(), Relief(0.006, -0.004, 0.4, 150.0, 0.4),
                               Look(PLAIN, houses), (STREET_POLE_M,))  # fmt: skip


def parking_lot_place() -> PlacePlan:
    """Returns the plan of the car park: 42 spots in three rows."""
    look = Look(CHINESE, HouseStyle((Facade.OFFICE, Facade.SHOPS, Facade.INDUSTRIAL), (4.0, 12.0), (16.0, 34.0)),
                GreenStyle((TreeKind.COLUMN,), 10.0, 0.3), fences=0.5, hedges=0.5)  # fmt: skip
    return parking_lot_plan("parking_lot", 2401, ParkingLot(), Relief(-0.008, 0.006, 0.3, 140.0, 1.1), look,
                            LOT_POLES_M)  # fmt: skip
