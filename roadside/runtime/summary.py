"""What a run did: frames, road users, latencies, drops and, where there is truth, errors."""

from dataclasses import dataclass, field

import numpy as np

from roadside.geometry.arrays import FloatArray
from roadside.types.scene import LatencyLedger, Scene, SensorReport

STAGES = (
    ("transport", "captured_ns", "received_ns"),
    ("decode and detect", "received_ns", "detected_ns"),
    ("wait and fuse", "detected_ns", "fused_ns"),
    ("publish", "fused_ns", "published_ns"),
    ("host in to out", "received_ns", "published_ns"),
    ("exposure to out", "captured_ns", "published_ns"),
)
"""Name, beginning and end of every stage of the latency ledger that is reported."""

LONGEST_RUN_KEPT = 36_000
"""Ledgers kept for the quantiles: an hour of scenes, the newest."""


@dataclass(frozen=True, slots=True)
class StageLatency:
    """How long one stage took.

    Attributes:
        stage: name.
        p50_ms, p95_ms: median and 95th percentile; NaN without scenes.
    """

    stage: str
    p50_ms: float
    p95_ms: float


@dataclass(slots=True)
class SceneTally:
    """Reads scenes and remembers what the summary needs.

    Attributes:
        scenes: how many came.
        track_ids: every road user ever published.
        sensors: the newest reports.
        skipped_total: grid instants never published.
    """

    scenes: int = 0
    track_ids: set[int] = field(default_factory=set)
    sensors: tuple[SensorReport, ...] = ()
    skipped_total: int = 0
    _ledgers: list[LatencyLedger] = field(default_factory=list)

    def read(self, scene: Scene, ledger: LatencyLedger) -> None:
        """Takes a scene in."""
        self.scenes += 1
        self.track_ids.update(scene.tracks.track_ids.tolist())
        self.sensors = scene.sensors
        self.skipped_total = scene.skipped_total
        if ledger.captured_ns:
            self._ledgers.append(ledger)
            del self._ledgers[:-LONGEST_RUN_KEPT]

    def latencies(self) -> tuple[StageLatency, ...]:
        """Returns the quantiles of every stage."""
        return tuple(StageLatency(stage, *quantiles_ms(took_ms)) for stage, took_ms in self.stage_ms().items())

    def stage_ms(self) -> dict[str, FloatArray]:
        """Returns how long every stage of every scene took, in order of the scenes."""
        return {
            stage: np.array([(getattr(ledger, end) - getattr(ledger, begin)) / 1e6 for ledger in self._ledgers])
            for stage, begin, end in STAGES
        }


def quantiles_ms(took_ms: FloatArray) -> tuple[float, float]:
    """Returns median and 95th percentile; NaN without scenes."""
    if len(took_ms) == 0:
        return float("nan"), float("nan")
    p50, p95 = np.quantile(took_ms, [0.5, 0.95])
    return float(p50), float(p95)
