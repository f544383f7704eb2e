"""Feeds items with times of their own, from recordings or files, as a live pole would have fed them."""

import threading
import time
from collections.abc import Iterable
from typing import Protocol

from roadside.runtime.sensing import Item, Sensing
from roadside.types.observations import Tick
from roadside.types.site import OrderSettings

AFTERWARDS_NS = 200_000_000
"""Ticks go on for so long after the last item, so that what waits for slower sensors still comes out."""


class Pace(Protocol):
    """How fast the data's time passes."""

    def wait_until(self, arrival_ns: int) -> None:
        """Returns when the data's time has come to ``arrival_ns``."""


class AsFastAsPossible:
    """The data's time jumps from item to item."""

    def wait_until(self, arrival_ns: int) -> None:
        """Returns at once."""


class Timed:
    """The data's time runs like the wall's, or a fixed number of times as fast."""

    def __init__(self, speed: float, stop: threading.Event) -> None:
        self._speed = speed
        self._stop = stop
        self._first: tuple[int, int] | None = None

    def wait_until(self, arrival_ns: int) -> None:
        """Sleeps as long as it takes, or until the stop event is set."""
        now_ns = time.monotonic_ns()
        if self._first is None:
            self._first = now_ns, arrival_ns
        started_ns, first_arrival_ns = self._first
        due_ns = started_ns + (arrival_ns - first_arrival_ns) / self._speed
        if due_ns > now_ns:
            self._stop.wait((due_ns - now_ns) / 1e9)


class TickSource(Protocol):
    """Where a feed's ticks come from."""

    def until(self, arrival_ns: int) -> Iterable[Tick]:
        """Yields the ticks due before something that arrives at ``arrival_ns``."""


class RecordedTicks:
    """The ticks are among the items already: a live run recorded them."""

    def until(self, arrival_ns: int) -> Iterable[Tick]:
        """Yields nothing."""
        return ()


class DataTicks:
    """Ticks by the data's own time: at every grid instant plus the wait, as a live clock gives them."""

    def __init__(self, order: OrderSettings) -> None:
        self._order = order
        self._next_ns: int | None = None

    def until(self, arrival_ns: int) -> Iterable[Tick]:
        """Yields the ticks due before something that arrives at ``arrival_ns``; after a pause only the last."""
        grid_ns = self._order.grid_ns
        last_ns = (arrival_ns - self._order.wait_ns) // grid_ns * grid_ns + self._order.wait_ns
        if self._next_ns is None or last_ns - self._next_ns > self._order.silent_after_ns:
            self._next_ns = last_ns
        while self._next_ns <= arrival_ns:
            yield Tick(self._next_ns)
            self._next_ns += grid_ns


def feed(items: Iterable[Item], sensing: Sensing, ticks: TickSource, pace: Pace, stop: threading.Event) -> None:
    """Feeds items in order of their arrival, with ticks between them and one after them to bring out the last scene.

    Args:
        items: ordered by ``arrival_ns``.
        sensing: where they go.
        ticks: ``DataTicks``, or ``RecordedTicks`` where the items hold them.
        pace: how fast.
        stop: ends the feeding early when set.
    """
    newest_ns = 0
    for item in items:
        newest_ns = max(newest_ns, item.arrival_ns)
        for tick in ticks.until(newest_ns):
            pace.wait_until(tick.time_ns)
            sensing.take(tick)
        pace.wait_until(item.arrival_ns)
        if stop.is_set():
            return
        sensing.take(item)
    for tick in ticks.until(newest_ns + AFTERWARDS_NS):
        pace.wait_until(tick.time_ns)
        sensing.take(tick)
