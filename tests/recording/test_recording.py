"""Recordings written and read back, whole, cut off and damaged."""

import os
import struct
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

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
from roadside.types.detections import Detections
from roadside.types.frames import EncodedFrame
from roadside.types.observations import SensorHealth, SensorState, SignalStates, Tick

START_NS = 1_790_000_000_000_000_000
MS = 1_000_000
MAGIC_SIZE = 8


def detections(sensor_id: str, time_ns: int, arrival_ns: int, rows: int = 4) -> Detections:
    # Seeded by the time, so that chunks do not compress to nothing.
    random = np.random.default_rng(time_ns % 2**32)
    boxes, scores = random.random((rows, 4)), random.random(rows)
    return Detections(sensor_id, time_ns, arrival_ns, 640, 360, boxes, scores, np.full(rows, 3))


def write_drive(path: Path, seconds: int = 4) -> list[tuple[int, str]]:
    """Two cameras at 10 Hz, one of them 130 ms late, and ticks; returns (log time, topic) in order of arrival."""
    written = []
    with RecordingWriter(path) as recording:
        recording.set_site("site-7", "3")
        recording.attach("site.toml", b"name = 'x'")
        recording.attach("road.geojson", b"{}")
        for step in range(seconds * 10):
            time_ns = START_NS + step * 100 * MS
            for item in (
                detections("early", time_ns, time_ns + 40 * MS),
                detections("late", time_ns, time_ns + 130 * MS),
                Tick(time_ns),
            ):
                recording.write(item)
                topic = f"/camera/{item.sensor_id}/detections" if isinstance(item, Detections) else "/tick"
                written.append((item.arrival_ns, topic))
    return sorted(written)


@pytest.fixture(scope="module")
def drive(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[int, str]]]:
    path = tmp_path_factory.mktemp("recordings") / "drive.mcap"
    return path, write_drive(path)


def arrivals(entries: Iterator[Entry]) -> list[tuple[int, str]]:
    return [(entry.log_time_ns, entry.topic) for entry in entries]


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


def test_a_killed_process_loses_less_than_the_last_second(tmp_path: Path) -> None:
    path, copy = tmp_path / "a.mcap", tmp_path / "killed.mcap"
    with RecordingWriter(path) as recording:
        recording.set_site("site-7", "1")
        for step in range(35):
            recording.write(Tick(START_NS + step * 100 * MS))
        copy.write_bytes(path.read_bytes())  # what the system would keep of a process killed now
    killed = open_recording(copy)
    assert [entry.log_time_ns for entry in killed.entries()] == [START_NS + step * 100 * MS for step in range(30)]
    assert killed.site_id == "site-7"
    size = copy.stat().st_size
    assert killed.break_reason == (
        f"{copy}: file ends without the end mark of a finished recording at byte {size}, after 2.9 s; "
        "30 messages can be read"
    )


def test_a_file_cut_anywhere_is_read_up_to_the_cut_and_says_so(
    drive: tuple[Path, list[tuple[int, str]]], tmp_path: Path
) -> None:
    path, _ = drive
    whole = path.read_bytes()
    in_file_order = [(entry.topic, entry.data) for entry in sorted_by_writing(path)]
    cut = tmp_path / "cut.mcap"
    counts = []
    for size in [*np.linspace(MAGIC_SIZE, len(whole) - 1, 60).astype(int).tolist(), len(whole) - MAGIC_SIZE]:
        cut.write_bytes(whole[:size])
        recording = open_recording(cut)
        entries = list(recording.entries())
        assert recording.break_reason.startswith(f"{cut}: file ends ")
        assert "\n" not in recording.break_reason
        assert len(entries) == recording.message_count
        assert [entry.log_time_ns for entry in entries] == sorted(entry.log_time_ns for entry in entries)
        got = sorted((entry.topic, entry.data) for entry in entries)
        assert got == sorted(in_file_order[: len(entries)])
        counts.append(len(entries))
    assert sorted(counts[:-1]) == counts[:-1]
    assert counts[0] == 0
    assert counts[-1] == len(in_file_order)
    assert len(set(counts)) == 5  # four chunks of about a second, or none


def sorted_by_writing(path: Path) -> list[Entry]:
    with path.open("rb") as stream:
        return [
            Entry(channel.topic, "", message.log_time, message.publish_time, message.data)
            for _, channel, message in make_reader(stream).iter_messages(log_time_order=False)
        ]


def test_a_cut_in_the_first_chunk_leaves_no_message_and_says_so(
    drive: tuple[Path, list[tuple[int, str]]], tmp_path: Path
) -> None:
    cut = tmp_path / "cut.mcap"
    cut.write_bytes(drive[0].read_bytes()[:400])
    recording = open_recording(cut)
    assert recording.break_reason == (
        f"{cut}: file ends in the middle of a chunk record at byte 400, before the first message"
    )
    assert list(recording.entries()) == []
    assert (recording.duration_s, recording.site_id) == (0.0, "site-7")


def test_a_flipped_byte_anywhere_is_one_line_or_does_no_harm(
    drive: tuple[Path, list[tuple[int, str]]], tmp_path: Path
) -> None:
    whole, written = drive[0].read_bytes(), drive[1]
    damaged = tmp_path / "damaged.mcap"
    harmless = 0
    for position in np.linspace(0, len(whole) - 1, 150).astype(int).tolist():
        bytes_now = bytearray(whole)
        bytes_now[position] ^= 0xFF
        damaged.write_bytes(bytes_now)
        try:
            recording = open_recording(damaged)
            got = arrivals(recording.entries())
        except RecordingError as error:
            assert str(damaged) in str(error)
            assert "\n" not in str(error)
        else:
            assert got == written or recording.break_reason
            harmless += got == written
    assert 0 < harmless < 150


def test_a_damaged_chunk_of_a_cut_file_ends_the_reading_before_it(
    drive: tuple[Path, list[tuple[int, str]]], tmp_path: Path
) -> None:
    path, _ = drive
    with path.open("rb") as stream:
        summary = make_reader(stream).get_summary()
    assert summary is not None
    second = summary.chunk_indexes[1]
    damaged = bytearray(path.read_bytes()[:-1])
    damaged[second.chunk_start_offset + second.chunk_length - 20] ^= 0xFF
    cut = tmp_path / "damaged.mcap"
    cut.write_bytes(damaged)
    recording = open_recording(cut)
    assert f"chunk record at byte {second.chunk_start_offset} is damaged" in recording.break_reason
    assert 0 < len(list(recording.entries())) == recording.message_count < 120


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "wanted an MCAP recording, got an empty file"),
        (b"\x89MCAP0", r"wanted an MCAP recording, got a file that starts with b'\\x89MCAP0'"),
        (b"not a recording at all", "wanted an MCAP recording, got a file that starts with b'not a re'"),
    ],
)
def test_what_is_no_recording_is_told_in_one_line(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "a.mcap"
    path.write_bytes(content)
    with pytest.raises(RecordingError, match=reason) as caught:
        open_recording(path)
    assert str(caught.value).startswith(f"{path}: ")


def test_a_missing_file_and_a_folder_are_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"a\.mcap: cannot be read: No such file or directory"):
        open_recording(tmp_path / "a.mcap")
    with pytest.raises(RecordingError, match="cannot be read: Is a directory"):
        open_recording(tmp_path)


def write_foreign(path: Path, topic: str, *, use_chunking: bool = True, **options: Any) -> None:
    with path.open("wb") as stream:
        writer = mcap.writer.Writer(stream, use_chunking=use_chunking, **options)
        writer.start()
        channel_id = writer.register_channel(topic, "json", writer.register_schema("Imu", "jsonschema", b"{}"))
        for time_ns in (START_NS + 2, START_NS, START_NS + 1):
            writer.add_message(channel_id, time_ns, b"{}", time_ns)
        writer.finish()


def test_a_recording_of_other_things_is_told_in_one_line(tmp_path: Path) -> None:
    write_foreign(tmp_path / "imu.mcap", "imu")
    with pytest.raises(RecordingError, match=r"imu\.mcap: wanted roadside topics .*, got imu$"):
        open_recording(tmp_path / "imu.mcap")


@pytest.mark.parametrize(
    "options",
    [
        {"index_types": mcap.writer.IndexType.NONE},
        {"index_types": mcap.writer.IndexType.CHUNK},
        {"use_statistics": False},
        {"repeat_schemas": False},
        {"repeat_channels": False},
        {"repeat_schemas": False, "repeat_channels": False, "use_statistics": False, "use_summary_offsets": False,
         "index_types": mcap.writer.IndexType.NONE},
        {"compression": mcap.writer.CompressionType.NONE, "enable_crcs": False},
        {"compression": mcap.writer.CompressionType.LZ4},
    ],
)  # fmt: skip
def test_a_whole_file_of_another_writer_is_read_whatever_index_it_has(tmp_path: Path, options: dict[str, Any]) -> None:
    path = tmp_path / "a.mcap"
    write_foreign(path, "/tick", **options)
    recording = open_recording(path)
    assert recording.break_reason == ""
    assert recording.topics == {"/tick": TopicInfo("Imu", 3, START_NS, START_NS + 2)}
    assert [entry.log_time_ns for entry in recording.entries()] == [START_NS, START_NS + 1, START_NS + 2]


def test_a_chunk_whose_channel_is_unknown_ends_the_reading(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    with path.open("wb") as stream:
        writer = mcap.writer.Writer(stream, use_statistics=False)
        writer.start()
        writer.add_message(7, START_NS, b"{}", START_NS)
        writer.finish()
    recording = open_recording(path)
    assert "is damaged: channel 7 is missing, before the first message" in recording.break_reason
    assert list(recording.entries()) == []


def test_messages_outside_of_chunks_are_told_and_not_read(tmp_path: Path) -> None:
    write_foreign(tmp_path / "a.mcap", "/tick", use_chunking=False)
    recording = open_recording(tmp_path / "a.mcap")
    assert "messages must be in chunks, got one outside, before the first message" in recording.break_reason


def test_a_length_beyond_the_end_of_the_file_is_a_cut(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    path.write_bytes(b"\x89MCAP0\r\n" + struct.pack("<BQ", 6, 2**60) + os.urandom(50))
    assert "in the middle of a chunk record at byte 67" in open_recording(path).break_reason


def test_health_before_the_first_frame_is_recorded_under_its_sensor(tmp_path: Path) -> None:
    with RecordingWriter(tmp_path / "a.mcap") as recording:
        recording.write(SensorHealth("cam", START_NS, START_NS, SensorState.SILENT, "no stream", 0, 0))
    assert list(open_recording(tmp_path / "a.mcap").topics) == ["/health/cam"]
