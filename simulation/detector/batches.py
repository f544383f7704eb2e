"""Training batches: which pictures, cut and changed how.

Batch number *n* of a seed is always the same one, whatever came before it, so an interrupted training goes on as if
nothing had happened.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from roadside.geometry.arrays import BoolArray, FloatArray, IntArray
from simulation.detector.augmentation import cut_picture, cut_targets, drawn_window, planes, weathered
from simulation.detector.classes import CLASSES
from simulation.detector.pictures_set import LabelledPicture
from simulation.detector.targets import Targets, targets_of

RARE_SHARE = 0.3
"""A class that fewer pictures than this show is drawn more often."""
MOST_REPEATS = 4.0
PHOTOGRAPH_SHARE = 0.25
"""Of the pictures drawn, where there are photographs as well: they are few and much alike."""


@dataclass(frozen=True, slots=True)
class BatchShape:
    """What one batch looks like.

    Attributes:
        pictures: how many.
        width_px, height_px: of each.
        scales: least and largest magnification of the pictures.
    """

    pictures: int
    width_px: int
    height_px: int
    scales: tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """B pictures with T objects to be found and I regions to be ignored.

    Attributes:
        rgb: (B, 3, height, width).
        of_picture: (T,) which picture an object is in.
        box_px: (T, 4) x_min, y_min, x_max, y_max.
        class_index: (T,) the network's output of its class.
        ignored_of_picture: (I,) which picture a region is in.
        ignored_box_px: (I, 4).
        is_photograph: (B,) which pictures another detector labelled.
    """

    rgb: NDArray[np.uint8]
    of_picture: IntArray
    box_px: FloatArray
    class_index: IntArray
    ignored_of_picture: IntArray
    ignored_box_px: FloatArray
    is_photograph: BoolArray


class BatchSource:
    """Draws batches from pictures in memory.

    Pictures of rare classes come more often, by the square root of how rare they are (repeat factor sampling, LVIS,
    https://arxiv.org/abs/1908.03195, section 4).
    """

    def __init__(
        self, pictures: Sequence[LabelledPicture], seed: int, photographs: Sequence[LabelledPicture] = ()
    ) -> None:
        self._pictures = [*pictures, *photographs]
        self._targets = [targets_of(entry.labels, entry.rgb.shape[1], entry.rgb.shape[0]) for entry in self._pictures]
        self._share = draw_shares(self._targets, len(photographs))
        self._rendered = len(pictures)
        self._seed = seed

    def batch(self, number: int, part: int, shape: BatchShape) -> Batch:
        """Returns one batch.

        Args:
            number: of the training step.
            part: which of those who share the step's work; each gets other pictures.
            shape: what the batch looks like.
        """
        rng = np.random.default_rng((self._seed, number, part))
        chosen = rng.choice(len(self._pictures), shape.pictures, p=self._share)
        pictures, targets = zip(*(self._view(int(index), shape, rng) for index in chosen), strict=True)
        return batch_of(list(pictures), list(targets), chosen >= self._rendered)

    def _view(self, index: int, shape: BatchShape, rng: np.random.Generator) -> tuple[NDArray[np.uint8], Targets]:
        rgb, targets = self._pictures[index].rgb, self._targets[index]
        window = drawn_window(
            rng, (rgb.shape[1], rgb.shape[0]), (shape.width_px, shape.height_px),
            anchor_of(targets, rng), shape.scales,
        )  # fmt: skip
        return planes(weathered(cut_picture(rgb, window), rng)), cut_targets(targets, window)


def batch_of(pictures: Sequence[NDArray[np.uint8]], targets: Sequence[Targets], is_photograph: BoolArray) -> Batch:
    """Returns pictures and their targets in one."""
    of_picture = np.repeat(np.arange(len(targets)), [len(entry) for entry in targets])
    box_px = np.concatenate([entry.box_px for entry in targets])
    class_index = np.concatenate([entry.class_index for entry in targets])
    taught = np.concatenate([entry.is_taught for entry in targets])
    return Batch(
        np.stack(pictures), of_picture[taught], box_px[taught], class_index[taught],
        of_picture[~taught], box_px[~taught], is_photograph,
    )  # fmt: skip


def anchor_of(targets: Targets, rng: np.random.Generator) -> FloatArray:
    """Returns (1, 2) the middle of one object, of each class equally often; (0, 2) without objects."""
    classes = targets.class_index[targets.is_taught]
    if not len(classes):
        return np.empty((0, 2))
    box_px = targets.box_px[targets.is_taught][classes == rng.choice(np.unique(classes))]
    chosen = box_px[rng.integers(len(box_px))]
    return np.asarray((chosen[None, :2] + chosen[None, 2:]) / 2.0)


def draw_shares(targets: Sequence[Targets], photographs: int) -> FloatArray:
    """Returns (P,) how likely each picture is to be drawn; the last so many are photographs."""
    rendered = len(targets) - photographs
    share = repeat_factors(targets[:rendered])
    share *= (1.0 - PHOTOGRAPH_SHARE if photographs else 1.0) / share.sum()
    return np.concatenate([share, np.full(photographs, PHOTOGRAPH_SHARE / max(photographs, 1))])


def repeat_factors(targets: Sequence[Targets]) -> FloatArray:
    """Returns (P,) how often each picture is to be drawn compared with one that shows nothing rare."""
    shows = np.zeros((len(targets), len(CLASSES)), dtype=bool)
    for row, entry in enumerate(targets):
        shows[row, entry.class_index[entry.is_taught]] = True
    share = np.maximum(shows.mean(axis=0), 1e-9)
    of_class = np.clip(np.sqrt(RARE_SHARE / share), 1.0, MOST_REPEATS)
    return np.asarray(np.where(shows, of_class, 1.0).max(axis=1))
