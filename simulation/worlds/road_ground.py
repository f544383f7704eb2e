"""What the streets are made of: asphalt, kerbs, pavements and coloured bicycle lanes."""

from collections.abc import Iterator

import numpy as np

from roadside.geometry.arrays import FloatArray
from roadside.types.road import LaneKind
from simulation.types.world import Ground, GroundArea
from simulation.worlds.areas import StreetAreas, simple_polygons
from simulation.worlds.lines import length_m, strip
from simulation.worlds.road_map import has_conflicts, lane_polygon
from simulation.worlds.street_net import NetLane, StreetNet

KERB_M = 0.16

VERGE_M = 1.2
"""Of paving behind the pavement, where lamps and signs stand."""


def base_ground(extent_m: FloatArray, ground: Ground) -> GroundArea:
    """Returns the ground under everything."""
    west, south, east, north = extent_m
    return GroundArea(ground, [[west, south], [east, south], [east, north], [west, north]])  # type: ignore[arg-type]


def street_ground(net: StreetNet, areas: StreetAreas, asphalt: Ground, bicycles: Ground | None) -> list[GroundArea]:
    """Returns the streets' ground, lower layers first.

    Args:
        net: the network.
        areas: what it covers.
        asphalt: of the carriageways.
        bicycles: of bicycle lanes; None for that of the carriageway.
    """
    layers = [
        (Ground.PAVING, areas.pavement.buffer(VERGE_M, join_style="mitre")),
        (Ground.KERB, areas.carriageway.buffer(KERB_M)),
        (asphalt, areas.carriageway),
    ]
    ground = [GroundArea(kind, polygon) for kind, area in layers for polygon in simple_polygons(area)]
    if bicycles is not None:
        ground += [GroundArea(bicycles, bridge) for bridge in _bicycle_bridges(net)]
    for lane in net.lanes:
        kind = _lane_ground(lane, bicycles)
        if kind is not None and length_m(lane.line_m) > 0.5:
            ground.append(GroundArea(kind, lane_polygon(lane)))
    return ground


def _bicycle_bridges(net: StreetNet) -> Iterator[FloatArray]:
    """Yields what joins bicycle lanes across nodes where one street goes on."""
    for link in net.links:
        if link.from_edge in net.edges and link.to_edge in net.edges:
            edge = net.edges[link.from_edge]
            first, second = edge.lanes[link.from_lane], net.edges[link.to_edge].lanes[link.to_lane]
            both = first.kind is LaneKind.BICYCLE and second.kind is LaneKind.BICYCLE
            if both and not has_conflicts(net, edge.to_node):
                line_m = np.array([first.line_m[-1], second.line_m[0]])
                if length_m(line_m) > 0.05:
                    yield strip(line_m, first.width_m / 2, -first.width_m / 2)


def _lane_ground(lane: NetLane, bicycles: Ground | None) -> Ground | None:
    match lane.kind:
        case LaneKind.BICYCLE:
            return bicycles
        case None:
            return Ground.PARKING_PAVING
    return None
