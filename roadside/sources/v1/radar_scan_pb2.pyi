from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RadarScan(_message.Message):
    __slots__ = ("time_unix_ns", "sensor_id", "targets")
    TIME_UNIX_NS_FIELD_NUMBER: _ClassVar[int]
    SENSOR_ID_FIELD_NUMBER: _ClassVar[int]
    TARGETS_FIELD_NUMBER: _ClassVar[int]
    time_unix_ns: int
    sensor_id: str
    targets: _containers.RepeatedCompositeFieldContainer[RadarTarget]
    def __init__(self, time_unix_ns: _Optional[int] = ..., sensor_id: _Optional[str] = ..., targets: _Optional[_Iterable[_Union[RadarTarget, _Mapping]]] = ...) -> None: ...

class RadarTarget(_message.Message):
    __slots__ = ("range_m", "azimuth_rad", "elevation_rad", "radial_speed_mps", "rcs_dbsm")
    RANGE_M_FIELD_NUMBER: _ClassVar[int]
    AZIMUTH_RAD_FIELD_NUMBER: _ClassVar[int]
    ELEVATION_RAD_FIELD_NUMBER: _ClassVar[int]
    RADIAL_SPEED_MPS_FIELD_NUMBER: _ClassVar[int]
    RCS_DBSM_FIELD_NUMBER: _ClassVar[int]
    range_m: float
    azimuth_rad: float
    elevation_rad: float
    radial_speed_mps: float
    rcs_dbsm: float
    def __init__(self, range_m: _Optional[float] = ..., azimuth_rad: _Optional[float] = ..., elevation_rad: _Optional[float] = ..., radial_speed_mps: _Optional[float] = ..., rcs_dbsm: _Optional[float] = ...) -> None: ...
