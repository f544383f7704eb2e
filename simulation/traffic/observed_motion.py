"""What single road users are seen to do: braking hard, speeding, running red lights, crossing solid lines."""

import itertools
from collections.abc import Iterator

import numpy as np

from roadside.geometry.arrays import BoolArray, FloatArray, IntArray
from roadside.types.observations import SignalPhase
from roadside.types.road import LaneKind, ZoneKind
from roadside.types.road_users import RoadUserClass
from simulation.traffic.definitions import BRAKING_MPS2, SPEEDING_OVER_MPS, STANDING_MPS, STOPPED_S
from simulation.traffic.events import TrueEvent
from simulation.traffic.script import in_lane
from simulation.traffic.signals import SignalTimeline
from simulation.traffic.streets import Streets
from simulation.traffic.table import ON_WHEELS, Table, runs
from simulation.types.world import World
from simulation.worlds.lines import directions_at, length_m

NEAR_CROSSING_M = 1.5
"""People so near to a crossing use it."""

ON_ROAD_S = 1.0
"""Who is on the carriageway for less has only put a foot on it."""

RED_S = 0.4
"""So soon after red begins, or before it ends, a crossing is none at red: the simulation's own drivers keep to the
light, but their ways are smoothed over time."""

FRONT_M = 14.0
"""A vehicle whose centre is further away does not reach a stop line with its front."""

ACROSS_M = 40.0
"""Who has gone so far beyond a stop line has left the junction."""

WAITS_M = 18.0
"""Who stands so near behind somebody waits for them."""

BEYOND_M = 4.0
"""Who stops nearer than that beyond the stop line has stopped for it."""


def motion_events(table: Table, world: World, signals: SignalTimeline) -> Iterator[TrueEvent]:
    """Yields what single road users do, in no order."""
    streets = Streets.of(world)
    yield from _braking(table)
    yield from _speeding(table, streets)
    yield from _at_stop_lines(table, world, signals)
    yield from _solid_lines(table, streets)
    yield from _on_carriageway(table, world, streets)
    yield from _in_zones(table, world)


def _events(kind: str, table: Table, holds: BoolArray, least_s: float = 0.0) -> Iterator[TrueEvent]:
    """Yields an event for every stretch of rows that lasts long enough."""
    for first, last in zip(*runs(holds, table.new), strict=True):
        begin_s, end_s = table.instants[first] * table.step_s, table.instants[last] * table.step_s
        if end_s - begin_s >= least_s - 1e-9:
            goes_on = table.instants[last] >= table.instant_count - 1
            end_s = float("inf") if goes_on else float(end_s + table.step_s)
            yield TrueEvent(kind, float(begin_s), end_s, table.position_m[first].copy(), (int(table.ids[first]),))


def _driven(table: Table) -> BoolArray:
    return np.asarray(np.isin(table.kinds, ON_WHEELS))


def _braking(table: Table) -> Iterator[TrueEvent]:
    slowing = np.zeros(len(table.ids), dtype=bool)
    slowing[1:] = np.diff(table.speed_mps) / table.step_s < -BRAKING_MPS2
    yield from _events("abrupt_braking", table, slowing & ~table.new & _driven(table), 0.2)


def _speeding(table: Table, streets: Streets) -> Iterator[TrueEvent]:
    limits = [lane.speed_limit_mps for lane in streets.net.lanes if lane.kind is not LaneKind.SIDEWALK]
    fast = _driven(table) & (table.speed_mps > min(limits, default=0.0) + SPEEDING_OVER_MPS)
    candidates = np.flatnonzero(fast)
    over = np.zeros(len(table.ids), dtype=bool)
    for lane in streets.net.lanes:
        if lane.kind is not LaneKind.SIDEWALK and len(candidates):
            above = candidates[table.speed_mps[candidates] > lane.speed_limit_mps + SPEEDING_OVER_MPS]
            above = above[in_lane(lane, table.position_m[above])]
            along = directions_at(lane.line_m, length_m(lane.line_m) / 2)
            # Who crosses the lane is not bound by its limit.
            over[above[table.velocity_mps[above] @ along > 0.7 * table.speed_mps[above]]] = True
    yield from _events("speeding", table, over, 0.5)


def _at_stop_lines(table: Table, world: World, signals: SignalTimeline) -> Iterator[TrueEvent]:
    driven = _driven(table)
    for stop in world.road.stop_lines:
        if not stop.signal_group_id:
            continue
        line_m = stop.line_m[:, :2]
        reach_m = FRONT_M + float(np.hypot(*(line_m[-1] - line_m[0]))) / 2
        x_m, y_m = line_m.mean(axis=0)
        near = (np.abs(table.position_m[:, 0] - x_m) < reach_m) & (np.abs(table.position_m[:, 1] - y_m) < reach_m)
        rows = np.flatnonzero(driven & near)
        if len(rows) < 2:
            continue
        facing = np.column_stack([np.cos(table.heading_rad[rows]), np.sin(table.heading_rad[rows])])
        front_m = table.position_m[rows] + table.size_m[rows, :1] / 2 * facing
        ahead_m, inside = _beyond(front_m, line_m, world, stop.lane_ids)
        follows = np.concatenate([[False], (np.diff(rows) == 1) & ~table.new[rows[1:]]])
        crosses = follows & inside & (ahead_m >= 0) & np.concatenate([[False], ahead_m[:-1] < 0])
        reds = signals.spans(stop.signal_group_id, (SignalPhase.RED,))
        for place in np.flatnonzero(crosses).tolist():
            red = _red_at(reds, float(table.instants[rows[place]] * table.step_s))
            if red is not None:
                own = rows[place:][table.ids[rows[place:]] == table.ids[rows[place]]]
                yield _at_red(table, own, ahead_m[place : place + len(own)], red)


def _beyond(
    points_m: FloatArray, line_m: FloatArray, world: World, lane_ids: tuple[str, ...]
) -> tuple[FloatArray, BoolArray]:
    """Returns how far beyond a stop line points are, and which of them are near it."""
    first, last = line_m[0], line_m[-1]
    across = (last - first) / np.hypot(*(last - first))
    lane = next(lane for lane in world.road.lanes if lane.lane_id in lane_ids)
    onward = directions_at(lane.centre_line_m[:, :2], 1e9)
    normal = np.array([-across[1], across[0]])
    normal = normal if normal @ onward > 0 else -normal
    offset = points_m - first
    along_m, ahead_m = offset @ across, offset @ normal
    return ahead_m, (along_m > 0) & (along_m < np.hypot(*(last - first))) & (np.abs(ahead_m) < 6.0)


def _red_at(reds: tuple[tuple[float, float], ...], time_s: float) -> tuple[float, float] | None:
    """Returns the span of red that a second lies well within; None where there is none."""
    for begin_s, end_s in reds:
        if begin_s <= time_s < end_s:
            since_s = time_s - begin_s if begin_s > 0 else float("inf")
            return (begin_s, end_s) if min(since_s, end_s - time_s) > RED_S else None
    return None


def _at_red(table: Table, rows: IntArray, ahead_m: FloatArray, red: tuple[float, float]) -> TrueEvent:
    """Returns red light running, or, where the vehicle comes to rest just beyond the line, stopping beyond it.

    Args:
        table: everybody.
        rows: (K,) the vehicle's from the crossing on, as long as it is near the line.
        ahead_m: (K,) how far beyond the line its front is.
        red: from when to when.
    """
    begin_s, number = float(table.instants[rows[0]] * table.step_s), (int(table.ids[rows[0]]),)
    place_m = table.position_m[rows[0]].copy()
    if ((table.speed_mps[rows] < STANDING_MPS) & (ahead_m < BEYOND_M)).any():
        return TrueEvent("stop_line_crossing", begin_s, red[1], place_m, number)
    all_rows = np.flatnonzero((table.ids == table.ids[rows[0]]) & (table.instants > table.instants[rows[0]]))
    way_m = np.cumsum(table.speed_mps[all_rows]) * table.step_s
    gone = all_rows[way_m > ACROSS_M]
    end_s = float(table.instants[gone[0]] * table.step_s) if len(gone) else float("inf")
    return TrueEvent("red_light_running", begin_s, end_s, place_m, number)


def _solid_lines(table: Table, streets: Streets) -> Iterator[TrueEvent]:
    driven = np.flatnonzero(_driven(table))
    for edge in streets.net.edges.values():
        lanes = streets.driving(edge.edge_id)
        for right, left in itertools.pairwise(lanes):
            if right.may_change and left.may_change:
                continue
            where = np.full(len(table.ids), -1)
            where[driven[in_lane(right, table.position_m[driven])]] = right.index
            where[driven[in_lane(left, table.position_m[driven])]] = left.index
            changed = (
                np.flatnonzero((where[1:] >= 0) & (where[:-1] >= 0) & (where[1:] != where[:-1]) & ~table.new[1:]) + 1
            )
            for row in changed.tolist():
                time_s = float(table.instants[row] * table.step_s)
                yield TrueEvent(
                    "solid_line_lane_change", max(time_s - 0.5, 0.0), time_s + 0.5, table.position_m[row].copy(),
                    (int(table.ids[row]),),
                )  # fmt: skip


def _on_carriageway(table: Table, world: World, streets: Streets) -> Iterator[TrueEvent]:
    rows = np.flatnonzero(table.kinds == RoadUserClass.PEDESTRIAN)
    inside = np.zeros(len(table.ids), dtype=bool)
    for lane in streets.net.lanes:
        if lane.kind in (LaneKind.DRIVING, LaneKind.BUS, LaneKind.EMERGENCY):
            inside[rows[in_lane(lane, table.position_m[rows])]] = True
    rows = np.flatnonzero(inside)
    for zone in world.road.zones:
        if zone.kind is ZoneKind.CROSSING:
            inside[rows[within(zone.polygon_m[:, :2], table.position_m[rows], NEAR_CROSSING_M)]] = False
    yield from _events("pedestrian_on_carriageway", table, inside, ON_ROAD_S)


def _in_zones(table: Table, world: World) -> Iterator[TrueEvent]:
    rows = np.flatnonzero((table.speed_mps < STANDING_MPS) & _driven(table))
    for kind, name in ((ZoneKind.FIRE_LANE, "fire_lane_occupied"), (ZoneKind.NO_STOPPING, "illegal_stopping")):
        inside = np.zeros(len(table.ids), dtype=bool)
        for zone in world.road.zones:
            if zone.kind is kind:
                there = rows[within(zone.polygon_m[:, :2], table.position_m[rows])]
                inside[there[~_waits(table, there)]] = True
        yield from _events(name, table, inside, STOPPED_S)


def _waits(table: Table, rows: IntArray) -> BoolArray:
    """Returns (K,) whether somebody is close ahead of vehicles that stand: they wait, and have not stopped there."""
    waits = np.zeros(len(rows), dtype=bool)
    heading = table.heading_rad[rows]
    order = np.argsort(table.instants, kind="stable")
    ordered = table.instants[order]
    begins = np.searchsorted(ordered, table.instants[rows], side="left")
    ends = np.searchsorted(ordered, table.instants[rows], side="right")
    for number, (begin, end) in enumerate(zip(begins.tolist(), ends.tolist(), strict=True)):
        offset = table.position_m[order[begin:end]] - table.position_m[rows[number]]
        cos, sin = np.cos(heading[number]), np.sin(heading[number])
        along_m, aside_m = offset @ np.array([cos, sin]), offset @ np.array([-sin, cos])
        waits[number] = bool(((along_m > 1.0) & (along_m < WAITS_M) & (np.abs(aside_m) < 2.0)).any())
    return waits


def within(polygon_m: FloatArray, points_m: FloatArray, margin_m: float = 0.0) -> BoolArray:
    """Returns (R,) whether points lie in a convex polygon, or up to ``margin_m`` beside it."""
    area = np.sum(polygon_m[:, 0] * np.roll(polygon_m[:, 1], -1) - np.roll(polygon_m[:, 0], -1) * polygon_m[:, 1])
    corners = polygon_m if area > 0 else polygon_m[::-1]
    inside = np.ones(len(points_m), dtype=bool)
    for begin, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        step = end - begin
        length = np.hypot(*step)
        if length > 1e-6:
            inside &= (
                step[0] * (points_m[:, 1] - begin[1]) - step[1] * (points_m[:, 0] - begin[0])
            ) / length > -margin_m
    return inside
