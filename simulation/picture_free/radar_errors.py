"""What radars get wrong, as numbers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RadarErrors:
    """What one kind of radar gets wrong in one weather; a radar that only lists targets forgets at once.

    Attributes:
        cycle_s: from list to list.
        snr_db, edge_loss_db, false_alarm_probability, rain_loss_db_per_km: as in
            ``simulation.sensors.reflections.RadarOptics``: what is found in one look.
        along_sigma_m: of a target's place along the line of sight.
        across_sigma_rad, across_floor_m: the same across: an angle, and never better than the floor.
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
        delay_s, jitter_s: from measurement to arrival, least and spread (exponential).
    """

    cycle_s: float
    snr_db: float
    edge_loss_db: float
    false_alarm_probability: float
    rain_loss_db_per_km: float
    along_sigma_m: float
    across_sigma_rad: float
    across_floor_m: float
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
    delay_s: float
    jitter_s: float
