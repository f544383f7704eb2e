"""Scripted people: from place to place at a walking speed, with a pause where asked."""

from collections.abc import Sequence

import numpy as np
from scipy.ndimage import gaussian_filter1d

from roadside.geometry.arrays import FloatArray
from simulation.traffic.walked import facing
from simulation.traffic.ways import STEP_S, Ways
from simulation.types.bodies import BODY_NUMBER

SMOOTHING_S = 0.35
"""Standard deviation of the smoothing of a walk over time."""


def person_way(
    places_m: Sequence[FloatArray], speed_mps: float, body: str, object_id: int, first_instant: int,
    pauses_s: Sequence[float] = (),
) -> Ways:  # fmt: skip
    """Returns the way of a person who walks from place to place.

    Args:
        places_m: (2,) each, at least two.
        speed_mps: of walking.
        body: name of the body.
        object_id: the person's number.
        first_instant: when it stands at the first place.
        pauses_s: how long it stays at each place; none by default.
    """
    pauses = list(pauses_s) + [0.0] * (len(places_m) - len(pauses_s))
    times, points = [0.0], [places_m[0]]
    for number, place in enumerate(places_m):
        if number > 0:
            times.append(times[-1] + max(float(np.hypot(*(place - points[-1]))) / speed_mps, 1e-3))
            points.append(place)
        if pauses[number] > 0:
            times.append(times[-1] + pauses[number])
            points.append(place)
    seconds = np.arange(0.0, times[-1], STEP_S)
    straight = np.column_stack([np.interp(seconds, times, [point[axis] for point in points]) for axis in (0, 1)])
    position_m = gaussian_filter1d(straight, SMOOTHING_S / STEP_S, axis=0, mode="nearest")
    count = len(seconds)
    new = np.zeros(count, dtype=bool)
    new[0] = True
    heading_rad = facing(np.gradient(position_m, STEP_S, axis=0), new)
    step_m = np.hypot(*np.diff(position_m, axis=0).T)
    return Ways(
        np.full(count, object_id), first_instant + np.arange(count), np.full(count, BODY_NUMBER[body]), position_m,
        heading_rad, np.concatenate([[0.0], np.cumsum(step_m)]), np.zeros(count, np.int64),
    )  # fmt: skip
