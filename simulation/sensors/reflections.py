"""Which road users a radar sees, and where."""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import Column, FloatArray, IntArray, freeze_columns
from roadside.geometry.pose import Pose
from simulation.sensors.boxes import SidePoints, side_points
from simulation.sensors.cross_sections import mean_section_dbsm
from simulation.types.actors import Actors
from simulation.types.world import Building


@dataclass(frozen=True, slots=True)
class RadarOptics:
    """What a radar can see.

    The defaults are those of a 77 GHz traffic radar: a car of 10 dBsm is found in half of the looks at 250 m, a
    pedestrian of -8 dBsm at 90 m.

    Attributes:
        max_range_m: slant.
        half_azimuth_rad, half_elevation_rad: of the field of view about the boresight.
        snr_db: of a target of 0 dBsm at 100 m on the boresight; it falls with the fourth power of the range.
        edge_loss_db: both ways, where the field of view ends in azimuth; grows with the square of the azimuth.
        false_alarm_probability: that the detection threshold allows.
        rain_loss_db_per_km: one way; 10 for 25 mm/h at 77 GHz (ITU-R P.838-3), 0 when dry.
    """

    max_range_m: float = 250.0
    half_azimuth_rad: float = np.radians(55.0)
    half_elevation_rad: float = np.radians(15.0)
    snr_db: float = 17.0
    edge_loss_db: float = 6.0
    false_alarm_probability: float = 1e-4
    rain_loss_db_per_km: float = 0.0


REFLECTION_COLUMNS: tuple[Column, ...] = (
    ("rows", (), np.int64),
    ("object_ids", (), np.int64),
    ("point_m", (3,), np.float64),
    ("velocity_mps", (2,), np.float64),
    ("along_m", (), np.float64),
    ("range_m", (), np.float64),
    ("azimuth_rad", (), np.float64),
    ("elevation_rad", (), np.float64),
    ("radial_speed_mps", (), np.float64),
    ("rcs_dbsm", (), np.float64),
    ("visible_share", (), np.float64),
    ("detection_probability", (), np.float64),
)
"""Name, shape of one row and element type of every column of ``Reflections``, in constructor order."""


@dataclass(frozen=True, slots=True, eq=False)
class Reflections:
    """N road users of which a radar sees something.

    Attributes:
        rows: (N,) their rows in the ``Actors`` that were looked at.
        object_ids: (N,) as there.
        point_m: (N, 3) the nearest point of the box that the radar sees, site frame.
        velocity_mps: (N, 2) east and north, there.
        along_m: (N,) how far that point is ahead of the footprint's centre.
        range_m: (N,) slant, from the radar to the point.
        azimuth_rad: (N,) counter-clockwise from the boresight, in the radar's frame.
        elevation_rad: (N,) above the radar's x-y plane.
        radial_speed_mps: (N,) along the line of sight, positive moving away.
        rcs_dbsm: (N,) mean cross-section of what is seen.
        visible_share: (N,) of the sides that face the radar.
        detection_probability: (N,) in one look.
    """

    rows: IntArray
    object_ids: IntArray
    point_m: FloatArray
    velocity_mps: FloatArray
    along_m: FloatArray
    range_m: FloatArray
    azimuth_rad: FloatArray
    elevation_rad: FloatArray
    radial_speed_mps: FloatArray
    rcs_dbsm: FloatArray
    visible_share: FloatArray
    detection_probability: FloatArray

    def __post_init__(self) -> None:
        freeze_columns(self, REFLECTION_COLUMNS)

    def __len__(self) -> int:
        return len(self.rows)


def reflections(
    site_from_radar: Pose, optics: RadarOptics, actors: Actors, buildings: tuple[Building, ...] = ()
) -> Reflections:
    """Returns what a radar sees of road users at one instant.

    Args:
        site_from_radar: radar frame x forward, y left, z up.
        optics: of the radar.
        actors: everything on the road.
        buildings: what hides, besides the road users themselves.
    """
    return seen_reflections(
        site_from_radar, optics, actors, side_points(site_from_radar.translation_m, actors, buildings)
    )


def seen_reflections(site_from_radar: Pose, optics: RadarOptics, actors: Actors, sides: SidePoints) -> Reflections:
    """Returns what ``reflections`` does, from points on the sides that are known already."""
    radar_m = site_from_radar.translation_m
    plan_range_m = np.linalg.norm(sides.point_m[..., :2] - radar_m[:2], axis=2)
    # The nearest that is seen at the height of the main reflections; near the top only where there is none.
    rank = np.where(sides.is_seen, plan_range_m + np.where(sides.is_low, 0.0, 1e6), np.inf)
    columns = np.argmin(rank, axis=1) if len(actors) else np.zeros(0, dtype=np.int64)
    every = np.arange(len(actors))
    point_m, along_m = sides.point_m[every, columns], sides.along_m[every, columns]
    range_m, azimuth_rad, elevation_rad = spherical(site_from_radar, point_m)
    inside = np.isfinite(rank[every, columns]) & (range_m <= optics.max_range_m)
    inside &= (np.abs(azimuth_rad) <= optics.half_azimuth_rad) & (np.abs(elevation_rad) <= optics.half_elevation_rad)
    rows = np.flatnonzero(inside)
    point_m, range_m, azimuth_rad = point_m[rows], range_m[rows], azimuth_rad[rows]
    velocity_mps = actors.velocity_mps[rows]
    share = sides.is_seen[rows].sum(axis=1) / sides.is_facing[rows].sum(axis=1)
    to_radar = radar_m[:2] - point_m[:, :2]
    aspect_rad = np.arctan2(to_radar[:, 1], to_radar[:, 0]) - actors.heading_rad[rows]
    rcs_dbsm = mean_section_dbsm(actors.classes[rows], aspect_rad) + 10.0 * np.log10(np.maximum(share, 1e-3))
    return Reflections(
        rows=rows,
        object_ids=actors.object_ids[rows],
        point_m=point_m,
        velocity_mps=velocity_mps,
        along_m=along_m[rows],
        range_m=range_m,
        azimuth_rad=azimuth_rad,
        elevation_rad=elevation_rad[rows],
        radial_speed_mps=radial_speed_mps(site_from_radar, point_m, velocity_mps),
        rcs_dbsm=rcs_dbsm,
        visible_share=share,
        detection_probability=detection_probability(optics, range_m, azimuth_rad, rcs_dbsm),
    )


def spherical(site_from_radar: Pose, point_m: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Returns (N,) slant ranges, azimuths and elevations of (N, 3) site points in the radar's frame."""
    x, y, z = site_from_radar.inverse().transform(point_m).T
    return np.sqrt(x**2 + y**2 + z**2), np.arctan2(y, x), np.arctan2(z, np.hypot(x, y))


def radial_speed_mps(site_from_radar: Pose, point_m: FloatArray, velocity_mps: FloatArray) -> FloatArray:
    """Returns (N,) speeds along the line of sight, positive moving away, of points that move on the ground."""
    sight = point_m - site_from_radar.translation_m
    length_m = np.maximum(np.linalg.norm(sight, axis=1), 1e-9)
    return np.asarray((sight[:, :2] * velocity_mps).sum(axis=1) / length_m)


def detection_probability(
    optics: RadarOptics, range_m: FloatArray, azimuth_rad: FloatArray, rcs_dbsm: FloatArray
) -> FloatArray:
    """Returns (N,) probabilities that one look finds a target.

    The radar equation gives the signal to noise ratio S, and Swerling's first case P = P_fa^(1 / (1 + S)) (P. Swerling,
    RAND RM-1217, 1954).
    """
    edge_db = optics.edge_loss_db * (azimuth_rad / optics.half_azimuth_rad) ** 2
    rain_db = 2.0 * optics.rain_loss_db_per_km * range_m / 1000.0
    snr_db = optics.snr_db + rcs_dbsm - 40.0 * np.log10(np.maximum(range_m, 1.0) / 100.0) - edge_db - rain_db
    return np.asarray(optics.false_alarm_probability ** (1.0 / (1.0 + 10.0 ** (snr_db / 10.0))))
