from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class Detections(_message.Message):
    __slots__ = ("sensor_id", "time_unix_ns", "width_px", "height_px", "confidence", "boxes_px", "classes")
    SENSOR_ID_FIELD_NUMBER: _ClassVar[int]
    TIME_UNIX_NS_FIELD_NUMBER: _ClassVar[int]
    WIDTH_PX_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_PX_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    BOXES_PX_FIELD_NUMBER: _ClassVar[int]
    CLASSES_FIELD_NUMBER: _ClassVar[int]
    sensor_id: str
    time_unix_ns: int
    width_px: int
    height_px: int
    confidence: _containers.RepeatedScalarFieldContainer[float]
    boxes_px: _containers.RepeatedScalarFieldContainer[float]
    classes: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, sensor_id: _Optional[str] = ..., time_unix_ns: _Optional[int] = ..., width_px: _Optional[int] = ..., height_px: _Optional[int] = ..., confidence: _Optional[_Iterable[float]] = ..., boxes_px: _Optional[_Iterable[float]] = ..., classes: _Optional[_Iterable[int]] = ...) -> None: ...
