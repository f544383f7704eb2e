"""Smooth paths through the jerky positions of a traffic simulation, many at a time.

A path is sampled every ``SPACING_M`` of arc length; all paths lie one after the other in flat arrays with room at
both ends of each, so that one filter smooths all of them.
"""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

from roadside.geometry.arrays import FloatArray, IntArray, freeze_columns

SPACING_M = 0.25
REACH = 3.0
"""The filters reach so many standard deviations."""

MARGIN_M = 38.0
"""Straight piece before the first and after the last position: twice the reach of the coarser filter, for there the
paths before and after it are mixed in."""

FINE_M, COARSE_M = 1.4, 6.0
"""Standard deviations of the smoothing along the path, for slow and fast vehicles."""

SLOW_MPS, FAST_MPS = 6.0, 11.0
"""Between these speeds the two are mixed: slow vehicles turn tightly, fast ones change lanes over a long way."""


@dataclass(frozen=True, slots=True, eq=False)
class Paths:
    """N paths of the centres of N vehicles.

    Attributes:
        first: (N,) index of each path's first sample.
        counts: (N,) samples of each path.
        position_m: (S, 2) samples, site frame.
        tangent_rad: (S,) direction of the path, continuous within a path (no jumps by full turns).
        heading_rad: (S,) direction of the vehicle's long axis, continuous within a path.
    """

    first: IntArray
    counts: IntArray
    position_m: FloatArray
    tangent_rad: FloatArray
    heading_rad: FloatArray

    def __post_init__(self) -> None:
        freeze_columns(self, (("first", (), np.int64), ("counts", (), np.int64)))

    def samples(self, path: IntArray, along_m: FloatArray) -> FloatArray:
        """Returns where in the flat arrays ``along_m`` after the first position of each path lies, with fractions."""
        index = (along_m + MARGIN_M) / SPACING_M
        return np.asarray(self.first[path] + np.clip(index, 1.0, self.counts[path] - 2.001))


def smooth_paths(
    counts: IntArray, position_m: FloatArray, along_m: FloatArray, speed_mps: FloatArray, offset_m: FloatArray,
    axle_m: FloatArray,
) -> Paths:  # fmt: skip
    """Returns smooth paths and the headings that vehicles have on them.

    Args:
        counts: (N,) positions of each vehicle.
        position_m: (R, 2) positions, vehicle by vehicle.
        along_m: (R,) way from the first position of each vehicle; rising, not strictly.
        speed_mps: (R,) speeds.
        offset_m: (N,) how far to the left of these positions each vehicle keeps.
        axle_m: (N,) from the centre to the rear axle.
    """
    last = np.cumsum(counts) - 1
    begin = last - counts + 1
    length_m = along_m[last]
    samples = np.ceil((length_m + 2 * MARGIN_M) / SPACING_M).astype(np.int64) + 1
    first = np.cumsum(samples) - samples
    path = np.repeat(np.arange(len(counts)), samples)
    grid_m = (np.arange(samples.sum()) - first[path]) * SPACING_M - MARGIN_M
    # One number line for all paths: each has its own stretch, and they do not touch.
    shift_m = np.cumsum(length_m + 4 * MARGIN_M) - length_m
    place_m = along_m + np.repeat(shift_m, counts)
    # Strictly rising, or the steps of standing vehicles would be picked at random.
    place_m = np.maximum.accumulate(place_m + np.arange(len(place_m)) * 1e-9)
    raw, speed = _resampled(grid_m, path, shift_m, place_m, position_m, speed_mps, begin, last, length_m)
    fine, coarse = (
        gaussian_filter1d(raw, sigma / SPACING_M, axis=0, mode="nearest", truncate=REACH)
        for sigma in (FINE_M, COARSE_M)
    )
    weight = np.clip((speed - SLOW_MPS) / (FAST_MPS - SLOW_MPS), 0.0, 1.0)
    weight = gaussian_filter1d(weight, COARSE_M / SPACING_M, mode="nearest", truncate=REACH)[:, None]
    xy = (1.0 - weight) * fine + weight * coarse
    straight = np.abs(grid_m - length_m[path] / 2) > length_m[path] / 2 + REACH * COARSE_M + SPACING_M
    xy[straight] = raw[straight]
    tangent_rad = _tangent(xy, first, samples)
    normal = np.column_stack([-np.sin(tangent_rad), np.cos(tangent_rad)])
    xy = xy + offset_m[path, None] * normal
    heading_rad = trailing_heading(tangent_rad, first, samples, axle_m)
    return Paths(first, samples, xy, tangent_rad, heading_rad)


def _resampled(
    grid_m: FloatArray, path: IntArray, shift_m: FloatArray, place_m: FloatArray, position_m: FloatArray,
    speed_mps: FloatArray, begin: IntArray, last: IntArray, length_m: FloatArray,
) -> tuple[FloatArray, FloatArray]:  # fmt: skip
    """Returns (S, 2) positions and (S,) speeds on the grid; before and after a path it goes straight on."""
    inside_m = np.clip(grid_m, 0.0, length_m[path])
    at = inside_m + shift_m[path]
    xy = np.column_stack([np.interp(at, place_m, position_m[:, axis]) for axis in (0, 1)])
    speed = np.interp(at, place_m, speed_mps)
    reach_m = np.minimum(length_m, 3.0)
    ends = []
    for near, end in ((begin, shift_m), (last, shift_m + length_m)):
        sign = 1.0 if near is begin else -1.0
        other = np.column_stack([np.interp(end + sign * reach_m, place_m, position_m[:, axis]) for axis in (0, 1)])
        ends.append((position_m[near] - other) / np.maximum(reach_m, 1e-6)[:, None])
    beyond_m = grid_m - inside_m
    outward = np.where(beyond_m[:, None] < 0, ends[0][path], ends[1][path])
    return xy + np.abs(beyond_m)[:, None] * outward, speed


def _tangent(xy: FloatArray, first: IntArray, samples: IntArray) -> FloatArray:
    """Returns (S,) directions, unwrapped within each path."""
    step = np.gradient(xy, axis=0)
    # The first and last sample of a path have a neighbour that belongs to another one.
    ends = first + samples - 1
    step[first], step[ends] = step[first + 1], step[ends - 1]
    return np.unwrap(np.arctan2(step[:, 1], step[:, 0]))


def trailing_heading(tangent_rad: FloatArray, first: IntArray, samples: IntArray, axle_m: FloatArray) -> FloatArray:
    """Returns (S,) headings of bodies whose centre runs along the paths and whose rear axle trails behind.

    The axle cannot move sideways, so its line turns towards the path: d heading / d way = sin(tangent - heading) /
    distance (the tractrix). Over one straight sample tan(half the difference) falls by exp(-way / distance).
    """
    heading = tangent_rad.copy()
    by_length = np.argsort(-samples, kind="stable")
    keep = np.exp(-SPACING_M / np.maximum(axle_m, 0.05))[by_length]
    start, left = first[by_length], samples[by_length]
    active = np.searchsorted(-left, -np.arange(1, left.max(initial=1)), side="left")
    for step in range(1, len(active) + 1):
        rows = start[: active[step - 1]] + step
        lag = heading[rows - 1] - tangent_rad[rows]
        heading[rows] = tangent_rad[rows] + 2.0 * np.arctan(np.tan(lag / 2.0) * keep[: len(rows)])
    return heading
