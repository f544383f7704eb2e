"""The time of a live run: the host's clock as it was at the start, carried on by the monotonic clock."""

import time
from collections.abc import Callable

TOLD_FROM_NS = 1_000_000_000
"""Smaller differences from the host's clock are not told: NTP keeps slewing it by milliseconds."""


class LiveClock:
    """Unix time that never steps.

    A host without a battery clock starts with a wrong time, and NTP sets it while the service runs already. Time that
    went back would leave the run without scenes until it had caught up, and time that went ahead would make sensors
    silent that are not. So a step of the host's clock has no effect on a run: its times stay on the clock it began
    with until it is started again.
    """

    def __init__(
        self, wall_ns: Callable[[], int] = time.time_ns, monotonic_ns: Callable[[], int] = time.monotonic_ns
    ) -> None:
        """Reads both clocks once.

        Args:
            wall_ns: the host's clock, Unix epoch UTC.
            monotonic_ns: the clock that only goes on.
        """
        self._wall_ns = wall_ns
        self._monotonic_ns = monotonic_ns
        self._unix_from_monotonic_ns = wall_ns() - monotonic_ns()

    def now_ns(self) -> int:
        """Returns the time of this run, Unix epoch UTC."""
        return self._monotonic_ns() + self._unix_from_monotonic_ns

    def entered_ns(self, arrival_ns: int) -> int:
        """Returns a time of this run as the monotonic clock told it."""
        return arrival_ns - self._unix_from_monotonic_ns

    def offset_ns(self) -> int:
        """Returns how far the host's clock is ahead of this run's time by now."""
        return self._wall_ns() - self.now_ns()


class ClockLines:
    """Says once when the host's clock has moved away from the time of the run, and again when it moves further."""

    def __init__(self, clock: LiveClock, show: Callable[[str], None]) -> None:
        self._clock = clock
        self._show = show
        self._told_ns = 0

    def look(self) -> None:
        """Compares the clocks."""
        offset_ns = self._clock.offset_ns()
        if abs(offset_ns - self._told_ns) > TOLD_FROM_NS:
            self._told_ns = offset_ns
            self._show(
                f"the host's clock is {offset_ns / 1e9:+.1f} s off the time of this run, which keeps the clock it"
                " began with; start it again to follow the host's"
            )
