"""How well events are reported: found or missed, how late, and how often for no reason.

A delay is known only of an event that was found, and was watched when it began or ended: so no delay stands without how
many it is of. What is said too late to act on is not found, and cannot lengthen the delays: it lowers the recall.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from roadside.evaluation.event_pairs import EventPairs, EventSpans, event_pairs, joined_spans, touches
from roadside.evaluation.intervals import rate_upper_bound, share_lower_bound
from roadside.evaluation.known_values import quantile, quotient
from roadside.geometry.arrays import FloatArray, IntArray
from roadside.types.truth import GOES_ON_NS


@dataclass(frozen=True, slots=True)
class EventCounts:
    """What adds up of one kind, or of all.

    Attributes:
        true_count: true events.
        found: those that were reported in time.
        false_alarms: reports of nothing, of what was reported already, or said too late.
        delays_s: of each event found that began while it was watched.
        end_delays_s: of each event found that ended while it was watched and was said to be over.
    """

    true_count: int = 0
    found: int = 0
    false_alarms: int = 0
    delays_s: tuple[float, ...] = ()
    end_delays_s: tuple[float, ...] = ()

    def __add__(self, other: "EventCounts") -> "EventCounts":
        return EventCounts(
            self.true_count + other.true_count,
            self.found + other.found,
            self.false_alarms + other.false_alarms,
            self.delays_s + other.delays_s,
            self.end_delays_s + other.end_delays_s,
        )


@dataclass(frozen=True, slots=True)
class EventSums:
    """What adds up over recordings.

    Attributes:
        watched_ns: how long every true event is known.
        kinds: counts of every kind that happened or was reported.
    """

    watched_ns: int = 0
    kinds: Mapping[str, EventCounts] = field(default_factory=dict)

    def __add__(self, other: "EventSums") -> "EventSums":
        names = sorted({*self.kinds, *other.kinds})
        nothing = EventCounts()
        both = {name: self.kinds.get(name, nothing) + other.kinds.get(name, nothing) for name in names}
        return EventSums(self.watched_ns + other.watched_ns, both)


@dataclass(frozen=True, slots=True)
class EventFigures:
    """Figures of one kind of event, or of all; NaN where there is nothing to divide by.

    Attributes:
        true_count: true events.
        found: those that were reported in time.
        recall: share of the true events that were reported in time.
        recall_lower: one-sided 95 % bound of it.
        precision: share of the reports that were right.
        delays: how many events found began while they were watched: what the delays of the beginning are of.
        delay_s: median, from the beginning to the first report; negative where it was reported before it began.
        delay_p95_s: 95 % quantile of the same.
        end_delays: how many events found ended while they were watched and were said to be over.
        end_delay_s: median, of those, from the end to the word that it is over; negative where that came too early.
        false_alarms: reports of nothing, of what was reported already, or said too late.
        watched_s: how long every true event is known.
        false_alarms_per_hour: their rate.
        false_alarms_per_hour_upper: one-sided 95 % bound of it.
    """

    true_count: int
    found: int
    recall: float
    recall_lower: float
    precision: float
    delays: int
    delay_s: float
    delay_p95_s: float
    end_delays: int
    end_delay_s: float
    false_alarms: int
    watched_s: float
    false_alarms_per_hour: float
    false_alarms_per_hour_upper: float

    @property
    def sentence(self) -> str:
        """What the false alarms allow to say: ``"0 false alarms in 120 s: below 90 per hour (95 %)"``."""
        alarms = f"{self.false_alarms} false alarm{'' if self.false_alarms == 1 else 's'}"
        bound = self.false_alarms_per_hour_upper
        if math.isnan(bound):
            return f"{alarms} in 0 s: no rate"
        digits = max(0, 1 - math.floor(math.log10(bound)))
        rounded_up = math.ceil(bound * 10**digits) / 10**digits
        time = f"{self.watched_s:.0f} s" if self.watched_s < 7200 else f"{self.watched_s / 3600:.1f} h"
        return f"{alarms} in {time}: below {rounded_up:.{digits}f} per hour (95 %)"


def event_sums(truth: EventSpans, reported: EventSpans, watched_ns: IntArray) -> EventSums:
    """Returns the counts of one recording; what means what, ``event_pairs`` says.

    Args:
        truth: N true events, every one that touches a watched span among them.
        reported: M reports.
        watched_ns: (W, 2) spans in which every true event is known; they may overlap.
    """
    watched_ns = joined_spans(watched_ns)
    pairs = event_pairs(truth, reported, watched_ns)
    delay_s, end_delay_s = _delays_s(truth, reported, pairs, watched_ns)
    true_kinds, kinds = np.array(truth.kinds, dtype=np.str_), np.array(reported.kinds, dtype=np.str_)
    pair_kinds = true_kinds[pairs.rows]
    by_kind = {
        kind: EventCounts(
            true_count=int(np.count_nonzero(pairs.counts & (true_kinds == kind))),
            found=int(np.count_nonzero(pair_kinds == kind)),
            false_alarms=int(np.count_nonzero(pairs.false_alarm & (kinds == kind))),
            delays_s=_known(delay_s[pair_kinds == kind]),
            end_delays_s=_known(end_delay_s[pair_kinds == kind]),
        )
        for kind in sorted({*truth.kinds, *reported.kinds})
    }
    return EventSums(int(np.diff(watched_ns, axis=1).sum()), by_kind)


def event_figures(sums: EventSums) -> EventFigures:
    """Returns the figures of all kinds together."""
    return _figures(sum(sums.kinds.values(), EventCounts()), sums.watched_ns)


def event_figures_by_kind(sums: EventSums) -> dict[str, EventFigures]:
    """Returns the figures of every kind that happened or was reported."""
    return {kind: _figures(counts, sums.watched_ns) for kind, counts in sums.kinds.items()}


def _delays_s(
    truth: EventSpans, reported: EventSpans, pairs: EventPairs, watched_ns: IntArray
) -> tuple[FloatArray, FloatArray]:
    """Returns (P,) delays of start and end of the pairs; NaN where one of both lies beyond what is known."""
    start_ns, end_ns = truth.start_ns[pairs.rows], truth.end_ns[pairs.rows]
    said_ns, said_over_ns = reported.reported_ns[pairs.columns], reported.end_ns[pairs.columns]
    ended = touches(end_ns, end_ns, watched_ns) & (said_over_ns != GOES_ON_NS)
    began = touches(start_ns, start_ns, watched_ns)
    delay_s = np.where(began, (said_ns - start_ns) / 1e9, np.nan)
    return delay_s, np.where(ended, (said_over_ns - end_ns) / 1e9, np.nan)


def _known(values: FloatArray) -> tuple[float, ...]:
    return tuple(values[~np.isnan(values)].tolist())


def _figures(counts: EventCounts, watched_ns: int) -> EventFigures:
    watched_s = watched_ns / 1e9
    reports = counts.found + counts.false_alarms
    return EventFigures(
        true_count=counts.true_count,
        found=counts.found,
        recall=quotient(counts.found, counts.true_count),
        recall_lower=share_lower_bound(counts.found, counts.true_count),
        precision=quotient(counts.found, reports),
        delays=len(counts.delays_s),
        delay_s=quantile(np.array(counts.delays_s), 0.5),
        delay_p95_s=quantile(np.array(counts.delays_s), 0.95),
        end_delays=len(counts.end_delays_s),
        end_delay_s=quantile(np.array(counts.end_delays_s), 0.5),
        false_alarms=counts.false_alarms,
        watched_s=watched_s,
        false_alarms_per_hour=quotient(counts.false_alarms, watched_s / 3600),
        false_alarms_per_hour_upper=rate_upper_bound(counts.false_alarms, watched_s / 3600),
    )
