"""What the tracker inside a radar puts out, before any message is made of it."""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import BoolArray, Column, FloatArray, IntArray, freeze_columns

FOLLOWED_COLUMNS: tuple[Column, ...] = (
    ("track_ids", (), np.int64),
    ("source_ids", (), np.int64),
    ("is_ghost", (), np.bool_),
    ("age_frames", (), np.int64),
    ("predicted_frames", (), np.int64),
    ("static_frames", (), np.int64),
    ("position_m", (3,), np.float64),
    ("velocity_mps", (2,), np.float64),
    ("direction_rad", (), np.float64),
    ("to_front_m", (), np.float64),
    ("length_m", (), np.float64),
    ("classes", (), np.int64),
    ("rcs_dbsm", (), np.float64),
    ("quality", (), np.float64),
)
"""Name, shape of one row and element type of every column of ``Followed``, in constructor order."""


@dataclass(frozen=True, slots=True, eq=False)
class Followed:
    """N objects that the tracker puts out in one cycle, in the order of their ids.

    Attributes:
        track_ids: (N,) the tracker's own, from 1, none used twice.
        source_ids: (N,) which actor it is about, for those who judge, since no radar knows it; negative where the
            track follows nobody any more.
        is_ghost: (N,) whether it is a mirror image of that actor.
        age_frames: (N,) cycles since it was first put out.
        predicted_frames: (N,) cycles in a row without a measurement.
        static_frames: (N,) cycles that it will stay if it goes on standing.
        position_m: (N, 3) of the tracked point, site frame, with its error.
        velocity_mps: (N, 2) east and north, with its error; zero while it stands.
        direction_rad: (N,) of its motion, kept while it stands, counter-clockwise from east.
        to_front_m: (N,) from the tracked point to the front.
        length_m: (N,) as estimated.
        classes: (N,) ``RoadUserClass`` numbers, from the length.
        rcs_dbsm: (N,) cross-section.
        quality: (N,) 0 to 1.
    """

    track_ids: IntArray
    source_ids: IntArray
    is_ghost: BoolArray
    age_frames: IntArray
    predicted_frames: IntArray
    static_frames: IntArray
    position_m: FloatArray
    velocity_mps: FloatArray
    direction_rad: FloatArray
    to_front_m: FloatArray
    length_m: FloatArray
    classes: IntArray
    rcs_dbsm: FloatArray
    quality: FloatArray

    def __post_init__(self) -> None:
        freeze_columns(self, FOLLOWED_COLUMNS)

    def __len__(self) -> int:
        return len(self.track_ids)
