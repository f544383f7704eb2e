"""The scenes of a run against the truth."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from roadside.evaluation.assessment import assess
from roadside.evaluation.lane_counts import Trajectories
from roadside.evaluation.object_times import ObjectTimes
from roadside.evaluation.sequence import SequenceFrame
from roadside.evaluation.timeline import TruthTimeline
from roadside.geometry.arrays import BoolArray, FloatArray, IntArray
from roadside.types.scene import LatencyLedger, Scene
from roadside.types.site import Site


@dataclass(frozen=True, slots=True, eq=False)
class ReceivedScene:
    """A published scene, and when a vehicle had it, Unix epoch UTC."""

    scene: Scene
    received_ns: int


@dataclass(slots=True)
class ReceivedScenes:
    """Keeps the scenes as they are published. They are judged afterwards: judging is no work of the pole's.

    Attributes:
        scenes: so far, in order.
    """

    scenes: list[ReceivedScene] = field(default_factory=list)

    def read(self, scene: Scene, ledger: LatencyLedger) -> None:
        """Takes a scene in; a vehicle has it once it is published."""
        self.scenes.append(ReceivedScene(scene, max(ledger.published_ns, scene.time_ns)))


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """What the scenes were worth that have truth, inside the declared coverage.

    Attributes:
        scenes: how many were judged; those without truth at their instant are left out.
        object_times: a row for every true road user of every scene.
        could_see: (N, S) which of the site's sensors could see each of them.
        track_count: tracks that count, summed over the scenes.
        centres, overlaps: what the tracking metrics read, alike by distance of centres and by bird's-eye overlap.
        truth, tracks: where everybody was and was said to be at the scenes' instants, in coverage and out of it.
    """

    scenes: int
    object_times: ObjectTimes
    could_see: BoolArray
    track_count: int
    centres: Sequence[SequenceFrame]
    overlaps: Sequence[SequenceFrame]
    truth: Trajectories
    tracks: Trajectories


def judged(received: Iterable[ReceivedScene], timeline: TruthTimeline, site: Site) -> Judgement:
    """Returns what scenes, in their order, were worth."""
    pairs = [(each, truth) for each in received if (truth := timeline.at(each.scene.time_ns)) is not None]
    assessments = [
        assess(each.scene, truth, each.received_ns, timeline.at(each.received_ns), site) for each, truth in pairs
    ]
    nobody = np.zeros((0, len(site.sensor_ids)), dtype=np.bool_)
    return Judgement(
        scenes=len(pairs),
        object_times=ObjectTimes.joined([assessment.object_times for assessment in assessments]),
        could_see=np.concatenate([nobody, *(assessment.could_see for assessment in assessments)]),
        track_count=sum(assessment.track_count for assessment in assessments),
        centres=[assessment.centres for assessment in assessments],
        overlaps=[assessment.overlaps for assessment in assessments],
        truth=_trajectories([(t.object_ids, t.time_ns, t.position_m[:, :2]) for _, t in pairs]),
        tracks=_trajectories(
            [(s.tracks.track_ids, s.time_ns, s.tracks.states[:, :2]) for s in (each.scene for each, _ in pairs)]
        ),
    )


def _trajectories(instants: Sequence[tuple[IntArray, int, FloatArray]]) -> Trajectories:
    """Returns the ids and places of all instants, one after the other."""
    return Trajectories(
        np.concatenate([np.zeros(0, np.int64), *(ids for ids, _, _ in instants)]),
        np.concatenate([np.zeros(0, np.int64), *(np.full(len(ids), time_ns) for ids, time_ns, _ in instants)]),
        np.concatenate([np.zeros((0, 2)), *(position_m for _, _, position_m in instants)]),
    )
