"""Worlds as an independent reader sees them: SUMO's own library, and prisms in the way of a ray."""

import tempfile
from pathlib import Path

import numpy as np
import sumolib
from shapely import LineString, Point, Polygon, get_coordinates

from roadside.geometry.arrays import FloatArray
from simulation.types.world import World


def sumo_net(world: World) -> sumolib.net.Net:
    """Returns the network as sumolib reads it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "world.net.xml"
        path.write_text(world.network_xml)
        return sumolib.net.readNet(str(path), withInternal=True, withPrograms=True)


def hidden_by(world: World, eye_m: FloatArray, place_m: FloatArray) -> list[int]:
    """Returns the numbers of the buildings between an eye and a place, both (3,)."""
    sight = LineString([eye_m[:2], place_m[:2]])
    hiding = []
    for number, building in enumerate(world.buildings):
        plan = Polygon(building.polygon_m)
        inside = sight.intersection(plan)
        if inside.is_empty:
            continue
        share = max(sight.project(part) for part in _points(inside)) / sight.length
        top_m = float(world.road.surface.height_at(building.polygon_m).min()) + building.height_m
        if eye_m[2] + share * (place_m[2] - eye_m[2]) < top_m:
            hiding.append(number)
    return hiding


def _points(geometry):
    return [Point(xy) for xy in get_coordinates(geometry)]


def way_along(net: sumolib.net.Net, edges: list[str], lane: int) -> FloatArray:
    """Returns the (K, 2) line that a vehicle drives over edges on the lanes of one index, junctions included."""
    points: list[tuple[float, float]] = []
    for edge, following in zip(edges, [*edges[1:], None], strict=True):
        here = net.getEdge(edge).getLane(lane)
        points += here.getShape()
        links = [link for link in here.getOutgoing() if following and link.getTo().getID() == following]
        via = links[0].getViaLaneID() if links else ""
        while via:
            inner = net.getLane(via)
            points += inner.getShape()
            via = inner.getOutgoing()[0].getViaLaneID() if inner.getOutgoing() else ""
    line_m = np.array(points)[:, :2]
    moves = np.linalg.norm(np.diff(line_m, axis=0), axis=1) > 1e-3
    return line_m[np.concatenate([[True], moves])]
