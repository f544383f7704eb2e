"""How far off positions are, on the ground, and never without the share of the truth that was found.

A tracker that reports only what is easy has small errors, so no figure stands without the share of the true
object-times (one road user at one instant) that it was measured on.
"""

from dataclasses import dataclass

import numpy as np

from roadside.evaluation.bootstrap import Interval, interval, interval_of_share, known_sums, ratio, root_ratio
from roadside.evaluation.known_values import quantile, quotient, share
from roadside.evaluation.object_times import ObjectTimes, SeenBy
from roadside.geometry.arrays import BoolArray, FloatArray
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
            for 50 %, 68 % and 95 %. Ellipses that are stated well give 0.50, 0.68 and 0.95: below that the tracks are
            too sure of themselves, above it not enough. An error whose covariance gives no ellipse (not finite, or not
            positive definite) is in none.
        stated_95_m: median semi-major axis of the stated 95 % ellipses: how much the tracks hedge.
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
    stated_95_m: float


@dataclass(frozen=True, slots=True)
class ConsumedFigures:
    """Errors of the position that a vehicle carries on to the instant it received the scene.

    Attributes:
        object_times: all of them; ``without_truth`` of them have a track but no truth at the time of receipt.
        recall: share of all object-times that the errors are measured on: found, and with truth at the time of receipt.
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
    off = rows.select(rows.matched & np.isfinite(rows.error_m).all(axis=1))
    unlikely = _mahalanobis_squared(off.error_m, off.covariance_m2)
    return PositionFigures(
        object_times=len(rows),
        road_users=len(found),
        matched=int(rows.matched.sum()),
        recall=float(ratio(found.sum(axis=0))),
        recall_interval=interval_of_share(found),
        rmse_m=float(root_ratio(squared.sum(axis=0))),
        rmse_interval_m=interval(root_ratio, squared),
        p50_m=quantile(rows.distance_m, 0.50),
        p68_m=quantile(rows.distance_m, 0.68),
        p95_m=quantile(rows.distance_m, 0.95),
        inside_50=_share_inside(unlikely, 0.50),
        inside_68=_share_inside(unlikely, 0.68),
        inside_95=_share_inside(unlikely, 0.95),
        stated_95_m=quantile(_semi_major_m(rows.covariance_m2[rows.matched], 0.95), 0.50),
    )


def track_precision(figures: PositionFigures, track_count: int) -> float:
    """Returns the share of the tracks that mean a true road user; NaN where there were none.

    Args:
        figures: of the rows that the tracks were matched with.
        track_count: tracks that were judged, summed over the instants.
    """
    return quotient(figures.matched, track_count)


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

    Nobody matched those without a track against the truth of that time: they all count as missed. What has a track but
    no truth then counts as not measured either: were it left out beside them, the recall would be that of other rows.
    """
    measured = rows.matched & np.isfinite(rows.consumed_error_m).all(axis=1)
    error_m = rows.consumed_error_m[measured]
    distance_m = np.hypot(error_m[:, 0], error_m[:, 1])
    squared = known_sums(rows.road_user[measured], distance_m**2)
    return ConsumedFigures(
        object_times=len(rows),
        without_truth=int((rows.matched & ~measured).sum()),
        recall=share(measured),
        rmse_m=float(root_ratio(squared.sum(axis=0))),
        rmse_interval_m=interval(root_ratio, squared),
        p50_m=quantile(distance_m, 0.50),
        p95_m=quantile(distance_m, 0.95),
    )


def _has_ellipse(covariance_m2: FloatArray) -> BoolArray:
    """Returns (N,) whether each of (N, 2, 2) is finite and positive definite (Sylvester's criterion).

    The determinant alone is not enough: that of a negative definite one is positive too.
    """
    east_m2, cross_m2, north_m2 = _parts(covariance_m2)
    with np.errstate(over="ignore", invalid="ignore"):
        determinant = east_m2 * north_m2 - cross_m2**2
    return np.asarray((east_m2 > 0.0) & (determinant > 0.0) & np.isfinite(determinant))


def _mahalanobis_squared(error_m: FloatArray, covariance_m2: FloatArray) -> FloatArray:
    """Returns (N,) squared Mahalanobis distances of known errors; infinite where the covariance has no ellipse."""
    has_ellipse = _has_ellipse(covariance_m2)
    east_m2, cross_m2, north_m2 = _parts(covariance_m2[has_ellipse])
    east, north = error_m[has_ellipse].T
    distance = np.full(len(error_m), np.inf)
    with np.errstate(over="ignore", invalid="ignore"):
        adjugate = north_m2 * east**2 - 2.0 * cross_m2 * east * north + east_m2 * north**2
        distance[has_ellipse] = adjugate / (east_m2 * north_m2 - cross_m2**2)
    return distance


def _semi_major_m(covariance_m2: FloatArray, probability: float) -> FloatArray:
    """Returns the semi-major axes of the ellipses that hold a probability, of those of (N, 2, 2) that have one."""
    east_m2, cross_m2, north_m2 = _parts(covariance_m2[_has_ellipse(covariance_m2)])
    larger_eigenvalue_m2 = (east_m2 + north_m2) / 2.0 + np.hypot((east_m2 - north_m2) / 2.0, cross_m2)
    return np.asarray(np.sqrt(_squared_radius(probability)) * np.sqrt(larger_eigenvalue_m2))


def _share_inside(mahalanobis_squared: FloatArray, probability: float) -> float:
    """Returns the share of the squared distances inside the ellipse that holds a probability."""
    return share(mahalanobis_squared <= _squared_radius(probability))


def _squared_radius(probability: float) -> float:
    """Returns the squared Mahalanobis distance within which a Gaussian error in the plane lies with a probability.

    It has a chi-square distribution of two degrees of freedom, whose quantile is -2 ln(1 - p) (Bar-Shalom, Li &
    Kirubarajan 2001, "Estimation with Applications to Tracking and Navigation", section 1.4.17).
    """
    return float(-2.0 * np.log(1.0 - probability))


def _parts(covariance_m2: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Returns (N,) variance to the east, covariance, and variance to the north."""
    return covariance_m2[:, 0, 0], covariance_m2[:, 0, 1], covariance_m2[:, 1, 1]
