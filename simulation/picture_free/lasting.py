"""How long errors last: correlations over time, fitted by what a process keeps, what it forgets, and how fast."""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import BoolArray, FloatArray, IntArray

TIME_CONSTANTS_S = np.geomspace(0.05, 4.0, 40)
"""Time constants that are tried."""


@dataclass(frozen=True, slots=True, eq=False)
class Lags:
    """Pairs of rows of one road user, so many frames apart.

    Attributes:
        lag_s: (L,) how far apart.
        earlier, later: L times the rows.
    """

    lag_s: FloatArray
    earlier: tuple[IntArray, ...]
    later: tuple[IntArray, ...]

    @staticmethod
    def of(who: IntArray, frames: IntArray, step_s: float, longest: int) -> "Lags":
        """Returns all pairs up to a number of frames apart.

        Args:
            who: (N,) one number for each road user before each camera; equal ones lie together.
            frames: (N,) rising for each.
            step_s: from one frame to the next.
            longest: frames.
        """
        place = who.astype(np.int64) * (1 << 32) + frames
        earlier, later = [], []
        for lag in range(1, longest + 1):
            found = np.searchsorted(place, place + lag)
            found = np.minimum(found, max(len(place) - 1, 0))
            rows = np.flatnonzero(place[found] == place + lag) if len(place) else found
            earlier.append(rows)
            later.append(found[rows])
        return Lags(np.arange(1.0, longest + 1.0) * step_s, tuple(earlier), tuple(later))

    def correlation(
        self, values: FloatArray, scale: FloatArray, chosen: BoolArray, weights: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Returns (L,) correlations at the lags, and (L,) how much each is worth.

        Args:
            values: (N,) errors of mean 0.
            scale: (N,) their standard deviations.
            chosen: (N,) which count: both of a pair must.
            weights: (N,) by how much a pair counts, by its earlier row.
        """
        found, worth = np.zeros(len(self.lag_s)), np.zeros(len(self.lag_s))
        for index, (one, two) in enumerate(zip(self.earlier, self.later, strict=True)):
            both = chosen[one] & chosen[two]
            one, two = one[both], two[both]
            total = (weights[one] * scale[one] * scale[two]).sum()
            worth[index] = weights[one].sum()
            found[index] = (weights[one] * values[one] * values[two]).sum() / total if total > 0.0 else 0.0
        return found, worth


def kept_and_forgotten(lag_s: FloatArray, correlation: FloatArray, worth: FloatArray) -> tuple[float, float, float]:
    """Returns (kept, forgotten, time constant) of correlation = kept + forgotten exp(-lag / constant), least squares.

    Both shares are 0 to 1 and sum to at most 1; the rest is new at every step.
    """
    best = (np.inf, 0.0, 0.0, float(TIME_CONSTANTS_S[0]))
    for constant_s in TIME_CONSTANTS_S:
        falling = np.exp(-lag_s / constant_s)
        for kept, forgotten in _shares(falling, correlation, worth):
            error = float((worth * (correlation - kept - forgotten * falling) ** 2).sum())
            best = min(best, (error, kept, forgotten, float(constant_s)))
    return best[1:]


def _shares(falling: FloatArray, correlation: FloatArray, worth: FloatArray) -> list[tuple[float, float]]:
    """Returns the candidates of the shares that fit best: inside their limits, or on one of them."""
    rows = np.stack([np.ones_like(falling), falling], axis=1)
    normal = rows.T @ (worth[:, None] * rows) + 1e-9 * np.eye(2)
    kept, forgotten = np.linalg.solve(normal, rows.T @ (worth * correlation))
    total = max(float(worth.sum()), 1e-9)
    along = 1.0 - falling
    on_sum = float((worth * along * (correlation - falling)).sum() / max((worth * along**2).sum(), 1e-9))
    only_kept = float((worth * correlation).sum() / total)
    only_forgotten = float((worth * falling * correlation).sum() / max((worth * falling**2).sum(), 1e-9))
    inside = kept >= 0.0 and forgotten >= 0.0 and kept + forgotten <= 1.0
    kept_on_sum = float(np.clip(on_sum, 0.0, 1.0))
    candidates = [
        (kept_on_sum, 1.0 - kept_on_sum),
        (float(np.clip(only_kept, 0.0, 1.0)), 0.0),
        (0.0, float(np.clip(only_forgotten, 0.0, 1.0))),
    ]
    return [(float(kept), float(forgotten)), *candidates] if inside else candidates
