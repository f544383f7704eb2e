"""Where tracks come from: measurements that no track explains."""

from typing import Final

import numpy as np

from roadside.fusion.appearance import seen_classes, seen_sizes
from roadside.fusion.association import CLASS_GROUPS
from roadside.fusion.kalman import update_radial
from roadside.fusion.pairs import RowArray, inside_footprint, near_pairs
from roadside.fusion.state import TrackerState
from roadside.fusion.validity import rows_at
from roadside.geometry.angles import wrapped_rad
from roadside.geometry.arrays import BoolArray, FloatArray
from roadside.types.observations import MeasurementKind, Measurements
from roadside.types.road_users import RoadUserClass, SizePriors
from roadside.types.site import TrackingSettings

OCCUPIED_NS: Final = 500_000_000
"""A confirmed track measured no longer ago still fills its footprint."""


def born(
    state: TrackerState,
    measurements: Measurements,
    unpaired: BoolArray,
    sensor_index: int,
    settings: TrackingSettings,
    sizes: SizePriors,
) -> TrackerState:
    """Returns the tracks with one more, tentative, for each ``POSITION`` row that is ``unpaired`` (M,).

    A row whose centre lies in the footprint of a track of like class that was measured just now, or confirmed and
    measured lately, is the same road user seen twice and starts nothing.
    """
    candidates = np.flatnonzero(unpaired & (measurements.kind == MeasurementKind.POSITION))
    starting = candidates[~_on_a_track(state, measurements, candidates)]
    count = len(starting)
    if count == 0:
        return state
    first = rows_at(measurements, starting)
    states, covariances = _first_states(first, settings)
    last_seen_ns = np.zeros((count, state.last_seen_ns.shape[1]), np.int64)
    last_seen_ns[:, sensor_index] = first.time_ns
    mean_m, sigma_m = sizes.of(first.classes)
    size_m, size_variance_m2 = seen_sizes(mean_m, sigma_m**2, first.size_m)
    times_ns = np.full(count, first.time_ns)
    younger = TrackerState(
        time_ns=first.time_ns,
        next_id=state.next_id + count,
        track_ids=np.arange(state.next_id, state.next_id + count),
        states=states,
        covariances=covariances,
        confirmed=np.zeros(count, bool),
        hits=np.ones(count, np.int64),
        created_ns=times_ns,
        last_hit_ns=times_ns,
        last_seen_ns=last_seen_ns,
        close_since_ns=np.zeros(count, np.int64),
        class_scores=seen_classes(np.zeros((count, len(RoadUserClass))), first.classes, first.confidence),
        size_m=size_m,
        size_variance_m2=size_variance_m2,
        heading_rad=wrapped_rad(first.heading_rad),
        moving=np.zeros(count, bool),
    )
    return state.joined(younger)


def _first_states(measurements: Measurements, settings: TrackingSettings) -> tuple[FloatArray, FloatArray]:
    """Returns (N, 4) states and (N, 4, 4) covariances that one measurement each gives."""
    count = len(measurements)
    states, covariances = np.zeros((count, 4)), np.zeros((count, 4, 4))
    states[:, :2] = measurements.position_m
    covariances[:, :2, :2] = measurements.covariance_m2
    covariances[:, [2, 3], [2, 3]] = settings.initial_speed_sigma_mps**2
    radial = np.flatnonzero(np.isfinite(measurements.radial_speed_mps))
    if len(radial):
        states[radial], covariances[radial] = update_radial(
            states[radial],
            covariances[radial],
            measurements.radial_speed_mps[radial],
            measurements.radial_sigma_mps[radial],
            measurements.line_of_sight[radial],
        )
    return states, covariances


def _on_a_track(state: TrackerState, measurements: Measurements, candidates: RowArray) -> BoolArray:
    """Returns (C,) whether a candidate row lies on a track that was measured lately and may be of its class."""
    covered = np.zeros(len(candidates), bool)
    lately = (measurements.time_ns - state.last_hit_ns) <= np.where(state.confirmed, OCCUPIED_NS, 0)
    filled = np.flatnonzero(lately)
    if len(filled) == 0 or len(candidates) == 0:
        return covered
    positions_m = measurements.position_m[candidates]
    reach_m = np.full(len(candidates), state.size_m[filled, 0].max())
    near, places = near_pairs(state.states[filled, :2], positions_m, reach_m)
    tracks = filled[near]
    offsets_m = positions_m[places] - state.states[tracks, :2]
    on = inside_footprint(offsets_m, state.heading_rad[tracks], state.size_m[tracks])
    track_groups = CLASS_GROUPS[state.class_scores[tracks].argmax(axis=1)]
    row_groups = CLASS_GROUPS[measurements.classes[candidates[places]]]
    covered[places[on & ((track_groups == row_groups) | (track_groups == 0) | (row_groups == 0))]] = True
    return covered
