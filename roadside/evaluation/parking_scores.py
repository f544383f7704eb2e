"""How well parking spots are watched: how much is decided, how much of that is right, and how soon changes are told."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from scipy.optimize import linear_sum_assignment

from roadside.evaluation.intervals import rate_upper_bound
from roadside.evaluation.known_values import quantile, quotient
from roadside.geometry.arrays import BoolArray, IntArray, frozen
from roadside.types.truth import TrueSpots

HOLD_NS = 2_000_000_000
"""What was reported of a spot holds for so long; then nothing is said of it. Scenes come ten times a second."""

CHANGE_SLACK_NS = 5_000_000_000
"""A change told more than this before or after it happened is another one: the project's target for parking. True
states further apart than this do not tell when a spot changed, and the time between them is not watched."""


class SpotState(IntEnum):
    """What is said of a parking spot."""

    UNKNOWN = 0
    """It could not be seen, or nothing was said of it."""
    FREE = 1
    OCCUPIED = 2


@dataclass(frozen=True, slots=True, eq=False)
class SpotStates:
    """States of S spots at T times, true or reported.

    Attributes:
        spot_ids: S spots, each once.
        time_ns: (T,) rising.
        states: (T, S) ``SpotState`` numbers.
    """

    spot_ids: tuple[str, ...]
    time_ns: IntArray
    states: IntArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "time_ns", frozen(self.time_ns, "SpotStates.time_ns", (None,), np.int64))
        shape = len(self.time_ns), len(self.spot_ids)
        object.__setattr__(self, "states", frozen(self.states, "SpotStates.states", shape, np.int64))
        if (np.diff(self.time_ns) <= 0).any():
            raise ValueError("SpotStates.time_ns must rise from row to row, got a row that is not later")


@dataclass(frozen=True, slots=True)
class ParkingSums:
    """What adds up over recordings.

    Attributes:
        spot_times: true states.
        decided: those at which free or occupied was reported.
        right: those at which the true state was.
        true_changes: from free to occupied or back.
        told_changes: those that were reported in time.
        false_changes: reported changes, where the truth is watched, that are none of those.
        watched_ns: how long the truth is watched, summed over the spots.
        delays_s: of each change that was told.
    """

    spot_times: int = 0
    decided: int = 0
    right: int = 0
    true_changes: int = 0
    told_changes: int = 0
    false_changes: int = 0
    watched_ns: int = 0
    delays_s: tuple[float, ...] = ()

    def __add__(self, other: "ParkingSums") -> "ParkingSums":
        return ParkingSums(
            self.spot_times + other.spot_times,
            self.decided + other.decided,
            self.right + other.right,
            self.true_changes + other.true_changes,
            self.told_changes + other.told_changes,
            self.false_changes + other.false_changes,
            self.watched_ns + other.watched_ns,
            self.delays_s + other.delays_s,
        )


@dataclass(frozen=True, slots=True)
class ParkingFigures:
    """Figures of parking; NaN where there is nothing to divide by.

    Attributes:
        coverage: share of the true states at which free or occupied was reported.
        accuracy: share of those at which the true state was. Who decides only what is easy has much of it and little
            coverage: never one without the other.
        true_changes: from free to occupied or back.
        transition_precision: share of the reported changes that were told in time.
        transition_recall: share of the true changes that were.
        transition_f1: harmonic mean of both.
        delay_s: median of the changes told; of truth at 1 Hz up to 1 s less than it was.
        delay_p95_s: 95 % quantile of the same.
        false_changes: reported changes that no true one explains.
        spot_hours: how long the truth is watched, summed over the spots.
        false_changes_per_spot_hour: their rate.
        false_changes_per_spot_hour_upper: one-sided 95 % bound of it.
    """

    coverage: float
    accuracy: float
    true_changes: int
    transition_precision: float
    transition_recall: float
    transition_f1: float
    delay_s: float
    delay_p95_s: float
    false_changes: int
    spot_hours: float
    false_changes_per_spot_hour: float
    false_changes_per_spot_hour_upper: float


def true_spot_states(truths: Sequence[TrueSpots]) -> SpotStates:
    """Returns recorded truth as states; a spot that is not listed at a time is unknown then."""
    spot_ids = tuple(sorted({spot_id for truth in truths for spot_id in truth.spot_ids}))
    column = {spot_id: index for index, spot_id in enumerate(spot_ids)}
    by_time = {truth.time_ns: truth for truth in truths}
    states = np.full((len(by_time), len(spot_ids)), SpotState.UNKNOWN, dtype=np.int64)
    for row, time_ns in enumerate(sorted(by_time)):
        truth = by_time[time_ns]
        columns = [column[spot_id] for spot_id in truth.spot_ids]
        states[row, columns] = np.where(truth.occupied, SpotState.OCCUPIED, SpotState.FREE)
    return SpotStates(spot_ids, np.array(sorted(by_time), dtype=np.int64), states)


def parking_sums(truth: SpotStates, reported: SpotStates) -> ParkingSums:
    """Returns the counts of one recording; spots that the truth does not know are left out.

    A report holds from its time on, until the next or for ``HOLD_NS``. A change is the first decided state that
    differs from the decided state before it: unknown in between is no change. True and reported changes of one spot to
    the same state pair up if they lie within ``CHANGE_SLACK_NS`` of each other: as many as there can be, and of those
    the nearest. A change of the truth lies at the first state that has it.
    """
    total = ParkingSums()
    for column, spot_id in enumerate(truth.spot_ids):
        known = truth.states[:, column] != SpotState.UNKNOWN
        true_spot = truth.time_ns[known], truth.states[known, column]
        said_spot = _said_of(spot_id, reported)
        total = total + _decisions(*true_spot, *said_spot) + _transitions(*true_spot, *said_spot)
    return total


def parking_figures(sums: ParkingSums) -> ParkingFigures:
    """Returns the figures of added counts."""
    reported_changes = sums.told_changes + sums.false_changes
    spot_hours = sums.watched_ns / 3.6e12
    return ParkingFigures(
        coverage=quotient(sums.decided, sums.spot_times),
        accuracy=quotient(sums.right, sums.decided),
        true_changes=sums.true_changes,
        transition_precision=quotient(sums.told_changes, reported_changes),
        transition_recall=quotient(sums.told_changes, sums.true_changes),
        transition_f1=quotient(2 * sums.told_changes, sums.true_changes + reported_changes),
        delay_s=quantile(np.array(sums.delays_s), 0.5),
        delay_p95_s=quantile(np.array(sums.delays_s), 0.95),
        false_changes=sums.false_changes,
        spot_hours=spot_hours,
        false_changes_per_spot_hour=quotient(sums.false_changes, spot_hours),
        false_changes_per_spot_hour_upper=rate_upper_bound(sums.false_changes, spot_hours),
    )


def _said_of(spot_id: str, reported: SpotStates) -> tuple[IntArray, IntArray]:
    """Returns times and states that were reported of one spot; none where it was never spoken of."""
    if spot_id not in reported.spot_ids:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    return reported.time_ns, reported.states[:, reported.spot_ids.index(spot_id)]


def _decisions(true_ns: IntArray, true_states: IntArray, said_ns: IntArray, said_states: IntArray) -> ParkingSums:
    """Returns how many true states of one spot were decided, and how many of those rightly."""
    if len(said_ns) == 0:
        return ParkingSums(spot_times=len(true_ns))
    latest = np.searchsorted(said_ns, true_ns, side="right") - 1
    holds = (latest >= 0) & (true_ns - said_ns[latest] <= HOLD_NS)
    said = np.where(holds, said_states[latest], SpotState.UNKNOWN)
    decided, right = np.count_nonzero(said != SpotState.UNKNOWN), np.count_nonzero(said == true_states)
    return ParkingSums(spot_times=len(true_ns), decided=int(decided), right=int(right))


def _transitions(true_ns: IntArray, true_states: IntArray, said_ns: IntArray, said_states: IntArray) -> ParkingSums:
    """Returns how many changes of one spot there were, were told in time, and were made up."""
    decided = said_states != SpotState.UNKNOWN
    said_ns, said_states = said_ns[decided], said_states[decided]
    changed = (np.diff(true_states) != 0) & (np.diff(true_ns) <= CHANGE_SLACK_NS)
    change_ns, to_state = true_ns[1:][changed], true_states[1:][changed]
    said_changed = np.diff(said_states) != 0
    told_ns, told_state = said_ns[1:][said_changed], said_states[1:][said_changed]
    apart_ns = np.abs(told_ns - change_ns[:, None])
    allowed = (apart_ns <= CHANGE_SLACK_NS) & (told_state == to_state[:, None])
    # All pairs that are allowed cost less together than one that is not.
    rows, columns = linear_sum_assignment(np.where(allowed, apart_ns, CHANGE_SLACK_NS * (1 + min(allowed.shape))))
    is_pair = allowed[rows, columns]
    rows, columns = rows[is_pair], columns[is_pair]
    false_change = _is_watched(told_ns, true_ns)
    false_change[columns] = False
    steps_ns = np.diff(true_ns)
    return ParkingSums(
        true_changes=len(change_ns),
        told_changes=len(rows),
        false_changes=int(np.count_nonzero(false_change)),
        watched_ns=int(steps_ns[steps_ns <= CHANGE_SLACK_NS].sum()),
        delays_s=tuple(((told_ns[columns] - change_ns[rows]) / 1e9).tolist()),
    )


def _is_watched(time_ns: IntArray, true_ns: IntArray) -> BoolArray:
    """Returns (N,) whether each time lies between two true states that are near enough to each other."""
    after = np.searchsorted(true_ns, time_ns)
    watched = (after > 0) & (after < len(true_ns))
    watched[watched] = true_ns[after[watched]] - true_ns[after[watched] - 1] <= CHANGE_SLACK_NS
    return watched
