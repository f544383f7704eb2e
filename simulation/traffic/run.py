"""Runs the traffic of a plan on a world."""

from dataclasses import dataclass

import numpy as np

from simulation.traffic.demand import demand_of
from simulation.traffic.driven import vehicle_ways
from simulation.traffic.engine import simulated
from simulation.traffic.events import TrueEvent
from simulation.traffic.misfits import without_misfits
from simulation.traffic.plan import TrafficPlan
from simulation.traffic.signals import SignalTimeline, signal_timeline
from simulation.traffic.standing import standing_ways
from simulation.traffic.walked import people_ways
from simulation.traffic.ways import STEP_S, Ways, trajectories_of
from simulation.types.trajectories import Trajectories
from simulation.types.world import World

FIRST_THING = 200_000
"""Object ids of standing things begin here."""


@dataclass(frozen=True, slots=True, eq=False)
class TrafficRun:
    """What happened in one span.

    Attributes:
        trajectories: of everybody and everything.
        signals: what the signal groups showed.
        events: what truly happened, in order of start.
    """

    trajectories: Trajectories
    signals: SignalTimeline
    events: tuple[TrueEvent, ...]


def run_traffic(world: World, plan: TrafficPlan, duration_s: float, seed: int) -> TrafficRun:
    """Returns the traffic of a plan: the same bytes for the same arguments.

    Raises:
        ValueError: the world lacks what the plan needs.
    """
    signals = signal_timeline(world, plan.warm_up_s, duration_s)
    instant_count = round(duration_s / STEP_S) + 1
    demand = demand_of(world, plan, duration_s, np.random.default_rng((seed, 1)))
    vehicles, people = simulated(world, demand, plan.warm_up_s, duration_s, seed)
    driven = vehicle_ways(vehicles, np.random.default_rng((seed, 2)), plan.lights_on)
    walked = people_ways(people)
    standing = standing_ways(plan.things, FIRST_THING, instant_count)
    ways = Ways.joined([driven, walked, standing]).within(instant_count)
    ways = without_misfits(ways, instant_count, set(standing.object_ids.tolist()))
    return TrafficRun(trajectories_of(ways, world.road.surface, instant_count), signals, ())
