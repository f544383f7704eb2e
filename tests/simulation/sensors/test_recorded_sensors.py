"""What the simulated radars give goes into one recording and comes out of it."""

from pathlib import Path

import numpy as np

from roadside.recording.channels import ChannelKind
from roadside.recording.reader import open_recording
from roadside.recording.writer import RecordingWriter
from roadside.sources import can_frames, radar, radar_tracks
from simulation.sensors.ars408_cluster_radar import ClusterRadar
from simulation.sensors.ars408_plan import Ars408Plan
from simulation.sensors.ars408_scan import scan_of_clusters
from simulation.sensors.tracked_list import TrackedListPlan, TrackedListRadar
from tests.simulation.sensors.crowds import HEIGHT_M, actors_of, radar_at

START_NS = 1_790_000_000_000_000_000


def test_a_traffic_radar_and_an_ars408_are_recorded_in_all_their_forms(tmp_path: Path) -> None:
    list_radar = TrackedListRadar(TrackedListPlan("list", radar_at(), HEIGHT_M), 1)
    plan = Ars408Plan("can", radar_at(pitch_rad=-0.05))
    can_radar = ClusterRadar(plan, 2)
    with RecordingWriter(tmp_path / "a.mcap") as writer:
        for cycle in range(20):
            time_ns = START_NS + 72_000_000 * cycle
            actors = actors_of(("sedan", 60.0 - 0.72 * cycle, 0.0, 10.0, 180.0))
            tracks, frames = list_radar.step(time_ns, actors), can_radar.step(time_ns, actors)
            scan = scan_of_clusters(frames, plan.radar_number, plan.delay_s)
            for kind, module, item, data in (
                (ChannelKind.RADAR_TRACKS, radar_tracks, tracks, radar_tracks.encode_tracks(tracks)),
                (ChannelKind.CAN, can_frames, frames, can_frames.encode_can_frames(frames)),
                (ChannelKind.RADAR, radar, scan, radar.encode_scan(scan)),
            ):
                schema = (module.SCHEMA_NAME, module.schema_descriptor_set())
                writer.write_bytes(kind.topic(item.sensor_id), *schema, data, item.arrival_ns, item.time_ns)

    recording = open_recording(tmp_path / "a.mcap")
    counts = {topic: info.message_count for topic, info in recording.topics.items()}
    assert counts == {"/radar/can/can": 20, "/radar/can/scan": 20, "/radar/list/tracks": 20}
    [*_, last] = recording.entries(["/radar/list/tracks"])
    tracks = radar_tracks.decode_tracks(last.data, "list", last.log_time_ns)
    assert np.linalg.norm(tracks.position_m - (60.0 - 0.72 * 19 - 2.35, 0.0)) < 2.0
