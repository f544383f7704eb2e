"""Reads the scenes of a run and judges each that has truth."""

from dataclasses import dataclass, field

import numpy as np

from roadside.evaluation.assessment import Assessment, assess
from roadside.evaluation.lane_counts import Trajectories
from roadside.evaluation.object_times import ObjectTimes
from roadside.evaluation.sequence import SequenceFrame
from roadside.evaluation.timeline import TruthTimeline
from roadside.geometry.arrays import BoolArray
from roadside.types.scene import LatencyLedger, Scene, Tracks
from roadside.types.site import Site
from roadside.types.truth import Truth


@dataclass(slots=True)
class Assessor:
    """Takes scenes in, in their order.

    Attributes:
        site: whose coverage counts.
        timeline: the truth.
    """

    site: Site
    timeline: TruthTimeline
    _assessments: list[Assessment] = field(default_factory=list)
    _truths: list[Truth] = field(default_factory=list)
    _tracks: list[Tracks] = field(default_factory=list)

    def read(self, scene: Scene, ledger: LatencyLedger) -> None:
        """Judges a scene; one without truth at its instant is left out. A vehicle has it once it is published."""
        truth = self.timeline.at(scene.time_ns)
        if truth is None:
            return
        received_ns = max(ledger.published_ns, scene.time_ns)
        self._assessments.append(assess(scene, truth, received_ns, self.timeline.at(received_ns), self.site))
        self._truths.append(truth)
        self._tracks.append(scene.tracks)

    @property
    def scenes(self) -> int:
        """How many scenes were judged."""
        return len(self._assessments)

    @property
    def track_count(self) -> int:
        """Tracks that count, summed over the scenes."""
        return sum(assessment.track_count for assessment in self._assessments)

    def object_times(self) -> ObjectTimes:
        """Returns a row for every true road user of every scene, inside the declared coverage."""
        return ObjectTimes.joined([assessment.object_times for assessment in self._assessments])

    def could_see(self) -> BoolArray:
        """Returns (N, S) which of the site's sensors could see each of ``object_times``."""
        nobody = np.zeros((0, len(self.site.sensor_ids)), dtype=np.bool_)
        return np.concatenate([nobody, *(assessment.could_see for assessment in self._assessments)])

    def centre_frames(self) -> list[SequenceFrame]:
        """Returns what the tracking metrics read, alike by distance of footprint centres."""
        return [assessment.centres for assessment in self._assessments]

    def overlap_frames(self) -> list[SequenceFrame]:
        """Returns what the tracking metrics read, alike by bird's-eye overlap."""
        return [assessment.overlaps for assessment in self._assessments]

    def true_trajectories(self) -> Trajectories:
        """Returns where every true road user was at the instants of the scenes, in coverage and out of it."""
        return Trajectories(
            np.concatenate([np.zeros(0, np.int64), *(truth.object_ids for truth in self._truths)]),
            np.concatenate([np.zeros(0, np.int64), *(np.full(len(t), t.time_ns) for t in self._truths)]),
            np.concatenate([np.zeros((0, 2)), *(truth.position_m[:, :2] for truth in self._truths)]),
        )

    def track_trajectories(self) -> Trajectories:
        """Returns where every track was said to be."""
        instants = zip(self._tracks, self._truths, strict=True)
        return Trajectories(
            np.concatenate([np.zeros(0, np.int64), *(tracks.track_ids for tracks in self._tracks)]),
            np.concatenate([np.zeros(0, np.int64), *(np.full(len(t), truth.time_ns) for t, truth in instants)]),
            np.concatenate([np.zeros((0, 2)), *(tracks.states[:, :2] for tracks in self._tracks)]),
        )
