"""Queues and congestion, as they are seen in trajectories."""

from collections.abc import Iterator

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from roadside.geometry.angles import wrapped_rad
from roadside.geometry.arrays import BoolArray, FloatArray, IntArray
from simulation.traffic.definitions import (
    CONGESTION_S,
    CONGESTION_SHARE,
    CONGESTION_VEHICLES,
    QUEUE_GAP_M,
    QUEUE_MPS,
    QUEUE_S,
    QUEUE_VEHICLES,
    STANDING_MPS,
)
from simulation.traffic.events import TrueEvent
from simulation.traffic.footprints import near_pairs
from simulation.traffic.script import in_lane
from simulation.traffic.streets import Streets
from simulation.traffic.table import ON_WHEELS, Table
from simulation.types.world import World

LOOK_EVERY = 10
"""Instants from one look to the next: a second."""

BESIDE_M = 1.6
"""Vehicles further beside each other do not wait in one lane."""

ALIKE_RAD = 0.5
PARTED_S, SAME_PLACE_M = 4.0, 45.0
"""Sightings that lie no further apart in time and place are one queue."""


def queue_events(table: Table, world: World) -> Iterator[TrueEvent]:
    """Yields queues and congestions, in no order."""
    seen = table.rows((table.instants % LOOK_EVERY == 0) & np.isin(table.kinds, ON_WHEELS))
    yield from _queues(seen)
    yield from _congestions(seen, Streets.of(world))


def _queues(seen: Table) -> Iterator[TrueEvent]:
    slow = seen.rows(seen.speed_mps < QUEUE_MPS)
    sightings = _chains(slow)
    open_ones: list[list[tuple[float, FloatArray, tuple[int, ...]]]] = []
    for sighting in sightings:
        time_s, head_m, _ = sighting
        for queue in open_ones:
            last_s, last_m, _ = queue[-1]
            if time_s - last_s <= PARTED_S and np.hypot(*(head_m - last_m)) < SAME_PLACE_M:
                queue.append(sighting)
                break
        else:
            open_ones.append([sighting])
    final_s = (seen.instant_count - 1) * seen.step_s
    for queue in open_ones:
        begin_s, end_s = queue[0][0], queue[-1][0]
        if end_s - begin_s >= QUEUE_S:
            ids = tuple(sorted({number for _, _, members in queue for number in members}))
            goes_on = end_s + LOOK_EVERY * seen.step_s > final_s
            yield TrueEvent("queue", begin_s, float("inf") if goes_on else end_s, queue[0][1], ids)


def _chains(slow: Table) -> list[tuple[float, FloatArray, tuple[int, ...]]]:
    """Returns second, place of the head and members of every row of slow vehicles that is long enough."""
    first, second = near_pairs(slow.instants, slow.position_m, np.full(len(slow.ids), (QUEUE_GAP_M + 13.0) / 2))
    behind = np.r_[first, second]
    ahead = np.r_[second, first]
    gap = slow.position_m[ahead] - slow.position_m[behind]
    cos, sin = np.cos(slow.heading_rad[behind]), np.sin(slow.heading_rad[behind])
    along_m = gap[:, 0] * cos + gap[:, 1] * sin
    aside_m = gap[:, 1] * cos - gap[:, 0] * sin
    room_m = along_m - (slow.size_m[behind, 0] + slow.size_m[ahead, 0]) / 2
    alike = np.abs(wrapped_rad(slow.heading_rad[ahead] - slow.heading_rad[behind])) < ALIKE_RAD
    linked = (along_m > 0) & (room_m < QUEUE_GAP_M) & (np.abs(aside_m) < BESIDE_M) & alike
    count = len(slow.ids)
    graph = coo_array((np.ones(linked.sum()), (behind[linked], ahead[linked])), shape=(count, count))
    _, chain = connected_components(graph, directed=False)
    size = np.bincount(chain, minlength=1)
    leads = np.ones(count, dtype=bool)
    leads[behind[linked]] = False
    found = []
    for number in np.flatnonzero(size >= QUEUE_VEHICLES).tolist():
        rows = np.flatnonzero(chain == number)
        head = rows[leads[rows]][0]
        members = tuple(slow.ids[rows].tolist())
        found.append((float(slow.instants[head] * slow.step_s), slow.position_m[head].copy(), members))
    return sorted(found, key=lambda sighting: (sighting[0], sighting[2]))


def _congestions(seen: Table, streets: Streets) -> Iterator[TrueEvent]:
    looks = (seen.instant_count - 1) // LOOK_EVERY + 1
    moving = seen.speed_mps > STANDING_MPS
    for edge_id in streets.net.edges:
        lanes = streets.driving(edge_id)
        if not lanes:
            continue
        inside = np.zeros(len(seen.ids), dtype=bool)
        for lane in lanes:
            inside |= in_lane(lane, seen.position_m)
        look = seen.instants // LOOK_EVERY
        counted = inside & moving
        count = np.bincount(look[counted], minlength=looks)
        speed = np.bincount(look[counted], weights=seen.speed_mps[counted], minlength=looks) / np.maximum(count, 1)
        jammed = (count >= CONGESTION_VEHICLES) & (speed < CONGESTION_SHARE * lanes[0].speed_limit_mps)
        for begin, end in _stretches(jammed):
            length_s = (end - begin) * LOOK_EVERY * seen.step_s
            if length_s >= CONGESTION_S:
                rows = inside & (look >= begin) & (look <= end)
                start_s, end_s = begin * LOOK_EVERY * seen.step_s, end * LOOK_EVERY * seen.step_s
                ids = tuple(np.unique(seen.ids[rows]).tolist())
                place = seen.position_m[rows & (look == begin)].mean(axis=0)
                yield TrueEvent("congestion", start_s, float("inf") if end == looks - 1 else end_s, place, ids)


def _stretches(holds: BoolArray) -> Iterator[tuple[int, int]]:
    """Yields first and last of all stretches that hold; a gap of two looks does not part them."""
    where: IntArray = np.flatnonzero(holds)
    if len(where):
        parts = np.split(where, np.flatnonzero(np.diff(where) > 3) + 1)
        for part in parts:
            yield int(part[0]), int(part[-1])
