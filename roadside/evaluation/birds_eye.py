"""How alike road users and tracks are, seen from above: by the distance of their centres, or by their footprints."""

import numpy as np
import shapely

from roadside.geometry.arrays import BoolArray, FloatArray

SIMILARITY_REACH_M = 2.0
"""Centres this far apart have nothing in common: about the width of a car."""

MATCH_SIMILARITY = 0.5
"""From here on a pair is a match for MOTA and IDF1: 1 m between centres, or half of the footprints' union. The default
of TrackEval, and of MOTChallenge for boxes (Milan et al. 2016, arXiv:1603.00831)."""

ROUNDING = float(np.finfo(np.float64).eps)
"""What a comparison of similarities allows for."""

CORNERS = np.array([[0.5, 0.5], [-0.5, 0.5], [-0.5, -0.5], [0.5, -0.5]])
"""(4, 2) corners of a footprint, counter-clockwise, as shares of its length and width."""


def centre_similarity(truth_m: FloatArray, track_m: FloatArray) -> FloatArray:
    """Returns (N, M) how alike road users and tracks are by their centres alone: max(0, 1 - d / 2 m).

    Args:
        truth_m: (N, 2) true centres of the footprints, site frame.
        track_m: (M, 2) centres that the tracks state.
    """
    return np.maximum(0.0, 1.0 - _apart_m(truth_m, track_m) / SIMILARITY_REACH_M)


def footprint_overlap(
    truth_m: FloatArray,
    truth_heading_rad: FloatArray,
    truth_size_m: FloatArray,
    track_m: FloatArray,
    track_heading_rad: FloatArray,
    track_size_m: FloatArray,
) -> FloatArray:
    """Returns (N, M) intersection over union of the footprints; 0 where a heading or a size is not known.

    Zero and not NaN: a track that does not say how a road user lies must not gain by it.

    Args:
        truth_m: (N, 2) centres, site frame.
        truth_heading_rad: (N,) direction of the length, counter-clockwise from east.
        truth_size_m: (N, 2 or more) length, width; further columns are not read.
        track_m: (M, 2) as the truth's, and so the rest.
        track_heading_rad: (M,).
        track_size_m: (M, 2 or more).
    """
    overlap = np.zeros((len(truth_m), len(track_m)))
    rows, columns = np.nonzero(
        (_apart_m(truth_m, track_m) < _radius_m(truth_size_m)[:, None] + _radius_m(track_size_m))
        & _has_area(truth_heading_rad, truth_size_m)[:, None]
        & _has_area(track_heading_rad, track_size_m)
    )
    if not len(rows):
        return overlap
    common_m2 = shapely.area(
        shapely.intersection(
            shapely.polygons(_corners_m(truth_m[rows], truth_heading_rad[rows], truth_size_m[rows])),
            shapely.polygons(_corners_m(track_m[columns], track_heading_rad[columns], track_size_m[columns])),
        )
    )
    each_m2 = truth_size_m[rows, :2].prod(axis=1) + track_size_m[columns, :2].prod(axis=1)
    overlap[rows, columns] = np.minimum(1.0, common_m2 / (each_m2 - common_m2))
    return overlap


def _apart_m(from_m: FloatArray, to_m: FloatArray) -> FloatArray:
    """Returns (N, M) distances of (N, 2) and (M, 2) points."""
    step_m = from_m[:, None] - to_m[None]
    return np.asarray(np.hypot(step_m[..., 0], step_m[..., 1]))


def _radius_m(size_m: FloatArray) -> FloatArray:
    """Returns (N,) distance of the corners from the centre."""
    return np.asarray(np.hypot(size_m[:, 0], size_m[:, 1]) / 2)


def _has_area(heading_rad: FloatArray, size_m: FloatArray) -> BoolArray:
    """Returns (N,) which footprints are known well enough to overlap anything."""
    return np.asarray(np.isfinite(heading_rad) & (size_m[:, :2] > 0).all(axis=1))


def _corners_m(centre_m: FloatArray, heading_rad: FloatArray, size_m: FloatArray) -> FloatArray:
    """Returns (N, 4, 2) corners, counter-clockwise."""
    cos, sin = np.cos(heading_rad)[:, None], np.sin(heading_rad)[:, None]
    along, across = CORNERS[:, 0] * size_m[:, :1], CORNERS[:, 1] * size_m[:, 1:2]
    return np.asarray(centre_m[:, None] + np.stack([along * cos - across * sin, along * sin + across * cos], axis=-1))
