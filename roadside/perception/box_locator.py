"""From boxes in a picture to measurements on the road: the cuboid that explains each box best, and how sure that is.

Four edges cannot tell six parameters, so the class's size and the lane's direction come in as priors, and where
the direction is unknown several are tried. Every try is a Gauss-Newton fit; the tries are weighed by their evidence
(Laplace's approximation) and merged into one mean and covariance. What the pixels cannot tell is thereby in the
covariance. On top come the pose's pitch and the road's height, which shift all boxes of a frame together:
one pixel along the ray is (R² + h²) / (h f) metres, one radian of pitch (R² + h²) / h, one metre of height R / h.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from roadside.geometry.arrays import BoolArray, FloatArray, IntArray
from roadside.perception.cuboid import LENGTH, NORTH, YAW, CuboidView
from roadside.perception.cuboid_fit import UNMEASURED_PX2, Tries, fit_cuboids, merge_tries
from roadside.types.detections import Detections
from roadside.types.observations import MEASUREMENT_COLUMNS, MeasurementKind, Measurements
from roadside.types.road import LaneDirections
from roadside.types.road_users import RoadUserClass, SizePriors
from roadside.types.site import CameraSensor, Site

BORDER_PX = 2.0
"""An edge this near the picture's border may be cut off: it is no measurement."""
COVERED_SHARE = 0.25
"""A box whose foot is covered over more than this share of its width has no measured foot."""
LANE_YAW_SIGMA_RAD = np.radians(6.0)
"""How far a vehicle that follows its lane may be turned from it."""
LANE_TURNS_RAD = np.array([-0.7, 0.7]) * LANE_YAW_SIGMA_RAD
LANE_TURN_SIGMA_RAD = np.sqrt(1.0 - 0.7**2) * LANE_YAW_SIGMA_RAD
"""The lane's direction as two halves of the same total variance: which corner draws an edge changes where a vehicle
is seen exactly head-on or side-on, and one linearisation on one side of that kink would be too sure."""
LANE_SHARE = 0.9
"""Prior share of vehicles on a lane that follow it; the rest cross, turn or change it."""
FREE_TURNS_RAD = np.radians([-67.5, -22.5, 22.5, 67.5])
FREE_YAW_SIGMA_RAD = np.radians(22.5)
"""Off the lanes: four directions half a right angle apart, each with a sigma that lets them overlap, and none of them
head-on or side-on, where the kink is."""
IS_ROUND = np.isin(np.arange(len(RoadUserClass)), (RoadUserClass.PEDESTRIAN, RoadUserClass.UNKNOWN_UNMOVABLE))
"""Which classes are as long as wide: their direction does not show in a box."""
TURN_SIGMAS_RAD = np.array([LANE_TURN_SIGMA_RAD] * 2 + [FREE_YAW_SIGMA_RAD] * 4)
ON_LANE_SHARES = np.array([LANE_SHARE / 2] * 2 + [(1.0 - LANE_SHARE) / 4] * 4)
FREE_SHARES = np.array([0.0] * 2 + [0.25] * 4)
ROUND_SHARES = np.array([0.0, 0.0, 1.0, 0.0, 0.0, 0.0])
"""Sigma and prior share of the directions tried, the lane's two before the free four; of a round class any one does."""
LOOSE_POSITION_M = 60.0
"""Weak prior on the position, so that a box without a foot still has a covariance."""
HEADING_SURE_RAD = np.radians(15.0)
"""A heading with a larger standard deviation is not reported."""


@dataclass(frozen=True, slots=True, eq=False)
class BoxLocator:
    """One camera's way from boxes to the road.

    Attributes:
        sensor: the camera.
        view: its geometry.
        lanes: directions of travel.
        sizes: extents of the classes.
    """

    sensor: CameraSensor
    view: CuboidView
    lanes: LaneDirections
    sizes: SizePriors

    @staticmethod
    def of(sensor: CameraSensor, site: Site) -> "BoxLocator":
        """Returns the locator of one of a site's cameras."""
        view = CuboidView(sensor.camera, sensor.site_from_camera, site.road.surface)
        return BoxLocator(sensor, view, LaneDirections.of(site.road), site.sizes)

    def locate(self, detections: Detections) -> Measurements:
        """Returns one measurement per usable detection.

        Left out, by the site file's choice, are detections below the camera's confidence and those above the horizon or
        beyond its range.
        """
        detections = detections.select(detections.confidence >= self.sensor.min_confidence)
        edges_px = self._in_camera_pixels(detections)
        measured = _measured_edges(edges_px, self.sensor.camera.width_px, self.sensor.camera.height_px)
        foot_m = self._foot(edges_px)
        in_range = np.asarray(np.linalg.norm(foot_m - self._camera_m, axis=1) <= self.sensor.max_range_m)
        detections, edges_px, measured, foot_m = (
            detections.select(in_range), edges_px[in_range], measured[in_range], foot_m[in_range],
        )  # fmt: skip
        if len(detections) == 0:
            return _nothing(detections)
        tries = self._tries(foot_m, detections.classes)
        noise_px2 = np.where(measured, self.sensor.box_sigma_px**2, UNMEASURED_PX2)
        cuboids, covariances, cost = fit_cuboids(self.view, tries, edges_px, noise_px2)
        mean, covariance = merge_tries(tries, cuboids, covariances, cost, len(detections))
        return self._measurements(detections, measured, mean, covariance)

    @property
    def _camera_m(self) -> FloatArray:
        """(2,) the camera's place on the map."""
        return self.sensor.site_from_camera.translation_m[:2]

    def _in_camera_pixels(self, detections: Detections) -> FloatArray:
        """Returns (N, 4) boxes in the calibrated picture's pixels, whatever size the stream has."""
        camera = self.sensor.camera
        scale = np.array([camera.width_px / detections.width_px, camera.height_px / detections.height_px] * 2)
        return np.asarray((detections.boxes_px + 0.5) * scale - 0.5)

    def _foot(self, edges_px: FloatArray) -> FloatArray:
        """Returns (N, 2) where the middle of each box's lower edge meets the road; NaN above the horizon."""
        pixels = np.stack([(edges_px[:, 0] + edges_px[:, 2]) / 2, edges_px[:, 3]], axis=1)
        rays = self.sensor.site_from_camera.rotate(self.sensor.camera.rays(pixels))
        return self.view.surface.intersect(self.sensor.site_from_camera.translation_m, rays)[:, :2]

    def _tries(self, foot_m: FloatArray, classes: IntArray) -> Tries:
        """Returns every direction worth trying for every box."""
        size_m, size_sigma_m = self.sizes.of(classes)
        away = foot_m - self._camera_m
        away /= np.linalg.norm(away, axis=1, keepdims=True)
        view_yaw = np.arctan2(away[:, 1], away[:, 0])
        lane_yaw = self.lanes.heading_at(foot_m + away * size_m[:, 1:2] / 2)
        shares = np.where(np.isfinite(lane_yaw)[:, None], ON_LANE_SHARES, FREE_SHARES)
        shares[IS_ROUND[classes]] = ROUND_SHARES
        yaws = np.concatenate([lane_yaw[:, None] + LANE_TURNS_RAD, view_yaw[:, None] + FREE_TURNS_RAD], axis=1)
        box, turn = np.nonzero(shares)
        yaw, size_m = yaws[box, turn], size_m[box]
        relative = yaw - view_yaw[box]
        reach = (np.abs(np.cos(relative)) * size_m[:, 0] + np.abs(np.sin(relative)) * size_m[:, 1]) / 2
        start, sigma = np.empty((len(box), 6)), np.empty((len(box), 6))
        start[:, :YAW] = foot_m[box] + away[box] * reach[:, None]
        start[:, YAW], start[:, LENGTH:] = yaw, size_m
        sigma[:, :YAW] = LOOSE_POSITION_M
        sigma[:, YAW], sigma[:, LENGTH:] = TURN_SIGMAS_RAD[turn], size_sigma_m[box]
        return Tries(box, start, sigma, shares[box, turn])

    def _measurements(
        self, detections: Detections, measured: BoolArray, mean: FloatArray, covariance: FloatArray
    ) -> Measurements:
        """Returns the fitted cuboids as measurements, widened by what pitch and height may be off by.

        A box that no cuboid explains keeps its row with a position that is NaN, so that whoever takes the measurements
        counts it as rejected.
        """
        away = mean[:, :2] - self._camera_m
        range_m = np.linalg.norm(away, axis=1)
        away /= range_m[:, None]
        camera_height_m = self.sensor.site_from_camera.translation_m[2] - self.view.surface.height_at(mean[:, :2])
        by_pitch_m = (range_m**2 + camera_height_m**2) / camera_height_m * self.sensor.pitch_sigma_rad
        by_height_m = range_m / camera_height_m * self.sensor.height_sigma_m
        along = (by_pitch_m**2 + by_height_m**2)[:, None, None] * (away[:, :, None] * away[:, None, :])
        sure = (covariance[:, YAW, YAW] < HEADING_SURE_RAD**2) & ~IS_ROUND[detections.classes]
        unknown = np.full(len(detections), np.nan)
        has_foot = measured[:, 3]
        return Measurements(
            sensor_id=detections.sensor_id,
            time_ns=detections.time_ns,
            arrival_ns=detections.arrival_ns,
            kind=np.where(has_foot, MeasurementKind.POSITION, MeasurementKind.BEARING),
            position_m=mean[:, : NORTH + 1].copy(),
            covariance_m2=covariance[:, :2, :2] + along,
            radial_speed_mps=unknown,
            radial_sigma_mps=unknown.copy(),
            line_of_sight=away,
            heading_rad=np.where(sure, mean[:, YAW], np.nan),
            size_m=mean[:, 3:].copy(),
            classes=detections.classes,
            confidence=detections.confidence,
        )


def _nothing(detections: Detections) -> Measurements:
    """Returns no measurements: that a camera saw nothing is news too."""
    columns: list[NDArray[Any]] = [np.zeros((0, *shape), dtype) for _, shape, dtype in MEASUREMENT_COLUMNS]
    return Measurements(detections.sensor_id, detections.time_ns, detections.arrival_ns, *columns)


def _measured_edges(edges_px: FloatArray, width_px: int, height_px: int) -> BoolArray:
    """Returns (N, 4) which edges were really seen: not those at the picture's border, nor a covered foot."""
    limit = np.array([-0.5, -0.5, width_px - 0.5, height_px - 0.5])
    measured = np.abs(edges_px - limit) > BORDER_PX
    if len(edges_px) > 1:
        left = np.maximum(edges_px[:, None, 0], edges_px[None, :, 0])
        right = np.minimum(edges_px[:, None, 2], edges_px[None, :, 2])
        covers = np.clip(right - left, 0.0, None) / np.maximum(edges_px[:, 2] - edges_px[:, 0], 1.0)[:, None]
        foot = edges_px[:, 3]
        # The other one stands nearer (its foot is lower in the picture) and its box reaches over this foot.
        nearer = (foot[None, :] > foot[:, None] + BORDER_PX) & (edges_px[None, :, 1] < foot[:, None])
        measured[:, 3] &= ~((covers > COVERED_SHARE) & nearer).any(axis=1)
    return np.asarray(measured)
