"""Runs the traffic of a plan on a world."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulation.traffic.demand import demand_of
from simulation.traffic.driven import vehicle_ways
from simulation.traffic.engine import Ghost, SlowStretch, simulated
from simulation.traffic.events import TrueEvent
from simulation.traffic.incidents import IDS_EACH, IN_DEMAND, script_of
from simulation.traffic.kinematics import Fault, faults
from simulation.traffic.misfits import misfits
from simulation.traffic.observed_events import with_observed
from simulation.traffic.parking import parking_scripts
from simulation.traffic.plan import TrafficPlan
from simulation.traffic.script import Script, Stage, ghosts_of
from simulation.traffic.signals import SignalTimeline, signal_timeline
from simulation.traffic.spots import SpotTimeline, spot_timeline
from simulation.traffic.standing import standing_ways
from simulation.traffic.streets import Streets
from simulation.traffic.table import Table
from simulation.traffic.walked import people_ways
from simulation.traffic.ways import STEP_S, Ways, trajectories_of
from simulation.types.trajectories import Trajectories
from simulation.types.world import World

FIRST_SCRIPTED, FIRST_PARKING, FIRST_THING = 100_000, 150_000, 200_000
"""Object ids of those in incidents, of those who park and of standing things begin here."""

JAM_SHARE = 0.16
"""Speed in a congestion that is made to happen, as a share of the limit."""

MOST_ROUNDS = 8
"""So often, at most, the simulation is run again without those who got in the way of what is scripted."""


@dataclass(frozen=True, slots=True, eq=False)
class TrafficRun:
    """What happened in one span.

    Attributes:
        trajectories: of everybody and everything.
        signals: what the signal groups showed.
        events: what truly happened, in order of start.
        spots: which parking spots were taken; None where the world has none.
        declared: pairs of object ids that collide on purpose, for ``kinematics.problems``.
    """

    trajectories: Trajectories
    signals: SignalTimeline
    events: tuple[TrueEvent, ...]
    spots: SpotTimeline | None
    declared: tuple[tuple[int, int], ...] = ()


def run_traffic(world: World, plan: TrafficPlan, duration_s: float, seed: int) -> TrafficRun:
    """Returns the traffic of a plan: the same bytes for the same arguments.

    What is scripted happens exactly as written. The rest of the traffic sees and avoids it; who would still drive
    into it stays at home: the simulation is run again without them. Those whom the simulation moved as nobody can
    move are left out at last.

    Raises:
        ValueError: the world lacks what the plan needs, or two scripted objects get into each other's way.
    """
    signals = signal_timeline(world, plan.warm_up_s, duration_s)
    stage = Stage(world, Streets.of(world), signals, duration_s, plan.lights_on)
    scripts = _scripts(stage, plan)
    instant_count = round(duration_s / STEP_S) + 1
    standing = standing_ways(plan.things, FIRST_THING, instant_count)
    scripted = Ways.joined([*(script.ways for script in scripts), standing])
    declared = tuple(pair for script in scripts for pair in script.declared)
    fixed = scripted.within(instant_count)
    ghosts = ghosts_of(Ways.joined([script.ways for script in scripts]), stage.streets)
    ways = _with_traffic(stage, plan, seed, fixed, declared, ghosts)
    trajectories = trajectories_of(ways, world.road.surface, instant_count)
    events = [event for script in scripts for event in script.events]
    events = [event for event in events if event.start_s < duration_s and event.end_s > 0.0]
    return TrafficRun(
        trajectories,
        signals,
        with_observed(events, Table.of_ways(ways, instant_count), world, signals),
        spot_timeline(world, trajectories),
        declared,
    )


def _scripts(stage: Stage, plan: TrafficPlan) -> list[Script]:
    scripts = [
        script_of(stage, incident, FIRST_SCRIPTED + IDS_EACH * number)
        for number, incident in enumerate(plan.incidents)
        if incident.kind not in IN_DEMAND
    ]
    if plan.parking is not None:
        scripts += parking_scripts(stage, plan.parking, FIRST_PARKING, Ways.joined([script.ways for script in scripts]))
    return scripts


def _with_traffic(
    stage: Stage, plan: TrafficPlan, seed: int, fixed: Ways, declared: tuple[tuple[int, int], ...],
    ghosts: Sequence[Ghost],
) -> Ways:  # fmt: skip
    """Returns what is fixed and the traffic around it."""
    instant_count = round(stage.duration_s / STEP_S) + 1
    fixed_ids = set(fixed.object_ids.tolist())
    slow = _slow_stretches(stage, plan)
    left_out: frozenset[int] = frozenset()
    for _ in range(MOST_ROUNDS):
        demand = demand_of(stage.world, plan, stage.duration_s, np.random.default_rng((seed, 1)), left_out)
        vehicles, people = simulated(stage.world, demand, plan.warm_up_s, stage.duration_s, seed, ghosts, slow)
        driven = vehicle_ways(vehicles, np.random.default_rng((seed, 2)), plan.lights_on)
        walked = people_ways(people, demand.companion_of, demand.body_of)
        ways = Ways.joined([driven, walked]).within(instant_count)
        ways = Ways.joined([ways, fixed])
        found = faults(Table.of_ways(ways, instant_count), declared)
        _refuse(found, fixed_ids)
        in_the_way = _in_the_way(found, fixed_ids)
        if not in_the_way:
            break
        left_out |= in_the_way
    return ways.without(sorted(misfits(found, fixed_ids)))


def _in_the_way(found: Sequence[Fault], fixed_ids: set[int]) -> frozenset[int]:
    """Returns who overlaps with something scripted."""
    pairs = [set(fault.object_ids) for fault in found if len(fault.object_ids) == 2]
    return frozenset(number for pair in pairs if pair & fixed_ids for number in pair - fixed_ids)


def _refuse(found: Sequence[Fault], fixed_ids: set[int]) -> None:
    own = [fault.text for fault in found if set(fault.object_ids) <= fixed_ids]
    if own:
        raise ValueError(f"scripted objects must move as they can and not meet: {'; '.join(own[:3])}")


def _slow_stretches(stage: Stage, plan: TrafficPlan) -> tuple[SlowStretch, ...]:
    return tuple(
        SlowStretch(
            incident.edge, incident.at_s, incident.at_s + incident.duration_s, JAM_SHARE * limit_mps, limit_mps
        )
        for incident in plan.incidents
        if incident.kind == "congestion"
        for limit_mps in (stage.streets.driving(incident.edge)[0].speed_limit_mps,)
    )  # fmt: skip
