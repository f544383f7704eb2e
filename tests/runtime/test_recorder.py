import threading
from pathlib import Path

import pytest

from roadside.errors import RecordingError
from roadside.recording.codec import decode
from roadside.recording.reader import open_recording
from roadside.recording.writer import RecordingWriter
from roadside.runtime.recorder import LENGTH, Recorder, item_job
from roadside.types.observations import Tick
from tests.runtime.observing import MS, START_NS
from tests.v2x.waiting import wait_for


def tick_job(number: int):
    return item_job(Tick(START_NS + number * 100 * MS))


def test_what_is_put_is_in_the_recording_in_its_order(tmp_path: Path):
    recorder = Recorder(RecordingWriter(tmp_path / "a.mcap"))
    for number in range(LENGTH + 100):
        recorder.put(tick_job(number))
    recorder.close()

    times_ns = [decode(entry).time_ns for entry in open_recording(tmp_path / "a.mcap").entries()]
    assert times_ns == [START_NS + number * 100 * MS for number in range(LENGTH + 100)]
    assert recorder.dropped_total == 0


def test_a_slow_disk_costs_items_that_are_counted_and_holds_nobody_up(tmp_path: Path):
    disk_is_back, is_writing = threading.Event(), threading.Event()

    def hang(writer: RecordingWriter) -> None:
        is_writing.set()
        assert disk_is_back.wait(10.0)

    recorder = Recorder(RecordingWriter(tmp_path / "a.mcap"))
    recorder.offer(hang)
    wait_for(is_writing.is_set)
    for number in range(LENGTH + 7):
        recorder.offer(tick_job(number))
    disk_is_back.set()
    recorder.close()

    assert recorder.dropped_total == 7
    assert open_recording(tmp_path / "a.mcap").message_count == LENGTH


def test_a_full_disk_ends_the_recording_and_everything_after_it_is_counted():
    recorder = Recorder(RecordingWriter("/dev/full"))
    jobs = 0
    while recorder.error is None:  # until the first chunk goes to the disk
        recorder.put(tick_job(jobs))
        jobs += 1
    for number in range(jobs, jobs + 20):
        recorder.put(tick_job(number))

    with pytest.raises(RecordingError, match="/dev/full: cannot be written after"):
        recorder.close()
    assert recorder.dropped_total >= 20


def test_a_disk_that_is_full_at_the_very_end_is_told_too():
    recorder = Recorder(RecordingWriter("/dev/full"))
    recorder.put(tick_job(0))

    with pytest.raises(RecordingError, match="/dev/full: cannot be written after 1 messages"):
        recorder.close()
    assert isinstance(recorder.error, RecordingError)


def test_a_mistake_of_ours_does_not_leave_anybody_waiting(tmp_path: Path):
    def fail(writer: RecordingWriter) -> None:
        raise ValueError("no such topic")

    recorder = Recorder(RecordingWriter(tmp_path / "a.mcap"))
    recorder.put(fail)
    for number in range(LENGTH + 10):
        recorder.put(tick_job(number))

    with pytest.raises(ValueError, match="no such topic"):
        recorder.close()
    assert recorder.dropped_total == LENGTH + 11
