"""How good the tracks of recordings are, by the field's three families of figures: HOTA, CLEAR MOT and identity."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from roadside.evaluation.clear_mot import ClearMotSums, clear_mot_figures, clear_mot_sums
from roadside.evaluation.hota import HotaSums, hota_figures, hota_sums
from roadside.evaluation.identity import IdentitySums, identity_figures, identity_sums
from roadside.evaluation.sequence import SequenceFrame
from roadside.geometry.arrays import IntArray


@dataclass(frozen=True, slots=True, eq=False)
class TrackingSums:
    """What the figures of one recording, or of several added up, are made from."""

    hota: HotaSums
    clear_mot: ClearMotSums
    identity: IdentitySums

    def __add__(self, other: "TrackingSums") -> "TrackingSums":
        return TrackingSums(self.hota + other.hota, self.clear_mot + other.clear_mot, self.identity + other.identity)

    @staticmethod
    def none() -> "TrackingSums":
        """Returns the sums of no recording."""
        return TrackingSums(HotaSums.none(), ClearMotSums(), IdentitySums())


@dataclass(frozen=True, slots=True)
class TrackingFigures:
    """All figures; 1 is perfect for the shares, and a share of nothing is NaN.

    Without road users and without tracks every share is NaN. With road users and no track, HOTA, MOTA, IDF1 and recall
    are 0 and what speaks of tracks alone (LocA, MOTP, IDP, precision) is NaN. With tracks and no road user, HOTA, IDF1
    and precision are 0 and what is counted per road user (MOTA, IDR, recall) is NaN: ``false_positives`` tells.

    Attributes:
        hota, deta, assa, loca: see ``HotaFigures``.
        mota, motp, recall, precision: see ``ClearMotFigures``.
        idf1, idp, idr: see ``IdentityFigures``.
        id_switches, fragmentations, mostly_tracked, mostly_lost: see ``ClearMotSums``.
        misses: true road users without a match, summed over the instants.
        false_positives: tracks without a match, summed over the instants.
        road_users: different true road users.
        tracks: different tracks.
    """

    hota: float
    deta: float
    assa: float
    loca: float
    mota: float
    motp: float
    idf1: float
    idp: float
    idr: float
    id_switches: int
    fragmentations: int
    misses: int
    false_positives: int
    recall: float
    precision: float
    mostly_tracked: int
    mostly_lost: int
    road_users: int
    tracks: int


def tracking_sums(frames: Sequence[SequenceFrame]) -> TrackingSums:
    """Returns the sums of one sequence: all instants of a recording in order, those without anybody too."""
    numbered = _numbered(frames)
    return TrackingSums(hota_sums(numbered), clear_mot_sums(numbered), identity_sums(numbered))


def tracking_figures(sums: TrackingSums) -> TrackingFigures:
    """Returns the figures of sums, of one sequence or of many."""
    hota, clear_mot = hota_figures(sums.hota), clear_mot_figures(sums.clear_mot)
    identity = identity_figures(sums.identity)
    return TrackingFigures(
        hota=hota.hota,
        deta=hota.deta,
        assa=hota.assa,
        loca=hota.loca,
        mota=clear_mot.mota,
        motp=clear_mot.motp,
        idf1=identity.idf1,
        idp=identity.idp,
        idr=identity.idr,
        id_switches=sums.clear_mot.id_switches,
        fragmentations=sums.clear_mot.fragmentations,
        misses=clear_mot.misses,
        false_positives=clear_mot.false_positives,
        recall=clear_mot.recall,
        precision=clear_mot.precision,
        mostly_tracked=sums.clear_mot.mostly_tracked,
        mostly_lost=sums.clear_mot.mostly_lost,
        road_users=sums.identity.road_users,
        tracks=sums.identity.tracks,
    )


def _numbered(frames: Sequence[SequenceFrame]) -> list[SequenceFrame]:
    """Returns the same instants with road users and tracks numbered from 0, without gaps."""
    truth = _renumbered([frame.truth_ids for frame in frames])
    track = _renumbered([frame.track_ids for frame in frames])
    return [SequenceFrame(*row) for row in zip(truth, track, (frame.similarity for frame in frames), strict=True)]


def _renumbered(ids: Sequence[IntArray]) -> list[IntArray]:
    """Returns the ids of every instant, counted from 0 over all instants."""
    _, numbers = np.unique(np.concatenate([np.zeros(0, np.int64), *ids]), return_inverse=True)
    bounds = np.cumsum([0, *(len(part) for part in ids)])
    return [numbers[start:end] for start, end in pairwise(bounds)]
