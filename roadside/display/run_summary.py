"""What a run gave, live or replayed: for a person as tables, for a program as JSON."""

import json
import math
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from roadside.runtime.session import Session
from roadside.runtime.summary import SceneTally, StageLatency
from roadside.types.scene import SensorReport


@dataclass(frozen=True, slots=True)
class CameraTally:
    """One camera's share of a run: frames handed to its detector, dropped by it, boxes found."""

    camera: str
    frames: int
    dropped: int
    detections: int


@dataclass(frozen=True, slots=True)
class PositionTally:
    """Errors against the truth, inside the declared coverage, by a gate of 5 m; never without their recall.

    Attributes:
        rmse_m, p95_m: of matched footprint centres.
        recall: share of the true road users that were matched.
        precision: share of the tracks that were matched.
        instants: of the grid, with truth; one without a scene counts as one at which nothing was said.
    """

    rmse_m: float
    p95_m: float
    recall: float
    precision: float
    instants: int


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What only the program that ran knows; the fields are those of ``RunSummary``."""

    source: str
    broken: str
    duration_s: float
    unreadable: int
    messages_sent: int | None
    messages_dropped: int | None
    position: PositionTally | None


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What a run gave.

    Attributes:
        source: what was fed: a recording's name, or ``"live"``.
        site: which site.
        broken: where and why the recording ends early; empty for a whole one.
        duration_s, wall_s: of what was fed, and of the run.
        cameras: per camera.
        undecodable: frames that gave no picture.
        unreadable: radar scans whose bytes made no sense.
        sensors: late, rejected, dropped and repaired, per sensor.
        scenes, skipped: published scenes, and grid instants never published.
        tracks: different road users in the scenes.
        latencies: per stage of the ledger.
        cpu_s: processor time by part; ``"all"`` is the whole process.
        messages_sent, messages_dropped: to subscribers; ``None`` without a server.
        position: errors against the truth; ``None`` without truth.
    """

    source: str
    site: str
    broken: str
    duration_s: float
    wall_s: float
    cameras: tuple[CameraTally, ...]
    undecodable: int
    unreadable: int
    sensors: tuple[SensorReport, ...]
    scenes: int
    skipped: int
    tracks: int
    latencies: tuple[StageLatency, ...]
    cpu_s: dict[str, float]
    messages_sent: int | None
    messages_dropped: int | None
    position: PositionTally | None

    def to_json(self) -> str:
        """Returns the summary as one line of JSON; what is not known is null."""
        return json_text(asdict(self))

    def print(self, out: Console) -> None:
        """Prints the summary."""
        out.print(f"{self.source} at {self.site}: {self.duration_s:.1f} s in {self.wall_s:.1f} s")
        if self.broken:
            out.print(self.broken, markup=False)
        out.print(_sensor_table(self))
        out.print(_latency_table(self.latencies))
        out.print(f"{self.tracks} road users in {self.scenes} scenes, {self.skipped} grid instants skipped")
        if self.messages_sent is not None:
            out.print(f"{self.messages_sent} messages sent to subscribers, {self.messages_dropped} scenes passed over")
        if self.position is not None:
            out.print(
                f"position against truth: RMSE {self.position.rmse_m:.2f} m, 95 % below {self.position.p95_m:.2f} m, "
                f"at recall {self.position.recall:.2f} and precision {self.position.precision:.2f} "
                f"({self.position.instants} instants, inside coverage, 5 m gate)"
            )


def run_summary(session: Session, tally: SceneTally, facts: RunFacts) -> RunSummary:
    """Returns the summary of a session that has ended."""
    sensing = session.sensing
    return RunSummary(
        source=facts.source,
        site=session.driver.site.site_id,
        broken=facts.broken,
        duration_s=facts.duration_s,
        wall_s=session.wall_s,
        cameras=tuple(
            CameraTally(camera, stage.counts.frames, stage.counts.dropped, stage.counts.detections)
            for camera, stage in sensing.stages.items()
        ),
        undecodable=sensing.decoding.undecodable,
        unreadable=facts.unreadable,
        sensors=tally.sensors,
        scenes=tally.scenes,
        skipped=tally.skipped_total,
        tracks=len(tally.track_ids),
        latencies=tally.latencies(),
        cpu_s=session.cpu_s(),
        messages_sent=facts.messages_sent,
        messages_dropped=facts.messages_dropped,
        position=facts.position,
    )


def _sensor_table(summary: RunSummary) -> Table:
    table = Table("sensor", "frames", "detections", "dropped", "late", "rejected", title="sensors")
    cameras = {tally.camera: tally for tally in summary.cameras}
    for report in summary.sensors:
        tally = cameras.get(report.sensor_id)
        seen = (str(tally.frames), str(tally.detections), str(tally.dropped)) if tally else ("", "", "")
        table.add_row(report.sensor_id, *seen, str(report.late_total), str(report.rejected_total))
    if summary.undecodable or summary.unreadable:
        table.caption = f"{summary.undecodable} frames and {summary.unreadable} radar scans could not be decoded"
    return table


def _latency_table(latencies: tuple[StageLatency, ...]) -> Table:
    table = Table("stage", "p50 ms", "p95 ms", title="latency")
    for latency in latencies:
        table.add_row(latency.stage, f"{latency.p50_ms:.1f}", f"{latency.p95_ms:.1f}")
    return table


def json_text(value: Any) -> str:
    """Returns a value as one line of JSON; what is not known is null."""
    return json.dumps(without_nan(value))


def without_nan(value: Any) -> Any:
    """Returns the value with null for what is not a number: JSON has no NaN."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: without_nan(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [without_nan(each) for each in value]
    return value
