"""The scenes of a run against the truth."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from roadside.evaluation.assessment import assess
from roadside.evaluation.lane_counts import Trajectories
from roadside.evaluation.object_times import ObjectTimes
from roadside.evaluation.sequence import SequenceFrame
from roadside.evaluation.timeline import TruthTimeline
from roadside.geometry.arrays import BoolArray, FloatArray, IntArray
from roadside.types.scene import Scene, Tracks
from roadside.types.site import Site


@dataclass(frozen=True, slots=True, eq=False)
class PublishedScene:
    """A scene, and when it left the pole, Unix epoch UTC."""

    scene: Scene
    published_ns: int


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """What was said at every instant of the grid that has truth, inside the declared coverage.

    An instant without a scene counts as one at which nothing was said: who keeps silent gains nothing by it.

    Attributes:
        instants: how many were judged.
        unpublished: of them, those without a scene.
        object_times: a row for every true road user at every instant.
        could_see: (N, S) which of the site's sensors could see each of them.
        track_count: tracks that count, summed over the instants.
        centres, overlaps: what the tracking metrics read, alike by distance of centres and by bird's-eye overlap.
        truth, tracks: where everybody was and was said to be, in coverage and out of it.
    """

    instants: int
    unpublished: int
    object_times: ObjectTimes
    could_see: BoolArray
    track_count: int
    centres: Sequence[SequenceFrame]
    overlaps: Sequence[SequenceFrame]
    truth: Trajectories
    tracks: Trajectories


def judged(published: Iterable[PublishedScene], timeline: TruthTimeline, site: Site) -> Judgement:
    """Returns what the scenes of a run were worth."""
    scenes = {each.scene.time_ns: each for each in published}
    instants = timeline.instants(site.order.grid_ns)
    said = [scenes.get(time_ns) or _silence(time_ns, site) for time_ns in instants]
    pairs = [(each, truth) for each in said if (truth := timeline.at(each.scene.time_ns)) is not None]
    assessments = [
        assess(each.scene, truth, each.published_ns, timeline.at(each.published_ns), site) for each, truth in pairs
    ]
    nobody = np.zeros((0, len(site.sensor_ids)), dtype=np.bool_)
    return Judgement(
        instants=len(instants),
        unpublished=sum(time_ns not in scenes for time_ns in instants),
        object_times=ObjectTimes.joined([assessment.object_times for assessment in assessments]),
        could_see=np.concatenate([nobody, *(assessment.could_see for assessment in assessments)]),
        track_count=sum(assessment.track_count for assessment in assessments),
        centres=[assessment.centres for assessment in assessments],
        overlaps=[assessment.overlaps for assessment in assessments],
        truth=_trajectories([(truth.object_ids, truth.time_ns, truth.position_m[:, :2]) for _, truth in pairs]),
        tracks=_trajectories(
            [(each.scene.tracks.track_ids, each.scene.time_ns, each.scene.tracks.states[:, :2]) for each in said]
        ),
    )


def _silence(time_ns: int, site: Site) -> PublishedScene:
    """Returns the scene that says nothing."""
    return PublishedScene(Scene(site.site_id, time_ns, Tracks.none(len(site.sensor_ids)), (), 0), time_ns)


def _trajectories(instants: Sequence[tuple[IntArray, int, FloatArray]]) -> Trajectories:
    """Returns the ids and places of all instants, one after the other."""
    return Trajectories(
        np.concatenate([np.zeros(0, np.int64), *(ids for ids, _, _ in instants)]),
        np.concatenate([np.zeros(0, np.int64), *(np.full(len(ids), time_ns) for ids, time_ns, _ in instants)]),
        np.concatenate([np.zeros((0, 2)), *(position_m for _, _, position_m in instants)]),
    )
