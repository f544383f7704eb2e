"""The road map of a network: the same lanes under the same ids, stop lines, and areas."""

from collections.abc import Collection, Iterator

import numpy as np

from roadside.geometry.arrays import FloatArray
from roadside.geometry.surface import RoadSurface
from roadside.types.road import Lane, LaneKind, RoadMap, StopLine, Zone, ZoneKind
from simulation.worlds.lines import cut, directions_at, left_of, length_m, points_at, strip
from simulation.worlds.signal_program import group_of_link
from simulation.worlds.street_net import NetCrossing, NetLane, StreetNet
from simulation.worlds.street_plan import StreetPlan

STOP_LINE_M = 0.5
"""Middle of the stop line before the end of its lanes; vehicles of SUMO stop 1 m before it (``jmStoplineGap``)."""


def road_map(net: StreetNet, plan: StreetPlan, zones: Collection[tuple[str, ZoneKind, FloatArray]],
             surface: RoadSurface) -> RoadMap:  # fmt: skip
    """Returns the road map.

    Args:
        net: the network.
        plan: what it was made of: says which left turns have a signal group of their own.
        zones: further areas: id, kind, (K, 2) corners.
        surface: of the world.
    """

    def on_road(points_m: FloatArray) -> FloatArray:
        return np.column_stack([points_m, surface.height_at(points_m)])

    lanes = [
        Lane(lane.lane_id, lane.kind, on_road(lane.line_m), lane.width_m, lane.speed_limit_mps)
        for lane in net.lanes
        if lane.kind is not None
    ]
    areas = [*_junction_zones(net, plan), *_crossing_zones(net), *zones]
    return RoadMap(
        lanes=tuple(lanes),
        stop_lines=tuple(
            StopLine(stop_id, on_road(line_m), lane_ids, group)
            for stop_id, line_m, lane_ids, group in stop_lines(net, plan)
        ),
        zones=tuple(Zone(zone_id, kind, on_road(polygon_m)) for zone_id, kind, polygon_m in areas),
        surface=surface,
    )


def stop_lines(net: StreetNet, plan: StreetPlan) -> Iterator[tuple[str, FloatArray, tuple[str, ...], str]]:
    """Yields id, (2, 2) line, lane ids and signal group of every stop line, one for each group of an edge."""
    protected = {edge_id for signals in plan.signals for edge_id in signals.protected_lefts}
    group_of_lane = {
        (link.from_edge, link.from_lane): group_of_link(net, link, protected)
        for link in net.links
        if link.signals_id and link.from_edge in net.edges
    }
    for edge in net.edges.values():
        groups: dict[str, list[NetLane]] = {}
        for lane in edge.vehicle_lanes:
            if (edge.edge_id, lane.index) in group_of_lane:
                groups.setdefault(group_of_lane[edge.edge_id, lane.index], []).append(lane)
        for group, lanes in groups.items():
            yield f"{group}_stop", across_end(lanes[0], lanes[-1]), tuple(lane.lane_id for lane in lanes), group


def across_end(right: NetLane, left: NetLane, before_end_m: float = STOP_LINE_M) -> FloatArray:
    """Returns the (2, 2) line across neighbouring lanes of an edge, from its right border to its left."""
    ends = []
    for lane, side in ((right, -1.0), (left, 1.0)):
        along = length_m(lane.line_m) - before_end_m
        normal = left_of(directions_at(lane.line_m, along))
        ends.append(points_at(lane.line_m, along) + side * normal * lane.width_m / 2)
    return np.array(ends)


def crossing_polygon(crossing: NetCrossing) -> FloatArray:
    """Returns the (K, 2) corners of a crossing."""
    return strip(crossing.line_m, crossing.width_m / 2, -crossing.width_m / 2)


def lane_polygon(lane: NetLane, from_m: float = 0.0, to_m: float = np.inf) -> FloatArray:
    """Returns the (K, 2) corners of a lane, or of a piece of it."""
    line_m = cut(lane.line_m, from_m, min(to_m, length_m(lane.line_m)))
    return strip(line_m, lane.width_m / 2, -lane.width_m / 2)


def _crossing_zones(net: StreetNet) -> Iterator[tuple[str, ZoneKind, FloatArray]]:
    for crossing in net.crossings:
        yield crossing.zone_id, ZoneKind.CROSSING, crossing_polygon(crossing)


def _junction_zones(net: StreetNet, plan: StreetPlan) -> Iterator[tuple[str, ZoneKind, FloatArray]]:
    """Yields the areas of nodes where more than one street arrives."""
    for node in plan.nodes:
        edges = net.edges_into(node.node_id)
        if (
            len({edge.from_node for edge in edges}) > 1
            and node.node_id in net.junctions_m
            and has_conflicts(net, node.node_id)
        ):
            yield f"{node.node_id}_junction", ZoneKind.JUNCTION, net.junctions_m[node.node_id]


def has_conflicts(net: StreetNet, node_id: str) -> bool:
    """Returns whether three or more streets meet at a node, rather than one that goes on."""
    neighbours = {edge.from_node for edge in net.edges_into(node_id)}
    neighbours |= {edge.to_node for edge in net.edges.values() if edge.from_node == node_id}
    return len(neighbours) > 2


def is_driven(lane: NetLane) -> bool:
    """Returns whether vehicles drive or stand on a lane, bicycles included."""
    return lane.kind is not LaneKind.SIDEWALK
