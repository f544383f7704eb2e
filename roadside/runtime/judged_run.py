"""A recording run and judged by its truth."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from roadside import pipeline
from roadside.config.site_file import load_site
from roadside.errors import RecordingError
from roadside.evaluation.assessor import Assessor
from roadside.evaluation.event_pairs import EventSpans, true_spans
from roadside.evaluation.event_scores import event_sums
from roadside.evaluation.evidence import Ablation, Evidence
from roadside.evaluation.lane_counts import lane_sums
from roadside.evaluation.parking_scores import SpotStates, parking_sums, true_spot_states
from roadside.evaluation.timeline import TruthTimeline
from roadside.evaluation.tracking import tracking_sums
from roadside.recording.channels import ChannelKind
from roadside.recording.reader import Recording, open_recording
from roadside.runtime.outlet import NoOutlet
from roadside.runtime.recorded_items import Depth, recorded_events, recorded_spots, recorded_truth
from roadside.runtime.recorded_run import RecordedRun, recorded_site
from roadside.runtime.summary import SceneTally
from roadside.types.observations import Measurements, Observation, Tick
from roadside.types.scene import LatencyLedger, Scene
from roadside.types.site import Site
from roadside.types.truth import TrueEvents, TrueSpots, Truth
from roadside.v2x.messages import scene_message

TRUTH_KINDS = (ChannelKind.TRUTH, ChannelKind.TRUE_EVENTS, ChannelKind.TRUE_SPOTS)

NO_INSTANTS = np.zeros(0, dtype=np.int64)
NO_EVENTS = EventSpans((), NO_INSTANTS, NO_INSTANTS, NO_INSTANTS, np.zeros((0, 2)))
NO_SPOTS = SpotStates((), NO_INSTANTS, np.zeros((0, 0), dtype=np.int64))
"""A scene says nothing of events and parking, so where they are true they are missed, and no spot is decided."""

NOT_TIMED = LatencyLedger(0, 0, 0, 0, 0)
"""Of a scene that was never published: it is received when it is."""


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
    truth = _Truth.of(recording)
    _check_site(recording, site)
    tally, assessor, digest = SceneTally(), Assessor(site, TruthTimeline(truth.road_users)), _Digest(site)
    outlet = _Kept() if ablate else NoOutlet()
    run = RecordedRun.of(recording, site, depth, None, (tally.read, assessor.read, digest.read), outlet)
    run.run(on_progress)
    _check_judged(recording, assessor)
    ablations = tuple(_ablations(outlet.observations, assessor)) if isinstance(outlet, _Kept) else ()
    evidence = _evidence(run, truth, tally, assessor, ablations)
    return JudgedRun(site.site_id, recording.break_reason, digest.sha256.hexdigest(), evidence)


@dataclass(frozen=True, slots=True)
class _Truth:
    """What is known to have been true in a recording."""

    road_users: Sequence[Truth]
    events: Sequence[TrueEvents]
    spots: Sequence[TrueSpots]

    @staticmethod
    def of(recording: Recording) -> "_Truth":
        """Returns a recording's truth.

        Raises:
            RecordingError: there is none of any kind.
        """
        truth = _Truth(tuple(recorded_truth(recording).values()), recorded_events(recording), recorded_spots(recording))
        if not (truth.road_users or truth.events or truth.spots):
            topics = ", ".join(kind.topic() for kind in TRUTH_KINDS)
            raise RecordingError(f"{recording.path}: wanted truth to evaluate against ({topics}), got none")
        return truth


def _check_site(recording: Recording, site: Site) -> None:
    """Checks that a recording is of a site.

    Raises:
        RecordingError: it says that it is of another one.
    """
    if recording.site_id and recording.site_id != site.site_id:
        raise RecordingError(
            f"{recording.path}: wanted a recording of site {site.site_id}, got one of {recording.site_id}"
        )


def _check_judged(recording: Recording, assessor: Assessor) -> None:
    """Checks that true road users could be compared with what was said.

    Raises:
        RecordingError: the truth of road users is of another time, or of another place.
    """
    timeline = assessor.timeline
    if timeline.truths and assessor.scenes == 0:
        raise RecordingError(
            f"{recording.path}: wanted truth at the time of the scenes, got {timeline.known_s:.1f} s of other times"
        )
    if any(len(truth) for truth in timeline.truths) and len(assessor.object_times()) == 0:
        raise RecordingError(
            f"{recording.path}: wanted true road users inside the coverage that site {assessor.site.site_id} declares, "
            "got none: is it the right site file?"
        )


def _ablations(observations: Sequence[Observation], assessor: Assessor) -> Iterator[Ablation]:
    """Yields what the same observations give with each kind and each sensor alone, and with each left out."""
    sensor_ids = assessor.site.sensor_ids
    full, could_see = assessor.object_times(), assessor.could_see()
    for used, name in _sensor_sets(assessor.site).items():
        again = Assessor(assessor.site, assessor.timeline)
        for scene in _folded(observations, used, assessor.site):
            again.read(scene, NOT_TIMED)
        common = np.asarray(could_see[:, [sensor_id in used for sensor_id in sensor_ids]].any(axis=1))
        yield Ablation(name, full, again.object_times(), common)


def _sensor_sets(site: Site) -> dict[frozenset[str], str]:
    """Returns sets of sensors to try, each once, and what to call them; none that is empty or has all sensors."""
    cameras = frozenset(camera.sensor_id for camera in site.cameras)
    radars = frozenset(radar.sensor_id for radar in site.radars)
    sets = {cameras: "only cameras", radars: "only radars"}
    for sensor_id in site.sensor_ids:
        sets.setdefault(frozenset([sensor_id]), f"only {sensor_id}")
    for sensor_id in site.sensor_ids:
        sets.setdefault((cameras | radars) - {sensor_id}, f"without {sensor_id}")
    return {used: name for used, name in sets.items() if used and used != cameras | radars}


def _folded(observations: Sequence[Observation], used: frozenset[str], site: Site) -> Iterator[Scene]:
    """Yields the scenes that some sensors of a site alone would have given."""
    state = pipeline.start(site)
    for observation in observations:
        if isinstance(observation, Measurements) and observation.sensor_id not in used:
            observation = Tick(observation.arrival_ns)  # time passes all the same
        state, scenes = pipeline.step(state, observation, site)
        yield from scenes


def _evidence(
    run: RecordedRun, truth: _Truth, tally: SceneTally, assessor: Assessor, ablations: tuple[Ablation, ...]
) -> Evidence:
    """Returns what a run gave."""
    site = assessor.site
    true_events, watched_ns = true_spans(truth.events)
    return Evidence(
        duration_s=run.recording.duration_s,
        truth_s=assessor.timeline.known_s,
        wall_s=run.session.wall_s,
        scenes=tally.scenes,
        judged_scenes=assessor.scenes,
        object_times=assessor.object_times(),
        track_count=assessor.track_count,
        centres=tracking_sums(assessor.centre_frames()),
        overlaps=tracking_sums(assessor.overlap_frames()),
        events=event_sums(true_events, NO_EVENTS, watched_ns),
        parking=parking_sums(true_spot_states(truth.spots), NO_SPOTS),
        lanes=lane_sums(site, assessor.true_trajectories(), assessor.track_trajectories()),
        stage_ms=tally.stage_ms(),
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
