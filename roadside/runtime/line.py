"""The queue in front of the fold: what arrived first is fed first, even if its detection takes longer.

A radar scan that arrives while a camera frame is being detected waits behind it. That costs the scan a few milliseconds
and buys that live and replay feed the fold in the very same order.
"""

import queue
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, replace

from roadside.types.observations import Observation, Tick

LENGTH = 256
"""Places; whoever puts waits when all are taken. Cameras bound themselves long before (see ``CameraStage``)."""


@dataclass(frozen=True, slots=True, eq=False)
class Fed:
    """One observation as the fold gets it.

    Attributes:
        observation: with ``arrival_ns`` never smaller than the one before.
        entered_ns: when it arrived, by the monotonic clock of this run.
        ready_ns: when it was made, by the same clock; it may then have waited for what arrived before it.
        worked_ns: processor time of the work on it.
    """

    observation: Observation
    entered_ns: int
    ready_ns: int
    worked_ns: int


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """An observation, when it was ready by the monotonic clock, and the processor time of the work on it."""

    observation: Observation
    ready_ns: int
    worked_ns: int


class ObservationLine:
    """First in, first out, of observations that may still be in the making."""

    def __init__(self) -> None:
        self._queue: queue.Queue[tuple[int, int, Future[Made]] | None] = queue.Queue(LENGTH)

    def put(self, future: "Future[Made]", entered_ns: int, worked_ns: int) -> None:
        """Takes the next place for an observation in the making, on which some work was done; it may be cancelled."""
        self._queue.put((entered_ns, worked_ns, future))

    def put_ready(self, observation: Observation, entered_ns: int | None = None, worked_ns: int = 0) -> None:
        """Takes the next place for an observation that is ready; without ``entered_ns`` it arrives now."""
        now_ns = time.monotonic_ns()
        future: Future[Made] = Future()
        future.set_result(Made(observation, now_ns, 0))
        self.put(future, now_ns if entered_ns is None else entered_ns, worked_ns)

    def close(self) -> None:
        """Says that nothing comes any more."""
        self._queue.put(None)

    def __iter__(self) -> Iterator[Fed]:
        """Yields every observation in turn until the line is closed and empty."""
        newest_ns = 0
        while (entry := self._queue.get()) is not None:
            entered_ns, worked_ns, future = entry
            try:
                made = future.result()
            except CancelledError:
                continue
            # Two sources may take their places a moment after their bytes arrived, in the other order. A recording
            # keeps the order of arrivals, so these must be in the order of the line, or its replay would differ.
            observation = made.observation
            late_ns = newest_ns - observation.arrival_ns
            if late_ns > 0:
                entered_ns += late_ns
                observation = _arriving_at(observation, newest_ns)
            newest_ns = observation.arrival_ns
            yield Fed(observation, entered_ns, made.ready_ns, worked_ns + made.worked_ns)

    def drain(self) -> None:
        """Throws everything away until the line is closed, so that nobody waits for a place for ever."""
        while self._queue.get() is not None:
            pass


def _arriving_at(observation: Observation, arrival_ns: int) -> Observation:
    """Returns the observation with another arrival; a tick has only one time."""
    if isinstance(observation, Tick):
        return Tick(arrival_ns)
    return replace(observation, arrival_ns=arrival_ns)
