"""One recording of a simulated site without pictures: what is measured, what the signals show, and the truth."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

import numpy as np
from mcap.writer import CompressionType

from roadside.config.site_file import load_site_from_bytes
from roadside.geometry.arrays import FloatArray
from roadside.recording.codec import descriptor_set, encode
from roadside.recording.writer import RecordingWriter
from roadside.runtime.serving import ROAD_ATTACHMENT, SITE_ATTACHMENT
from roadside.types.observations import SignalStates
from roadside.types.site import Site
from roadside.types.truth import AnyTruth, TrueSpots
from simulation.picture_free.error_files import FITTED_FILE, fit_of, read_errors
from simulation.picture_free.fitted_with import other_detectors
from simulation.picture_free.hour_plans import hour_plan
from simulation.picture_free.located import NS_PER_S
from simulation.picture_free.played import Span, played
from simulation.picture_free.sensed_site import Message, SensedSite
from simulation.picture_free.streams import Drawn, stream
from simulation.traffic.events import recorded_events
from simulation.traffic.run import TrafficRun
from simulation.worlds.catalogue import build_world
from simulation.worlds.poles import LAYOUTS, SiteLayout
from simulation.worlds.road_geojson import road_geojson
from simulation.worlds.site_writer import site_toml

MODEL = "roadside_small"
"""The detector that the site file names; nothing is detected here."""
CONTROLLER = "controller"
FIT_ATTACHMENT = "errors_fit.json"
"""In a recording: which fit its errors are of."""
SIGNAL_DELAY_S = 0.01
SIGNALS_EVERY_S = 1.0
COMPRESSION = CompressionType.LZ4
"""Half as large again as with the usual, in a fraction of the time: hours are made to be read soon, not to be kept."""
TRUTH_RADIUS_M = 160.0
"""Whoever is farther from the poles is in no truth."""
INCIDENT_RADIUS_M = 70.0
"""Incidents begin so near to the poles."""


@dataclass(frozen=True, slots=True)
class Part:
    """One recording to be made.

    Attributes:
        path: the file.
        site_id: whose.
        number: of the part; its traffic, incidents and errors are drawn by the seed and this.
        seed: of all parts.
        duration_s: of it.
        start_ns: Unix epoch UTC of its second 0.
        weather: a weather of the error model.
        incidents_per_hour: kind to how many, in the mean.
    """

    path: Path
    site_id: str
    number: int
    seed: int
    duration_s: float
    start_ns: int
    weather: str
    incidents_per_hour: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class PartSummary:
    """What came of a part.

    Attributes:
        messages, size_bytes: of the recording.
        redrawn: draws that could not be played.
        unplaced: kind of incident to how many found no place.
        events: kind to how many truly happened.
        warnings: why the errors may not be those of the site's sensors.
        stage_s: what was done to how long it took.
    """

    messages: int
    size_bytes: int
    redrawn: int
    unplaced: Mapping[str, int]
    events: Mapping[str, int]
    warnings: tuple[str, ...]
    stage_s: Mapping[str, float]


def record_part(part: Part) -> PartSummary:
    """Makes one recording.

    Raises:
        ValueError: a kind of incident is not known, or the world has no place for it.
        RecordingError: it cannot be written.
    """
    stages = _Stages()
    layout = LAYOUTS[part.site_id]
    world = build_world(layout.world_name)
    site_bytes, road_bytes, site = _site_of(part.site_id)
    centre_m = _centre_m(layout)
    stages.done("world")
    seed = (part.seed, part.number)
    plan = hour_plan(part.site_id, part.weather, part.duration_s, parking_seed(seed))
    traffic = played(Span(world, plan, part.duration_s, part.incidents_per_hour, centre_m, INCIDENT_RADIUS_M, seed))
    run = traffic.run
    stages.done("traffic")
    model = read_errors()
    sensed = SensedSite.of(
        site, world.buildings, model, part.weather,
        {radar.sensor_id: radar.kind for radar in layout.radars}, layout.camera_interval_ms / 1000.0,
        run.trajectories.object_ids, stream(seed, Drawn.KEPT_ERRORS),
    )  # fmt: skip
    with RecordingWriter(part.path, COMPRESSION) as writer:
        writer.set_site(part.site_id, version("roadside"))
        writer.attach(SITE_ATTACHMENT, site_bytes)
        writer.attach(ROAD_ATTACHMENT, road_bytes)
        writer.attach(FIT_ATTACHMENT, json.dumps(fit_of(FITTED_FILE, model, part.weather)).encode())
        others = _others(run, part)
        for chunk in sensed.messages(run.trajectories, centre_m, TRUTH_RADIUS_M, part.start_ns, seed):
            stages.done("sensing")
            until_ns = chunk[-1].arrival_ns
            early = [message for message in others if message.arrival_ns <= until_ns]
            others = others[len(early) :]
            for message in sorted([*chunk, *early], key=lambda message: message.arrival_ns):
                _write(writer, message)
            stages.done("writing")
        for message in others:
            _write(writer, message)
        total = writer.written_total.total()
    stages.done("writing")
    kinds = [event.kind for event in run.events]
    events = {kind: kinds.count(kind) for kind in sorted(set(kinds))}
    return PartSummary(
        total, part.path.stat().st_size, traffic.redrawn, traffic.unplaced, events,
        other_detectors(model.made, site.cameras), stages.seconds,
    )  # fmt: skip


def parking_seed(seed: Sequence[int]) -> int:
    """Returns the seed of who parks where and when, by that of a part."""
    return int(stream(seed, Drawn.PARKING).integers(2**31))


@cache
def _site_of(site_id: str) -> tuple[bytes, bytes, Site]:
    """Returns a site's file, its road file, and the site."""
    layout = LAYOUTS[site_id]
    world = build_world(layout.world_name)
    site_bytes, road_bytes = site_toml(layout, world, MODEL).encode(), road_geojson(world, layout.frame).encode()
    return site_bytes, road_bytes, load_site_from_bytes(site_bytes, road_bytes, site_id)


def _others(run: TrafficRun, part: Part) -> list[Message]:
    """Returns what is no measurement and no truth of road users, in order of arrival."""
    start_ns, count = part.start_ns, round(part.duration_s / SIGNALS_EVERY_S)
    messages = [_message(recorded_events(run.events, start_ns, (0.0, part.duration_s)))]
    changes = {time_s for time_s, _ in run.signals.changes() if time_s < part.duration_s}
    for time_s in sorted(changes | {number * SIGNALS_EVERY_S for number in range(count + 1)}):
        shown = run.signals.at(time_s)
        if shown:
            time_ns = start_ns + round(time_s * NS_PER_S)
            phases = np.array([int(shown[group]) for group in sorted(shown)], dtype=np.int64)
            arrival_ns = time_ns + round(SIGNAL_DELAY_S * NS_PER_S)
            messages.append(_message(SignalStates(CONTROLLER, time_ns, arrival_ns, tuple(sorted(shown)), phases)))
    if run.spots is not None:
        for number in range(count + 1):
            spot_ids, occupied = run.spots.at(number * SIGNALS_EVERY_S)
            time_ns = start_ns + round(number * SIGNALS_EVERY_S * NS_PER_S)
            messages.append(_message(TrueSpots(time_ns, tuple(spot_ids), np.asarray(occupied, dtype=np.bool_))))
    return sorted(messages, key=lambda message: message.arrival_ns)


def _message(item: SignalStates | AnyTruth) -> Message:
    entry = encode(item)
    return Message(entry.log_time_ns, entry.publish_time_ns, entry.topic, entry.schema_name, entry.data)


def _write(writer: RecordingWriter, message: Message) -> None:
    writer.write_bytes(
        message.topic, message.schema_name, descriptor_set(message.schema_name), message.data, message.arrival_ns,
        message.time_ns,
    )  # fmt: skip


def _centre_m(layout: SiteLayout) -> FloatArray:
    """Returns (2,) the middle of a site's poles."""
    return np.asarray(np.mean([camera.position_m[:2] for camera in layout.cameras], axis=0))


class _Stages:
    """Processor time by what was done."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last_s = _worked_s()

    def done(self, name: str) -> None:
        """Adds the time since the stage before to a stage."""
        now_s = _worked_s()
        self.seconds[name] = self.seconds.get(name, 0.0) + now_s - self._last_s
        self._last_s = now_s


def _worked_s() -> float:
    """Returns processor time of this process and of those it has waited for."""
    worked = os.times()
    return worked.user + worked.system + worked.children_user + worked.children_system
