"""Lines on the ground: lengths along them, lines beside them, and strips of paint or kerb around them."""

import numpy as np

from roadside.geometry.arrays import FloatArray


def distances_m(line_m: FloatArray) -> FloatArray:
    """Returns (K,) the way along a (K, 2) line to each of its points."""
    return np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line_m[:, :2], axis=0), axis=1))])


def length_m(line_m: FloatArray) -> float:
    """Returns the length of a (K, 2) line."""
    return float(distances_m(line_m)[-1])


def points_at(line_m: FloatArray, along_m: FloatArray | float) -> FloatArray:
    """Returns (..., 2) points of a (K, 2) line; before its beginning and beyond its end those of its ends."""
    way_m = distances_m(line_m)
    return np.stack([np.interp(along_m, way_m, line_m[:, axis]) for axis in (0, 1)], axis=-1)


def directions_at(line_m: FloatArray, along_m: FloatArray | float) -> FloatArray:
    """Returns (..., 2) unit directions of a (K, 2) line's pieces at ways along it."""
    way_m = distances_m(line_m)
    piece = np.clip(np.searchsorted(way_m, along_m, side="right") - 1, 0, len(line_m) - 2)
    steps = np.diff(line_m[:, :2], axis=0)
    return np.asarray((steps / np.linalg.norm(steps, axis=1, keepdims=True))[piece])


def heading_at(line_m: FloatArray, along_m: float) -> float:
    """Returns the heading of a (K, 2) line at a way along it, counter-clockwise from east."""
    east, north = directions_at(line_m, along_m)
    return float(np.arctan2(north, east))


def left_of(directions: FloatArray) -> FloatArray:
    """Returns (..., 2) directions turned a quarter to the left."""
    return np.stack([-directions[..., 1], directions[..., 0]], axis=-1)


def cut(line_m: FloatArray, from_m: float, to_m: float) -> FloatArray:
    """Returns the (K, 2) piece of a line between two ways along it."""
    way_m = distances_m(line_m)
    inner = line_m[(way_m > from_m + 1e-6) & (way_m < to_m - 1e-6), :2]
    return np.concatenate([points_at(line_m, from_m)[None], inner, points_at(line_m, to_m)[None]])


def beside(line_m: FloatArray, left_m: float) -> FloatArray:
    """Returns the (K, 2) line that runs ``left_m`` to the left of a line, to the right where negative; mitred."""
    steps = np.diff(line_m[:, :2], axis=0)
    normals = left_of(steps / np.linalg.norm(steps, axis=1, keepdims=True))
    before, after = np.vstack([normals[:1], normals]), np.vstack([normals, normals[-1:]])
    mitre = (before + after) / (1.0 + (before * after).sum(axis=1, keepdims=True)).clip(0.5)
    return np.asarray(line_m[:, :2] + left_m * mitre)


def strip(line_m: FloatArray, left_m: float, right_m: float) -> FloatArray:
    """Returns the (2K, 2) polygon between the lines ``left_m`` and ``right_m`` to the left, counter-clockwise."""
    low, high = sorted((left_m, right_m))
    return np.concatenate([beside(line_m, low), beside(line_m, high)[::-1]])


def dashes(line_m: FloatArray, dash_m: float, gap_m: float, width_m: float) -> list[FloatArray]:
    """Returns the polygons of a broken line, from its beginning; a last dash is cut where the line ends."""
    starts = np.arange(0.0, length_m(line_m) - 0.3, dash_m + gap_m)
    ends = np.minimum(starts + dash_m, length_m(line_m))
    return [strip(cut(line_m, start, end), width_m / 2, -width_m / 2) for start, end in zip(starts, ends, strict=True)]


def box(centre_m: FloatArray, heading_rad: float, length_m: float, width_m: float) -> FloatArray:
    """Returns the (4, 2) corners of a rectangle, counter-clockwise from its front right."""
    forward = np.array([np.cos(heading_rad), np.sin(heading_rad)])
    along, across = forward * length_m / 2, left_of(forward) * width_m / 2
    return np.array([centre_m + along - across, centre_m + along + across, centre_m - along + across,
                     centre_m - along - across])  # fmt: skip


def evenly(line_m: FloatArray, step_m: float, from_m: float, to_m: float) -> FloatArray:
    """Returns (N,) ways along a line at about ``step_m`` from one another, the same room left at both ends."""
    count = int(max(to_m - from_m, 0.0) // step_m) + 1
    spare_m = max(to_m - from_m, 0.0) - (count - 1) * step_m
    return np.asarray(from_m + spare_m / 2 + step_m * np.arange(count)) if to_m >= from_m else np.zeros(0)
