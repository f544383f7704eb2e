"""Which cells answer for which object: those that already find it best.

This is task-aligned assignment (TOOD, https://arxiv.org/abs/2108.07755) on pairs: only an object and a cell that lies
on it are ever looked at together, those of a whole batch at once. That is a few ten thousand pairs instead of objects
times cells times pictures.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from simulation.detector.network import Cells

CELLS_PER_OBJECT = 10
SCORE_POWER = 0.5
OVERLAP_POWER = 6.0
"""Alignment is score ** 0.5 * overlap ** 6; powers, cells per object as in TOOD's successors."""
LEAST_REACH_PX = 6.0
"""An object smaller than twice this in a direction is treated as if it were that large: every object then has at least
one cell of the finest level."""
LEAST_TARGET = 0.05
"""Least score that a responsible cell is taught, so that early cells learn at all."""


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """The objects of a batch, and regions to be ignored.

    Attributes:
        of_picture: (T,) int64, which picture each is in.
        box_px: (T, 4) x_min, y_min, x_max, y_max.
        class_index: (T,) int64.
        ignored_of_picture: (I,) int64.
        ignored_box_px: (I, 4).
        is_photograph: (B,) bool, which pictures another detector labelled.
    """

    of_picture: Tensor
    box_px: Tensor
    class_index: Tensor
    ignored_of_picture: Tensor
    ignored_box_px: Tensor
    is_photograph: Tensor


@dataclass(frozen=True, slots=True, eq=False)
class Assignment:
    """P responsible cells, and where nobody is to be taught anything.

    Attributes:
        picture: (P,) picture of each responsible cell.
        cell: (P,) its number among the picture's cells.
        truth: (P,) the object that it answers for.
        target: (P,) score that it is taught, 0 to 1.
        is_ignored: (B, N) cells on regions to be ignored.
    """

    picture: Tensor
    cell: Tensor
    truth: Tensor
    target: Tensor
    is_ignored: Tensor


def assign(scores: Tensor, boxes_px: Tensor, cells: Cells, truth: Truth) -> Assignment:
    """Returns who answers for what.

    A cell that several objects claim goes to the one whose nearest cell it is, else to the one that it overlaps most.
    So every object keeps a cell unless another one has the very same nearest cell.

    Args:
        scores: (B, N, C) 0 to 1, detached.
        boxes_px: (B, N, 4) what each cell says now, detached.
        cells: the N cells.
        truth: what is really there.
    """
    picture_count, cell_count = scores.shape[:2]
    owner, cell, off_centre = _pairs(cells, truth.box_px)
    picture = truth.of_picture[owner]
    overlap = intersection_over_union(boxes_px[picture, cell], truth.box_px[owner]).clamp(min=0.0)
    alignment = scores[picture, cell, truth.class_index[owner]] ** SCORE_POWER * overlap**OVERLAP_POWER
    is_nearest = _rank(owner, off_centre) == 0
    claims = ((_rank(owner, -alignment) < CELLS_PER_OBJECT) & (alignment > 0.0)) | is_nearest
    owner, cell, picture, overlap, alignment, is_nearest = (
        column[claims] for column in (owner, cell, picture, overlap, alignment, is_nearest)
    )
    wins = _rank(picture * cell_count + cell, -(overlap + 2.0 * is_nearest)) == 0
    owner, cell, picture, overlap, alignment = (column[wins] for column in (owner, cell, picture, overlap, alignment))
    count = len(truth.of_picture)
    best_alignment = torch.zeros(count).scatter_reduce(0, owner, alignment, "amax")[owner]
    best_overlap = torch.zeros(count).scatter_reduce(0, owner, overlap, "amax")[owner]
    # The root keeps far, small things, whose overlap is never high, from being taught to be timid.
    target = (alignment / (best_alignment + 1e-12) * best_overlap.sqrt()).clamp(LEAST_TARGET, 1.0)
    return Assignment(picture, cell, owner, target, _ignored(cells, truth, picture_count))


def intersection_over_union(first: Tensor, second: Tensor) -> Tensor:
    """Returns (P,) of P pairs of boxes (P, 4)."""
    sides = torch.minimum(first[:, 2:], second[:, 2:]) - torch.maximum(first[:, :2], second[:, :2])
    shared = sides.clamp(min=0.0).prod(1)
    areas = (first[:, 2:] - first[:, :2]).prod(1) + (second[:, 2:] - second[:, :2]).prod(1)
    return shared / (areas - shared + 1e-7)


def _pairs(cells: Cells, box_px: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Returns object, cell and distance in cells for each pair of a cell whose centre lies on an object."""
    centre_px = (box_px[:, :2] + box_px[:, 2:]) / 2.0
    reach_px = ((box_px[:, 2:] - box_px[:, :2]) / 2.0).clamp(min=LEAST_REACH_PX)
    low, high = centre_px - reach_px, centre_px + reach_px
    x, y = cells.centre_px[:, 0], cells.centre_px[:, 1]
    on_it = (x > low[:, :1]) & (x < high[:, :1]) & (y > low[:, 1:]) & (y < high[:, 1:])
    owner, cell = on_it.nonzero(as_tuple=True)
    off_centre = (cells.centre_px[cell] - centre_px[owner]).abs().sum(1) / cells.stride_px[cell]
    # Cells of the level that suits an object's size come first: the nearest of a bus is a coarse one.
    wanted_px = (box_px[:, 2:] - box_px[:, :2]).clamp(min=1.0).prod(1).sqrt()[owner] / 4.0
    unfit = (cells.stride_px[cell] / wanted_px.clamp(8.0, 32.0)).log2().abs()
    return owner, cell, off_centre + 4.0 * unfit.round()


def _rank(groups: Tensor, values: Tensor) -> Tensor:
    """Returns (P,) each row's place among the rows of its group, the least value first."""
    by_value = values.argsort(stable=True)
    order = by_value[groups[by_value].argsort(stable=True)]
    ordered = groups[order]
    places = torch.arange(len(groups))
    starts = torch.ones(len(groups), dtype=torch.bool)
    starts[1:] = ordered[1:] != ordered[:-1]
    first = torch.where(starts, places, 0).cummax(0).values
    rank = torch.empty_like(places)
    rank[order] = places - first
    return rank


def _ignored(cells: Cells, truth: Truth, picture_count: int) -> Tensor:
    region, cell, _ = _pairs(cells, truth.ignored_box_px)
    is_ignored = torch.zeros(picture_count, len(cells.stride_px), dtype=torch.bool)
    is_ignored[truth.ignored_of_picture[region], cell] = True
    return is_ignored
