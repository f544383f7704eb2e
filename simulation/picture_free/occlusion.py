"""How much of every road user a sensor sees, by what stands before it.

Everything is looked at in a levelled picture: u = sideways / forward, v = up / forward. There a vertical ray plane is a
column, and a cuboid on the road covers of a column exactly what lies between the near side of its foot and the far side
of its top. Since all stand on one road below the sensor, what is nearer begins lower: of each column the part up to the
highest top before it is hidden, so a maximum takes the place of a union.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import BoolArray, FloatArray, IntArray
from simulation.types.world import Building

COLUMNS = 8
"""Columns that each outline is looked at in."""
NEAREST_M = 1.0
"""Outlines reach no nearer before the sensor than this."""
PARALLEL = 1e-9
"""A ray that turns less from a side than this is parallel to it."""
WALL_COLUMNS = 720
"""Columns of the picture that walls are looked up in."""
WALL_DEPTHS = 160
WALL_DEPTH_M = 1.0
"""Walls are looked up by the depth of what they may hide, in steps of it."""
WIDEST_U = 1.6
"""Half the width of the picture that walls are known in: 58 degrees to either side."""


@dataclass(frozen=True, slots=True, eq=False)
class Outlines:
    """N cuboids on the road as a sensor has them before it.

    Attributes:
        left_u, right_u: (N,) how far they reach sideways.
        foot_v, top_v: (N,) how far they reach down and up.
        depth_m, aside_m: (N,) of their middles; the depth is NaN where one is not before the sensor.
        turn: (N, 2) cosine and sine of their length's direction, from forward towards aside.
        half_m: (N, 2) half of length and width.
        base_m, roof_m: (N,) heights of foot and top, from the sensor.
        opacity: (N,) how much of what is behind one is hidden: bodies do not fill their cuboids.
    """

    left_u: FloatArray
    right_u: FloatArray
    foot_v: FloatArray
    top_v: FloatArray
    depth_m: FloatArray
    aside_m: FloatArray
    turn: FloatArray
    half_m: FloatArray
    base_m: FloatArray
    roof_m: FloatArray
    opacity: FloatArray

    def __len__(self) -> int:
        return len(self.depth_m)

    @property
    def columns_u(self) -> FloatArray:
        """(N, COLUMNS) the middles of the columns that they are looked at in."""
        share = (np.arange(COLUMNS) + 0.5) / COLUMNS
        return np.asarray(self.left_u[:, None] + share * (self.right_u - self.left_u)[:, None])

    def spans_v(self, rows: IntArray, u: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Returns what the outlines cover of columns: (P, K) from where, up to where; nothing where that is not higher.

        Args:
            rows: (P,) whose outlines.
            u: (P, K) the columns.
        """
        cos, sin = self.turn[rows, 0, None], self.turn[rows, 1, None]
        depth_m, aside_m = self.depth_m[rows, None], self.aside_m[rows, None]
        near_m, far_m = np.full(u.shape, NEAREST_M), np.full(u.shape, np.inf)
        for axis, (pace, middle_m) in enumerate(
            ((cos + u * sin, depth_m * cos + aside_m * sin), (u * cos - sin, aside_m * cos - depth_m * sin))
        ):
            pace[np.abs(pace) < PARALLEL] = PARALLEL
            per_pace = np.reciprocal(pace, out=pace)
            centre_m = middle_m * per_pace
            reach_m = np.abs(per_pace, out=per_pace)
            reach_m *= self.half_m[rows, axis, None]
            np.maximum(near_m, centre_m - reach_m, out=near_m)
            np.minimum(far_m, centre_m + reach_m, out=far_m)
        base_m, roof_m = self.base_m[rows, None], self.roof_m[rows, None]
        hits = near_m < far_m
        low_v = np.where(hits, base_m / near_m, 0.0)
        high_v = np.where(hits, roof_m / np.where(hits & (roof_m < 0.0), far_m, near_m), low_v)
        return low_v, high_v


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

    def outlines(
        self, position_m: FloatArray, heading_rad: FloatArray, size_m: FloatArray, opacity: FloatArray
    ) -> Outlines:
        """Returns the outlines of N cuboids on the road.

        Args:
            position_m: (N, 3) centres of the footprints.
            heading_rad: (N,) counter-clockwise from east.
            size_m: (N, 3) length, width, height.
            opacity: (N,) 0 to 1.
        """
        offset_m = position_m - self.position_m
        east, north = self.forward
        depth_m = offset_m[:, 0] * east + offset_m[:, 1] * north
        aside_m = offset_m[:, 0] * north - offset_m[:, 1] * east
        cos, sin = np.cos(heading_rad), np.sin(heading_rad)
        turn = np.stack([cos * east + sin * north, cos * north - sin * east], axis=1)
        half_m = size_m[:, :2] / 2
        depths = _corners(depth_m, turn[:, 0] * half_m[:, 0], turn[:, 1] * half_m[:, 1])
        sides = _corners(aside_m, turn[:, 1] * half_m[:, 0], -turn[:, 0] * half_m[:, 1])
        near_m = np.maximum(np.minimum.reduce(depths), NEAREST_M)
        far_m = np.maximum(np.maximum.reduce(depths), NEAREST_M)
        us = [side / np.maximum(depth, NEAREST_M) for side, depth in zip(sides, depths, strict=True)]
        roof_m = offset_m[:, 2] + size_m[:, 2]
        return Outlines(
            left_u=np.minimum.reduce(us),
            right_u=np.maximum.reduce(us),
            foot_v=offset_m[:, 2] / near_m,
            top_v=roof_m / np.where(roof_m < 0.0, far_m, near_m),
            depth_m=np.where(depth_m > NEAREST_M, depth_m, np.nan),
            aside_m=aside_m,
            turn=turn,
            half_m=half_m,
            base_m=offset_m[:, 2],
            roof_m=roof_m,
            opacity=opacity,
        )


def _corners(centre: FloatArray, by_length: FloatArray, by_width: FloatArray) -> list[FloatArray]:
    """Returns one coordinate of the four corners of N footprints."""
    fore, aft = centre + by_length, centre - by_length
    return [fore + by_width, fore - by_width, aft + by_width, aft - by_width]


def pairs_in_the_way(outlines: Outlines, frames: IntArray) -> tuple[IntArray, IntArray]:
    """Returns (P,) rows that may be hidden in part by others, in rising order, and (P,) those others.

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
    """Returns (N,) the share of every outline that nothing hides; 0 where it is not before the sensor.

    Args:
        viewpoint: whose walls hide.
        outlines: N.
        pairs: of them, as ``pairs_in_the_way`` gives them.
    """
    share = np.where(np.isfinite(outlines.depth_m), 1.0, 0.0)
    by_walls = _behind_walls(viewpoint, outlines)
    looked_at = np.union1d(pairs[0], by_walls)
    if len(looked_at) == 0:
        return share
    u = outlines.columns_u[looked_at]
    low_v, high_v = outlines.spans_v(looked_at, u)
    hidden_v = np.zeros(u.shape)
    wall_v = viewpoint.wall_top_v[_wall_column(u), _wall_depth(outlines.depth_m[looked_at])[:, None]]
    np.clip(wall_v - low_v, 0.0, high_v - low_v, out=hidden_v)
    if len(pairs[0]):
        place = np.searchsorted(looked_at, pairs[0])
        other_low_v, other_high_v = outlines.spans_v(pairs[1], u[place])
        reach_v = np.minimum(other_high_v, high_v[place]) - np.maximum(other_low_v, low_v[place])
        reach_v = np.maximum(reach_v, 0.0) * outlines.opacity[pairs[1], None]
        first = np.flatnonzero(np.diff(place, prepend=-1))
        row = place[first]
        hidden_v[row] = np.maximum(hidden_v[row], np.maximum.reduceat(reach_v, first))
    whole_v = np.maximum((high_v - low_v).sum(axis=1), 1e-12)
    share[looked_at] *= 1.0 - hidden_v.sum(axis=1) / whole_v
    return share


def _behind_walls(viewpoint: Viewpoint, outlines: Outlines) -> IntArray:
    """Returns the rows of outlines that walls hide in part."""
    if not np.isfinite(viewpoint.wall_top_v).any():
        return np.zeros(0, dtype=np.int64)
    depth = _wall_depth(outlines.depth_m)
    hides: BoolArray = np.zeros(len(outlines), dtype=np.bool_)
    for u in (outlines.left_u, (outlines.left_u + outlines.right_u) / 2, outlines.right_u):
        hides |= viewpoint.wall_top_v[_wall_column(u), depth] > outlines.foot_v
    return np.flatnonzero(hides)


def _wall_column(u: FloatArray) -> IntArray:
    return np.clip((u + WIDEST_U) / (2 * WIDEST_U) * WALL_COLUMNS, 0, WALL_COLUMNS - 1).astype(np.int64)


def _wall_depth(depth_m: FloatArray) -> IntArray:
    return np.clip(np.nan_to_num(depth_m) / WALL_DEPTH_M, 0, WALL_DEPTHS - 1).astype(np.int64)


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
