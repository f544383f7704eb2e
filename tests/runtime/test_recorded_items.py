from pathlib import Path

import pytest

from roadside.errors import RecordingError
from roadside.recording.reader import open_recording
from roadside.recording.writer import RecordingWriter
from roadside.runtime.feed import DataTicks, RecordedTicks
from roadside.runtime.recorded_items import Depth, RecordedItems
from roadside.sources.radar import SCHEMA_NAME, encode_scan, schema_descriptor_set
from roadside.types.frames import EncodedFrame, RadarScan
from roadside.types.observations import Measurements, SensorHealth, SensorState, Tick
from tests.runtime.observing import MS, START_NS, at
from tests.v2x.site_builder import build_site

SITE = build_site()


def write_scan(writer: RecordingWriter, data: bytes, time_ns: int) -> None:
    writer.write_bytes("/radar/radar-north/scan", SCHEMA_NAME, schema_descriptor_set(), data, time_ns, time_ns)


@pytest.fixture
def recording(tmp_path: Path):
    """One scan, one that is none, a tick, measurements, and a word on a sensor, in this order."""
    one = ([10.0], [0.0], [0.0], [1.0], [5.0])
    scan = RadarScan("radar-north", START_NS, START_NS, *one)
    with RecordingWriter(tmp_path / "a.mcap") as writer:
        write_scan(writer, encode_scan(scan), START_NS)
        write_scan(writer, b"no scan", START_NS + MS)
        writer.write(Tick(START_NS + 2 * MS))
        writer.write(at(3))
        health_ns = START_NS + 4 * MS
        writer.write(SensorHealth("camera-north", health_ns, health_ns, SensorState.OK, "", 0, 0))
    return open_recording(tmp_path / "a.mcap")


def test_from_the_sensors_scans_come_and_what_is_none_is_counted(recording):
    items = RecordedItems(recording, SITE, Depth.SENSORS)

    assert [type(item) for item in items] == [RadarScan, Tick]
    assert items.unreadable == 1


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
