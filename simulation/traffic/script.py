"""An incident worked out: exact ways, and the true events that they are."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from shapely import Polygon, contains_xy

from roadside.geometry.arrays import BoolArray, FloatArray
from roadside.types.road import LaneKind
from roadside.types.road_users import RoadUserClass
from simulation.traffic.engine import SUMO_STEP_S, Ghost
from simulation.traffic.events import TrueEvent
from simulation.traffic.incident import Incident
from simulation.traffic.signals import SignalTimeline
from simulation.traffic.streets import Streets
from simulation.traffic.ways import STEP_S, Ways
from simulation.types.bodies import CLASS_OF_BODY, SIZE_OF_BODY_M
from simulation.types.world import World
from simulation.worlds.lines import directions_at, distances_m, left_of
from simulation.worlds.road_map import has_conflicts
from simulation.worlds.street_net import NetLane

ENDS_M = 8.0
"""Between the pieces of a street there are gaps of up to twice that."""

ON_ROAD_M = 0.4
"""Whose centre is so near beside a lane is still in the way of those who drive there."""


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """Where and when incidents happen.

    Attributes:
        world: the place.
        streets: its network.
        signals: what they show.
        duration_s: of the span.
        lights_on: whether head lights burn.
    """

    world: World
    streets: Streets
    signals: SignalTimeline
    duration_s: float
    lights_on: bool


@dataclass(frozen=True, slots=True, eq=False)
class Script:
    """What an incident adds to the traffic.

    Attributes:
        ways: of those that take part, at all instants they exist, inside the span and before.
        events: what truly happens.
        declared: pairs of object ids that touch.
    """

    ways: Ways
    events: tuple[TrueEvent, ...]
    declared: tuple[tuple[int, int], ...] = ()


def instant_of(time_s: float) -> int:
    """Returns the instant of the truth nearest to a second of the span."""
    return round(time_s / STEP_S)


def event_while(kind: str, ways: Ways, holds: BoolArray, stage: Stage, object_ids: Sequence[int] = ()) -> TrueEvent:
    """Returns the event that lasts as long as something holds for one object, from the first time on.

    Args:
        kind: of the event.
        ways: of one object.
        holds: (R,) when it holds.
        stage: an event that reaches the end of its span goes on.
        object_ids: who takes part; by default the object.

    Raises:
        ValueError: it never holds.
    """
    if not holds.any():
        raise ValueError(f"a {kind} must happen on the way that was scripted for it: it does not")
    first = int(holds.argmax())
    over = np.flatnonzero(~holds[first:])
    last = len(ways) if len(over) == 0 else first + int(over[0])
    end_s = ways.instants[min(last, len(ways) - 1)] * STEP_S
    if end_s >= stage.duration_s:
        end_s = float("inf")
    ids = tuple(object_ids) or (int(ways.object_ids[first]),)
    return TrueEvent(kind, float(ways.instants[first] * STEP_S), float(end_s), ways.position_m[first].copy(), ids)


def speed_of(ways: Ways) -> FloatArray:
    """Returns (R,) speeds."""
    return np.asarray(np.hypot(*ways.velocity_mps().T))


def aside_of(lane: NetLane, points_m: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Returns (R,) how far along a lane points are, and how far to the left of its centre line."""
    steps = np.diff(lane.line_m, axis=0)
    lengths = np.hypot(*steps.T)
    offset = points_m[:, None, :] - lane.line_m[:-1]
    share = np.clip((offset * steps).sum(-1) / lengths**2, 0.0, 1.0)
    nearest = np.hypot(*np.moveaxis(offset - share[..., None] * steps, -1, 0)).argmin(1)
    rows = np.arange(len(points_m))
    along_m = distances_m(lane.line_m)[nearest] + share[rows, nearest] * lengths[nearest]
    normal = left_of(steps[nearest] / lengths[nearest, None])
    aside_m = ((offset[rows, nearest] - share[rows, nearest, None] * steps[nearest]) * normal).sum(-1)
    return along_m, aside_m


def in_lane(lane: NetLane, points_m: FloatArray, margin_m: float = 0.0, ends_m: float = 0.0) -> BoolArray:
    """Returns (R,) whether points lie in a lane, or up to ``margin_m`` beside and ``ends_m`` before and after it."""
    line, reach_m = lane.line_m, lane.width_m / 2 + margin_m + ends_m
    (west, south), (east, north) = line.min(axis=0) - reach_m, line.max(axis=0) + reach_m
    x_m, y_m = points_m[:, 0], points_m[:, 1]
    near = (x_m > west) & (x_m < east) & (y_m > south) & (y_m < north)
    rows = np.flatnonzero(near)
    points_m = points_m[rows]
    _, aside_m = aside_of(lane, points_m)
    ahead = (points_m - line[-1]) @ directions_at(line, 1e9)
    behind = (points_m - line[0]) @ directions_at(line, 0.0)
    inside = np.zeros(len(near), dtype=bool)
    inside[rows] = (np.abs(aside_m) < lane.width_m / 2 + margin_m) & (ahead <= ends_m) & (behind >= -ends_m)
    return inside


def lane_of(stage: Stage, incident: Incident, kinds: tuple[object, ...], what: str) -> NetLane:
    """Returns the lane an incident names, else the leftmost of its edge that is of one of some kinds.

    Raises:
        ValueError: the edge has none.
    """
    lanes = stage.streets.edge(incident.edge).lanes
    if incident.lane is not None:
        lanes = tuple(lane for lane in lanes if lane.index == incident.lane)
    fitting = [lane for lane in lanes if lane.kind in kinds]
    if not fitting:
        raise ValueError(
            f"{stage.world.name}: {incident.kind} needs {what} on edge {incident.edge}, got none"
            f"{'' if incident.lane is None else f' at index {incident.lane}'}"
        )
    return fitting[-1]


def _seen(streets: Streets, points_m: FloatArray) -> BoolArray:
    """Returns (R,) whether points lie in lanes or just beside their borders, and not within junctions.

    Within junctions SUMO cannot be shown what follows none of its ways: it breaks down (a segmentation fault of 1.28
    where such a vehicle came out of a junction). Who is in the way there is found afterwards.
    """
    seen = np.zeros(len(points_m), dtype=bool)
    for lane in streets.net.lanes:
        if lane.kind is not None and lane.kind is not LaneKind.SIDEWALK:
            seen |= in_lane(lane, points_m, ON_ROAD_M, ENDS_M)
    for node_id, polygon_m in streets.net.junctions_m.items():
        if has_conflicts(streets.net, node_id):
            seen &= ~contains_xy(Polygon(polygon_m), points_m[:, 0], points_m[:, 1])
    return seen


def ghosts_of(ways: Ways, streets: Streets) -> list[Ghost]:
    """Returns what SUMO's traffic must see of scripted objects: all of them, while they are on the road."""
    ghosts = []
    starts = ways.starts()
    ratio = round(SUMO_STEP_S / STEP_S)
    for begin, end in zip(starts, np.append(starts[1:], len(ways))[: len(starts)], strict=True):
        own = ways.select(np.arange(begin, end))
        rows = np.flatnonzero(own.instants % ratio == 0)
        if len(rows):
            length_m, width_m, _ = SIZE_OF_BODY_M[own.bodies[0]]
            heading = own.heading_rad[rows]
            if CLASS_OF_BODY[own.bodies[0]] == RoadUserClass.PEDESTRIAN:
                length_m = width_m = 0.8
            front_m = own.position_m[rows] + length_m / 2 * np.column_stack([np.cos(heading), np.sin(heading)])
            front_m[~_seen(streets, own.position_m[rows])] = np.nan
            compass_deg = (90.0 - np.degrees(heading)) % 360.0
            ghosts.append(Ghost(length_m, width_m, int(own.instants[rows[0]]) // ratio, front_m, compass_deg))
    return ghosts
