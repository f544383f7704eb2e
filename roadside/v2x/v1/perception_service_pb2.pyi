from roadside.v2x.v1 import scene_pb2 as _scene_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SensorKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SENSOR_KIND_UNSPECIFIED: _ClassVar[SensorKind]
    SENSOR_KIND_CAMERA: _ClassVar[SensorKind]
    SENSOR_KIND_RADAR: _ClassVar[SensorKind]
SENSOR_KIND_UNSPECIFIED: SensorKind
SENSOR_KIND_CAMERA: SensorKind
SENSOR_KIND_RADAR: SensorKind

class Circle(_message.Message):
    __slots__ = ("latitude_deg", "longitude_deg", "radius_m")
    LATITUDE_DEG_FIELD_NUMBER: _ClassVar[int]
    LONGITUDE_DEG_FIELD_NUMBER: _ClassVar[int]
    RADIUS_M_FIELD_NUMBER: _ClassVar[int]
    latitude_deg: float
    longitude_deg: float
    radius_m: float
    def __init__(self, latitude_deg: _Optional[float] = ..., longitude_deg: _Optional[float] = ..., radius_m: _Optional[float] = ...) -> None: ...

class SubscriptionFilter(_message.Message):
    __slots__ = ("circle", "classes", "max_rate_hz")
    CIRCLE_FIELD_NUMBER: _ClassVar[int]
    CLASSES_FIELD_NUMBER: _ClassVar[int]
    MAX_RATE_HZ_FIELD_NUMBER: _ClassVar[int]
    circle: Circle
    classes: _containers.RepeatedScalarFieldContainer[_scene_pb2.RoadUserClass]
    max_rate_hz: float
    def __init__(self, circle: _Optional[_Union[Circle, _Mapping]] = ..., classes: _Optional[_Iterable[_Union[_scene_pb2.RoadUserClass, str]]] = ..., max_rate_hz: _Optional[float] = ...) -> None: ...

class SubscribeRequest(_message.Message):
    __slots__ = ("filter",)
    FILTER_FIELD_NUMBER: _ClassVar[int]
    filter: SubscriptionFilter
    def __init__(self, filter: _Optional[_Union[SubscriptionFilter, _Mapping]] = ...) -> None: ...

class LatencyLedger(_message.Message):
    __slots__ = ("captured_unix_ns", "received_unix_ns", "detected_unix_ns", "fused_unix_ns", "published_unix_ns")
    CAPTURED_UNIX_NS_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_UNIX_NS_FIELD_NUMBER: _ClassVar[int]
    DETECTED_UNIX_NS_FIELD_NUMBER: _ClassVar[int]
    FUSED_UNIX_NS_FIELD_NUMBER: _ClassVar[int]
    PUBLISHED_UNIX_NS_FIELD_NUMBER: _ClassVar[int]
    captured_unix_ns: int
    received_unix_ns: int
    detected_unix_ns: int
    fused_unix_ns: int
    published_unix_ns: int
    def __init__(self, captured_unix_ns: _Optional[int] = ..., received_unix_ns: _Optional[int] = ..., detected_unix_ns: _Optional[int] = ..., fused_unix_ns: _Optional[int] = ..., published_unix_ns: _Optional[int] = ...) -> None: ...

class SubscribeResponse(_message.Message):
    __slots__ = ("subscription_id", "sequence", "dropped_since_last", "valid_until_unix_ns", "latency", "scene")
    SUBSCRIPTION_ID_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    DROPPED_SINCE_LAST_FIELD_NUMBER: _ClassVar[int]
    VALID_UNTIL_UNIX_NS_FIELD_NUMBER: _ClassVar[int]
    LATENCY_FIELD_NUMBER: _ClassVar[int]
    SCENE_FIELD_NUMBER: _ClassVar[int]
    subscription_id: str
    sequence: int
    dropped_since_last: int
    valid_until_unix_ns: int
    latency: LatencyLedger
    scene: _scene_pb2.Scene
    def __init__(self, subscription_id: _Optional[str] = ..., sequence: _Optional[int] = ..., dropped_since_last: _Optional[int] = ..., valid_until_unix_ns: _Optional[int] = ..., latency: _Optional[_Union[LatencyLedger, _Mapping]] = ..., scene: _Optional[_Union[_scene_pb2.Scene, _Mapping]] = ...) -> None: ...

class UpdateSubscriptionRequest(_message.Message):
    __slots__ = ("subscription_id", "acknowledged_sequence", "filter")
    SUBSCRIPTION_ID_FIELD_NUMBER: _ClassVar[int]
    ACKNOWLEDGED_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    subscription_id: str
    acknowledged_sequence: int
    filter: SubscriptionFilter
    def __init__(self, subscription_id: _Optional[str] = ..., acknowledged_sequence: _Optional[int] = ..., filter: _Optional[_Union[SubscriptionFilter, _Mapping]] = ...) -> None: ...

class UpdateSubscriptionResponse(_message.Message):
    __slots__ = ("unacknowledged",)
    UNACKNOWLEDGED_FIELD_NUMBER: _ClassVar[int]
    unacknowledged: int
    def __init__(self, unacknowledged: _Optional[int] = ...) -> None: ...

class GetStatusRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class SensorDescription(_message.Message):
    __slots__ = ("sensor_id", "kind", "coverage")
    SENSOR_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    COVERAGE_FIELD_NUMBER: _ClassVar[int]
    sensor_id: str
    kind: SensorKind
    coverage: _containers.RepeatedCompositeFieldContainer[_scene_pb2.Position]
    def __init__(self, sensor_id: _Optional[str] = ..., kind: _Optional[_Union[SensorKind, str]] = ..., coverage: _Optional[_Iterable[_Union[_scene_pb2.Position, _Mapping]]] = ...) -> None: ...

class GetStatusResponse(_message.Message):
    __slots__ = ("site_id", "name", "software_version", "crs", "crs_epoch", "wire_epoch", "uptime_s", "datum", "sensors", "scenes_published_total", "messages_sent_total", "scenes_dropped_total", "subscriptions_expired_total", "subscribers")
    SITE_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    SOFTWARE_VERSION_FIELD_NUMBER: _ClassVar[int]
    CRS_FIELD_NUMBER: _ClassVar[int]
    CRS_EPOCH_FIELD_NUMBER: _ClassVar[int]
    WIRE_EPOCH_FIELD_NUMBER: _ClassVar[int]
    UPTIME_S_FIELD_NUMBER: _ClassVar[int]
    DATUM_FIELD_NUMBER: _ClassVar[int]
    SENSORS_FIELD_NUMBER: _ClassVar[int]
    SCENES_PUBLISHED_TOTAL_FIELD_NUMBER: _ClassVar[int]
    MESSAGES_SENT_TOTAL_FIELD_NUMBER: _ClassVar[int]
    SCENES_DROPPED_TOTAL_FIELD_NUMBER: _ClassVar[int]
    SUBSCRIPTIONS_EXPIRED_TOTAL_FIELD_NUMBER: _ClassVar[int]
    SUBSCRIBERS_FIELD_NUMBER: _ClassVar[int]
    site_id: str
    name: str
    software_version: str
    crs: str
    crs_epoch: float
    wire_epoch: float
    uptime_s: float
    datum: _scene_pb2.Position
    sensors: _containers.RepeatedCompositeFieldContainer[SensorDescription]
    scenes_published_total: int
    messages_sent_total: int
    scenes_dropped_total: int
    subscriptions_expired_total: int
    subscribers: int
    def __init__(self, site_id: _Optional[str] = ..., name: _Optional[str] = ..., software_version: _Optional[str] = ..., crs: _Optional[str] = ..., crs_epoch: _Optional[float] = ..., wire_epoch: _Optional[float] = ..., uptime_s: _Optional[float] = ..., datum: _Optional[_Union[_scene_pb2.Position, _Mapping]] = ..., sensors: _Optional[_Iterable[_Union[SensorDescription, _Mapping]]] = ..., scenes_published_total: _Optional[int] = ..., messages_sent_total: _Optional[int] = ..., scenes_dropped_total: _Optional[int] = ..., subscriptions_expired_total: _Optional[int] = ..., subscribers: _Optional[int] = ...) -> None: ...
