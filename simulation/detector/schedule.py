"""How a training goes by: how far it is, how fast it learns, on what pictures."""

import math
from dataclasses import dataclass

from simulation.detector.batches import BatchShape

PIECES = BatchShape(pictures=8, width_px=384, height_px=224, scales=(0.6, 1.8))
WHOLE = BatchShape(pictures=4, width_px=640, height_px=384, scales=(0.85, 1.3))
"""Pieces of pictures first, twice as many of them for the same time; then pictures as the service shows them."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How long a training may take; whatever runs out first ends it, and the schedule ends with it.

    Attributes:
        steps: most steps.
        minutes: most time spent in steps, over all runs of an interrupted training.
    """

    steps: int
    minutes: float

    def progress(self, step: int, spent_s: float) -> float:
        """Returns how far the training is, 0 to 1."""
        return min(1.0, max(step / self.steps, spent_s / (60.0 * self.minutes)))


@dataclass(frozen=True, slots=True)
class Schedule:
    """What changes with progress.

    Attributes:
        peak_rate: highest learning rate.
        last_share: of the peak that is left at the end.
        warm_up_steps: over which it rises.
        whole_from: progress from which on whole pictures are shown instead of pieces.
        pieces, whole: what a worker's batches look like before and after that.
        average_decay: share of the averaged weights that one step keeps.
    """

    peak_rate: float = 1.5e-3
    last_share: float = 0.02
    warm_up_steps: int = 300
    whole_from: float = 0.7
    pieces: BatchShape = PIECES
    whole: BatchShape = WHOLE
    average_decay: float = 0.999

    def rate(self, progress: float, step: int) -> float:
        """Returns the learning rate: a straight rise, then half a cosine wave down."""
        fall = self.last_share + (1.0 - self.last_share) * 0.5 * (1.0 + math.cos(math.pi * progress))
        return self.peak_rate * fall * min(1.0, (step + 1) / self.warm_up_steps)

    def shape(self, progress: float) -> BatchShape:
        """Returns what a worker's next batch looks like."""
        return self.whole if progress >= self.whole_from else self.pieces

    def decay(self, step: int) -> float:
        """Returns how much of the averaged weights stays: little at first, when the weights are still poor."""
        return min(self.average_decay, (1.0 + step) / (10.0 + step))


REFINING = Schedule(peak_rate=4e-4, warm_up_steps=100, whole_from=0.4)
"""For a network that has learnt already and is shown something else as well."""
