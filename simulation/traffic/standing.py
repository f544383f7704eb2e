"""Things and vehicles that stand or lie where they are."""

from collections.abc import Sequence

import numpy as np

from simulation.traffic.parking_script import StandingThing
from simulation.traffic.ways import NO_WAYS, STEP_S, Ways
from simulation.types.bodies import BODY_NUMBER


def standing_ways(things: Sequence[StandingThing], first_id: int, instant_count: int) -> Ways:
    """Returns things that do not move, numbered from ``first_id`` on."""
    parts = []
    for number, thing in enumerate(things):
        begin = max(int(np.ceil(thing.from_s / STEP_S - 1e-6)), 0)
        end = min(int(np.floor(thing.until_s / STEP_S + 1e-6)), instant_count - 1)
        count = end - begin + 1
        if count > 0:
            parts.append(
                Ways(
                    object_ids=np.full(count, first_id + number),
                    instants=np.arange(begin, end + 1),
                    bodies=np.full(count, BODY_NUMBER[thing.body]),
                    position_m=np.tile([thing.x_m, thing.y_m], (count, 1)),
                    heading_rad=np.full(count, thing.heading_rad),
                    travelled_m=np.zeros(count),
                    lights=np.zeros(count, np.int64),
                )
            )
    return Ways.joined(parts) if parts else NO_WAYS
