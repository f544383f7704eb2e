"""One ARS408 as it is set up, and what such a radar sees."""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.pose import Pose
from simulation.sensors.ars408_messages import MAX_RADAR_NUMBER
from simulation.sensors.reflections import RadarOptics
from simulation.sensors.tracking_habits import TrackingHabits


@dataclass(frozen=True, slots=True)
class Beam:
    """One of the two scans of a cycle: the maker's published figures, accuracies taken as two standard deviations.

    Attributes:
        optics: what it sees.
        range_sigma_m: standard deviation of the range.
        azimuth_sigma_rad: of the azimuth, on the boresight.
        edge_azimuth_sigma_rad: of the azimuth at the edge; grows with the square of the azimuth in between.
    """

    optics: RadarOptics
    range_sigma_m: float
    azimuth_sigma_rad: float
    edge_azimuth_sigma_rad: float


NEAR_BEAM = Beam(
    RadarOptics(max_range_m=70.0, half_azimuth_rad=np.radians(60.0), half_elevation_rad=np.radians(10.0), snr_db=8.0,
                edge_loss_db=12.0),
    range_sigma_m=0.05, azimuth_sigma_rad=np.radians(0.5), edge_azimuth_sigma_rad=np.radians(2.5),
)  # fmt: skip
"""To 70 m and 60 degrees: 0.1 m, 1 degree in the middle and 5 at the edge."""

FAR_BEAM = Beam(
    RadarOptics(max_range_m=250.0, half_azimuth_rad=np.radians(9.0), half_elevation_rad=np.radians(7.0), snr_db=15.0,
                edge_loss_db=6.0),
    range_sigma_m=0.2, azimuth_sigma_rad=np.radians(0.05), edge_azimuth_sigma_rad=np.radians(0.15),
)  # fmt: skip
"""To 250 m and 9 degrees: 0.4 m, 0.1 degrees in the middle and 0.3 at the edge."""

OBJECT_HABITS = TrackingHabits(
    along_sigma_m=0.25, across_sigma_rad=np.radians(0.4), across_floor_m=0.25, birth_frames=4, coast_s=0.8,
    static_hold_s=np.inf, notch_mps=0.0, merge_range_m=1.8, merge_angle_rad=np.radians(3.2), merge_speed_mps=0.15,
    ghosts_per_s=0.02, max_tracks=100,
)  # fmt: skip
"""Made for cars that drive: what stands is kept. Resolutions: 1.8 m, 3.2 degrees, 0.15 m/s."""


@dataclass(frozen=True, slots=True)
class Ars408Plan:
    """One ARS408.

    Attributes:
        sensor_id: its id in the site file.
        site_from_radar: where it is.
        radar_number: the sensor id it is set to, 0 to 7.
        cycle_s: from measurement to measurement.
        delay_s: from the measurement to the first frame's end on the bus.
        near, far: its two beams; where both see, the near one is used.
        habits: of its tracker, in object mode.
        clusters_per_m: of what a road user shows across the line of sight and half of what it shows along, at range 0;
            besides the first one.
        crowding_range_m: range at which there are half as many.
        ambiguity_mps: by how much a speed is wrong when the wrong one of those that fit was taken.
        ambiguous_share, staggered_share: of clusters whose speed is ambiguous, and told apart by one ramp only.
        fixture_count: poles, signs and kerbs in view.
        false_per_cycle: clusters out of noise.
        rain_per_cycle: clusters out of heavy rain, nearer than 25 m.
        mirror_share: of looks in which a mirror image that could be seen is.
    """

    sensor_id: str
    site_from_radar: Pose
    radar_number: int = 0
    cycle_s: float = 0.072
    delay_s: float = 0.040
    near: Beam = NEAR_BEAM
    far: Beam = FAR_BEAM
    habits: TrackingHabits = OBJECT_HABITS
    clusters_per_m: float = 0.6
    crowding_range_m: float = 60.0
    ambiguity_mps: float = 13.0
    ambiguous_share: float = 0.03
    staggered_share: float = 0.04
    fixture_count: int = 60
    false_per_cycle: float = 1.5
    rain_per_cycle: float = 25.0
    mirror_share: float = 0.15

    def __post_init__(self) -> None:
        if not 0 <= self.radar_number <= MAX_RADAR_NUMBER:
            raise ValueError(f"Ars408Plan.radar_number must be 0 to {MAX_RADAR_NUMBER}, got {self.radar_number}")
