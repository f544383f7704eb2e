"""Everything a run over recordings gave that figures are made of; that of many recordings is the sum of theirs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import add

import numpy as np

from roadside.evaluation.ablation import Ablation
from roadside.evaluation.event_scores import EventSums
from roadside.evaluation.lane_counts import LaneSums
from roadside.evaluation.object_times import ObjectTimes
from roadside.evaluation.parking_scores import ParkingSums
from roadside.evaluation.tracking import TrackingSums
from roadside.geometry.arrays import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What one recording, or many, gave.

    Attributes:
        duration_s, truth_s, wall_s: of the recording, of the truth in it, and of the run.
        scenes: published ones.
        instants, unpublished: those of the grid that have truth, and those of them that have no scene.
        object_times: a row for every true road user at every instant, inside coverage.
        track_count: tracks that count, summed over the instants.
        centres, overlaps: tracking, alike by distance of centres and by bird's-eye overlap.
        events, parking, lanes: sums; of nothing where the recording has no truth of them.
        stage_ms: latency of the scenes made from measurements, the newest, by stage of the ledger; empty for a stage
            that the run did not go through.
        dropped: what did not get through, by cause.
        ablations: one for each set of sensors; ``None`` if not asked for.
    """

    duration_s: float
    truth_s: float
    wall_s: float
    scenes: int
    instants: int
    unpublished: int
    object_times: ObjectTimes
    track_count: int
    centres: TrackingSums
    overlaps: TrackingSums
    events: EventSums
    parking: ParkingSums
    lanes: LaneSums
    stage_ms: dict[str, FloatArray]
    dropped: dict[str, int]
    ablations: tuple[Ablation, ...] | None


def pooled(parts: Sequence[Evidence]) -> Evidence:
    """Returns the evidence of several recordings as one; a road user of one recording is none of another's.

    Raises:
        ValueError: there are none.
    """
    if not parts:
        raise ValueError("must be given the evidence of one recording at least, got none")
    first = parts[0]
    return Evidence(
        duration_s=sum(part.duration_s for part in parts),
        truth_s=sum(part.truth_s for part in parts),
        wall_s=sum(part.wall_s for part in parts),
        scenes=sum(part.scenes for part in parts),
        instants=sum(part.instants for part in parts),
        unpublished=sum(part.unpublished for part in parts),
        object_times=ObjectTimes.joined([_own_numbers(part.object_times, index) for index, part in enumerate(parts)]),
        track_count=sum(part.track_count for part in parts),
        centres=reduce(add, [part.centres for part in parts]),
        overlaps=reduce(add, [part.overlaps for part in parts]),
        events=reduce(add, [part.events for part in parts]),
        parking=reduce(add, [part.parking for part in parts]),
        lanes=reduce(add, [part.lanes for part in parts]),
        stage_ms={stage: np.concatenate([part.stage_ms[stage] for part in parts]) for stage in first.stage_ms},
        dropped={cause: sum(part.dropped[cause] for part in parts) for cause in first.dropped},
        ablations=_merged(parts),
    )


def _own_numbers(rows: ObjectTimes, index: int) -> ObjectTimes:
    """Returns rows whose road users have numbers that no other recording's have."""
    _, number = np.unique(rows.road_user, return_inverse=True)
    return replace(rows, road_user=(index << 32) + number)


def _merged(parts: Sequence[Evidence]) -> tuple[Ablation, ...] | None:
    """Returns the ablations of all parts, those of the same name as one; ``None`` if none was asked for."""
    by_name: dict[str, list[Ablation]] = {}
    for index, part in enumerate(parts):
        for each in part.ablations or ():
            full, ablated = _own_numbers(each.full, index), _own_numbers(each.ablated, index)
            by_name.setdefault(each.name, []).append(Ablation(each.name, full, ablated, each.common))
    if all(part.ablations is None for part in parts):
        return None
    return tuple(
        Ablation(
            name,
            ObjectTimes.joined([each.full for each in ablations]),
            ObjectTimes.joined([each.ablated for each in ablations]),
            np.concatenate([each.common for each in ablations]),
        )
        for name, ablations in by_name.items()
    )
