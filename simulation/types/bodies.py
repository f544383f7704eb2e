"""The bodies that road users and things on the road come in: what is drawn, what a radar sees, what room it takes."""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import FloatArray, IntArray
from roadside.types.road_users import RoadUserClass


@dataclass(frozen=True, slots=True)
class Body:
    """One shape with its outer extent, mirrors left out.

    Attributes:
        name: unique among the bodies.
        road_user_class: what it is; ``UNKNOWN_UNMOVABLE`` for things that lie or stand on the road.
        length_m, width_m, height_m: of the drawn shape, rider or load included.
    """

    name: str
    road_user_class: RoadUserClass
    length_m: float
    width_m: float
    height_m: float


_CAR, _VAN, _TRUCK, _BUS = RoadUserClass.CAR, RoadUserClass.VAN, RoadUserClass.TRUCK, RoadUserClass.BUS
_MOTORCYCLE, _BICYCLE, _PEDESTRIAN = RoadUserClass.MOTORCYCLE, RoadUserClass.BICYCLE, RoadUserClass.PEDESTRIAN
_THING = RoadUserClass.UNKNOWN_UNMOVABLE

BODIES: tuple[Body, ...] = (
    Body("sedan", _CAR, 4.70, 1.82, 1.46),
    Body("hatchback", _CAR, 4.05, 1.76, 1.50),
    Body("estate", _CAR, 4.75, 1.84, 1.51),
    Body("suv", _CAR, 4.65, 1.92, 1.72),
    Body("city_car", _CAR, 3.55, 1.64, 1.52),
    Body("taxi", _CAR, 4.70, 1.82, 1.62),
    Body("pickup", _CAR, 5.25, 1.92, 1.82),
    Body("panel_van", _VAN, 5.90, 2.05, 2.55),
    Body("minibus", _VAN, 5.60, 1.98, 2.30),
    Body("small_van", _VAN, 4.50, 1.86, 1.86),
    Body("box_truck", _TRUCK, 8.20, 2.48, 3.45),
    Body("tanker", _TRUCK, 9.50, 2.50, 3.50),
    Body("tipper", _TRUCK, 7.80, 2.50, 3.10),
    Body("flatbed", _TRUCK, 9.00, 2.48, 2.90),
    Body("city_bus", _BUS, 12.0, 2.55, 3.10),
    Body("coach", _BUS, 12.6, 2.55, 3.55),
    Body("midibus", _BUS, 8.60, 2.35, 2.95),
    Body("motorcycle", _MOTORCYCLE, 2.20, 0.85, 1.62),
    Body("scooter", _MOTORCYCLE, 1.85, 0.75, 1.62),
    Body("delivery_scooter", _MOTORCYCLE, 1.95, 0.75, 1.66),
    Body("bicycle", _BICYCLE, 1.75, 0.62, 1.75),
    Body("city_bicycle", _BICYCLE, 1.80, 0.64, 1.82),
    Body("adult", _PEDESTRIAN, 0.50, 0.55, 1.75),
    Body("tall_adult", _PEDESTRIAN, 0.55, 0.58, 1.86),
    Body("child", _PEDESTRIAN, 0.38, 0.40, 1.25),
    Body("adult_with_bag", _PEDESTRIAN, 0.62, 0.60, 1.72),
    Body("adult_with_umbrella", _PEDESTRIAN, 1.00, 1.00, 2.05),
    Body("cone", _THING, 0.38, 0.38, 0.75),
    Body("carton", _THING, 0.80, 0.60, 0.60),
    Body("timber", _THING, 2.40, 0.50, 0.30),
    Body("tyre", _THING, 0.70, 0.70, 0.26),
    Body("barrier", _THING, 0.40, 1.60, 1.00),
)
"""Row *i* of every table below, and every body number in ``Actors``, is this list's entry *i*."""

BODY_NUMBER: dict[str, int] = {body.name: number for number, body in enumerate(BODIES)}

CLASS_OF_BODY: IntArray = np.array([body.road_user_class for body in BODIES], dtype=np.int64)
"""(B,) ``RoadUserClass`` numbers."""

SIZE_OF_BODY_M: FloatArray = np.array([(body.length_m, body.width_m, body.height_m) for body in BODIES])
"""(B, 3) length, width, height."""


def bodies_of(road_user_class: RoadUserClass) -> tuple[int, ...]:
    """Returns the numbers of all bodies of a class."""
    return tuple(number for number, body in enumerate(BODIES) if body.road_user_class == road_user_class)
