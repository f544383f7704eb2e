"""What is drawn by lot for one recording: each with a stream of its own, so that no two have anything in common."""

from collections.abc import Sequence
from enum import IntEnum

import numpy as np


class Drawn(IntEnum):
    """What a stream is for."""

    TRAFFIC = 1
    INCIDENTS = 2
    PARKING = 3
    KEPT_ERRORS = 4
    PASSING_ERRORS = 5


def stream(seed: Sequence[int], what: Drawn, number: int = 0) -> np.random.Generator:
    """Returns a stream.

    NumPy pads seeds with zeros, so that (1, 0, 7) and (1, 0, 7, 0) are one stream: all seeds made here are as long as
    each other and end with a number that is not 0.

    Args:
        seed: of the recording.
        what: is drawn.
        number: of several streams of one kind, from 0.
    """
    return np.random.default_rng((*seed, what, number + 1))
