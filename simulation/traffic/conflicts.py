"""How hard somebody must brake so that two do not meet."""

import numpy as np

from roadside.geometry.arrays import FloatArray, IntArray
from simulation.traffic.definitions import HORIZON_S
from simulation.traffic.footprints import overlap
from simulation.traffic.table import Table
from simulation.traffic.ways import Ways
from simulation.types.bodies import SIZE_OF_BODY_M

LOOK_S = 0.1
"""From one look ahead to the next."""


def needed_deceleration(
    between_m: FloatArray, velocity_mps: FloatArray, heading: tuple[FloatArray, FloatArray],
    size_m: tuple[FloatArray, FloatArray],
) -> FloatArray:  # fmt: skip
    """Returns (P,) the deceleration that avoids that two meet who go on as they do; 0 where they do not meet.

    With a closing speed v they meet after t seconds; braking at v / (2 t) just avoids it.

    Args:
        between_m: (P, 2) from the first's centre to the second's.
        velocity_mps: (P, 2) of the second as seen from the first.
        heading: (P,) of each.
        size_m: (P, 2) length and width of each.
    """
    needed = np.zeros(len(between_m))
    closing = np.hypot(*velocity_mps.T)
    left = np.arange(len(between_m))
    for time_s in np.arange(LOOK_S, HORIZON_S + 1e-9, LOOK_S):
        moved = between_m[left] + time_s * velocity_mps[left]
        meets = overlap(moved, heading[0][left], heading[1][left], size_m[0][left], size_m[1][left])
        needed[left[meets]] = closing[left[meets]] / (2 * (time_s - LOOK_S / 2))
        left = left[~meets]
    return needed


def needed_on_paths(table: Table, first: IntArray, second: IntArray) -> FloatArray:
    """Returns (P,) the deceleration that avoids that two meet who go on as fast as they are, each on its own path.

    Their paths are known to the truth: who turns away in a bend is on no collision course.

    Args:
        table: of everybody.
        first: (P,) rows of the one.
        second: (P,) rows of the other, at the same instants.
    """
    closing = np.hypot(*(table.velocity_mps[second] - table.velocity_mps[first]).T)
    needed = np.zeros(len(first))
    left = np.arange(len(first))
    way_m = np.hypot(*np.diff(table.position_m, axis=0, prepend=table.position_m[:1]).T)
    way_m = np.cumsum(np.where(table.new, 0.0, way_m))
    last = np.r_[np.flatnonzero(table.new)[1:], len(table.ids)] - 1
    last = last[np.cumsum(table.new) - 1]
    for time_s in np.arange(LOOK_S, HORIZON_S + 1e-9, LOOK_S):
        (place_a, heading_a), (place_b, heading_b) = (
            _ahead(table, way_m, last, rows[left], time_s) for rows in (first, second)
        )
        meets = overlap(place_b - place_a, heading_a, heading_b, table.size_m[first[left]], table.size_m[second[left]])
        needed[left[meets]] = closing[left[meets]] / (2 * (time_s - LOOK_S / 2))
        left = left[~meets]
    return needed


def _ahead(
    table: Table, way_m: FloatArray, last: IntArray, rows: IntArray, time_s: float
) -> tuple[FloatArray, FloatArray]:
    """Returns where objects will be on their own paths at their present speeds; beyond a path's end straight on."""
    wanted_m = way_m[rows] + table.speed_mps[rows] * time_s
    there = np.minimum(np.searchsorted(way_m, wanted_m - 1e-9), last[rows])
    there = np.maximum(there, rows)
    beyond_m = (wanted_m - way_m[there])[:, None]
    heading = table.heading_rad[there]
    # Between two rows, and beyond the last one, along the heading.
    return table.position_m[there] + beyond_m * np.column_stack([np.cos(heading), np.sin(heading)]), heading


def needed_mps2(first: Ways, second: Ways) -> FloatArray:
    """Returns (R,) what avoids that two objects meet, at the rows of the second; 0 where the first is not there."""
    rows = np.searchsorted(first.instants, second.instants)
    rows = np.clip(rows, 0, len(first) - 1)
    both = first.instants[rows] == second.instants
    needed: FloatArray = np.zeros(len(second))
    own: IntArray = np.flatnonzero(both)
    other = rows[both]
    velocity = second.velocity_mps()[own] - first.velocity_mps()[other]
    sizes = tuple(np.tile(SIZE_OF_BODY_M[way.bodies[0], :2], (len(own), 1)) for way in (first, second))
    needed[own] = needed_deceleration(
        second.position_m[own] - first.position_m[other], velocity,
        (first.heading_rad[other], second.heading_rad[own]), (sizes[0], sizes[1]),
    )  # fmt: skip
    return needed
