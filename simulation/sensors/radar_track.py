"""One track inside a simulated radar."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from roadside.geometry.arrays import FloatArray

NOVELTY_SHARE = 0.2
"""Share of the new in what a track tells of its quality and cross-section."""

Key: TypeAlias = tuple[int, int]
"""What a track follows: object id and mirror."""


@dataclass(slots=True)
class RadarTrack:
    """State of one track; it changes from cycle to cycle.

    Attributes:
        track_id: under which it is put out.
        key: what it follows.
        errors: (4,) in standard deviations: along and across the line of sight, of the speed, of the direction.
        time_constant_s: of those errors.
        length_factor: estimated over true length, once it has settled.
        ends_s: Unix epoch UTC at which a ghost is gone; infinite for all others.
        target_m: (3,) where what it follows was last seen.
        position_m: (3,) where it is put out.
        velocity_mps: (2,) with which it is put out; zero while it stands.
        direction_rad: of its last motion.
        rcs_dbsm, quality: smoothed.
        static_frames: for how many cycles it may go on standing.
        length_m: as estimated so far.
        stands: whether it is held where it stopped.
        age_frames, predicted_frames: cycles since it was put out, and without a measurement.
        moving_mps: its last speed.
        to_front_m: from its point to its front.
    """

    track_id: int
    key: Key
    errors: FloatArray
    time_constant_s: float
    length_factor: float
    ends_s: float
    target_m: FloatArray
    position_m: FloatArray
    velocity_mps: FloatArray
    direction_rad: float
    rcs_dbsm: float
    quality: float
    static_frames: int
    length_m: float
    stands: bool = False
    age_frames: int = 0
    predicted_frames: int = 0
    moving_mps: float = 0.0
    to_front_m: float = 0.0

    def stand(self, target_m: FloatArray) -> None:
        """Holds it where it is: the radar measures nothing new of what stands."""
        self.stands = True
        self.velocity_mps = np.zeros(2)
        self.target_m = target_m
        self.predicted_frames = 0

    def coast(self, step_s: float) -> None:
        """Moves it on as it last moved."""
        self.predicted_frames += 1
        self.position_m = self.position_m + np.append(self.velocity_mps * step_s, 0.0)
        self.quality *= 1.0 - NOVELTY_SHARE
