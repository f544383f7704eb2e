"""What the network is punished for: scores that do not tell how well a cell finds its object, and boxes that miss.

On photographs only as far as their labels go: these call a van a car, so whichever of the two the network holds
likelier is taught, and they know nothing of things on the road, so of those nothing is taught.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from simulation.detector.assignment import Assignment, Truth, assign, intersection_over_union
from simulation.detector.classes import CALLED_CAR, UNTOLD
from simulation.detector.network import Cells, boxes_px

BACKGROUND_WEIGHT = 0.75
BACKGROUND_POWER = 2.0
"""Varifocal loss (https://arxiv.org/abs/2008.13367): an empty cell counts 0.75 * score ** 2, a responsible one its
target. There, a responsible cell's other classes count as if it were empty; here they count its target as well, since
vans were taken for cars and motorcycles for bicycles more often than they were missed."""
BOX_WEIGHT = 2.5
"""A box's loss relative to a score's."""


@dataclass(frozen=True, slots=True, eq=False)
class Loss:
    """Losses of one batch, each a sum divided by the sum of what responsible cells are taught.

    Attributes:
        total: what is minimised.
        score, box: its parts, detached.
    """

    total: Tensor
    score: Tensor
    box: Tensor


def loss_of(logits: Tensor, raw_reaches: Tensor, cells: Cells, truth: Truth) -> Loss:
    """Returns the loss of what the network says about a batch.

    Args:
        logits: (B, N, C).
        raw_reaches: (B, N, 4).
        cells: the N cells.
        truth: what is really there.
    """
    boxes = boxes_px(raw_reaches, cells)
    scores = logits.sigmoid()
    found = assign(scores.detach(), boxes.detach(), cells, truth)
    mass = found.target.sum().clamp(min=1.0)

    from_photograph = truth.is_photograph[found.picture]
    classes = _classes(logits, found, truth.class_index[found.truth], from_photograph)
    target = torch.zeros_like(logits)
    target[found.picture, found.cell, classes] = found.target
    weight = BACKGROUND_WEIGHT * scores.detach() ** BACKGROUND_POWER
    weight = weight.masked_fill(found.is_ignored[..., None], 0.0)
    # Where something is, all its outputs count in full: what it is not matters as much as what it is.
    weight[found.picture, found.cell] = found.target[:, None]
    weight[..., UNTOLD] *= ~truth.is_photograph[:, None]
    for other in CALLED_CAR:
        weight[found.picture[from_photograph], found.cell[from_photograph], other] = 0.0
    weight[found.picture, found.cell, classes] = found.target
    score = (functional.binary_cross_entropy_with_logits(logits, target, reduction="none") * weight).sum() / mass

    misses = 1.0 - complete_iou(boxes[found.picture, found.cell], truth.box_px[found.truth])
    box = (misses * found.target).sum() / mass
    return Loss(score + BOX_WEIGHT * box, score.detach(), box.detach())


def _classes(logits: Tensor, found: Assignment, classes: Tensor, from_photograph: Tensor) -> Tensor:
    """Returns (P,) what each responsible cell is taught to be."""
    called_car = torch.tensor(CALLED_CAR)
    likelier = called_car[logits.detach()[found.picture, found.cell][:, called_car].argmax(1)]
    is_vague = from_photograph & torch.isin(classes, called_car)
    return torch.where(is_vague, likelier, classes)


def complete_iou(boxes: Tensor, wanted: Tensor) -> Tensor:
    """Returns (P,) the overlap less how far centres and proportions differ (CIoU, https://arxiv.org/abs/1911.08287).

    Args:
        boxes: (P, 4).
        wanted: (P, 4).
    """
    overlap = intersection_over_union(boxes, wanted)
    hull = torch.maximum(boxes[:, 2:], wanted[:, 2:]) - torch.minimum(boxes[:, :2], wanted[:, :2])
    apart = (boxes[:, :2] + boxes[:, 2:] - wanted[:, :2] - wanted[:, 2:]) / 2.0
    distance = apart.square().sum(1) / (hull.square().sum(1) + 1e-7)
    difference = 4.0 / math.pi**2 * (_slope_rad(wanted) - _slope_rad(boxes)).square()
    with torch.no_grad():
        share = difference / (1.0 - overlap + difference + 1e-7)
    return overlap - distance - share * difference


def _slope_rad(boxes: Tensor) -> Tensor:
    width, height = (boxes[:, 2:] - boxes[:, :2]).unbind(1)
    return torch.atan(width / (height + 1e-7))
