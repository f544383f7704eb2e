"""The truth at any instant, from truth at some."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from roadside.geometry.angles import wrapped_rad
from roadside.geometry.arrays import FloatArray
from roadside.types.truth import Truth

LONGEST_GAP_NS = 250_000_000
"""Between truths further apart, nobody knows. A straight line across it is off by a t²/8 at most: 3 cm at 4 m/s²."""


class TruthTimeline:
    """All truths of a recording, in order of time.

    Attributes:
        truths: the truths.
        known_s: how long there is truth, gaps left out.
    """

    def __init__(self, truths: Iterable[Truth]) -> None:
        self.truths: Sequence[Truth] = sorted(truths, key=lambda truth: truth.time_ns)
        self._times_ns = [truth.time_ns for truth in self.truths]
        steps_ns = np.diff(np.array(self._times_ns, dtype=np.int64))
        self.known_s = float(steps_ns[steps_ns <= LONGEST_GAP_NS].sum()) / 1e9

    def instants(self, grid_ns: int) -> list[int]:
        """Returns the multiples of ``grid_ns`` at which there is truth, rising."""
        known = {time_ns for time_ns in self._times_ns if time_ns % grid_ns == 0}
        for time_ns, next_ns in pairwise(self._times_ns):
            if next_ns - time_ns <= LONGEST_GAP_NS:
                known.update(range(-(-time_ns // grid_ns) * grid_ns, next_ns, grid_ns))
        return sorted(known)

    def at(self, time_ns: int) -> Truth | None:
        """Returns the truth at an instant; ``None`` before the first, after the last, and in a gap.

        Between two truths, who is in both is interpolated; who is in one alone is there for the half next to it, and
        moves at its velocity. What cameras see of it is that of the nearer truth.
        """
        after = bisect_right(self._times_ns, time_ns)
        if after == 0:
            return None
        before = self.truths[after - 1]
        if before.time_ns == time_ns:
            return before
        if after == len(self.truths) or self._times_ns[after] - before.time_ns > LONGEST_GAP_NS:
            return None
        return _between(before, self.truths[after], time_ns)


def _between(earlier: Truth, later: Truth, time_ns: int) -> Truth:
    """Returns the truth at an instant between two."""
    share = (time_ns - earlier.time_ns) / (later.time_ns - earlier.time_ns)
    near, far, weight = (earlier, later, share) if share <= 0.5 else (later, earlier, 1.0 - share)
    position_m = near.position_m.copy()
    position_m[:, :2] += near.velocity_mps * ((time_ns - near.time_ns) / 1e9)
    velocity_mps, heading_rad = near.velocity_mps.copy(), near.heading_rad.copy()
    _, mine, theirs = np.intersect1d(near.object_ids, far.object_ids, assume_unique=True, return_indices=True)
    position_m[mine] = _mixed(near.position_m[mine], far.position_m[theirs], weight)
    velocity_mps[mine] = _mixed(near.velocity_mps[mine], far.velocity_mps[theirs], weight)
    turn_rad = wrapped_rad(far.heading_rad[theirs] - near.heading_rad[mine])
    heading_rad[mine] = wrapped_rad(near.heading_rad[mine] + weight * turn_rad)
    return replace(near, time_ns=time_ns, position_m=position_m, velocity_mps=velocity_mps, heading_rad=heading_rad)


def _mixed(near: FloatArray, far: FloatArray, weight: float) -> FloatArray:
    return (1.0 - weight) * near + weight * far
