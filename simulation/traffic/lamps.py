"""Which lamps of a vehicle burn: what its driver does, and is about to do."""

import numpy as np

from roadside.geometry.arrays import FloatArray, IntArray
from simulation.traffic.paths import SPACING_M, Paths
from simulation.traffic.ways import STEP_S
from simulation.types.actors import Lights

BRAKING_MPS2 = -0.5
STANDING_MPS = 0.3
"""Brake lights burn when it slows by more than the one, or moves less than the other."""

AHEAD_M = 28.0
"""Indicators burn so far before a turn or a change of lanes is over."""

TURN_RAD = 0.6
LANE_CHANGE_M = 2.2
"""What counts as turning, and as changing lanes, over the way ahead."""


def lamps_of(paths: Paths, path: IntArray, sample: IntArray, way_m: FloatArray, lights_on: bool) -> IntArray:
    """Returns (R,) ``Lights`` flags of vehicles on paths.

    Args:
        paths: theirs.
        path: (R,) which path each row is on, row by row in time.
        sample: (R,) which of the paths' samples it is at.
        way_m: (R,) way travelled.
        lights_on: whether head lights burn.
    """
    turning = _indicators(paths)[sample]
    speed_mps = np.gradient(way_m, STEP_S) if len(way_m) > 1 else np.zeros(len(way_m))
    # At a path's ends the neighbour belongs to another vehicle.
    ends = np.flatnonzero(np.diff(path) != 0)
    for row, inner in ((ends, ends - 1), (ends + 1, ends + 2)):
        speed_mps[row] = speed_mps[np.clip(inner, 0, len(way_m) - 1)]
    slowing = np.gradient(speed_mps, STEP_S) < BRAKING_MPS2 if len(way_m) > 1 else np.zeros(len(way_m), bool)
    slowing[ends], slowing[np.minimum(ends + 1, len(way_m) - 1)] = False, False
    lights = turning + Lights.BRAKE * (slowing | (speed_mps < STANDING_MPS))
    return np.asarray(lights + (Lights.HEAD if lights_on else 0), dtype=np.int64)


def _indicators(paths: Paths) -> IntArray:
    """Returns (S,) LEFT, RIGHT or none at every sample of the paths."""
    index = np.arange(len(paths.tangent_rad))
    end = np.repeat(paths.first + paths.counts - 1, paths.counts)
    later = np.minimum(index + round(AHEAD_M / SPACING_M), end)
    middle = np.minimum(index + round(AHEAD_M / SPACING_M / 2), end)
    turn = paths.tangent_rad[later] - paths.tangent_rad
    ahead = paths.position_m[later] - paths.position_m
    aside = -np.sin(paths.tangent_rad) * ahead[:, 0] + np.cos(paths.tangent_rad) * ahead[:, 1]
    swerve = np.abs(paths.tangent_rad[middle] - paths.tangent_rad)
    changes = (np.abs(turn) < 0.15) & (np.abs(aside) > LANE_CHANGE_M) & (swerve < TURN_RAD)
    left = (turn > TURN_RAD) | (changes & (aside > 0))
    right = (turn < -TURN_RAD) | (changes & (aside < 0))
    return np.asarray(Lights.LEFT * left + Lights.RIGHT * right, dtype=np.int64)
