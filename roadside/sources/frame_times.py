"""Times of a video's frames: strictly increasing, whatever the container says."""

from fractions import Fraction

NS_PER_S = 1_000_000_000


class FrameTimes:
    """Turns time stamps into times, one frame after the other, and puts bad ones right.

    Attributes:
        repaired_total: frames whose stamp was missing or not later than the frame before; each was put one frame
            period after that one.
    """

    def __init__(self, start_time_ns: int, rate_hz: Fraction) -> None:
        """Starts before the first frame.

        Args:
            start_time_ns: time of the first frame.
            rate_hz: nominal frame rate.
        """
        self.repaired_total = 0
        self._start_time_ns = start_time_ns
        self._period_ns = max(1, int(NS_PER_S / rate_hz))
        self._first_stamp: int | None = None
        self._last_ns: int | None = None

    def of_stamp(self, stamp: int | None, time_base_s: Fraction | None) -> int:
        """Returns the time of the next frame from its container stamp, counted from the first frame's."""
        if stamp is None or time_base_s is None:
            return self._next(None)
        if self._first_stamp is None:
            self._first_stamp = stamp
        return self._next(self._start_time_ns + int((stamp - self._first_stamp) * time_base_s * NS_PER_S))

    def of_clock(self, now_ns: int) -> int:
        """Returns the time of the next frame from the clock when it arrived."""
        return self._next(now_ns)

    def _next(self, time_ns: int | None) -> int:
        last_ns = self._last_ns
        if time_ns is None or (last_ns is not None and time_ns <= last_ns):
            self.repaired_total += 1
            time_ns = self._start_time_ns if last_ns is None else last_ns + self._period_ns
        self._last_ns = time_ns
        return time_ns
