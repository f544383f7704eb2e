from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from hypothesis import given
from hypothesis import strategies as st

from roadside.recording.channels import ChannelKind, channel_of
from roadside.recording.reader import open_recording
from roadside.recording.writer import RecordingWriter
from roadside.sources.radar_tracks import (
    SCHEMA_NAME,
    RadarTracksError,
    decode_tracks,
    encode_tracks,
    schema_descriptor_set,
)
from roadside.sources.v1 import radar_tracks_pb2
from roadside.types.frames import NOT_GIVEN, RADAR_TRACK_COLUMNS, RadarTracks
from roadside.types.road_users import RoadUserClass

TIME_NS, ARRIVAL_NS = 1_790_000_000_000_000_001, 1_790_000_000_080_000_000


def tracks_of(object_ids: list[int], sensor_id: str = "r1") -> RadarTracks:
    """A list of cars that stand one behind the other."""
    count = len(object_ids)
    return RadarTracks(
        sensor_id, TIME_NS, ARRIVAL_NS, np.array(object_ids, dtype=np.int64),
        *(np.full(count, value) for value in (12, 0, 600, RoadUserClass.CAR)),
        quality=np.full(count, 0.9), position_m=np.arange(2.0 * count).reshape(-1, 2), speed_mps=np.full(count, -0.5),
        direction=np.full((count, 2), (0.6, -0.8)), to_front_m=np.full(count, 0.4), to_back_m=np.full(count, 4.1),
        length_m=np.full(count, 4.5), width_m=np.full(count, 1.8),
    )  # fmt: skip


def bare(object_id: int) -> RadarTracks:
    """One object of which the radar gives nothing but the place."""
    nan = np.full(1, np.nan)
    counts = [np.full(1, NOT_GIVEN)] * 3
    unknown = np.zeros(1, dtype=np.int64)
    place, nowhere = np.array([[50.0, -3.0]]), np.full((1, 2), np.nan)
    columns = (np.array([object_id]), *counts, unknown, nan, place, nan, nowhere, nan, nan, nan, nan)
    return RadarTracks("r1", TIME_NS, ARRIVAL_NS, *columns)


def message_of(tracks: RadarTracks) -> radar_tracks_pb2.RadarTracks:
    return radar_tracks_pb2.RadarTracks.FromString(encode_tracks(tracks))


def assert_equal(got: RadarTracks, wanted: RadarTracks) -> None:
    assert (got.sensor_id, got.time_ns, got.arrival_ns) == (wanted.sensor_id, wanted.time_ns, wanted.arrival_ns)
    for name, _, _ in RADAR_TRACK_COLUMNS:
        assert np.array_equal(getattr(got, name), getattr(wanted, name), equal_nan=True), name


@pytest.mark.parametrize(
    "tracks", [tracks_of([]), tracks_of([7, 0, 2**32 - 1]), bare(3)], ids=["empty", "full", "bare"]
)
def test_every_list_comes_back_as_it_was(tracks: RadarTracks) -> None:
    assert_equal(decode_tracks(encode_tracks(tracks), "r1", ARRIVAL_NS), tracks)


def test_what_a_radar_does_not_give_is_absent_from_the_message() -> None:
    [track] = message_of(bare(3)).tracks

    assert [field.name for field, _ in track.ListFields()] == ["object_id", "x_m", "y_m"]


def test_a_place_that_is_not_finite_is_left_to_whoever_uses_it() -> None:
    lost = replace(bare(3), position_m=np.array([[np.inf, np.nan]]))

    assert_equal(decode_tracks(encode_tracks(lost), "r1", ARRIVAL_NS), lost)


@given(data=st.binary(max_size=300))
def test_random_bytes_are_rejected_and_nothing_worse(data: bytes) -> None:
    with pytest.raises(RadarTracksError):
        decode_tracks(data, "r1", ARRIVAL_NS)


def test_a_list_of_another_radar_is_rejected() -> None:
    with pytest.raises(RadarTracksError, match="sensor_id must be 'r1', got 'r2'"):
        decode_tracks(encode_tracks(tracks_of([1], "r2")), "r1", ARRIVAL_NS)


def test_a_list_without_a_time_is_rejected() -> None:
    with pytest.raises(RadarTracksError, match="time_unix_ns must be positive, got 0"):
        decode_tracks(encode_tracks(replace(tracks_of([1]), time_ns=0)), "r1", ARRIVAL_NS)


def test_more_tracks_than_any_radar_follows_are_rejected() -> None:
    assert len(decode_tracks(encode_tracks(tracks_of(list(range(1024)))), "r1", ARRIVAL_NS)) == 1024
    with pytest.raises(RadarTracksError, match="tracks must be at most 1024, got 1025"):
        decode_tracks(encode_tracks(tracks_of(list(range(1025)))), "r1", ARRIVAL_NS)


def test_an_object_twice_in_one_list_is_rejected() -> None:
    with pytest.raises(RadarTracksError, match="object_id must be unique within a list, got 5 twice"):
        decode_tracks(encode_tracks(tracks_of([5, 6, 5])), "r1", ARRIVAL_NS)


@pytest.mark.parametrize("road_user_class", [-1, 11])
def test_a_class_that_nobody_knows_is_rejected(road_user_class: int) -> None:
    strange = replace(tracks_of([5]), classes=np.array([road_user_class]))
    with pytest.raises(RadarTracksError, match=f"object 5: road_user_class must be 0 to 10, got {road_user_class}"):
        decode_tracks(encode_tracks(strange), "r1", ARRIVAL_NS)


def test_half_a_direction_is_rejected() -> None:
    message = message_of(tracks_of([5]))
    message.tracks[0].ClearField("direction_y")
    with pytest.raises(RadarTracksError, match="object 5: direction_x and direction_y must both be given"):
        decode_tracks(message.SerializeToString(), "r1", ARRIVAL_NS)


def test_columns_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match=r"RadarTracks.speed_mps must have shape \(2\), got \(1,\)"):
        replace(tracks_of([1, 2]), speed_mps=np.zeros(1))


def test_a_recorded_list_is_the_list_that_arrived(tmp_path: Path) -> None:
    tracks = tracks_of([7, 8])
    topic = ChannelKind.RADAR_TRACKS.topic("r1")
    with RecordingWriter(tmp_path / "a.mcap") as recording:
        data = encode_tracks(tracks)
        recording.write_bytes(topic, SCHEMA_NAME, schema_descriptor_set(), data, tracks.arrival_ns, tracks.time_ns)
    [entry] = open_recording(tmp_path / "a.mcap").entries()

    assert (entry.topic, channel_of(entry.topic)) == ("/radar/r1/tracks", (ChannelKind.RADAR_TRACKS, "r1"))
    assert (entry.schema_name, entry.publish_time_ns) == (SCHEMA_NAME, TIME_NS)
    assert_equal(decode_tracks(entry.data, "r1", entry.log_time_ns), tracks)


def test_the_schema_holds_the_list_and_its_tracks() -> None:
    [file] = FileDescriptorSet.FromString(schema_descriptor_set()).file

    names = [f"{file.package}.{message.name}" for message in file.message_type]
    assert names == [SCHEMA_NAME, "roadside.sources.v1.RadarTrack"]
