"""A scene played, filmed and written down: one recording for each site that watches it."""

from collections.abc import Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from roadside.config.site_file import load_site
from roadside.runtime.recorder import Job, item_job
from roadside.runtime.serving import begun_recording, site_attachments
from roadside.types.observations import SignalStates
from roadside.types.site import Site
from roadside.types.truth import TrueSpots
from simulation.scenes.catalogue import Scene
from simulation.scenes.filming import Film, film, truth_times_s
from simulation.scenes.radars import radar_jobs
from simulation.scenes.truth import truth_at
from simulation.traffic.events import recorded_events
from simulation.traffic.plans import plan_of
from simulation.traffic.run import TrafficRun, run_traffic
from simulation.types.world import World
from simulation.worlds.catalogue import build_world
from simulation.worlds.poles import LAYOUTS

CONTROLLER = "controller"
SIGNALS_EVERY_S = 1.0
SIGNAL_DELAY_NS = 10_000_000
TRUTH_RADIUS_M = 160.0
"""Whoever is farther from the pole is not in its truth."""

Timed = tuple[int, Job]
"""Unix epoch UTC of arrival, and what writes it."""


@dataclass(frozen=True, slots=True)
class Play:
    """What happens in a scene.

    Attributes:
        scene: which.
        world: where.
        traffic: who moves.
    """

    scene: Scene
    world: World
    traffic: TrafficRun

    @staticmethod
    def of(scene: Scene) -> "Play":
        """Returns the whole scene, acted out."""
        world = build_world(LAYOUTS[scene.site_ids[0]].world_name)
        return Play(scene, world, run_traffic(world, plan_of(scene.name), scene.duration_s, scene.seed))


def film_play(play: Play, site_path: Path, camera_number: int, seconds: float) -> Film:
    """Returns what one camera of a site makes of a play: the long part of the work, for a process of its own."""
    site = load_site(site_path)
    number = play.scene.first_sensor_number(site.site_id) + camera_number
    return film(play.scene, play.world, play.traffic, site.cameras[camera_number], number, seconds)


def record(play: Play, site_id: str, sites: Path, folder: Path, seconds: float, workers: Executor) -> Path:
    """Writes the recording that one site makes of the first seconds of a play.

    Args:
        play: what happens.
        site_id: who watches.
        sites: folder of the site files.
        folder: where the recording goes.
        seconds: how much of the scene.
        workers: film the cameras.

    Returns:
        The recording.

    Raises:
        RoadsideError: the site file cannot be read, or the recording not be written.
    """
    site_path = sites / site_id / "site.toml"
    site = load_site(site_path)
    films: list[Future[Film]] = [
        workers.submit(film_play, play, site_path, number, seconds) for number in range(len(site.cameras))
    ]
    seen = [future.result() for future in films]
    timed = sorted(_jobs(play, site, seen, seconds), key=lambda entry: entry[0])
    path = folder / f"{play.scene.recording_name(site_id)}.mcap"
    recorder = begun_recording(path, site_id, site_attachments(site_path))
    try:
        for _, job in timed:
            recorder.put(job)
    finally:
        recorder.close()
    return path


def _jobs(play: Play, site: Site, films: list[Film], seconds: float) -> Iterator[Timed]:
    for taken in films:
        for frame in taken.frames:
            yield frame.arrival_ns, item_job(frame)
    yield from radar_jobs(play.scene, play.world, play.traffic, LAYOUTS[site.site_id], seconds)
    yield from _signal_jobs(play, seconds)
    yield from _truth_jobs(play, site, films, seconds)


def _signal_jobs(play: Play, seconds: float) -> Iterator[Timed]:
    """Yields what the controller shows every second and at every change."""
    before: dict[str, int] = {}
    for number in range(round(seconds * 10) + 1):
        time_s = number / 10
        shown = {group: int(phase) for group, phase in sorted(play.traffic.signals.at(time_s).items())}
        if shown and (shown != before or number % round(SIGNALS_EVERY_S * 10) == 0):
            time_ns = play.scene.time_ns(time_s)
            phases = np.array(list(shown.values()), dtype=np.int64)
            states = SignalStates(CONTROLLER, time_ns, time_ns + SIGNAL_DELAY_NS, tuple(shown), phases)
            yield states.arrival_ns, item_job(states)
        before = shown


def _truth_jobs(play: Play, site: Site, films: list[Film], seconds: float) -> Iterator[Timed]:
    scene, traffic = play.scene, play.traffic
    poles_m = np.array([camera.site_from_camera.translation_m[:2] for camera in site.cameras])
    camera_ids = tuple(taken.sensor_id for taken in films)
    for number, time_s in enumerate(truth_times_s(scene, seconds).tolist()):
        time_ns = scene.time_ns(time_s)
        seen = tuple(taken.seen[number] for taken in films)
        actors = traffic.trajectories.at(time_s)
        yield time_ns, item_job(truth_at(time_ns, actors, camera_ids, seen, poles_m.mean(axis=0), TRUTH_RADIUS_M))
        if traffic.spots is not None and round(time_s * 10) % 10 == 0:
            spot_ids, occupied = traffic.spots.at(time_s)
            yield time_ns, item_job(TrueSpots(time_ns, tuple(spot_ids), np.asarray(occupied, dtype=np.bool_)))
    yield scene.start_ns, item_job(recorded_events(traffic.events, scene.start_ns, (0.0, seconds)))
