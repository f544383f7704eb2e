"""What truth may say, and what it may not."""

import re

import numpy as np
import pytest

from roadside.types.truth import GOES_ON_NS, TrueEvents, TrueSpots

SECOND = 1_000_000_000


def events(start_s: list[int], end_s: list[int], until_s: int = 120) -> TrueEvents:
    n = len(start_s)
    start_ns, end_ns = np.array(start_s, dtype=np.int64) * SECOND, np.array(end_s, dtype=np.int64) * SECOND
    return TrueEvents(0, until_s * SECOND, ("stopped_vehicle",) * n, start_ns, end_ns, np.zeros((n, 2)))


def test_an_empty_list_says_that_nothing_happened_for_all_of_its_span() -> None:
    nothing = events([], [])
    assert (len(nothing), nothing.until_ns - nothing.time_ns) == (0, 120 * SECOND)


def test_an_event_may_begin_before_its_span_and_go_on_beyond_it() -> None:
    event = TrueEvents(10, 20, ("queue",), np.array([3]), np.array([GOES_ON_NS]), np.full((1, 2), np.nan))
    assert event.end_ns[0] > event.until_ns


def test_an_event_cannot_be_over_before_it_began() -> None:
    with pytest.raises(ValueError, match=re.escape("end_ns[1] must be at least start_ns, 9000000000, got 8000000000")):
        events([1, 9], [2, 8])


def test_a_span_cannot_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match=r"until_ns must be at least time_ns, 0, got -1000000000"):
        events([], [], until_s=-1)


def test_every_event_has_a_place_and_every_spot_a_state() -> None:
    with pytest.raises(ValueError, match=r"TrueEvents.position_m must have shape \(1, 2\), got \(2, 2\)"):
        TrueEvents(0, 1, ("queue",), np.zeros(1), np.ones(1), np.zeros((2, 2)))
    with pytest.raises(ValueError, match=r"TrueSpots.occupied must have shape \(2\), got \(1,\)"):
        TrueSpots(0, ("p1", "p2"), np.array([True]))


def test_truth_cannot_be_changed_afterwards() -> None:
    spots = TrueSpots(0, ("p1",), np.array([True]))
    with pytest.raises(ValueError, match="read-only"):
        spots.occupied[0] = False
