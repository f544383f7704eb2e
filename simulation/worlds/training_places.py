"""The places that the detector is trained in."""

from collections.abc import Callable

from simulation.types.world import Ground, GroundArea, Prop, PropKind
from simulation.worlds.lines import evenly, heading_at, length_m, points_at
from simulation.worlds.looks import DENSE_CITY, GARDENS, OLD_TOWN, OPEN_LAND, RETAIL, SUBURB
from simulation.worlds.parking_lot import ParkingLot, parking_lot_plan
from simulation.worlds.parking_street import ParkingStreet, parking_street_plan
from simulation.worlds.place import BusStop, PlacePlan
from simulation.worlds.roundabout_streets import Ring, island, roundabout_streets
from simulation.worlds.star_streets import Arm, CrossSection, star_streets
from simulation.worlds.street_plan import NodeControl
from simulation.worlds.terrain import Relief
from simulation.worlds.through_streets import ThroughStreet, through_streets

RAIL_M = 12.0
"""Length of one piece of a fence in a median."""


def cross_signals() -> PlacePlan:
    """Returns a big skewed junction with signals."""
    wide, narrow = CrossSection(3, 3.25, 2.5, 3.5), CrossSection(2, 3.0, 2.0, 2.5)
    arms = (
        Arm("east", 4.0, 130.0, wide, wide, 60.0, 3),
        Arm("north", 101.0, 110.0, narrow, narrow, 40.0, 2, bend_m=10.0),
        Arm("west", 180.0, 130.0, wide, wide, 60.0, 3),
        Arm("south", 272.0, 110.0, narrow, narrow, 40.0, 2),
    )
    relief = Relief(0.01, -0.004, 0.8, 210.0, 1.9)
    return PlacePlan("cross_signals", 3101, star_streets(arms, NodeControl.SIGNALS, 9.0), relief, DENSE_CITY)


def tee_priority() -> PlacePlan:
    """Returns a T-junction where the side street gives way."""
    main, side = CrossSection(1, 3.5, 1.6, 2.2), CrossSection(1, 3.0, 0.0, 2.0)
    arms = (
        Arm("east", 8.0, 120.0, main, main, 50.0, 3, bend_m=-14.0),
        Arm("west", 183.0, 120.0, main, main, 50.0, 3),
        Arm("south", 262.0, 100.0, side, side, 30.0, 1, bend_m=8.0),
    )
    relief = Relief(0.022, 0.010, 0.7, 160.0, 0.2)
    return PlacePlan("tee_priority", 3102, star_streets(arms, NodeControl.PRIORITY, 6.0), relief, SUBURB)


def skew_town() -> PlacePlan:
    """Returns a narrow skewed junction with signals between old houses."""
    main, side = CrossSection(2, 3.0, 0.0, 2.4), CrossSection(1, 3.1, 1.5, 2.0)
    arms = (
        Arm("east", -9.0, 105.0, main, main, 50.0, 3, bend_m=6.0),
        Arm("north", 71.0, 95.0, side, side, 30.0, 2, bend_m=-9.0),
        Arm("west", 174.0, 105.0, main, main, 50.0, 3),
        Arm("south", 247.0, 95.0, side, side, 30.0, 2),
    )
    relief = Relief(-0.012, 0.016, 0.5, 140.0, 3.0)
    return PlacePlan("skew_town", 3103, star_streets(arms, NodeControl.SIGNALS, 6.0, green_s=15.0), relief, OLD_TOWN)


def tee_signals() -> PlacePlan:
    """Returns a big T-junction with signals and a planted median."""
    main, stem = CrossSection(2, 3.25, 2.2, 3.0, median_m=1.5), CrossSection(2, 3.2, 2.0, 3.0)
    arms = (
        Arm("east", -3.0, 125.0, main, main, 60.0, 3),
        Arm("north", 86.0, 110.0, stem, stem, 50.0, 2, bend_m=12.0),
        Arm("west", 176.0, 125.0, main, main, 60.0, 3, bend_m=-12.0),
    )
    relief = Relief(0.006, 0.020, 0.6, 190.0, 1.0)
    return PlacePlan("tee_signals", 3104, star_streets(arms, NodeControl.SIGNALS, 8.0), relief, RETAIL)


def roundabout() -> PlacePlan:
    """Returns a roundabout with four arms."""
    ring, plain = Ring(), CrossSection(1, 3.5, 0.0, 2.2, median_m=0.6)
    headings = (("east", 5.0, 10.0), ("north", 98.0, 0.0), ("west", 185.0, -8.0), ("south", 268.0, 0.0))
    arms = tuple(Arm(name, heading, 95.0, plain, plain, 50.0, 1, bend) for name, heading, bend in headings)
    return PlacePlan(
        "roundabout", 3105, roundabout_streets(arms, ring), Relief(0.014, 0.008, 0.4, 150.0, 2.4), SUBURB,
        ground=(GroundArea(Ground.GRASS, island(ring)),),
    )  # fmt: skip


def arterial() -> PlacePlan:
    """Returns a curved arterial with bus lanes and stops."""
    street = ThroughStreet(140.0, CrossSection(2, 3.25, 2.0, 3.0), bow_m=24.0, wave_m=5.0, bus_m=3.4)
    return PlacePlan(
        "arterial", 3106, through_streets(street), Relief(0.02, -0.01, 1.1, 180.0, 0.9), DENSE_CITY,
        bus_stops=(BusStop("eastbound", 170.0), BusStop("westbound", 165.0)),
    )  # fmt: skip


def kerb_street() -> PlacePlan:
    """Returns a straight street with bays along both kerbs."""
    street = ParkingStreet(110.0, 3.6, 2.2, (6.0, 2.1), (2.4, 4.8), (8, 12), 8.0)
    return parking_street_plan("kerb_street", 3107, street, Relief(0.026, 0.004, 0.3, 130.0, 1.7), OLD_TOWN)


def car_park() -> PlacePlan:
    """Returns a car park beside a street."""
    lot = ParkingLot(18, (2.6, 5.2), 3.2, 17.0, 100.0)
    return parking_lot_plan("car_park", 3108, lot, Relief(0.01, -0.012, 0.3, 120.0, 0.3), RETAIL)


def residential() -> PlacePlan:
    """Returns a crossroads between gardens, where the right goes first."""
    street = CrossSection(1, 2.9, 0.0, 1.8)
    headings = (("east", 6.0, 6.0), ("north", 88.0, -5.0), ("west", 182.0, 0.0), ("south", 275.0, 7.0))
    arms = tuple(Arm(name, heading, 90.0, street, street, 30.0, 1, bend) for name, heading, bend in headings)
    streets = star_streets(arms, NodeControl.RIGHT_BEFORE_LEFT, 4.5, crossings=False)
    return PlacePlan("residential", 3109, streets, Relief(-0.024, 0.014, 0.4, 120.0, 0.5), GARDENS)


def dual_carriageway() -> PlacePlan:
    """Returns a fast road with two carriageways, hard shoulders and a fence between."""
    section = CrossSection(3, 3.6, 0.0, 0.0, median_m=2.0)
    street = ThroughStreet(170.0, section, bow_m=14.0, shoulder_m=2.8, speed_limit_kmh=100.0)
    axis_m = street.axis_m()
    rails = []
    for along in evenly(axis_m, RAIL_M, RAIL_M / 2, length_m(axis_m) - RAIL_M / 2):
        x, y = points_at(axis_m, float(along))
        rails.append(Prop(PropKind.FENCE, float(x), float(y), heading_at(axis_m, float(along)), RAIL_M))
    return PlacePlan(
        "dual_carriageway", 3110, through_streets(street), Relief(0.026, 0.0, 1.0, 230.0, 2.0), OPEN_LAND,
        margin_m=60.0, props=tuple(rails), street_half_width_m=17.0,
    )  # fmt: skip


TRAINING: tuple[Callable[[], PlacePlan], ...] = (
    cross_signals, tee_priority, skew_town, tee_signals, roundabout, arterial, kerb_street, car_park, residential,
    dual_carriageway,
)  # fmt: skip
"""Each makes the plan of the place of its name."""
