"""The traffic of one part with what happens in it, drawn again where it cannot be played."""

import multiprocessing
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace

from roadside.geometry.arrays import FloatArray
from simulation.picture_free.drawn_incidents import drawn_incidents
from simulation.picture_free.streams import Drawn, stream
from simulation.traffic.plan import TrafficPlan
from simulation.traffic.run import TrafficRun, run_traffic
from simulation.types.world import World

TRIES = 6
"""Incidents and traffic are drawn so often; then there is something wrong."""


@dataclass(frozen=True, slots=True)
class Span:
    """What is to be played.

    Attributes:
        world: where.
        plan: the traffic, without incidents.
        duration_s: how long.
        incidents_per_hour: kind to how many, in the mean.
        centre_m: (2,) where they happen.
        radius_m: how near to it.
        seed: of the recording.
    """

    world: World
    plan: TrafficPlan
    duration_s: float
    incidents_per_hour: Mapping[str, float]
    centre_m: FloatArray
    radius_m: float
    seed: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Played:
    """What came of a span.

    Attributes:
        run: its traffic.
        redrawn: how often it had to be drawn again.
        unplaced: kind of incident to how many found no time and place.
    """

    run: TrafficRun
    redrawn: int
    unplaced: Mapping[str, int]


def played(span: Span) -> Played:
    """Returns the traffic of a span: the same for the same span.

    With many incidents at once it happens that two of them cannot go together, or that SUMO dies of them. Such a draw
    is thrown away as a whole, so what is left of rare coincidences is a little too little. SUMO works in a process of
    its own where anything is to happen.

    Raises:
        ValueError: a kind is not known, or the world has no place for it, or ``TRIES`` draws could not be played.
    """
    if not span.incidents_per_hour and span.plan.parking is None:
        return _run(span, 0)
    reason = ""
    for attempt in range(TRIES):
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as worker:
            try:
                return worker.submit(_run, span, attempt).result()
            except BrokenProcessPool:
                reason = "SUMO died"
            except Unplayable as error:
                reason = str(error)
    raise ValueError(f"{span.world.name}: a span must be played within {TRIES} draws; the last: {reason}")


class Unplayable(Exception):  # noqa: N818
    """Incidents that were drawn do not go together."""


def _run(span: Span, attempt: int) -> Played:
    """Returns the traffic of one draw.

    Raises:
        ValueError: a kind is not known, or the world has no place for it.
        Unplayable: what was drawn does not go together.
    """
    drawn = drawn_incidents(
        span.world, span.plan, span.duration_s, span.incidents_per_hour, span.centre_m, span.radius_m,
        stream(span.seed, Drawn.INCIDENTS, attempt),
    )  # fmt: skip
    traffic_seed = int(stream(span.seed, Drawn.TRAFFIC, attempt).integers(2**31))
    try:
        run = run_traffic(span.world, replace(span.plan, incidents=drawn.incidents), span.duration_s, traffic_seed)
    except ValueError as error:
        raise Unplayable(str(error)) from error
    return Played(run, attempt, drawn.unplaced)
