"""What happens by itself, or around what is scripted, and meets the definition of an event.

Scripted events come with the exact times of their script. The rest is found in the trajectories, by the definitions of
``definitions``: hard braking, speeding, red light running and stopping beyond the line, lane changes across solid
lines, people on the carriageway, standing in fire lanes and no-stopping zones, queues and congestion, near misses,
collision risks and conflicts with people on foot and on bicycles.

A queue at red in usual traffic is no event: it is shorter than ``QUEUE_VEHICLES`` in its lane. Where one is as long,
it is a queue whoever made it. What the simulation's own drivers cannot do is not looked for: driving against the
direction, in foreign lanes or back in the middle of the road, stopping without a reason, and losing load.
"""

from collections.abc import Iterable

from simulation.traffic.events import TrueEvent
from simulation.traffic.observed_conflicts import conflict_events
from simulation.traffic.observed_motion import motion_events
from simulation.traffic.observed_queues import queue_events
from simulation.traffic.signals import SignalTimeline
from simulation.traffic.table import Table
from simulation.types.world import World

SAME_S = 2.0
"""Observed so near in time to a scripted event of the same kind and object, it is that one."""

MILDER = {"near_miss": ("collision_risk",), "collision": ("collision_risk", "near_miss", "abrupt_braking")}
"""What the stronger event says already."""


def with_observed(
    scripted: Iterable[TrueEvent], table: Table, world: World, signals: SignalTimeline
) -> tuple[TrueEvent, ...]:
    """Returns the scripted events and what else is seen, in order of start.

    Args:
        scripted: events with exact times.
        table: everybody.
        world: where.
        signals: what they showed.
    """
    known = list(scripted)
    if len(table):
        seen = [*motion_events(table, world, signals), *queue_events(table, world), *conflict_events(table)]
        known += [event for event in seen if not any(_says(other, event) for other in known)]
    return tuple(sorted(known, key=lambda event: (event.start_s, event.kind, event.object_ids)))


def _says(known: TrueEvent, seen: TrueEvent) -> bool:
    """Returns whether a known event is, or says, what was seen."""
    same_kind = known.kind == seen.kind or seen.kind in MILDER.get(known.kind, ())
    together = known.start_s - SAME_S <= seen.end_s and seen.start_s <= known.end_s + SAME_S
    return same_kind and together and bool(set(known.object_ids) & set(seen.object_ids))
