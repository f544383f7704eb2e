"""How far off positions are, on the ground, and never without the share of the truth that was found.

A tracker that reports only what is easy has small errors, so no figure stands without the share of the true
object-times (one road user at one instant) that it was measured on.
"""

from dataclasses import dataclass

import numpy as np

from roadside.evaluation.bootstrap import Interval, interval, known_sums, ratio, root_ratio
from roadside.evaluation.known_values import quantile, share
from roadside.evaluation.object_times import ObjectTimes, SeenBy
from roadside.geometry.arrays import FloatArray
from roadside.types.road_users import RoadUserClass


@dataclass(frozen=True, slots=True)
class Band:
    """Distances along the ground from ``from_m`` to just below ``to_m``."""

    from_m: float
    to_m: float


BANDS = (Band(0.0, 30.0), Band(30.0, 60.0), Band(60.0, 100.0))
BEYOND = Band(100.0, float("inf"))


@dataclass(frozen=True, slots=True)
class PositionFigures:
    """Errors of the footprint's centre on the ground.

    Attributes:
        object_times: true road users, summed over the instants; ``matched`` of them have a track.
        road_users: different ones.
        recall: share of the object-times with a track.
        p50_m, p68_m, p95_m: quantiles of the error's length.
        inside_50, inside_68, inside_95: share of the errors that lie in the ellipse which the track's covariance gives
            for 50 %, 68 % and 95 %. Below the ellipse's own share the track is too sure of itself, above it not enough.
    """

    object_times: int
    road_users: int
    matched: int
    recall: float
    recall_interval: Interval
    rmse_m: float
    rmse_interval_m: Interval
    p50_m: float
    p68_m: float
    p95_m: float
    inside_50: float
    inside_68: float
    inside_95: float


@dataclass(frozen=True, slots=True)
class ConsumedFigures:
    """Errors of the position that a vehicle carries on to the instant it received the scene.

    Attributes:
        object_times: those counted; ``without_truth`` more have a track but no truth at the time of receipt.
        recall: share of those counted that have a track.
    """

    object_times: int
    without_truth: int
    recall: float
    rmse_m: float
    rmse_interval_m: Interval
    p50_m: float
    p95_m: float


def position_figures(rows: ObjectTimes) -> PositionFigures:
    """Returns the errors of position of the rows."""
    found = known_sums(rows.road_user, rows.matched.astype(np.float64))
    squared = known_sums(rows.road_user, rows.distance_m**2)
    unlikely = _mahalanobis_squared(rows.error_m, rows.covariance_m2)
    return PositionFigures(
        object_times=len(rows),
        road_users=len(found),
        matched=int(rows.matched.sum()),
        recall=float(ratio(found.sum(axis=0))),
        recall_interval=interval(ratio, found),
        rmse_m=float(root_ratio(squared.sum(axis=0))),
        rmse_interval_m=interval(root_ratio, squared),
        p50_m=quantile(rows.distance_m, 0.50),
        p68_m=quantile(rows.distance_m, 0.68),
        p95_m=quantile(rows.distance_m, 0.95),
        inside_50=_share_inside(unlikely, 0.50),
        inside_68=_share_inside(unlikely, 0.68),
        inside_95=_share_inside(unlikely, 0.95),
    )


def by_band(rows: ObjectTimes) -> dict[Band, PositionFigures]:
    """Returns the errors of position by distance from the sensor; 100 m and more only if something was there."""
    bands = (*BANDS, BEYOND) if (rows.range_m >= BEYOND.from_m).any() else BANDS
    return {
        band: position_figures(rows.select((rows.range_m >= band.from_m) & (rows.range_m < band.to_m)))
        for band in bands
    }


def by_class(rows: ObjectTimes) -> dict[RoadUserClass, PositionFigures]:
    """Returns the errors of position of every true class that was there."""
    return {
        RoadUserClass(kind): position_figures(rows.select(rows.classes == kind)) for kind in np.unique(rows.classes)
    }


def by_sight(rows: ObjectTimes) -> dict[SeenBy, PositionFigures]:
    """Returns the errors of position by what could see the road user, for every such kind that was there."""
    there = [SeenBy(number) for number in np.unique(rows.seen_by)]
    return {seen_by: position_figures(rows.select(rows.seen_by == seen_by)) for seen_by in there}


def consumed_figures(rows: ObjectTimes) -> ConsumedFigures:
    """Returns the errors of position at the time of receipt.

    Nobody matched those without a track against the truth of that time: they all count as missed.
    """
    without_truth = rows.matched & np.isnan(rows.consumed_error_m).any(axis=1)
    rows = rows.select(~without_truth)
    distance_m = np.hypot(rows.consumed_error_m[:, 0], rows.consumed_error_m[:, 1])
    squared = known_sums(rows.road_user, distance_m**2)
    return ConsumedFigures(
        object_times=len(rows),
        without_truth=int(without_truth.sum()),
        recall=share(rows.matched),
        rmse_m=float(root_ratio(squared.sum(axis=0))),
        rmse_interval_m=interval(root_ratio, squared),
        p50_m=quantile(distance_m, 0.50),
        p95_m=quantile(distance_m, 0.95),
    )


def _mahalanobis_squared(error_m: FloatArray, covariance_m2: FloatArray) -> FloatArray:
    """Returns (N,) squared Mahalanobis distances; NaN where error or covariance are not known.

    Infinite for a covariance that is none (no positive determinant): such an ellipse holds nothing.
    """
    east, north = error_m.T
    east_m2, cross_m2, north_m2 = covariance_m2[:, 0, 0], covariance_m2[:, 0, 1], covariance_m2[:, 1, 1]
    determinant = east_m2 * north_m2 - cross_m2**2
    adjugate = north_m2 * east**2 - 2.0 * cross_m2 * east * north + east_m2 * north**2
    distance = np.full(len(error_m), np.inf)
    np.divide(adjugate, determinant, out=distance, where=determinant > 0.0)
    distance[np.isnan(adjugate)] = np.nan
    return distance


def _share_inside(mahalanobis_squared: FloatArray, probability: float) -> float:
    """Returns the share of the known distances inside the ellipse that holds a probability.

    The squared distance of a Gaussian error in the plane has a chi-square distribution of two degrees of freedom, whose
    quantile is -2 ln(1 - p) (Bar-Shalom, Li & Kirubarajan 2001, "Estimation with Applications to Tracking and
    Navigation", section 1.4.17).
    """
    known = mahalanobis_squared[~np.isnan(mahalanobis_squared)]
    return share(known <= -2.0 * np.log(1.0 - probability))
