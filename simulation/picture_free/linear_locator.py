"""The box locator in its linearised form: what errors of a box's edges and of its priors do to a place on the road.

``roadside.perception.box_locator`` fits cuboids to boxes, a dozen steps for each. Near the truth a fit is its last
step: the error of the estimate is gain x (error of the edges) + (1 - gain x jacobian) x (prior mean - truth), and its
covariance is the one that the locator states. That takes one step, and serves until the road user has moved on.
"""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.angles import wrapped_rad
from roadside.geometry.arrays import BoolArray, FloatArray, IntArray
from roadside.perception.box_locator import (
    FREE_YAW_SIGMA_RAD,
    HEADING_SURE_RAD,
    IS_ROUND,
    LANE_YAW_SIGMA_RAD,
    LOOSE_POSITION_M,
)
from roadside.perception.cuboid import LENGTH, YAW, CuboidView
from roadside.perception.cuboid_fit import UNMEASURED_PX2
from roadside.types.road import LaneDirections
from roadside.types.road_users import SizePriors
from roadside.types.site import CameraSensor, Site
from simulation.picture_free.lane_table import LaneTable

ON_LANE, OFF_LANES, ROUND = range(3)
"""Numbers of ``SURROUNDINGS``."""
FOLLOWS_RAD = np.radians(25.0)
"""A vehicle turned farther from its lane shows it: the locator's tries of other directions win."""
ANY_YAW_SIGMA_RAD = np.pi / np.sqrt(12.0)
"""Of a direction, known up to half a turn, that may be any."""
FARTHEST_START_M = 40.0
"""How far off a fit may begin that has no foot to begin at."""


@dataclass(frozen=True, slots=True, eq=False)
class Linearised:
    """K places where the locator was linearised.

    Attributes:
        surroundings: (K,) numbers of ``SURROUNDINGS``.
        bias: (K, 6) error of the cuboid's parameters that the priors cause.
        gain: (K, 6, 4) of them by the edges' errors.
        covariance_m2: (K, 2, 2) of the position, by the edges and the priors.
        heading_sure: (K,) whether a heading is reported.
    """

    surroundings: IntArray
    bias: FloatArray
    gain: FloatArray
    covariance_m2: FloatArray
    heading_sure: BoolArray

    def covariance_stated_m2(self, ratio: FloatArray) -> FloatArray:
        """Returns (K, 2, 2) the covariance that the real locator states for it, by (3,) ratios of sigmas."""
        return np.asarray(self.covariance_m2 * (ratio[self.surroundings] ** 2)[:, None, None])


@dataclass(frozen=True, slots=True, eq=False)
class LinearLocator:
    """One camera's locator, linearised.

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
    def of(sensor: CameraSensor, site: Site, lanes: LaneTable) -> "LinearLocator":
        """Returns the locator of one of a site's cameras."""
        return LinearLocator(
            sensor, CuboidView(sensor.camera, sensor.site_from_camera, site.road.surface), lanes, site.sizes
        )

    def at(self, cuboids: FloatArray, classes: IntArray, measured: BoolArray, foot_shift_px: FloatArray) -> Linearised:
        """Returns the linearisations at K true cuboids.

        Args:
            cuboids: (K, 6) as the locator has them, before the camera.
            classes: (K,) reported ``RoadUserClass`` numbers.
            measured: (K, 4) which edges of the box are really seen.
            foot_shift_px: (K,) how much higher than the foot the box ends, where that is covered or cut off.
        """
        lane_rad = self.lanes.heading_at(cuboids[:, :2])
        turn_rad = wrapped_rad(2.0 * (lane_rad - cuboids[:, YAW])) / 2.0
        surroundings = np.where(np.abs(turn_rad) < FOLLOWS_RAD, ON_LANE, OFF_LANES)
        surroundings[IS_ROUND[classes]] = ROUND
        mean_m, size_sigma_m = self.sizes.of(classes)
        sigma, offset = np.empty_like(cuboids), np.zeros_like(cuboids)
        sigma[:, :YAW] = LOOSE_POSITION_M
        sigma[:, YAW] = np.array([LANE_YAW_SIGMA_RAD, ANY_YAW_SIGMA_RAD, FREE_YAW_SIGMA_RAD])[surroundings]
        sigma[:, LENGTH:] = size_sigma_m
        offset[:, :2] = self._start_offset(cuboids, np.where(measured[:, 3], 0.0, foot_shift_px))
        offset[:, YAW] = np.where(surroundings == ON_LANE, turn_rad, 0.0)
        offset[:, LENGTH:] = mean_m - cuboids[:, LENGTH:]
        _, jacobian = self.view.boxes_with_jacobian(cuboids)
        jacobian = np.nan_to_num(jacobian)
        spread = (sigma**2)[:, :, None] * jacobian.transpose(0, 2, 1)
        edges_px2 = jacobian @ spread
        edges_px2[:, range(4), range(4)] += np.where(measured, self.sensor.box_sigma_px**2, UNMEASURED_PX2)
        gain = spread @ np.linalg.inv(edges_px2)
        explained = (gain[:, : YAW + 1] * spread[:, : YAW + 1]).sum(axis=2)
        covariance = np.eye(2) * LOOSE_POSITION_M**2 - gain[:, :YAW] @ spread[:, :YAW].transpose(0, 2, 1)
        yaw_sigma_rad = np.sqrt(np.maximum(sigma[:, YAW] ** 2 - explained[:, YAW], 0.0))
        return Linearised(
            surroundings=surroundings,
            bias=offset - (gain @ (jacobian @ offset[..., None]))[..., 0],
            gain=gain,
            covariance_m2=(covariance + covariance.transpose(0, 2, 1)) / 2,
            heading_sure=(yaw_sigma_rad < HEADING_SURE_RAD) & ~IS_ROUND[classes],
        )

    def along_per_px(self, range_m: FloatArray, height_m: FloatArray | float) -> FloatArray:
        """Returns (N,) metres along the ray for one pixel of a foot: (R² + h²) / (h f)."""
        return np.asarray((range_m**2 + height_m**2) / (height_m * self.sensor.camera.fy_px))

    def by_pitch_m(self, range_m: FloatArray, height_m: FloatArray) -> FloatArray:
        """Returns (N,) metres along the ray for a pitch that is wrong by one radian."""
        return (range_m**2 + height_m**2) / height_m

    def pose_m2(self, range_m: FloatArray, height_m: FloatArray) -> FloatArray:
        """Returns (N,) variances along the ray that the pose causes which the camera is said to have: pitch, height."""
        by_height_m = range_m / height_m * self.sensor.height_sigma_m
        return (self.by_pitch_m(range_m, height_m) * self.sensor.pitch_sigma_rad) ** 2 + by_height_m**2

    def stated_m2(self, covariance_m2: FloatArray, away: FloatArray, pose_m2: FloatArray) -> FloatArray:
        """Returns (N, 2, 2) covariances as the locator states them: by edges and priors, and by the pose.

        Args:
            covariance_m2: (N, 2, 2) by edges and priors.
            away: (N, 2) unit vectors from the camera.
            pose_m2: (N,) of ``pose_m2``.
        """
        return covariance_m2 + pose_m2[:, None, None] * (away[:, :, None] * away[:, None, :])

    def camera_height_m(self, points_m: FloatArray) -> FloatArray:
        """Returns (N,) how high the camera is above the road at (N, 2) places."""
        return np.asarray(self.sensor.site_from_camera.translation_m[2] - self.view.surface.height_at(points_m))

    def _start_offset(self, cuboids: FloatArray, foot_shift_px: FloatArray) -> FloatArray:
        """Returns (K, 2) how far from the truth a fit begins whose box ends above the foot."""
        away = cuboids[:, :2] - self.sensor.site_from_camera.translation_m[:2]
        range_m = np.linalg.norm(away, axis=1)
        farther_m = foot_shift_px * self.along_per_px(range_m, self.camera_height_m(cuboids[:, :2]))
        return np.asarray(away / range_m[:, None] * np.minimum(farther_m, FARTHEST_START_M)[:, None])
