from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class Truth(_message.Message):
    __slots__ = ("time_unix_ns", "camera_ids", "object_ids", "classes", "position_m", "velocity_mps", "heading_rad", "size_m", "visible_px")
    TIME_UNIX_NS_FIELD_NUMBER: _ClassVar[int]
    CAMERA_IDS_FIELD_NUMBER: _ClassVar[int]
    OBJECT_IDS_FIELD_NUMBER: _ClassVar[int]
    CLASSES_FIELD_NUMBER: _ClassVar[int]
    POSITION_M_FIELD_NUMBER: _ClassVar[int]
    VELOCITY_MPS_FIELD_NUMBER: _ClassVar[int]
    HEADING_RAD_FIELD_NUMBER: _ClassVar[int]
    SIZE_M_FIELD_NUMBER: _ClassVar[int]
    VISIBLE_PX_FIELD_NUMBER: _ClassVar[int]
    time_unix_ns: int
    camera_ids: _containers.RepeatedScalarFieldContainer[str]
    object_ids: _containers.RepeatedScalarFieldContainer[int]
    classes: _containers.RepeatedScalarFieldContainer[int]
    position_m: _containers.RepeatedScalarFieldContainer[float]
    velocity_mps: _containers.RepeatedScalarFieldContainer[float]
    heading_rad: _containers.RepeatedScalarFieldContainer[float]
    size_m: _containers.RepeatedScalarFieldContainer[float]
    visible_px: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, time_unix_ns: _Optional[int] = ..., camera_ids: _Optional[_Iterable[str]] = ..., object_ids: _Optional[_Iterable[int]] = ..., classes: _Optional[_Iterable[int]] = ..., position_m: _Optional[_Iterable[float]] = ..., velocity_mps: _Optional[_Iterable[float]] = ..., heading_rad: _Optional[_Iterable[float]] = ..., size_m: _Optional[_Iterable[float]] = ..., visible_px: _Optional[_Iterable[int]] = ...) -> None: ...

class TrueEvents(_message.Message):
    __slots__ = ("time_unix_ns", "until_unix_ns", "kinds", "start_ns", "end_ns", "position_m")
    TIME_UNIX_NS_FIELD_NUMBER: _ClassVar[int]
    UNTIL_UNIX_NS_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    START_NS_FIELD_NUMBER: _ClassVar[int]
    END_NS_FIELD_NUMBER: _ClassVar[int]
    POSITION_M_FIELD_NUMBER: _ClassVar[int]
    time_unix_ns: int
    until_unix_ns: int
    kinds: _containers.RepeatedScalarFieldContainer[str]
    start_ns: _containers.RepeatedScalarFieldContainer[int]
    end_ns: _containers.RepeatedScalarFieldContainer[int]
    position_m: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, time_unix_ns: _Optional[int] = ..., until_unix_ns: _Optional[int] = ..., kinds: _Optional[_Iterable[str]] = ..., start_ns: _Optional[_Iterable[int]] = ..., end_ns: _Optional[_Iterable[int]] = ..., position_m: _Optional[_Iterable[float]] = ...) -> None: ...

class TrueSpots(_message.Message):
    __slots__ = ("time_unix_ns", "spot_ids", "occupied")
    TIME_UNIX_NS_FIELD_NUMBER: _ClassVar[int]
    SPOT_IDS_FIELD_NUMBER: _ClassVar[int]
    OCCUPIED_FIELD_NUMBER: _ClassVar[int]
    time_unix_ns: int
    spot_ids: _containers.RepeatedScalarFieldContainer[str]
    occupied: _containers.RepeatedScalarFieldContainer[bool]
    def __init__(self, time_unix_ns: _Optional[int] = ..., spot_ids: _Optional[_Iterable[str]] = ..., occupied: _Optional[_Iterable[bool]] = ...) -> None: ...
