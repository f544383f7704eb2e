"""Rows of parking spots: the spots, their zones, their painted lines and what they are paved with."""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import FloatArray
from roadside.types.road import ZoneKind
from simulation.types.world import Ground, GroundArea, Marking, Paint, ParkingSpot
from simulation.worlds.lines import box, strip

LINE_M = 0.12


@dataclass(frozen=True, slots=True, eq=False)
class BayRow:
    """Spots side by side, or one behind the other.

    Attributes:
        prefix: spots are called ``<prefix>01``, ``<prefix>02``, ...
        first_m: (2,) middle of the first.
        step_m: (2,) from one middle to the next.
        count: how many.
        heading_rad: where a vehicle that parked forwards faces.
        length_m, width_m: of one spot.
        lane_id: the lane from which they are reached.
    """

    prefix: str
    first_m: tuple[float, float]
    step_m: tuple[float, float]
    count: int
    heading_rad: float
    length_m: float
    width_m: float
    lane_id: str

    def spots(self) -> tuple[ParkingSpot, ...]:
        """Returns the spots."""
        first_m, step_m = np.array(self.first_m), np.array(self.step_m)
        return tuple(
            ParkingSpot(f"{self.prefix}{number + 1:02d}", first_m + number * step_m, self.heading_rad, self.length_m,
                        self.width_m, self.lane_id)
            for number in range(self.count)
        )  # fmt: skip


def spot_polygon(spot: ParkingSpot) -> FloatArray:
    """Returns the (4, 2) corners of a spot."""
    return box(spot.centre_m, spot.heading_rad, spot.length_m, spot.width_m)


def spot_zones(spots: tuple[ParkingSpot, ...]) -> tuple[tuple[str, ZoneKind, FloatArray], ...]:
    """Returns the spots as areas of the road map."""
    return tuple((spot.spot_id, ZoneKind.PARKING_SPOT, spot_polygon(spot)) for spot in spots)


def spot_ground(spots: tuple[ParkingSpot, ...], ground: Ground) -> tuple[GroundArea, ...]:
    """Returns what the spots are paved with."""
    return tuple(GroundArea(ground, spot_polygon(spot)) for spot in spots)


def spot_paint(spots: tuple[ParkingSpot, ...], paint: Paint = Paint.WHITE) -> tuple[Marking, ...]:
    """Returns the border of every spot; that of a spot at right angles is open where vehicles drive in."""
    return tuple(Marking(paint, side) for spot in spots for side in _sides(spot))


def _sides(spot: ParkingSpot) -> list[FloatArray]:
    corners = spot_polygon(spot)
    front_right, front_left, back_left, back_right = corners
    # Vehicles reach a spot along the kerb over its long side, one at right angles over its back.
    lines = [(front_right, back_right), (front_left, back_left), (front_left, front_right)]
    if _lies_along_its_lane(spot):
        lines.append((back_left, back_right))
    return [strip(np.array(line), LINE_M / 2, -LINE_M / 2) for line in lines]


def _lies_along_its_lane(spot: ParkingSpot) -> bool:
    """Returns whether a spot is one behind the next: those are longer."""
    return spot.length_m > PARALLEL_FROM_M


PARALLEL_FROM_M = 5.5
"""Spots at right angles are 5.0 to 5.3 m long, spots along the kerb 5.7 to 6.7 m (EAR 05, GB 50067)."""
