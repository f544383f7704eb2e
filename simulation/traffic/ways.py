"""The ways of single objects, one after the other, before they become ``Trajectories``."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from roadside.geometry.arrays import BoolArray, Column, FloatArray, IntArray, freeze_columns
from roadside.geometry.surface import RoadSurface
from simulation.types.trajectories import Trajectories

STEP_S = 0.1
"""From one instant of the truth to the next."""

WAY_COLUMNS: tuple[Column, ...] = (
    ("object_ids", (), np.int64),
    ("instants", (), np.int64),
    ("bodies", (), np.int64),
    ("position_m", (2,), np.float64),
    ("heading_rad", (), np.float64),
    ("travelled_m", (), np.float64),
    ("lights", (), np.int64),
)
"""Name, shape of one row and element type of every column of ``Ways``, in constructor order."""


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """R rows, object by object, each object at consecutive instants.

    Attributes:
        object_ids: (R,) every object's rows lie together.
        instants: (R,) rising by one within an object; negative ones lie before second 0.
        bodies, heading_rad, travelled_m, lights: (R,) as in ``Actors``.
        position_m: (R, 2) centre of the footprint, site frame.
    """

    object_ids: IntArray
    instants: IntArray
    bodies: IntArray
    position_m: FloatArray
    heading_rad: FloatArray
    travelled_m: FloatArray
    lights: IntArray

    def __post_init__(self) -> None:
        freeze_columns(self, WAY_COLUMNS, len(self.object_ids))

    def __len__(self) -> int:
        return len(self.object_ids)

    def select(self, rows: BoolArray | IntArray) -> "Ways":
        """Returns the rows that a mask or an index array names."""
        return Ways(*(getattr(self, name)[rows] for name, _, _ in WAY_COLUMNS))

    def without(self, object_ids: Sequence[int] | IntArray) -> "Ways":
        """Returns the rows of all other objects."""
        unwanted = np.asarray(object_ids, dtype=np.int64)
        return self if len(unwanted) == 0 else self.select(~np.isin(self.object_ids, unwanted))

    def within(self, instant_count: int) -> "Ways":
        """Returns the rows from instant 0 to before ``instant_count``."""
        return self.select((self.instants >= 0) & (self.instants < instant_count))

    def later(self, instants: int) -> "Ways":
        """Returns the same ways so many instants later."""
        return replace(self, instants=self.instants + instants)

    def further(self, travelled_m: float) -> "Ways":
        """Returns the same ways of objects that have travelled further before."""
        return replace(self, travelled_m=self.travelled_m + travelled_m)

    @staticmethod
    def joined(parts: Sequence["Ways"]) -> "Ways":
        """Returns the rows of several one after the other."""
        filled = [part for part in parts if len(part)] or [NO_WAYS]
        return Ways(*(np.concatenate([getattr(part, name) for part in filled]) for name, _, _ in WAY_COLUMNS))

    def starts(self) -> IntArray:
        """Returns the row at which each object begins."""
        return np.flatnonzero(np.r_[True, np.diff(self.object_ids) != 0]) if len(self) else np.zeros(0, np.int64)

    def velocity_mps(self) -> FloatArray:
        """Returns (R, 2) central differences of the positions, one-sided at an object's first and last row."""
        if len(self) == 0:
            return np.zeros((0, 2))
        before = np.maximum(np.arange(len(self)) - 1, 0)
        after = np.minimum(np.arange(len(self)) + 1, len(self) - 1)
        before = np.where(self.object_ids[before] == self.object_ids, before, np.arange(len(self)))
        after = np.where(self.object_ids[after] == self.object_ids, after, np.arange(len(self)))
        span_s = np.maximum(after - before, 1) * STEP_S
        return np.asarray((self.position_m[after] - self.position_m[before]) / span_s[:, None])


NO_WAYS = Ways(*(np.zeros((0, *(side or 0 for side in shape)), dtype) for _, shape, dtype in WAY_COLUMNS))


def trajectories_of(ways: Ways, surface: RoadSurface, instant_count: int) -> Trajectories:
    """Returns the ways as trajectories on the road's surface.

    Args:
        ways: rows within instants 0 to ``instant_count`` - 1; velocities come from their own differences.
        surface: gives heights.
        instant_count: of the span.
    """
    velocity_mps = ways.velocity_mps()
    order = np.lexsort((ways.object_ids, ways.instants))
    position_m = ways.position_m[order]
    return Trajectories(
        step_s=STEP_S,
        instant_count=instant_count,
        instants=ways.instants[order],
        object_ids=ways.object_ids[order],
        bodies=ways.bodies[order],
        position_m=np.column_stack([position_m, surface.height_at(position_m)]),
        velocity_mps=velocity_mps[order],
        heading_rad=ways.heading_rad[order],
        travelled_m=ways.travelled_m[order],
        lights=ways.lights[order],
    )
