"""Car parks beside a street: rows of spots at right angles to two aisles; the world ``parking_lot`` and its kin."""

from dataclasses import dataclass

import numpy as np

from roadside.types.road import LaneKind
from simulation.types.world import Ground, GroundArea, ParkingSpot
from simulation.worlds.parking_bays import BayRow, spot_ground, spot_paint, spot_zones
from simulation.worlds.place import Look, PlacePlan, Watch, pole
from simulation.worlds.street_plan import CrossingPlan, Edge, LanePlan, Node, NodeControl, StreetPlan
from simulation.worlds.terrain import Relief

STREET = ("east_in", "east_out", "west_in", "west_out")
INSIDE = ("lot_in", "drive_north", "aisle_1_east", "aisle_1_west", "aisle_2_east", "aisle_2_west", "loop_north")
"""Edges that the poles of a car park watch."""

WATCH_M = 66.0


@dataclass(frozen=True, slots=True)
class ParkingLot:
    """What a car park consists of; the street runs along y = 0, the way in leads north along x = 0.

    Attributes:
        count: spots of a row.
        spot_m: width and depth of a spot.
        lane_m: width of one direction of an aisle.
        first_row_m: y at which the first row begins.
        street_half_m: half the length of the street.
        street_lane_m, sidewalk_m: widths of the street's lanes and pavements.
    """

    count: int = 14
    spot_m: tuple[float, float] = (2.5, 5.0)
    lane_m: float = 3.1
    first_row_m: float = 15.0
    street_half_m: float = 90.0
    street_lane_m: float = 3.4
    sidewalk_m: float = 2.4

    @property
    def rows_from_m(self) -> float:
        """X at which the rows begin."""
        return self.lane_m + 2.0

    @property
    def rows_to_m(self) -> float:
        """X at which the rows end."""
        return self.rows_from_m + self.count * self.spot_m[0]

    @property
    def aisles_m(self) -> tuple[float, float]:
        """Y of the middles of the two aisles."""
        deep_m = self.spot_m[1]
        first = self.first_row_m + deep_m + self.lane_m
        return first, first + 2 * self.lane_m + 2 * deep_m

    @property
    def loop_m(self) -> float:
        """X of the middle of the way that joins the aisles' far ends."""
        return self.rows_to_m + 2.0 + self.lane_m


def parking_lot_plan(name: str, seed: int, lot: ParkingLot, relief: Relief, look: Look,
                     poles_m: tuple[tuple[float, float], ...] = ()) -> PlacePlan:  # fmt: skip
    """Returns the plan of a car park, with a pole at each of ``poles_m``."""
    spots = lot_spots(lot)
    second_m = lot.aisles_m[1]
    around = np.array([
        [-lot.lane_m - 1.0, lot.first_row_m - 1.0], [lot.loop_m + lot.lane_m + 1.0, lot.first_row_m - 1.0],
        [lot.loop_m + lot.lane_m + 1.0, second_m + lot.lane_m + 1.0], [-lot.lane_m - 1.0, second_m + lot.lane_m + 1.0],
    ])  # fmt: skip
    return PlacePlan(
        name=name,
        seed=seed,
        streets=_streets(lot),
        relief=relief,
        look=look,
        ground=(GroundArea(Ground.WORN_ASPHALT, around), *spot_ground(spots, Ground.PARKING_PAVING)),
        markings=spot_paint(spots),
        props=tuple(pole(x, y, 9.5) for x, y in poles_m),
        parking_spots=spots,
        zones=spot_zones(spots),
        watches=tuple(Watch(pole_m, edges, WATCH_M) for pole_m in poles_m for edges in (STREET, INSIDE)),
        street_half_width_m=5.0,
    )


def lot_spots(lot: ParkingLot) -> tuple[ParkingSpot, ...]:
    """Returns the spots: row ``a`` south and ``b`` north of the first aisle, ``c`` south of the second."""
    wide_m, deep_m = lot.spot_m
    first_m, second_m = lot.aisles_m
    beside_m = lot.lane_m + deep_m / 2
    rows = (
        ("a", first_m - beside_m, -np.pi / 2, "aisle_1_east_0"),
        ("b", first_m + beside_m, np.pi / 2, "aisle_1_west_0"),
        ("c", second_m - beside_m, -np.pi / 2, "aisle_2_east_0"),
    )
    return tuple(
        spot
        for prefix, y, heading_rad, lane_id in rows
        for spot in BayRow(prefix, (lot.rows_from_m + wide_m / 2, y), (wide_m, 0.0), lot.count, heading_rad, deep_m,
                           wide_m, lane_id).spots()
    )  # fmt: skip


def _streets(lot: ParkingLot) -> StreetPlan:
    """Returns street, way in and aisles; each pair of nodes is joined both ways."""
    first_m, second_m = lot.aisles_m
    places = {
        "west_end": (-lot.street_half_m, 0.0), "entrance": (0.0, 0.0), "east_end": (lot.street_half_m, 0.0),
        "gate": (0.0, first_m), "top": (0.0, second_m), "far_1": (lot.loop_m, first_m), "far_2": (lot.loop_m, second_m),
    }  # fmt: skip
    street = (LanePlan(LaneKind.SIDEWALK, lot.sidewalk_m), LanePlan(LaneKind.DRIVING, lot.street_lane_m))
    aisle = (LanePlan(LaneKind.DRIVING, lot.lane_m),)
    ways = (
        ("west_end", "entrance", "west_in", "west_out", street, 50.0),
        ("east_end", "entrance", "east_in", "east_out", street, 50.0),
        ("entrance", "gate", "lot_in", "lot_out", aisle, 15.0),
        ("gate", "top", "drive_north", "drive_south", aisle, 15.0),
        ("gate", "far_1", "aisle_1_east", "aisle_1_west", aisle, 15.0),
        ("top", "far_2", "aisle_2_east", "aisle_2_west", aisle, 15.0),
        ("far_1", "far_2", "loop_north", "loop_south", aisle, 15.0),
    )
    edges = []
    for first, second, there, back, lanes, speed_kmh in ways:
        line_m = np.array([places[first], places[second]])
        priority = 3 if lanes is street else 1
        edges.append(Edge(there, first, second, line_m, lanes, speed_kmh / 3.6, priority))
        edges.append(Edge(back, second, first, line_m[::-1].copy(), lanes, speed_kmh / 3.6, priority))
    nodes = tuple(Node(name, x, y, NodeControl.PRIORITY, 4.0) for name, (x, y) in places.items())
    return StreetPlan(nodes, tuple(edges), crossings=(CrossingPlan("entrance", ("lot_in", "lot_out"), 3.0),))
