"""How a radar's own tracker behaves: the numbers, and what it thinks an object is."""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import FloatArray, IntArray
from roadside.types.road_users import RoadUserClass


@dataclass(frozen=True, slots=True)
class TrackingHabits:
    """How the tracker inside a radar behaves.

    The defaults are assumptions for a 77 GHz traffic radar, within what their makers publish as accuracy (some tenths
    of a metre in range, some tenths of a degree, 0.1 to 0.3 m/s); the kinds of error (correlated over time, standing
    vehicles that fade, coasting) are those seen in recorded lists.

    Attributes:
        cycle_s: from list to list; what counts in cycles is reckoned with it.
        along_sigma_m: standard deviation of the error along the line of sight.
        across_sigma_rad, across_floor_m: the same across: the angle times the range, and never better than the floor
            (both squared and added).
        error_time_s: (shortest, longest) time constant of a track's error, a first-order Gauss-Markov process; each
            track has one of its own in between.
        speed_sigma_mps, direction_sigma_rad: standard deviations of speed and direction, correlated likewise.
        birth_frames: cycles in which an object must have been measured before it is put out.
        coast_s: how long a track lives on predictions.
        static_speed_mps: below it an object stands.
        static_hold_s: how long one that stands stays in the list; infinite for radars that do not let go.
        notch_mps: radial speeds below it drown in what the road itself returns.
        merge_range_m, merge_angle_rad, merge_speed_mps: objects closer than all three are one.
        switch_distance_m, switch_per_s: how near two tracks must be to swap their ids, and how often they then do.
        renewal_per_s: how often a track ends and goes on under a new id.
        ghosts_per_s, ghost_life_s: how often a mirror image that could be seen becomes a track, and for how long.
        length_share, length_spread: estimated length over the true one: mean over tracks, and standard deviation.
        length_time_s: how fast the estimate leaves the length from which a track begins.
        max_tracks: more are not put out.
    """

    cycle_s: float = 0.072
    along_sigma_m: float = 0.35
    across_sigma_rad: float = np.radians(0.3)
    across_floor_m: float = 0.35
    error_time_s: tuple[float, float] = (0.5, 2.0)
    speed_sigma_mps: float = 0.25
    direction_sigma_rad: float = np.radians(2.0)
    birth_frames: int = 5
    coast_s: float = 1.0
    static_speed_mps: float = 0.4
    static_hold_s: float = 30.0
    notch_mps: float = 0.25
    merge_range_m: float = 2.0
    merge_angle_rad: float = np.radians(2.5)
    merge_speed_mps: float = 0.4
    switch_distance_m: float = 4.0
    switch_per_s: float = 0.01
    renewal_per_s: float = 0.001
    ghosts_per_s: float = 0.02
    ghost_life_s: float = 1.5
    length_share: float = 0.92
    length_spread: float = 0.12
    length_time_s: float = 1.5
    max_tracks: int = 128

    def __post_init__(self) -> None:
        if not self.cycle_s > 0.0:
            raise ValueError(f"TrackingHabits.cycle_s must be positive, got {self.cycle_s:g}")
        if not 0.0 < self.error_time_s[0] <= self.error_time_s[1]:
            raise ValueError(f"TrackingHabits.error_time_s must be positive and rising, got {self.error_time_s}")
        if self.birth_frames < 1:
            raise ValueError(f"TrackingHabits.birth_frames must be at least 1, got {self.birth_frames}")

    def across_sigma_m(self, range_m: FloatArray) -> FloatArray:
        """Returns (N,) standard deviations of the error across the line of sight."""
        return np.asarray(np.hypot(self.across_sigma_rad * range_m, self.across_floor_m))


FIRST_LENGTH_M, FIRST_SMALL_LENGTH_M, SMALL_SECTION_DBSM = 4.5, 1.4, 0.0
"""Of a track that just began: a car's, or a small one's where the cross-section is below the third."""

LONGEST_PEDESTRIAN_M, LONGEST_TWO_WHEELER_M, LONGEST_CAR_M, LONGEST_VAN_M = 1.1, 2.7, 5.3, 6.8
FASTEST_BICYCLE_MPS = 9.0

WIDTH_OF_CLASS_M = {
    RoadUserClass.PEDESTRIAN: 0.6, RoadUserClass.BICYCLE: 0.6, RoadUserClass.MOTORCYCLE: 0.8, RoadUserClass.CAR: 1.8,
    RoadUserClass.VAN: 2.0, RoadUserClass.TRUCK: 2.5,
}  # fmt: skip
"""A radar of this kind does not measure widths: it looks them up."""


def classes_by_length(length_m: FloatArray, speed_mps: FloatArray) -> IntArray:
    """Returns (N,) ``RoadUserClass`` numbers: the length decides, and the speed between two-wheelers.

    A bus is a truck to such a radar.
    """
    two_wheeler = np.where(speed_mps > FASTEST_BICYCLE_MPS, RoadUserClass.MOTORCYCLE, RoadUserClass.BICYCLE)
    limits_m = (LONGEST_PEDESTRIAN_M, LONGEST_TWO_WHEELER_M, LONGEST_CAR_M, LONGEST_VAN_M)
    kinds = (np.full(len(length_m), RoadUserClass.PEDESTRIAN), two_wheeler, RoadUserClass.CAR, RoadUserClass.VAN)
    return np.select([length_m < limit for limit in limits_m], kinds, RoadUserClass.TRUCK).astype(np.int64)
