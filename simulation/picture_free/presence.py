"""Who is where at every instant of a chunk: what both trajectories and recorded truth say."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import Column, FloatArray, IntArray, freeze_columns
from roadside.types.truth import Truth
from simulation.types.bodies import CLASS_OF_BODY, SIZE_OF_BODY_M
from simulation.types.trajectories import Trajectories

PRESENCE_COLUMNS: tuple[Column, ...] = (
    ("instants", (), np.int64),
    ("object_ids", (), np.int64),
    ("classes", (), np.int64),
    ("position_m", (3,), np.float64),
    ("velocity_mps", (2,), np.float64),
    ("heading_rad", (), np.float64),
    ("size_m", (3,), np.float64),
    ("travelled_m", (), np.float64),
)
"""Name, shape of one row and element type of every column of ``Presence``, in constructor order."""


@dataclass(frozen=True, slots=True, eq=False)
class Presence:
    """R rows, one for every road user at every instant it is there, ordered by instant.

    Attributes:
        step_s: from one instant to the next.
        instant_count: T.
        instants: (R,) 0 to T - 1.
        object_ids, classes, position_m, velocity_mps, heading_rad, size_m: (R, ...) as in ``Truth``.
        travelled_m: (R,) as in ``Actors``.
    """

    step_s: float
    instant_count: int
    instants: IntArray
    object_ids: IntArray
    classes: IntArray
    position_m: FloatArray
    velocity_mps: FloatArray
    heading_rad: FloatArray
    size_m: FloatArray
    travelled_m: FloatArray

    def __post_init__(self) -> None:
        freeze_columns(self, PRESENCE_COLUMNS, len(self.instants))

    def __len__(self) -> int:
        return len(self.instants)

    @staticmethod
    def of(trajectories: Trajectories, first: int = 0, last: int | None = None) -> "Presence":
        """Returns the instants from ``first`` to before ``last`` of trajectories, counted from 0."""
        last = trajectories.instant_count if last is None else last
        rows = slice(*np.searchsorted(trajectories.instants, (first, last)))
        bodies = trajectories.bodies[rows]
        return Presence(
            step_s=trajectories.step_s,
            instant_count=last - first,
            instants=trajectories.instants[rows] - first,
            object_ids=trajectories.object_ids[rows].copy(),
            classes=CLASS_OF_BODY[bodies],
            position_m=trajectories.position_m[rows].copy(),
            velocity_mps=trajectories.velocity_mps[rows].copy(),
            heading_rad=trajectories.heading_rad[rows].copy(),
            size_m=SIZE_OF_BODY_M[bodies],
            travelled_m=trajectories.travelled_m[rows].copy(),
        )

    def near(self, centre_m: FloatArray, radius_m: float) -> "Presence":
        """Returns whoever is within ``radius_m`` of a (2,) place, at the same instants."""
        rows = np.flatnonzero(np.linalg.norm(self.position_m[:, :2] - centre_m, axis=1) <= radius_m)
        columns = (getattr(self, name)[rows] for name, _, _ in PRESENCE_COLUMNS)
        return Presence(self.step_s, self.instant_count, *columns)

    @staticmethod
    def of_truths(truths: Sequence[Truth], step_s: float) -> "Presence":
        """Returns truths, at least one, as the instants of a chunk; the way travelled is that over the ground.

        Args:
            truths: in order of time.
            step_s: from one to the next.
        """
        counts = [len(truth) for truth in truths]
        instants = np.repeat(np.arange(len(truths)), counts)
        columns = {
            name: np.concatenate([getattr(truth, name) for truth in truths])
            for name in ("object_ids", "classes", "position_m", "velocity_mps", "heading_rad", "size_m")
        }
        order = np.lexsort((instants, columns["object_ids"]))
        step_m = np.linalg.norm(columns["velocity_mps"][order], axis=1) * step_s
        travelled_m = np.zeros(len(order))
        travelled_m[order] = np.cumsum(step_m)
        return Presence(step_s, len(truths), instants, **columns, travelled_m=travelled_m)
