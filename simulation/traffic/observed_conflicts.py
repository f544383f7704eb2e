"""Who nearly met whom, as it is seen in trajectories."""

from collections.abc import Iterator

import numpy as np

from roadside.types.road_users import RoadUserClass
from simulation.traffic.conflicts import needed_deceleration, needed_on_paths
from simulation.traffic.definitions import NEAR_MISS_MPS2, RISK_MPS2
from simulation.traffic.events import TrueEvent
from simulation.traffic.footprints import near_pairs
from simulation.traffic.table import Table

LOOK_EVERY = 3
"""Instants from one look to the next."""

REACH_M = 9.0
"""Added to the half diagonal of each: a gap v^2 / (2 b) of twice that covers closing speeds of 13 m/s."""

LEAST_LOOKS = 2
"""A conflict is seen at least so often."""

VULNERABLE = (RoadUserClass.PEDESTRIAN, RoadUserClass.BICYCLE)


def conflict_events(table: Table) -> Iterator[TrueEvent]:
    """Yields near misses, collision risks, and conflicts with people and bicycles, in no order."""
    chosen = (table.instants % LOOK_EVERY == 0) & (table.kinds != RoadUserClass.UNKNOWN_UNMOVABLE)
    row_of = np.flatnonzero(chosen)
    seen = table.rows(chosen)
    reach_m = np.hypot(*seen.size_m.T) / 2 + REACH_M
    moves = seen.speed_mps > 1.0
    first, second = near_pairs(seen.instants, seen.position_m, reach_m)
    wanted = moves[first] | moves[second]
    wanted &= ~(np.isin(seen.kinds[first], VULNERABLE) & np.isin(seen.kinds[second], VULNERABLE))
    first, second = first[wanted], second[wanted]
    between = seen.position_m[second] - seen.position_m[first]
    velocity = seen.velocity_mps[second] - seen.velocity_mps[first]
    # v / (2 t) > b needs a gap v t below v^2 / (2 b); and they must approach each other.
    gap_m = np.hypot(*between.T) - np.hypot(*seen.size_m[first].T) / 2 - np.hypot(*seen.size_m[second].T) / 2
    closing = np.hypot(*velocity.T)
    near = (gap_m < closing**2 / (2 * RISK_MPS2) + 1.0) & ((between * velocity).sum(1) < 0)
    first, second = first[near], second[near]
    need = needed_deceleration(
        between[near], velocity[near], (seen.heading_rad[first], seen.heading_rad[second]),
        (seen.size_m[first], seen.size_m[second]),
    )  # fmt: skip
    risky = np.flatnonzero(need > RISK_MPS2)
    need = needed_on_paths(table, row_of[first[risky]], row_of[second[risky]])
    first, second = first[risky], second[risky]
    still = need > RISK_MPS2
    yield from _events(seen, first[still], second[still], need[still])


def _events(seen: Table, first: np.ndarray, second: np.ndarray, need: np.ndarray) -> Iterator[TrueEvent]:
    low = np.minimum(seen.ids[first], seen.ids[second])
    high = np.maximum(seen.ids[first], seen.ids[second])
    order = np.lexsort((seen.instants[first], high, low))
    instants = seen.instants[first][order]
    low, high, need, rows = low[order], high[order], need[order], first[order]
    others = second[order]
    part = (np.diff(low) != 0) | (np.diff(high) != 0) | (np.diff(instants) > 5 * LOOK_EVERY)
    for group in np.split(np.arange(len(low)), np.flatnonzero(part) + 1):
        if len(group) < LEAST_LOOKS:
            continue
        row = rows[group[0]]
        kinds = (seen.kinds[row], seen.kinds[others[group[0]]])
        kind = "near_miss" if need[group].max() > NEAR_MISS_MPS2 else "collision_risk"
        if any(number in VULNERABLE for number in kinds):
            kind = "vulnerable_road_user_conflict"
        begin_s = float(instants[group[0]] * seen.step_s)
        end_s = float((instants[group[-1]] + LOOK_EVERY) * seen.step_s)
        ids = (int(low[group[0]]), int(high[group[0]]))
        yield TrueEvent(kind, begin_s, end_s, seen.position_m[row].copy(), ids)
