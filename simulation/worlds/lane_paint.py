"""Lane lines, centre lines, edge lines, stop lines, zebras: painted where the network has lanes and crossings."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from shapely import LineString, Point, dwithin

from roadside.geometry.arrays import FloatArray
from roadside.types.road import LaneKind
from simulation.types.world import Marking, Paint
from simulation.worlds.lines import (
    beside,
    cut,
    dashes,
    directions_at,
    left_of,
    length_m,
    points_at,
    strip,
)
from simulation.worlds.road_map import STOP_LINE_M, across_end, has_conflicts
from simulation.worlds.street_net import NetCrossing, NetEdge, NetLane, StreetNet

SOLID_BESIDE = (LaneKind.BICYCLE, LaneKind.EMERGENCY)
"""Lanes whose line to the left is never broken."""

SHARED_M = 0.4
"""Opposite directions whose left borders are no further apart have one line between them."""

GAP_POINTS = 3
"""Between two edges of the opposite direction its border is missing for no more points than this, a metre apart."""

BRIDGED_M = 16.0
"""Lines go on across a node where one street goes on, if its gap is no longer."""


@dataclass(frozen=True, slots=True)
class PaintStyle:
    """How a country paints its roads.

    Attributes:
        centre: colour of the line between opposite directions.
        double_centre: two solid lines there instead of a broken one.
        dash_m, gap_m: of broken lines.
        line_m: width of lines.
        edge_lines: whether the carriageway's borders are painted.
        zebra_bar_m, zebra_gap_m: of crossings.
        stop_m: width of stop lines.
    """

    centre: Paint
    double_centre: bool
    dash_m: float
    gap_m: float
    line_m: float
    edge_lines: bool
    zebra_bar_m: float
    zebra_gap_m: float
    stop_m: float


CHINESE = PaintStyle(Paint.YELLOW, True, 4.0, 6.0, 0.15, True, 0.45, 0.60, 0.40)
"""After GB 5768.3: lane lines 4 m with gaps of 6 m on urban roads, yellow between directions."""

EUROPEAN = PaintStyle(Paint.WHITE, False, 3.0, 6.0, 0.12, True, 0.50, 0.50, 0.50)
"""After the German RMS: 3 m with gaps of 6 m inside towns, all white."""

PLAIN = PaintStyle(Paint.WHITE, False, 3.0, 3.0, 0.12, False, 0.50, 0.50, 0.30)
"""A side street."""


def lane_paint(net: StreetNet, style: PaintStyle) -> list[Marking]:
    """Returns the paint of all edges and crossings."""
    markings: list[Marking] = []
    for edge in net.edges.values():
        if edge.vehicle_lanes:
            markings += _between_lanes(net, edge, style)
            markings += _right_edge(edge, style)
            markings += _left_edge(net, edge, style)
            markings += _stop_line(net, edge, style)
    for crossing in net.crossings:
        markings += [Marking(Paint.WHITE, bar) for bar in _zebra(crossing, style)]
    return markings


def _between_lanes(net: StreetNet, edge: NetEdge, style: PaintStyle) -> Iterator[Marking]:
    for right, left in zip(edge.vehicle_lanes, edge.vehicle_lanes[1:], strict=False):
        line_m = _bridged(net, edge, beside(right.line_m, right.width_m / 2), left.index)
        paint = Paint.YELLOW if LaneKind.BUS in (right.kind, left.kind) else Paint.WHITE
        solid = right.kind in SOLID_BESIDE or not (right.may_change and left.may_change)
        if solid:
            yield Marking(paint, strip(line_m, style.line_m / 2, -style.line_m / 2))
        else:
            dash_m = style.dash_m / 2 if right.kind is None else style.dash_m
            gap_m = style.gap_m / 3 if right.kind is None else style.gap_m
            for dash in dashes(line_m, dash_m, gap_m, style.line_m):
                yield Marking(paint, dash)


def _bridged(net: StreetNet, edge: NetEdge, line_m: FloatArray, left_index: int) -> FloatArray:
    """Returns a line between lanes, drawn on to where it begins again on the edge that follows."""
    following = [way for way in net.edges.values() if way.from_node == edge.to_node and way.to_node != edge.from_node]
    if len(following) == 1 and not has_conflicts(net, edge.to_node) and left_index < len(following[0].lanes):
        left = following[0].lanes[left_index]
        start = beside(left.line_m, -left.width_m / 2)[0]
        if 0.05 < np.linalg.norm(start - line_m[-1]) < BRIDGED_M:
            return np.vstack([line_m, start])
    return line_m


def _right_edge(edge: NetEdge, style: PaintStyle) -> Iterator[Marking]:
    lane = edge.vehicle_lanes[0]
    if style.edge_lines and lane.kind is not None:
        border_m = beside(lane.line_m, 0.25 - lane.width_m / 2)
        yield Marking(Paint.WHITE, strip(border_m, style.line_m / 2, -style.line_m / 2))


def _left_edge(net: StreetNet, edge: NetEdge, style: PaintStyle) -> Iterator[Marking]:
    """Yields the line to the left of an edge: to the opposite direction, painted once, or along a median."""
    border_m = _left_border(edge)
    reach_m = length_m(border_m)
    ways = np.linspace(0.0, reach_m, max(int(reach_m), 2) + 1)
    owners = _owners(net, edge, points_at(border_m, (ways[:-1] + ways[1:]) / 2))
    start = 0
    for end in range(1, len(owners) + 1):
        if end == len(owners) or owners[end] != owners[start]:
            line_m = cut(border_m, ways[start], ways[end])
            if owners[start] is None and style.edge_lines:
                line_m = beside(line_m, -0.25)
                yield Marking(Paint.WHITE, strip(line_m, style.line_m / 2, -style.line_m / 2))
            elif owners[start] == edge.edge_id:
                yield from _centre_line(line_m, edge.vehicle_lanes[-1].may_change, style)
            start = end


def _centre_line(line_m: FloatArray, may_change: bool, style: PaintStyle) -> Iterator[Marking]:
    half = style.line_m / 2
    if style.double_centre:
        for offset in (style.line_m, -style.line_m):
            yield Marking(style.centre, strip(line_m, offset + half, offset - half))
    elif not may_change:
        yield Marking(style.centre, strip(line_m, half, -half))
    else:
        for dash in dashes(line_m, style.dash_m, style.gap_m, style.line_m):
            yield Marking(style.centre, dash)


def _owners(net: StreetNet, edge: NetEdge, points_m: FloatArray) -> list[str | None]:
    """Returns which of the two edges that share a left border paints it, at each of its points; None at a median."""
    others = [other for other in net.edges.values() if other is not edge and other.vehicle_lanes]
    borders = np.array([LineString(_left_border(other)) for other in others], dtype=object)
    points = np.array([Point(point) for point in points_m], dtype=object)
    near = np.asarray(dwithin(points[:, None], borders, SHARED_M))
    owners = [min(edge.edge_id, others[int(row.argmax())].edge_id) if row.any() else None for row in near]
    for place in range(1, len(owners) - GAP_POINTS):
        following = owners[place + 1 : place + 1 + GAP_POINTS]
        if owners[place] is None and owners[place - 1] is not None and any(following):
            owners[place] = edge.edge_id
    return owners


def _left_border(edge: NetEdge) -> FloatArray:
    lane = edge.vehicle_lanes[-1]
    return beside(lane.line_m, lane.width_m / 2)


def _stop_line(net: StreetNet, edge: NetEdge, style: PaintStyle) -> Iterator[Marking]:
    """Yields the line where an edge's vehicles wait: solid before signals, broken where they give way."""
    if not has_conflicts(net, edge.to_node):
        return
    links = [link for link in net.links if link.from_edge == edge.edge_id and link.to_edge in net.edges]
    if not links:
        return
    line_m = across_end(edge.vehicle_lanes[0], edge.vehicle_lanes[-1], STOP_LINE_M)
    if any(link.signals_id for link in links):
        yield Marking(Paint.WHITE, strip(line_m, style.stop_m / 2, -style.stop_m / 2))
    elif all(link.gives_way for link in links):
        for dash in dashes(line_m, 0.5, 0.3, style.stop_m):
            yield Marking(Paint.WHITE, dash)


def _zebra(crossing: NetCrossing, style: PaintStyle) -> Iterator[FloatArray]:
    line_m, half = crossing.line_m, crossing.width_m / 2
    for along in np.arange(0.3, length_m(line_m) - style.zebra_bar_m, style.zebra_bar_m + style.zebra_gap_m):
        ends = points_at(line_m, np.array([along, along + style.zebra_bar_m]))
        yield strip(ends, half, -half)


def lane_middle(lane: NetLane, before_end_m: float) -> tuple[FloatArray, FloatArray]:
    """Returns (2,) position and (2,) direction of a lane's middle, some way before its end."""
    along = max(length_m(lane.line_m) - before_end_m, 0.0)
    return points_at(lane.line_m, along), directions_at(lane.line_m, along)


def lane_axes(forward: FloatArray) -> FloatArray:
    """Returns the (2, 2) rows forward and left of a direction."""
    return np.stack([forward, left_of(forward)])
