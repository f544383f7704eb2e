"""The traffic of the scenes at the world ``junction``."""

from simulation.traffic.plan import Flow, TrafficPlan, Walk

ARMS = ("east", "north", "west", "south")

PER_HOUR = {"east": 720.0, "west": 720.0, "north": 300.0, "south": 300.0}
"""Vehicles that come in by each arm: dense, but what waits at red goes with the next green."""

WALKS_PER_HOUR = 45.0
"""People from each arm to each other."""

SECOND_OF_CYCLE = 14.0
"""Where in the signals' cycle of 70 s a scene begins: green for the main road, then yellow, red, the turning lanes'
green and the minor road's within 40 s."""

CYCLE_S = 70.0


def junction_flows(scale: float = 1.0) -> tuple[Flow, ...]:
    """Returns flows between all arms, each arm's share of an arrival as large as what comes in by it."""
    total = sum(PER_HOUR.values())
    return tuple(
        Flow(
            f"{origin}_in",
            f"{destination}_out",
            scale * PER_HOUR[origin] * PER_HOUR[destination] / (total - PER_HOUR[origin]),
        )
        for origin in ARMS
        for destination in ARMS
        if origin != destination
    )


def junction_walks(scale: float = 1.0) -> tuple[Walk, ...]:
    """Returns people between all arms, along and across every street."""
    return tuple(
        Walk(f"{origin}_in", f"{destination}_out", scale * WALKS_PER_HOUR)
        for origin in ARMS
        for destination in ARMS
        if origin != destination
    )


def junction_day() -> TrafficPlan:
    """Returns dense mixed traffic of 40 s."""
    return TrafficPlan(junction_flows(), junction_walks(), warm_up_s=2 * CYCLE_S + SECOND_OF_CYCLE)


def junction_dark(second_of_cycle: float, scale: float) -> TrafficPlan:
    """Returns 20 s of traffic with head lights on."""
    return TrafficPlan(
        junction_flows(scale), junction_walks(scale), warm_up_s=2 * CYCLE_S + second_of_cycle, lights_on=True
    )
