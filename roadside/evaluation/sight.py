"""Which sensors watch a place, and which could see a road user there."""

from dataclasses import dataclass

import numpy as np

from roadside.evaluation.object_times import SeenBy
from roadside.geometry.arrays import BoolArray, FloatArray, IntArray
from roadside.types.site import Site, polygon_contains
from roadside.types.truth import Truth

MIN_VISIBLE_PX = 64
"""Fewer pixels than this are not seen: 8 x 8, one cell of the finest grid that detectors decide on (their stride)."""


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """What S sensors make of N places.

    Attributes:
        watches: (N, S) whether the place lies in the coverage that the sensor declares.
        distance_m: (N, S) along the ground from the sensor.
    """

    watches: BoolArray
    distance_m: FloatArray

    @property
    def covered(self) -> BoolArray:
        """(N,) whether any sensor watches it."""
        return np.asarray(self.watches.any(axis=1))

    @property
    def range_m(self) -> FloatArray:
        """(N,) distance from the nearest sensor that watches it; NaN where none does."""
        nearest_m = np.where(self.watches, self.distance_m, np.inf).min(axis=1, initial=np.inf)
        return np.where(np.isfinite(nearest_m), nearest_m, np.nan)


def sight_of(points_m: FloatArray, site: Site) -> Sight:
    """Returns what the site's sensors, in the order of ``Site.sensor_ids``, make of (N, 2) places."""
    sensors = [(camera.coverage_m, camera.site_from_camera) for camera in site.cameras]
    sensors += [(radar.coverage_m, radar.site_from_radar) for radar in site.radars]
    watches = np.zeros((len(points_m), len(sensors)), dtype=np.bool_)
    distance_m = np.zeros((len(points_m), len(sensors)))
    for index, (coverage_m, pose) in enumerate(sensors):
        watches[:, index] = polygon_contains(coverage_m, points_m)
        distance_m[:, index] = np.linalg.norm(points_m - pose.translation_m[:2], axis=1)
    return Sight(watches, distance_m)


def could_see(truth: Truth, sight: Sight, site: Site) -> BoolArray:
    """Returns (N, S) whether each sensor could see each true road user.

    It lies in the sensor's coverage, and a camera that the truth speaks of has enough pixels of it. Nobody knows what
    hides a road user from a radar, so coverage decides alone.
    """
    seen = sight.watches.copy()
    for index, camera in enumerate(site.cameras):
        if camera.sensor_id in truth.camera_ids:
            seen[:, index] &= truth.visible_px[:, truth.camera_ids.index(camera.sensor_id)] >= MIN_VISIBLE_PX
    return seen


def kinds_that_see(seen: BoolArray, site: Site) -> IntArray:
    """Returns (N,) ``SeenBy`` numbers of (N, S) what ``could_see`` gave."""
    cameras = len(site.cameras)
    by_camera, by_radar = seen[:, :cameras].any(axis=1), seen[:, cameras:].any(axis=1)
    return np.asarray(by_camera * int(SeenBy.CAMERA) + by_radar * int(SeenBy.RADAR), dtype=np.int64)
