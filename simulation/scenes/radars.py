"""What a site's radars send during a scene, as it arrives."""

from collections.abc import Callable, Iterator

import numpy as np

from roadside.recording.channels import ChannelKind
from roadside.recording.writer import RecordingWriter
from roadside.runtime.recorder import Job, scan_job
from roadside.sources import can_frames, radar_tracks
from roadside.types.frames import CanFrames, RadarTracks
from simulation.scenes.catalogue import Scene
from simulation.sensors.ars408_cluster_radar import ClusterRadar
from simulation.sensors.ars408_objects import ObjectRadar
from simulation.sensors.ars408_plan import Ars408Plan
from simulation.sensors.ars408_scan import scan_of_clusters
from simulation.sensors.tracked_list import TrackedListPlan, TrackedListRadar
from simulation.traffic.run import TrafficRun
from simulation.types.world import World
from simulation.worlds.poles import RADAR_ABOVE_GROUND_M, RadarMount, SiteLayout

TRACKED_LIST_CYCLE_S = 0.1
RADAR_SEEDS = 500
"""Radars are numbered from here in the seeds of a scene; cameras from 0."""


def radar_jobs(
    scene: Scene, world: World, traffic: TrafficRun, layout: SiteLayout, seconds: float
) -> Iterator[tuple[int, Job]]:
    """Yields what writes everything the radars of a site send in the first seconds, each with its time of arrival."""
    for number, mount in enumerate(layout.radars, start=scene.first_sensor_number(layout.site_id)):
        seed = scene.seed * 1000 + RADAR_SEEDS + number
        yield from _KINDS[mount.kind](scene, world, traffic, mount, seed, seconds)


def _tracked_list(
    scene: Scene, world: World, traffic: TrafficRun, mount: RadarMount, seed: int, seconds: float
) -> Iterator[tuple[int, Job]]:
    plan = TrackedListPlan(mount.sensor_id, mount.site_from_radar, RADAR_ABOVE_GROUND_M)
    radar = TrackedListRadar(plan, seed, world.buildings)
    for time_s in _cycles_s(TRACKED_LIST_CYCLE_S, seed, seconds):
        tracks = radar.step(scene.time_ns(time_s), traffic.trajectories.at(time_s))
        yield tracks.arrival_ns, tracks_job(tracks)


def _ars408_clusters(
    scene: Scene, world: World, traffic: TrafficRun, mount: RadarMount, seed: int, seconds: float
) -> Iterator[tuple[int, Job]]:
    """Clusters on the bus, and the scan that an adapter beside the radar makes of them today."""
    plan = Ars408Plan(mount.sensor_id, mount.site_from_radar)
    radar = ClusterRadar(plan, seed, world.buildings, scene.weather_at(0.0).rain)
    for time_s in _cycles_s(plan.cycle_s, seed, seconds):
        frames = radar.step(scene.time_ns(time_s), traffic.trajectories.at(time_s))
        yield frames.arrival_ns, can_job(frames)
        scan = scan_of_clusters(frames, plan.radar_number, plan.delay_s)
        yield scan.arrival_ns, scan_job(scan)


def _ars408_objects(
    scene: Scene, world: World, traffic: TrafficRun, mount: RadarMount, seed: int, seconds: float
) -> Iterator[tuple[int, Job]]:
    plan = Ars408Plan(mount.sensor_id, mount.site_from_radar)
    radar = ObjectRadar(plan, seed, world.buildings)
    for time_s in _cycles_s(plan.cycle_s, seed, seconds):
        frames = radar.step(scene.time_ns(time_s), traffic.trajectories.at(time_s))
        yield frames.arrival_ns, can_job(frames)


_KINDS: dict[str, Callable[[Scene, World, TrafficRun, RadarMount, int, float], Iterator[tuple[int, Job]]]] = {
    "tracked_list": _tracked_list,
    "ars408_clusters": _ars408_clusters,
    "ars408_objects": _ars408_objects,
}


def tracks_job(tracks: RadarTracks) -> Job:
    """Returns the job that records a radar's tracked list as received."""

    def job(writer: RecordingWriter) -> None:
        topic = ChannelKind.RADAR_TRACKS.topic(tracks.sensor_id)
        schema = (radar_tracks.SCHEMA_NAME, radar_tracks.schema_descriptor_set())
        writer.write_bytes(topic, *schema, radar_tracks.encode_tracks(tracks), tracks.arrival_ns, tracks.time_ns)

    return job


def can_job(frames: CanFrames) -> Job:
    """Returns the job that records frames of a bus as received."""

    def job(writer: RecordingWriter) -> None:
        topic = ChannelKind.CAN.topic(frames.sensor_id)
        schema = (can_frames.SCHEMA_NAME, can_frames.schema_descriptor_set())
        data = can_frames.encode_can_frames(frames)
        writer.write_bytes(topic, *schema, data, frames.arrival_ns, int(frames.times_ns[0]))

    return job


def _cycles_s(cycle_s: float, seed: int, seconds: float) -> list[float]:
    """Returns when a radar measures: radars do not wait for each other."""
    first_s = float(np.random.default_rng(seed).uniform(0.0, cycle_s))
    return np.arange(first_s, seconds, cycle_s).tolist()
