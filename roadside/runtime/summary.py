"""What a run did: scenes, road users, latencies, drops."""

from dataclasses import dataclass, field

import numpy as np

from roadside.evaluation.known_values import quantile
from roadside.geometry.arrays import FloatArray
from roadside.types.scene import LATENCY_STAGES, LatencyLedger, Scene, SensorReport

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
        return tuple(
            StageLatency(stage, quantile(took_ms, 0.50), quantile(took_ms, 0.95))
            for stage, took_ms in self.stage_ms().items()
        )

    def stage_ms(self) -> dict[str, FloatArray]:
        """Returns how long each stage took, in order of the scenes: of those made from measurements, the newest."""
        return {
            stage.name: np.array(
                [(getattr(ledger, stage.end) - getattr(ledger, stage.begin)) / 1e6 for ledger in self._ledgers]
            )
            for stage in LATENCY_STAGES
        }
