"""MOTA, MOTP and the counts beside them: misses, false positives, changes of identity, broken tracks.

Source: Bernardin & Stiefelhagen, Evaluating Multiple Object Tracking Performance: The CLEAR MOT Metrics, 2008,
doi:10.1155/2008/246309; mostly tracked, mostly lost and fragmentations as in Milan et al., MOT16, 2016,
arXiv:1603.00831. Matching agrees with TrackEval, https://github.com/JonathonLuiten/TrackEval.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from scipy.optimize import linear_sum_assignment

from roadside.evaluation.birds_eye import MATCH_SIMILARITY, ROUNDING
from roadside.evaluation.known_values import quotient
from roadside.evaluation.object_times import NO_TRACK
from roadside.evaluation.sequence import SequenceFrame
from roadside.geometry.arrays import FloatArray, IntArray

MOSTLY_TRACKED_SHARE = 0.8
"""A road user that is matched at more than this share of its instants is mostly tracked. MOT16 says at least;
TrackEval, like us, more."""

MOSTLY_LOST_SHARE = 0.2
"""One that is matched at less than this share is mostly lost (MOT16)."""

CONTINUED = 1000.0
"""What it is worth to keep last instant's pair: more than all similarities of an instant together."""


@dataclass(frozen=True, slots=True)
class ClearMotSums:
    """What MOTA and its companions are made from.

    Attributes:
        truth_count: true road users, summed over the instants.
        track_count: tracks, summed over the instants.
        matches: matched pairs, summed over the instants.
        similarity: sum over the matches of their similarity.
        id_switches: matches with another track than the road user's match before, however long ago that was.
        fragmentations: times that a road user is matched again after an instant at which it was not. An instant
            without any track breaks every match; TrackEval passes over it, so that a lone road user's never break.
        mostly_tracked: road users matched at more than 80 % of their instants.
        mostly_lost: road users matched at less than 20 % of their instants.
    """

    truth_count: int = 0
    track_count: int = 0
    matches: int = 0
    similarity: float = 0.0
    id_switches: int = 0
    fragmentations: int = 0
    mostly_tracked: int = 0
    mostly_lost: int = 0

    def __add__(self, other: "ClearMotSums") -> "ClearMotSums":
        return ClearMotSums(*(getattr(self, part.name) + getattr(other, part.name) for part in fields(self)))


@dataclass(frozen=True, slots=True)
class ClearMotFigures:
    """Rates; 1 is perfect.

    Attributes:
        mota: 1 - (misses + false positives + id switches) / true road users, down to minus infinity; NaN without
            truth.
        motp: mean similarity of the matches; NaN without matches.
        recall: share of the true road users that were matched; NaN without truth.
        precision: share of the tracks that were matched; NaN without tracks.
        misses: true road users that were not matched, summed over the instants.
        false_positives: tracks that were not matched, summed over the instants.
    """

    mota: float
    motp: float
    recall: float
    precision: float
    misses: int
    false_positives: int


@dataclass(frozen=True, slots=True, eq=False)
class _Matches:
    """K matches, by road user and then by time.

    Attributes:
        instant: (K,) number of the instant, of those that have road users.
        truth: (K,) road user.
        track: (K,) track.
        similarity: (K,) of the two.
    """

    instant: IntArray
    truth: IntArray
    track: IntArray
    similarity: FloatArray


def clear_mot_sums(frames: Sequence[SequenceFrame]) -> ClearMotSums:
    """Returns the sums of one sequence.

    Args:
        frames: the instants in their order; road users and tracks numbered from 0, since the largest number costs
            memory.
    """
    instants = np.bincount(np.concatenate([np.zeros(0, np.int64), *(frame.truth_ids for frame in frames)]))
    matches = _matches([frame for frame in frames if len(frame.truth_ids)], len(instants))
    again = matches.truth[1:] == matches.truth[:-1]
    share = np.bincount(matches.truth, minlength=len(instants))[instants > 0] / instants[instants > 0]
    return ClearMotSums(
        truth_count=int(instants.sum()),
        track_count=sum(len(frame.track_ids) for frame in frames),
        matches=len(matches.truth),
        similarity=float(matches.similarity.sum()),
        id_switches=int(np.sum(again & (matches.track[1:] != matches.track[:-1]))),
        fragmentations=int(np.sum(again & (np.diff(matches.instant) > 1))),
        mostly_tracked=int(np.sum(share > MOSTLY_TRACKED_SHARE)),
        mostly_lost=int(np.sum(share < MOSTLY_LOST_SHARE)),
    )


def clear_mot_figures(sums: ClearMotSums) -> ClearMotFigures:
    """Returns the figures of the sums of one sequence or many."""
    misses, false_positives = sums.truth_count - sums.matches, sums.track_count - sums.matches
    return ClearMotFigures(
        mota=1.0 - quotient(misses + false_positives + sums.id_switches, sums.truth_count),
        motp=quotient(sums.similarity, sums.matches),
        recall=quotient(sums.matches, sums.truth_count),
        precision=quotient(sums.matches, sums.track_count),
        misses=misses,
        false_positives=false_positives,
    )


def _matches(frames: Sequence[SequenceFrame], road_users: int) -> _Matches:
    """Returns the matches of the instants that have road users: old pairs first, then the most similarity."""
    partner = np.full(road_users, NO_TRACK)
    parts = [(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))]
    for number, frame in enumerate(frames):
        if not len(frame.track_ids):
            continue
        enough = frame.similarity >= MATCH_SIMILARITY - ROUNDING
        goes_on = partner[frame.truth_ids][:, None] == frame.track_ids
        worth = np.where(enough, frame.similarity + CONTINUED * goes_on, 0.0)
        rows, columns = linear_sum_assignment(worth, maximize=True)
        rows, columns = rows[enough[rows, columns]], columns[enough[rows, columns]]
        truth, track = frame.truth_ids[rows], frame.track_ids[columns]
        partner[:] = NO_TRACK
        partner[truth] = track
        parts.append((np.full(len(rows), number), truth, track, frame.similarity[rows, columns]))
    instant, truth, track, similarity = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((instant, truth))
    return _Matches(instant[order], truth[order], track[order], similarity[order])
