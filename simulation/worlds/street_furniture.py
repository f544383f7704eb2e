"""Lamps, signs, bins, benches, bollards, fences and shelters along the streets."""

from collections.abc import Iterator, Sequence

import numpy as np

from simulation.types.world import Prop, PropKind
from simulation.worlds.frontages import Frontage
from simulation.worlds.lines import box, evenly, length_m
from simulation.worlds.open_ground import OpenGround

LAMP_STEP_M = 30.0
LAMP_BEHIND_M = 0.6
LAMP_HEIGHT_M = 8.0

SMALL_THINGS: tuple[tuple[PropKind, float, float, float], ...] = (
    (PropKind.LITTER_BIN, 0.45, 0.3, 55.0),
    (PropKind.BENCH, 1.6, 1.0, 80.0),
    (PropKind.CABINET, 0.9, 0.6, 95.0),
    (PropKind.TRAFFIC_SIGN, 0.5, 0.15, 60.0),
    (PropKind.BILLBOARD, 3.4, 2.0, 190.0),
)
"""Kind, how far behind the pavement, radius of its footprint, and about how far from one to the next."""

BOLLARD_STEP_M = 1.5

SHELTER_M = (4.2, 1.6)
"""Length and depth."""


def lamps(sides: Sequence[Frontage], ground: OpenGround) -> Iterator[Prop]:
    """Yields a lamp about every 30 m of every side, its arm towards the street."""
    for side in sides:
        reach_m = length_m(side.border_m)
        for along in evenly(side.border_m, LAMP_STEP_M, min(6.0, reach_m / 2), reach_m - min(6.0, reach_m / 2)):
            (x, y), facing_rad = side.place(float(along), LAMP_BEHIND_M)
            if ground.take_disc(x, y, 0.2, apart_m=8.0):
                yield Prop(PropKind.LAMP, float(x), float(y), facing_rad, LAMP_HEIGHT_M)


def small_things(sides: Sequence[Frontage], ground: OpenGround, rng: np.random.Generator) -> Iterator[Prop]:
    """Yields what else stands along the pavements, here and there."""
    for side in sides:
        for kind, behind_m, radius_m, step_m in SMALL_THINGS:
            along = rng.uniform(0.2, 1.0) * step_m
            while along < length_m(side.border_m) - 3.0:
                (x, y), facing_rad = side.place(along, behind_m)
                if ground.take_disc(x, y, radius_m, apart_m=0.6):
                    yield Prop(kind, float(x), float(y), _facing(kind, facing_rad), 0.0)
                along += rng.uniform(0.7, 1.4) * step_m


def _facing(kind: PropKind, facing_rad: float) -> float:
    """Returns the heading of a thing: signs and billboards face the traffic that comes along, not the street."""
    turned = kind in (PropKind.TRAFFIC_SIGN, PropKind.BILLBOARD)
    # The street runs a quarter to the right of where a frontage faces; its traffic is met by looking back.
    return float((facing_rad + np.pi / 2 + np.pi) % (2 * np.pi) - np.pi) if turned else facing_rad


def fences(sides: Sequence[Frontage], ground: OpenGround, rng: np.random.Generator, share: float) -> Iterator[Prop]:
    """Yields garden fences along a share of the plots, 3 m behind the pavement."""
    for side in sides:
        along = rng.uniform(2.0, 12.0)
        while along < length_m(side.border_m) - 12.0:
            long_m = float(rng.uniform(6.0, 14.0))
            (x, y), facing_rad = side.place(along + long_m / 2, 3.0)
            heading = facing_rad + np.pi / 2
            if rng.random() < share and ground.take_polygon(box(np.array([x, y]), heading, long_m, 0.3), 0.3):
                yield Prop(PropKind.FENCE, float(x), float(y), heading, long_m)
            along += long_m + rng.uniform(1.0, 14.0)


def bus_stop(side: Frontage, along_m: float, ground: OpenGround) -> tuple[Prop, ...]:
    """Returns the shelter and the sign of a stop, where there is room for them."""
    (x, y), facing_rad = side.place(along_m, SHELTER_M[1] / 2 + 0.3)
    if not ground.take_polygon(box(np.array([x, y]), facing_rad, SHELTER_M[1], SHELTER_M[0]), 0.2):
        return ()
    (sign_x, sign_y), sign_rad = side.place(along_m + SHELTER_M[0] / 2 + 1.6, 0.5)
    ground.take_disc(sign_x, sign_y, 0.2)
    return (
        Prop(PropKind.BUS_SHELTER, float(x), float(y), facing_rad),
        Prop(PropKind.BUS_SIGN, float(sign_x), float(sign_y), sign_rad),
    )


def bollards(sides: Sequence[Frontage], ground: OpenGround, rng: np.random.Generator) -> Iterator[Prop]:
    """Yields a row of bollards here and there, right behind the pavement."""
    for side in sides:
        along = float(rng.uniform(5.0, 45.0))
        while along < length_m(side.border_m) - 12.0:
            for step in range(int(rng.integers(4, 9))):
                (x, y), facing_rad = side.place(along + step * BOLLARD_STEP_M, 0.35)
                if ground.take_disc(x, y, 0.12, apart_m=0.3):
                    yield Prop(PropKind.BOLLARD, float(x), float(y), facing_rad)
            along += float(rng.uniform(40.0, 90.0))
