"""What was really there: exact states of a simulated scene, or labels of a real one."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from roadside.geometry.arrays import BoolArray, FloatArray, IntArray, freeze_columns, frozen, rows

TRUTH_COLUMNS: tuple[tuple[str, tuple[int | None, ...], type], ...] = (
    ("object_ids", (), np.int64),
    ("classes", (), np.int64),
    ("position_m", (3,), np.float64),
    ("velocity_mps", (2,), np.float64),
    ("heading_rad", (), np.float64),
    ("size_m", (3,), np.float64),
    ("visible_px", (None,), np.int64),
)
"""Name, shape of one row and element type of every column of ``Truth``, in constructor order."""


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """N true road users at one instant, site frame.

    Attributes:
        time_ns: the instant.
        camera_ids: the C cameras that ``visible_px`` speaks of.
        object_ids: (N,) the same number for the same road user.
        classes: (N,) ``RoadUserClass`` numbers.
        position_m: (N, 3) centre of the footprint on the ground.
        velocity_mps: (N, 2) east and north.
        heading_rad: (N,) counter-clockwise from east.
        size_m: (N, 3) length, width, height.
        visible_px: (N, C) pixels of it that each camera saw; 0 where hidden or out of view.
    """

    time_ns: int
    camera_ids: tuple[str, ...]
    object_ids: IntArray
    classes: IntArray
    position_m: FloatArray
    velocity_mps: FloatArray
    heading_rad: FloatArray
    size_m: FloatArray
    visible_px: IntArray

    def __post_init__(self) -> None:
        for name, shape, dtype in TRUTH_COLUMNS:
            array = frozen(getattr(self, name), f"Truth.{name}", (None, *shape), dtype)
            object.__setattr__(self, name, array)
        rows(len(self.object_ids), {name: getattr(self, name) for name, _, _ in TRUTH_COLUMNS}, "Truth")

    def __len__(self) -> int:
        return len(self.object_ids)


GOES_ON_NS = int(np.iinfo(np.int64).max)
"""End of an event that was not over when the span it is listed in ended."""

TRUE_EVENT_COLUMNS: tuple[tuple[str, tuple[int, ...], type], ...] = (
    ("start_ns", (), np.int64),
    ("end_ns", (), np.int64),
    ("position_m", (2,), np.float64),
)
"""Name, shape of one row and element type of every array of ``TrueEvents``, in constructor order."""


@dataclass(frozen=True, slots=True, eq=False)
class TrueEvents:
    """The N events of one span of time, all of them: an empty list says that nothing happened.

    An event that reaches into several spans is listed in each of them, with the same kind, start and place.

    Attributes:
        time_ns: where the span begins.
        until_ns: where the span ends.
        kinds: N kinds, in the words of the service's own events.
        start_ns: (N,) when each began; before ``time_ns`` where it was already under way.
        end_ns: (N,) when each was over; ``GOES_ON_NS`` where that was not before ``until_ns``.
        position_m: (N, 2) where it began, site frame; NaN where it has no place, as fog has none.
    """

    time_ns: int
    until_ns: int
    kinds: tuple[str, ...]
    start_ns: IntArray
    end_ns: IntArray
    position_m: FloatArray

    def __post_init__(self) -> None:
        freeze_columns(self, TRUE_EVENT_COLUMNS, len(self.kinds))
        if self.until_ns < self.time_ns:
            raise ValueError(f"TrueEvents.until_ns must be at least time_ns, {self.time_ns}, got {self.until_ns}")
        backwards = np.flatnonzero(self.end_ns < self.start_ns)
        if len(backwards):
            first = backwards[0]
            raise ValueError(
                f"TrueEvents.end_ns[{first}] must be at least start_ns, {self.start_ns[first]}, "
                f"got {self.end_ns[first]}"
            )

    def __len__(self) -> int:
        return len(self.kinds)


@dataclass(frozen=True, slots=True, eq=False)
class TrueSpots:
    """Which of N parking spots were taken at one instant; a spot that is not listed is not known.

    Attributes:
        time_ns: the instant.
        spot_ids: N spots.
        occupied: (N,) whether a vehicle stood in it.
    """

    time_ns: int
    spot_ids: tuple[str, ...]
    occupied: BoolArray

    def __post_init__(self) -> None:
        freeze_columns(self, (("occupied", (), np.bool_),), len(self.spot_ids))

    def __len__(self) -> int:
        return len(self.spot_ids)


AnyTruth: TypeAlias = Truth | TrueEvents | TrueSpots
"""Every kind of truth: for evaluation, never for the fold."""
