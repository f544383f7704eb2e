from pathlib import Path

import numpy as np
import pytest

from roadside.errors import RecordingError
from roadside.recording.channels import ChannelKind
from roadside.recording.reader import open_recording
from roadside.recording.writer import RecordingWriter
from roadside.runtime.feed import DataTicks, RecordedTicks
from roadside.runtime.recorded_items import Depth, RecordedItems
from roadside.sources import can_frames, radar_tracks
from roadside.sources.radar import SCHEMA_NAME, encode_scan, schema_descriptor_set
from roadside.types.frames import RADAR_TRACK_COLUMNS, CanFrames, EncodedFrame, RadarScan, RadarTracks
from roadside.types.observations import Measurements, SensorHealth, SensorState, Tick
from tests.runtime.observing import MS, START_NS, at
from tests.v2x.site_builder import build_site

SITE = build_site()


def write_scan(writer: RecordingWriter, data: bytes, time_ns: int) -> None:
    writer.write_bytes("/radar/radar-north/scan", SCHEMA_NAME, schema_descriptor_set(), data, time_ns, time_ns)


def write_one_of_each(writer: RecordingWriter) -> None:
    one = ([10.0], [0.0], [0.0], [1.0], [5.0])
    scan = RadarScan("radar-north", START_NS, START_NS, *one)
    write_scan(writer, encode_scan(scan), START_NS)
    write_scan(writer, b"no scan", START_NS + MS)
    writer.write(Tick(START_NS + 2 * MS))
    writer.write(at(3))
    health_ns = START_NS + 4 * MS
    writer.write(SensorHealth("camera-north", health_ns, health_ns, SensorState.OK, "", 0, 0))


@pytest.fixture
def recording(tmp_path: Path):
    """One scan, one that is none, a tick, measurements, and a word on a sensor, in this order."""
    with RecordingWriter(tmp_path / "a.mcap") as writer:
        write_one_of_each(writer)
    return open_recording(tmp_path / "a.mcap")


def test_from_the_sensors_scans_come_and_what_is_none_is_counted(recording):
    items = RecordedItems(recording, SITE, Depth.SENSORS)

    assert [type(item) for item in items] == [RadarScan, Tick]
    assert items.unreadable == 1


def test_tracked_lists_and_can_frames_lie_beside_and_are_not_read(recording, tmp_path: Path):
    none = [np.zeros((0, *shape), dtype) for _, shape, dtype in RADAR_TRACK_COLUMNS]
    tracks = RadarTracks("radar-north", START_NS, START_NS, *none)
    frames = CanFrames("radar-north", START_NS, np.array([START_NS]), np.array([0x60A]), np.array([False]), (b"\0",))
    with RecordingWriter(tmp_path / "b.mcap") as writer:
        for kind, module, data in (
            (ChannelKind.RADAR_TRACKS, radar_tracks, radar_tracks.encode_tracks(tracks)),
            (ChannelKind.CAN, can_frames, can_frames.encode_can_frames(frames)),
        ):
            schema = (module.SCHEMA_NAME, module.schema_descriptor_set())
            writer.write_bytes(kind.topic("radar-north"), *schema, data, START_NS, START_NS)
        write_one_of_each(writer)
    both = open_recording(tmp_path / "b.mcap")

    assert set(both.topics) - set(recording.topics) == {"/radar/radar-north/tracks", "/radar/radar-north/can"}
    for depth in (Depth.SENSORS, Depth.MEASUREMENTS):
        before, after = list(RecordedItems(recording, SITE, depth)), list(RecordedItems(both, SITE, depth))
        assert [(type(item), item.time_ns) for item in after] == [(type(item), item.time_ns) for item in before]


def test_from_measurements_the_words_of_the_recorded_run_come_too(recording):
    items = RecordedItems(recording, SITE, Depth.MEASUREMENTS)

    assert [type(item) for item in items] == [Tick, Measurements, SensorHealth]


def test_nothing_recorded_at_a_depth_is_an_error(recording, tmp_path: Path):
    with RecordingWriter(tmp_path / "b.mcap") as writer:
        writer.write(at(0))

    with pytest.raises(RecordingError, match="wanted something recorded at the depth sensors, got only /measurements"):
        RecordedItems(open_recording(tmp_path / "b.mcap"), SITE, Depth.SENSORS)


def test_a_camera_whose_detections_were_not_recorded_is_missed(recording, tmp_path: Path):
    with RecordingWriter(tmp_path / "b.mcap") as writer:
        write_scan(writer, b"", START_NS)
        writer.write(EncodedFrame("camera-north", START_NS, START_NS, is_key=True, data=b"\x00\x00\x01\x65"))

    with pytest.raises(RecordingError, match="wanted recorded detections of every camera, got none of camera-north"):
        RecordedItems(open_recording(tmp_path / "b.mcap"), SITE, Depth.DETECTIONS)


def test_recorded_ticks_are_used_where_there_are_any(recording, tmp_path: Path):
    with RecordingWriter(tmp_path / "b.mcap") as writer:
        writer.write(at(0))
    bare = open_recording(tmp_path / "b.mcap")

    assert isinstance(RecordedItems(recording, SITE, Depth.MEASUREMENTS).ticks(SITE), RecordedTicks)
    assert isinstance(RecordedItems(bare, SITE, Depth.MEASUREMENTS).ticks(SITE), DataTicks)
