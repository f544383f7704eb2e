"""From label rows to what a recording holds: truth with velocities, and measurements with their covariance."""

from typing import Final

import numpy as np

from roadside.geometry.arrays import BoolArray, FloatArray, IntArray
from roadside.labels.frame_times import FrameTimes
from roadside.labels.labelled import LabelledRows
from roadside.types.observations import MeasurementKind, Measurements
from roadside.types.truth import Truth

LONGEST_STEP_NS: Final = 1_000_000_000
"""Rows of one road user further apart in time say nothing of its velocity."""


def velocities(rows: LabelledRows, times: FrameTimes) -> tuple[FloatArray, BoolArray]:
    """Returns (N, 2) velocities (m/s), and (N,) whether each is known; NaN where it is not.

    Central differences of the same road user's rows before and after, one-sided at its ends. Who has no other row
    within ``LONGEST_STEP_NS`` has no known velocity.
    """
    if len(rows) == 0:
        return np.zeros((0, 2)), np.zeros(0, np.bool_)
    at_ns = times.of(rows.frame)
    order = np.lexsort((at_ns, rows.object_ids))
    ids, at_ns, position_m = rows.object_ids[order], at_ns[order], rows.position_m[order, :2]
    linked = (ids[1:] == ids[:-1]) & (np.diff(at_ns) <= LONGEST_STEP_NS)
    places = np.arange(len(rows))
    before, after = places - np.append(False, linked), places + np.append(linked, False)
    step_s = (at_ns[after] - at_ns[before]) / 1e9
    known = before != after
    velocity_mps = np.full((len(rows), 2), np.nan)
    velocity_mps[order[known]] = (position_m[after] - position_m[before])[known] / step_s[known, None]
    is_known = np.zeros(len(rows), np.bool_)
    is_known[order] = known
    return velocity_mps, is_known


def truths(rows: LabelledRows, velocity_mps: FloatArray, times: FrameTimes) -> list[Truth]:
    """Returns the truth of every frame, also of those that hold nobody.

    Args:
        rows: who was there.
        velocity_mps: (N, 2) of the rows.
        times: of every frame that was labelled; rows of other frames are left out.
    """
    return [
        Truth(
            time_ns=int(time_ns),
            camera_ids=(),
            object_ids=rows.object_ids[at],
            classes=rows.classes[at],
            position_m=rows.position_m[at],
            velocity_mps=velocity_mps[at],
            heading_rad=rows.heading_rad[at],
            size_m=rows.size_m[at],
            visible_px=np.zeros((len(at), 0), np.int64),
        )
        for time_ns, at in _by_frame(rows, times)
    ]


def measurements(
    rows: LabelledRows, sigma_m: FloatArray, times: FrameTimes, sensor_id: str, sensor_m: FloatArray
) -> list[Measurements]:
    """Returns the measurements of every frame, which arrive when they are taken; a frame without any says "nobody".

    Args:
        rows: what was detected.
        sigma_m: (N,) standard deviation of each position, along every direction.
        times: of every frame that the detector looked at; rows of other frames are left out.
        sensor_id: whose they are.
        sensor_m: (2,) where it stands.
    """
    covariance_m2 = sigma_m[:, None, None] ** 2 * np.eye(2)
    offset_m = rows.position_m[:, :2] - sensor_m
    distance_m = np.linalg.norm(offset_m, axis=1, keepdims=True)
    sight = np.where(distance_m > 0.0, offset_m / np.where(distance_m > 0.0, distance_m, 1.0), [1.0, 0.0])
    return [
        Measurements(
            sensor_id=sensor_id,
            time_ns=int(time_ns),
            arrival_ns=int(time_ns),
            kind=np.full(len(at), MeasurementKind.POSITION, np.int64),
            position_m=rows.position_m[at, :2],
            covariance_m2=covariance_m2[at],
            radial_speed_mps=np.full(len(at), np.nan),
            radial_sigma_mps=np.full(len(at), np.nan),
            line_of_sight=sight[at],
            heading_rad=rows.heading_rad[at],
            size_m=rows.size_m[at],
            classes=rows.classes[at],
            confidence=rows.confidence[at],
        )
        for time_ns, at in _by_frame(rows, times)
    ]


def _by_frame(rows: LabelledRows, times: FrameTimes) -> list[tuple[int, IntArray]]:
    """Returns per frame its time and the numbers of its rows."""
    order = np.argsort(rows.frame, kind="stable")
    starts = np.searchsorted(rows.frame[order], times.frames, side="left")
    ends = np.searchsorted(rows.frame[order], times.frames, side="right")
    return [(int(at), order[start:end]) for at, start, end in zip(times.times_ns, starts, ends, strict=True)]
