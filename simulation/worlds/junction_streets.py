"""The streets of the world ``junction``: four arms with signals; the main road runs from east to west."""

import numpy as np

from roadside.geometry.arrays import FloatArray
from roadside.types.road import LaneKind
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
from simulation.worlds.turning import links_across, links_along, links_by_kind

ARM_M = 185.0
"""From the middle to the end of an arm."""

SOLID_M, POCKET_M = 50.0, 88.0
"""Distance from the middle from which on lines are solid, and from which on there is a lane to turn left."""

LOADING_M = (44.0, 96.0)
"""Distance from the middle of the piece of the north arm with a loading bay."""

MAIN_MPS, MINOR_MPS = 50 / 3.6, 30 / 3.6

MAIN_MEDIAN_M, MINOR_MEDIAN_M = 3.2, 3.0
"""The lane to turn left takes its place before the junction."""

SIDEWALK, BICYCLE = LanePlan(LaneKind.SIDEWALK, 3.0), LanePlan(LaneKind.BICYCLE, 2.0)
LANE, SOLID = LanePlan(LaneKind.DRIVING, 3.25), LanePlan(LaneKind.DRIVING, 3.25, may_change=False)
BUS, BAY = LanePlan(LaneKind.BUS, 3.3), LanePlan(None, 2.5)
RIGHT, RIGHT_SOLID = LanePlan(LaneKind.DRIVING, 3.3), LanePlan(LaneKind.DRIVING, 3.3, may_change=False)

DIRECTION: dict[str, tuple[float, float]] = {"east": (1, 0), "north": (0, 1), "west": (-1, 0), "south": (0, -1)}


def junction_streets() -> StreetPlan:
    """Returns the plan.

    Each arm comes in by ``<arm>_approach``, ``<arm>_sort`` (broken lines, a lane to turn left begins) and
    ``<arm>_in`` (solid lines); it leaves by ``<arm>_out``. The east arm has a bus lane that ends in a lane to turn
    right. A loading bay splits the north arm's way out into ``north_out``, ``north_bay`` and ``north_end``.
    """
    edges = [edge for arm in DIRECTION for edge in _arm(arm)]
    by_id = {edge.edge_id: edge for edge in edges}
    links = list(links_across("centre", edges, left_only=[f"{arm}_in" for arm in DIRECTION], right_only=["east_in"]))
    for arm in DIRECTION:
        last = len(by_id[f"{arm}_approach"].lanes) - 1
        links += links_along(by_id[f"{arm}_approach"], by_id[f"{arm}_sort"], [(last, last + 1)])
        links += links_along(by_id[f"{arm}_sort"], by_id[f"{arm}_in"])
    links += links_by_kind(by_id["north_out"], by_id["north_bay"]) + links_by_kind(
        by_id["north_bay"], by_id["north_end"]
    )
    return StreetPlan(
        nodes=_nodes(),
        edges=tuple(edges),
        links=tuple(links),
        crossings=tuple(CrossingPlan("centre", (f"{arm}_in", f"{arm}_out")) for arm in DIRECTION),
        signals=(
            SignalPlan(
                "centre",
                protected_lefts=("east_in", "west_in"),
                phases=(
                    SignalPhase(("east_in", "west_in"), 26.0),
                    SignalPhase(("east_in_left", "west_in_left"), 9.0),
                    SignalPhase(("north_in", "south_in"), 20.0),
                ),
            ),
        ),
    )


def _nodes() -> tuple[Node, ...]:
    nodes = [Node("centre", 0.0, 0.0, NodeControl.SIGNALS, 7.0)]
    for arm, (east, north) in DIRECTION.items():
        for name, away_m, radius_m in (("end", ARM_M, 1.0), ("pocket", POCKET_M, 7.0), ("solid", SOLID_M, 1.0)):
            nodes.append(Node(f"{arm}_{name}", east * away_m, north * away_m, corner_radius_m=radius_m))
    nodes += [Node(f"north_bay_{name}", 1.0, away_m, corner_radius_m=6.0)
              for name, away_m in zip(("begin", "finish"), LOADING_M, strict=True)]  # fmt: skip
    return tuple(nodes)


def _arm(arm: str) -> list[Edge]:
    """Returns the edges of one arm."""
    is_main = arm in ("east", "west")
    half_m = (MAIN_MEDIAN_M if is_main else MINOR_MEDIAN_M) / 2
    pocket = LanePlan(LaneKind.DRIVING, 2 * half_m, may_change=True)
    pocket_solid = LanePlan(LaneKind.DRIVING, 2 * half_m, may_change=False)
    count = 2 if is_main else 1
    outer, outer_solid, outer_bus = ((RIGHT,), (RIGHT_SOLID,), (BUS,)) if arm == "east" else ((), (), ())
    side = (SIDEWALK, BICYCLE)
    speed_mps, priority = (MAIN_MPS, 3) if is_main else (MINOR_MPS, 2)

    def edge(name: str, from_node: str, to_node: str, way_m: tuple[float, float], left_m: float,
             lanes: tuple[LanePlan, ...]) -> Edge:  # fmt: skip
        border_m = _line(arm, way_m, left_m)
        return Edge(f"{arm}_{name}", from_node, to_node, border_m, lanes, speed_mps, priority)

    end, pocket_at, solid_at = f"{arm}_end", f"{arm}_pocket", f"{arm}_solid"
    into = [
        edge("approach", end, pocket_at, (ARM_M, POCKET_M), half_m, side + outer_bus + (LANE,) * count),
        edge("sort", pocket_at, solid_at, (POCKET_M, SOLID_M), -half_m, side + outer + (LANE,) * count + (pocket,)),
        edge("in", solid_at, "centre", (SOLID_M, 0.0), -half_m,
             side + outer_solid + (SOLID,) * count + (pocket_solid,)),
    ]  # fmt: skip
    if arm != "north":
        return [*into, edge("out", "centre", end, (0.0, ARM_M), -half_m, side + (LANE,) * count)]
    begin, finish = "north_bay_begin", "north_bay_finish"
    return [
        *into,
        edge("out", "centre", begin, (0.0, LOADING_M[0]), -half_m, (*side, LANE)),
        edge("bay", begin, finish, LOADING_M, -half_m, (*side, BAY, LANE)),
        edge("end", finish, end, (LOADING_M[1], ARM_M), -half_m, (*side, LANE)),
    ]


def _line(arm: str, way_m: tuple[float, float], left_m: float) -> FloatArray:
    """Returns a (2, 2) line along an arm, ``left_m`` to the left of its middle as seen from the junction."""
    away = np.array(DIRECTION[arm])
    left = np.array([-away[1], away[0]])
    return np.array([way * away + left_m * left for way in way_m])
