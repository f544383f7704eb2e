"""Colours that follow from an object's number: the same car is the same red in every frame."""

import numpy as np

from roadside.geometry.arrays import FloatArray, IntArray
from roadside.types.road_users import RoadUserClass
from simulation.types.actors import Actors
from simulation.types.bodies import BODY_NUMBER

_CAR_PAINTS = np.array(
    [
        (0.74, 0.74, 0.73),
        (0.70, 0.70, 0.69),
        (0.015, 0.015, 0.018),
        (0.03, 0.032, 0.036),
        (0.42, 0.43, 0.45),
        (0.33, 0.34, 0.36),
        (0.11, 0.115, 0.125),
        (0.20, 0.21, 0.22),
        (0.02, 0.05, 0.16),
        (0.03, 0.12, 0.32),
        (0.36, 0.02, 0.02),
        (0.16, 0.02, 0.03),
        (0.02, 0.09, 0.05),
        (0.45, 0.38, 0.26),
        (0.55, 0.22, 0.02),
        (0.10, 0.30, 0.36),
        (0.16, 0.10, 0.06),
        (0.50, 0.42, 0.03),
    ]
)
_CAR_WEIGHTS = np.array([14, 10, 12, 8, 11, 9, 8, 7, 6, 6, 7, 3, 2, 3, 2, 2, 2, 1], dtype=float)
_LOAD_PAINTS = np.array(
    [
        (0.72, 0.72, 0.70),
        (0.66, 0.66, 0.64),
        (0.08, 0.16, 0.40),
        (0.55, 0.06, 0.04),
        (0.06, 0.26, 0.12),
        (0.62, 0.36, 0.03),
        (0.30, 0.31, 0.33),
        (0.10, 0.30, 0.45),
        (0.60, 0.52, 0.06),
        (0.35, 0.36, 0.30),
    ]
)
_BUS_PAINTS = np.array(
    [
        (0.70, 0.70, 0.68),
        (0.06, 0.20, 0.46),
        (0.55, 0.05, 0.04),
        (0.05, 0.32, 0.16),
        (0.62, 0.42, 0.04),
        (0.30, 0.45, 0.55),
        (0.12, 0.12, 0.14),
        (0.36, 0.10, 0.32),
    ]
)
_CLOTHES = np.array(
    [
        (0.04, 0.04, 0.05),
        (0.10, 0.11, 0.14),
        (0.03, 0.06, 0.16),
        (0.55, 0.55, 0.53),
        (0.30, 0.05, 0.05),
        (0.07, 0.18, 0.10),
        (0.45, 0.30, 0.10),
        (0.25, 0.25, 0.26),
        (0.50, 0.16, 0.22),
        (0.08, 0.28, 0.38),
        (0.62, 0.50, 0.10),
        (0.20, 0.10, 0.24),
        (0.60, 0.24, 0.04),
        (0.42, 0.40, 0.34),
    ]
)
_TROUSERS = np.array(
    [
        (0.03, 0.03, 0.035),
        (0.03, 0.05, 0.11),
        (0.05, 0.08, 0.17),
        (0.10, 0.10, 0.11),
        (0.22, 0.19, 0.14),
        (0.34, 0.31, 0.25),
    ]
)
_SKINS = np.array([(0.52, 0.34, 0.25), (0.44, 0.27, 0.18), (0.58, 0.40, 0.30), (0.24, 0.13, 0.08), (0.12, 0.065, 0.04)])
_TAXI_YELLOW, _BED_GREY = np.array([0.62, 0.44, 0.05]), np.array([0.10, 0.10, 0.10])


def drawn(object_ids: IntArray, salt: int) -> FloatArray:
    """Returns (N,) numbers of 0 to 1 that follow from ids and a salt (SplitMix64's finaliser, Steele et al. 2014)."""
    with np.errstate(over="ignore"):
        z = np.asarray(object_ids).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(
            salt * 0xD1342543DE82EF95 % 2**64
        )
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return np.asarray((z >> np.uint64(11)).astype(np.float64) / 2**53)


def colours_of(actors: Actors) -> FloatArray:
    """Returns (N, 4, 3) linear colours: paint, second paint or clothes or load, skin, trousers."""
    ids, classes, bodies = actors.object_ids, actors.classes, actors.bodies
    people = np.isin(classes, (RoadUserClass.PEDESTRIAN, RoadUserClass.BICYCLE, RoadUserClass.MOTORCYCLE))
    load = np.isin(classes, (RoadUserClass.TRUCK, RoadUserClass.CAR))
    bus, van = classes == RoadUserClass.BUS, classes == RoadUserClass.VAN
    first = _picked(_CAR_PAINTS, ids, 1, _CAR_WEIGHTS)
    first = np.where(bus[:, None], _picked(_BUS_PAINTS, ids, 2), first)
    first = np.where((van & (drawn(ids, 3) < 0.55))[:, None], _CAR_PAINTS[0], first)
    first = np.where((people & (drawn(ids, 4) < 0.5))[:, None], _picked(_CLOTHES, ids, 5), first)
    first = np.where((bodies == BODY_NUMBER["taxi"])[:, None], _TAXI_YELLOW, first)
    second = np.where(load[:, None], _picked(_LOAD_PAINTS, ids, 6), _picked(_BUS_PAINTS, ids, 7))
    second = np.where(
        (people & (bodies != BODY_NUMBER["delivery_scooter"]))[:, None], _picked(_CLOTHES, ids, 8), second
    )
    second = np.where((bodies == BODY_NUMBER["pickup"])[:, None], _BED_GREY, second)
    shade = 0.85 + 0.3 * drawn(ids, 9)[:, None]
    return np.stack([first * shade, second, _picked(_SKINS, ids, 10), _picked(_TROUSERS, ids, 11)], axis=1)


def dirt_of(actors: Actors) -> FloatArray:
    """Returns (N,) how dirty the lower half of every vehicle is; people are clean."""
    wheels = ~np.isin(
        actors.classes, (RoadUserClass.PEDESTRIAN, RoadUserClass.BICYCLE, RoadUserClass.UNKNOWN_UNMOVABLE)
    )
    return np.where(wheels, drawn(actors.object_ids, 12) ** 1.6, 0.0)


def _picked(palette: FloatArray, object_ids: IntArray, salt: int, weights: FloatArray | None = None) -> FloatArray:
    share = np.cumsum(np.ones(len(palette)) if weights is None else weights)
    rows = np.searchsorted(share / share[-1], drawn(object_ids, salt), side="right")
    return np.asarray(palette[np.minimum(rows, len(palette) - 1)])
