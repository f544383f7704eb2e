"""What time it is for the data: the same axis live and in a replay of last year's recording."""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from roadside.runtime.line import Fed
from roadside.types.observations import Tick


class Clock(Protocol):
    """Time on the data's axis, Unix epoch UTC, as the fold works."""

    def working_on(self, fed: Fed) -> AbstractContextManager[None]:
        """Says what the fold works on now."""

    def ready_ns(self, fed: Fed) -> int:
        """Returns when it was ready for the fold."""

    def now_ns(self) -> int:
        """Returns what time it is; never earlier than it was."""


class FeedClock:
    """Arrival time of what is being worked on, plus the real time since it was put in line.

    Live, that is the service's ``LiveClock``. In a replay it is what that clock would have shown on the day, had this
    machine done the work; so latencies are honest in both.
    """

    def __init__(self) -> None:
        self._offset_ns = 0
        self._newest_ns = 0

    @contextmanager
    def working_on(self, fed: Fed) -> Iterator[None]:
        """Says what the fold works on now."""
        self._offset_ns = fed.observation.arrival_ns - fed.entered_ns
        yield

    def ready_ns(self, fed: Fed) -> int:
        """Returns when it was ready for the fold."""
        return fed.ready_ns + self._offset_ns

    def now_ns(self) -> int:
        """Returns the time on the data's axis; what had to wait does not set it back for what comes after."""
        self._newest_ns = max(self._newest_ns, time.monotonic_ns() + self._offset_ns)
        return self._newest_ns


class WorkClock:
    """The same where items are handed in faster than they arrived on the day, so that they wait for each other.

    Waiting then says nothing of a pole. This clock counts the work alone, by its processor time: a sensor's item is
    begun when it arrived, or when the one before it was ready; the fold takes the items in their order, each when it is
    ready and the one before it is done (two stages of single servers in a row). A pole whose processors are all busy
    takes longer.
    """

    def __init__(self) -> None:
        self._sensor_ready_ns: dict[str, int] = {}
        self._began_ns = 0
        self._began_cpu_ns = 0
        self._done_ns = 0

    @contextmanager
    def working_on(self, fed: Fed) -> Iterator[None]:
        """Says what the fold works on now."""
        sensor_id = _sensor_of(fed)
        ready_ns = max(fed.observation.arrival_ns, self._sensor_ready_ns.get(sensor_id, 0)) + fed.worked_ns
        self._sensor_ready_ns[sensor_id] = ready_ns
        self._began_ns, self._began_cpu_ns = max(ready_ns, self._done_ns), time.thread_time_ns()
        yield
        self._done_ns = self.now_ns()

    def ready_ns(self, fed: Fed) -> int:
        """Returns when it was ready for the fold; of what the fold works on now."""
        return self._sensor_ready_ns[_sensor_of(fed)]

    def now_ns(self) -> int:
        """Returns the time on the data's axis; in the fold's thread."""
        return self._began_ns + time.thread_time_ns() - self._began_cpu_ns


def _sensor_of(fed: Fed) -> str:
    """Returns whose work it was; that of ticks is nobody's."""
    return "" if isinstance(fed.observation, Tick) else fed.observation.sensor_id
