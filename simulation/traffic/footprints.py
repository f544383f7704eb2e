"""Which footprints overlap: rectangles on the ground, many instants at once."""

import numpy as np

from roadside.geometry.arrays import BoolArray, FloatArray, IntArray

_NEIGHBOURS = ((0, 0), (1, -1), (1, 0), (1, 1), (0, 1))


def overlapping_pairs(
    instants: IntArray, position_m: FloatArray, heading_rad: FloatArray, size_m: FloatArray
) -> tuple[IntArray, IntArray]:
    """Returns the rows of both partners of every pair of footprints that overlap at one instant.

    Args:
        instants: (R,) when.
        position_m: (R, 2) centres.
        heading_rad: (R,) directions of the long axes.
        size_m: (R, 2) lengths and widths.
    """
    first, second = near_pairs(instants, position_m, np.hypot(size_m[:, 0], size_m[:, 1]) / 2)
    hit = overlap(
        position_m[second] - position_m[first], heading_rad[first], heading_rad[second], size_m[first], size_m[second]
    )
    return first[hit], second[hit]


def overlap(
    between_m: FloatArray, heading_a: FloatArray, heading_b: FloatArray, size_a: FloatArray, size_b: FloatArray
) -> BoolArray:
    """Returns (P,) whether pairs of rectangles overlap: no axis of either separates them.

    Args:
        between_m: (P, 2) from the centre of the first to that of the second.
        heading_a: (P,) direction of the first.
        heading_b: (P,) direction of the second.
        size_a: (P, 2) length and width of the first.
        size_b: (P, 2) length and width of the second.
    """
    turn = np.abs(np.cos(heading_a - heading_b)), np.abs(np.sin(heading_a - heading_b))
    hit = np.ones(len(between_m), dtype=bool)
    for heading, own, other in ((heading_a, size_a, size_b), (heading_b, size_b, size_a)):
        cos, sin = np.cos(heading), np.sin(heading)
        along = np.abs(between_m[:, 0] * cos + between_m[:, 1] * sin)
        across = np.abs(between_m[:, 1] * cos - between_m[:, 0] * sin)
        hit &= along < (own[:, 0] + other[:, 0] * turn[0] + other[:, 1] * turn[1]) / 2
        hit &= across < (own[:, 1] + other[:, 0] * turn[1] + other[:, 1] * turn[0]) / 2
    return hit


def near_pairs(instants: IntArray, position_m: FloatArray, reach_m: FloatArray) -> tuple[IntArray, IntArray]:
    """Returns pairs of rows of one instant whose circles of radius ``reach_m`` meet.

    Args:
        instants: (R,) when.
        position_m: (R, 2) centres.
        reach_m: (R,) radii.
    """
    cell_m = max(2 * float(reach_m.max(initial=0.0)), 1.0)
    x_m, y_m = position_m[:, 0], position_m[:, 1]
    cell = (np.floor(x_m / cell_m).astype(np.int64) + 2048) * 4096 + np.floor(y_m / cell_m).astype(np.int64) + 2048
    key = (instants << 24) + cell
    order = np.argsort(key, kind="stable")
    ordered, x_m, y_m, reach_m = key[order], x_m[order], y_m[order], reach_m[order]
    firsts, seconds = [], []
    for right, up in _NEIGHBOURS:
        wanted = ordered + right * 4096 + up
        high = np.searchsorted(ordered, wanted, side="right")
        low = np.arange(len(ordered)) + 1 if (right, up) == (0, 0) else np.searchsorted(ordered, wanted, side="left")
        count = np.maximum(high - low, 0)
        first = np.repeat(np.arange(len(ordered)), count)
        second = np.arange(len(first)) + np.repeat(low - np.cumsum(count) + count, count)
        gap2 = (x_m[second] - x_m[first]) ** 2 + (y_m[second] - y_m[first]) ** 2
        near = gap2 < (reach_m[first] + reach_m[second]) ** 2
        firsts.append(order[first[near]])
        seconds.append(order[second[near]])
    return np.concatenate(firsts), np.concatenate(seconds)
