import time

from roadside.runtime.feed_clock import FeedClock
from roadside.runtime.line import Fed
from tests.runtime.observing import MS, START_NS, at


def fed(arrival_ms: int, waited_ms: int) -> Fed:
    """An observation that was put in line so long ago."""
    now_ns = time.monotonic_ns()
    return Fed(at(arrival_ms), now_ns - waited_ms * MS, now_ns)


def test_the_time_is_that_of_arrival_and_what_it_waited_since():
    clock = FeedClock()
    clock.follow(fed(10, waited_ms=30))

    assert START_NS + 40 * MS <= clock.now_ns() < START_NS + 5_000 * MS


def test_what_follows_something_that_had_to_wait_is_not_published_before_it():
    clock = FeedClock()
    clock.follow(fed(0, waited_ms=60_000))
    first_ns = clock.now_ns()
    clock.follow(fed(100, waited_ms=0))

    assert clock.now_ns() >= first_ns
