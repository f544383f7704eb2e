"""Which reported event means which true one."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from roadside.geometry.arrays import BoolArray, FloatArray, IntArray, freeze_columns
from roadside.types.truth import TrueEvents

TIME_SLACK_NS = 5_000_000_000
"""A report may begin, and be said, this long before its event, or after its end, and still mean it: where a stop or a
queue begins is a matter of definition, and events of a second or two are over before anyone can be sure of them."""

PLACE_GATE_M = 20.0
"""A report further than this from where its event began means another one: half the width of a large junction, so that
its arms stay apart, and as far as a car at 10 m/s drives in the 2 s that it takes to be sure."""


@dataclass(frozen=True, slots=True, eq=False)
class EventSpans:
    """N events, true or reported.

    Attributes:
        kinds: N kinds.
        start_ns: (N,) when each began, or is said to have begun.
        end_ns: (N,) when each was over, or was said to be; ``GOES_ON_NS`` where it goes on.
        reported_ns: (N,) when it was first said; of true events, ``start_ns``.
        position_m: (N, 2) where it began; NaN where it has no place.
    """

    kinds: tuple[str, ...]
    start_ns: IntArray
    end_ns: IntArray
    reported_ns: IntArray
    position_m: FloatArray

    def __post_init__(self) -> None:
        times = tuple((name, (), np.int64) for name in ("start_ns", "end_ns", "reported_ns"))
        freeze_columns(self, (*times, ("position_m", (2,), np.float64)), len(self.kinds))

    def __len__(self) -> int:
        return len(self.kinds)


def true_spans(spans: Sequence[TrueEvents]) -> tuple[EventSpans, IntArray]:
    """Returns the true events of all spans, each once, and (W, 2) spans in which every event is known."""
    last_end_ns: dict[tuple[str, int, bytes], int] = {}
    for span in spans:
        for kind, start_ns, end_ns, place in zip(span.kinds, span.start_ns, span.end_ns, span.position_m, strict=True):
            key = kind, int(start_ns), place.tobytes()
            # A span that knows of no end says the largest number, so that an end that is known is the smaller one.
            last_end_ns[key] = min(int(end_ns), last_end_ns.get(key, int(end_ns)))
    keys = sorted(last_end_ns)
    start_ns = np.array([start for _, start, _ in keys], dtype=np.int64)
    end_ns = np.array([last_end_ns[key] for key in keys], dtype=np.int64)
    position_m = np.array([np.frombuffer(place) for _, _, place in keys]).reshape(-1, 2)
    watched_ns = np.array([(span.time_ns, span.until_ns) for span in spans], dtype=np.int64).reshape(-1, 2)
    return EventSpans(tuple(kind for kind, _, _ in keys), start_ns, end_ns, start_ns, position_m), watched_ns


@dataclass(frozen=True, slots=True, eq=False)
class EventPairs:
    """Which report means which of N true events, and what counts of the N and of M reports.

    Attributes:
        rows, columns: (P,) true event and report of each pair.
        counts: (N,) true events that touch a watched span.
        false_alarm: (M,) reports that are wrong; one that is neither here nor in a pair is neither right nor wrong.
    """

    rows: IntArray
    columns: IntArray
    counts: BoolArray
    false_alarm: BoolArray


def event_pairs(truth: EventSpans, reported: EventSpans, watched_ns: IntArray) -> EventPairs:
    """Returns which of M reports means which of N true events.

    A report means a true event of its kind if it begins, as it claims, and is first said between the event's start and
    end, give or take ``TIME_SLACK_NS``, within ``PLACE_GATE_M`` of where that began; a true event without a place is
    met by kind and time. A report that began or was said long before the event does not mean it: else who always
    reports would always be right. Nor does one that is first said long after: nobody can act on it any more, however
    exact the start that it claims. Such a report is a false alarm like any other: where the span that it claims, not
    the time it was said, touches a watched one.
    Each report means one event at most and the other way round: as many pairs as there can be, and of those the
    nearest, so that one cause reported twice is one event found and one false alarm. What lies wholly outside the
    watched spans does not count; nor does a report that meets true events outside them only.

    Args:
        truth: the true events, every one that touches a watched span among them.
        reported: the reports.
        watched_ns: (W, 2) spans in which every true event is known, apart from each other.
    """
    counts = touches(truth.start_ns, truth.end_ns, watched_ns)
    means = _same_kind(truth, reported) & _near(truth, reported)
    last_start_ns = np.maximum(truth.start_ns[:, None], reported.start_ns)
    first_end_ns = np.minimum(truth.end_ns[:, None], reported.end_ns)
    # What both have in common; of two that miss each other, the time between them.
    begin_ns, finish_ns = np.minimum(last_start_ns, first_end_ns), np.maximum(last_start_ns, first_end_ns)
    within = means & counts[:, None] & touches(begin_ns, finish_ns, watched_ns)
    rows, columns = _nearest_pairs(truth, reported, within)
    false_alarm = touches(reported.start_ns, reported.end_ns, watched_ns) & (within.any(axis=0) | ~means.any(axis=0))
    false_alarm[columns] = False
    return EventPairs(rows, columns, counts, false_alarm)


def joined_spans(spans_ns: IntArray) -> IntArray:
    """Returns (V, 2) spans in order of time, overlapping ones made one."""
    joined: list[list[int]] = []
    for begin_ns, until_ns in sorted(spans_ns.tolist()):
        if joined and begin_ns <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], until_ns)
        else:
            joined.append([begin_ns, until_ns])
    return np.array(joined, dtype=np.int64).reshape(-1, 2)


def touches(start_ns: IntArray, end_ns: IntArray, watched_ns: IntArray) -> BoolArray:
    """Returns whether each time from start to end (any shape) has a part in a watched span."""
    inside = (start_ns[..., None] < watched_ns[:, 1]) & (end_ns[..., None] >= watched_ns[:, 0])
    return np.asarray(inside.any(axis=-1))


def _apart_m(truth: EventSpans, reported: EventSpans) -> FloatArray:
    """Returns (N, M) distance of places; 0 from a true event without a place, NaN of a report without one."""
    apart_m = np.linalg.norm(truth.position_m[:, None] - reported.position_m, axis=-1)
    return np.where(np.isnan(truth.position_m).any(axis=1, keepdims=True), 0.0, apart_m)


def _same_kind(truth: EventSpans, reported: EventSpans) -> BoolArray:
    """Returns (N, M) whether a report is of the true event's kind."""
    same = [[kind == true_kind for kind in reported.kinds] for true_kind in truth.kinds]
    return np.array(same, dtype=np.bool_).reshape(len(truth), len(reported))


def _near(truth: EventSpans, reported: EventSpans) -> BoolArray:
    """Returns (N, M) whether a report claims to begin, and is said, near enough to the true event in time and place."""
    first_ns, last_ns = (each(reported.start_ns, reported.reported_ns) for each in (np.minimum, np.maximum))
    early_ns, late_ns = truth.start_ns[:, None] - first_ns, last_ns - truth.end_ns[:, None]
    in_time = np.maximum(early_ns, late_ns) <= TIME_SLACK_NS
    return np.asarray(in_time & (_apart_m(truth, reported) <= PLACE_GATE_M))


def _nearest_pairs(truth: EventSpans, reported: EventSpans, allowed: BoolArray) -> tuple[IntArray, IntArray]:
    """Returns (P,) rows and (P,) columns of as many allowed pairs as there can be, the nearest in time and place."""
    apart_ns = np.abs(reported.start_ns - truth.start_ns[:, None])
    cost = np.where(allowed, apart_ns / TIME_SLACK_NS + _apart_m(truth, reported) / PLACE_GATE_M, 0.0)
    rows, columns = linear_sum_assignment(np.where(allowed, cost, 1.0 + cost.sum()))
    is_pair = allowed[rows, columns]
    return rows[is_pair], columns[is_pair]
