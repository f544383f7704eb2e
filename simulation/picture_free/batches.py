"""Many frames of one sensor, or many instants of truth, as one struct of arrays."""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import BoolArray, FloatArray, IntArray, freeze_columns
from roadside.types.observations import MEASUREMENT_COLUMNS, Measurements
from roadside.types.truth import TRUTH_COLUMNS, Truth


@dataclass(frozen=True, slots=True, eq=False)
class MeasurementBatch:
    """F frames of one sensor with R measurements in all.

    Attributes:
        sensor_id: the camera or radar.
        time_ns, arrival_ns: (F,) as in ``Measurements``, rising.
        first_row: (F + 1,) the rows of frame *f* are ``first_row[f]`` to ``first_row[f + 1]``.
        kind, position_m, covariance_m2, radial_speed_mps, radial_sigma_mps, line_of_sight, heading_rad, size_m,
            classes, confidence: (R, ...) as in ``Measurements``.
    """

    sensor_id: str
    time_ns: IntArray
    arrival_ns: IntArray
    first_row: IntArray
    kind: IntArray
    position_m: FloatArray
    covariance_m2: FloatArray
    radial_speed_mps: FloatArray
    radial_sigma_mps: FloatArray
    line_of_sight: FloatArray
    heading_rad: FloatArray
    size_m: FloatArray
    classes: IntArray
    confidence: FloatArray

    def __post_init__(self) -> None:
        freeze_columns(self, MEASUREMENT_COLUMNS)
        _check_rows(self.first_row, len(self.time_ns), len(self.kind), "MeasurementBatch")

    def __len__(self) -> int:
        return len(self.time_ns)

    def frame(self, index: int) -> Measurements:
        """Returns the measurements of one frame."""
        rows = slice(self.first_row[index], self.first_row[index + 1])
        columns = [getattr(self, name)[rows].copy() for name, _, _ in MEASUREMENT_COLUMNS]
        return Measurements(self.sensor_id, int(self.time_ns[index]), int(self.arrival_ns[index]), *columns)

    def keep(self, frames: BoolArray) -> "MeasurementBatch":
        """Returns the frames where (F,) ``frames`` is true."""
        counts = np.diff(self.first_row)
        rows = np.repeat(frames, counts)
        columns = [getattr(self, name)[rows] for name, _, _ in MEASUREMENT_COLUMNS]
        first_row = np.concatenate([[0], np.cumsum(counts[frames])])
        return MeasurementBatch(self.sensor_id, self.time_ns[frames], self.arrival_ns[frames], first_row, *columns)


@dataclass(frozen=True, slots=True, eq=False)
class TruthBatch:
    """F instants with R rows of truth in all.

    Attributes:
        camera_ids: the C cameras that ``visible_px`` speaks of.
        time_ns: (F,) rising.
        first_row: (F + 1,) as in ``MeasurementBatch``.
        object_ids, classes, position_m, velocity_mps, heading_rad, size_m, visible_px: (R, ...) as in ``Truth``.
    """

    camera_ids: tuple[str, ...]
    time_ns: IntArray
    first_row: IntArray
    object_ids: IntArray
    classes: IntArray
    position_m: FloatArray
    velocity_mps: FloatArray
    heading_rad: FloatArray
    size_m: FloatArray
    visible_px: IntArray

    def __post_init__(self) -> None:
        columns = tuple((name, (len(self.camera_ids),) if shape == (None,) else shape, dtype)
                        for name, shape, dtype in TRUTH_COLUMNS)  # fmt: skip
        freeze_columns(self, columns)
        _check_rows(self.first_row, len(self.time_ns), len(self.object_ids), "TruthBatch")

    def __len__(self) -> int:
        return len(self.time_ns)

    def instant(self, index: int) -> Truth:
        """Returns the truth of one instant."""
        rows = slice(self.first_row[index], self.first_row[index + 1])
        columns = [getattr(self, name)[rows].copy() for name, _, _ in TRUTH_COLUMNS]
        return Truth(int(self.time_ns[index]), self.camera_ids, *columns)


def _check_rows(first_row: IntArray, frames: int, rows: int, where: str) -> None:
    if first_row.shape != (frames + 1,) or first_row[0] != 0 or first_row[-1] != rows:
        raise ValueError(f"{where}.first_row must run from 0 to {rows} over {frames} frames, got {first_row.shape}")
