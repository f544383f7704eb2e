"""Trajectories object by object, with what observers ask for."""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import BoolArray, FloatArray, IntArray
from roadside.types.road_users import RoadUserClass
from simulation.traffic.ways import STEP_S, Ways
from simulation.types.bodies import CLASS_OF_BODY, SIZE_OF_BODY_M
from simulation.types.trajectories import Trajectories

ON_WHEELS = (RoadUserClass.CAR, RoadUserClass.VAN, RoadUserClass.TRUCK, RoadUserClass.BUS, RoadUserClass.MOTORCYCLE)
"""Motor vehicles."""


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """R rows, object by object, each in order of time.

    Attributes:
        ids, instants, bodies, kinds: (R,) object ids, instants, bodies and ``RoadUserClass`` numbers.
        position_m, velocity_mps: (R, 2) site frame.
        heading_rad, speed_mps: (R,) where it faces, and how fast it is.
        size_m: (R, 2) length and width.
        new: (R,) whether a row is its object's first.
        step_s: from one instant to the next.
        instant_count: of the span.
    """

    ids: IntArray
    instants: IntArray
    bodies: IntArray
    kinds: IntArray
    position_m: FloatArray
    velocity_mps: FloatArray
    heading_rad: FloatArray
    speed_mps: FloatArray
    size_m: FloatArray
    new: BoolArray
    step_s: float
    instant_count: int

    def __len__(self) -> int:
        return len(self.ids)

    @staticmethod
    def of_ways(ways: Ways, instant_count: int) -> "Table":
        """Returns ways, which are in this order, with the velocities that they have in trajectories."""
        velocity = ways.velocity_mps()
        return Table(
            ways.object_ids, ways.instants, ways.bodies, CLASS_OF_BODY[ways.bodies], ways.position_m, velocity,
            ways.heading_rad, np.hypot(velocity[:, 0], velocity[:, 1]), SIZE_OF_BODY_M[ways.bodies, :2],
            _new(ways.object_ids), STEP_S, instant_count,
        )  # fmt: skip

    @staticmethod
    def of(trajectories: Trajectories) -> "Table":
        """Returns trajectories in this order."""
        order = np.lexsort((trajectories.instants, trajectories.object_ids))
        ids, velocity = trajectories.object_ids[order], trajectories.velocity_mps[order]
        bodies = trajectories.bodies[order]
        return Table(
            ids, trajectories.instants[order], bodies, CLASS_OF_BODY[bodies], trajectories.position_m[order, :2],
            velocity, trajectories.heading_rad[order], np.hypot(velocity[:, 0], velocity[:, 1]),
            SIZE_OF_BODY_M[bodies, :2], _new(ids), trajectories.step_s, trajectories.instant_count,
        )  # fmt: skip

    def rows(self, wanted: BoolArray) -> "Table":
        """Returns the rows that a mask names; of every object the first that is left is new."""
        return Table(
            self.ids[wanted], self.instants[wanted], self.bodies[wanted], self.kinds[wanted], self.position_m[wanted],
            self.velocity_mps[wanted], self.heading_rad[wanted], self.speed_mps[wanted], self.size_m[wanted],
            _new(self.ids[wanted]), self.step_s, self.instant_count,
        )  # fmt: skip


def _new(ids: IntArray) -> BoolArray:
    """Returns (R,) whether each row is its object's first."""
    return np.concatenate([[True], ids[1:] != ids[:-1]])[: len(ids)]


def runs(holds: BoolArray, new: BoolArray) -> tuple[IntArray, IntArray]:
    """Returns first and last row of every stretch of rows of one object for which something holds."""
    begins = holds & (np.r_[True, ~holds[:-1]] | new) if len(holds) else holds
    ends = holds & (np.r_[~holds[1:], True] | np.r_[new[1:], True]) if len(holds) else holds
    return np.flatnonzero(begins), np.flatnonzero(ends)
