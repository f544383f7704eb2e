"""What kinds of road user there are, and how big each kind is."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from roadside.geometry.arrays import FloatArray, IntArray, frozen


class RoadUserClass(IntEnum):
    """Class of a road user; the numbers are those of the Chinese day-2 message SSM (detectedPTCType)."""

    UNKNOWN = 0
    UNKNOWN_MOVABLE = 1
    UNKNOWN_UNMOVABLE = 2
    CAR = 3
    VAN = 4
    TRUCK = 5
    BUS = 6
    BICYCLE = 7
    MOTORCYCLE = 8
    TRICYCLE = 9
    PEDESTRIAN = 10

    @property
    def label(self) -> str:
        """The class in the words of manifests, tables and JSON: ``"car"``."""
        return self.name.lower()


@dataclass(frozen=True, slots=True, eq=False)
class SizePriors:
    """Expected extent of each class. Row *i* belongs to ``RoadUserClass(i)``.

    Attributes:
        mean_m: (11, 3) length, width, height.
        sigma_m: (11, 3) standard deviation within the class.
    """

    mean_m: FloatArray
    sigma_m: FloatArray

    def __post_init__(self) -> None:
        wanted = (len(RoadUserClass), 3)
        object.__setattr__(self, "mean_m", frozen(self.mean_m, "SizePriors.mean_m", wanted))
        object.__setattr__(self, "sigma_m", frozen(self.sigma_m, "SizePriors.sigma_m", wanted))

    def of(self, classes: IntArray) -> tuple[FloatArray, FloatArray]:
        """Returns (N, 3) means and (N, 3) sigmas of N classes."""
        return self.mean_m[classes], self.sigma_m[classes]


DEFAULT_SIZES = SizePriors(
    # Means follow the SUMO vehicle-class defaults (https://sumo.dlr.de/docs/Vehicle_Type_Parameter_Defaults.html)
    # and the mirrors and loads seen on real roads; the unknown classes are as wide as the whole range.
    mean_m=np.array(
        [
            [3.0, 1.5, 1.6],  # unknown
            [3.0, 1.5, 1.6],  # unknown movable
            [1.0, 1.0, 0.8],  # unknown unmovable
            [4.5, 1.82, 1.52],  # car
            [5.9, 2.05, 2.5],  # van
            [9.0, 2.5, 3.5],  # truck
            [12.0, 2.55, 3.15],  # bus
            [1.75, 0.6, 1.75],  # bicycle and rider
            [2.2, 0.8, 1.6],  # motorcycle and rider
            [2.8, 1.3, 1.7],  # tricycle
            [0.5, 0.5, 1.72],  # pedestrian
        ]
    ),
    sigma_m=np.array(
        [
            [2.0, 0.7, 0.6],
            [2.0, 0.7, 0.6],
            [0.7, 0.5, 0.5],
            [0.4, 0.08, 0.12],
            [0.6, 0.1, 0.25],
            [1.8, 0.12, 0.4],
            [1.2, 0.08, 0.15],
            [0.15, 0.12, 0.12],
            [0.2, 0.12, 0.12],
            [0.4, 0.2, 0.2],
            [0.12, 0.12, 0.12],
        ]
    ),
)
