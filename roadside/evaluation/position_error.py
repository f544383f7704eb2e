"""How far the tracks of a scene are from the truth, never without the share of the truth that was found."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from roadside.geometry.arrays import BoolArray, FloatArray
from roadside.types.scene import Tracks
from roadside.types.site import Site, polygon_contains
from roadside.types.truth import Truth

GATE_M = 5.0
"""A track this far from a road user is not it. Wide on purpose: a narrow gate makes a bad tracker look precise."""


@dataclass(frozen=True, slots=True, eq=False)
class PositionErrors:
    """Matches of one or many scenes with the truth.

    Attributes:
        error_m: (M,) distance of every matched pair of footprint centres.
        truth_count: true road users in coverage, summed over the scenes.
        track_count: tracks in coverage, summed over the scenes.
    """

    error_m: FloatArray
    truth_count: int
    track_count: int

    @property
    def rmse_m(self) -> float:
        """Root mean square of the errors; NaN without matches."""
        return float(np.sqrt((self.error_m**2).mean())) if len(self.error_m) else float("nan")

    @property
    def p95_m(self) -> float:
        """95 % quantile of the errors; NaN without matches."""
        return float(np.quantile(self.error_m, 0.95)) if len(self.error_m) else float("nan")

    @property
    def recall(self) -> float:
        """Share of the true road users that were matched; NaN without truth."""
        return len(self.error_m) / self.truth_count if self.truth_count else float("nan")

    @property
    def precision(self) -> float:
        """Share of the tracks that were matched; NaN without tracks."""
        return len(self.error_m) / self.track_count if self.track_count else float("nan")


def position_errors(tracks: Tracks, truth: Truth, site: Site) -> PositionErrors:
    """Returns the errors of one scene's tracks: pairs of least total distance, inside the declared coverage only."""
    points_m = np.concatenate([truth.position_m[:, :2], tracks.states[:, :2]])
    inside = covered(points_m, site)
    truth_m, track_m = points_m[: len(truth)][inside[: len(truth)]], points_m[len(truth) :][inside[len(truth) :]]
    distance_m = np.linalg.norm(truth_m[:, None] - track_m[None], axis=-1)
    rows, columns = linear_sum_assignment(np.minimum(distance_m, 2 * GATE_M))
    matched = distance_m[rows, columns]
    return PositionErrors(matched[matched <= GATE_M], len(truth_m), len(track_m))


def pooled(errors: list[PositionErrors]) -> PositionErrors:
    """Returns many scenes' errors as one."""
    return PositionErrors(
        np.concatenate([np.zeros(0), *(scene.error_m for scene in errors)]),
        sum(scene.truth_count for scene in errors),
        sum(scene.track_count for scene in errors),
    )


def covered(points_m: FloatArray, site: Site) -> BoolArray:
    """Returns (N,) which of (N, 2) points some sensor declares to watch."""
    inside = np.zeros(len(points_m), dtype=np.bool_)
    areas_m = [camera.coverage_m for camera in site.cameras] + [radar.coverage_m for radar in site.radars]
    for area_m in areas_m:
        inside |= polygon_contains(area_m, points_m)
    return inside
