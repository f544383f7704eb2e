"""The world ``corridor``: streets around a block, watched by poles at two of its corners.

Both poles look along the south street; each looks up the street on its side. What lies between the ends of those
two views, around the north of the block, nobody sees: 150 m along the road.
"""

from collections.abc import Sequence

import numpy as np

from roadside.geometry.arrays import FloatArray
from simulation.types.world import Building, Facade
from simulation.worlds.house_rows import HouseStyle
from simulation.worlds.lane_paint import CHINESE
from simulation.worlds.place import Look, PlacePlan, Watch, pole
from simulation.worlds.star_streets import CrossSection
from simulation.worlds.street_plan import CrossingPlan, Edge, Node, NodeControl, SignalPhase, SignalPlan, StreetPlan
from simulation.worlds.terrain import Relief
from simulation.worlds.turning import links_across

WIDTH_M, DEPTH_M = 142.0, 108.2
"""Of the ring of streets, between their middles: from west to east, from south to north."""

OUTSIDE_M = 80.0
"""Length of the streets that lead away from the ring."""

OFF_CORNER_M = 10.6
"""Of a pole, east (or west) and north of the middle of its junction: behind the pavement of the block's corner."""

WEST_POLE_M = (OFF_CORNER_M, OFF_CORNER_M)
EAST_POLE_M = (WIDTH_M - OFF_CORNER_M, OFF_CORNER_M)

ALONG_SOUTH_M, UP_NORTH_M = 110.0, 90.0
"""How far the poles see along the south street, and up the streets on their sides."""

GREEN_S = 20.0

LENGTHWAYS = 3
"""Rank of the streets from west to east."""

STREET = CrossSection(driving=1, lane_m=3.0, bicycle_m=1.5, sidewalk_m=2.4)

CORNERS: dict[str, tuple[float, float]] = {
    "sw": (0.0, 0.0), "se": (WIDTH_M, 0.0), "ne": (WIDTH_M, DEPTH_M), "nw": (0.0, DEPTH_M)
}  # fmt: skip

RING: tuple[tuple[str, str, str, str], ...] = (
    ("sw", "se", "south_eastward", "south_westward"),
    ("se", "ne", "east_northward", "east_southward"),
    ("nw", "ne", "north_eastward", "north_westward"),
    ("sw", "nw", "west_northward", "west_southward"),
)
"""Two corners, the edge from the first to the second, and the edge back."""


def corridor_place() -> PlacePlan:
    """Returns the plan of the world."""
    middle = np.array([[32, 30], [WIDTH_M - 32, 30], [WIDTH_M - 32, DEPTH_M - 30], [32, DEPTH_M - 30]])
    houses = HouseStyle((Facade.PLASTER, Facade.SHOPS, Facade.OFFICE), (2.6, 5.0), (14.0, 26.0), storeys=(3, 7),
                        gap_m=(1.2, 3.0), density=1.0)  # fmt: skip
    return PlacePlan(
        name="corridor",
        seed=2201,
        streets=corridor_streets(),
        relief=Relief(-0.005, 0.004, 0.5, 170.0, 2.2),
        look=Look(CHINESE, houses),
        buildings=(Building(Facade.OFFICE, middle, 19.4),),
        props=(pole(*WEST_POLE_M, 9.0), pole(*EAST_POLE_M, 9.0)),
        watches=tuple(
            Watch(pole_m, edges, reach_m)
            for pole_m, side in ((WEST_POLE_M, "west"), (EAST_POLE_M, "east"))
            for edges, reach_m in (
                (("south_eastward", "south_westward"), ALONG_SOUTH_M),
                ((f"{side}_northward", f"{side}_southward"), UP_NORTH_M),
            )
        ),
        street_half_width_m=8.0,
    )


def corridor_streets() -> StreetPlan:
    """Returns the streets: four junctions with signals.

    From each corner two streets lead out: ``<corner>_<direction>_in`` comes in, ``..._out`` leaves.
    """
    nodes = [Node(name, x, y, NodeControl.SIGNALS, 4.0) for name, (x, y) in CORNERS.items()]
    edges: list[Edge] = []
    crossings: list[CrossingPlan] = []
    for first, second, there, back in RING:
        edges += _street(first, second, CORNERS[first], CORNERS[second], there, back)
        crossings += [CrossingPlan(node, (there, back), 3.5) for node in (first, second)]
    for corner, (x, y) in CORNERS.items():
        for direction, (east, north) in _outward(corner).items():
            end, name = f"{corner}_{direction}_end", f"{corner}_{direction}"
            place = (x + east * OUTSIDE_M, y + north * OUTSIDE_M)
            nodes.append(Node(end, *place))
            edges += _street(corner, end, (x, y), place, f"{name}_out", f"{name}_in")
            crossings.append(CrossingPlan(corner, (f"{name}_in", f"{name}_out"), 3.5))
    links = [link for corner in CORNERS for link in links_across(corner, edges)]
    signals = tuple(_signals(corner, edges) for corner in CORNERS)
    return StreetPlan(tuple(nodes), tuple(edges), tuple(links), tuple(crossings), signals)


def _signals(corner: str, edges: Sequence[Edge]) -> SignalPlan:
    """Returns a corner's program: first those who come along the street from west to east, then the others."""
    into = [edge for edge in edges if edge.to_node == corner]
    lengthways = tuple(edge.edge_id for edge in into if edge.priority == LENGTHWAYS)
    across = tuple(edge.edge_id for edge in into if edge.priority != LENGTHWAYS)
    return SignalPlan(corner, (), (SignalPhase(lengthways, GREEN_S), SignalPhase(across, GREEN_S)))


def _outward(corner: str) -> dict[str, tuple[float, float]]:
    """Returns the two directions away from the block."""
    x, y = CORNERS[corner]
    return {
        "north" if y > 0 else "south": (0.0, 1.0 if y > 0 else -1.0),
        "east" if x > 0 else "west": (1.0 if x > 0 else -1.0, 0.0),
    }


def _street(first: str, second: str, from_m: tuple[float, float], to_m: tuple[float, float], there: str,
            back: str) -> tuple[Edge, Edge]:  # fmt: skip
    """Returns both directions of a straight street."""
    line_m: FloatArray = np.array([from_m, to_m])
    priority = LENGTHWAYS if from_m[1] == to_m[1] else LENGTHWAYS - 1
    lanes, speed_mps = STREET.lanes(), 50 / 3.6
    return (
        Edge(there, first, second, line_m, lanes, speed_mps, priority),
        Edge(back, second, first, line_m[::-1].copy(), lanes, speed_mps, priority),
    )
