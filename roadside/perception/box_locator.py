"""From boxes in a picture to measurements on the road: the cuboid that explains each box best, and how sure that is.

Four edges cannot tell six parameters, so the class's size and the lane's direction come in as priors, and where
the direction is unknown several are tried. Every try is a Gauss-Newton fit; the tries are weighed by their evidence
(Laplace's approximation) and merged into one mean and covariance. What the pixels cannot tell is thereby in the
covariance. On top come the pose's pitch and the road's height, which shift all boxes of a frame together:
one pixel along the ray is (R² + h²) / (h f) metres, one radian of pitch (R² + h²) / h, one metre of height R / h.
"""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import BoolArray, FloatArray, IntArray
from roadside.perception.cuboid import NORTH, YAW, CuboidView
from roadside.types.detections import Detections
from roadside.types.observations import MeasurementKind, Measurements
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
ROUND_CLASSES = (RoadUserClass.PEDESTRIAN, RoadUserClass.UNKNOWN_UNMOVABLE)
"""As long as wide: their direction does not show in a box."""
LOOSE_POSITION_M = 60.0
"""Weak prior on the position, so that a box without a foot still has a covariance."""
LOST_PX = 1e6
"""Error of an edge that cannot be predicted."""
UNMEASURED_PX2 = 1e7
"""Variance of an edge that was not seen."""
FIT_STEPS = 3
LARGEST_STEP = np.array([15.0, 15.0, 0.6, 2.0, 0.5, 0.5])
"""Limits of one Gauss-Newton step: metres, radians, metres."""
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

        Not used are detections below the camera's confidence, above the horizon, or beyond its range.
        """
        detections = detections.select(detections.confidence >= self.sensor.min_confidence)
        edges_px = self._in_camera_pixels(detections)
        measured = _measured_edges(edges_px, self.sensor.camera.width_px, self.sensor.camera.height_px)
        foot_m = self._foot(edges_px)
        in_range = np.asarray(np.linalg.norm(foot_m - self._camera_m, axis=1) <= self.sensor.max_range_m)
        detections, edges_px, measured, foot_m = (
            detections.select(in_range), edges_px[in_range], measured[in_range], foot_m[in_range],
        )  # fmt: skip
        tries = self._tries(foot_m, detections.classes)
        cuboids, covariances, cost = self._fit(tries, edges_px, measured)
        mean, covariance = _merge(tries, cuboids, covariances, cost, len(detections))
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

    def _tries(self, foot_m: FloatArray, classes: IntArray) -> "Tries":
        """Returns every direction worth trying for every box."""
        size_m, size_sigma_m = self.sizes.of(classes)
        is_round = np.isin(classes, ROUND_CLASSES)
        away = foot_m - self._camera_m
        away /= np.linalg.norm(away, axis=1, keepdims=True)
        view_yaw = np.arctan2(away[:, 1], away[:, 0])
        lane_yaw = self.lanes.heading_at(foot_m + away * size_m[:, 1:2] / 2)
        boxes, yaws, sigmas, shares = [], [], [], []
        on_lane = np.flatnonzero(np.isfinite(lane_yaw) & ~is_round)
        free = np.flatnonzero(~is_round)
        free_share = np.where(np.isfinite(lane_yaw[free]), 1.0 - LANE_SHARE, 1.0)
        for rows, yaw, sigma, share in (
            *(
                (on_lane, lane_yaw[on_lane] + turn, LANE_TURN_SIGMA_RAD, np.full(len(on_lane), LANE_SHARE / 2))
                for turn in LANE_TURNS_RAD
            ),
            (np.flatnonzero(is_round), np.zeros(int(is_round.sum())), FREE_YAW_SIGMA_RAD, np.ones(int(is_round.sum()))),
            *((free, view_yaw[free] + turn, FREE_YAW_SIGMA_RAD, free_share / 4) for turn in FREE_TURNS_RAD),
        ):
            boxes.append(rows)
            yaws.append(yaw)
            sigmas.append(np.full(len(rows), sigma))
            shares.append(share)
        box, yaw = np.concatenate(boxes), np.concatenate(yaws)
        relative = yaw - view_yaw[box]
        reach = (np.abs(np.cos(relative)) * size_m[box, 0] + np.abs(np.sin(relative)) * size_m[box, 1]) / 2
        start = np.concatenate([foot_m[box] + away[box] * reach[:, None], yaw[:, None], size_m[box]], axis=1)
        sigma = np.concatenate(
            [np.full((len(box), 2), LOOSE_POSITION_M), np.concatenate(sigmas)[:, None], size_sigma_m[box]], axis=1
        )
        return Tries(box, start, sigma, np.concatenate(shares))

    def _fit(
        self, tries: "Tries", edges_px: FloatArray, measured: BoolArray
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Gauss-Newton from every try; returns (M, 6) cuboids, (M, 6, 6) covariances and (M,) costs (-2 log)."""
        edges_px = edges_px[tries.box]
        noise_px2 = np.where(measured[tries.box], self.sensor.box_sigma_px**2, UNMEASURED_PX2)
        cuboids = tries.start
        fit = self._linearised(tries, cuboids, edges_px, noise_px2)
        for _ in range(FIT_STEPS):
            cuboids = cuboids + np.minimum(np.maximum(fit.move, -LARGEST_STEP), LARGEST_STEP)
            fit = self._linearised(tries, cuboids, edges_px, noise_px2)
        covariances = tries.sigma[:, :, None] ** 2 * np.eye(6) - fit.gain @ fit.spread.transpose(0, 2, 1)
        # Rounding leaves it a little askew.
        return cuboids, (covariances + covariances.transpose(0, 2, 1)) / 2, fit.cost

    def _linearised(self, tries: "Tries", cuboids: FloatArray, edges_px: FloatArray, noise_px2: FloatArray) -> "Fit":
        """Returns one Gauss-Newton step from (M, 6) cuboids.

        In the Kalman form of the normal equations only 4 x 4 is inverted, since the prior is diagonal.
        """
        variance = tries.sigma**2
        predicted, jacobian = self.view.boxes_with_jacobian(cuboids)
        error_px = edges_px - predicted
        unseen = np.isnan(predicted[:, 0])
        if unseen.any():  # a corner is not before the camera: no step leads back
            jacobian[unseen], error_px[unseen] = 0.0, LOST_PX
        spread = variance[:, :, None] * jacobian.transpose(0, 2, 1)
        edges_px2 = jacobian @ spread
        edges_px2[:, range(4), range(4)] += noise_px2
        gain = spread @ np.linalg.inv(edges_px2)
        offset = tries.start - cuboids
        surprise = error_px[..., None] - jacobian @ offset[..., None]
        cost = (error_px**2 / noise_px2).sum(1) + (offset**2 / variance).sum(1)
        return Fit(offset + (gain @ surprise)[..., 0], gain, spread, cost)

    def _measurements(
        self, detections: Detections, measured: BoolArray, mean: FloatArray, covariance: FloatArray
    ) -> Measurements:
        """Returns the fitted cuboids as measurements, widened by what pitch and height may be off by."""
        good = np.asarray(np.isfinite(mean).all(axis=1) & np.isfinite(covariance).all(axis=(1, 2)))
        detections, measured, mean, covariance = (
            detections.select(good), measured[good], mean[good], covariance[good],
        )  # fmt: skip
        away = mean[:, :2] - self._camera_m
        range_m = np.linalg.norm(away, axis=1)
        away /= range_m[:, None]
        camera_height_m = self.sensor.site_from_camera.translation_m[2] - self.view.surface.height_at(mean[:, :2])
        by_pitch_m = (range_m**2 + camera_height_m**2) / camera_height_m * self.sensor.pitch_sigma_rad
        by_height_m = range_m / camera_height_m * self.sensor.height_sigma_m
        along = (by_pitch_m**2 + by_height_m**2)[:, None, None] * (away[:, :, None] * away[:, None, :])
        sure = (covariance[:, YAW, YAW] < HEADING_SURE_RAD**2) & ~np.isin(detections.classes, ROUND_CLASSES)
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


@dataclass(frozen=True, slots=True, eq=False)
class Tries:
    """M starting points of fits.

    Attributes:
        box: (M,) which box each belongs to.
        start: (M, 6) cuboid parameters; also the mean of their prior.
        sigma: (M, 6) of the prior.
        share: (M,) prior probability among the tries of the same box.
    """

    box: IntArray
    start: FloatArray
    sigma: FloatArray
    share: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """One linearisation of M tries.

    Attributes:
        move: (M, 6) the full Gauss-Newton step.
        gain: (M, 6, 4) of the step by the edges' errors.
        spread: (M, 6, 4) covariance of parameters and predicted edges.
        cost: (M,) -2 log of likelihood and prior where it was linearised.
    """

    move: FloatArray
    gain: FloatArray
    spread: FloatArray
    cost: FloatArray


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


def _merge(
    tries: Tries, cuboids: FloatArray, covariances: FloatArray, cost: FloatArray, count: int
) -> tuple[FloatArray, FloatArray]:
    """Returns (N, 6) means and (N, 6, 6) covariances of each box's weighed tries; NaN where none converged.

    A try's evidence by Laplace's approximation: prior share x exp(-cost / 2) x sqrt(det posterior / det prior).
    Directions are equal up to half a turn, so all tries of a box are first turned next to its best one.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        _, log_volume = np.linalg.slogdet(covariances)
        log_evidence = np.log(tries.share) - cost / 2 + log_volume / 2 - np.log(tries.sigma).sum(axis=1)
    log_evidence = np.where(np.isfinite(log_evidence), log_evidence, -np.inf)
    best = np.full(count, -np.inf)
    np.maximum.at(best, tries.box, log_evidence)
    with np.errstate(invalid="ignore"):
        weight = np.exp(np.where(np.isfinite(log_evidence), log_evidence - best[tries.box], -np.inf))
    best_yaw = np.zeros(count)
    leading = weight == 1.0
    best_yaw[tries.box[leading]] = cuboids[leading, YAW]
    aligned = np.where(np.isfinite(log_evidence)[:, None], cuboids, 0.0)
    turn = aligned[:, YAW] - best_yaw[tries.box]
    aligned[:, YAW] -= np.pi * np.round(turn / np.pi)
    total = np.bincount(tries.box, weight, count)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = weight / total[tries.box]
    mean = np.zeros((count, 6))
    np.add.at(mean, tries.box, weight[:, None] * aligned)
    spread = aligned - mean[tries.box]
    covariance = np.zeros((count, 6, 6))
    np.add.at(covariance, tries.box, weight[:, None, None] * (covariances + spread[:, :, None] * spread[:, None, :]))
    found = np.isfinite(best)
    return np.where(found[:, None], mean, np.nan), np.where(found[:, None, None], covariance, np.nan)
