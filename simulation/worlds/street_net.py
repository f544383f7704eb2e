"""A SUMO network as it came out of ``netconvert``: lanes, crossings, areas and the links between lanes."""

from dataclasses import dataclass
from functools import cached_property
from xml.etree import ElementTree

import numpy as np

from roadside.geometry.arrays import FloatArray
from roadside.types.road import LaneKind


@dataclass(frozen=True, eq=False)
class NetLane:
    """One lane outside the junctions.

    Attributes:
        lane_id, edge_id, index: as SUMO names them; index 0 is the rightmost.
        kind: what it is for; None for a bay.
        line_m: (K, 2) centre line in the direction of travel.
        width_m, speed_limit_mps: of the lane.
        may_change: whether vehicles may change to and from it.
    """

    lane_id: str
    edge_id: str
    index: int
    kind: LaneKind | None
    line_m: FloatArray
    width_m: float
    speed_limit_mps: float
    may_change: bool


@dataclass(frozen=True, eq=False)
class NetEdge:
    """One edge.

    Attributes:
        edge_id, from_node, to_node: as planned.
        lanes: from right to left.
    """

    edge_id: str
    from_node: str
    to_node: str
    lanes: tuple[NetLane, ...]

    @cached_property
    def vehicle_lanes(self) -> tuple[NetLane, ...]:
        """Its lanes but the sidewalks."""
        return tuple(lane for lane in self.lanes if lane.kind is not LaneKind.SIDEWALK)


@dataclass(frozen=True, eq=False)
class NetCrossing:
    """One pedestrian crossing.

    Attributes:
        edge_id: SUMO's, with its colon; ``zone_id`` is without.
        line_m: (K, 2) middle line along which people walk.
        width_m: across that.
        crossed_edges: the edges it crosses.
    """

    edge_id: str
    line_m: FloatArray
    width_m: float
    crossed_edges: tuple[str, ...]

    @property
    def zone_id(self) -> str:
        """The crossing's id in the road map and its signal group: SUMO's without the colon."""
        return self.edge_id.removeprefix(":")


@dataclass(frozen=True, slots=True)
class NetLink:
    """A way from a lane into another.

    Attributes:
        from_edge, from_lane, to_edge, to_lane: edge ids and lane indices.
        direction: SUMO's letter: s, l, r, t, L, R.
        signals_id: of the signals it obeys; empty where there are none.
        signal_index: its place in the signals' state.
        gives_way: whether vehicles on it wait for others where there are no signals.
    """

    from_edge: str
    from_lane: int
    to_edge: str
    to_lane: int
    direction: str
    signals_id: str
    signal_index: int
    gives_way: bool


@dataclass(frozen=True, eq=False)
class StreetNet:
    """A network.

    Attributes:
        edges: outside the junctions, by id.
        crossings: all.
        walking_areas_m: polygons where sidewalks and crossings meet.
        junctions_m: polygons of the nodes, by node id.
        links: between edges, crossings and walking areas.
    """

    edges: dict[str, NetEdge]
    crossings: tuple[NetCrossing, ...]
    walking_areas_m: tuple[FloatArray, ...]
    junctions_m: dict[str, FloatArray]
    links: tuple[NetLink, ...]

    @cached_property
    def lanes(self) -> tuple[NetLane, ...]:
        """Every lane outside the junctions, edge by edge."""
        return tuple(lane for edge in self.edges.values() for lane in edge.lanes)

    def edges_into(self, node_id: str) -> tuple[NetEdge, ...]:
        """Returns the edges that end at a node."""
        return tuple(edge for edge in self.edges.values() if edge.to_node == node_id)


def read_network(network_xml: str) -> StreetNet:
    """Returns what a ``.net.xml`` says."""
    root = ElementTree.fromstring(network_xml)
    edges = {edge.edge_id: edge for edge in map(_edge, root.findall("edge")) if edge is not None}
    areas = [edge for edge in root.findall("edge") if edge.get("function") == "walkingarea"]
    return StreetNet(
        edges=edges,
        crossings=tuple(_crossing(edge) for edge in root.findall("edge") if edge.get("function") == "crossing"),
        walking_areas_m=tuple(_points(lane) for area in areas for lane in area.findall("lane")),
        junctions_m={
            junction.attrib["id"]: _points(junction)
            for junction in root.findall("junction")
            if junction.get("type") != "internal" and len(junction.get("shape", "").split()) > 2
        },
        links=tuple(_link(link) for link in root.findall("connection")),
    )


def _edge(edge: ElementTree.Element) -> NetEdge | None:
    if edge.get("function") is not None:
        return None
    name = edge.attrib["id"]
    lanes = tuple(_lane(lane, name) for lane in edge.findall("lane"))
    return NetEdge(name, edge.attrib["from"], edge.attrib["to"], lanes)


def _lane(lane: ElementTree.Element, edge_id: str) -> NetLane:
    return NetLane(
        lane_id=lane.attrib["id"],
        edge_id=edge_id,
        index=int(lane.attrib["index"]),
        kind=_kind(lane.get("allow", "")),
        line_m=_points(lane),
        width_m=float(lane.attrib["width"]),
        speed_limit_mps=float(lane.attrib["speed"]),
        may_change="changeLeft" not in lane.attrib,
    )


def _kind(allow: str) -> LaneKind | None:
    """Returns the kind of a lane from the vehicle classes it is open to; an empty list is all of them."""
    classes = set(allow.split())
    if not classes or "passenger" in classes:
        return LaneKind.DRIVING
    for vehicle_class, kind in (
        ("pedestrian", LaneKind.SIDEWALK),
        ("bicycle", LaneKind.BICYCLE),
        ("bus", LaneKind.BUS),
        ("emergency", LaneKind.EMERGENCY),
    ):
        if vehicle_class in classes:
            return kind
    return None


def _crossing(edge: ElementTree.Element) -> NetCrossing:
    lane = edge.findall("lane")[0]
    return NetCrossing(
        edge.attrib["id"], _points(lane), float(lane.attrib["width"]), tuple(edge.attrib["crossingEdges"].split())
    )


def _link(link: ElementTree.Element) -> NetLink:
    get = link.attrib
    return NetLink(
        get["from"], int(get["fromLane"]), get["to"], int(get["toLane"]), get["dir"], get.get("tl", ""),
        int(get.get("linkIndex", -1)), get["state"] in "ms=",
    )  # fmt: skip


def _points(element: ElementTree.Element) -> FloatArray:
    rows = [pair.split(",")[:2] for pair in element.attrib["shape"].split()]
    return np.array(rows, dtype=float)
