"""Everything that moves or lies on the road of a simulated world, at one instant."""

from dataclasses import dataclass
from enum import IntFlag

import numpy as np

from roadside.geometry.arrays import BoolArray, Column, FloatArray, IntArray, freeze_columns
from simulation.types.bodies import CLASS_OF_BODY, SIZE_OF_BODY_M


class Lights(IntFlag):
    """Which lamps of a vehicle are on."""

    NONE = 0
    HEAD = 1
    BRAKE = 2
    LEFT = 4
    RIGHT = 8
    HAZARD = 12


ACTOR_COLUMNS: tuple[Column, ...] = (
    ("object_ids", (), np.int64),
    ("bodies", (), np.int64),
    ("position_m", (3,), np.float64),
    ("velocity_mps", (2,), np.float64),
    ("heading_rad", (), np.float64),
    ("travelled_m", (), np.float64),
    ("lights", (), np.int64),
)
"""Name, shape of one row and element type of every column of ``Actors``, in constructor order."""


@dataclass(frozen=True, slots=True, eq=False)
class Actors:
    """N road users and things at one instant, in the site frame.

    Attributes:
        object_ids: (N,) positive, the same number for the same one throughout; looks follow from it.
        bodies: (N,) numbers of ``BODIES``.
        position_m: (N, 3) centre of the footprint on the road's surface.
        velocity_mps: (N, 2) east and north, of that centre.
        heading_rad: (N,) where it faces, counter-clockwise from east.
        travelled_m: (N,) way since it appeared: turns wheels and moves legs.
        lights: (N,) ``Lights`` flags.
    """

    object_ids: IntArray
    bodies: IntArray
    position_m: FloatArray
    velocity_mps: FloatArray
    heading_rad: FloatArray
    travelled_m: FloatArray
    lights: IntArray

    def __post_init__(self) -> None:
        freeze_columns(self, ACTOR_COLUMNS, len(self.object_ids))

    def __len__(self) -> int:
        return len(self.object_ids)

    @property
    def classes(self) -> IntArray:
        """(N,) ``RoadUserClass`` numbers."""
        return np.asarray(CLASS_OF_BODY[self.bodies])

    @property
    def size_m(self) -> FloatArray:
        """(N, 3) length, width, height."""
        return np.asarray(SIZE_OF_BODY_M[self.bodies])

    def select(self, rows: BoolArray | IntArray) -> "Actors":
        """Returns the rows that a mask or an index array names."""
        return Actors(*(getattr(self, name)[rows] for name, _, _ in ACTOR_COLUMNS))
