"""A recording run and judged by its truth."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from roadside.config.site_file import load_site
from roadside.errors import RecordingError
from roadside.evaluation.ablation import Ablation
from roadside.evaluation.event_pairs import EventSpans, true_spans
from roadside.evaluation.event_scores import event_sums
from roadside.evaluation.evidence import Evidence
from roadside.evaluation.judgement import Judgement, judged
from roadside.evaluation.lane_counts import lane_sums
from roadside.evaluation.parking_scores import SpotStates, parking_sums, true_spot_states
from roadside.evaluation.timeline import TruthTimeline
from roadside.evaluation.tracking import tracking_sums
from roadside.recording.reader import Recording, open_recording
from roadside.runtime.ablated_runs import ablated_runs
from roadside.runtime.outlet import NoOutlet
from roadside.runtime.published_scenes import PublishedScenes
from roadside.runtime.recorded_items import Depth
from roadside.runtime.recorded_run import RecordedRun, recorded_site
from roadside.runtime.recorded_truth import TRUTH_KINDS, RecordedTruth, recorded_truth
from roadside.runtime.summary import SceneTally
from roadside.types.observations import Observation
from roadside.types.scene import LATENCY_STAGES, LatencyLedger, Scene
from roadside.types.site import Site
from roadside.v2x.messages import scene_message

NO_INSTANTS = np.zeros(0, dtype=np.int64)
NO_EVENTS = EventSpans((), NO_INSTANTS, NO_INSTANTS, NO_INSTANTS, np.zeros((0, 2)))
NO_SPOTS = SpotStates((), NO_INSTANTS, np.zeros((0, 0), dtype=np.int64))
"""A scene says nothing of events and parking, so where they are true they are missed, and no spot is decided."""


@dataclass(frozen=True, slots=True, eq=False)
class JudgedRun:
    """What came of one recording.

    Attributes:
        site_id: where.
        broken: where and why the recording ends early; empty for a whole one.
        scenes_sha256: of the published scenes, one after the other, in the words of the wire.
        evidence: what figures are made of.
    """

    site_id: str
    broken: str
    scenes_sha256: str
    evidence: Evidence


def judged_run(
    path: Path, site_path: Path | None, depth: Depth, ablate: bool, on_progress: Callable[[float], None]
) -> JudgedRun:
    """Runs a recording as fast as this machine can, dropping nothing, and judges every scene that has truth.

    Args:
        path: MCAP file.
        site_path: site file; by default the one in the recording.
        depth: where in the recording to begin.
        ablate: whether to fold the observations again with each sensor alone and each left out; they stay in memory.
        on_progress: called with the seconds of the recording that were fed.

    Raises:
        RoadsideError: the recording, its site or a model cannot be used, or it has no truth to judge by.
    """
    recording = open_recording(path)
    site = load_site(site_path) if site_path is not None else recorded_site(recording)
    truth = recorded_truth(recording)
    _check_truth(recording, truth)
    tally, published, digest, kept = SceneTally(), PublishedScenes(), _Digest(site), _Kept()
    outlet = kept if ablate else NoOutlet()
    run = RecordedRun.of(recording, site, depth, None, (digest.read, tally.read, published.read), outlet)
    run.run(on_progress)
    timeline = TruthTimeline(truth.road_users)
    judgement = judged(published.scenes, timeline, site)
    _check_judged(recording, site, timeline, judgement)
    ablations = tuple(ablated_runs(kept.observations, judgement, timeline, site)) if ablate else None
    evidence = _evidence(run, tally, truth, timeline, judgement, ablations)
    return JudgedRun(site.site_id, recording.break_reason, digest.sha256.hexdigest(), evidence)


def _check_truth(recording: Recording, truth: RecordedTruth) -> None:
    """Checks that there is truth of some kind.

    Raises:
        RecordingError: there is none.
    """
    if not truth.everything:
        topics = ", ".join(kind.topic() for kind in TRUTH_KINDS)
        raise RecordingError(f"{recording.path}: wanted truth to evaluate against ({topics}), got none")


def _check_judged(recording: Recording, site: Site, timeline: TruthTimeline, judgement: Judgement) -> None:
    """Checks that true road users could be compared with what was said.

    Raises:
        RecordingError: the truth of road users is of another time, or of another place.
    """
    if timeline.truths and judgement.unpublished == judgement.instants:
        raise RecordingError(
            f"{recording.path}: wanted truth at the time of the scenes, got {timeline.known_s:.1f} s of other times"
        )
    if any(len(truth) for truth in timeline.truths) and len(judgement.object_times) == 0:
        raise RecordingError(
            f"{recording.path}: wanted true road users inside the coverage that site {site.site_id} declares, "
            "got none: is it the right site file?"
        )


def _evidence(
    run: RecordedRun,
    tally: SceneTally,
    truth: RecordedTruth,
    timeline: TruthTimeline,
    judgement: Judgement,
    ablations: tuple[Ablation, ...] | None,
) -> Evidence:
    """Returns what a run gave."""
    true_events, watched_ns = true_spans(truth.events)
    timed = {stage.name for stage in LATENCY_STAGES if run.session.sensing.stages or not stage.detects}
    return Evidence(
        duration_s=run.recording.duration_s,
        truth_s=timeline.known_s,
        wall_s=run.session.wall_s,
        scenes=tally.scenes,
        instants=judgement.instants,
        unpublished=judgement.unpublished,
        object_times=judgement.object_times,
        track_count=judgement.track_count,
        centres=tracking_sums(judgement.centres),
        overlaps=tracking_sums(judgement.overlaps),
        events=event_sums(true_events, NO_EVENTS, watched_ns),
        parking=parking_sums(true_spot_states(truth.spots), NO_SPOTS),
        lanes=lane_sums(run.session.driver.site, judgement.truth, judgement.tracks),
        stage_ms={stage: took_ms if stage in timed else took_ms[:0] for stage, took_ms in tally.stage_ms().items()},
        dropped=_dropped(run, tally),
        ablations=ablations,
    )


def _dropped(run: RecordedRun, tally: SceneTally) -> dict[str, int]:
    """Returns what did not get through, by cause."""
    sensing = run.session.sensing
    return {
        "frames": sum(stage.counts.dropped for stage in sensing.stages.values()),
        "undecodable_frames": sensing.decoding.undecodable,
        "unreadable_scans": run.items.unreadable,
        "late_scans": sum(report.late_total for report in tally.sensors),
        "rejected_measurements": sum(report.rejected_total for report in tally.sensors),
        "skipped_scenes": tally.skipped_total,
    }


class _Kept(NoOutlet):
    """Keeps what the fold is fed."""

    def __init__(self) -> None:
        self.observations: list[Observation] = []

    def observation(self, observation: Observation) -> None:
        """Keeps it."""
        self.observations.append(observation)


class _Digest:
    """Hashes the scenes as they are published."""

    def __init__(self, site: Site) -> None:
        self.sha256 = hashlib.sha256()
        self._site = site

    def read(self, scene: Scene, ledger: LatencyLedger) -> None:
        """Adds a scene."""
        self.sha256.update(scene_message(scene, self._site).SerializeToString(deterministic=True))
