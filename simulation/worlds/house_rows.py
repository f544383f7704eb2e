"""Houses along the streets: prisms of varied plans and heights, set back from the pavement."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from shapely import Polygon

from roadside.geometry.arrays import FloatArray
from simulation.types.world import Building, Facade
from simulation.worlds.frontages import Frontage
from simulation.worlds.lines import length_m
from simulation.worlds.open_ground import OpenGround


@dataclass(frozen=True, slots=True)
class HouseStyle:
    """How a quarter is built.

    Attributes:
        facades: to draw from.
        setback_m: least and greatest distance behind the pavement.
        front_m: least and greatest length along the street.
        depth_m: least and greatest depth.
        storeys: least and greatest number of storeys.
        gap_m: least and greatest distance between neighbours.
        density: share of the plots that are built on.
    """

    facades: tuple[Facade, ...]
    setback_m: tuple[float, float] = (3.0, 7.0)
    front_m: tuple[float, float] = (10.0, 24.0)
    depth_m: tuple[float, float] = (9.0, 16.0)
    storeys: tuple[int, int] = (2, 6)
    gap_m: tuple[float, float] = (1.5, 9.0)
    density: float = 0.85


STOREY_M = 3.1

KEPT_OFF_M, BACK_APART_M = 1.0, 5.0
"""Houses stand at least this far from everything else: along the streets, and behind."""

PLOT_M2 = 900.0
"""Behind the first rows a house is tried for each such area."""


def house_rows(sides: Sequence[Frontage], style: HouseStyle, ground: OpenGround,
               rng: np.random.Generator) -> Iterator[Building]:  # fmt: skip
    """Yields houses along every side of the streets, where there is room."""
    for side in sides:
        along = float(rng.uniform(0.0, 6.0))
        while along < length_m(side.border_m) - 6.0:
            front_m = float(rng.uniform(*style.front_m))
            house = _house(side, along, front_m, style, rng)
            if rng.random() < style.density and ground.take(Polygon(house.polygon_m), KEPT_OFF_M):
                yield house
                along += front_m + float(rng.uniform(*style.gap_m))
            else:
                along += 0.4 * front_m


def back_houses(sides: Sequence[Frontage], extent_m: FloatArray, style: HouseStyle, ground: OpenGround,
                rng: np.random.Generator) -> Iterator[Building]:  # fmt: skip
    """Yields houses behind the first rows, in line with the street that is nearest."""
    west, south, east, north = extent_m
    places = [side.place(length_m(side.border_m) / 2, 0.0) for side in sides]
    for x, y in rng.uniform((west, south), (east, north), (int((east - west) * (north - south) / PLOT_M2), 2)):
        nearest = min(places, key=lambda place: float(np.hypot(place[0][0] - x, place[0][1] - y)))
        house = _house_at(np.array([x, y]), nearest[1], float(rng.uniform(*style.front_m)), style, rng)
        if rng.random() < style.density and ground.take(Polygon(house.polygon_m), BACK_APART_M):
            yield house


def _house(side: Frontage, along_m: float, front_m: float, style: HouseStyle, rng: np.random.Generator) -> Building:
    middle_m = min(along_m + front_m / 2, length_m(side.border_m))
    place_m, facing_rad = side.place(middle_m, float(rng.uniform(*style.setback_m)))
    return _house_at(place_m, facing_rad, front_m, style, rng)


def _house_at(place_m: FloatArray, facing_rad: float, front_m: float, style: HouseStyle,
              rng: np.random.Generator) -> Building:  # fmt: skip
    """Returns a house whose front's middle is at a place."""
    depth_m = float(rng.uniform(*style.depth_m))
    plan = _plan(front_m, depth_m, int(rng.integers(4)), float(rng.uniform(0.35, 0.65)))
    facing = np.array([np.cos(facing_rad), np.sin(facing_rad)])
    beside = np.array([-facing[1], facing[0]])
    polygon_m = place_m + plan @ np.stack([beside, facing])
    storeys = int(rng.integers(style.storeys[0], style.storeys[1] + 1))
    facade = style.facades[int(rng.integers(len(style.facades)))]
    return Building(facade, polygon_m, round(storeys * STOREY_M + float(rng.uniform(0.6, 2.4)), 2))


def _plan(front_m: float, depth_m: float, form: int, share: float) -> FloatArray:
    """Returns (K, 2) corners clockwise, x along the front and y towards the street; the front lies on y = 0."""
    half = front_m / 2
    if form == 0:  # a wing to the back
        inner = half - share * front_m
        return np.array([[-half, 0], [half, 0], [half, -depth_m], [inner, -depth_m], [inner, -0.55 * depth_m],
                         [-half, -0.55 * depth_m]])  # fmt: skip
    if form == 1:  # its middle stands back
        left, right = -half + 0.3 * front_m, half - 0.3 * front_m
        back = -min(2.0, 0.2 * depth_m)
        return np.array([[-half, 0], [left, 0], [left, back], [right, back], [right, 0], [half, 0],
                         [half, -depth_m], [-half, -depth_m]])  # fmt: skip
    return np.array([[-half, 0], [half, 0], [half, -depth_m], [-half, -depth_m]])
