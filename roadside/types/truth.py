"""What was really there: exact boxes of a simulated scene, or labels of a real one."""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import FloatArray, IntArray, frozen, rows

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
