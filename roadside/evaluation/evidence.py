"""Everything a run over recordings gave that figures are made of; that of many recordings is the sum of theirs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np

from roadside.evaluation.event_scores import EventSums
from roadside.evaluation.lane_counts import LaneSums
from roadside.evaluation.object_times import ObjectTimes
from roadside.evaluation.parking_scores import ParkingSums
from roadside.evaluation.tracking import TrackingSums
from roadside.geometry.arrays import BoolArray, FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Ablation:
    """The same observations, folded again with some sensors only.

    Attributes:
        name: which sensors were in use, such as ``"only radar"``.
        full: what the run with all sensors said.
        ablated: what the run with these sensors said; row *i* is the same road user at the same instant as in ``full``.
        common: (N,) whether the sensors in use could see it.
    """

    name: str
    full: ObjectTimes
    ablated: ObjectTimes
    common: BoolArray


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What one recording, or many, gave.

    Attributes:
        duration_s, truth_s, wall_s: of the recording, of the truth in it, and of the run.
        scenes, judged_scenes: published, and those with truth.
        object_times: a row for every true road user at every judged scene, inside coverage.
        track_count: tracks in the judged scenes that count.
        centres, overlaps: tracking, alike by distance of centres and by bird's-eye overlap.
        events, parking, lanes: sums; of nothing where the recording has no truth of them.
        stage_ms: latency of every scene, by stage of the ledger.
        dropped: what did not get through, by cause.
        ablations: one for each set of sensors, if asked for.
    """

    duration_s: float
    truth_s: float
    wall_s: float
    scenes: int
    judged_scenes: int
    object_times: ObjectTimes
    track_count: int
    centres: TrackingSums
    overlaps: TrackingSums
    events: EventSums
    parking: ParkingSums
    lanes: LaneSums
    stage_ms: dict[str, FloatArray]
    dropped: dict[str, int]
    ablations: tuple[Ablation, ...]


def pooled(parts: Sequence[Evidence]) -> Evidence:
    """Returns the evidence of several recordings as one; a road user of one recording is none of another's.

    Raises:
        ValueError: there are none.
    """
    if not parts:
        raise ValueError("must be given the evidence of one recording at least, got none")
    return reduce(_with, [_own_numbers(part, index) for index, part in enumerate(parts)])


def _own_numbers(evidence: Evidence, index: int) -> Evidence:
    """Returns evidence whose road users have numbers that no other recording's have."""

    def renumbered(rows: ObjectTimes) -> ObjectTimes:
        _, number = np.unique(rows.road_user, return_inverse=True)
        return replace(rows, road_user=(index << 32) + number)

    ablations = tuple(
        replace(ablation, full=renumbered(ablation.full), ablated=renumbered(ablation.ablated))
        for ablation in evidence.ablations
    )
    return replace(evidence, object_times=renumbered(evidence.object_times), ablations=ablations)


def _with(one: Evidence, other: Evidence) -> Evidence:
    """Returns both as one."""
    return Evidence(
        duration_s=one.duration_s + other.duration_s,
        truth_s=one.truth_s + other.truth_s,
        wall_s=one.wall_s + other.wall_s,
        scenes=one.scenes + other.scenes,
        judged_scenes=one.judged_scenes + other.judged_scenes,
        object_times=ObjectTimes.joined([one.object_times, other.object_times]),
        track_count=one.track_count + other.track_count,
        centres=one.centres + other.centres,
        overlaps=one.overlaps + other.overlaps,
        events=one.events + other.events,
        parking=one.parking + other.parking,
        lanes=one.lanes + other.lanes,
        stage_ms={stage: np.concatenate([one.stage_ms[stage], other.stage_ms[stage]]) for stage in one.stage_ms},
        dropped={cause: count + other.dropped[cause] for cause, count in one.dropped.items()},
        ablations=_merged(one.ablations, other.ablations),
    )


def _merged(ones: tuple[Ablation, ...], others: tuple[Ablation, ...]) -> tuple[Ablation, ...]:
    """Returns ablations of the same name as one."""
    by_name: dict[str, list[Ablation]] = {}
    for ablation in (*ones, *others):
        by_name.setdefault(ablation.name, []).append(ablation)
    return tuple(
        Ablation(
            name,
            ObjectTimes.joined([part.full for part in parts]),
            ObjectTimes.joined([part.ablated for part in parts]),
            np.concatenate([part.common for part in parts]),
        )
        for name, parts in by_name.items()
    )
