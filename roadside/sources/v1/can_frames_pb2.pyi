from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CanFrames(_message.Message):
    __slots__ = ("sensor_id", "frames")
    SENSOR_ID_FIELD_NUMBER: _ClassVar[int]
    FRAMES_FIELD_NUMBER: _ClassVar[int]
    sensor_id: str
    frames: _containers.RepeatedCompositeFieldContainer[CanFrame]
    def __init__(self, sensor_id: _Optional[str] = ..., frames: _Optional[_Iterable[_Union[CanFrame, _Mapping]]] = ...) -> None: ...

class CanFrame(_message.Message):
    __slots__ = ("time_unix_ns", "arbitration_id", "is_extended", "data")
    TIME_UNIX_NS_FIELD_NUMBER: _ClassVar[int]
    ARBITRATION_ID_FIELD_NUMBER: _ClassVar[int]
    IS_EXTENDED_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    time_unix_ns: int
    arbitration_id: int
    is_extended: bool
    data: bytes
    def __init__(self, time_unix_ns: _Optional[int] = ..., arbitration_id: _Optional[int] = ..., is_extended: _Optional[bool] = ..., data: _Optional[bytes] = ...) -> None: ...
