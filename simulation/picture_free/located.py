"""Boxes that were put on the road, in any order, and how they become a batch of frames."""

from dataclasses import dataclass, fields

import numpy as np

from roadside.geometry.arrays import BoolArray, FloatArray, IntArray
from simulation.picture_free.batches import MeasurementBatch
from simulation.picture_free.camera_rig import CameraRig
from simulation.picture_free.errors import CameraErrors
from simulation.picture_free.presence import Presence

NS_PER_S = 1_000_000_000
KEPT_BITS = 28
"""Bits of a double's fraction that are recorded: a hundredth of a micrometre in a metre. The zeros behind them make
recordings a third smaller and faster to write."""
_MASK = np.uint64(0xFFFF_FFFF_FFFF_FFFF) << np.uint64(52 - KEPT_BITS)


@dataclass(frozen=True, slots=True, eq=False)
class Located:
    """M boxes on the road.

    Attributes:
        instants: (M,) of the chunk.
        kind, position_m, covariance_m2, line_of_sight, heading_rad, size_m, classes, confidence: (M, ...) as in
            ``Measurements``.
    """

    instants: IntArray
    kind: IntArray
    position_m: FloatArray
    covariance_m2: FloatArray
    line_of_sight: FloatArray
    heading_rad: FloatArray
    size_m: FloatArray
    classes: IntArray
    confidence: FloatArray

    def select(self, rows: BoolArray | IntArray) -> "Located":
        """Returns the rows that a mask or an index array names."""
        return Located(*(getattr(self, field.name)[rows] for field in fields(self)))


def joined(first: Located, second: Located) -> Located:
    """Returns both, ordered by instant."""
    both = Located(
        *(np.concatenate([getattr(first, field.name), getattr(second, field.name)]) for field in fields(first))
    )
    return both.select(np.argsort(both.instants, kind="stable"))


def batch_of(
    rng: np.random.Generator, rig: CameraRig, errors: CameraErrors, located: Located, presence: Presence,
    start_ns: int,
) -> MeasurementBatch:  # fmt: skip
    """Returns the frames of a camera, less those that get lost.

    Args:
        rng: of losses and delays.
        rig: the camera.
        errors: how it delays and loses.
        located: its boxes, ordered by instant.
        presence: the chunk that the instants are of.
        start_ns: Unix epoch UTC of its first instant.
    """
    count = presence.instant_count
    time_ns = start_ns + np.round((np.arange(count) * presence.step_s + rig.phase_s) * NS_PER_S).astype(np.int64)
    nothing = np.full(len(located.kind), np.nan)
    batch = MeasurementBatch(
        rig.sensor.sensor_id,
        time_ns,
        arrivals_ns(rng, time_ns, errors.delay_s, errors.jitter_s),
        np.searchsorted(located.instants, np.arange(count + 1)),
        located.kind,
        recorded(located.position_m),
        recorded(located.covariance_m2),
        nothing,
        nothing.copy(),
        recorded(located.line_of_sight),
        recorded(located.heading_rad),
        recorded(located.size_m),
        located.classes,
        recorded(located.confidence),
    )
    return batch.keep(rng.random(count) >= errors.lost_share)


def arrivals_ns(rng: np.random.Generator, time_ns: IntArray, delay_s: float, jitter_s: float) -> IntArray:
    """Returns (F,) when what was measured at (F,) times arrives, in the same order."""
    delays_s = delay_s + rng.exponential(jitter_s, len(time_ns)) if jitter_s > 0.0 else np.full(len(time_ns), delay_s)
    return np.asarray(np.maximum.accumulate(time_ns + (delays_s * NS_PER_S).astype(np.int64)))


def recorded(values: FloatArray) -> FloatArray:
    """Returns doubles with the last bits of their fractions 0; NaN stays the same NaN."""
    return np.asarray((np.ascontiguousarray(values).view(np.uint64) & _MASK).view(np.float64))
