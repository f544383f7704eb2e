"""Parking: what is decided, what of it is right, and how soon changes are told."""

import math
import pickle

import numpy as np
import pytest

from roadside.evaluation.parking_scores import (
    ParkingFigures,
    ParkingSums,
    SpotState,
    SpotStates,
    parking_figures,
    parking_sums,
    true_spot_states,
)
from roadside.types.truth import TrueSpots

SECOND = 1_000_000_000
LETTERS = {".": SpotState.FREE, "X": SpotState.OCCUPIED, "?": SpotState.UNKNOWN}


def spots(start_s: float = 0.0, step_s: float = 1.0, **letters: str) -> SpotStates:
    """A row of letters per spot, one a second: ``.`` free, ``X`` occupied, ``?`` unknown."""
    length = max((len(row) for row in letters.values()), default=0)
    states = np.array([[LETTERS[letter] for letter in row] for row in letters.values()], dtype=np.int64)
    time_ns = np.round((start_s + step_s * np.arange(length)) * SECOND).astype(np.int64)
    return SpotStates(tuple(letters), time_ns, states.reshape(len(letters), length).T)


def figures(truth: SpotStates, reported: SpotStates) -> ParkingFigures:
    return parking_figures(parking_sums(truth, reported))


def transitions(got: ParkingFigures) -> tuple[float, float, float]:
    return got.transition_precision, got.transition_recall, got.transition_f1


def test_a_service_that_reports_nothing_decides_nothing_and_its_accuracy_is_not_known() -> None:
    """One change, none told: recall 0, F1 = 2 * 0 / (1 true + 0 reported) = 0. No report to be right or wrong."""
    got = figures(spots(a=".....XXXXX"), spots())

    assert (got.coverage, got.transition_recall, got.transition_f1, got.false_changes) == (0.0, 0.0, 0.0, 0)
    assert np.isnan([got.accuracy, got.transition_precision, got.delay_s, got.delay_p95_s]).all()


def test_a_perfect_service_tells_every_change_at_once() -> None:
    """10 states a second apart are 9 s of each spot: 18 s are 0.005 spot-hours; no false change in them is below
    2.9957 / 0.005 = 599 per spot-hour."""
    truth = spots(a=".....XXXXX", b="XXX.......")
    got = figures(truth, truth)

    assert (got.coverage, got.accuracy, *transitions(got), got.delay_s) == (1.0, 1.0, 1.0, 1.0, 1.0, 0.0)
    assert (got.spot_hours, got.false_changes_per_spot_hour) == (pytest.approx(0.005), 0.0)
    assert got.false_changes_per_spot_hour_upper == pytest.approx(599.1, abs=0.1)


def test_three_seconds_late_is_a_delay_of_three_seconds_and_three_wrong_states() -> None:
    got = figures(spots(a=".....XXXXX"), spots(a="........XX"))

    assert (got.coverage, got.accuracy, *transitions(got), got.delay_s) == (1.0, 0.7, 1.0, 1.0, 1.0, 3.0)


def test_a_change_told_more_than_five_seconds_late_is_missed_and_made_up() -> None:
    """6 s late: of 1 true and 1 reported change none is a pair."""
    got = figures(spots(a=".....XXXXXXXXXX"), spots(a="...........XXXX"))

    assert (*transitions(got), got.false_changes) == (0.0, 0.0, 0.0, 1)
    assert math.isnan(got.delay_s)


def test_a_spot_that_flickers_keeps_its_accuracy_and_loses_its_changes() -> None:
    """61 states, three of them wrong: accuracy 58/61. Each wrong second is a change there and back: 6 false changes in
    60 s = 1/60 spot-hour are 360 per spot-hour. The Poisson bound of 6 counts is 11.842: 711 per spot-hour."""
    got = figures(spots(a="X" * 61), spots(a=("X" * 19 + ".") * 3 + "X"))

    assert (got.coverage, got.accuracy) == (1.0, pytest.approx(58 / 61))
    assert (got.false_changes, got.false_changes_per_spot_hour) == (6, pytest.approx(360.0))
    assert got.false_changes_per_spot_hour_upper == pytest.approx(710.5, abs=0.1)
    assert got.transition_precision == 0.0
    assert math.isnan(got.transition_recall)


def test_flicker_about_a_true_change_is_one_change_told_and_the_rest_made_up() -> None:
    """Occupied at 5 s; told at 5 s, taken back at 6 s, told again at 7 s: of three reported changes the first is it."""
    got = figures(spots(a=".....XXXXX"), spots(a=".....X.XXX"))

    assert (*transitions(got), got.false_changes) == (pytest.approx(1 / 3), 1.0, pytest.approx(0.5), 2)
    assert got.delay_s == 0.0


def test_unknown_behind_a_truck_costs_coverage_and_no_accuracy() -> None:
    """A truck hides the spot for 4 of 10 s: coverage 0.6, and all that is decided is right. No change was made up."""
    got = figures(spots(a="XXXXXXXXXX"), spots(a="XXX????XXX"))

    assert (got.coverage, got.accuracy, got.false_changes) == (0.6, 1.0, 0)


def test_a_change_behind_a_truck_is_told_when_the_truck_has_left() -> None:
    """Occupied at 4 s, hidden from 3 to 6 s, told at 7 s."""
    got = figures(spots(a="....XXXXXX"), spots(a="...????XXX"))

    assert (got.coverage, got.accuracy, *transitions(got), got.delay_s) == (0.6, 1.0, 1.0, 1.0, 1.0, 3.0)


def test_who_only_decides_what_is_easy_has_little_coverage() -> None:
    got = figures(spots(a="X" * 10, b="..X.X..X.."), spots(a="X" * 10, b="?" * 10))

    assert (got.coverage, got.accuracy, got.transition_recall) == (0.5, 1.0, 0.0)


def test_a_spot_never_spoken_of_is_not_covered_and_one_that_is_not_known_does_not_count() -> None:
    got = figures(spots(a="XXXX", b="...."), spots(b="....", c="X.X."))

    assert (got.coverage, got.accuracy, got.false_changes) == (0.5, 1.0, 0)


def test_a_change_to_the_other_state_is_not_the_one() -> None:
    """Truth frees the spot at 5 s; the service had it free all along and says occupied at 5 s."""
    assert transitions(figures(spots(a="XXXXX....."), spots(a=".....XXXXX"))) == (0.0, 0.0, 0.0)


def test_as_many_changes_are_told_as_can_be() -> None:
    """Occupied at 2 s and again at 6 s; told at 6 s and at 10 s. Nearest first would pair 6 with 6 and leave 2 and 10
    alone, 8 s apart; in their order they are 4 s late each. Freed at 4 s, told at 8 s: 4 s late too."""
    got = figures(spots(a="..XX..XXXXXXX"), spots(a="......XX..XXX"))

    assert (*transitions(got), got.delay_s) == (1.0, 1.0, 1.0, 4.0)


def test_reports_hold_for_two_seconds() -> None:
    """The last report is of 3 s: it holds for the truths of 4 and 5 s, and of 6 to 9 s nothing is said."""
    assert figures(spots(a="XXXXXXXXXX"), spots(a="XXXX")).coverage == pytest.approx(0.6)


def test_a_service_may_report_more_often_than_the_truth_is_known() -> None:
    """Truth at 1 Hz, reports at 10 Hz, occupied from 2.5 s on: the truth says so at 3 s, the service at 2.8 s."""
    got = figures(spots(a="...XXX"), spots(step_s=0.1, a="." * 28 + "X" * 30))

    assert (got.coverage, got.accuracy, *transitions(got)) == (1.0, 1.0, 1.0, 1.0, 1.0)
    assert got.delay_s == pytest.approx(-0.2)


def test_what_happens_where_the_truth_is_not_known_does_not_count() -> None:
    """The truth has a hole from 4 to 16 s, in which the spot was taken; 4 s are watched before it and 4 after it. The
    change that is reported in the hole is neither right nor wrong, nor is the one after the end."""
    truth = spots(a="....." + "?" * 11 + "XXXXX")
    got = figures(truth, spots(a="." * 10 + "X" * 14 + "."))

    assert (got.true_changes, got.false_changes, got.coverage, got.accuracy) == (0, 0, 1.0, 1.0)
    assert got.spot_hours == pytest.approx(8 / 3600)
    assert np.isnan(transitions(got)).all()


def test_without_truth_there_are_no_figures() -> None:
    got = figures(spots(), spots(a="X.X."))

    assert np.isnan([got.coverage, got.accuracy, *transitions(got), got.false_changes_per_spot_hour_upper]).all()


def test_recordings_add_up_state_by_state_and_change_by_change() -> None:
    """10 of 10 and 0 of 30 states decided are 10 of 40; 1 of 1 and 0 of 1 changes told are 1 of 2."""
    truth = spots(a=".....XXXXX")
    first, second = parking_sums(truth, truth), parking_sums(spots(a="." * 20 + "X" * 10), spots())
    got = parking_figures(first + second + ParkingSums())

    assert (got.coverage, got.accuracy, got.transition_recall) == (0.25, 1.0, 0.5)
    assert got.spot_hours == pytest.approx((9 + 29) / 3600)
    assert pickle.loads(pickle.dumps(first)) == first


def test_recorded_truth_becomes_states_in_order_of_time() -> None:
    """Spot b is not listed at 1 s: unknown then."""
    truths = [
        TrueSpots(SECOND, ("a",), np.array([False])),
        TrueSpots(0, ("b", "a"), np.array([True, False])),
        TrueSpots(2 * SECOND, ("a", "b"), np.array([True, False])),
    ]
    states = true_spot_states(truths)

    assert (states.spot_ids, states.time_ns.tolist()) == (("a", "b"), [0, SECOND, 2 * SECOND])
    assert states.states.tolist() == spots(a="..X", b="X?.").states.tolist()
    assert true_spot_states([]).states.shape == (0, 0)


def test_states_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="must rise from row to row"):
        SpotStates(("a",), np.array([1, 1]), np.ones((2, 1)))
