"""A recorded minute of a simulated site replays and evaluates from measurements, and is the same for the same seed."""

import hashlib
import json

import numpy as np
import pytest

from roadside.recording.reader import open_recording
from roadside.runtime.judged_run import judged_run
from roadside.runtime.recorded_items import Depth
from roadside.runtime.recorded_run import recorded_site
from roadside.runtime.recorded_truth import recorded_truth
from simulation.picture_free.recorded_hours import record_hours
from simulation.worlds.poles import LAYOUTS

MINUTE = 1.0 / 60.0
INCIDENTS = {"stopped_vehicle": 120.0}


@pytest.fixture(scope="module")
def minute(tmp_path_factory):
    return record_hours("junction", MINUTE, 7, "day", INCIDENTS, tmp_path_factory.mktemp("hours"), 1)


def test_a_minute_holds_measurements_of_every_sensor_the_signals_and_the_truth(minute):
    recording = open_recording(minute.recordings[0])
    site = recorded_site(recording)
    assert set(site.sensor_ids) == {
        mount.sensor_id for mount in (*LAYOUTS["junction"].cameras, *LAYOUTS["junction"].radars)
    }
    for sensor_id in site.sensor_ids:
        assert recording.topics[f"/measurements/{sensor_id}"].message_count > 500
    assert recording.topics["/signals/controller"].message_count >= 60
    assert recording.topics["/truth"].message_count == 601
    truth = recorded_truth(recording)
    assert max(len(moment) for moment in truth.road_users) > 5
    assert max(int(moment.visible_px.max(initial=0)) for moment in truth.road_users) > 1000
    assert len(truth.events) == 1
    assert minute.unplaced == {}
    made = json.loads(recording.attachments["errors_fit.json"])
    assert made["weather"] == "day"
    assert made["source"].startswith("fitted on")
    assert made["made"]["detectors"][0]["name"] in minute.fit


def test_a_minute_evaluates_with_a_sensible_recall_and_nothing_dropped(minute):
    run = judged_run(minute.recordings[0], None, Depth.MEASUREMENTS, False, lambda done_s: None)
    assert run.evidence.instants > 500
    assert sum(run.evidence.dropped.values()) == 0
    rows = run.evidence.object_times
    assert len(rows) > 1000
    assert np.isfinite(rows.error_m).mean() > 0.5


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(minute, tmp_path):
    again = record_hours("junction", MINUTE, 7, "day", INCIDENTS, tmp_path / "again", 1)
    assert _digest(again.recordings[0]) == _digest(minute.recordings[0])
    first, other = (record_hours("junction", MINUTE / 6.0, seed, "fog", {}, tmp_path / "other", 1) for seed in (7, 8))
    assert other.recordings[0].name == "junction_fog_8_0000.mcap"
    assert _digest(first.recordings[0]) != _digest(other.recordings[0])
    assert _measured_s(first.recordings[0]) != _measured_s(other.recordings[0])


def test_what_there_is_none_of_is_told(tmp_path):
    with pytest.raises(ValueError, match="site_id must be one of"):
        record_hours("nowhere", MINUTE, 1, "day", {}, tmp_path, 1)
    with pytest.raises(ValueError, match="must be asked for one of"):
        record_hours("junction", MINUTE, 1, "hail", {}, tmp_path, 1)
    with pytest.raises(ValueError, match="an incident's kind must be one of"):
        record_hours("junction", MINUTE, 1, "day", {"earthquake": 0.0, "queue": 1.0}, tmp_path, 1)
    with pytest.raises(ValueError, match="queue must happen 0 times an hour or more often, got -1"):
        record_hours("junction", MINUTE, 1, "day", {"queue": -1.0}, tmp_path, 1)
    assert list(tmp_path.iterdir()) == []


def _measured_s(path):
    """Returns when measurements arrived after they were made: what errors, not traffic, decide."""
    recording = open_recording(path)
    topics = [topic for topic in recording.topics if topic.startswith("/measurements/")]
    return [entry.log_time_ns - entry.publish_time_ns for entry in recording.entries(topics)]


def _digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()
