"""HOTA: detection and association in one figure, over every strictness of what counts as found.

Source: Luiten et al., HOTA: A Higher Order Metric for Evaluating Multi-Object Tracking, IJCV 129 (2021),
doi:10.1007/s11263-020-01375-2. Matching, sums and the way sequences are added agree with the authors' TrackEval,
https://github.com/JonathonLuiten/TrackEval.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from roadside.evaluation.birds_eye import ROUNDING
from roadside.evaluation.sequence import SequenceFrame
from roadside.geometry.arrays import BoolArray, Column, FloatArray, IntArray, freeze_columns

ALPHAS = np.arange(0.05, 0.99, 0.05)
"""(19,) similarities from which on a pair counts as a match: 0.05 to 0.95."""

HOTA_COLUMNS: tuple[Column, ...] = (
    ("matches", (), np.int64),
    ("association", (), np.float64),
    ("similarity", (), np.float64),
)
"""Name, shape of one row and element type of every column of ``HotaSums``, in constructor order."""


@dataclass(frozen=True, slots=True, eq=False)
class HotaSums:
    """What HOTA is made from; the rows of the arrays are the thresholds ``ALPHAS``.

    Attributes:
        matches: (19,) matched pairs.
        association: (19,) sum, over the matches, of how well road user and track keep together: the instants at which
            they are matched over the instants at which either is there.
        similarity: (19,) sum, over the matches, of their similarity.
        truth_count: true road users, summed over the instants.
        track_count: tracks, summed over the instants.
    """

    matches: IntArray
    association: FloatArray
    similarity: FloatArray
    truth_count: int
    track_count: int

    def __post_init__(self) -> None:
        freeze_columns(self, HOTA_COLUMNS, length=len(ALPHAS))

    def __add__(self, other: "HotaSums") -> "HotaSums":
        return HotaSums(
            self.matches + other.matches,
            self.association + other.association,
            self.similarity + other.similarity,
            self.truth_count + other.truth_count,
            self.track_count + other.track_count,
        )

    @staticmethod
    def none() -> "HotaSums":
        """Returns the sums of no sequence."""
        levels = len(ALPHAS)
        return HotaSums(np.zeros(levels, np.int64), np.zeros(levels), np.zeros(levels), 0, 0)


@dataclass(frozen=True, slots=True)
class HotaFigures:
    """Means over the thresholds, 0 to 1, more is better; all NaN where there was neither a road user nor a track.

    Attributes:
        hota: the geometric mean of detection and association.
        deta: detection: matches over matches, misses and false positives together.
        assa: association, as a mean over the matches; 0 at a threshold that has none.
        loca: similarity of the matches, over those thresholds that have any; NaN where none has. TrackEval counts a
            threshold without matches as 1, so that a tracker gains by never being near.
    """

    hota: float
    deta: float
    assa: float
    loca: float


@dataclass(frozen=True, slots=True, eq=False)
class _Pairs:
    """K pairs of a road user and a track that have something in common at an instant, by instant, row and column.

    Attributes:
        truth: (K,) road user.
        track: (K,) track.
        similarity: (K,) above 0.
        share: (K,) similarity over all that the two have in common with anybody at that instant.
    """

    truth: IntArray
    track: IntArray
    similarity: FloatArray
    share: FloatArray


def hota_sums(frames: Sequence[SequenceFrame]) -> HotaSums:
    """Returns the sums of one sequence.

    Args:
        frames: the instants in their order; road users and tracks numbered from 0, since the largest number costs
            memory.
    """
    if not frames:
        return HotaSums.none()
    truth_instants = np.bincount(np.concatenate([frame.truth_ids for frame in frames]))
    track_instants = np.bincount(np.concatenate([frame.track_ids for frame in frames]))
    pairs = _pairs_of(frames)
    _, couple = np.unique(pairs.truth * len(track_instants) + pairs.track, return_inverse=True)
    instants = truth_instants[pairs.truth] + track_instants[pairs.track]

    alike = np.bincount(couple, weights=pairs.share)[couple]
    matched = _matched(frames, alike / (instants - alike) * pairs.similarity)

    levels = len(ALPHAS)
    matches, association, similarity = np.zeros(levels, np.int64), np.zeros(levels), np.zeros(levels)
    for level, alpha in enumerate(ALPHAS):
        found = np.flatnonzero(matched & (pairs.similarity >= alpha - ROUNDING))
        together = np.bincount(couple[found])[couple[found]]
        matches[level] = len(found)
        association[level] = np.sum(together / (instants[found] - together))
        similarity[level] = np.sum(pairs.similarity[found])
    return HotaSums(matches, association, similarity, int(truth_instants.sum()), int(track_instants.sum()))


def hota_figures(sums: HotaSums) -> HotaFigures:
    """Returns the figures of the sums of one sequence or many."""
    present = sums.truth_count + sums.track_count
    if not present:
        return HotaFigures(float("nan"), float("nan"), float("nan"), float("nan"))
    detection = sums.matches / (present - sums.matches)
    association = sums.association / np.maximum(1, sums.matches)
    some = sums.matches > 0
    return HotaFigures(
        hota=float(np.sqrt(detection * association).mean()),
        deta=float(detection.mean()),
        assa=float(association.mean()),
        loca=float((sums.similarity[some] / sums.matches[some]).mean()) if some.any() else float("nan"),
    )


def _pairs_of(frames: Sequence[SequenceFrame]) -> _Pairs:
    """Returns the pairs of all instants, in the order that ``_matched`` reads them."""
    parts = []
    for frame in frames:
        rows, columns = np.nonzero(frame.similarity)
        similarity = frame.similarity[rows, columns]
        with_anybody = frame.similarity.sum(axis=0)[columns] + frame.similarity.sum(axis=1)[rows] - similarity
        share = np.zeros(len(rows))
        np.divide(similarity, with_anybody, out=share, where=with_anybody > ROUNDING)
        parts.append((frame.truth_ids[rows], frame.track_ids[columns], similarity, share))
    return _Pairs(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _matched(frames: Sequence[SequenceFrame], score: FloatArray) -> BoolArray:
    """Returns (K,) which pairs are matches: at each instant, the one-to-one choice with the greatest sum of scores."""
    matched = np.zeros(len(score), dtype=np.bool_)
    start = 0
    for frame in frames:
        place = np.nonzero(frame.similarity)
        end = start + len(place[0])
        if end > start:
            scores, chosen = np.zeros(frame.similarity.shape), np.zeros(frame.similarity.shape, dtype=np.bool_)
            scores[place] = score[start:end]
            chosen[linear_sum_assignment(scores, maximize=True)] = True
            matched[start:end] = chosen[place]
        start = end
    return matched
