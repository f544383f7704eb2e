"""Time order: what waits, for how long, and what comes too late."""

from dataclasses import replace

from roadside.fusion.order import OrderState, hand_on, hold, is_from_the_future, is_late, pass_time
from roadside.types.observations import Measurements
from roadside.types.site import OrderSettings
from tests.world import measured

MS = 1_000_000
SECOND = 1_000 * MS
START = 1_000 * SECOND
SETTINGS = OrderSettings(wait_ns=50 * MS)


def scan(time_ms: float, arrival_ms: float | None = None) -> Measurements:
    """An empty scan, times in milliseconds from the start."""
    nothing = measured([], time_ns=START + round(time_ms * MS))
    return replace(nothing, arrival_ns=START + round((time_ms if arrival_ms is None else arrival_ms) * MS))


def times_ms(due: tuple[tuple[int, Measurements], ...]) -> list[float]:
    return [(measurements.time_ns - START) / MS for _, measurements in due]


def arrive(state: OrderState, sensor: int, measurements: Measurements) -> OrderState:
    return pass_time(hold(state, measurements, sensor), measurements.arrival_ns, SETTINGS)


def test_what_arrives_in_the_wrong_order_is_handed_on_in_order_of_time():
    state = OrderState.start(2)
    for sensor, measurements in ((0, scan(30, 31)), (1, scan(10, 32)), (0, scan(40, 41)), (1, scan(20, 42))):
        state = hold(state, measurements, sensor)

    state, due = hand_on(state, START + 35 * MS)

    assert times_ms(due) == [10, 20, 30]
    assert [sensor for sensor, _ in due] == [1, 1, 0]
    assert len(state.waiting) == 1


def test_a_lonely_sensors_measurements_need_not_wait():
    state = arrive(OrderState.start(1), 0, scan(0, 20))

    assert state.watermark_ns == START


def test_measurements_wait_for_the_slower_sensor():
    state = arrive(OrderState.start(2), 0, scan(0, 5))
    state = arrive(state, 1, scan(3, 8))
    state = arrive(state, 0, scan(10, 15))

    assert state.watermark_ns == START + 3 * MS


def test_a_sensor_not_heard_of_yet_is_waited_for_like_any_other():
    """The radar's first scan arrives first but speaks of a later time than the camera's first frame."""
    state = arrive(OrderState.start(2), 1, scan(20, 36))

    assert not is_late(state, scan(0, 38))


def test_a_sensor_never_heard_of_is_waited_for_only_until_it_counts_as_silent():
    state = arrive(OrderState.start(2), 0, scan(0, 5))
    state = arrive(state, 0, scan(1010, 1015))

    assert state.watermark_ns == START + 1010 * MS


def test_but_not_longer_than_the_site_allows():
    state = arrive(OrderState.start(2), 1, scan(0, 0))
    state = arrive(state, 0, scan(10, 15))

    state = pass_time(state, START + 70 * MS, SETTINGS)

    assert state.watermark_ns == START + 20 * MS


def test_a_silent_sensor_is_not_waited_for():
    """The second sensor's newest is 1.2 s old, longer than the second after which it counts as silent."""
    state = arrive(OrderState.start(2), 1, scan(0, 1))
    state = arrive(state, 0, scan(1200, 1205))

    assert state.watermark_ns == START + 1200 * MS


def test_what_time_has_passed_by_is_late():
    state = pass_time(OrderState.start(1), START + 60 * MS, SETTINGS)

    assert is_late(state, scan(10, 61))
    assert not is_late(state, scan(11, 61))


def test_time_never_runs_backwards():
    state = pass_time(OrderState.start(1), START + 60 * MS, SETTINGS)

    assert pass_time(state, START, SETTINGS).watermark_ns == state.watermark_ns


def test_a_clock_an_hour_ahead_is_noticed():
    assert is_from_the_future(scan(3_600_000, 5), SETTINGS)
    assert not is_from_the_future(scan(20, 5), SETTINGS)
