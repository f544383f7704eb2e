"""Events: what was found, how late, and how often somebody was alarmed for nothing."""

import math
import pickle
from dataclasses import replace

import numpy as np
import pytest

from roadside.evaluation.event_pairs import EventSpans, true_spans
from roadside.evaluation.event_scores import EventFigures, EventSums, event_figures, event_figures_by_kind, event_sums
from roadside.types.truth import GOES_ON_NS, TrueEvents

SECOND = 1_000_000_000
STOPPED, QUEUE = "stopped_vehicle", "queue"
TWO_MINUTES = ((0.0, 120.0),)
GOES_ON = math.inf

Event = tuple[str, float, float] | tuple[str, float, float, float]
"""Kind, start and end in seconds, and how far east it began, in metres; 0 where that is not said."""


def said_at(events: EventSpans, *seconds: float) -> EventSpans:
    """The same reports, first said at these times."""
    return replace(events, reported_ns=(np.array(seconds) * SECOND).astype(np.int64))


def spans(*events: Event) -> EventSpans:
    rows = [(*event, 0.0)[:4] for event in events]
    start_ns = np.array([round(start * SECOND) for _, start, _, _ in rows], dtype=np.int64)
    ends = [GOES_ON_NS if end == GOES_ON else round(end * SECOND) for _, _, end, _ in rows]
    position_m = np.array([(east, 0.0) for _, _, _, east in rows]).reshape(-1, 2)
    return EventSpans(tuple(kind for kind, *_ in rows), start_ns, np.array(ends, np.int64), start_ns, position_m)


def sums(truth: EventSpans, reported: EventSpans, watched: tuple[tuple[float, float], ...] = TWO_MINUTES) -> EventSums:
    return event_sums(truth, reported, (np.array(watched).reshape(-1, 2) * SECOND).astype(np.int64))


def figures(
    truth: EventSpans, reported: EventSpans, watched: tuple[tuple[float, float], ...] = TWO_MINUTES
) -> EventFigures:
    return event_figures(sums(truth, reported, watched))


def outcome(got: EventFigures) -> tuple[int, int, int]:
    """True events, those found, false alarms."""
    return got.true_count, got.found, got.false_alarms


def test_a_service_that_reports_nothing_finds_nothing_and_its_precision_is_not_known() -> None:
    """0 of 2 found: recall 0. No report, so nothing to divide by for precision and delays. No false alarm in 120 s
    is below 30 * ln 20 = 89.87 per hour."""
    got = figures(spans((STOPPED, 10, 40), (QUEUE, 50, 90)), spans())

    assert outcome(got) == (2, 0, 0)
    assert (got.recall, got.recall_lower, got.false_alarms_per_hour) == (0.0, 0.0, 0.0)
    assert np.isnan([got.precision, got.delay_s, got.delay_p95_s, got.end_delay_s]).all()
    assert got.false_alarms_per_hour_upper == pytest.approx(89.87, abs=0.01)


def test_a_perfect_service_is_still_only_as_sure_as_its_sample() -> None:
    """2 of 2 found: P(2 of 2 | share) = share^2 is 0.05 at 0.2236."""
    truth = spans((STOPPED, 10, 40), (QUEUE, 50, 90))
    got = figures(truth, truth)

    assert outcome(got) == (2, 2, 0)
    assert (got.recall, got.precision, got.delay_s, got.delay_p95_s, got.end_delay_s) == (1.0, 1.0, 0.0, 0.0, 0.0)
    assert got.recall_lower == pytest.approx(math.sqrt(0.05))


def test_three_seconds_late_is_a_delay_of_three_seconds() -> None:
    got = figures(spans((STOPPED, 10, 40), (QUEUE, 50, 90)), spans((STOPPED, 13, 43), (QUEUE, 53, 93)))

    assert (got.recall, got.precision, got.delay_s, got.delay_p95_s, got.end_delay_s) == (1.0, 1.0, 3.0, 3.0, 3.0)


def test_the_delay_counts_to_the_first_report_whatever_start_it_states() -> None:
    """Said at 18 s, with a stated start of 10 s that is exact: the operator learnt of it 8 s late."""
    said = said_at(spans((STOPPED, 10, 40)), 18)

    assert figures(spans((STOPPED, 10, 40)), said).delay_s == 8.0


def test_events_that_are_first_said_an_hour_later_are_missed_whatever_start_they_state() -> None:
    """Ten events of 10 s, every 30 s; each is reported with its exact start and end, an hour after it was over."""
    truth = spans(*((STOPPED, 30 * i, 30 * i + 10) for i in range(10)))
    got = figures(truth, said_at(truth, *(30 * i + 3610 for i in range(10))), ((0.0, 7200.0),))

    assert outcome(got) == (10, 0, 10)
    assert (got.recall, got.precision, got.delays, got.end_delays) == (0.0, 0.0, 0, 0)
    assert np.isnan([got.delay_s, got.delay_p95_s]).all()


@pytest.mark.parametrize(("said_s", "found"), [(4.9, 0), (5.0, 1), (45.0, 1), (45.1, 0)])
def test_a_report_must_be_said_from_5_s_before_the_event_until_5_s_after_it(said_s: float, found: int) -> None:
    """On from 10 to 40 s. What is said too early is a guess, however well its start is corrected later."""
    truth = spans((STOPPED, 10, 40))

    assert outcome(figures(truth, said_at(truth, said_s))) == (1, found, 1 - found)


def test_an_event_that_goes_on_can_be_said_at_any_time() -> None:
    got = figures(spans((STOPPED, 10, GOES_ON)), said_at(spans((STOPPED, 10, GOES_ON)), 110))

    assert outcome(got) == (1, 1, 0)
    assert (got.delay_s, got.delays, got.end_delays) == (100.0, 1, 0)


def test_a_late_report_counts_where_its_claimed_span_is_watched_not_where_it_was_said() -> None:
    """Claimed for 10 to 40 s, said at 200 s: outside what is watched from 150 s on, inside what is until 120 s."""
    reported = said_at(spans((STOPPED, 10, 40)), 200)

    assert outcome(figures(spans(), reported, ((150.0, 300.0),))) == (0, 0, 0)
    assert outcome(figures(spans(), reported, ((0.0, 120.0),))) == (0, 0, 1)


def test_delays_are_a_median_and_a_tail() -> None:
    """Delays of 1, 2, 3, 4 and 10 s: the median is 3; the 95 % quantile lies 0.95 * 4 = 3.8 steps along the sorted
    row, so 4 + 0.8 * (10 - 4) = 8.8."""
    starts = [0, 20, 40, 60, 80]
    truth = spans(*((STOPPED, start, start + 15) for start in starts))
    late = spans(*((STOPPED, start + delay, start + 15) for start, delay in zip(starts, [10, 4, 2, 3, 1], strict=True)))
    got = figures(truth, late)

    assert (got.delay_s, got.delay_p95_s) == (3.0, pytest.approx(8.8))
    assert (got.delays, got.end_delays) == (5, 5)


def test_an_event_reported_before_it_began_has_a_negative_delay() -> None:
    assert figures(spans((QUEUE, 50, 90)), spans((QUEUE, 48, 91))).delay_s == -2.0


def test_one_cause_reported_twice_is_one_event_found_and_one_false_alarm() -> None:
    """Given up at 20 s and reported anew at 25 s: 1 of 1 found, 1 of 2 reports right. The first report is the nearer
    to the start, so the delay is 2 s and not 15."""
    got = figures(spans((STOPPED, 10, 40)), spans((STOPPED, 12, 20), (STOPPED, 25, 41)))

    assert outcome(got) == (1, 1, 1)
    assert (got.recall, got.precision, got.delay_s) == (1.0, 0.5, 2.0)


def test_one_report_for_two_causes_finds_one_of_them() -> None:
    assert outcome(figures(spans((STOPPED, 10, 40), (STOPPED, 12, 40, 8.0)), spans((STOPPED, 13, 40)))) == (2, 1, 0)


def test_as_many_pairs_are_made_as_there_can_be() -> None:
    """The report at 0 m could mean either event (12 m away, or 0 m), that at -15 m only the one at 0 m. Nearest first
    would give the event at 0 m to the report at 0 m and leave two alone."""
    truth = spans((STOPPED, 10, 40, 0.0), (STOPPED, 10, 40, 12.0))
    reported = spans((STOPPED, 10, 40, 0.0), (STOPPED, 10, 40, -15.0))

    assert outcome(figures(truth, reported)) == (2, 2, 0)


@pytest.mark.parametrize(
    "reported",
    [
        pytest.param((QUEUE, 10, 40), id="of another kind"),
        pytest.param((STOPPED, 10, 40, 20.5), id="beyond the gate of 20 m"),
        pytest.param((STOPPED, 45.5, 60), id="more than 5 s after its end"),
        pytest.param((STOPPED, 1, 4.5), id="given up more than 5 s before it began"),
        pytest.param((STOPPED, 0, 120), id="always said"),
        pytest.param((STOPPED, 10, 40, math.nan), id="that names no place"),
    ],
)
def test_a_report_does_not_mean_the_event_if_it_is(reported: Event) -> None:
    assert outcome(figures(spans((STOPPED, 10, 40)), spans(reported))) == (1, 0, 1)


@pytest.mark.parametrize("reported", [(STOPPED, 10, 40, 19.5), (STOPPED, 44.5, 60), (STOPPED, 5.5, 8)])
def test_near_enough_in_time_and_place_is_meant(reported: Event) -> None:
    assert outcome(figures(spans((STOPPED, 10, 40)), spans(reported))) == (1, 1, 0)


def test_an_event_without_a_place_is_met_by_kind_and_time() -> None:
    truth = spans(("fog", 10, GOES_ON, math.nan))

    assert outcome(figures(truth, spans(("fog", 30, GOES_ON, math.nan)))) == (1, 1, 0)
    assert outcome(figures(truth, spans(("fog", 30, GOES_ON, 60.0)))) == (1, 1, 0)


def test_what_lies_outside_the_watched_span_does_not_count() -> None:
    watched = ((50.0, 100.0),)
    got = figures(spans((STOPPED, 10, 40), (QUEUE, 110, 120)), spans((STOPPED, 20, 30), (QUEUE, 101, 120)), watched)

    assert outcome(got) == (0, 0, 0)
    assert got.watched_s == 50.0
    assert np.isnan([got.recall, got.precision]).all()


def test_a_report_that_meets_a_true_event_outside_the_watched_span_only_is_neither_right_nor_wrong() -> None:
    """The vehicle drove off at 40 s, the watched span begins at 50 s, the report is taken back at 55 s."""
    assert outcome(figures(spans((STOPPED, 10, 40)), spans((STOPPED, 12, 55)), ((50.0, 100.0),))) == (0, 0, 0)


def test_but_an_event_that_reaches_into_the_watched_span_must_be_found_there() -> None:
    """On from 45 to 70 s, reported only until 48 s: of the 20 s that are watched nothing was said. The report itself
    meets the event outside the watched span only."""
    assert outcome(figures(spans((STOPPED, 45, 70)), spans((STOPPED, 46, 48)), ((50.0, 100.0),))) == (1, 0, 0)


def test_delays_count_only_where_the_moment_itself_was_watched() -> None:
    """It began 40 s before anyone watched, and nobody saw its end: found, with no delay either way."""
    got = figures(spans((STOPPED, 10, GOES_ON)), spans((STOPPED, 50, 90)), ((50.0, 100.0),))

    assert outcome(got) == (1, 1, 0)
    assert (got.delays, got.end_delays) == (0, 0)
    assert np.isnan([got.delay_s, got.end_delay_s]).all()


def test_an_event_that_both_say_goes_on_has_no_delay_of_its_end() -> None:
    got = figures(spans((STOPPED, 10, GOES_ON)), spans((STOPPED, 11, GOES_ON)))

    assert (got.recall, got.delay_s) == (1.0, 1.0)
    assert math.isnan(got.end_delay_s)


def test_spans_that_overlap_are_watched_once() -> None:
    assert figures(spans(), spans(), ((0.0, 60.0), (30.0, 90.0), (100.0, 110.0))).watched_s == 100.0


def test_where_nobody_watched_there_are_no_figures() -> None:
    got = figures(spans(), spans((STOPPED, 10, 40)), ())

    assert outcome(got) == (0, 0, 0)
    assert np.isnan([got.recall, got.precision, got.false_alarms_per_hour, got.false_alarms_per_hour_upper]).all()
    assert got.sentence == "0 false alarms in 0 s: no rate"


@pytest.mark.parametrize(
    ("alarms", "watched_s", "sentence"),
    [
        # Poisson bounds of 0, 1 and 2 counts: 2.9957, 4.7439, 6.2958; times 3600 s over the watched time, rounded up.
        (0, 120, "0 false alarms in 120 s: below 90 per hour (95 %)"),
        (1, 120, "1 false alarm in 120 s: below 143 per hour (95 %)"),
        (2, 120, "2 false alarms in 120 s: below 189 per hour (95 %)"),
        (0, 3600, "0 false alarms in 3600 s: below 3.0 per hour (95 %)"),
        (0, 90_000, "0 false alarms in 25.0 h: below 0.12 per hour (95 %)"),
    ],
)
def test_the_sentence_says_how_little_a_short_watch_proves(alarms: int, watched_s: float, sentence: str) -> None:
    reported = spans(*((STOPPED, 10 + 30 * i, 20 + 30 * i) for i in range(alarms)))

    assert figures(spans(), reported, ((0.0, watched_s),)).sentence == sentence


def test_kinds_are_counted_apart() -> None:
    got = event_figures_by_kind(
        sums(spans((STOPPED, 10, 40), (QUEUE, 50, 90)), spans((STOPPED, 11, 40), ("wrong_way", 60, 65)))
    )

    assert {kind: outcome(figure) for kind, figure in got.items()} == {
        STOPPED: (1, 1, 0), QUEUE: (1, 0, 0), "wrong_way": (0, 0, 1)
    }  # fmt: skip
    assert math.isnan(got["wrong_way"].recall)
    assert got["wrong_way"].precision == 0.0


def test_recordings_add_up_event_by_event() -> None:
    """1 of 1 and 0 of 3 found is 1 of 4, not the mean of 1 and 0; 1 false alarm in 120 + 240 s is 10 per hour."""
    first = sums(spans((STOPPED, 10, 40)), spans((STOPPED, 12, 40)))
    second = sums(
        spans(*((QUEUE, start, start + 5) for start in (0, 50, 100))), spans((STOPPED, 60, 70)), ((0.0, 240.0),)
    )
    got = event_figures(first + second + EventSums())

    assert outcome(got) == (4, 1, 1)
    assert (got.recall, got.delay_s, got.watched_s) == (0.25, 2.0, 360.0)
    assert got.false_alarms_per_hour == pytest.approx(10.0)
    assert pickle.loads(pickle.dumps(first)) == first


def test_an_event_listed_in_two_spans_is_one_event_with_the_end_that_is_known() -> None:
    place = np.array([[3.0, 4.0]])
    first = TrueEvents(0, 50 * SECOND, (QUEUE,), np.array([40 * SECOND]), np.array([GOES_ON_NS]), place)
    second = TrueEvents(
        50 * SECOND, 90 * SECOND, (QUEUE, STOPPED), np.array([40, 60]) * SECOND, np.array([70, 65]) * SECOND,
        np.concatenate([place, [[np.nan, np.nan]]]),
    )  # fmt: skip
    events, watched_ns = true_spans([first, second])

    assert events.kinds == (QUEUE, STOPPED)
    assert (events.end_ns // SECOND).tolist() == [70, 65]
    np.testing.assert_array_equal(events.position_m, second.position_m)
    assert (watched_ns // SECOND).tolist() == [[0, 50], [50, 90]]


def test_spans_without_events_are_watched_all_the_same() -> None:
    nothing = TrueEvents(0, 120 * SECOND, (), np.zeros(0), np.zeros(0), np.zeros((0, 2)))
    events, watched_ns = true_spans([nothing])

    assert len(events) == 0
    assert event_figures(event_sums(events, events, watched_ns)).watched_s == 120.0
    assert event_figures(event_sums(*[true_spans([])[0]] * 2, true_spans([])[1])).watched_s == 0.0
