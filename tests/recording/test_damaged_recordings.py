"""Recordings that are cut off, damaged, of another writer, or none at all."""

import os
import struct
from pathlib import Path
from typing import Any

import mcap.writer
import numpy as np
import pytest
from mcap.reader import make_reader

from roadside.errors import RecordingError
from roadside.recording.codec import Entry
from roadside.recording.reader import TopicInfo, open_recording
from roadside.recording.writer import RecordingWriter
from roadside.types.observations import Tick
from tests.recording.drives import MS, START_NS, arrivals, write_drive

MAGIC_SIZE = 8


@pytest.fixture(scope="module")
def drive(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[int, str]]]:
    path = tmp_path_factory.mktemp("recordings") / "drive.mcap"
    return path, write_drive(path)


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
