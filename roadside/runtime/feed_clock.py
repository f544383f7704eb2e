"""What time it is for the data: the same axis live and in a replay of last year's recording."""

import time

from roadside.runtime.line import Fed


class FeedClock:
    """Arrival time of what is being worked on, plus the real time since it was put in line.

    Live, that is the service's ``LiveClock``. In a replay it is what that clock would have shown on the day, had this
    machine done the work; so latencies are honest in both.
    """

    def __init__(self) -> None:
        self._offset_ns = 0
        self._newest_ns = 0

    def follow(self, fed: Fed) -> None:
        """Says what is being worked on now."""
        self._offset_ns = fed.observation.arrival_ns - fed.entered_ns

    def at(self, monotonic_ns: int) -> int:
        """Returns the time on the data's axis at an instant of the monotonic clock, Unix epoch UTC."""
        return monotonic_ns + self._offset_ns

    def now_ns(self) -> int:
        """Returns the time on the data's axis, Unix epoch UTC. It never runs backwards.

        In a fast replay the data's time jumps from item to item, and one that had to wait would seem to be late; what
        is published after it must not seem to be published before.
        """
        self._newest_ns = max(self._newest_ns, self.at(time.monotonic_ns()))
        return self._newest_ns
