"""Streets that meet in one junction: any number of arms, at any angles, with any number of lanes."""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import FloatArray
from roadside.types.road import LaneKind
from simulation.worlds.lines import beside
from simulation.worlds.street_plan import (
    CrossingPlan,
    Edge,
    LanePlan,
    Node,
    NodeControl,
    SignalPhase,
    SignalPlan,
    StreetPlan,
)
from simulation.worlds.turning import links_across

OPPOSITE_WITHIN_RAD = np.radians(35.0)
"""Arms that lie so nearly opposite to one another are green together."""


@dataclass(frozen=True, slots=True)
class CrossSection:
    """What one direction of a street consists of.

    Attributes:
        driving: number of driving lanes.
        lane_m: their width.
        bicycle_m: width of the bicycle lane; 0 for none.
        sidewalk_m: width of the pavement; 0 for none.
        median_m: half the width between the directions.
    """

    driving: int
    lane_m: float = 3.25
    bicycle_m: float = 0.0
    sidewalk_m: float = 2.5
    median_m: float = 0.0

    def lanes(self, may_change: bool = True) -> tuple[LanePlan, ...]:
        """Returns the lanes from right to left."""
        side = (LanePlan(LaneKind.SIDEWALK, self.sidewalk_m),) if self.sidewalk_m else ()
        bicycle = (LanePlan(LaneKind.BICYCLE, self.bicycle_m),) if self.bicycle_m else ()
        return (*side, *bicycle, *(LanePlan(LaneKind.DRIVING, self.lane_m, may_change),) * self.driving)


@dataclass(frozen=True, slots=True)
class Arm:
    """One street that leaves the junction.

    Attributes:
        name: edges are ``<name>_in`` and ``<name>_out``.
        heading_deg: away from the junction, counter-clockwise from east.
        length_m: of the arm.
        into, out: what its directions consist of.
        speed_limit_kmh: of both.
        priority: rank where it meets others.
        bend_m: how far its far end lies to the left of a straight arm's.
    """

    name: str
    heading_deg: float
    length_m: float
    into: CrossSection
    out: CrossSection
    speed_limit_kmh: float = 50.0
    priority: int = 2
    bend_m: float = 0.0

    def axis_m(self) -> FloatArray:
        """Returns the (K, 2) middle line from the junction outwards: straight for 30 m, then a smooth bend."""
        along = np.linspace(0.0, self.length_m, 2 if self.bend_m == 0.0 else 25)
        share = np.clip((along - 30.0) / max(self.length_m - 30.0, 1.0), 0.0, 1.0)
        heading = np.radians(self.heading_deg)
        forward = np.array([np.cos(heading), np.sin(heading)])
        left = np.array([-forward[1], forward[0]])
        return np.asarray(along[:, None] * forward + (self.bend_m * share**2)[:, None] * left)


def star_streets(arms: tuple[Arm, ...], control: NodeControl, corner_m: float = 7.0, crossings: bool = True,
                 green_s: float = 20.0) -> StreetPlan:  # fmt: skip
    """Returns the plan of one junction, ``centre``, with its arms."""
    nodes = [Node("centre", 0.0, 0.0, control, corner_m)]
    edges: list[Edge] = []
    for arm in arms:
        axis_m = arm.axis_m()
        nodes.append(Node(f"{arm.name}_end", float(axis_m[-1, 0]), float(axis_m[-1, 1])))
        edges += arm_edges(arm, axis_m, "centre", f"{arm.name}_end")
    crossed = [arm for arm in arms if crossings and arm.into.sidewalk_m and arm.out.sidewalk_m]
    return StreetPlan(
        nodes=tuple(nodes),
        edges=tuple(edges),
        links=links_across("centre", edges, [f"{arm.name}_in" for arm in arms if arm.into.driving > 1]),
        crossings=tuple(
            CrossingPlan("centre", (f"{arm.name}_in", f"{arm.name}_out"), 3.5, control is not NodeControl.PRIORITY)
            for arm in crossed
        ),
        signals=(_signals(arms, green_s),) if control is NodeControl.SIGNALS else (),
    )


def arm_edges(arm: Arm, axis_m: FloatArray, near_node: str, far_node: str) -> tuple[Edge, Edge]:
    """Returns the way in and the way out of an arm along its middle line."""
    speed_mps = arm.speed_limit_kmh / 3.6
    into_m, out_m = beside(axis_m, arm.into.median_m)[::-1], beside(axis_m, -arm.out.median_m)
    return (
        Edge(f"{arm.name}_in", far_node, near_node, into_m, arm.into.lanes(), speed_mps, arm.priority),
        Edge(f"{arm.name}_out", near_node, far_node, out_m, arm.out.lanes(), speed_mps, arm.priority),
    )


def _signals(arms: tuple[Arm, ...], green_s: float) -> SignalPlan:
    """Returns a program in which opposite arms are green together."""
    waiting, phases = list(arms), []
    while waiting:
        arm = waiting.pop(0)
        partners = [other for other in waiting if _opposite(arm, other)]
        waiting = [other for other in waiting if other not in partners]
        phases.append(SignalPhase(tuple(f"{one.name}_in" for one in (arm, *partners)), green_s))
    return SignalPlan("centre", (), tuple(phases))


def _opposite(arm: Arm, other: Arm) -> bool:
    turned = np.radians(other.heading_deg - arm.heading_deg - 180.0)
    return bool(abs((turned + np.pi) % (2 * np.pi) - np.pi) < OPPOSITE_WITHIN_RAD)
