"""IDF1: how long every road user keeps one and the same track.

Source: Ristani et al., Performance Measures and a Data Set for Multi-Target, Multi-Camera Tracking, 2016,
arXiv:1609.01775.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from roadside.evaluation.birds_eye import MATCH_SIMILARITY
from roadside.evaluation.known_values import quotient
from roadside.evaluation.sequence import SequenceFrame
from roadside.geometry.arrays import IntArray


@dataclass(frozen=True, slots=True)
class IdentitySums:
    """What IDF1 is made from.

    Attributes:
        idtp: instants at which a road user has the one track that is its own over the whole sequence.
        idfn: true road users without their own track, summed over the instants.
        idfp: tracks without their own road user, summed over the instants.
        road_users: different true road users.
        tracks: different tracks.
    """

    idtp: int = 0
    idfn: int = 0
    idfp: int = 0
    road_users: int = 0
    tracks: int = 0

    def __add__(self, other: "IdentitySums") -> "IdentitySums":
        return IdentitySums(*(getattr(self, part.name) + getattr(other, part.name) for part in fields(self)))


@dataclass(frozen=True, slots=True)
class IdentityFigures:
    """Shares, 0 to 1, more is better.

    Attributes:
        idf1: harmonic mean of ``idp`` and ``idr``; NaN where there was neither a road user nor a track.
        idp: share of the tracks that are their own road user's; NaN without tracks.
        idr: share of the true road users that have their own track; NaN without truth.
    """

    idf1: float
    idp: float
    idr: float


def identity_sums(frames: Sequence[SequenceFrame]) -> IdentitySums:
    """Returns the sums of one sequence.

    Args:
        frames: the instants; road users and tracks numbered from 0, since the largest number costs memory.
    """
    none = np.zeros(0, dtype=np.int64)
    truth_instants = np.bincount(np.concatenate([none, *(frame.truth_ids for frame in frames)]))
    track_instants = np.bincount(np.concatenate([none, *(frame.track_ids for frame in frames)]))
    # Like TrackEval, which allows for rounding where it matches for MOTA, but not here.
    alike = [np.nonzero(frame.similarity >= MATCH_SIMILARITY) for frame in frames]
    truth = [frame.truth_ids[rows] for frame, (rows, _) in zip(frames, alike, strict=True)]
    track = [frame.track_ids[columns] for frame, (_, columns) in zip(frames, alike, strict=True)]
    own = _instants_with_own(np.concatenate([none, *truth]), np.concatenate([none, *track]))
    return IdentitySums(
        idtp=own,
        idfn=int(truth_instants.sum()) - own,
        idfp=int(track_instants.sum()) - own,
        road_users=int(np.count_nonzero(truth_instants)),
        tracks=int(np.count_nonzero(track_instants)),
    )


def identity_figures(sums: IdentitySums) -> IdentityFigures:
    """Returns the figures of the sums of one sequence or many."""
    truth_count, track_count = sums.idtp + sums.idfn, sums.idtp + sums.idfp
    return IdentityFigures(
        idf1=quotient(2 * sums.idtp, truth_count + track_count),
        idp=quotient(sums.idtp, track_count),
        idr=quotient(sums.idtp, truth_count),
    )


def _instants_with_own(truth: IntArray, track: IntArray) -> int:
    """Returns at how many instants road users have their own track, when tracks are handed out as well as can be.

    A road user may also stay without: it then takes a place of its own that is worth nothing. Every worth is raised
    by 1, as the solver reads 0 as "not allowed"; each road user takes one place, so the choice stays the same.

    Args:
        truth: (K,) road user of every pair that is alike at some instant.
        track: (K,) its track.
    """
    if not len(truth):
        return 0
    shared = sparse.csr_array((np.ones(len(truth)), (truth, track)))
    shared.data += 1.0
    places = sparse.hstack([shared, sparse.eye_array(shared.shape[0])], format="csr")
    rows, columns = min_weight_full_bipartite_matching(places, maximize=True)
    return round(float(places[rows, columns].sum())) - shared.shape[0]
