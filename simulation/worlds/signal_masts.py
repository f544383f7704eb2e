"""Where traffic lights hang: beyond the junction on the right for vehicles, at both ends of crossings for people."""

from collections.abc import Iterator

import numpy as np
from shapely import Point
from shapely.geometry.base import BaseGeometry

from roadside.geometry.arrays import FloatArray
from roadside.geometry.surface import RoadSurface
from roadside.types.road import StopLine
from simulation.types.world import SignalHead
from simulation.worlds.lines import beside, directions_at, left_of, length_m, points_at
from simulation.worlds.street_net import NetCrossing, NetEdge, StreetNet

HEAD_M, HEAD_FOR_PEDESTRIANS_M = 3.4, 2.4
"""Height of the middles above the road."""

OFF_KERB_M = 0.9
MAST_RADIUS_M, SEARCH_M = 0.3, 12.0
LEFT_HEAD_M = 0.55
"""Between the heads of two groups on one mast."""


def signal_heads(net: StreetNet, stop_lines: tuple[StopLine, ...], surface: RoadSurface,
                 streets: BaseGeometry) -> tuple[SignalHead, ...]:  # fmt: skip
    """Returns all heads of a network's signals; their masts stand off the ``streets``."""
    heads = [head for edge in net.edges.values() for head in _vehicle_heads(net, edge, stop_lines, surface, streets)]
    signalled = {link.to_edge for link in net.links if link.signals_id}
    for crossing in net.crossings:
        if crossing.edge_id in signalled:
            heads += _pedestrian_heads(net, crossing, surface, streets)
    return tuple(heads)


def _vehicle_heads(net: StreetNet, edge: NetEdge, stop_lines: tuple[StopLine, ...],
                   surface: RoadSurface, streets: BaseGeometry) -> Iterator[SignalHead]:  # fmt: skip
    groups = [stop.signal_group_id for stop in stop_lines if stop.lane_ids[0].rpartition("_")[0] == edge.edge_id]
    if not groups:
        return
    foot, forward = _mast(net, edge)
    foot = _off(streets, foot, -left_of(forward))
    ground_m = float(surface.height_at(foot))
    heading_rad = float(np.arctan2(-forward[1], -forward[0]))
    for place, group in enumerate(groups):
        x, y = foot + left_of(forward) * LEFT_HEAD_M * place
        yield SignalHead(group, float(x), float(y), round(ground_m + HEAD_M, 3), heading_rad, False,
                         float(foot[0]), float(foot[1]))  # fmt: skip


def _mast(net: StreetNet, edge: NetEdge) -> tuple[FloatArray, FloatArray]:
    """Returns the foot of an edge's mast and the direction of its traffic.

    It stands on the far side, right of where the traffic goes straight on; where it cannot, right of the stop line.
    """
    ways = [link.to_edge for link in net.links if link.from_edge == edge.edge_id and link.direction == "s"]
    lane = edge.lanes[0]
    forward = directions_at(lane.line_m, length_m(lane.line_m))
    ways = [way for way in ways if way in net.edges]
    if ways:
        target = net.edges[ways[0]].lanes[0]
        foot = beside(target.line_m, -target.width_m / 2 - OFF_KERB_M)
        return points_at(foot, 0.8), forward
    side = beside(lane.line_m, -lane.width_m / 2 - OFF_KERB_M)
    return points_at(side, length_m(side) - 0.8), forward


def _pedestrian_heads(net: StreetNet, crossing: NetCrossing, surface: RoadSurface,
                      streets: BaseGeometry) -> Iterator[SignalHead]:  # fmt: skip
    """Yields a head for each end of a crossing, on the side away from the junction's middle."""
    line_m = crossing.line_m
    along = directions_at(line_m, 0.0)
    node = crossing.zone_id.rpartition("_c")[0]
    inward = net.junctions_m[node].mean(axis=0) - line_m.mean(axis=0)
    side = left_of(along) * -np.sign(left_of(along) @ inward) * (crossing.width_m / 2 + 0.4)
    for end, facing in ((line_m[0], along), (line_m[-1], -along)):
        foot = _off(streets, end + side, -facing)
        ground_m = float(surface.height_at(foot))
        yield SignalHead(crossing.zone_id, float(foot[0]), float(foot[1]), round(ground_m + HEAD_FOR_PEDESTRIANS_M, 3),
                         float(np.arctan2(facing[1], facing[0])), True, float(foot[0]), float(foot[1]))  # fmt: skip


def _off(streets: BaseGeometry, foot: FloatArray, outward: FloatArray) -> FloatArray:
    """Returns the first place from a foot outwards that is off the streets."""
    for step in np.arange(0.0, SEARCH_M, 0.2):
        place = foot + step * outward
        if streets.distance(Point(place)) > MAST_RADIUS_M:
            return np.asarray(place)
    return foot
