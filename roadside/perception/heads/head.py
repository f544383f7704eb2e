"""What all heads have in common: the outputs they want from a network, and the candidates they make of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from roadside.errors import ModelError
from roadside.geometry.arrays import IntArray

Float32Array: TypeAlias = NDArray[np.float32]
OutputArray: TypeAlias = NDArray[Any]
"""An output as the network gives it: float32, but for class numbers."""

BOX_COLUMNS = 4
SCORE_COLUMN, CLASS_COLUMN = 4, 5
"""Of rows that hold one final box each."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """N boxes over the confidence threshold, before overlapping ones are dropped.

    Attributes:
        boxes_px: (N, 4) x_min, y_min, x_max, y_max in the network's input, continuous.
        confidence: (N,) 0 to 1.
        class_index: (N,) the network's own class numbers.
    """

    boxes_px: Float32Array
    confidence: Float32Array
    class_index: IntArray

    def __len__(self) -> int:
        return len(self.boxes_px)

    def select(self, rows: NDArray[Any]) -> "Candidates":
        """Returns the rows that a mask or an index array names, in its order."""
        return Candidates(self.boxes_px[rows], self.confidence[rows], self.class_index[rows])


@dataclass(frozen=True, slots=True)
class OutputForm:
    """One output that a head wants.

    Attributes:
        shape: for one picture; ``None`` for any length.
        names: what exporters call it, any one will do. Without names the order of the outputs says which is which.
    """

    shape: tuple[int | None, ...]
    names: tuple[str, ...] = ()

    def fits(self, shape: Sequence[Any]) -> bool:
        """Whether a shape is the wanted one."""
        return shape_fits(self.shape, shape)


def shape_fits(wanted: Sequence[int | None], got: Sequence[Any]) -> bool:
    """Whether a shape is the wanted one; a declared name instead of a number may stand for any length."""
    return len(wanted) == len(got) and all(
        want is None or not isinstance(length, int) or want == length for want, length in zip(wanted, got, strict=True)
    )


class Head(Protocol):
    """Reads one kind of output."""

    @property
    def outputs(self) -> tuple[OutputForm, ...]:
        """The outputs in the order in which ``decode`` wants them."""

    @property
    def size_input(self) -> str | None:
        """Name of a second input, (1, 2), that takes the width and height which the boxes are to be scaled to."""

    def decode(self, outputs: Sequence[OutputArray], confidence: float) -> Candidates:
        """Returns the boxes of one picture that are at least that confident, each once, with its best class.

        Raises:
            ModelError: the network names a class that the manifest does not have.
        """


def rows_with_a_score(scores: Float32Array, least: float) -> IntArray:
    """Returns which rows of (N, C) scores have one of at least ``least``.

    A flat search for the few hits costs a tenth of a maximum over every row.
    """
    return np.unique(np.flatnonzero(scores.ravel() >= least) // scores.shape[1])


def corners_of(centres: Float32Array, half_sizes: Float32Array) -> Float32Array:
    """Returns (N, 4) x_min, y_min, x_max, y_max of (N, 2) centres and half sizes."""
    return np.concatenate([centres - half_sizes, centres + half_sizes], axis=1)


def known_classes(class_index: IntArray, class_count: int) -> IntArray:
    """Returns class numbers that a network gave as numbers, and not as columns, once they are known to be in range.

    Raises:
        ModelError: one is not.
    """
    if len(class_index) and not 0 <= class_index.min() <= class_index.max() < class_count:
        wrong = class_index[(class_index < 0) | (class_index >= class_count)][0]
        raise ModelError(f"classes must be 0 to {class_count - 1} as the manifest says, got {wrong}")
    return class_index
