"""Things and parked vehicles that do not stand in one another."""

from dataclasses import replace

import numpy as np
from shapely import Polygon, STRtree

from roadside.geometry.arrays import FloatArray
from simulation.traffic.parking_script import StandingThing
from simulation.traffic.plan import TrafficPlan
from simulation.types.bodies import BODY_NUMBER, SIZE_OF_BODY_M

FREE_M = 0.25
"""Least room between two that stand."""


def with_room(plan: TrafficPlan) -> TrafficPlan:
    """Returns the plan without the things that stand in an earlier one: parked vehicles fill spots and bays alike."""
    if len(plan.things) < 2:
        return plan
    grounds = [_ground(thing) for thing in plan.things]
    first, second = STRtree(grounds).query(grounds, predicate="intersects")
    kept = np.ones(len(grounds), dtype=bool)
    for row in range(len(grounds)):
        earlier = second[(first == row) & (second < row)]
        kept[row] = not kept[earlier].any()
    return replace(plan, things=tuple(thing for thing, stays in zip(plan.things, kept, strict=True) if stays))


def _ground(thing: StandingThing) -> Polygon:
    """Returns its footprint with half the free room around it."""
    length_m, width_m = SIZE_OF_BODY_M[BODY_NUMBER[thing.body], :2] / 2.0 + FREE_M / 2.0
    corners_m: FloatArray = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]]) * [length_m, width_m]
    cos, sin = np.cos(thing.heading_rad), np.sin(thing.heading_rad)
    return Polygon(corners_m @ np.array([[cos, sin], [-sin, cos]]) + [thing.x_m, thing.y_m])
