"""The tracker: one pure step per scan of a sensor.

    tracks -> end the outlived -> predict -> associate -> update -> births -> confirm, merge, end

A scan comes without impossible rows and with the others in an order of their own (``validity.in_own_order``), so the
tracks and their ids do not depend on the order in which a sensor lists what it saw.
"""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from roadside.fusion.appearance import (
    CLASS_MEMORY_S,
    class_shares,
    classify,
    restart_sizes,
    seen_classes,
    seen_headings,
    seen_sizes,
)
from roadside.fusion.association import associate
from roadside.fusion.births import born
from roadside.fusion.kalman import predict, update_position, update_radial
from roadside.fusion.life import alive, confirm, merge_duplicates
from roadside.fusion.pairs import RowArray
from roadside.fusion.state import TrackerState
from roadside.fusion.validity import rows_at
from roadside.geometry.arrays import FloatArray
from roadside.types.observations import MeasurementKind, Measurements
from roadside.types.road_users import SizePriors
from roadside.types.scene import Tracks
from roadside.types.site import TrackingSettings


def advance(
    state: TrackerState,
    measurements: Measurements,
    sensor_index: int,
    settings: TrackingSettings,
    sizes: SizePriors,
) -> TrackerState:
    """Returns the tracks after one scan, at the scan's time.

    Args:
        state: tracks of before.
        measurements: one sensor's scan, not older than ``state``, as ``in_own_order`` gives it.
        sensor_index: the sensor's place in ``Site.sensor_ids``.
        settings: of the tracker.
        sizes: extent of each class.

    Raises:
        ValueError: the scan is older than ``state``.
    """
    state = predicted(age(state, measurements.time_ns, settings), measurements.time_ns, settings)
    tracks, rows = associate(
        state.states, state.covariances, class_shares(state.class_scores), measurements, settings.gate_probability
    )
    if len(tracks):
        state = _updated(state, measurements, tracks, rows, sensor_index, sizes)
    unpaired = np.ones(len(measurements), bool)
    unpaired[rows] = False
    if unpaired.any():
        state = born(state, measurements, unpaired, sensor_index, settings, sizes)
    state = merge_duplicates(confirm(state, settings))
    return age(state, state.time_ns, settings)


def age(state: TrackerState, time_ns: int, settings: TrackingSettings) -> TrackerState:
    """Returns the tracks that still live at ``time_ns``; the others end. States stay at their own time."""
    return state.select(alive(state, time_ns, settings))


def predicted(state: TrackerState, time_ns: int, settings: TrackingSettings) -> TrackerState:
    """Returns the tracks at ``time_ns``.

    Raises:
        ValueError: ``time_ns`` lies before the state's time.
    """
    if len(state) == 0:
        return replace(state, time_ns=max(time_ns, state.time_ns))
    states, covariances, scores = _at(state, slice(None), time_ns, settings)
    return replace(state, time_ns=time_ns, states=states, covariances=covariances, class_scores=scores)


def tracks_at(state: TrackerState, time_ns: int, settings: TrackingSettings) -> Tracks:
    """Returns the confirmed tracks that live at ``time_ns``, predicted to it.

    Raises:
        ValueError: ``time_ns`` lies before the state's time.
    """
    shown = np.flatnonzero(state.confirmed & alive(state, time_ns, settings))
    states, covariances, scores = _at(state, shown, time_ns, settings)
    classes, class_confidence = classify(scores)
    return Tracks(
        track_ids=state.track_ids[shown],
        states=states,
        covariances=covariances,
        heading_rad=state.heading_rad[shown],
        size_m=state.size_m[shown],
        classes=classes,
        class_confidence=class_confidence,
        created_ns=state.created_ns[shown],
        last_seen_ns=state.last_seen_ns[shown],
    )


def _at(
    state: TrackerState, rows: RowArray | slice, time_ns: int, settings: TrackingSettings
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Returns (N, 4) states, (N, 4, 4) covariances and (N, 11) class scores of some tracks at ``time_ns``.

    Raises:
        ValueError: ``time_ns`` lies before the state's time.
    """
    if time_ns < state.time_ns:
        raise ValueError(f"tracks at {state.time_ns} ns cannot be predicted back to {time_ns} ns")
    dt_s = (time_ns - state.time_ns) / 1e9
    states, covariances = predict(state.states[rows], state.covariances[rows], dt_s, settings.acceleration_sigma_mps2)
    return states, covariances, state.class_scores[rows] * np.exp(-dt_s / CLASS_MEMORY_S)


def _updated(
    state: TrackerState,
    measurements: Measurements,
    tracks: RowArray,
    rows: RowArray,
    sensor_index: int,
    sizes: SizePriors,
) -> TrackerState:
    """Returns the tracks with measurement ``rows[p]`` worked into track ``tracks[p]``."""
    seen = rows_at(measurements, rows)
    states, covariances = _filtered(state.states[tracks], state.covariances[tracks], seen)
    before = state.class_scores[tracks]
    scores = seen_classes(before, seen.classes, seen.confidence)
    size_m, variance_m2 = restart_sizes(
        state.size_m[tracks], state.size_variance_m2[tracks], before.argmax(axis=1), scores.argmax(axis=1), sizes
    )
    size_m, variance_m2 = seen_sizes(size_m, variance_m2, seen.size_m)
    heading_rad, moving = seen_headings(
        state.heading_rad[tracks], state.moving[tracks], states, covariances, seen.heading_rad
    )
    last_seen_ns = state.last_seen_ns[tracks]
    last_seen_ns[:, sensor_index] = seen.time_ns
    return replace(
        state,
        states=_with_rows(state.states, tracks, states),
        covariances=_with_rows(state.covariances, tracks, covariances),
        hits=_with_rows(state.hits, tracks, state.hits[tracks] + (seen.kind == MeasurementKind.POSITION)),
        last_hit_ns=_with_rows(state.last_hit_ns, tracks, seen.time_ns),
        last_seen_ns=_with_rows(state.last_seen_ns, tracks, last_seen_ns),
        class_scores=_with_rows(state.class_scores, tracks, scores),
        size_m=_with_rows(state.size_m, tracks, size_m),
        size_variance_m2=_with_rows(state.size_variance_m2, tracks, variance_m2),
        heading_rad=_with_rows(state.heading_rad, tracks, heading_rad),
        moving=_with_rows(state.moving, tracks, moving),
    )


def _filtered(states: FloatArray, covariances: FloatArray, measurements: Measurements) -> tuple[FloatArray, FloatArray]:
    """Returns (N, 4) states and (N, 4, 4) covariances after one measurement each: position, then radial speed."""
    states, covariances = update_position(states, covariances, measurements.position_m, measurements.covariance_m2)
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


def _with_rows(column: NDArray[Any], rows: RowArray, values: Any) -> NDArray[Any]:
    """Returns a copy of a column with some rows replaced."""
    changed = column.copy()
    changed[rows] = values
    return changed
