"""Straight streets with bays along both kerbs: the world ``parking_street`` and its kin."""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import FloatArray
from roadside.types.road import LaneKind, ZoneKind
from simulation.types.world import Marking, Paint, ParkingSpot
from simulation.worlds.parking_bays import BayRow, spot_paint, spot_zones
from simulation.worlds.place import Look, PlacePlan, Watch, pole
from simulation.worlds.street_plan import Edge, LanePlan, Node, StreetPlan
from simulation.worlds.symbol_paint import hatched_box
from simulation.worlds.terrain import Relief

KEPT_FREE_M = 16.0
"""Length of the fire lane, east of the north bays, and of the piece without stopping, west of them."""


@dataclass(frozen=True, slots=True)
class ParkingStreet:
    """What a street with bays consists of; it runs from west to east, x = 0 is its middle.

    Attributes:
        half_length_m: from its middle to its ends.
        lane_m: width of one direction: 4.5 m and more leave room beside a vehicle that stands in the second row.
        sidewalk_m: width of the pavements.
        parallel_m: length and width of the bays along the south kerb.
        right_angle_m: width and depth of the bays at right angles to the north kerb.
        counts: number of bays in each half of the south side and of the north side.
        clear_m: half the length of the piece without bays in the middle.
        speed_limit_kmh: of the street.
    """

    half_length_m: float = 120.0
    lane_m: float = 4.8
    sidewalk_m: float = 2.6
    parallel_m: tuple[float, float] = (6.2, 2.2)
    right_angle_m: tuple[float, float] = (2.5, 5.0)
    counts: tuple[int, int] = (6, 6)
    clear_m: float = 10.0
    speed_limit_kmh: float = 30.0

    @property
    def north_kerb_m(self) -> float:
        """Y of the border between the north bays and the pavement."""
        return self.lane_m + self.right_angle_m[1]


def parking_street_plan(name: str, seed: int, street: ParkingStreet, relief: Relief, look: Look,
                        poles_m: tuple[tuple[float, float], ...] = ()) -> PlacePlan:  # fmt: skip
    """Returns the plan of a street with bays, with a pole at each of ``poles_m``."""
    spots = street_spots(street)
    beside_m = street.clear_m + 8.0 + street.counts[1] * street.right_angle_m[0]
    fire_lane = _rectangle(beside_m, beside_m + KEPT_FREE_M, street.lane_m, street.north_kerb_m)
    no_stopping = _rectangle(-beside_m - KEPT_FREE_M, -beside_m, street.lane_m, street.north_kerb_m)
    return PlacePlan(
        name=name,
        seed=seed,
        streets=_streets(street),
        relief=relief,
        look=look,
        markings=(*spot_paint(spots), *_clear_paint(fire_lane, Paint.RED), *_clear_paint(no_stopping, Paint.YELLOW)),
        props=tuple(pole(x, y, 9.0) for x, y in poles_m),
        parking_spots=spots,
        zones=(
            *spot_zones(spots),
            ("fire_lane", ZoneKind.FIRE_LANE, fire_lane),
            ("no_stopping", ZoneKind.NO_STOPPING, no_stopping),
        ),
        watches=tuple(Watch(pole_m, ("eastbound", "westbound"), 80.0) for pole_m in poles_m),
        street_half_width_m=9.0,
    )


def street_spots(street: ParkingStreet) -> tuple[ParkingSpot, ...]:
    """Returns the bays: ``s01`` ... along the south kerb, ``n01`` ... at right angles to the north kerb."""
    length_m, width_m = street.parallel_m
    wide_m, deep_m = street.right_angle_m
    south_y, north_y = -street.lane_m - width_m / 2, street.lane_m + deep_m / 2
    rows = []
    for half, side in enumerate((-1.0, 1.0)):
        for prefix, y, step_m, count, heading_rad, size_m, lane_id in (
            (f"s{half + 1}", south_y, length_m, street.counts[0], 0.0, (length_m, width_m), "eastbound_2"),
            (f"n{half + 1}", north_y, wide_m, street.counts[1], np.pi / 2, (deep_m, wide_m), "westbound_2"),
        ):
            first_m = (side * (street.clear_m + 4.0 + step_m / 2), y)
            rows.append(BayRow(f"{prefix}_", first_m, (side * step_m, 0.0), count, heading_rad, *size_m, lane_id))
    return tuple(spot for row in rows for spot in row.spots())


def _streets(street: ParkingStreet) -> StreetPlan:
    reach_m, speed_mps = street.half_length_m, street.speed_limit_kmh / 3.6
    sidewalk = LanePlan(LaneKind.SIDEWALK, street.sidewalk_m)
    driving = LanePlan(LaneKind.DRIVING, street.lane_m)
    line_m = np.array([[-reach_m, 0.0], [reach_m, 0.0]])
    south, north = LanePlan(None, street.parallel_m[1]), LanePlan(None, street.right_angle_m[1])
    return StreetPlan(
        nodes=(Node("west_end", -reach_m, 0.0), Node("east_end", reach_m, 0.0)),
        edges=(
            Edge("eastbound", "west_end", "east_end", line_m, (sidewalk, south, driving), speed_mps),
            Edge("westbound", "east_end", "west_end", line_m[::-1].copy(), (sidewalk, north, driving), speed_mps),
        ),
    )


def _clear_paint(area: FloatArray, paint: Paint) -> list[Marking]:
    return hatched_box(paint, area, 2.0, 0.15, crossed=paint is Paint.RED)


def _rectangle(west: float, east: float, south: float, north: float) -> FloatArray:
    return np.array([[west, south], [east, south], [east, north], [west, north]])
