from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RadarTracks(_message.Message):
    __slots__ = ("time_unix_ns", "sensor_id", "tracks")
    TIME_UNIX_NS_FIELD_NUMBER: _ClassVar[int]
    SENSOR_ID_FIELD_NUMBER: _ClassVar[int]
    TRACKS_FIELD_NUMBER: _ClassVar[int]
    time_unix_ns: int
    sensor_id: str
    tracks: _containers.RepeatedCompositeFieldContainer[RadarTrack]
    def __init__(self, time_unix_ns: _Optional[int] = ..., sensor_id: _Optional[str] = ..., tracks: _Optional[_Iterable[_Union[RadarTrack, _Mapping]]] = ...) -> None: ...

class RadarTrack(_message.Message):
    __slots__ = ("object_id", "age_frames", "predicted_frames", "static_countdown_frames", "road_user_class", "quality", "x_m", "y_m", "speed_mps", "direction_x", "direction_y", "to_front_m", "to_back_m", "length_m", "width_m")
    OBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    AGE_FRAMES_FIELD_NUMBER: _ClassVar[int]
    PREDICTED_FRAMES_FIELD_NUMBER: _ClassVar[int]
    STATIC_COUNTDOWN_FRAMES_FIELD_NUMBER: _ClassVar[int]
    ROAD_USER_CLASS_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    X_M_FIELD_NUMBER: _ClassVar[int]
    Y_M_FIELD_NUMBER: _ClassVar[int]
    SPEED_MPS_FIELD_NUMBER: _ClassVar[int]
    DIRECTION_X_FIELD_NUMBER: _ClassVar[int]
    DIRECTION_Y_FIELD_NUMBER: _ClassVar[int]
    TO_FRONT_M_FIELD_NUMBER: _ClassVar[int]
    TO_BACK_M_FIELD_NUMBER: _ClassVar[int]
    LENGTH_M_FIELD_NUMBER: _ClassVar[int]
    WIDTH_M_FIELD_NUMBER: _ClassVar[int]
    object_id: int
    age_frames: int
    predicted_frames: int
    static_countdown_frames: int
    road_user_class: int
    quality: float
    x_m: float
    y_m: float
    speed_mps: float
    direction_x: float
    direction_y: float
    to_front_m: float
    to_back_m: float
    length_m: float
    width_m: float
    def __init__(self, object_id: _Optional[int] = ..., age_frames: _Optional[int] = ..., predicted_frames: _Optional[int] = ..., static_countdown_frames: _Optional[int] = ..., road_user_class: _Optional[int] = ..., quality: _Optional[float] = ..., x_m: _Optional[float] = ..., y_m: _Optional[float] = ..., speed_mps: _Optional[float] = ..., direction_x: _Optional[float] = ..., direction_y: _Optional[float] = ..., to_front_m: _Optional[float] = ..., to_back_m: _Optional[float] = ..., length_m: _Optional[float] = ..., width_m: _Optional[float] = ...) -> None: ...
