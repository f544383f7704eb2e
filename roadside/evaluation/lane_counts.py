"""Counts per lane, as a loop in the road would make them: who passes a line across the lane, in its direction."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from roadside.evaluation.sight import sight_of
from roadside.geometry.arrays import BoolArray, Column, FloatArray, IntArray, freeze_columns
from roadside.types.road import Lane, LaneKind, RoadMap
from roadside.types.site import Site

COUNTED_KINDS = frozenset({LaneKind.DRIVING, LaneKind.BICYCLE, LaneKind.BUS})
"""Lanes that operators count on."""

LONGEST_UNHEARD_NS = 1_000_000_000
"""Who is not heard of for longer is not known to have passed what lies between: at 50 km/h that is 14 m of road."""

SAMPLING_M = 0.5
"""How finely a lane is looked at for where its covered part begins and ends."""

TRAJECTORY_COLUMNS: tuple[Column, ...] = (
    ("ids", (), np.int64),
    ("time_ns", (), np.int64),
    ("position_m", (2,), np.float64),
)
"""Name, shape of one row and element type of every column of ``Trajectories``, in constructor order."""


@dataclass(frozen=True, slots=True, eq=False)
class Trajectories:
    """N places where road users were, or were said to be, in any order.

    Attributes:
        ids: (N,) the same number for the same road user, or track.
        time_ns: (N,) when.
        position_m: (N, 2) centre of the footprint, site frame.
    """

    ids: IntArray
    time_ns: IntArray
    position_m: FloatArray

    def __post_init__(self) -> None:
        freeze_columns(self, TRAJECTORY_COLUMNS)


@dataclass(frozen=True, slots=True, eq=False)
class CountingLine:
    """A straight line across a lane.

    Attributes:
        lane_id: the lane.
        middle_m: (2,) on the lane's centre line.
        direction: (2,) unit vector of travel there.
        half_width_m: the line reaches so far to either side.
    """

    lane_id: str
    middle_m: FloatArray
    direction: FloatArray
    half_width_m: float


@dataclass(frozen=True, slots=True)
class LaneSums:
    """What adds up over recordings.

    Attributes:
        counts: passages of every lane with a counting line, by its site and its id: true ones, and those of the tracks.
    """

    counts: Mapping[tuple[str, str], tuple[int, int]] = field(default_factory=dict)

    def __add__(self, other: "LaneSums") -> "LaneSums":
        both = dict(self.counts)
        for lane, (true, counted) in other.counts.items():
            true_before, counted_before = both.get(lane, (0, 0))
            both[lane] = true_before + true, counted_before + counted
        return LaneSums(both)


@dataclass(frozen=True, slots=True)
class LaneCount:
    """One lane of a site: how many passed, and how many were counted."""

    site: str
    lane: str
    true: int
    counted: int


@dataclass(frozen=True, slots=True)
class LaneFigures:
    """Figures of the counts; NaN where there is nothing to divide by.

    Attributes:
        lanes: every lane with a counting line.
        lanes_with_traffic: those that somebody passed.
        passages: true passages of all lanes.
        mean_error_percent: mean, over the lanes with traffic, of how far the count is off, in per cent of the
            true count, as operators state it. What is counted on a lane without traffic is not in it.
        total_error_percent: how far all counts are off, added up over all lanes whatever their sign, in per
            cent of all passages.
    """

    lanes: tuple[LaneCount, ...]
    lanes_with_traffic: int
    passages: int
    mean_error_percent: float
    total_error_percent: float


def lane_sums(site: Site, truth: Trajectories, tracks: Trajectories) -> LaneSums:
    """Returns the passages of one recording over the site's counting lines; both must be of the same stretch of time.

    Covered is what any sensor of the site declares to watch.
    """
    lines = counting_lines(site.road, lambda points_m: sight_of(points_m, site).covered)
    return LaneSums({(site.site_id, line.lane_id): (passages(line, truth), passages(line, tracks)) for line in lines})


def counting_lines(road: RoadMap, covered: Callable[[FloatArray], BoolArray]) -> tuple[CountingLine, ...]:
    """Returns a line across every counted lane that is covered somewhere, at the middle of its longest covered part.

    Args:
        road: the lanes.
        covered: gives (N,) whether each of (N, 2) places is watched.
    """
    lines = (_counting_line(lane, covered) for lane in road.lanes if lane.kind in COUNTED_KINDS)
    return tuple(line for line in lines if line is not None)


def passages(line: CountingLine, trajectories: Trajectories) -> int:
    """Returns how many road users pass a line with their footprint's centre, in the lane's direction; each once.

    Between two samples of a road user its way is straight; those more than ``LONGEST_UNHEARD_NS`` apart are not joined.
    Who rolls back and passes again is the same one; who comes back under another id is not.
    """
    order = np.lexsort((trajectories.time_ns, trajectories.ids))
    ids, time_ns = trajectories.ids[order], trajectories.time_ns[order]
    offset_m = trajectories.position_m[order] - line.middle_m
    along_m = offset_m @ line.direction
    aside_m = offset_m @ np.array([-line.direction[1], line.direction[0]])
    joined = (ids[1:] == ids[:-1]) & (np.diff(time_ns) <= LONGEST_UNHEARD_NS)
    (before,) = np.nonzero(joined & (along_m[:-1] < 0.0) & (along_m[1:] >= 0.0))
    share = along_m[before] / (along_m[before] - along_m[before + 1])
    crossing_m = aside_m[before] + share * (aside_m[before + 1] - aside_m[before])
    return len(np.unique(ids[before][np.abs(crossing_m) <= line.half_width_m]))


def lane_figures(sums: LaneSums) -> LaneFigures:
    """Returns the figures of added passages."""
    lanes = tuple(LaneCount(*lane, *counts) for lane, counts in sums.counts.items())
    off = [abs(lane.counted - lane.true) for lane in lanes]
    total = sum(lane.true for lane in lanes)
    shares = [wrong / lane.true for wrong, lane in zip(off, lanes, strict=True) if lane.true]
    return LaneFigures(
        lanes=lanes,
        lanes_with_traffic=len(shares),
        passages=total,
        mean_error_percent=100.0 * sum(shares) / len(shares) if shares else math.nan,
        total_error_percent=100.0 * sum(off) / total if total else math.nan,
    )


def _counting_line(lane: Lane, covered: Callable[[FloatArray], BoolArray]) -> CountingLine | None:
    """Returns the line across one lane; ``None`` where nothing of it is covered."""
    corners_m = lane.centre_line_m[:, :2]
    corner_at_m = np.append(0.0, np.cumsum(np.linalg.norm(np.diff(corners_m, axis=0), axis=1)))
    moves = np.append(True, np.diff(corner_at_m) > 0.0)
    corners_m, corner_at_m = corners_m[moves], corner_at_m[moves]
    if len(corners_m) < 2:
        return None
    at_m = np.linspace(0.0, corner_at_m[-1], 1 + math.ceil(corner_at_m[-1] / SAMPLING_M))
    inside = covered(np.column_stack([np.interp(at_m, corner_at_m, corners_m[:, axis]) for axis in (0, 1)]))
    first, last = _longest_run(inside)
    if first == last:
        return None
    middle_at_m = (at_m[first] + at_m[last - 1]) / 2
    piece = min(int(np.searchsorted(corner_at_m, middle_at_m, side="right")), len(corners_m) - 1) - 1
    step_m = corners_m[piece + 1] - corners_m[piece]
    direction = step_m / np.linalg.norm(step_m)
    middle_m = corners_m[piece] + (middle_at_m - corner_at_m[piece]) * direction
    return CountingLine(lane.lane_id, middle_m, direction, lane.width_m / 2)


def _longest_run(inside: BoolArray) -> tuple[int, int]:
    """Returns where the longest run of true values begins and, exclusively, ends; (0, 0) where there is none."""
    edges = np.diff(np.concatenate([[False], inside, [False]]).astype(np.int64))
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    if len(starts) == 0:
        return 0, 0
    longest = int(np.argmax(ends - starts))
    return int(starts[longest]), int(ends[longest])
