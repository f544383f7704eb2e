"""The tracking figures of others, computed from what ours are computed from."""

import motmetrics
import numpy as np
from trackeval.metrics import CLEAR, HOTA, Identity

from roadside.evaluation.sequence import SequenceFrame
from roadside.evaluation.tracking import TrackingSums, tracking_figures

Results = dict[str, np.ndarray]
QUIET = {"PRINT_CONFIG": False}


def compact(parts: list[np.ndarray]) -> tuple[list[np.ndarray], int]:
    """The ids of every instant counted from 0, and how many there are."""
    names = sorted({int(name) for part in parts for name in part})
    return [np.array([names.index(name) for name in part], dtype=int) for part in parts], len(names)


def by_trackeval(frames: list[SequenceFrame]) -> tuple[Results, Results, Results]:
    """TrackEval's HOTA, CLEAR and identity of a sequence."""
    truth, truths = compact([frame.truth_ids for frame in frames])
    tracks, different_tracks = compact([frame.track_ids for frame in frames])
    data = {
        "num_timesteps": len(frames),
        "gt_ids": truth,
        "num_gt_ids": truths,
        "num_gt_dets": sum(map(len, truth)),
        "tracker_ids": tracks,
        "num_tracker_ids": different_tracks,
        "num_tracker_dets": sum(map(len, tracks)),
        "similarity_scores": [frame.similarity for frame in frames],
    }
    return HOTA().eval_sequence(data), CLEAR(QUIET).eval_sequence(data), Identity(QUIET).eval_sequence(data)


def by_motmetrics(frames: list[SequenceFrame]) -> dict[str, float]:
    """motmetrics' figures; it takes distances, and NaN where a pair is none.

    Its conventions that differ from TrackEval's and ours: MOTP is a distance; 80 % is mostly tracked already; only a
    miss breaks a track, not an instant at which the road user is not there; and an old pair is preferred however long
    ago it was, where we prefer that of the instant before alone. Its own overlap of boxes does not run with NumPy 2
    (``np.asfarray``), so ours is what both read.
    """
    events = motmetrics.MOTAccumulator(auto_id=True)
    for frame in frames:
        distance = np.where(frame.similarity >= 0.5, 1 - frame.similarity, np.nan)
        events.update(frame.truth_ids, frame.track_ids, distance)
    wanted = [
        "mota", "motp", "idf1", "idp", "idr", "recall", "precision", "num_misses", "num_false_positives",
        "num_switches", "num_fragmentations", "mostly_tracked", "mostly_lost", "num_unique_objects",
    ]  # fmt: skip
    return dict(motmetrics.metrics.create().compute(events, metrics=wanted, return_dataframe=False))


def assert_equal(sums: TrackingSums, theirs: tuple[Results, Results, Results]) -> None:
    """All figures to 1e-6, but for the fragmentations."""
    hota, clear, identity = theirs
    figures = tracking_figures(sums)
    some = hota["HOTA_TP"] > 0
    close(sums.hota.matches, hota["HOTA_TP"])
    close(sums.hota.truth_count - sums.hota.matches, hota["HOTA_FN"])
    close(sums.hota.track_count - sums.hota.matches, hota["HOTA_FP"])
    close(sums.hota.association, hota["AssA"] * hota["HOTA_TP"])
    close(sums.hota.similarity[some], (hota["LocA"] * hota["HOTA_TP"])[some])
    close(figures.hota, hota["HOTA"].mean())
    close(figures.deta, hota["DetA"].mean())
    close(figures.assa, hota["AssA"].mean())
    close(figures.loca, hota["LocA"][some].mean() if some.any() else np.nan)

    truth_count, track_count = clear["CLR_TP"] + clear["CLR_FN"], clear["CLR_TP"] + clear["CLR_FP"]
    close(figures.mota, clear["MOTA"] if truth_count else np.nan)
    close(figures.motp, clear["MOTP"] if clear["CLR_TP"] else np.nan)
    close(figures.recall, clear["CLR_Re"] if truth_count else np.nan)
    close(figures.precision, clear["CLR_Pr"] if track_count else np.nan)
    counts = (figures.misses, figures.false_positives, figures.id_switches, figures.mostly_tracked, figures.mostly_lost)
    assert counts == tuple(clear[name] for name in ("CLR_FN", "CLR_FP", "IDSW", "MT", "ML"))

    assert (sums.identity.idtp, sums.identity.idfn, sums.identity.idfp) == tuple(
        identity[name] for name in ("IDTP", "IDFN", "IDFP")
    )
    close(figures.idf1, identity["IDF1"])
    close(figures.idp, identity["IDP"] if track_count else np.nan)
    close(figures.idr, identity["IDR"] if truth_count else np.nan)


def close(ours: object, theirs: object) -> None:
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-6)
