"""Everything that one site's sensors make of a span of traffic, chunk by chunk, as recorded messages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from roadside.geometry.arrays import FloatArray, IntArray
from roadside.recording.channels import ChannelKind
from roadside.recording.codec import schema_name_of
from roadside.types.observations import Measurements
from roadside.types.site import Site
from roadside.types.truth import Truth
from simulation.picture_free.batches import MeasurementBatch, TruthBatch
from simulation.picture_free.camera_rig import LOTS, CameraRig
from simulation.picture_free.error_model import ErrorModel
from simulation.picture_free.fast_messages import measurement_messages, truth_messages
from simulation.picture_free.lane_table import LaneTable
from simulation.picture_free.located import NS_PER_S, recorded
from simulation.picture_free.presence import Presence
from simulation.picture_free.radar_looks import Seen, seen_from
from simulation.picture_free.sensed import sensed_by_camera
from simulation.picture_free.sensed_radar import RadarRig, sensed_by_radar
from simulation.picture_free.streams import Drawn, stream
from simulation.types.trajectories import Trajectories
from simulation.types.world import Building

CHUNK_S = 300.0
"""So much is worked out at once; errors that last begin anew with each chunk, but for those that a road user keeps."""
MARGIN_S = 35.0
"""So long before a chunk a radar's tracker begins to look: what it lists at the chunk's begin it has followed already.
Who has stood for longer then is not listed; most radars let go of who stands for half a minute anyway."""
CAMERA_PHASE_STEP_S = 0.023
"""Cameras expose one after the other."""
MEASUREMENTS = schema_name_of(Measurements)
TRUTH = schema_name_of(Truth)


class Message(NamedTuple):
    """One message to be recorded; they are sorted by when they arrive.

    Attributes:
        arrival_ns, time_ns: when it arrived, and of when it speaks.
        topic, schema_name: of its channel.
        data: the message.
    """

    arrival_ns: int
    time_ns: int
    topic: str
    schema_name: str
    data: bytes


@dataclass(frozen=True, slots=True, eq=False)
class SensedSite:
    """A site's sensors, ready for one span of traffic.

    Attributes:
        site: the site.
        model: what its sensors get wrong.
        weather: in which.
        radar_kinds: sensor id to the kind of radar.
        camera_step_s: from one frame of a camera to the next.
        cameras, radars: its sensors.
    """

    site: Site
    model: ErrorModel
    weather: str
    radar_kinds: dict[str, str]
    camera_step_s: float
    cameras: tuple[CameraRig, ...]
    radars: tuple[RadarRig, ...]

    @staticmethod
    def of(
        site: Site,
        buildings: Sequence[Building],
        model: ErrorModel,
        weather: str,
        radar_kinds: dict[str, str],
        camera_step_s: float,
        object_ids: IntArray,
        rng: np.random.Generator,
    ) -> "SensedSite":
        """Returns the sensors of a site.

        Args:
            site: the site.
            buildings: what hides the road.
            model: what sensors get wrong.
            weather: in which.
            radar_kinds: sensor id to the kind of radar.
            camera_step_s: from one frame of a camera to the next, a multiple of that of trajectories.
            object_ids: of everybody there will be.
            rng: of what a road user keeps.
        """
        lanes = LaneTable.of(site.road)
        hardness = rng.standard_normal((len(np.unique(object_ids)), LOTS))
        cameras = tuple(
            CameraRig.of(camera, site, buildings, lanes, object_ids, number * CAMERA_PHASE_STEP_S, rng, hardness)
            for number, camera in enumerate(site.cameras)
        )
        radars = tuple(RadarRig.of(radar, site, buildings, lanes, object_ids, rng) for radar in site.radars)
        return SensedSite(site, model, weather, radar_kinds, camera_step_s, cameras, radars)

    def messages(
        self, trajectories: Trajectories, centre_m: FloatArray, radius_m: float, start_ns: int, seed: Sequence[int]
    ) -> Iterator[list[Message]]:
        """Yields the messages of every chunk of a span, in order of arrival within it.

        Args:
            trajectories: the span.
            centre_m: (2,) middle of the site.
            radius_m: whoever is farther away is left out.
            start_ns: Unix epoch UTC of second 0.
            seed: of the recording.
        """
        chunk, margin = (round(span_s / trajectories.step_s) for span_s in (CHUNK_S, MARGIN_S))
        for number, first in enumerate(range(0, trajectories.instant_count, chunk)):
            last = min(first + chunk, trajectories.instant_count)
            presence = Presence.of(trajectories, first, last).near(centre_m, radius_m)
            before = max(first - margin, 0)
            with_margin = Presence.of(trajectories, before, last).near(centre_m, radius_m)
            begins_ns = start_ns + round(first * trajectories.step_s * NS_PER_S)
            rng = stream(seed, Drawn.PASSING_ERRORS, number)
            messages = [
                *self._by_cameras(rng, presence, begins_ns),
                *self._by_radars(rng, with_margin, start_ns, before * presence.step_s, first * presence.step_s),
            ]
            yield sorted(messages, key=lambda message: message.arrival_ns)

    def _by_cameras(self, rng: np.random.Generator, presence: Presence, start_ns: int) -> Iterator[Message]:
        """Yields what the cameras measure in a chunk, and the truth with what they see of it."""
        visible_px = np.zeros((len(presence), len(self.cameras)), dtype=np.int64)
        for number, rig in enumerate(self.cameras):
            batch, visible_px[:, number] = sensed_by_camera(
                rng, rig, self.model.camera(self.weather), presence, start_ns
            )
            instants = np.round((batch.time_ns - start_ns) / NS_PER_S / presence.step_s - rig.phase_s / presence.step_s)
            batch = batch.keep(instants % round(self.camera_step_s / presence.step_s) == 0)
            yield from _messages(batch)
        camera_ids = tuple(rig.sensor.sensor_id for rig in self.cameras)
        truth = _truth(presence, camera_ids, visible_px, start_ns)
        for time_ns, data in zip(truth.time_ns.tolist(), truth_messages(truth), strict=True):
            yield Message(time_ns, time_ns, ChannelKind.TRUTH.topic(), TRUTH, data)

    def _by_radars(
        self, rng: np.random.Generator, presence: Presence, start_ns: int, begins_s: float, from_s: float
    ) -> Iterator[Message]:
        """Yields what the radars measure from ``from_s`` on, seconds of the span; the presence begins at another."""
        seen: dict[bytes, Seen] = {}
        begins_ns = start_ns + round(begins_s * NS_PER_S)
        for radar in self.radars:
            # Radars that hang at one place and look one way have the same before them.
            pose = radar.sensor.site_from_radar
            place = pose.translation_m.tobytes() + pose.rotation.tobytes()
            if place not in seen:
                reach_m = max(other.sensor.max_range_m for other in self.radars)
                seen[place] = seen_from(pose, radar.viewpoint, presence, reach_m)
            errors = self.model.radar(self.radar_kinds[radar.sensor.sensor_id], self.weather)
            yield from _messages(
                sensed_by_radar(
                    rng, radar, errors, presence, seen[place], begins_ns, begins_s, margin_s=from_s - begins_s
                )
            )


def _messages(batch: MeasurementBatch) -> Iterator[Message]:
    topic = ChannelKind.MEASUREMENTS.topic(batch.sensor_id)
    for arrival_ns, time_ns, data in zip(
        batch.arrival_ns.tolist(), batch.time_ns.tolist(), measurement_messages(batch), strict=True
    ):
        yield Message(arrival_ns, time_ns, topic, MEASUREMENTS, data)


def _truth(presence: Presence, camera_ids: tuple[str, ...], visible_px: IntArray, start_ns: int) -> TruthBatch:
    """Returns the truth of every instant of a chunk."""
    instants = np.arange(presence.instant_count)
    return TruthBatch(
        camera_ids,
        start_ns + np.round(instants * presence.step_s * NS_PER_S).astype(np.int64),
        np.searchsorted(presence.instants, np.arange(presence.instant_count + 1)),
        presence.object_ids,
        presence.classes,
        recorded(presence.position_m),
        recorded(presence.velocity_mps),
        recorded(presence.heading_rad),
        presence.size_m,
        visible_px,
    )
