"""Streets as they are planned, before ``netconvert`` makes a network of them. Traffic keeps to the right."""

from dataclasses import dataclass
from enum import StrEnum

from roadside.geometry.arrays import FloatArray, frozen
from roadside.types.road import LaneKind


class NodeControl(StrEnum):
    """Who goes first where streets meet; the values are SUMO's node types."""

    PRIORITY = "priority"
    SIGNALS = "traffic_light"
    RIGHT_BEFORE_LEFT = "right_before_left"


@dataclass(frozen=True, slots=True)
class Node:
    """Where edges begin and end.

    Attributes:
        node_id: unique; that of signals is also the id of their program.
        x_m, y_m: site frame.
        control: who goes first.
        corner_radius_m: of the kerb between neighbouring arms.
    """

    node_id: str
    x_m: float
    y_m: float
    control: NodeControl = NodeControl.PRIORITY
    corner_radius_m: float = 6.0


@dataclass(frozen=True, slots=True)
class LanePlan:
    """One lane of an edge.

    Attributes:
        kind: what it is for; None is a bay along the kerb, where vehicles stand: no lane of the road map.
        width_m: of the lane.
        may_change: whether vehicles may change to and from it: dashed lines, not solid ones.
    """

    kind: LaneKind | None
    width_m: float
    may_change: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Edge:
    """One direction of a street between two nodes.

    Attributes:
        edge_id: unique; lanes are called ``<edge_id>_<index>``.
        from_node, to_node: node ids.
        left_border_m: (K, 2) left border of the leftmost lane in the direction of travel, site frame.
        lanes: from right to left, as SUMO counts them.
        speed_limit_mps: of all its lanes.
        priority: SUMO's rank of the street where it meets others.
    """

    edge_id: str
    from_node: str
    to_node: str
    left_border_m: FloatArray
    lanes: tuple[LanePlan, ...]
    speed_limit_mps: float
    priority: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "left_border_m", frozen(self.left_border_m, "Edge.left_border_m", (None, 2)))

    def lane_numbers(self, kind: LaneKind | None) -> tuple[int, ...]:
        """Returns the indices of its lanes of a kind."""
        return tuple(index for index, lane in enumerate(self.lanes) if lane.kind is kind)


@dataclass(frozen=True, slots=True)
class Link:
    """A way from a lane into another across a node.

    Attributes:
        from_edge, to_edge: edge ids.
        from_lane, to_lane: lane indices.
    """

    from_edge: str
    from_lane: int
    to_edge: str
    to_lane: int


@dataclass(frozen=True, slots=True)
class CrossingPlan:
    """Where pedestrians cross at a node.

    Attributes:
        node_id: the node.
        edge_ids: the edges that they cross.
        width_m: of the crossing.
        has_priority: zebra; without it people wait for a gap.
    """

    node_id: str
    edge_ids: tuple[str, ...]
    width_m: float = 4.0
    has_priority: bool = True


@dataclass(frozen=True, slots=True)
class SignalPhase:
    """Which signal groups are green together.

    Attributes:
        green: group ids of vehicles; pedestrians whose crossing conflicts with none but turning ones walk too.
        duration_s: of the green.
    """

    green: tuple[str, ...]
    duration_s: float


@dataclass(frozen=True, slots=True)
class SignalPlan:
    """The program of a signalised node.

    Attributes:
        node_id: the node.
        protected_lefts: edges whose left-turn lanes have a group of their own, ``<edge>_left``.
        phases: in order; yellow, clearance and the pedestrians' clearance come between them.
    """

    node_id: str
    protected_lefts: tuple[str, ...]
    phases: tuple[SignalPhase, ...]


@dataclass(frozen=True, slots=True)
class StreetPlan:
    """All streets of a place.

    Attributes:
        nodes, edges: the graph.
        links: ways across nodes; edges that none leaves get theirs from ``netconvert``.
        crossings: where pedestrians cross.
        signals: programs of the signalised nodes.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    links: tuple[Link, ...] = ()
    crossings: tuple[CrossingPlan, ...] = ()
    signals: tuple[SignalPlan, ...] = ()
