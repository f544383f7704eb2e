"""Errors that last: sequences that are correlated in time, for all road users at once.

Rows are grouped: all rows of one road user follow each other in order of time. A group has no part in its neighbours'.
"""

from dataclasses import dataclass

import numpy as np
from scipy.signal import lfilter

from roadside.geometry.arrays import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """N rows in G groups.

    Attributes:
        first: (G,) the row that each group begins with, in rising order, the first being 0.
        age: (N,) rows since the group's first.
        group: (N,) which group a row belongs to.
    """

    first: IntArray
    age: IntArray
    group: IntArray

    @staticmethod
    def of(begins: BoolArray) -> "Groups":
        """Returns the groups of N rows.

        Args:
            begins: (N,) true where a row begins a group; the first row does in any case.
        """
        first = np.flatnonzero(begins)
        if len(begins) and (len(first) == 0 or first[0] != 0):
            first = np.concatenate([[0], first])
        lengths = np.diff(first, append=len(begins))
        group = np.repeat(np.arange(len(first)), lengths)
        return Groups(first, np.arange(len(begins)) - np.repeat(first, lengths), group)

    def __len__(self) -> int:
        return len(self.age)


def first_order(rng: np.random.Generator, groups: Groups, channels: int, memory: float) -> FloatArray:
    """Returns (channels, N) normal sequences of variance 1 with x_t = memory x_(t-1) + white noise, from the start on.

    One recursive filter runs over all groups; what a group inherited from the one before it is then taken off again.

    Args:
        rng: of the noise.
        groups: of the rows.
        channels: how many independent sequences.
        memory: correlation of neighbouring rows of a group, 0 to below 1.
    """
    noise = rng.standard_normal((channels, len(groups)))
    if memory <= 0.0 or len(groups) == 0:
        return noise
    fresh = np.sqrt(1.0 - memory**2)
    scale = np.full(len(groups), fresh)
    scale[groups.first] = 1.0
    noise *= scale
    values = np.asarray(lfilter([1.0], [1.0, -memory], noise, axis=1))
    inherited = np.zeros((channels, len(groups.first)))
    inherited[:, 1:] = values[:, groups.first[1:] - 1]
    faded = memory ** np.arange(1.0, groups.age.max() + 2.0)
    values -= inherited[:, groups.group] * faded[groups.age]
    return values


def held_uniform(
    rng: np.random.Generator, groups: Groups, kept: FloatArray | float, own: FloatArray, own_share: float
) -> FloatArray:
    """Returns (N,) numbers, uniform over 0 to 1, that are kept for a while and then drawn anew.

    Compared with a probability p they make a chain of two states: each row has the state of the row before it with
    probability ``kept``, else one that is drawn with p. So p is the share at every row, however long states last.

    Args:
        rng: of the draws.
        groups: of the rows; each begins with a draw.
        kept: (N,) or one for all, probability that a row keeps the number before it.
        own: (G,) each group's own number, uniform: what is drawn may be this one again.
        own_share: share of draws that give the own number.
    """
    count = len(groups)
    draws = rng.random((3, count))
    anew = draws[0] >= kept
    anew[groups.first] = True
    source = np.maximum.accumulate(np.where(anew, np.arange(count), 0))
    drawn = np.where(draws[1] < own_share, own[groups.group], draws[2])
    return np.asarray(drawn[source])


def memory_of(time_constant_s: FloatArray | float, step_s: float) -> FloatArray:
    """Returns the correlation of neighbouring steps of a process with that time constant; 0 for one of 0 s."""
    constant = np.maximum(np.asarray(time_constant_s, dtype=np.float64), 1e-6)
    return np.asarray(np.exp(-step_s / constant))
