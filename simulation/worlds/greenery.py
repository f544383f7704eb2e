"""Trees in rows along the streets, and trees, bushes and hedges in the gardens behind."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from shapely import Point

from roadside.geometry.arrays import FloatArray
from simulation.types.world import Tree, TreeKind
from simulation.worlds.frontages import Frontage
from simulation.worlds.lines import box, length_m
from simulation.worlds.open_ground import OpenGround


@dataclass(frozen=True, slots=True)
class GreenStyle:
    """What grows in a quarter.

    Attributes:
        street_trees: kinds along the streets.
        step_m: from one street tree to the next.
        missing: share of the street trees that are not there.
        garden_trees: number per hectare of the extent.
    """

    street_trees: tuple[TreeKind, ...] = (TreeKind.BROADLEAF, TreeKind.COLUMN)
    step_m: float = 9.0
    missing: float = 0.3
    garden_trees: float = 25.0


SIZES_M: dict[TreeKind, tuple[float, float, float]] = {
    TreeKind.BROADLEAF: (5.5, 11.0, 0.30),
    TreeKind.COLUMN: (6.0, 12.0, 0.13),
    TreeKind.CONIFER: (6.0, 14.0, 0.19),
    TreeKind.BUSH: (0.8, 1.8, 0.60),
}
"""Least and greatest height, and the crown's radius as a share of the height."""

TRUNK_BEHIND_M = 1.6


def street_trees(sides: Sequence[Frontage], style: GreenStyle, ground: OpenGround,
                 rng: np.random.Generator) -> Iterator[Tree]:  # fmt: skip
    """Yields rows of trees behind the pavements; their crowns keep off the streets' sight lines and the houses."""
    for side in sides:
        kind = style.street_trees[int(rng.integers(len(style.street_trees)))]
        for along in np.arange(rng.uniform(2.0, style.step_m), length_m(side.border_m) - 2.0, style.step_m):
            size_m = _size_m(kind, rng)
            (x, y), _ = side.place(float(along), max(TRUNK_BEHIND_M, size_m[1]))
            if rng.random() >= style.missing and ground.take_disc(x, y, size_m[1] * 0.8, apart_m=0.2):
                yield Tree(kind, float(x), float(y), *size_m)


def garden_plants(extent_m: FloatArray, style: GreenStyle, ground: OpenGround,
                  rng: np.random.Generator) -> Iterator[Tree]:  # fmt: skip
    """Yields trees and bushes anywhere where there is room."""
    west, south, east, north = extent_m
    count = int(style.garden_trees * (east - west) * (north - south) / 1e4)
    kinds = (TreeKind.BROADLEAF, TreeKind.CONIFER, TreeKind.BUSH, TreeKind.BUSH, TreeKind.COLUMN)
    for x, y in rng.uniform((west, south), (east, north), (count, 2)):
        kind = kinds[int(rng.integers(len(kinds)))]
        size_m = _size_m(kind, rng)
        if ground.take(Point(x, y).buffer(size_m[1], quad_segs=4), apart_m=0.3):
            yield Tree(kind, float(x), float(y), *size_m)


def hedges(sides: Sequence[Frontage], ground: OpenGround, rng: np.random.Generator, share: float) -> Iterator[Tree]:
    """Yields hedges along a share of the plots, 2.2 m behind the pavement."""
    for side in sides:
        along = float(rng.uniform(2.0, 14.0))
        while along < length_m(side.border_m) - 8.0:
            long_m = float(rng.uniform(4.0, 9.0))
            (x, y), facing_rad = side.place(along + long_m / 2, 2.2)
            heading = facing_rad + np.pi / 2
            if rng.random() < share and ground.take_polygon(box(np.array([x, y]), heading, long_m, 0.9), 0.3):
                yield Tree(TreeKind.HEDGE, float(x), float(y), round(float(rng.uniform(0.9, 1.7)), 2), long_m / 2,
                           heading)  # fmt: skip
            along += long_m + float(rng.uniform(2.0, 25.0))


def _size_m(kind: TreeKind, rng: np.random.Generator) -> tuple[float, float]:
    """Returns height and crown radius."""
    low, high, share = SIZES_M[kind]
    height_m = round(float(rng.uniform(low, high)), 2)
    return height_m, round(height_m * share, 2)
