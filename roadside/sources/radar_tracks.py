"""Tracked lists of radars as bytes: one message, one cycle (docs/radar-input.md)."""

from typing import Any

import numpy as np
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.message import DecodeError

from roadside.sources.v1 import radar_tracks_pb2
from roadside.types.frames import NOT_GIVEN, RadarTracks
from roadside.types.road_users import RoadUserClass

MAX_TRACKS = 1024

SCHEMA_NAME: str = radar_tracks_pb2.RadarTracks.DESCRIPTOR.full_name

COUNTS = ("age_frames", "predicted_frames", "static_countdown_frames")
OPTIONAL_NUMBERS = ("quality", "speed_mps", "to_front_m", "to_back_m", "length_m", "width_m")


class RadarTracksError(ValueError):
    """Bytes are not a list of the radar that was expected; ``str()`` of it is the reason."""


def decode_tracks(data: bytes, sensor_id: str, arrival_ns: int) -> RadarTracks:
    """Returns the list in a ``roadside.sources.v1.RadarTracks`` message.

    Places, speeds and extents that are not finite stay as they are: whoever uses a track judges it and counts it.

    Args:
        data: the serialised message.
        sensor_id: the radar that is expected.
        arrival_ns: Unix epoch UTC of its arrival on this host.

    Raises:
        RadarTracksError: the bytes are no such message, it is another radar's, it has no time or too many tracks, an
            object comes twice, a class is unknown, or a direction has one half only.
    """
    try:
        message = radar_tracks_pb2.RadarTracks.FromString(data)
    except DecodeError as error:
        raise RadarTracksError(f"wanted a {SCHEMA_NAME}, got {len(data)} bytes that are none") from error
    if message.sensor_id != sensor_id:
        raise RadarTracksError(f"sensor_id must be {sensor_id!r}, got {message.sensor_id!r}")
    if message.time_unix_ns <= 0:
        raise RadarTracksError(f"time_unix_ns must be positive, got {message.time_unix_ns}")
    if len(message.tracks) > MAX_TRACKS:
        raise RadarTracksError(f"tracks must be at most {MAX_TRACKS}, got {len(message.tracks)}")
    seen: set[int] = set()
    for track in message.tracks:
        _check(track, seen)
        seen.add(track.object_id)
    tracks = message.tracks
    columns: dict[str, Any] = {
        "object_ids": np.array([track.object_id for track in tracks], dtype=np.int64),
        "classes": np.array([track.road_user_class for track in tracks], dtype=np.int64),
        "position_m": np.array([(track.x_m, track.y_m) for track in tracks]).reshape(-1, 2),
        "direction": np.stack([_given(tracks, "direction_x"), _given(tracks, "direction_y")], axis=1),
    }
    for name in COUNTS:
        counts = [getattr(track, name) if track.HasField(name) else NOT_GIVEN for track in tracks]
        columns[name] = np.array(counts, dtype=np.int64)
    for name in OPTIONAL_NUMBERS:
        columns[name] = _given(tracks, name)
    return RadarTracks(sensor_id, message.time_unix_ns, arrival_ns, **columns)


def encode_tracks(tracks: RadarTracks) -> bytes:
    """Returns the message that ``decode_tracks`` turns back into an equal list.

    Raises:
        ValueError: an object id or a count is none that the message can hold.
    """
    message = radar_tracks_pb2.RadarTracks(time_unix_ns=tracks.time_ns, sensor_id=tracks.sensor_id)
    for row, (x_m, y_m) in enumerate(tracks.position_m.tolist()):
        track = message.tracks.add(object_id=int(tracks.object_ids[row]), x_m=x_m, y_m=y_m)
        if tracks.classes[row] != RoadUserClass.UNKNOWN:
            track.road_user_class = int(tracks.classes[row])
        for name in COUNTS:
            count = int(getattr(tracks, name)[row])
            if count != NOT_GIVEN:
                setattr(track, name, count)
        for name in OPTIONAL_NUMBERS:
            number = float(getattr(tracks, name)[row])
            if not np.isnan(number):
                setattr(track, name, number)
        if not np.isnan(tracks.direction[row]).any():
            track.direction_x, track.direction_y = tracks.direction[row].tolist()
    return message.SerializeToString()


def schema_descriptor_set() -> bytes:
    """Returns the serialised FileDescriptorSet of the list's message, for a recording."""
    descriptors = FileDescriptorSet()
    radar_tracks_pb2.DESCRIPTOR.CopyToProto(descriptors.file.add())
    return descriptors.SerializeToString(deterministic=True)


def _check(track: radar_tracks_pb2.RadarTrack, seen: set[int]) -> None:
    if track.object_id in seen:
        raise RadarTracksError(f"object_id must be unique within a list, got {track.object_id} twice")
    where = f"object {track.object_id}"
    if not 0 <= track.road_user_class < len(RoadUserClass):
        highest = len(RoadUserClass) - 1
        raise RadarTracksError(f"{where}: road_user_class must be 0 to {highest}, got {track.road_user_class}")
    if track.HasField("direction_x") != track.HasField("direction_y"):
        raise RadarTracksError(f"{where}: direction_x and direction_y must both be given or both left out, got one")


def _given(tracks: Any, name: str) -> Any:
    """Returns the (N,) numbers of an optional field, NaN where it is left out."""
    numbers = [getattr(track, name) if track.HasField(name) else np.nan for track in tracks]
    return np.array(numbers, dtype=np.float64)
