"""How much of every road user a camera sees, by what stands before it.

Everything is drawn as upright boxes in a levelled picture of the camera: u = sideways / forward, v = up / forward.
There a cuboid's outline is close to a rectangle, a building's wall a rectangle exactly, and no angle has to be
computed. Since all stand on one road below the camera, what is nearer begins lower: of each column of an outline the
part up to the highest top before it is hidden, so a maximum takes the place of a union of areas.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import FloatArray, IntArray
from simulation.types.world import Building

COLUMNS = 8
"""Columns that each outline is cut into; a column that is covered in part counts in part."""
NEAREST_M = 1.0
"""Outlines reach no nearer before the camera than this."""
WALL_COLUMNS = 720
"""Columns of the picture that walls are looked up in."""
WALL_DEPTHS = 160
WALL_DEPTH_M = 1.0
"""Walls are looked up by the depth of what they may hide, in steps of it."""
WIDEST_U = 1.6
"""Half the width of the picture that walls are known in: 58 degrees to either side."""


@dataclass(frozen=True, slots=True, eq=False)
class Outlines:
    """N upright rectangles in a camera's levelled picture.

    Attributes:
        left_u, right_u: (N,) sideways.
        foot_v, top_v: (N,) upwards; negative below the camera.
        depth_m: (N,) of their middles, along the camera's level axis; what has none before the camera has NaN.
    """

    left_u: FloatArray
    right_u: FloatArray
    foot_v: FloatArray
    top_v: FloatArray
    depth_m: FloatArray

    def __len__(self) -> int:
        return len(self.depth_m)


@dataclass(frozen=True, slots=True, eq=False)
class Viewpoint:
    """Where a sensor hangs, and the walls that it sees.

    Attributes:
        position_m: (3,) site frame.
        forward: (2,) level unit vector along its axis.
        wall_top_v: (WALL_COLUMNS, WALL_DEPTHS) the highest wall in a column before a depth; -inf where there is none.
    """

    position_m: FloatArray
    forward: FloatArray
    wall_top_v: FloatArray

    @staticmethod
    def of(position_m: FloatArray, axis: FloatArray, buildings: Sequence[Building]) -> "Viewpoint":
        """Returns the viewpoint of a sensor among buildings.

        Args:
            position_m: (3,) where it hangs, site frame.
            axis: (3,) where it looks; not straight down.
            buildings: what hides the road.
        """
        forward = np.asarray(axis[:2] / np.linalg.norm(axis[:2]))
        return Viewpoint(position_m, forward, _wall_tops(position_m, forward, buildings))

    def outlines(self, position_m: FloatArray, heading_rad: FloatArray, size_m: FloatArray) -> Outlines:
        """Returns the outlines of N cuboids on the road.

        Args:
            position_m: (N, 3) centres of the footprints.
            heading_rad: (N,) counter-clockwise from east.
            size_m: (N, 3) length, width, height.
        """
        offset_m = position_m - self.position_m
        east, north = self.forward
        depth_m = offset_m[:, 0] * east + offset_m[:, 1] * north
        aside_m = offset_m[:, 0] * north - offset_m[:, 1] * east
        cos, sin = np.cos(heading_rad), np.sin(heading_rad)
        along, across = cos * east + sin * north, cos * north - sin * east
        half_length, half_width = size_m[:, 0] / 2, size_m[:, 1] / 2
        depths = _corners(depth_m, along * half_length, across * half_width)
        sides = _corners(aside_m, across * half_length, -along * half_width)
        near_m = np.maximum(np.minimum.reduce(depths), NEAREST_M)
        far_m = np.maximum(np.maximum.reduce(depths), NEAREST_M)
        us = [side / np.maximum(depth, NEAREST_M) for side, depth in zip(sides, depths, strict=True)]
        top_m = offset_m[:, 2] + size_m[:, 2]
        return Outlines(
            left_u=np.minimum.reduce(us),
            right_u=np.maximum.reduce(us),
            foot_v=offset_m[:, 2] / near_m,
            top_v=top_m / np.where(top_m < 0.0, far_m, near_m),
            depth_m=np.where(depth_m > NEAREST_M, depth_m, np.nan),
        )


def _corners(centre: FloatArray, by_length: FloatArray, by_width: FloatArray) -> list[FloatArray]:
    """Returns one coordinate of the four corners of N footprints."""
    fore, aft = centre + by_length, centre - by_length
    return [fore + by_width, fore - by_width, aft + by_width, aft - by_width]


def pairs_in_the_way(outlines: Outlines, frames: IntArray) -> tuple[IntArray, IntArray]:
    """Returns (P,) rows that are hidden at least in part by others, in rising order, and (P,) those others.

    Args:
        outlines: N.
        frames: (N,) never falling: only what belongs to one frame can hide each other.
    """
    behind, before = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    left_u, right_u, depth_m = outlines.left_u, outlines.right_u, outlines.depth_m
    for shift in range(1, len(frames)):
        together = frames[shift:] == frames[:-shift]
        if not together.any():
            break
        together &= (left_u[shift:] < right_u[:-shift]) & (left_u[:-shift] < right_u[shift:])
        first = np.flatnonzero(together)
        second = first + shift
        swap = depth_m[first] > depth_m[second]
        farther, nearer = np.where(swap, first, second), np.where(swap, second, first)
        reaches = outlines.top_v[nearer] > outlines.foot_v[farther]
        behind.append(farther[reaches])
        before.append(nearer[reaches])
    rows, others = np.concatenate(behind), np.concatenate(before)
    order = np.argsort(rows, kind="stable")
    return rows[order], others[order]


def visible_shares(viewpoint: Viewpoint, outlines: Outlines, pairs: tuple[IntArray, IntArray]) -> FloatArray:
    """Returns (N,) the share of every outline that nothing hides; 0 behind the camera.

    Args:
        viewpoint: whose walls hide.
        outlines: N.
        pairs: of them, as ``pairs_in_the_way`` gives them.
    """
    hidden = _hidden_by_walls(viewpoint, outlines)
    rows, others = pairs
    if len(rows):
        first = np.flatnonzero(np.diff(rows, prepend=-1))
        each = _hidden_by_others(outlines, rows, others)
        hidden[rows[first]] = np.maximum(hidden[rows[first]], np.maximum.reduceat(each, first))
    return np.where(np.isfinite(outlines.depth_m), 1.0 - hidden.mean(axis=1), 0.0)


def _hidden_by_others(outlines: Outlines, rows: IntArray, others: IntArray) -> FloatArray:
    """Returns (P, COLUMNS) how much of each column one other hides."""
    left_u, foot_v = outlines.left_u[rows], outlines.foot_v[rows]
    width_u = np.maximum(outlines.right_u[rows] - left_u, 1e-9)
    from_column = (outlines.left_u[others] - left_u) / width_u * COLUMNS
    to_column = (outlines.right_u[others] - left_u) / width_u * COLUMNS
    columns = np.arange(COLUMNS)
    covered = np.minimum(to_column[:, None], columns + 1.0) - np.maximum(from_column[:, None], columns)
    height_v = np.maximum(outlines.top_v[rows] - foot_v, 1e-9)
    low = np.maximum(outlines.foot_v[others], foot_v)
    tall = np.clip((np.minimum(outlines.top_v[others], outlines.top_v[rows]) - low) / height_v, 0.0, 1.0)
    return np.asarray(np.clip(covered, 0.0, 1.0) * tall[:, None])


def _hidden_by_walls(viewpoint: Viewpoint, outlines: Outlines) -> FloatArray:
    """Returns (N, COLUMNS) how much of each column walls hide."""
    hidden = np.zeros((len(outlines), COLUMNS))
    if not np.isfinite(viewpoint.wall_top_v).any():
        return hidden
    depth = np.clip(np.nan_to_num(outlines.depth_m) / WALL_DEPTH_M, 0, WALL_DEPTHS - 1).astype(np.int64)
    share = (np.arange(COLUMNS) + 0.5) / COLUMNS
    u = outlines.left_u[:, None] + share * (outlines.right_u - outlines.left_u)[:, None]
    column = np.clip((u + WIDEST_U) / (2 * WIDEST_U) * WALL_COLUMNS, 0, WALL_COLUMNS - 1).astype(np.int64)
    top_v = viewpoint.wall_top_v[column, depth[:, None]]
    rows = np.flatnonzero((top_v > outlines.foot_v[:, None]).any(axis=1))
    foot_v = outlines.foot_v[rows, None]
    height_v = np.maximum(outlines.top_v[rows, None] - foot_v, 1e-9)
    hidden[rows] = np.clip((top_v[rows] - foot_v) / height_v, 0.0, 1.0)
    return hidden


def _wall_tops(position_m: FloatArray, forward: FloatArray, buildings: Sequence[Building]) -> FloatArray:
    """Returns the table of ``Viewpoint.wall_top_v``."""
    tops = np.full((WALL_COLUMNS, WALL_DEPTHS), -np.inf)
    u = ((np.arange(WALL_COLUMNS) + 0.5) / WALL_COLUMNS * 2.0 - 1.0) * WIDEST_U
    depths_m = np.arange(WALL_DEPTHS) * WALL_DEPTH_M
    for building in buildings:
        offset_m = building.polygon_m - position_m[:2]
        depth = offset_m @ forward
        aside = offset_m[:, 0] * forward[1] - offset_m[:, 1] * forward[0]
        for one, two in zip(range(len(depth)), np.roll(range(len(depth)), -1), strict=True):
            # A ray aside = u depth meets the wall at the share of it where aside - u depth changes sign.
            gap_one, gap_two = aside[one] - u * depth[one], aside[two] - u * depth[two]
            crosses = (gap_one > 0) != (gap_two > 0)
            share = gap_one[crosses] / (gap_one - gap_two)[crosses]
            wall_m = depth[one] + share * (depth[two] - depth[one])
            ahead = wall_m > NEAREST_M
            columns, wall_m = np.flatnonzero(crosses)[ahead], wall_m[ahead]
            top_v = (building.height_m - position_m[2]) / wall_m
            tops[columns] = np.maximum(tops[columns], np.where(depths_m > wall_m[:, None], top_v[:, None], -np.inf))
    return tops
