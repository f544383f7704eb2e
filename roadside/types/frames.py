"""What a sensor gave, with its times, before anything was understood."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from roadside.geometry.arrays import BoolArray, ByteArray, Column, FloatArray, IntArray, freeze_columns, frozen, rows


class Image(Protocol):
    """A decoded picture that can be had at any size; how it is scaled is the source's affair."""

    @property
    def width_px(self) -> int:
        """Width as the camera gave it."""

    @property
    def height_px(self) -> int:
        """Height as the camera gave it."""

    def rgb(self, width_px: int, height_px: int) -> ByteArray:
        """Returns a fresh (height_px, width_px, 3) RGB picture, scaled to that size."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One decoded camera frame.

    Attributes:
        sensor_id: the camera.
        time_ns: Unix epoch UTC of the exposure, as well as the source knows it.
        arrival_ns: when its bytes reached this host.
        image: the picture.
    """

    sensor_id: str
    time_ns: int
    arrival_ns: int
    image: Image


@dataclass(frozen=True, slots=True, eq=False)
class EncodedFrame:
    """One camera frame as it came: a single H.264 access unit in Annex B form, without B-frames.

    Attributes:
        sensor_id, time_ns, arrival_ns: as in ``Frame``.
        is_key: whether decoding can start here (parameter sets are included).
        data: the bytes.
    """

    sensor_id: str
    time_ns: int
    arrival_ns: int
    is_key: bool
    data: bytes


@dataclass(frozen=True, slots=True, eq=False)
class RadarScan:
    """One radar cycle: N targets in the radar's own frame (x forward, y left, z up).

    Attributes:
        sensor_id, time_ns, arrival_ns: as in ``Frame``.
        range_m: (N,) slant range.
        azimuth_rad: (N,) counter-clockwise from the boresight.
        elevation_rad: (N,) above the radar's x-y plane; NaN where the radar does not measure it.
        radial_speed_mps: (N,) positive moving away; NaN where not measured.
        rcs_dbsm: (N,) radar cross-section; NaN where not measured.
    """

    sensor_id: str
    time_ns: int
    arrival_ns: int
    range_m: FloatArray
    azimuth_rad: FloatArray
    elevation_rad: FloatArray
    radial_speed_mps: FloatArray
    rcs_dbsm: FloatArray

    def __post_init__(self) -> None:
        names = ("range_m", "azimuth_rad", "elevation_rad", "radial_speed_mps", "rcs_dbsm")
        arrays = {name: frozen(getattr(self, name), f"RadarScan.{name}", (None,)) for name in names}
        rows(len(self.range_m), arrays, "RadarScan")
        for name, array in arrays.items():
            object.__setattr__(self, name, array)

    def __len__(self) -> int:
        return len(self.range_m)


NOT_GIVEN = -1
"""A count that a radar does not give; numbers with a fraction are NaN instead."""

RADAR_TRACK_COLUMNS: tuple[Column, ...] = (
    ("object_ids", (), np.int64),
    ("age_frames", (), np.int64),
    ("predicted_frames", (), np.int64),
    ("static_countdown_frames", (), np.int64),
    ("classes", (), np.int64),
    ("quality", (), np.float64),
    ("position_m", (2,), np.float64),
    ("speed_mps", (), np.float64),
    ("direction", (2,), np.float64),
    ("to_front_m", (), np.float64),
    ("to_back_m", (), np.float64),
    ("length_m", (), np.float64),
    ("width_m", (), np.float64),
)
"""Name, shape of one row and element type of every column of ``RadarTracks``, in constructor order."""


@dataclass(frozen=True, slots=True, eq=False)
class RadarTracks:
    """N objects that a radar's own tracker follows, at one cycle.

    Its plane is the ground as the radar reckons it: x along the ground under the boresight, y left, origin below the
    antenna. Counts are ``NOT_GIVEN`` and other numbers NaN where the radar does not give them.

    Attributes:
        sensor_id, time_ns, arrival_ns: as in ``Frame``; the time is the instant that the list speaks of.
        object_ids: (N,) unique within this radar.
        age_frames: (N,) cycles since it was first put out.
        predicted_frames: (N,) cycles in a row without a measurement.
        static_countdown_frames: (N,) cycles that it will stay in the list if it goes on standing.
        classes: (N,) ``RoadUserClass`` numbers; ``UNKNOWN`` where the radar does not classify.
        quality: (N,) 0 to 1.
        position_m: (N, 2) forward and left, of the tracked point.
        speed_mps: (N,) along its own direction.
        direction: (N, 2) unit vectors of its own direction.
        to_front_m, to_back_m: (N,) from the tracked point to the object's ends, along its direction.
        length_m, width_m: (N,) its extent.
    """

    sensor_id: str
    time_ns: int
    arrival_ns: int
    object_ids: IntArray
    age_frames: IntArray
    predicted_frames: IntArray
    static_countdown_frames: IntArray
    classes: IntArray
    quality: FloatArray
    position_m: FloatArray
    speed_mps: FloatArray
    direction: FloatArray
    to_front_m: FloatArray
    to_back_m: FloatArray
    length_m: FloatArray
    width_m: FloatArray

    def __post_init__(self) -> None:
        freeze_columns(self, RADAR_TRACK_COLUMNS)

    def __len__(self) -> int:
        return len(self.object_ids)


CAN_FRAME_COLUMNS: tuple[Column, ...] = (
    ("times_ns", (), np.int64),
    ("arbitration_ids", (), np.int64),
    ("is_extended", (), np.bool_),
)
"""Name, shape of one row and element type of the arrays of ``CanFrames``, in constructor order."""


@dataclass(frozen=True, slots=True, eq=False)
class CanFrames:
    """N frames from the bus of one sensor, at least one, in the order of the bus.

    Attributes:
        sensor_id: the sensor.
        arrival_ns: when the batch reached this host.
        times_ns: (N,) Unix epoch UTC at which the interface saw each, never falling.
        arbitration_ids: (N,) 11 bits, or 29 where extended.
        is_extended: (N,) whether the id has 29 bits.
        data: N times the bytes, at most 8 each.
    """

    sensor_id: str
    arrival_ns: int
    times_ns: IntArray
    arbitration_ids: IntArray
    is_extended: BoolArray
    data: tuple[bytes, ...]

    def __post_init__(self) -> None:
        if not self.data:
            raise ValueError("CanFrames must hold at least one frame, got none")
        freeze_columns(self, CAN_FRAME_COLUMNS, len(self.data))

    def __len__(self) -> int:
        return len(self.data)

    @property
    def time_ns(self) -> int:
        """Unix epoch UTC of the first frame."""
        return int(self.times_ns[0])
