from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RoadUserClass(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ROAD_USER_CLASS_UNSPECIFIED: _ClassVar[RoadUserClass]
    ROAD_USER_CLASS_UNKNOWN_MOVABLE: _ClassVar[RoadUserClass]
    ROAD_USER_CLASS_UNKNOWN_UNMOVABLE: _ClassVar[RoadUserClass]
    ROAD_USER_CLASS_CAR: _ClassVar[RoadUserClass]
    ROAD_USER_CLASS_VAN: _ClassVar[RoadUserClass]
    ROAD_USER_CLASS_TRUCK: _ClassVar[RoadUserClass]
    ROAD_USER_CLASS_BUS: _ClassVar[RoadUserClass]
    ROAD_USER_CLASS_BICYCLE: _ClassVar[RoadUserClass]
    ROAD_USER_CLASS_MOTORCYCLE: _ClassVar[RoadUserClass]
    ROAD_USER_CLASS_TRICYCLE: _ClassVar[RoadUserClass]
    ROAD_USER_CLASS_PEDESTRIAN: _ClassVar[RoadUserClass]

class SensorState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SENSOR_STATE_UNSPECIFIED: _ClassVar[SensorState]
    SENSOR_STATE_OK: _ClassVar[SensorState]
    SENSOR_STATE_DEGRADED: _ClassVar[SensorState]
    SENSOR_STATE_SILENT: _ClassVar[SensorState]
ROAD_USER_CLASS_UNSPECIFIED: RoadUserClass
ROAD_USER_CLASS_UNKNOWN_MOVABLE: RoadUserClass
ROAD_USER_CLASS_UNKNOWN_UNMOVABLE: RoadUserClass
ROAD_USER_CLASS_CAR: RoadUserClass
ROAD_USER_CLASS_VAN: RoadUserClass
ROAD_USER_CLASS_TRUCK: RoadUserClass
ROAD_USER_CLASS_BUS: RoadUserClass
ROAD_USER_CLASS_BICYCLE: RoadUserClass
ROAD_USER_CLASS_MOTORCYCLE: RoadUserClass
ROAD_USER_CLASS_TRICYCLE: RoadUserClass
ROAD_USER_CLASS_PEDESTRIAN: RoadUserClass
SENSOR_STATE_UNSPECIFIED: SensorState
SENSOR_STATE_OK: SensorState
SENSOR_STATE_DEGRADED: SensorState
SENSOR_STATE_SILENT: SensorState

class Position(_message.Message):
    __slots__ = ("latitude_deg", "longitude_deg", "height_m")
    LATITUDE_DEG_FIELD_NUMBER: _ClassVar[int]
    LONGITUDE_DEG_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_M_FIELD_NUMBER: _ClassVar[int]
    latitude_deg: float
    longitude_deg: float
    height_m: float
    def __init__(self, latitude_deg: _Optional[float] = ..., longitude_deg: _Optional[float] = ..., height_m: _Optional[float] = ...) -> None: ...

class PositionCovariance(_message.Message):
    __slots__ = ("east_east_m2", "east_north_m2", "north_north_m2")
    EAST_EAST_M2_FIELD_NUMBER: _ClassVar[int]
    EAST_NORTH_M2_FIELD_NUMBER: _ClassVar[int]
    NORTH_NORTH_M2_FIELD_NUMBER: _ClassVar[int]
    east_east_m2: float
    east_north_m2: float
    north_north_m2: float
    def __init__(self, east_east_m2: _Optional[float] = ..., east_north_m2: _Optional[float] = ..., north_north_m2: _Optional[float] = ...) -> None: ...

class VelocityCovariance(_message.Message):
    __slots__ = ("east_east_m2ps2", "east_north_m2ps2", "north_north_m2ps2")
    EAST_EAST_M2PS2_FIELD_NUMBER: _ClassVar[int]
    EAST_NORTH_M2PS2_FIELD_NUMBER: _ClassVar[int]
    NORTH_NORTH_M2PS2_FIELD_NUMBER: _ClassVar[int]
    east_east_m2ps2: float
    east_north_m2ps2: float
    north_north_m2ps2: float
    def __init__(self, east_east_m2ps2: _Optional[float] = ..., east_north_m2ps2: _Optional[float] = ..., north_north_m2ps2: _Optional[float] = ...) -> None: ...

class Size(_message.Message):
    __slots__ = ("length_m", "width_m", "height_m")
    LENGTH_M_FIELD_NUMBER: _ClassVar[int]
    WIDTH_M_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_M_FIELD_NUMBER: _ClassVar[int]
    length_m: float
    width_m: float
    height_m: float
    def __init__(self, length_m: _Optional[float] = ..., width_m: _Optional[float] = ..., height_m: _Optional[float] = ...) -> None: ...

class Contribution(_message.Message):
    __slots__ = ("sensor_id", "last_seen_unix_ns")
    SENSOR_ID_FIELD_NUMBER: _ClassVar[int]
    LAST_SEEN_UNIX_NS_FIELD_NUMBER: _ClassVar[int]
    sensor_id: str
    last_seen_unix_ns: int
    def __init__(self, sensor_id: _Optional[str] = ..., last_seen_unix_ns: _Optional[int] = ...) -> None: ...

class PerceivedObject(_message.Message):
    __slots__ = ("track_id", "road_user_class", "class_confidence", "position", "position_covariance", "velocity_east_mps", "velocity_north_mps", "speed_mps", "velocity_covariance", "heading_deg", "size", "age_s", "contributions")
    TRACK_ID_FIELD_NUMBER: _ClassVar[int]
    ROAD_USER_CLASS_FIELD_NUMBER: _ClassVar[int]
    CLASS_CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    POSITION_COVARIANCE_FIELD_NUMBER: _ClassVar[int]
    VELOCITY_EAST_MPS_FIELD_NUMBER: _ClassVar[int]
    VELOCITY_NORTH_MPS_FIELD_NUMBER: _ClassVar[int]
    SPEED_MPS_FIELD_NUMBER: _ClassVar[int]
    VELOCITY_COVARIANCE_FIELD_NUMBER: _ClassVar[int]
    HEADING_DEG_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    AGE_S_FIELD_NUMBER: _ClassVar[int]
    CONTRIBUTIONS_FIELD_NUMBER: _ClassVar[int]
    track_id: int
    road_user_class: RoadUserClass
    class_confidence: float
    position: Position
    position_covariance: PositionCovariance
    velocity_east_mps: float
    velocity_north_mps: float
    speed_mps: float
    velocity_covariance: VelocityCovariance
    heading_deg: float
    size: Size
    age_s: float
    contributions: _containers.RepeatedCompositeFieldContainer[Contribution]
    def __init__(self, track_id: _Optional[int] = ..., road_user_class: _Optional[_Union[RoadUserClass, str]] = ..., class_confidence: _Optional[float] = ..., position: _Optional[_Union[Position, _Mapping]] = ..., position_covariance: _Optional[_Union[PositionCovariance, _Mapping]] = ..., velocity_east_mps: _Optional[float] = ..., velocity_north_mps: _Optional[float] = ..., speed_mps: _Optional[float] = ..., velocity_covariance: _Optional[_Union[VelocityCovariance, _Mapping]] = ..., heading_deg: _Optional[float] = ..., size: _Optional[_Union[Size, _Mapping]] = ..., age_s: _Optional[float] = ..., contributions: _Optional[_Iterable[_Union[Contribution, _Mapping]]] = ...) -> None: ...

class SensorReport(_message.Message):
    __slots__ = ("sensor_id", "state", "newest_unix_ns", "late_total", "rejected_total", "dropped_total", "repaired_total")
    SENSOR_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    NEWEST_UNIX_NS_FIELD_NUMBER: _ClassVar[int]
    LATE_TOTAL_FIELD_NUMBER: _ClassVar[int]
    REJECTED_TOTAL_FIELD_NUMBER: _ClassVar[int]
    DROPPED_TOTAL_FIELD_NUMBER: _ClassVar[int]
    REPAIRED_TOTAL_FIELD_NUMBER: _ClassVar[int]
    sensor_id: str
    state: SensorState
    newest_unix_ns: int
    late_total: int
    rejected_total: int
    dropped_total: int
    repaired_total: int
    def __init__(self, sensor_id: _Optional[str] = ..., state: _Optional[_Union[SensorState, str]] = ..., newest_unix_ns: _Optional[int] = ..., late_total: _Optional[int] = ..., rejected_total: _Optional[int] = ..., dropped_total: _Optional[int] = ..., repaired_total: _Optional[int] = ...) -> None: ...

class Scene(_message.Message):
    __slots__ = ("site_id", "time_unix_ns", "skipped_total", "sensors", "objects")
    SITE_ID_FIELD_NUMBER: _ClassVar[int]
    TIME_UNIX_NS_FIELD_NUMBER: _ClassVar[int]
    SKIPPED_TOTAL_FIELD_NUMBER: _ClassVar[int]
    SENSORS_FIELD_NUMBER: _ClassVar[int]
    OBJECTS_FIELD_NUMBER: _ClassVar[int]
    site_id: str
    time_unix_ns: int
    skipped_total: int
    sensors: _containers.RepeatedCompositeFieldContainer[SensorReport]
    objects: _containers.RepeatedCompositeFieldContainer[PerceivedObject]
    def __init__(self, site_id: _Optional[str] = ..., time_unix_ns: _Optional[int] = ..., skipped_total: _Optional[int] = ..., sensors: _Optional[_Iterable[_Union[SensorReport, _Mapping]]] = ..., objects: _Optional[_Iterable[_Union[PerceivedObject, _Mapping]]] = ...) -> None: ...
