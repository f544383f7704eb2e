"""OpenLABEL object types to our classes.

OpenLABEL leaves types to ontologies. These are the road users of ASAM's own (VehicleCar, HumanPedestrian, ...) and the
words that data sets of roads use, in any case and with any signs between the words.
"""

from typing import Final

from roadside.types.road_users import RoadUserClass

TYPES: Final = {
    "car": RoadUserClass.CAR,
    "van": RoadUserClass.VAN,
    "truck": RoadUserClass.TRUCK,
    "trailer": RoadUserClass.TRUCK,
    "bus": RoadUserClass.BUS,
    "bicycle": RoadUserClass.BICYCLE,
    "bike": RoadUserClass.BICYCLE,
    "cycle": RoadUserClass.BICYCLE,
    "cyclist": RoadUserClass.BICYCLE,
    "motorcycle": RoadUserClass.MOTORCYCLE,
    "motorbike": RoadUserClass.MOTORCYCLE,
    "motorcyclist": RoadUserClass.MOTORCYCLE,
    "tricycle": RoadUserClass.TRICYCLE,
    "pedestrian": RoadUserClass.PEDESTRIAN,
    "person": RoadUserClass.PEDESTRIAN,
    "human": RoadUserClass.PEDESTRIAN,
    "wheelchairuser": RoadUserClass.PEDESTRIAN,
    "vehicle": RoadUserClass.UNKNOWN_MOVABLE,
    "emergency": RoadUserClass.UNKNOWN_MOVABLE,
    "emergencyvehicle": RoadUserClass.UNKNOWN_MOVABLE,
    "construction": RoadUserClass.UNKNOWN_MOVABLE,
    "agricultural": RoadUserClass.UNKNOWN_MOVABLE,
    "animal": RoadUserClass.UNKNOWN_MOVABLE,
    "other": RoadUserClass.UNKNOWN,
    "unknown": RoadUserClass.UNKNOWN,
}
"""By the letters of the type alone, in lower case, without a leading word of ``GROUPS``."""

GROUPS: Final = ("roaduser", "vehicle", "human")


def class_of(type_name: str) -> tuple[RoadUserClass, bool]:
    """Returns the class of a type, and whether the type is a known one; others are ``UNKNOWN``."""
    word = "".join(letter for letter in type_name.lower() if letter.isalpha())
    for group in GROUPS:
        if word not in TYPES:
            word = word.removeprefix(group)
    return TYPES.get(word, RoadUserClass.UNKNOWN), word in TYPES
