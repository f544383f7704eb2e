"""Sequences whose figures can be worked out by hand: road users that stand 100 m apart, for ten instants.

Road users are numbered 0 and 1, tracks 0 and 1 (2 and on for more). What is 100 m apart has nothing in common.
"""

import numpy as np

from roadside.evaluation.birds_eye import centre_similarity
from roadside.evaluation.sequence import SequenceFrame

FIRST_M, SECOND_M = 0.0, 100.0
"""Where the two road users stand, along a line."""

INSTANTS = 10

Places = dict[int, float]
"""Number of a road user or track, and metres along the line."""


def on_a_line(truth: Places, tracks: Places) -> SequenceFrame:
    """One instant."""
    similarity = centre_similarity(points_m(truth), points_m(tracks))
    return SequenceFrame(np.array([*truth], dtype=np.int64), np.array([*tracks], dtype=np.int64), similarity)


def points_m(places: Places) -> np.ndarray:
    return np.array([(place_m, 0.0) for place_m in places.values()]).reshape(-1, 2)


def perfect() -> list[SequenceFrame]:
    """Two road users, each with its track."""
    both = {0: FIRST_M, 1: SECOND_M}
    return [on_a_line(both, both)] * INSTANTS


def swapped_half_way() -> list[SequenceFrame]:
    """Two road users, whose tracks change places after five of ten instants."""
    both = {0: FIRST_M, 1: SECOND_M}
    return [on_a_line(both, both)] * 5 + [on_a_line(both, {1: FIRST_M, 0: SECOND_M})] * 5


def born_late() -> list[SequenceFrame]:
    """One road user, whose track begins after five of ten instants."""
    return [on_a_line({0: FIRST_M}, {})] * 5 + [on_a_line({0: FIRST_M}, {0: FIRST_M})] * 5


def one_of_two() -> list[SequenceFrame]:
    """Two road users, of whom the second is never tracked."""
    return [on_a_line({0: FIRST_M, 1: SECOND_M}, {0: FIRST_M})] * INSTANTS


def beside_by(error_m: float) -> list[SequenceFrame]:
    """Two road users, each with a track that is always as far beside it."""
    both = {0: FIRST_M, 1: SECOND_M}
    return [on_a_line(both, {number: place_m + error_m for number, place_m in both.items()})] * INSTANTS


def nothing_reported() -> list[SequenceFrame]:
    """Two road users, no track."""
    return [on_a_line({0: FIRST_M, 1: SECOND_M}, {})] * INSTANTS


def nobody_there() -> list[SequenceFrame]:
    """Two tracks, no road user."""
    return [on_a_line({}, {0: FIRST_M, 1: SECOND_M})] * INSTANTS


def empty() -> list[SequenceFrame]:
    """Ten instants without anybody."""
    return [on_a_line({}, {})] * INSTANTS


def with_a_gap() -> list[SequenceFrame]:
    """Two road users; the first one's track is not there at the fifth and sixth of ten instants."""
    both = {0: FIRST_M, 1: SECOND_M}
    return [on_a_line(both, both)] * 4 + [on_a_line(both, {1: SECOND_M})] * 2 + [on_a_line(both, both)] * 4
