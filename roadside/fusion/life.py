"""When a track is believed, when it ends, and when two tracks are one road user."""

from dataclasses import replace
from typing import Final

import numpy as np

from roadside.fusion.association import CLASS_GROUPS
from roadside.fusion.pairs import RowArray, inside_footprint, near_pairs
from roadside.fusion.state import TrackerState
from roadside.geometry.arrays import BoolArray
from roadside.types.road_users import RoadUserClass
from roadside.types.site import TrackingSettings

MAX_POSITION_SIGMA_M: Final = 8.0
"""A track known no better says nothing: two lanes to either side are within one sigma."""

MERGE_AFTER_NS: Final = 500_000_000
"""How long a track lies on an older one, at its velocity, before the two are one."""

MERGE_SPEED_MPS: Final = 2.5
"""Largest difference of their velocities; set by hand, about what the noise of two young camera tracks makes."""

STILL_CLOSE: Final = 1.5
"""Factor on footprint and velocity difference for a pair that was close before: noise does not restart the wait."""

WALKERS: Final = CLASS_GROUPS[RoadUserClass.PEDESTRIAN]


def confirm(state: TrackerState, settings: TrackingSettings) -> TrackerState:
    """Returns the tracks with those confirmed that gathered enough measurements in their first moments."""
    early = state.time_ns - state.created_ns <= round(settings.confirm_within_s * 1e9)
    confirmed = state.confirmed | (early & (state.hits >= settings.confirm_hits))
    return state if (confirmed == state.confirmed).all() else replace(state, confirmed=confirmed)


def alive(state: TrackerState, time_ns: int, settings: TrackingSettings) -> BoolArray:
    """Returns (N,) which tracks still live at ``time_ns``.

    A tentative one that is older than its window has missed it. A confirmed one may coast as long as it has been
    measured for, at least for that window and at most for ``coast_s``: who was there for a moment is no longer believed
    in than that. Either ends when its position has become too vague.
    """
    waiting = time_ns - state.created_ns <= round(settings.confirm_within_s * 1e9)
    proven_ns = state.last_hit_ns - state.created_ns
    coast_ns = proven_ns.clip(round(settings.confirm_within_s * 1e9), round(settings.coast_s * 1e9))
    coasting = time_ns - state.last_hit_ns <= coast_ns
    # The larger eigenvalue of the position's covariance: the sigma along its worst direction, squared.
    a, b, d = state.covariances[:, 0, 0], state.covariances[:, 0, 1], state.covariances[:, 1, 1]
    largest_m2 = 0.5 * (a + d + np.hypot(a - d, 2.0 * b))
    return np.asarray(np.where(state.confirmed, coasting, waiting) & (largest_m2 <= MAX_POSITION_SIGMA_M**2))


def merge_duplicates(state: TrackerState) -> TrackerState:
    """Returns the tracks without those that have long lain on an older one at its velocity.

    Sensors with different biases each keep a track of one vehicle alive, and each may see another part of a truck. The
    older id stays; it goes on with the state of whichever of the two has the smaller position covariance: one that was
    lost goes on from the other, and one of a whole vehicle is not pulled to a part of it.
    """
    older, younger = _close_pairs(state)
    if len(younger) == 0 and not state.close_since_ns.any():
        return state
    close = np.zeros(len(state), bool)
    close[younger] = True
    since_ns = np.where(close, np.where(state.close_since_ns > 0, state.close_since_ns, state.time_ns), 0)
    due = (state.time_ns - since_ns[younger] >= MERGE_AFTER_NS) & ~close[older]
    if due.any():
        return _merged(replace(state, close_since_ns=since_ns), older[due], younger[due])
    return state if (since_ns == state.close_since_ns).all() else replace(state, close_since_ns=since_ns)


def _close_pairs(state: TrackerState) -> tuple[RowArray, RowArray]:
    """Returns the (older, younger) confirmed tracks of which the younger lies on the older one.

    Vehicles cannot overlap, so tracks whose footprints do are one. Where a sensor lately saw both in one scan, that
    speaks for two: then the younger one's centre must lie in the older one's footprint. So it must with pedestrians,
    who walk closer together than they can be located.
    """
    confirmed = np.flatnonzero(state.confirmed)
    if len(confirmed) < 2:
        return np.zeros(0, np.intp), np.zeros(0, np.intp)
    points_m = state.states[confirmed, :2]
    reach_m = 0.5 * STILL_CLOSE * (state.size_m[confirmed, 0] + state.size_m[confirmed, 1])
    near, at = near_pairs(points_m, points_m, reach_m[:, None] + reach_m)
    later = near > at  # rows are in order of id
    younger, older = confirmed[near[later]], confirmed[at[later]]
    if len(younger) == 0:
        return older, younger
    apart = state.states[younger] - state.states[older]
    groups = CLASS_GROUPS[state.class_scores.argmax(axis=1)]
    alike = (groups[younger] == groups[older]) | (groups[younger] == 0) | (groups[older] == 0)
    slack = np.where(state.close_since_ns[younger] > 0, STILL_CLOSE, 1.0)
    alike &= np.hypot(apart[:, 2], apart[:, 3]) < slack * MERGE_SPEED_MPS
    may_be_two = _told_apart(state, older, younger) | (groups[older] == WALKERS) | (groups[younger] == WALKERS)
    size_m = state.size_m[older] + np.where(may_be_two[:, None], 0.0, state.size_m[younger])
    alike &= inside_footprint(apart[:, :2], state.heading_rad[older], slack[:, None] * size_m)
    return older[alike], younger[alike]


def _told_apart(state: TrackerState, older: RowArray, younger: RowArray) -> BoolArray:
    """Returns (P,) whether a sensor lately saw both tracks of a pair in one scan."""
    seen_ns = state.last_seen_ns[younger]
    lately = seen_ns > state.time_ns - MERGE_AFTER_NS
    return np.asarray((lately & (seen_ns == state.last_seen_ns[older])).any(axis=1))


def _merged(state: TrackerState, older: RowArray, younger: RowArray) -> TrackerState:
    """Returns the tracks without the younger ones, what they knew handed to the older ones."""
    columns = {name: getattr(state, name).copy() for name in ("states", "covariances", "last_hit_ns", "last_seen_ns")}
    variances_m2 = state.covariances[:, 0, 0] + state.covariances[:, 1, 1]
    better = variances_m2[younger] < variances_m2[older]
    for name in ("states", "covariances"):
        columns[name][older[better]] = getattr(state, name)[younger[better]]
    for name in ("last_hit_ns", "last_seen_ns"):
        np.maximum.at(columns[name], older, getattr(state, name)[younger])
    scores = state.class_scores.copy()
    np.add.at(scores, older, state.class_scores[younger])
    stays = np.ones(len(state), bool)
    stays[younger] = False
    return replace(state, class_scores=scores, **columns).select(stays)
