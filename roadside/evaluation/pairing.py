"""Which track is which true road user at one instant, by a gate so wide that it saves nobody."""

import numpy as np
from scipy.optimize import linear_sum_assignment

from roadside.geometry.arrays import IntArray
from roadside.types.scene import Tracks
from roadside.types.truth import Truth

GATE_M = 5.0
"""A track this far from a road user is not it. Wide on purpose: a narrow gate makes a bad tracker look precise."""

MOVING_MPS = 3.0
"""Above this speed a direction means something; below it a track's is mostly noise."""


def paired(tracks: Tracks, truth: Truth) -> tuple[IntArray, IntArray]:
    """Returns (P,) rows of the truth and (P,) rows of the tracks that belong together.

    Pairs are those of least total distance, where whoever stays alone costs the gate (the cut-off distance of OSPA,
    Schuhmacher et al. 2008, doi:10.1109/TSP.2008.920469). Two that both move, against each other, are no pair.
    """
    apart_m = np.linalg.norm(truth.position_m[:, None, :2] - tracks.states[None, :, :2], axis=-1)
    towards = truth.velocity_mps @ tracks.states[:, 2:].T
    truth_moves = np.linalg.norm(truth.velocity_mps, axis=1) > MOVING_MPS
    track_moves = np.linalg.norm(tracks.states[:, 2:], axis=1) > MOVING_MPS
    opposed = (towards < 0.0) & truth_moves[:, None] & track_moves[None, :]
    cost_m = np.where(opposed, GATE_M, np.minimum(apart_m, GATE_M))
    rows, columns = linear_sum_assignment(cost_m)
    is_pair = cost_m[rows, columns] < GATE_M
    return rows[is_pair], columns[is_pair]
