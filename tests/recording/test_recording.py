"""Recordings written and read back."""

from fractions import Fraction
from pathlib import Path

import av
import mcap.writer
import numpy as np
import pytest
from mcap.reader import make_reader

from roadside.errors import RecordingError
from roadside.recording.channels import ChannelKind
from roadside.recording.codec import Entry, decode, encode
from roadside.recording.reader import TopicInfo, open_recording
from roadside.recording.writer import RecordingWriter
from roadside.types.frames import EncodedFrame
from roadside.types.observations import SensorHealth, SensorState, SignalStates, Tick
from tests.recording.drives import MS, START_NS, arrivals, detections, write_drive


@pytest.fixture(scope="module")
def drive(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[int, str]]]:
    path = tmp_path_factory.mktemp("recordings") / "drive.mcap"
    return path, write_drive(path)


def test_entries_come_by_arrival_over_all_topics(drive: tuple[Path, list[tuple[int, str]]]) -> None:
    path, written = drive
    assert arrivals(open_recording(path).entries()) == written


def test_entries_of_chosen_topics_leave_the_others_out(drive: tuple[Path, list[tuple[int, str]]]) -> None:
    path, written = drive
    recording = open_recording(path)
    topics = recording.topics_of(ChannelKind.TICK, ChannelKind.SCENE)
    assert topics == ("/tick",)
    assert arrivals(recording.entries(topics)) == [each for each in written if each[1] == "/tick"]
    assert arrivals(recording.entries(["/nothing"])) == []


def test_a_recording_says_what_it_holds(drive: tuple[Path, list[tuple[int, str]]]) -> None:
    path, _ = drive
    recording = open_recording(path)
    assert (recording.site_id, recording.site_version, recording.break_reason) == ("site-7", "3", "")
    assert recording.attachments == {"site.toml": b"name = 'x'", "road.geojson": b"{}"}
    schema_name = "roadside.recording.v1.Detections"
    last_ns = START_NS + 3900 * MS
    assert recording.topics == {
        "/camera/early/detections": TopicInfo(schema_name, 40, START_NS + 40 * MS, last_ns + 40 * MS),
        "/camera/late/detections": TopicInfo(schema_name, 40, START_NS + 130 * MS, last_ns + 130 * MS),
        "/tick": TopicInfo("roadside.recording.v1.Tick", 40, START_NS, last_ns),
    }
    assert (recording.camera_ids, recording.radar_ids) == (("early", "late"), ())
    assert (recording.message_count, recording.duration_s) == (120, 4.03)


def test_equal_arrivals_stay_in_the_order_of_writing(tmp_path: Path) -> None:
    with RecordingWriter(tmp_path / "a.mcap") as recording:
        for name in "cabd":
            recording.write(SignalStates(name, START_NS, START_NS, (), np.zeros(0)))
    topics = [entry.topic for entry in open_recording(tmp_path / "a.mcap").entries()]
    assert topics == ["/signals/c", "/signals/a", "/signals/b", "/signals/d"]


@pytest.mark.parametrize("compression", mcap.writer.CompressionType)
def test_a_recording_reads_the_same_however_it_is_packed(
    tmp_path: Path, compression: mcap.writer.CompressionType
) -> None:
    written = [detections("early", START_NS + step * MS, START_NS + step * MS) for step in range(3)]
    with RecordingWriter(tmp_path / "a.mcap", compression) as recording:
        for item in written:
            recording.write(item)
    read = [decode(entry) for entry in open_recording(tmp_path / "a.mcap").entries()]
    assert [encode(item).data for item in read] == [encode(item).data for item in written]


def test_two_readings_of_one_recording_do_not_disturb_each_other(drive: tuple[Path, list[tuple[int, str]]]) -> None:
    path, written = drive
    recording = open_recording(path)
    pairs = list(zip(recording.entries(), recording.entries(), strict=True))
    assert len(pairs) == len(written)
    assert all(one == other for one, other in pairs)


def encoded_clip(count: int) -> list[EncodedFrame]:
    encoder = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt = 64, 48, "yuv420p"
    encoder.framerate, encoder.time_base, encoder.gop_size = Fraction(10), Fraction(1, 10), 10
    encoder.options = {"bf": "0", "tune": "zerolatency", "x264-params": "repeat-headers=1:annexb=1:scenecut=0"}
    frames = []
    for index in [*range(count), None]:
        picture = None
        if index is not None:
            pixels = np.random.default_rng(index).integers(0, 255, (48, 64, 3), dtype=np.uint8)
            picture = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            picture.pts = index
        for packet in encoder.encode(picture):
            time_ns = START_NS + len(frames) * 100 * MS
            frames.append(EncodedFrame("cam", time_ns, time_ns + 1, packet.is_keyframe, bytes(packet)))
    return frames


def test_recorded_video_decodes_to_the_same_pictures(tmp_path: Path) -> None:
    frames = encoded_clip(25)
    with RecordingWriter(tmp_path / "v.mcap") as recording:
        for frame in frames:
            recording.write(frame)
    read = [decode(entry) for entry in open_recording(tmp_path / "v.mcap").entries()]
    decoder = av.CodecContext.create("h264", "r")
    pictures = []
    for frame, original in zip(read, frames, strict=True):
        assert isinstance(frame, EncodedFrame)
        assert (frame.sensor_id, frame.time_ns, frame.arrival_ns, frame.data) == (
            original.sensor_id, original.time_ns, original.arrival_ns, original.data,
        )  # fmt: skip
        assert frame.is_key is original.is_key
        pictures += decoder.decode(av.Packet(frame.data))
    pictures += decoder.decode(None)
    assert sum(frame.is_key for frame in frames) == 3
    assert len(pictures) == 25


def test_other_peoples_bytes_are_kept_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    with RecordingWriter(path) as recording:
        recording.write_bytes("/radar/r1/scan", "a.Scan", b"schema a", b"scan", START_NS, START_NS - 5)
        recording.write_bytes("/scene", "b.Scene", b"schema b", b"", START_NS + 1, START_NS)
        assert recording.written_total == {"/radar/r1/scan": 1, "/scene": 1}
    recording_read = open_recording(path)
    assert list(recording_read.entries()) == [
        Entry("/radar/r1/scan", "a.Scan", START_NS, START_NS - 5, b"scan"),
        Entry("/scene", "b.Scene", START_NS + 1, START_NS, b""),
    ]
    assert recording_read.radar_ids == ("r1",)
    with path.open("rb") as stream:
        summary = make_reader(stream).get_summary()
    assert summary is not None
    assert {schema.name: schema.data for schema in summary.schemas.values()} == {
        "a.Scan": b"schema a",
        "b.Scene": b"schema b",
    }


def test_without_a_message_no_file_appears(tmp_path: Path) -> None:
    with RecordingWriter(tmp_path / "a.mcap") as recording:
        recording.set_site("site-7", "1")
        recording.attach("site.toml", b"x")
    assert list(tmp_path.iterdir()) == []


def test_what_describes_a_recording_comes_before_its_messages(tmp_path: Path) -> None:
    with RecordingWriter(tmp_path / "a.mcap") as recording:
        recording.write(Tick(START_NS))
        with pytest.raises(ValueError, match=r"attachment site\.toml must be given before the first message"):
            recording.attach("site.toml", b"")
        with pytest.raises(ValueError, match="the site must be given before the first message"):
            recording.set_site("site-7", "1")


def test_times_before_1970_are_refused_and_the_recording_goes_on(tmp_path: Path) -> None:
    with RecordingWriter(tmp_path / "a.mcap") as recording:
        with pytest.raises(ValueError, match="/tick: times must be Unix times in ns, got -1 and -1"):
            recording.write(Tick(-1))
        recording.write(Tick(START_NS))
    assert open_recording(tmp_path / "a.mcap").message_count == 1


def test_a_path_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    with RecordingWriter(tmp_path / "missing" / "a.mcap") as recording:
        with pytest.raises(RecordingError, match=r"a\.mcap: cannot be written after 0 messages: No such file"):
            recording.write(Tick(START_NS))
        with pytest.raises(ValueError, match="is closed"):
            recording.write(Tick(START_NS))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_one_line_and_closing_is_quiet() -> None:
    with RecordingWriter("/dev/full") as recording:
        recording.write(Tick(START_NS))
        with pytest.raises(RecordingError, match="/dev/full: cannot be written after 1 messages: No space left"):
            recording.write(Tick(START_NS + 1000 * MS))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_disk_that_is_full_at_the_end_is_told_by_closing() -> None:
    recording = RecordingWriter("/dev/full")
    recording.write(Tick(START_NS))
    with pytest.raises(RecordingError, match="/dev/full: cannot be written after 1 messages: No space left"):
        recording.close()
    recording.close()


def test_health_before_the_first_frame_is_recorded_under_its_sensor(tmp_path: Path) -> None:
    with RecordingWriter(tmp_path / "a.mcap") as recording:
        recording.write(SensorHealth("cam", START_NS, START_NS, SensorState.SILENT, "no stream", 0, 0))
    assert list(open_recording(tmp_path / "a.mcap").topics) == ["/health/cam"]
