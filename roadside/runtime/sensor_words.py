"""This host's word on its own sensors: one place for every state and total, so that no word takes another back."""

import threading
from collections.abc import Callable
from dataclasses import astuple, dataclass, field

from roadside.runtime.line import ObservationLine
from roadside.types.observations import SensorHealth, SensorState

TELL_EVERY_NS = 1_000_000_000
"""Totals that rise go out at most this often."""

RECOVERED_AFTER_NS = 10_000_000_000
"""A sensor that lost nothing for so long is no longer degraded."""


@dataclass(frozen=True, slots=True)
class SensorCounts:
    """What went wrong at one sensor since start.

    Attributes:
        dropped: frames thrown away because their detector was busy.
        repaired: time stamps put right.
        corrupt: packets and pictures that were damaged.
        rejected: datagrams that were no scan of this radar.
    """

    dropped: int = 0
    repaired: int = 0
    corrupt: int = 0
    rejected: int = 0

    def __add__(self, other: "SensorCounts") -> "SensorCounts":
        return SensorCounts(*(mine + its for mine, its in zip(astuple(self), astuple(other), strict=True)))

    @property
    def lost(self) -> int:
        """All that was not used; a repaired time stamp was."""
        return self.dropped + self.corrupt + self.rejected

    @property
    def detail(self) -> str:
        """One line about what was lost."""
        parts = (
            (self.dropped, "frames dropped because the detector was busy"),
            (self.corrupt, "damaged packets or pictures"),
            (self.rejected, "datagrams rejected"),
        )
        return ", ".join(f"{count} {what}" for count, what in parts if count) + " since start"


@dataclass(slots=True)
class _Standing:
    """What is known and what was told of one sensor."""

    word: SensorState = SensorState.UNKNOWN  # the source's own
    reason: str = ""
    counters: list[Callable[[], SensorCounts]] = field(default_factory=list)
    remark: Callable[[], str] = lambda: ""
    told: SensorCounts = SensorCounts()
    told_ns: int = 0
    degraded_ns: int | None = None  # when something was last lost, unless long ago
    state: SensorState = SensorState.UNKNOWN
    detail: str = ""

    def counts(self) -> SensorCounts:
        return sum((count() for count in self.counters), SensorCounts())


class SensorWords:
    """Puts ``SensorHealth`` in line: at once when a source speaks, at ticks when totals rose. For many threads."""

    def __init__(self, line: ObservationLine) -> None:
        self._line = line
        self._standings: dict[str, _Standing] = {}
        self._lock = threading.Lock()

    def count_with(
        self, sensor_id: str, counts: Callable[[], SensorCounts], remark: Callable[[], str] = lambda: ""
    ) -> None:
        """Has a sensor's totals read from ``counts`` too; all that is given for one sensor is added up.

        Args:
            sensor_id: the sensor.
            counts: returns totals since start; called in the threads that say or tick.
            remark: returns why something was lost the last time, where that is known.
        """
        standing = self._standings.setdefault(sensor_id, _Standing())
        standing.counters.append(counts)
        standing.remark = remark

    def say(self, sensor_id: str, word: SensorState, reason: str, now_ns: int) -> None:
        """Passes a source's word on: OK when frames come, SILENT when they cannot, and why."""
        with self._lock:
            standing = self._standings.setdefault(sensor_id, _Standing())
            standing.word, standing.reason = word, reason
            self._tell(sensor_id, standing, standing.counts(), now_ns)

    def tell_changes(self, now_ns: int) -> None:
        """Tells totals that rose, and who has recovered; to be called at every tick."""
        with self._lock:
            for sensor_id, standing in self._standings.items():
                counts = standing.counts()
                rose = counts != standing.told and now_ns - standing.told_ns >= TELL_EVERY_NS
                degraded_ns = standing.degraded_ns
                recovered = degraded_ns is not None and now_ns - degraded_ns >= RECOVERED_AFTER_NS
                if rose or recovered:
                    self._tell(sensor_id, standing, counts, now_ns)

    def of(self, sensor_id: str) -> tuple[SensorState, str]:
        """Returns what was last said of a sensor, and why."""
        # Without the lock: whoever holds it may be waiting for room in line, and that is made by whoever asks here.
        standing = self._standings.get(sensor_id)
        return (standing.state, standing.detail) if standing is not None else (SensorState.UNKNOWN, "")

    def _tell(self, sensor_id: str, standing: _Standing, counts: SensorCounts, now_ns: int) -> None:
        if counts.lost > standing.told.lost:
            standing.degraded_ns = now_ns
        elif standing.degraded_ns is not None and now_ns - standing.degraded_ns >= RECOVERED_AFTER_NS:
            standing.degraded_ns = None
        standing.told, standing.told_ns = counts, now_ns
        standing.state, standing.detail = standing.word, standing.reason
        if standing.word is not SensorState.SILENT and standing.degraded_ns is not None:
            remark = standing.remark()
            standing.state = SensorState.DEGRADED
            standing.detail = f"{counts.detail}; the last: {remark}" if remark else counts.detail
        self._line.put_ready(
            SensorHealth(sensor_id, now_ns, now_ns, standing.state, standing.detail, counts.dropped, counts.repaired)
        )
