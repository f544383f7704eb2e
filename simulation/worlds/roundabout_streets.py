"""Streets that meet in a roundabout."""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import FloatArray
from roadside.types.road import LaneKind
from simulation.worlds.star_streets import Arm, arm_edges
from simulation.worlds.street_plan import CrossingPlan, Edge, LanePlan, Node, StreetPlan


@dataclass(frozen=True, slots=True)
class Ring:
    """The ring of a roundabout.

    Attributes:
        island_m: radius of the island in its middle.
        lane_m: width of its one lane.
        sidewalk_m: width of the pavement around it.
        speed_limit_kmh: on the ring.
    """

    island_m: float = 17.0
    lane_m: float = 5.5
    sidewalk_m: float = 2.2
    speed_limit_kmh: float = 30.0


def roundabout_streets(arms: tuple[Arm, ...], ring: Ring) -> StreetPlan:
    """Returns the plan: arms in the order of their headings, joined by the ring, which has priority."""
    nodes: list[Node] = []
    edges: list[Edge] = []
    crossings: list[CrossingPlan] = []
    headings = np.radians([arm.heading_deg for arm in arms])
    outer_m = ring.island_m + ring.lane_m
    for arm, heading in zip(arms, headings, strict=True):
        unit = np.array([np.cos(heading), np.sin(heading)])
        ring_m = ring.island_m * unit
        axis_m = outer_m * 0.8 * unit + arm.axis_m()
        nodes += [
            Node(f"{arm.name}_ring", float(ring_m[0]), float(ring_m[1]), corner_radius_m=5.0),
            Node(f"{arm.name}_end", float(axis_m[-1, 0]), float(axis_m[-1, 1])),
        ]
        edges += arm_edges(arm, axis_m, f"{arm.name}_ring", f"{arm.name}_end")
        crossings.append(CrossingPlan(f"{arm.name}_ring", (f"{arm.name}_in", f"{arm.name}_out"), 3.0))
    for arm, following, heading, next_heading in zip(
        arms, (*arms[1:], arms[0]), headings, (*headings[1:], headings[0] + 2 * np.pi), strict=True
    ):
        lanes = (LanePlan(LaneKind.SIDEWALK, ring.sidewalk_m), LanePlan(LaneKind.DRIVING, ring.lane_m))
        border_m = _arc(ring.island_m, float(heading), float(next_heading))
        edges.append(
            Edge(f"ring_{arm.name}", f"{arm.name}_ring", f"{following.name}_ring", border_m, lanes,
                 ring.speed_limit_kmh / 3.6, 5)
        )  # fmt: skip
    return StreetPlan(tuple(nodes), tuple(edges), crossings=tuple(crossings))


def island(ring: Ring) -> FloatArray:
    """Returns the (K, 2) outline of the island in the middle."""
    return _arc(ring.island_m - 0.3, 0.0, 2 * np.pi)[:-1]


def _arc(radius_m: float, from_rad: float, to_rad: float) -> FloatArray:
    """Returns (K, 2) points on a circle, counter-clockwise, about a metre apart."""
    count = max(int((to_rad - from_rad) * radius_m), 4)
    angles = np.linspace(from_rad, to_rad, count + 1)
    return radius_m * np.stack([np.cos(angles), np.sin(angles)], axis=-1)
