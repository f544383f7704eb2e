"""What radars get wrong, as numbers."""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import BoolArray, FloatArray
from simulation.sensors.reflections import RadarOptics, detection_probability


@dataclass(frozen=True, slots=True)
class RadarErrors:
    """What one kind of radar gets wrong in one weather; a radar that only lists targets forgets at once.

    Attributes:
        cycle_s: from list to list.
        half_azimuth_rad, half_elevation_rad, snr_db, edge_loss_db, false_alarm_probability, rain_loss_db_per_km: as in
            ``simulation.sensors.reflections.RadarOptics``: what is found in one look.
        near_reach_m: how far that goes; what is beyond, or beside it, is left to a second, narrow beam.
        far_half_azimuth_rad, far_snr_db, far_edge_loss_db: the same of that one.
        along_sigma_m: of a target's place along the line of sight.
        across_sigma_rad, across_floor_m: the same across: an angle, and never better than the floor.
        edge_across_sigma_rad: that angle at the edge of the field of view; in between it grows with the square.
        far_along_sigma_m, far_across_sigma_rad: of the second beam.
        shortest_s, longest_s: time constants of these errors; each road user has one of its own in between.
        speed_sigma_mps: of the radial speed, as lasting.
        birth_frames: cycles in which one must have been measured before it is listed.
        coast_s: how long it stays listed unmeasured.
        static_speed_mps: below it a road user stands, and is not measured.
        static_hold_s: how long one that stands stays listed: then it has faded.
        notch_mps: radial speeds below it drown in what the road returns.
        clusters_per_m: of what one shows across the line of sight and half of what it shows along, targets beside the
            first at range 0; none of a radar that puts out objects.
        crowding_range_m: range at which there are half as many.
        ghosts_per_s: how often a road user gets a mirror image.
        ghost_s: mean time that one stays.
        false_per_s: objects that are nothing, that appear in all of its field.
        false_s: mean time that one stays.
        false_reach_m, false_speed_mps: how far off they may be, and how fast they may seem, evenly to either side.
        fixture_count: poles, signs and kerbs that always reflect; none of a radar that puts out objects.
        rain_per_cycle: targets that are drops.
        unclear_speed_share: of targets, those whose speed is ambiguous and is not told.
        delay_s, jitter_s: from measurement to arrival, least and spread (exponential).
    """

    cycle_s: float
    half_azimuth_rad: float
    half_elevation_rad: float
    snr_db: float
    edge_loss_db: float
    false_alarm_probability: float
    rain_loss_db_per_km: float
    near_reach_m: float
    far_half_azimuth_rad: float
    far_snr_db: float
    far_edge_loss_db: float
    along_sigma_m: float
    across_sigma_rad: float
    across_floor_m: float
    edge_across_sigma_rad: float
    far_along_sigma_m: float
    far_across_sigma_rad: float
    shortest_s: float
    longest_s: float
    speed_sigma_mps: float
    birth_frames: float
    coast_s: float
    static_speed_mps: float
    static_hold_s: float
    notch_mps: float
    clusters_per_m: float
    crowding_range_m: float
    ghosts_per_s: float
    ghost_s: float
    false_per_s: float
    false_s: float
    false_reach_m: float
    false_speed_mps: float
    fixture_count: float
    rain_per_cycle: float
    unclear_speed_share: float
    delay_s: float
    jitter_s: float

    def is_far(self, range_m: FloatArray, azimuth_rad: FloatArray) -> BoolArray:
        """Returns (N,) whether the narrow beam, if any, looks there."""
        return np.asarray((range_m > self.near_reach_m) | (np.abs(azimuth_rad) > self.half_azimuth_rad))

    def reported(self, range_m: FloatArray, azimuth_rad: FloatArray) -> BoolArray:
        """Returns (N,) whether anything there is in one of the beams."""
        is_far = self.is_far(range_m, azimuth_rad)
        return np.asarray(~is_far | (np.abs(azimuth_rad) < self.far_half_azimuth_rad))

    def found(self, range_m: FloatArray, azimuth_rad: FloatArray, rcs_dbsm: FloatArray) -> FloatArray:
        """Returns (N,) probabilities that one look finds a target of a cross-section; 0 outside both beams."""
        probability, reported = np.zeros(len(range_m)), self.reported(range_m, azimuth_rad)
        is_far = self.is_far(range_m, azimuth_rad)
        beams = (
            (~is_far, self.half_azimuth_rad, self.snr_db, self.edge_loss_db),
            (is_far, self.far_half_azimuth_rad, self.far_snr_db, self.far_edge_loss_db),
        )
        for beam, half_azimuth_rad, snr_db, edge_loss_db in beams:
            mine = np.flatnonzero(beam & reported)
            if len(mine):
                optics = RadarOptics(
                    np.inf, half_azimuth_rad, self.half_elevation_rad, snr_db, edge_loss_db,
                    self.false_alarm_probability, self.rain_loss_db_per_km,
                )  # fmt: skip
                probability[mine] = detection_probability(optics, range_m[mine], azimuth_rad[mine], rcs_dbsm[mine])
        return probability

    def sigmas(self, range_m: FloatArray, azimuth_rad: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Returns (N,) sigmas in metres along the line of sight, and (N,) in radians across it."""
        is_far = self.is_far(range_m, azimuth_rad)
        edge = np.minimum((azimuth_rad / self.half_azimuth_rad) ** 2, 1.0)
        near_rad = self.across_sigma_rad + (self.edge_across_sigma_rad - self.across_sigma_rad) * edge
        across_m = np.hypot(np.where(is_far, self.far_across_sigma_rad, near_rad) * range_m, self.across_floor_m)
        along_m = np.where(is_far, self.far_along_sigma_m, self.along_sigma_m)
        return along_m, across_m / np.maximum(range_m, 1.0)
