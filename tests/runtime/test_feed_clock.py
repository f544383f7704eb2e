import time

from roadside.runtime.feed_clock import FeedClock, WorkClock
from roadside.runtime.line import Fed
from roadside.types.observations import Tick
from tests.runtime.observing import MS, START_NS, at


def fed(arrival_ms: int, waited_ms: int = 0, worked_ms: int = 0, sensor_id: str = "camera-north") -> Fed:
    """An observation that was put in line so long ago, and took so much work."""
    now_ns = time.monotonic_ns()
    return Fed(at(arrival_ms, sensor_id), now_ns - waited_ms * MS, now_ns, worked_ms * MS)


def test_the_time_is_that_of_arrival_and_what_it_waited_since():
    clock = FeedClock()

    with clock.working_on(fed(10, waited_ms=30)):
        assert START_NS + 40 * MS <= clock.now_ns() < START_NS + 5_000 * MS


def test_what_follows_something_that_had_to_wait_is_not_published_before_it():
    clock = FeedClock()
    with clock.working_on(fed(0, waited_ms=60_000)):
        first_ns = clock.now_ns()

    with clock.working_on(fed(100)):
        assert clock.now_ns() >= first_ns


def test_waiting_for_others_in_a_fast_replay_is_not_counted_but_work_is():
    """A frame that arrived at 10 ms, was worked on for 8 ms and stood in line for a minute is ready at 18 ms."""
    clock = WorkClock()
    frame = fed(10, waited_ms=60_000, worked_ms=8)

    with clock.working_on(frame):
        assert clock.ready_ns(frame) == START_NS + 18 * MS
        assert START_NS + 18 * MS <= clock.now_ns() < START_NS + 5_000 * MS


def test_a_sensors_item_is_not_begun_before_the_one_before_it_is_ready():
    """Frames every 10 ms that take 15 ms each: ready after 15, 30 and 45 ms, as on a pole that is too slow."""
    clock, ready_ms = WorkClock(), []

    for arrival_ms in (0, 10, 20):
        frame = fed(arrival_ms, worked_ms=15)
        with clock.working_on(frame):
            ready_ms.append((clock.ready_ns(frame) - START_NS) / MS)

    assert ready_ms == [15, 30, 45]


def test_sensors_work_side_by_side():
    clock = WorkClock()
    north, south = fed(0, worked_ms=15), fed(10, worked_ms=15, sensor_id="camera-south")

    with clock.working_on(north):
        pass
    with clock.working_on(south):
        assert clock.ready_ns(south) == START_NS + 25 * MS


def test_the_fold_takes_the_items_in_their_order_when_they_are_ready():
    """A tick that arrives at 5 ms stands behind a frame that is ready at 15 ms."""
    clock = WorkClock()
    tick = Fed(Tick(START_NS + 5 * MS), 0, 0, 0)

    with clock.working_on(fed(0, worked_ms=15)):
        done_ns = clock.now_ns()
    with clock.working_on(tick):
        assert done_ns <= clock.now_ns() < START_NS + 5_000 * MS


def test_sleep_is_not_work_of_the_fold():
    clock = WorkClock()

    with clock.working_on(fed(0)):
        time.sleep(0.05)
        assert clock.now_ns() < START_NS + 50 * MS
