"""From a simulation's people every half second to people who walk, every tenth."""

from collections.abc import Mapping

import numpy as np
from scipy.ndimage import gaussian_filter1d

from roadside.geometry.arrays import BoolArray, FloatArray, IntArray
from simulation.traffic.sampled import Samples
from simulation.traffic.ways import NO_WAYS, STEP_S, Ways

SMOOTHING_S = 0.6
"""Standard deviation of the smoothing of positions over time."""

FACING_S = 0.3
"""Standard deviation of the smoothing of where people face."""

WALKING_MPS = 0.3
"""Slower people keep facing where they faced."""


BESIDE_M = 0.68
"""From one of a pair to the other."""


def people_ways(samples: Samples, companion_of: Mapping[int, int], body_of: Mapping[int, int]) -> Ways:
    """Returns the ways of all people, and of those who walk beside them.

    Args:
        samples: of those whom the simulation moves.
        companion_of: the second one of each pair by the first, object ids.
        body_of: body number by object id.
    """
    alone = _people(samples)
    rows = np.isin(alone.object_ids, list(companion_of))
    if not rows.any():
        return alone
    first = alone.select(rows)
    aside = np.column_stack([-np.sin(first.heading_rad), np.cos(first.heading_rad)])
    # Even numbers walk on the left.
    side = np.where(first.object_ids % 2 == 0, BESIDE_M, -BESIDE_M)[:, None]
    ids = np.array([companion_of[number] for number in first.object_ids.tolist()], dtype=np.int64)
    bodies = np.array([body_of[number] for number in ids.tolist()], dtype=np.int64)
    beside = Ways(
        ids, first.instants, bodies, first.position_m + side * aside, first.heading_rad, first.travelled_m, first.lights
    )
    return Ways.joined([alone, beside])


def _people(samples: Samples) -> Ways:
    if len(samples.object_ids) == 0:
        return NO_WAYS
    begin = np.flatnonzero(np.r_[True, np.diff(samples.object_ids) != 0])
    counts = np.diff(np.r_[begin, len(samples.object_ids)])
    ratio = round(samples.step_s / STEP_S)
    person, local, position_m, kept = _each_instant(samples.position_m, begin, counts, ratio)
    new = np.r_[True, np.diff(person) != 0]
    velocity = np.gradient(position_m, STEP_S, axis=0) if len(position_m) > 1 else np.zeros_like(position_m)
    heading_rad = facing(velocity, new)
    step_m = np.r_[0.0, np.hypot(*np.diff(position_m, axis=0).T)]
    step_m[new] = 0.0
    travelled_m = np.cumsum(step_m)
    travelled_m -= travelled_m[np.maximum.accumulate(np.where(new, np.arange(len(new)), 0))]
    ids = samples.object_ids[begin]
    bodies = np.array([samples.body_of[number] for number in ids.tolist()], dtype=np.int64)
    instants = (samples.steps[begin] * ratio)[person] + local
    ways = Ways(
        ids[person], instants, bodies[person], position_m, heading_rad, travelled_m, np.zeros(len(person), np.int64)
    )
    return ways.select(kept)


def _each_instant(
    position_m: FloatArray, begin: IntArray, counts: IntArray, ratio: int
) -> tuple[IntArray, IntArray, FloatArray, BoolArray]:
    """Returns person, instant and smoothed position, with margins that are not to be kept, and what is."""
    margin = int(np.ceil(4 * SMOOTHING_S / STEP_S))
    instants = (counts - 1) * ratio + 1
    padded = instants + 2 * margin
    first = np.cumsum(padded) - padded
    person = np.repeat(np.arange(len(counts)), padded)
    local = np.arange(padded.sum()) - first[person] - margin
    sample = np.clip(local // ratio, 0, np.maximum(counts[person] - 2, 0))
    fraction = (local / ratio - sample)[:, None]
    low = begin[person] + sample
    high = np.minimum(low + 1, begin[person] + counts[person] - 1)
    straight = position_m[low] + fraction * (position_m[high] - position_m[low])
    smooth = gaussian_filter1d(straight, SMOOTHING_S / STEP_S, axis=0, mode="nearest", truncate=4.0)
    return person, local, smooth, (local >= 0) & (local < instants[person])


def facing(velocity_mps: FloatArray, new: BoolArray) -> FloatArray:
    """Returns (R,) where people face: where they walk, and, standing, where they last walked.

    Args:
        velocity_mps: (R, 2) person by person.
        new: (R,) whether a row is a person's first.
    """
    rows = np.arange(len(velocity_mps))
    walks = np.hypot(*velocity_mps.T) > WALKING_MPS
    start = np.maximum.accumulate(np.where(new, rows, 0))
    last = np.maximum.accumulate(np.where(walks | new, rows, 0))
    # Who has not walked yet faces where they will walk.
    coming = np.minimum.accumulate(np.where(walks, rows, len(rows) - 1)[::-1])[::-1]
    source = np.where(walks[last], last, coming)
    heading = np.arctan2(velocity_mps[source, 1], velocity_mps[source, 0])
    turned = np.column_stack([np.cos(heading), np.sin(heading)])
    smooth = gaussian_filter1d(turned, FACING_S / STEP_S, axis=0, mode="nearest")
    near_start = rows - start < 4 * FACING_S / STEP_S
    smooth[near_start] = turned[near_start]
    return np.asarray(np.arctan2(smooth[:, 1], smooth[:, 0]))
