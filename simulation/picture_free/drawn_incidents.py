"""Incidents at random times and places of a world, at known rates, so that none gets into another's way."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from roadside.geometry.arrays import FloatArray
from simulation.traffic.footprints import overlapping_pairs
from simulation.traffic.incident import Incident
from simulation.traffic.incidents import IDS_EACH, IN_DEMAND, kinds, script_of
from simulation.traffic.kinematics import problems
from simulation.traffic.plan import TrafficPlan
from simulation.traffic.script import Script, Stage
from simulation.traffic.signals import signal_timeline
from simulation.traffic.streets import Streets
from simulation.traffic.ways import STEP_S, Ways, trajectories_of
from simulation.types.bodies import SIZE_OF_BODY_M
from simulation.types.world import World
from simulation.worlds.lines import length_m, points_at

S_PER_HOUR = 3600.0
TRIES = 120
"""So many times and places are tried for an incident; one that fits nowhere does not happen, and is counted."""
FIRST_S, LAST_S = 30.0, 40.0
"""Nothing happens so soon after the begin, or so shortly before the end."""
APART_M = 6.0
"""What is scripted keeps so far from what else is."""
FARTHER = 1.8
"""What has no place within the radius may have one within so many times of it: bus lanes and bays lie farther out."""
LONGEST_S, SHORTEST_S = 60.0, 10.0
"""Of what goes on for a while."""
JAM_S = 90.0
"""Of queues and congestion, which need time to build up."""
FIRST_ID = 100_000
"""Only for trying out: the traffic numbers them itself."""


@dataclass(frozen=True, slots=True, eq=False)
class DrawnIncidents:
    """Incidents that were drawn.

    Attributes:
        incidents: those that are to happen, in order of time.
        unplaced: kind to how many found no time and place where they would not be in another's way.
    """

    incidents: tuple[Incident, ...]
    unplaced: Mapping[str, int]


def check_rates(per_hour: Mapping[str, float]) -> None:
    """Checks how many incidents of which kinds are asked for.

    Raises:
        ValueError: a kind is not known, or its number is not one.
    """
    unknown = sorted(set(per_hour) - set(kinds()))
    if unknown:
        raise ValueError(f"an incident's kind must be one of {', '.join(kinds())}, got {', '.join(unknown)}")
    for kind, rate in per_hour.items():
        if not 0.0 <= rate < np.inf:
            raise ValueError(f"{kind} must happen 0 times an hour or more often, got {rate:g}")


def drawn_incidents(
    world: World,
    plan: TrafficPlan,
    duration_s: float,
    per_hour: Mapping[str, float],
    centre_m: FloatArray,
    radius_m: float,
    rng: np.random.Generator,
) -> DrawnIncidents:
    """Returns incidents of a span: of every kind a Poisson number.

    Args:
        world: where.
        plan: the traffic around them.
        duration_s: of the span.
        per_hour: kind to how many an hour, in the mean.
        centre_m: (2,) of the place where they happen.
        radius_m: of that place.
        rng: of times and places.

    Raises:
        ValueError: a kind is not known, or the world has no place for it.
    """
    check_rates(per_hour)
    stage = Stage(
        world, Streets.of(world), signal_timeline(world, plan.warm_up_s, duration_s), duration_s, plan.lights_on
    )
    edges = [_edges_near(stage.streets, centre_m, within_m) for within_m in (radius_m, FARTHER * radius_m)]
    chosen: list[tuple[Incident, Script | None]] = []
    unplaced: Counter[str] = Counter()
    for kind, rate in sorted(per_hour.items()):
        for _ in range(rng.poisson(rate * duration_s / S_PER_HOUR)):
            found = _placed(stage, kind, edges, [script for _, script in chosen if script is not None], rng)
            if found is not None:
                chosen.append(found)
            else:
                unplaced[kind] += 1
    incidents = sorted((incident for incident, _ in chosen), key=lambda incident: incident.at_s)
    return DrawnIncidents(tuple(incidents), dict(unplaced))


Place = tuple[str, float, float]
"""An edge, and from where to where along it something may happen."""


def _edges_near(streets: Streets, centre_m: FloatArray, radius_m: float) -> list[Place]:
    """Returns edges that pass near a place, each with from where to where along it."""
    near = []
    for edge_id, edge in streets.net.edges.items():
        lanes = streets.driving(edge_id)
        if lanes:
            along_m = np.arange(2.0, length_m(lanes[0].line_m) - 2.0, 2.0)
            points_m = np.array([points_at(lanes[0].line_m, float(place)) for place in along_m]).reshape(-1, 2)
            within = along_m[np.linalg.norm(points_m - centre_m, axis=1) <= radius_m]
            if len(within):
                near.append((edge.edge_id, float(within[0]), float(within[-1])))
    return near


def _placed(
    stage: Stage, kind: str, edges: list[list[Place]], others: list[Script], rng: np.random.Generator
) -> tuple[Incident, Script | None] | None:
    """Returns an incident at a time and place that suit it, and what happens in it; None where none was found.

    Raises:
        ValueError: it suits no place.
    """
    reason = ""
    in_demand = kind in IN_DEMAND
    for attempt in range(TRIES):
        near = edges[0] if attempt < TRIES / 2 else edges[1]
        edge, from_m, to_m = near[rng.integers(len(near))]
        incident = Incident(
            kind,
            at_s=round(float(rng.uniform(FIRST_S, max(stage.duration_s - LAST_S, FIRST_S + 1.0))), 1),
            edge=edge,
            lane=_one_of((None, *(lane.index for lane in stage.streets.driving(edge))), rng),
            to_edge=_one_of(("", *stage.streets.after[edge]), rng),
            along_m=float("nan") if in_demand else round(float(rng.uniform(from_m, to_m)), 1),
            duration_s=JAM_S if in_demand else round(float(rng.uniform(SHORTEST_S, LONGEST_S)), 1),
        )
        if in_demand:
            if stage.streets.after[stage.streets.exit_from(edge)]:
                return incident, None
            continue
        try:
            script = script_of(stage, incident, FIRST_ID + IDS_EACH * len(others))
        except ValueError as error:
            reason = str(error)
            continue
        except IndexError:  # the way is too short for what is to happen on it
            continue
        if not _in_the_way(script, others) and not _strange(stage, script):
            return incident, script
        reason = ""
    if reason and not others:
        raise ValueError(f"{stage.world.name}: {kind} must have a place, tried {TRIES}; the last: {reason}")
    return None


Choice = TypeVar("Choice")


def _one_of(choices: Sequence[Choice], rng: np.random.Generator) -> Choice:
    return choices[int(rng.integers(len(choices)))]


def _strange(stage: Stage, script: Script) -> bool:
    """Returns whether somebody in a script moves as nobody can, in which case the traffic would refuse it."""
    instant_count = round(stage.duration_s / STEP_S) + 1
    ways = script.ways.within(instant_count)
    return bool(problems(trajectories_of(ways, stage.world.road.surface, instant_count), script.declared))


def _in_the_way(script: Script, others: list[Script]) -> bool:
    """Returns whether a script's objects come near those of others."""
    first, last = int(script.ways.instants.min()), int(script.ways.instants.max())
    meets = [other.ways for other in others if other.ways.instants.min() <= last and other.ways.instants.max() >= first]
    if not meets:
        return False
    ways = Ways.joined([script.ways, *meets])
    size_m = SIZE_OF_BODY_M[ways.bodies, :2] + APART_M
    one, two = overlapping_pairs(ways.instants, ways.position_m, ways.heading_rad, size_m)
    mine = np.isin(ways.object_ids, script.ways.object_ids)
    return bool((mine[one] != mine[two]).any())
