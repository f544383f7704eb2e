"""The world ``junction``: a junction with signals, a bus stop, a fire station and a loading bay."""

import numpy as np

from roadside.geometry.arrays import FloatArray
from roadside.types.road import ZoneKind
from simulation.types.world import Building, Facade, Ground, GroundArea, Marking, Paint
from simulation.worlds.house_rows import HouseStyle
from simulation.worlds.junction_streets import junction_streets
from simulation.worlds.lane_paint import CHINESE
from simulation.worlds.place import BusStop, Look, PlacePlan, Watch, pole
from simulation.worlds.symbol_paint import bordered_box, hatched_box
from simulation.worlds.terrain import Relief

POLE_M = (-16.6, -16.2)
"""Behind the pavement of the south-west corner: it looks across the junction into the east and the north arm."""

WATCH_M = 125.0

FIRE_LANE_M = (46.0, 64.0)
"""Along the east arm's way out, before the fire station; its right lane and the bicycle lane are kept free."""

NO_STOPPING_M = (24.0, 42.0)
"""Along the north arm's way out, before the loading bay."""

LOADING_BOX_M = (52.0, 88.0)
"""Along the north arm, the marked part of its bay."""


def junction_place() -> PlacePlan:
    """Returns the plan of the world."""
    fire_lane = _rectangle(FIRE_LANE_M, (-10.1, -4.85))
    no_stopping = _rectangle((1.5 + 0.0, 6.75), NO_STOPPING_M)
    loading = _rectangle((4.80, 7.20), LOADING_BOX_M)
    return PlacePlan(
        name="junction",
        seed=2101,
        streets=junction_streets(),
        relief=Relief(0.004, -0.006, 0.55, 190.0, 0.7),
        look=Look(CHINESE, HouseStyle((Facade.PLASTER, Facade.BRICK, Facade.OFFICE, Facade.SHOPS))),
        margin_m=30.0,
        ground=(GroundArea(Ground.CONCRETE, _rectangle((47.5, 62.5), (-19.9, -13.1))),),
        markings=(
            *hatched_box(Paint.RED, fire_lane, 2.2, 0.18, crossed=True),
            *hatched_box(Paint.YELLOW, no_stopping, 3.0, 0.15, crossed=True),
            *bordered_box(Paint.WHITE, loading, 0.12, 1.0, 0.8),
            *_bus_bay(),
        ),
        buildings=(Building(Facade.BRICK, _rectangle((45.0, 65.0), (-34.0, -20.0)), 8.5),),
        props=(pole(*POLE_M, 9.0),),
        zones=(
            ("fire_lane", ZoneKind.FIRE_LANE, fire_lane),
            ("north_no_stopping", ZoneKind.NO_STOPPING, no_stopping),
        ),
        watches=(
            Watch(POLE_M, ("east_in", "east_sort", "east_approach", "east_out"), WATCH_M),
            Watch(POLE_M, ("north_in", "north_sort", "north_approach", "north_out", "north_bay", "north_end"), WATCH_M),
        ),
        bus_stops=(BusStop("east_approach", 60.0), BusStop("west_out", 70.0)),
        street_half_width_m=14.0,
    )


def _bus_bay() -> list[Marking]:
    """Returns the box on the bus lane before the shelter."""
    return bordered_box(Paint.YELLOW, _rectangle((116.0, 134.0), (8.3, 11.2)), 0.15, 1.0, 0.6)


def _rectangle(east_m: tuple[float, float], north_m: tuple[float, float]) -> FloatArray:
    """Returns (4, 2) corners, counter-clockwise."""
    (west, east), (south, north) = east_m, north_m
    return np.array([[west, south], [east, south], [east, north], [west, north]])
