"""The ways of all road users of a simulated span, on a fine grid of time."""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.angles import wrapped_rad
from roadside.geometry.arrays import Column, FloatArray, IntArray, freeze_columns
from simulation.types.actors import ACTOR_COLUMNS, Actors

TRAJECTORY_COLUMNS: tuple[Column, ...] = (("instants", (), np.int64), *ACTOR_COLUMNS)
"""Name, shape of one row and element type of every column of ``Trajectories``, in constructor order."""


@dataclass(frozen=True, slots=True, eq=False)
class Trajectories:
    """R rows, one for every object at every instant it exists, ordered by instant, then by object id.

    Attributes:
        step_s: from one instant to the next; instant 0 is second 0.
        instant_count: T; instants without rows are empty roads.
        instants: (R,) 0 to T - 1.
        object_ids, bodies, position_m, velocity_mps, heading_rad, travelled_m, lights: (R, ...) as in ``Actors``.
    """

    step_s: float
    instant_count: int
    instants: IntArray
    object_ids: IntArray
    bodies: IntArray
    position_m: FloatArray
    velocity_mps: FloatArray
    heading_rad: FloatArray
    travelled_m: FloatArray
    lights: IntArray

    def __post_init__(self) -> None:
        freeze_columns(self, TRAJECTORY_COLUMNS, len(self.instants))
        order = np.diff(self.instants) * (1 << 40) + np.diff(self.object_ids)
        if (order <= 0).any():
            raise ValueError("Trajectories rows must be ordered by instant, then by object id, each pair once")

    def __len__(self) -> int:
        return len(self.instants)

    @property
    def duration_s(self) -> float:
        """From the first instant to the last."""
        return (self.instant_count - 1) * self.step_s

    def at_instant(self, instant: int) -> Actors:
        """Returns who is there at one instant of the grid."""
        rows = slice(*np.searchsorted(self.instants, (instant, instant + 1)))
        return Actors(*(getattr(self, name)[rows].copy() for name, _, _ in ACTOR_COLUMNS))

    def at(self, time_s: float) -> Actors:
        """Returns who is there at any second, between two instants in a straight line.

        An object that exists at one of the two instants only is left out.

        Raises:
            ValueError: the second lies outside the span.
        """
        if not -1e-9 <= time_s <= self.duration_s + 1e-9:
            raise ValueError(f"time_s must lie within 0 to {self.duration_s:g}, got {time_s:g}")
        instant = min(int(time_s / self.step_s + 1e-9), self.instant_count - 1)
        fraction = time_s / self.step_s - instant
        before = self.at_instant(instant)
        if fraction < 1e-9:
            return before
        after = self.at_instant(instant + 1)
        _, of_before, of_after = np.intersect1d(
            before.object_ids, after.object_ids, assume_unique=True, return_indices=True
        )
        before, after = before.select(of_before), after.select(of_after)

        def between(first: FloatArray, second: FloatArray) -> FloatArray:
            return np.asarray(first + fraction * (second - first))

        turn_rad = wrapped_rad(after.heading_rad - before.heading_rad)
        return Actors(
            before.object_ids.copy(), before.bodies.copy(), between(before.position_m, after.position_m),
            between(before.velocity_mps, after.velocity_mps), wrapped_rad(before.heading_rad + fraction * turn_rad),
            between(before.travelled_m, after.travelled_m), before.lights.copy(),
        )  # fmt: skip
