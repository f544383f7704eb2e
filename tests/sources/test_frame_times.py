from fractions import Fraction

from roadside.sources.frame_times import FrameTimes

START_NS = 1_700_000_000_000_000_000
TICK_S = Fraction(1, 90_000)


def test_the_first_frame_is_at_the_start_whatever_its_stamp():
    times = FrameTimes(START_NS, Fraction(25))
    assert [times.of_stamp(stamp, TICK_S) for stamp in (900_000, 903_600)] == [START_NS, START_NS + 40_000_000]
    assert times.repaired_total == 0


def test_a_missing_stamp_is_one_period_on():
    times = FrameTimes(0, Fraction(25))
    got = [times.of_stamp(stamp, TICK_S) for stamp in (0, None, None, 10_800)]
    assert got == [0, 40_000_000, 80_000_000, 120_000_000]
    assert times.repaired_total == 2


def test_a_missing_first_stamp_still_starts_at_the_start():
    times = FrameTimes(START_NS, Fraction(25))
    assert times.of_stamp(None, TICK_S) == START_NS
    # The stamps count from the first that is there; it would fall on the start too, so it moves one period on.
    assert times.of_stamp(0, TICK_S) == START_NS + 40_000_000


def test_a_recording_that_starts_over_goes_on_evenly():
    times = FrameTimes(0, Fraction(10))
    got = [times.of_stamp(stamp, Fraction(1, 10)) for stamp in (0, 1, 2, 0, 1)]
    assert got == [0, 100_000_000, 200_000_000, 300_000_000, 400_000_000]
    assert times.repaired_total == 2


def test_a_clock_that_is_set_back_does_not_turn_time_round():
    times = FrameTimes(0, Fraction(10))
    got = [times.of_clock(now_ns) for now_ns in (5_000_000_000, 1_000_000_000, 5_250_000_000)]
    assert got == [5_000_000_000, 5_100_000_000, 5_250_000_000]
    assert times.repaired_total == 1
