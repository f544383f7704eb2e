"""One true road user at one published instant, and what was said of it: the rows that every error is counted from."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from roadside.geometry.arrays import BoolArray, FloatArray, IntArray, freeze_columns


class SeenBy(IntEnum):
    """Which kinds of sensor could see a road user; the sum of its parts."""

    HIDDEN = 0
    CAMERA = 1
    RADAR = 2
    BOTH = 3

    @property
    def label(self) -> str:
        """The kind in the words of tables and JSON: ``"camera"``."""
        return self.name.lower()


OBJECT_TIME_COLUMNS: tuple[tuple[str, tuple[int, ...], type], ...] = (
    ("road_user", (), np.int64),
    ("time_ns", (), np.int64),
    ("classes", (), np.int64),
    ("range_m", (), np.float64),
    ("speed_mps", (), np.float64),
    ("seen_by", (), np.int64),
    ("track_id", (), np.int64),
    ("error_m", (2,), np.float64),
    ("covariance_m2", (2, 2), np.float64),
    ("speed_error_mps", (), np.float64),
    ("velocity_error_mps", (2,), np.float64),
    ("heading_error_rad", (), np.float64),
    ("size_error_m", (3,), np.float64),
    ("track_class", (), np.int64),
    ("consumed_error_m", (2,), np.float64),
)
"""Name, shape of one row and element type of every column of ``ObjectTimes``, in constructor order."""

NO_TRACK = -1
"""Track id and class of a road user that nothing was said of."""


@dataclass(frozen=True, slots=True, eq=False)
class ObjectTimes:
    """N true road users, each at one published instant, inside the declared coverage; matched ones have a track.

    Rows of one road user are not independent of each other: intervals come from drawing whole road users.
    Every column after ``track_id`` is NaN (``track_class``: ``NO_TRACK``) where there is no track, or where the track
    does not say.

    Attributes:
        road_user: (N,) the same number for the same road user.
        time_ns: (N,) the instant.
        classes: (N,) true ``RoadUserClass`` numbers.
        range_m: (N,) along the ground from the nearest sensor whose coverage it is in.
        speed_mps: (N,) true speed.
        seen_by: (N,) ``SeenBy`` numbers.
        track_id: (N,) the track it was matched with; ``NO_TRACK`` for none.
        error_m: (N, 2) track minus truth, east and north, of the footprint's centre.
        covariance_m2: (N, 2, 2) what the track states of that error.
        speed_error_mps: (N,) track minus truth.
        velocity_error_mps: (N, 2) track minus truth, east and north: right in speed and wrong in direction is wrong.
        heading_error_rad: (N,) track minus truth, -pi to pi.
        size_error_m: (N, 3) track minus truth: length, width, height.
        track_class: (N,) ``RoadUserClass`` number that the track states.
        consumed_error_m: (N, 2) what ``error_m`` is for a vehicle that carries the track on, at its velocity, to the
            instant the scene left the pole, against the truth of that instant; NaN where there is no truth then.
    """

    road_user: IntArray
    time_ns: IntArray
    classes: IntArray
    range_m: FloatArray
    speed_mps: FloatArray
    seen_by: IntArray
    track_id: IntArray
    error_m: FloatArray
    covariance_m2: FloatArray
    speed_error_mps: FloatArray
    velocity_error_mps: FloatArray
    heading_error_rad: FloatArray
    size_error_m: FloatArray
    track_class: IntArray
    consumed_error_m: FloatArray

    def __post_init__(self) -> None:
        freeze_columns(self, OBJECT_TIME_COLUMNS)

    def __len__(self) -> int:
        return len(self.road_user)

    @property
    def matched(self) -> BoolArray:
        """(N,) which rows have a track."""
        return np.asarray(self.track_id != NO_TRACK)

    @property
    def distance_m(self) -> FloatArray:
        """(N,) length of ``error_m``; NaN without a track."""
        return np.asarray(np.hypot(self.error_m[:, 0], self.error_m[:, 1]))

    def select(self, mask: BoolArray) -> "ObjectTimes":
        """Returns the rows where (N,) ``mask`` is true."""
        return ObjectTimes(*(getattr(self, name)[mask] for name, _, _ in OBJECT_TIME_COLUMNS))

    @staticmethod
    def joined(parts: "list[ObjectTimes]") -> "ObjectTimes":
        """Returns all rows of the parts, in their order; road users keep their numbers."""
        full = [ObjectTimes.none(), *parts]
        return ObjectTimes(
            *(np.concatenate([getattr(part, name) for part in full]) for name, _, _ in OBJECT_TIME_COLUMNS)
        )

    @staticmethod
    def none() -> "ObjectTimes":
        """Returns no rows."""
        columns: list[NDArray[Any]] = [np.zeros((0, *shape), dtype) for _, shape, dtype in OBJECT_TIME_COLUMNS]
        return ObjectTimes(*columns)
