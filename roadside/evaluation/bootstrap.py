"""Intervals that know how few road users were seen: whole road users are drawn, with all their rows.

The rows of one road user are not independent: a car that is seen 3 m off in one scene is 3 m off in the next. Drawing
rows would count every scene as news and give intervals many times too narrow. So road users are drawn with
replacement, each with everything known of it (cluster bootstrap: Field & Welsh 2007, "Bootstrapping clustered data",
doi:10.1111/j.1467-9868.2007.00593.x; Cameron, Gelbach & Miller 2008, doi:10.1162/rest.90.3.414), and the interval
reaches from the 2.5 % to the 97.5 % quantile of the figure over the draws (percentile interval: Efron & Tibshirani
1993, "An Introduction to the Bootstrap", chapter 13). With fewer than some twenty road users such an interval is too
narrow (Cameron, Gelbach & Miller); with fewer than two there is none. Road users that are all alike give draws that
are all alike: where a share is all or nothing, ``interval_of_share`` has exact bounds instead.

Every figure here is a ratio of two sums (recall: matched rows by rows) or the root of one (RMSE), so a road user is
reduced to its two sums first, and a draw costs one weighted sum of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from roadside.evaluation.intervals import CONFIDENCE, share_interval
from roadside.geometry.arrays import FloatArray, IntArray

DRAWS = 2000
"""Draws for an interval: its ends then move by a few hundredths of its width from one seed to another."""

SEED = 7
"""Fixed, so that the same rows give the same interval."""

_CELLS_AT_ONCE = 4_000_000
"""Draws times road users whose counts are held in memory at once: 32 MB."""

Figure: TypeAlias = Callable[[FloatArray], FloatArray]
"""``ratio`` or ``root_ratio``: the figure of (..., 2) sums."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % interval; NaN where there were too few road users for one."""

    low: float
    high: float


UNKNOWN = Interval(float("nan"), float("nan"))


def ratio(sums: FloatArray) -> FloatArray:
    """Returns (...) the first of (..., 2) sums by the second; NaN where the second is zero."""
    upper, lower = sums[..., 0], sums[..., 1]
    return np.asarray(np.divide(upper, lower, out=np.full(lower.shape, np.nan), where=lower > 0.0))


def root_ratio(sums: FloatArray) -> FloatArray:
    """Returns the square root of ``ratio``: RMSE, of squared errors and their number."""
    return np.asarray(np.sqrt(ratio(sums)))


def known_sums(road_user: IntArray, values: FloatArray) -> FloatArray:
    """Returns (U, 2) what every road user adds to a mean: the sum of its known values, and how many they are.

    Args:
        road_user: (N,) the same number for the same road user; row *i* of the result is the *i*-th smallest.
        values: (N,) NaN where not known.
    """
    _, of_row = np.unique(road_user, return_inverse=True)
    known = np.isfinite(values)
    total, count = np.bincount(of_row, np.where(known, values, 0.0)), np.bincount(of_row, known)
    return np.column_stack([total, count]).astype(np.float64)


def interval(figure: Figure, sums: FloatArray) -> Interval:
    """Returns the interval of a figure of (U, 2) sums by road user.

    Road users that add nothing to the second sum say nothing of the figure and are not drawn.
    """
    counted = sums[sums[:, 1] > 0.0]
    return _percentiles(figure(_drawn(counted))) if len(counted) > 1 else UNKNOWN


def interval_of_share(sums: FloatArray) -> Interval:
    """Returns the interval of a share, ``ratio`` of (U, 2) sums by road user: of recall, rows found and rows.

    Where every road user was found in all of its rows, or every one in none, no draw differs from another, and the
    bootstrap would be sure after two road users. There the bounds are the exact ones of U road users that are found as
    a whole or not at all (Clopper and Pearson, ``intervals.share_interval``).
    """
    counted = sums[sums[:, 1] > 0.0]
    road_users = len(counted)
    found, rows = counted.sum(axis=0)
    if road_users < 2 or 0.0 < found < rows:
        return interval(ratio, counted)
    return Interval(*share_interval(road_users if found else 0, road_users))


def difference_interval(figure: Figure, old: FloatArray, new: FloatArray) -> Interval:
    """Returns the interval of the figure of ``new`` minus that of ``old``.

    Both are (U, 2) sums over the same road users, which are drawn together: what makes one hard for both (far away,
    half hidden) cancels, and the interval is narrower than that of two separate draws.

    Raises:
        ValueError: they are of different numbers of road users.
    """
    if old.shape != new.shape:
        raise ValueError(f"new must have the road users of old, {len(old)}, got {len(new)}")
    counted = (old[:, 1] > 0.0) | (new[:, 1] > 0.0)
    if counted.sum() < 2:
        return UNKNOWN
    both = _drawn(np.hstack([old[counted], new[counted]]))
    return _percentiles(figure(both[:, 2:]) - figure(both[:, :2]))


def _drawn(sums: FloatArray) -> FloatArray:
    """Returns (DRAWS, K) totals of (U, K) sums, each over U road users drawn with replacement."""
    rng = np.random.default_rng(SEED)
    road_users = len(sums)
    at_once = max(1, _CELLS_AT_ONCE // road_users)
    chance = np.full(road_users, 1.0 / road_users)
    sizes = [min(at_once, DRAWS - start) for start in range(0, DRAWS, at_once)]
    return np.concatenate([rng.multinomial(road_users, chance, size) @ sums for size in sizes])


def _percentiles(figures: FloatArray) -> Interval:
    """Returns the interval of (DRAWS,) figures; draws that have none are left out."""
    known = figures[np.isfinite(figures)]
    if not len(known):
        return UNKNOWN
    low, high = np.quantile(known, [(1.0 - CONFIDENCE) / 2.0, (1.0 + CONFIDENCE) / 2.0])
    return Interval(float(low), float(high))
