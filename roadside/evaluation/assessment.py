"""One published scene against the truth: errors of every road user, and what the tracking metrics read."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from roadside.evaluation.birds_eye import centre_similarity, footprint_overlap
from roadside.evaluation.object_times import NO_TRACK, ObjectTimes
from roadside.evaluation.pairing import paired
from roadside.evaluation.sequence import SequenceFrame
from roadside.evaluation.sight import could_see, kinds_that_see, sight_of
from roadside.geometry.angles import wrapped_rad
from roadside.geometry.arrays import BoolArray, FloatArray, IntArray
from roadside.types.scene import Scene, Tracks
from roadside.types.site import Site
from roadside.types.truth import Truth


@dataclass(frozen=True, slots=True, eq=False)
class Assessment:
    """What one scene was worth, inside the declared coverage.

    Attributes:
        object_times: a row for every true road user.
        could_see: (N, S) which sensors could see each of them.
        track_count: tracks that count. One outside coverage counts if it is a covered road user; one inside does not
            if it is a road user outside: who stands at the border is neither missed nor made up.
        centres, overlaps: the scene for the tracking metrics, alike by distance of centres and by bird's-eye overlap.
    """

    object_times: ObjectTimes
    could_see: BoolArray
    track_count: int
    centres: SequenceFrame
    overlaps: SequenceFrame


def assess(scene: Scene, truth: Truth, published_ns: int, truth_when_published: Truth | None, site: Site) -> Assessment:
    """Returns the assessment of a scene.

    Args:
        scene: what was published.
        truth: of the scene's instant.
        published_ns: when it left the pole.
        truth_when_published: of that instant; ``None`` where nobody knows.
        site: the coverage that it declares.
    """
    tracks = scene.tracks
    if not np.isfinite(tracks.states).all():
        nowhere = tracks.track_ids[~np.isfinite(tracks.states).all(axis=1)]
        raise ValueError(
            f"scene at {scene.time_ns} ns: tracks must have a finite state, got {nowhere.tolist()} without"
        )
    sight, track_counts = sight_of(truth.position_m[:, :2], site), sight_of(tracks.states[:, :2], site).covered
    rows, columns = paired(tracks, truth)
    track_counts[columns] = sight.covered[rows]
    seen = could_see(truth, sight, site)
    everyone = ObjectTimes(
        road_user=truth.object_ids,
        time_ns=np.full(len(truth), scene.time_ns),
        classes=truth.classes,
        range_m=sight.range_m,
        speed_mps=np.linalg.norm(truth.velocity_mps, axis=1),
        seen_by=kinds_that_see(seen, site),
        **_said(tracks, truth, rows, columns),
        consumed_error_m=_consumed(scene, truth, rows, columns, published_ns, truth_when_published),
    )
    there, kept = np.flatnonzero(sight.covered), np.flatnonzero(track_counts)
    ids, track_ids = truth.object_ids[there], tracks.track_ids[kept]
    centres = centre_similarity(truth.position_m[there, :2], tracks.states[kept, :2])
    overlaps = footprint_overlap(
        truth.position_m[there, :2], truth.heading_rad[there], truth.size_m[there],
        tracks.states[kept, :2], tracks.heading_rad[kept], tracks.size_m[kept],
    )  # fmt: skip
    return Assessment(
        object_times=everyone.select(sight.covered),
        could_see=seen[there],
        track_count=len(kept),
        centres=SequenceFrame(ids, track_ids, centres),
        overlaps=SequenceFrame(ids, track_ids, overlaps),
    )


def _said(tracks: Tracks, truth: Truth, rows: IntArray, columns: IntArray) -> dict[str, Any]:
    """Returns the columns of ``ObjectTimes`` that tell what was said of N true road users; row and column pair up."""
    speed_mps = np.linalg.norm(tracks.states[columns, 2:], axis=1)
    return {
        "track_id": _filled(len(truth), rows, tracks.track_ids[columns], NO_TRACK),
        "error_m": _filled(len(truth), rows, tracks.states[columns, :2] - truth.position_m[rows, :2], np.nan),
        "covariance_m2": _filled(len(truth), rows, tracks.covariances[columns, :2, :2], np.nan),
        "speed_error_mps": _filled(
            len(truth), rows, speed_mps - np.linalg.norm(truth.velocity_mps[rows], axis=1), np.nan
        ),
        "velocity_error_mps": _filled(len(truth), rows, tracks.states[columns, 2:] - truth.velocity_mps[rows], np.nan),
        "heading_error_rad": _filled(
            len(truth), rows, wrapped_rad(tracks.heading_rad[columns] - truth.heading_rad[rows]), np.nan
        ),
        "size_error_m": _filled(len(truth), rows, tracks.size_m[columns] - truth.size_m[rows], np.nan),
        "track_class": _filled(len(truth), rows, tracks.classes[columns], NO_TRACK),
    }


def _consumed(
    scene: Scene, truth: Truth, rows: IntArray, columns: IntArray, published_ns: int, truth_when_published: Truth | None
) -> FloatArray:
    """Returns (N, 2) errors of what a vehicle makes of the scene when it is published; NaN where nobody can tell."""
    if truth_when_published is None:
        return np.full((len(truth), 2), np.nan)
    carried_m = scene.tracks.states[columns, :2] + scene.tracks.states[columns, 2:] * (
        (published_ns - scene.time_ns) / 1e9
    )
    _, here, then = np.intersect1d(truth.object_ids[rows], truth_when_published.object_ids, return_indices=True)
    return _filled(len(truth), rows[here], carried_m[here] - truth_when_published.position_m[then, :2], np.nan)


def _filled(length: int, rows: IntArray, values: NDArray[Any], elsewhere: float) -> NDArray[Any]:
    """Returns an array of ``length`` rows that holds ``values`` at ``rows``."""
    full = np.full((length, *values.shape[1:]), elsewhere, dtype=values.dtype)
    full[rows] = values
    return full
