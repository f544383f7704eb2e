"""What the tracker remembers: tentative and confirmed tracks as one struct of arrays."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from roadside.geometry.arrays import BoolArray, Column, FloatArray, IntArray, freeze_columns
from roadside.types.road_users import RoadUserClass

STATE_COLUMNS: tuple[Column, ...] = (
    ("track_ids", (), np.int64),
    ("states", (4,), np.float64),
    ("covariances", (4, 4), np.float64),
    ("confirmed", (), np.bool_),
    ("hits", (), np.int64),
    ("created_ns", (), np.int64),
    ("last_hit_ns", (), np.int64),
    ("last_seen_ns", (None,), np.int64),
    ("close_since_ns", (), np.int64),
    ("class_scores", (len(RoadUserClass),), np.float64),
    ("size_m", (3,), np.float64),
    ("size_variance_m2", (3,), np.float64),
    ("heading_rad", (), np.float64),
    ("moving", (), np.bool_),
)
"""Name, shape of one row and element type of every column of ``TrackerState``, in constructor order."""


@dataclass(frozen=True, slots=True, eq=False)
class TrackerState:
    """N tracks at one instant, in order of id, and the next free id.

    Attributes:
        time_ns: the instant that ``states`` speak of.
        next_id: ids start at 1 and are never used twice.
        track_ids: (N,).
        states: (N, 4) centre of the footprint (east, north, m) and velocity (m/s), site frame.
        covariances: (N, 4, 4) of the states.
        confirmed: (N,) whether it is published.
        hits: (N,) ``POSITION`` measurements so far, of all sensors.
        created_ns: (N,) time of the first measurement.
        last_hit_ns: (N,) time of the newest measurement.
        last_seen_ns: (N, S) the same for each of the site's S sensors; 0 where that sensor never saw it.
        close_since_ns: (N,) since when it has lain in an older track's footprint; 0 where it does not.
        class_scores: (N, 11) summed confidence per ``RoadUserClass``, slowly forgotten.
        size_m: (N, 3) length, width, height.
        size_variance_m2: (N, 3) of the size.
        heading_rad: (N,) counter-clockwise from east; NaN until known.
        moving: (N,) whether it moves fast enough for its velocity to tell its heading.
    """

    time_ns: int
    next_id: int
    track_ids: IntArray
    states: FloatArray
    covariances: FloatArray
    confirmed: BoolArray
    hits: IntArray
    created_ns: IntArray
    last_hit_ns: IntArray
    last_seen_ns: IntArray
    close_since_ns: IntArray
    class_scores: FloatArray
    size_m: FloatArray
    size_variance_m2: FloatArray
    heading_rad: FloatArray
    moving: BoolArray

    def __post_init__(self) -> None:
        freeze_columns(self, STATE_COLUMNS)

    def __len__(self) -> int:
        return len(self.track_ids)

    def select(self, mask: BoolArray) -> "TrackerState":
        """Returns the tracks where (N,) ``mask`` is true."""
        if mask.all():
            return self
        rows = mask.nonzero()[0]
        columns = [getattr(self, name).take(rows, axis=0) for name, _, _ in STATE_COLUMNS]
        return TrackerState(self.time_ns, self.next_id, *columns)

    def joined(self, younger: "TrackerState") -> "TrackerState":
        """Returns these tracks followed by younger ones, with the younger's next id and time."""
        columns = [np.concatenate([getattr(self, name), getattr(younger, name)]) for name, _, _ in STATE_COLUMNS]
        return TrackerState(younger.time_ns, younger.next_id, *columns)

    @staticmethod
    def none(sensor_count: int) -> "TrackerState":
        """Returns the start: no tracks, for a site with that many sensors."""
        columns: list[NDArray[Any]] = [
            np.zeros((0, *(sensor_count if side is None else side for side in shape)), dtype)
            for _, shape, dtype in STATE_COLUMNS
        ]
        return TrackerState(0, 1, *columns)
