"""From radar targets to measurements on the road.

A radar's range is slant, and what reflects is the nearest visible surface of a road user, not its centre. Both are put
right here: at a 6 m pole slant minus ground range is 2 m at 10 m; from a car's front to its centre it is 2.3 m.
"""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import FloatArray
from roadside.geometry.surface import RoadSurface
from roadside.types.frames import RadarScan
from roadside.types.observations import MeasurementKind, Measurements
from roadside.types.road import LaneDirections
from roadside.types.road_users import RoadUserClass, SizePriors
from roadside.types.site import RadarSensor, Site

REFLECTION_HEIGHT_M = 0.7
"""Height above the road of a vehicle's main reflections: bumper, grille, wheel arches."""
SECTION_DBSM = np.array([-8.0, 0.0, 10.0, 15.0, 20.0, 30.0])
SECTION_CLASSES = (
    RoadUserClass.PEDESTRIAN, RoadUserClass.BICYCLE, RoadUserClass.CAR, RoadUserClass.VAN, RoadUserClass.TRUCK,
    RoadUserClass.BUS,
)  # fmt: skip
"""Orders of magnitude of radar cross-sections at 77 GHz, set by hand: measured ones scatter by 10 dB and more with the
aspect. A target's extent is guessed from them, with a wide sigma."""
LENGTH_SHARE_SIGMA = 0.25
"""Uncertainty of the distance from the reflecting surface to the centre, as a share of the length seen along the ray:
a cross-section does not tell a van from a truck."""
UNKNOWN_LENGTH_SHARE_SIGMA = 0.4
"""The same for a radar that gives no cross-section: taken for a car, it may be a truck."""
ALONG_FLOOR_SIGMA_M = 0.3
"""The same where a road user is seen across: the reflecting point wanders over the side."""
ACROSS_SIGMA_M = 0.5
"""The reflecting point wanders over the visible face: about a quarter of a car's width and more."""

SURFACE_STEPS = 3
"""Looks at the road's height under the target; the first is under the radar itself."""


@dataclass(frozen=True, slots=True, eq=False)
class RadarLocator:
    """One radar's way from targets to the road.

    Attributes:
        sensor: the radar.
        surface: the road.
        lanes: directions of travel.
        sizes: extents of the classes.
    """

    sensor: RadarSensor
    surface: RoadSurface
    lanes: LaneDirections
    sizes: SizePriors

    @staticmethod
    def of(sensor: RadarSensor, site: Site) -> "RadarLocator":
        """Returns the locator of one of a site's radars."""
        return RadarLocator(sensor, site.road.surface, LaneDirections.of(site.road), site.sizes)

    def locate(self, scan: RadarScan) -> Measurements:
        """Returns one measurement per target within range.

        Impossible targets (nearer than the radar is high, not finite) keep their row with a position that is NaN, so
        that whoever takes the measurements counts them as rejected.
        """
        near = ~(scan.range_m > self.sensor.max_range_m)
        range_m, azimuth_rad = scan.range_m[near], scan.azimuth_rad[near]
        radial_mps = scan.radial_speed_mps[near]
        reflection_m, level = self._reflections(range_m, azimuth_rad, scan.elevation_rad[near])
        away = reflection_m - self.sensor.site_from_radar.translation_m[:2]
        ground_range_m = np.linalg.norm(away, axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            away = away / ground_range_m[:, None]
        reach_m, reach_sigma_m, yaw_rad = self._reach(reflection_m, away, scan.rcs_dbsm[near])
        along_sigma_m = np.hypot(self.sensor.range_sigma_m / level, reach_sigma_m)
        across_sigma_m = np.hypot(self.sensor.azimuth_sigma_rad * ground_range_m, ACROSS_SIGMA_M)
        across = np.stack([-away[:, 1], away[:, 0]], axis=1)
        covariance = (along_sigma_m**2)[:, None, None] * (away[:, :, None] * away[:, None, :])
        covariance += (across_sigma_m**2)[:, None, None] * (across[:, :, None] * across[:, None, :])
        count = len(range_m)
        return Measurements(
            sensor_id=scan.sensor_id,
            time_ns=scan.time_ns,
            arrival_ns=scan.arrival_ns,
            kind=np.full(count, MeasurementKind.POSITION),
            position_m=reflection_m + away * reach_m[:, None],
            covariance_m2=covariance,
            radial_speed_mps=radial_mps / level,
            radial_sigma_mps=np.where(np.isfinite(radial_mps), self.sensor.radial_speed_sigma_mps / level, np.nan),
            line_of_sight=away,
            heading_rad=yaw_rad,
            size_m=np.full((count, 3), np.nan),
            classes=np.full(count, RoadUserClass.UNKNOWN_MOVABLE),
            confidence=np.zeros(count),
        )

    def _reflections(
        self, range_m: FloatArray, azimuth_rad: FloatArray, elevation_rad: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Returns (N, 2) reflecting points on the map, and (N,) cosines of the rays' fall.

        Where the radar measures no elevation, it is the one at which the ray ends at the reflections' usual height:
        with the radar's axes R, (R d)_z = A cos e + B sin e must be that height over the range.
        """
        pose = self.sensor.site_from_radar
        a = pose.rotation[2, 0] * np.cos(azimuth_rad) + pose.rotation[2, 1] * np.sin(azimuth_rad)
        b = pose.rotation[2, 2]
        points_m = np.broadcast_to(pose.translation_m[:2], (len(range_m), 2))
        with np.errstate(divide="ignore", invalid="ignore"):
            for _ in range(SURFACE_STEPS):
                target_z_m = self.surface.height_at(points_m) + REFLECTION_HEIGHT_M
                fall = (target_z_m - pose.translation_m[2]) / range_m
                assumed = np.arcsin(fall / np.hypot(a, b)) - np.arctan2(a, b)
                elevation = np.where(np.isfinite(elevation_rad), elevation_rad, assumed)
                flat = np.cos(elevation)
                direction = [flat * np.cos(azimuth_rad), flat * np.sin(azimuth_rad), np.sin(elevation)]
                ray = pose.rotate(np.stack(direction, axis=1))
                points_m = pose.translation_m[:2] + ray[:, :2] * range_m[:, None]
        return points_m, np.linalg.norm(ray[:, :2], axis=1)

    def _reach(
        self, reflection_m: FloatArray, away: FloatArray, rcs_dbsm: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Returns (N,) distance from the reflecting surface to the centre, its sigma, and the lane's heading or NaN."""
        length_m, width_m = (
            np.where(
                np.isfinite(rcs_dbsm),
                np.interp(rcs_dbsm, SECTION_DBSM, self.sizes.mean_m[list(SECTION_CLASSES), axis]),
                self.sizes.mean_m[RoadUserClass.CAR, axis],
            )
            for axis in (0, 1)
        )
        yaw_rad = self.lanes.heading_at(reflection_m + away * length_m[:, None] / 2)
        relative = yaw_rad - np.arctan2(away[:, 1], away[:, 0])
        # Off the lanes any direction is possible: the mean of |cos| and |sin| over all of them is 2 / pi.
        lengthwise = np.where(np.isfinite(yaw_rad), np.abs(np.cos(relative)), 2 / np.pi)
        crosswise = np.where(np.isfinite(yaw_rad), np.abs(np.sin(relative)), 2 / np.pi)
        reach_m = (lengthwise * length_m + crosswise * width_m) / 2
        share = np.where(np.isfinite(rcs_dbsm), LENGTH_SHARE_SIGMA, UNKNOWN_LENGTH_SHARE_SIGMA)
        return reach_m, np.hypot(share * lengthwise * length_m, ALONG_FLOOR_SIGMA_M), yaw_rad
