"""What time it is for the data: the same axis live and in a replay of last year's recording."""

import time

from roadside.runtime.line import Fed


class FeedClock:
    """Arrival time of what is being worked on, plus the real time since it was put in line.

    Live, that is the service's ``LiveClock``. In a replay it is what the host's clock would have shown on the day, had this
    machine done the work; so latencies are honest in both.
    """

    def __init__(self) -> None:
        self._offset_ns = 0

    def follow(self, fed: Fed) -> None:
        """Says what is being worked on now."""
        self._offset_ns = fed.observation.arrival_ns - fed.entered_ns

    def at(self, monotonic_ns: int) -> int:
        """Returns the time on the data's axis at an instant of the monotonic clock, Unix epoch UTC."""
        return monotonic_ns + self._offset_ns

    def now_ns(self) -> int:
        """Returns the time on the data's axis, Unix epoch UTC."""
        return self.at(time.monotonic_ns())
