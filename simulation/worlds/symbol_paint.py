"""Painted symbols: arrows of the lanes before a junction, hatched boxes, letters of bays."""

import itertools
from collections.abc import Collection, Iterator

import numpy as np
from shapely import LineString, Polygon

from roadside.geometry.arrays import FloatArray
from roadside.types.road import LaneKind
from simulation.types.world import Marking, Paint
from simulation.worlds.areas import simple_polygons
from simulation.worlds.lane_paint import lane_axes, lane_middle
from simulation.worlds.lines import length_m, strip
from simulation.worlds.road_map import has_conflicts
from simulation.worlds.street_net import NetLane, StreetNet

ARROWS_BEFORE_END_M = (8.0, 32.0)
"""Where the middles of arrows lie."""

ARROW_M = 5.0
ARROWS_FROM_LANES = 2

ARROW_PARTS: dict[str, tuple[tuple[tuple[float, float], ...], ...]] = {
    "s": (((-2.5, 0.08), (-2.5, -0.08), (1.0, -0.08), (1.0, 0.08)), ((1.0, 0.35), (1.0, -0.35), (2.5, 0.0))),
    "l": (
        ((-2.5, 0.08), (-2.5, -0.08), (0.4, -0.08), (0.4, 0.08)),
        ((0.0, 0.08), (0.4, -0.08), (0.9, 0.55), (0.55, 0.7)),
        ((0.35, 0.85), (1.25, 0.35), (1.25, 1.15)),
    ),
}
"""Corners in metres along and to the left of the lane's middle."""


def arrow_paint(net: StreetNet) -> Iterator[Marking]:
    """Yields the arrows of the lanes of edges with two or more driving lanes that lead into a junction."""
    for edge in net.edges.values():
        count = sum(lane.kind is LaneKind.DRIVING for lane in edge.lanes)
        if count >= ARROWS_FROM_LANES and has_conflicts(net, edge.to_node):
            for lane in edge.vehicle_lanes:
                ways = {
                    link.direction.lower() for link in net.links
                    if (link.from_edge, link.from_lane) == (edge.edge_id, lane.index) and link.to_edge in net.edges
                }  # fmt: skip
                if lane.kind is LaneKind.DRIVING and ways:
                    yield from _arrows(lane, ways)


def _arrows(lane: NetLane, ways: Collection[str]) -> Iterator[Marking]:
    for before_end_m in ARROWS_BEFORE_END_M:
        if before_end_m + ARROW_M / 2 < length_m(lane.line_m):
            middle, forward = lane_middle(lane, before_end_m)
            for part in _arrow_parts(ways):
                yield Marking(Paint.WHITE, middle + part @ lane_axes(forward))


def _arrow_parts(ways: Collection[str]) -> Iterator[FloatArray]:
    for way, source, side in (("s", "s", 1.0), ("l", "l", 1.0), ("r", "l", -1.0)):
        if way in ways:
            for part in ARROW_PARTS[source]:
                yield np.array(part) * (1.0, side)


def hatched_box(paint: Paint, polygon_m: FloatArray, step_m: float, line_m: float, crossed: bool) -> list[Marking]:
    """Returns a border and slanted lines within a (K, 2) polygon; a second set across them where ``crossed``."""
    area = Polygon(polygon_m)
    markings = [Marking(paint, ring) for ring in simple_polygons(area.difference(area.buffer(-line_m)))]
    west, south, east, north = area.bounds
    reach = np.hypot(east - west, north - south)
    centre = np.array([(west + east) / 2, (south + north) / 2])
    for heading in (np.pi / 4, -np.pi / 4)[: 2 if crossed else 1]:
        along = np.array([np.cos(heading), np.sin(heading)])
        across = np.array([-along[1], along[0]])
        for offset in np.arange(-reach / 2, reach / 2, step_m):
            ends = [centre + across * offset - along * reach, centre + across * offset + along * reach]
            line = LineString(ends).buffer(line_m / 2, cap_style="flat").intersection(area)
            markings += [Marking(paint, part) for part in simple_polygons(line)]
    return markings


def bordered_box(paint: Paint, polygon_m: FloatArray, line_m: float, dash_m: float, gap_m: float) -> list[Marking]:
    """Returns the broken border of a (K, 2) polygon."""
    ring = np.vstack([polygon_m, polygon_m[:1]])
    markings = []
    for start, end in itertools.pairwise(ring):
        side_m = float(np.linalg.norm(end - start))
        for from_m in np.arange(0.0, side_m, dash_m + gap_m):
            ends = start + (end - start) / side_m * np.array([[from_m], [min(from_m + dash_m, side_m)]])
            markings.append(Marking(paint, strip(ends, line_m / 2, -line_m / 2)))
    return markings
