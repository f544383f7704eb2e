"""Hours of a simulated site as recordings of measurements with truth: made on demand, never kept with the code."""

import multiprocessing
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from simulation.picture_free.drawn_incidents import check_rates
from simulation.picture_free.error_files import read_errors
from simulation.picture_free.fitted_with import fitted_with
from simulation.picture_free.located import NS_PER_S
from simulation.picture_free.recorded_part import Part, record_part
from simulation.worlds.poles import LAYOUTS

FIRST_START_NS = 1_796_108_400 * NS_PER_S
"""2026-12-01T07:00:00Z: when the first hour begins; every part goes on where the one before it ends."""
S_PER_HOUR = 3600.0
PART_S = 1800.0
"""Longest recording: half an hour of a busy junction takes about a gigabyte of memory to make."""
THREADS = "OPENBLAS_NUM_THREADS"


@dataclass(frozen=True, slots=True)
class HoursSummary:
    """What was recorded.

    Attributes:
        recordings: the files, in order of time.
        hours: in all.
        messages: in all.
        size_bytes: of the files.
        redrawn: draws of incidents that could not be played, and were thrown away.
        unplaced: kind of incident to how many were drawn and found no place; they did not happen.
        events: kind to how many truly happened.
        fit: one line: which fit the errors are of.
        warnings: why they may not be those of the site's sensors.
        wall_s: what it took.
        stage_s: what was done to how long it took, added over all processes.
    """

    recordings: tuple[Path, ...]
    hours: float
    messages: int
    size_bytes: int
    redrawn: int
    unplaced: Mapping[str, int]
    events: Mapping[str, int]
    fit: str
    warnings: tuple[str, ...]
    wall_s: float
    stage_s: Mapping[str, float] = field(default_factory=dict)

    @property
    def times_real_time(self) -> float:
        """How much faster than it would have happened."""
        return self.hours * S_PER_HOUR / self.wall_s


def record_hours(
    site_id: str, hours: float, seed: int, weather: str, incidents_per_hour: Mapping[str, float], out: Path, jobs: int
) -> HoursSummary:
    """Records hours of a site as measurements with truth: the same bytes for the same arguments, however many jobs.

    Every recording holds ``/measurements/<sensor>``, ``/signals/controller``, ``/truth``, ``/truth/events``, and
    ``/truth/spots`` where the world has spots, with the site and its road attached, and which fit the errors are of.

    Args:
        site_id: one of ``simulation.worlds.poles.LAYOUTS``.
        hours: how many; in recordings of ``PART_S`` at most.
        seed: of everything that is drawn by lot.
        weather: ``day``, ``dusk``, ``night_rain`` or ``fog``.
        incidents_per_hour: kind to how many, in the mean; a kind that is left out does not happen on purpose.
        out: folder of the recordings; made if it is not there.
        jobs: recordings at a time.

    Raises:
        ValueError: there is no such site, weather or kind of incident.
        RecordingError: a recording cannot be written.
    """
    if site_id not in LAYOUTS:
        raise ValueError(f"site_id must be one of {', '.join(sorted(LAYOUTS))}, got {site_id}")
    check_rates(incidents_per_hour)
    model = read_errors()
    model.camera(weather)
    began_s = time.monotonic()
    out.mkdir(parents=True, exist_ok=True)
    parts = list(_parts(site_id, hours, seed, weather, incidents_per_hour, out))
    if jobs == 1:
        made = [record_part(part) for part in parts]
    else:
        with _one_thread_each(), ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn")) as workers:
            made = list(workers.map(record_part, parts))
    return HoursSummary(
        recordings=tuple(part.path for part in parts),
        hours=hours,
        messages=sum(each.messages for each in made),
        size_bytes=sum(each.size_bytes for each in made),
        redrawn=sum(each.redrawn for each in made),
        unplaced=_counted([each.unplaced for each in made]),
        events=_counted([each.events for each in made]),
        fit=f"{weather} {model.cameras[weather].source}; with {', '.join(map(str, fitted_with(model.made)))}",
        warnings=tuple(sorted({line for each in made for line in each.warnings})),
        wall_s=time.monotonic() - began_s,
        stage_s=_added([each.stage_s for each in made]),
    )


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Lets processes that begin in it do their linear algebra in one thread: more of them would only wait for cores."""
    before = os.environ.get(THREADS)
    os.environ[THREADS] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[THREADS]
        else:
            os.environ[THREADS] = before


def _parts(
    site_id: str, hours: float, seed: int, weather: str, incidents_per_hour: Mapping[str, float], out: Path
) -> Iterator[Part]:
    left_s, number = hours * S_PER_HOUR, 0
    while left_s > 0.5:
        duration_s = min(PART_S, left_s)
        path = out / f"{site_id}_{weather}_{seed}_{number:04d}.mcap"
        start_ns = FIRST_START_NS + round(number * PART_S * NS_PER_S)
        yield Part(path, site_id, number, seed, duration_s, start_ns, weather, dict(incidents_per_hour))
        left_s, number = left_s - duration_s, number + 1


def _counted(tables: Sequence[Mapping[str, int]]) -> dict[str, int]:
    return {kind: round(count) for kind, count in _added(tables).items()}


def _added(tables: Sequence[Mapping[str, float]]) -> dict[str, float]:
    total: dict[str, float] = {}
    for table in tables:
        for name, value in table.items():
            total[name] = total.get(name, 0) + value
    return total
