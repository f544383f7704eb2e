"""What the service says about one instant."""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import BoolArray, Column, FloatArray, IntArray, freeze_columns
from roadside.types.observations import SensorState

TRACK_COLUMNS: tuple[Column, ...] = (
    ("track_ids", (), np.int64),
    ("states", (4,), np.float64),
    ("covariances", (4, 4), np.float64),
    ("heading_rad", (), np.float64),
    ("size_m", (3,), np.float64),
    ("classes", (), np.int64),
    ("class_confidence", (), np.float64),
    ("created_ns", (), np.int64),
    ("last_seen_ns", (None,), np.int64),
)
"""Name, shape of one row and element type of every column of ``Tracks``, in constructor order."""


@dataclass(frozen=True, slots=True, eq=False)
class Tracks:
    """N road users; row *i* of every array is the same one.

    Attributes:
        track_ids: (N,) unique within the site.
        states: (N, 4) centre of the footprint (east, north, m) and velocity (m/s), site frame.
        covariances: (N, 4, 4) of the states.
        heading_rad: (N,) direction of travel, counter-clockwise from east; NaN where unknown.
        size_m: (N, 3) length, width, height; NaN where unknown.
        classes: (N,) ``RoadUserClass`` numbers.
        class_confidence: (N,) 0 to 1.
        created_ns: (N,) time of the first measurement.
        last_seen_ns: (N, S) time of the newest measurement of each of the site's S sensors, in the order of
            ``Site.sensor_ids``; 0 where that sensor never saw it.
    """

    track_ids: IntArray
    states: FloatArray
    covariances: FloatArray
    heading_rad: FloatArray
    size_m: FloatArray
    classes: IntArray
    class_confidence: FloatArray
    created_ns: IntArray
    last_seen_ns: IntArray

    def __post_init__(self) -> None:
        freeze_columns(self, TRACK_COLUMNS)

    def __len__(self) -> int:
        return len(self.track_ids)

    def select(self, mask: BoolArray) -> "Tracks":
        """Returns the rows where (N,) ``mask`` is true."""
        return Tracks(*(getattr(self, name)[mask] for name, _, _ in TRACK_COLUMNS))

    @staticmethod
    def none(sensor_count: int) -> "Tracks":
        """Returns an empty set of tracks for a site with that many sensors."""
        return Tracks(
            *(
                np.zeros((0, *(sensor_count if side is None else side for side in shape)), dtype)
                for _, shape, dtype in TRACK_COLUMNS
            )
        )


@dataclass(frozen=True, slots=True)
class SensorReport:
    """How one sensor stood at the scene's instant.

    Attributes:
        sensor_id: the sensor.
        state: SILENT once nothing came for longer than the site allows.
        newest_ns: time of its newest measurement that was used; 0 if none.
        late_total: measurements that came too late and were not used, since start.
        rejected_total: measurements that were not finite or not possible, since start.
        dropped_total: frames its source threw away, since start.
        repaired_total: timestamps its source put right, since start.
    """

    sensor_id: str
    state: SensorState
    newest_ns: int
    late_total: int
    rejected_total: int
    dropped_total: int
    repaired_total: int


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Everything the service says about one instant of the 100 ms grid.

    Attributes:
        site_id: which site.
        time_ns: the grid instant; tracks are predicted to it.
        tracks: confirmed road users.
        sensors: state of every sensor, in the order of ``Site.sensor_ids``: an empty ``tracks`` means "road
            free" only where a sensor that is OK looks.
        skipped_total: grid instants that were never published because time jumped, since start.
    """

    site_id: str
    time_ns: int
    tracks: Tracks
    sensors: tuple[SensorReport, ...]
    skipped_total: int


@dataclass(frozen=True, slots=True)
class LatencyLedger:
    """When the newest frame behind a scene was where. It travels beside the scene, so scenes stay reproducible.

    All times are Unix epoch UTC in ns; 0 where a stage did not happen (a replay from measurements decodes nothing).
    """

    captured_ns: int
    received_ns: int
    detected_ns: int
    fused_ns: int
    published_ns: int


@dataclass(frozen=True, slots=True)
class LatencyStage:
    """A stretch of the ledger that is reported.

    Attributes:
        name: for tables and JSON.
        begin, end: the ledger's attributes between which it lies.
        detects: whether the detector's work is part of it.
    """

    name: str
    begin: str
    end: str
    detects: bool


EXPOSURE_TO_OUT = LatencyStage("exposure to out", "captured_ns", "published_ns", True)
"""All of it, as a vehicle lives it."""

LATENCY_STAGES = (
    LatencyStage("transport", "captured_ns", "received_ns", False),
    LatencyStage("decode and detect", "received_ns", "detected_ns", True),
    LatencyStage("wait and fuse", "detected_ns", "fused_ns", False),
    LatencyStage("publish", "fused_ns", "published_ns", False),
    LatencyStage("host in to out", "received_ns", "published_ns", True),
    EXPOSURE_TO_OUT,
)
