"""One street that runs through a place without a junction: arterials with bus stops, dual carriageways."""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import FloatArray
from roadside.types.road import LaneKind
from simulation.worlds.lines import beside
from simulation.worlds.star_streets import CrossSection
from simulation.worlds.street_plan import Edge, LanePlan, Node, StreetPlan


@dataclass(frozen=True, slots=True)
class ThroughStreet:
    """A street from west to east.

    Attributes:
        half_length_m: from its middle to its ends.
        section: of each direction.
        bow_m: how far its middle lies north of the line between its ends.
        wave_m: height of an S on top of that.
        bus_m: width of a bus lane beside the kerb; 0 for none.
        shoulder_m: width of a hard shoulder; 0 for none.
        speed_limit_kmh: of both directions.
    """

    half_length_m: float
    section: CrossSection
    bow_m: float = 0.0
    wave_m: float = 0.0
    bus_m: float = 0.0
    shoulder_m: float = 0.0
    speed_limit_kmh: float = 50.0

    def axis_m(self) -> FloatArray:
        """Returns the (K, 2) middle line, a point every 6 m."""
        x = np.linspace(-self.half_length_m, self.half_length_m, int(self.half_length_m / 3))
        share = x / self.half_length_m
        return np.stack([x, self.bow_m * (1 - share**2) + self.wave_m * np.sin(np.pi * share)], axis=-1)


def through_streets(street: ThroughStreet) -> StreetPlan:
    """Returns the plan: the edges ``eastbound`` and ``westbound``."""
    axis_m = street.axis_m()
    lanes = list(street.section.lanes())
    first = next(index for index, lane in enumerate(lanes) if lane.kind is LaneKind.DRIVING)
    if street.bus_m:
        lanes.insert(first, LanePlan(LaneKind.BUS, street.bus_m))
    if street.shoulder_m:
        lanes.insert(0, LanePlan(LaneKind.EMERGENCY, street.shoulder_m))
    (west_x, west_y), (east_x, east_y) = axis_m[0], axis_m[-1]
    speed_mps, apart_m = street.speed_limit_kmh / 3.6, street.section.median_m
    return StreetPlan(
        nodes=(Node("west_end", float(west_x), float(west_y)), Node("east_end", float(east_x), float(east_y))),
        edges=(
            Edge("eastbound", "west_end", "east_end", beside(axis_m, -apart_m), tuple(lanes), speed_mps),
            Edge("westbound", "east_end", "west_end", beside(axis_m, apart_m)[::-1].copy(), tuple(lanes), speed_mps),
        ),
    )
