"""Which lane leads where across a junction."""

from collections.abc import Collection, Sequence

import numpy as np

from roadside.types.road import LaneKind
from simulation.worlds.lines import heading_at, length_m
from simulation.worlds.street_plan import Edge, Link

STRAIGHT_WITHIN_RAD = np.radians(40.0)
"""At a junction with two ways on, one that turns by less goes straight on."""

BACK_BEYOND_RAD = np.radians(165.0)
"""A way that turns by more goes back where it came from."""


def links_across(
    node_id: str, edges: Sequence[Edge], left_only: Collection[str] = (), right_only: Collection[str] = ()
) -> tuple[Link, ...]:
    """Returns the links of all bicycle and driving lanes across a junction.

    The rightmost lane turns right, the leftmost left, all that have a lane opposite go straight on. From a bicycle
    lane one turns left only where one cannot go straight on: elsewhere riders cross in two steps, with the people.

    Args:
        node_id: the junction.
        edges: of the place.
        left_only: edges whose leftmost lane only turns left.
        right_only: edges whose rightmost lane only turns right.
    """
    links: list[Link] = []
    outgoing = [edge for edge in edges if edge.from_node == node_id]
    for edge in edges:
        if edge.to_node == node_id:
            ways = _ways(edge, outgoing)
            links += _bicycle_links(edge, ways)
            links += _driving_links(edge, ways, edge.edge_id in left_only, edge.edge_id in right_only)
    return tuple(links)


def links_along(from_edge: Edge, to_edge: Edge, branches: Collection[tuple[int, int]] = ()) -> tuple[Link, ...]:
    """Returns the links of one edge into its continuation: lane by lane, and from lane to lane for ``branches``."""
    count = min(len(from_edge.lanes), len(to_edge.lanes))
    pairs = [(lane, lane) for lane in range(count) if from_edge.lanes[lane].kind is not LaneKind.SIDEWALK]
    return tuple(Link(from_edge.edge_id, a, to_edge.edge_id, b) for a, b in [*pairs, *branches])


def links_by_kind(from_edge: Edge, to_edge: Edge) -> tuple[Link, ...]:
    """Returns the links of one edge into its continuation: the lanes of each kind, from the left."""
    return tuple(
        Link(from_edge.edge_id, a, to_edge.edge_id, b)
        for kind in (LaneKind.BICYCLE, LaneKind.DRIVING)
        for a, b in zip(reversed(from_edge.lane_numbers(kind)), reversed(to_edge.lane_numbers(kind)), strict=False)
    )


def turn_rad(from_edge: Edge, to_edge: Edge) -> float:
    """Returns by how much one turns to the left from the end of an edge into another, -pi to pi."""
    arriving = heading_at(from_edge.left_border_m, length_m(from_edge.left_border_m))
    leaving = heading_at(to_edge.left_border_m, 0.0)
    return float((leaving - arriving + np.pi) % (2 * np.pi) - np.pi)


def _ways(edge: Edge, outgoing: Sequence[Edge]) -> dict[str, Edge]:
    """Returns the edges to the "right", "straight" on and to the "left"."""
    turns = sorted((turn_rad(edge, way), way.edge_id, way) for way in outgoing if way.to_node != edge.from_node)
    turns = [turn for turn in turns if abs(turn[0]) < BACK_BEYOND_RAD]
    if len(turns) == 3:
        return dict(zip(("right", "straight", "left"), (way for _, _, way in turns), strict=True))
    ways: dict[str, Edge] = {}
    for turn, _, way in turns:
        name = "straight" if abs(turn) < STRAIGHT_WITHIN_RAD else "left" if turn > 0 else "right"
        ways[name] = way
    return ways


def _bicycle_links(edge: Edge, ways: dict[str, Edge]) -> list[Link]:
    """Returns the links of bicycle lanes: not to the left, as their riders would meet in the middle and stay there."""
    return [
        Link(edge.edge_id, lane, way.edge_id, (way.lane_numbers(LaneKind.BICYCLE) or _driving(way))[0])
        for lane in edge.lane_numbers(LaneKind.BICYCLE)
        for name, way in ways.items()
        if name != "left" or "straight" not in ways
    ]


def _driving_links(edge: Edge, ways: dict[str, Edge], left_only: bool, right_only: bool) -> list[Link]:
    lanes = list(_driving(edge))
    links: list[Link] = []

    def link(lane: int, way: Edge, to_lane: int) -> None:
        links.append(Link(edge.edge_id, lane, way.edge_id, to_lane))

    if "right" in ways:
        link(lanes[0], ways["right"], _driving(ways["right"])[0])
    if "left" in ways:
        link(lanes[-1], ways["left"], _driving(ways["left"])[-1])
    if "straight" in ways:
        through = lanes[int(right_only) : len(lanes) - int(left_only)]
        targets = _driving(ways["straight"])
        for lane, to_lane in zip(reversed(through), reversed(targets), strict=False):
            link(lane, ways["straight"], to_lane)
    elif {"left", "right"} <= ways.keys():
        links += _middle_lanes_turn_left(edge, lanes[1:-1], ways["left"])
    return links


def _middle_lanes_turn_left(edge: Edge, lanes: Sequence[int], left: Edge) -> list[Link]:
    targets = _driving(left)
    return [
        Link(edge.edge_id, lane, left.edge_id, targets[max(len(targets) - 2 - place, 0)])
        for place, lane in enumerate(reversed(lanes))
    ]


def _driving(edge: Edge) -> tuple[int, ...]:
    return edge.lane_numbers(LaneKind.DRIVING)
