"""The classes that our network tells apart, in the order of its outputs."""

import numpy as np

from roadside.geometry.arrays import IntArray
from roadside.types.road_users import RoadUserClass

CLASSES: tuple[RoadUserClass, ...] = (
    RoadUserClass.CAR,
    RoadUserClass.VAN,
    RoadUserClass.TRUCK,
    RoadUserClass.BUS,
    RoadUserClass.MOTORCYCLE,
    RoadUserClass.BICYCLE,
    RoadUserClass.PEDESTRIAN,
    RoadUserClass.UNKNOWN_UNMOVABLE,
)
"""Output *i* of the network is the score of entry *i*; the last is whatever lies or stands on the road."""

INDEX_OF_CLASS: IntArray = np.full(len(RoadUserClass), -1, dtype=np.int64)
"""Row *c*: the network's output of ``RoadUserClass(c)``, -1 where it has none."""
INDEX_OF_CLASS[list(CLASSES)] = np.arange(len(CLASSES))
INDEX_OF_CLASS.setflags(write=False)

CALLED_CAR: tuple[int, ...] = tuple(int(INDEX_OF_CLASS[entry]) for entry in (RoadUserClass.CAR, RoadUserClass.VAN))
"""Outputs of the classes that photographs' labels call a car."""
UNTOLD = int(INDEX_OF_CLASS[RoadUserClass.UNKNOWN_UNMOVABLE])
"""The output that photographs' labels say nothing of."""
