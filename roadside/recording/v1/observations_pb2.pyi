from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class OperatorAction(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OPERATOR_ACTION_UNSPECIFIED: _ClassVar[OperatorAction]
    OPERATOR_ACTION_CONFIRM_EVENT: _ClassVar[OperatorAction]
    OPERATOR_ACTION_REJECT_EVENT: _ClassVar[OperatorAction]
    OPERATOR_ACTION_CLOSE_SPOT: _ClassVar[OperatorAction]
    OPERATOR_ACTION_OPEN_SPOT: _ClassVar[OperatorAction]

class SensorState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SENSOR_STATE_UNSPECIFIED: _ClassVar[SensorState]
    SENSOR_STATE_OK: _ClassVar[SensorState]
    SENSOR_STATE_DEGRADED: _ClassVar[SensorState]
    SENSOR_STATE_SILENT: _ClassVar[SensorState]
OPERATOR_ACTION_UNSPECIFIED: OperatorAction
OPERATOR_ACTION_CONFIRM_EVENT: OperatorAction
OPERATOR_ACTION_REJECT_EVENT: OperatorAction
OPERATOR_ACTION_CLOSE_SPOT: OperatorAction
OPERATOR_ACTION_OPEN_SPOT: OperatorAction
SENSOR_STATE_UNSPECIFIED: SensorState
SENSOR_STATE_OK: SensorState
SENSOR_STATE_DEGRADED: SensorState
SENSOR_STATE_SILENT: SensorState

class Measurements(_message.Message):
    __slots__ = ("sensor_id", "time_unix_ns", "kind", "position_m", "covariance_m2", "radial_speed_mps", "radial_sigma_mps", "line_of_sight", "heading_rad", "size_m", "classes", "confidence")
    SENSOR_ID_FIELD_NUMBER: _ClassVar[int]
    TIME_UNIX_NS_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    POSITION_M_FIELD_NUMBER: _ClassVar[int]
    COVARIANCE_M2_FIELD_NUMBER: _ClassVar[int]
    RADIAL_SPEED_MPS_FIELD_NUMBER: _ClassVar[int]
    RADIAL_SIGMA_MPS_FIELD_NUMBER: _ClassVar[int]
    LINE_OF_SIGHT_FIELD_NUMBER: _ClassVar[int]
    HEADING_RAD_FIELD_NUMBER: _ClassVar[int]
    SIZE_M_FIELD_NUMBER: _ClassVar[int]
    CLASSES_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    sensor_id: str
    time_unix_ns: int
    kind: _containers.RepeatedScalarFieldContainer[int]
    position_m: _containers.RepeatedScalarFieldContainer[float]
    covariance_m2: _containers.RepeatedScalarFieldContainer[float]
    radial_speed_mps: _containers.RepeatedScalarFieldContainer[float]
    radial_sigma_mps: _containers.RepeatedScalarFieldContainer[float]
    line_of_sight: _containers.RepeatedScalarFieldContainer[float]
    heading_rad: _containers.RepeatedScalarFieldContainer[float]
    size_m: _containers.RepeatedScalarFieldContainer[float]
    classes: _containers.RepeatedScalarFieldContainer[int]
    confidence: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, sensor_id: _Optional[str] = ..., time_unix_ns: _Optional[int] = ..., kind: _Optional[_Iterable[int]] = ..., position_m: _Optional[_Iterable[float]] = ..., covariance_m2: _Optional[_Iterable[float]] = ..., radial_speed_mps: _Optional[_Iterable[float]] = ..., radial_sigma_mps: _Optional[_Iterable[float]] = ..., line_of_sight: _Optional[_Iterable[float]] = ..., heading_rad: _Optional[_Iterable[float]] = ..., size_m: _Optional[_Iterable[float]] = ..., classes: _Optional[_Iterable[int]] = ..., confidence: _Optional[_Iterable[float]] = ...) -> None: ...

class SignalStates(_message.Message):
    __slots__ = ("sensor_id", "time_unix_ns", "group_ids", "phases")
    SENSOR_ID_FIELD_NUMBER: _ClassVar[int]
    TIME_UNIX_NS_FIELD_NUMBER: _ClassVar[int]
    GROUP_IDS_FIELD_NUMBER: _ClassVar[int]
    PHASES_FIELD_NUMBER: _ClassVar[int]
    sensor_id: str
    time_unix_ns: int
    group_ids: _containers.RepeatedScalarFieldContainer[str]
    phases: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, sensor_id: _Optional[str] = ..., time_unix_ns: _Optional[int] = ..., group_ids: _Optional[_Iterable[str]] = ..., phases: _Optional[_Iterable[int]] = ...) -> None: ...

class Environment(_message.Message):
    __slots__ = ("sensor_id", "time_unix_ns", "quantities", "values")
    SENSOR_ID_FIELD_NUMBER: _ClassVar[int]
    TIME_UNIX_NS_FIELD_NUMBER: _ClassVar[int]
    QUANTITIES_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    sensor_id: str
    time_unix_ns: int
    quantities: _containers.RepeatedScalarFieldContainer[str]
    values: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, sensor_id: _Optional[str] = ..., time_unix_ns: _Optional[int] = ..., quantities: _Optional[_Iterable[str]] = ..., values: _Optional[_Iterable[float]] = ...) -> None: ...

class SpotEvidence(_message.Message):
    __slots__ = ("sensor_id", "time_unix_ns", "spot_ids", "occupied_probability")
    SENSOR_ID_FIELD_NUMBER: _ClassVar[int]
    TIME_UNIX_NS_FIELD_NUMBER: _ClassVar[int]
    SPOT_IDS_FIELD_NUMBER: _ClassVar[int]
    OCCUPIED_PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    sensor_id: str
    time_unix_ns: int
    spot_ids: _containers.RepeatedScalarFieldContainer[str]
    occupied_probability: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, sensor_id: _Optional[str] = ..., time_unix_ns: _Optional[int] = ..., spot_ids: _Optional[_Iterable[str]] = ..., occupied_probability: _Optional[_Iterable[float]] = ...) -> None: ...

class NeighbourObjects(_message.Message):
    __slots__ = ("sensor_id", "time_unix_ns", "track_ids", "states", "covariances", "classes")
    SENSOR_ID_FIELD_NUMBER: _ClassVar[int]
    TIME_UNIX_NS_FIELD_NUMBER: _ClassVar[int]
    TRACK_IDS_FIELD_NUMBER: _ClassVar[int]
    STATES_FIELD_NUMBER: _ClassVar[int]
    COVARIANCES_FIELD_NUMBER: _ClassVar[int]
    CLASSES_FIELD_NUMBER: _ClassVar[int]
    sensor_id: str
    time_unix_ns: int
    track_ids: _containers.RepeatedScalarFieldContainer[int]
    states: _containers.RepeatedScalarFieldContainer[float]
    covariances: _containers.RepeatedScalarFieldContainer[float]
    classes: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, sensor_id: _Optional[str] = ..., time_unix_ns: _Optional[int] = ..., track_ids: _Optional[_Iterable[int]] = ..., states: _Optional[_Iterable[float]] = ..., covariances: _Optional[_Iterable[float]] = ..., classes: _Optional[_Iterable[int]] = ...) -> None: ...

class VehicleReport(_message.Message):
    __slots__ = ("sensor_id", "time_unix_ns", "state", "covariance", "size_m", "road_user_class")
    SENSOR_ID_FIELD_NUMBER: _ClassVar[int]
    TIME_UNIX_NS_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    COVARIANCE_FIELD_NUMBER: _ClassVar[int]
    SIZE_M_FIELD_NUMBER: _ClassVar[int]
    ROAD_USER_CLASS_FIELD_NUMBER: _ClassVar[int]
    sensor_id: str
    time_unix_ns: int
    state: _containers.RepeatedScalarFieldContainer[float]
    covariance: _containers.RepeatedScalarFieldContainer[float]
    size_m: _containers.RepeatedScalarFieldContainer[float]
    road_user_class: int
    def __init__(self, sensor_id: _Optional[str] = ..., time_unix_ns: _Optional[int] = ..., state: _Optional[_Iterable[float]] = ..., covariance: _Optional[_Iterable[float]] = ..., size_m: _Optional[_Iterable[float]] = ..., road_user_class: _Optional[int] = ...) -> None: ...

class OperatorCommand(_message.Message):
    __slots__ = ("sensor_id", "time_unix_ns", "action", "target_id", "comment")
    SENSOR_ID_FIELD_NUMBER: _ClassVar[int]
    TIME_UNIX_NS_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    TARGET_ID_FIELD_NUMBER: _ClassVar[int]
    COMMENT_FIELD_NUMBER: _ClassVar[int]
    sensor_id: str
    time_unix_ns: int
    action: OperatorAction
    target_id: str
    comment: str
    def __init__(self, sensor_id: _Optional[str] = ..., time_unix_ns: _Optional[int] = ..., action: _Optional[_Union[OperatorAction, str]] = ..., target_id: _Optional[str] = ..., comment: _Optional[str] = ...) -> None: ...

class SensorHealth(_message.Message):
    __slots__ = ("sensor_id", "time_unix_ns", "state", "detail", "dropped_total", "repaired_total")
    SENSOR_ID_FIELD_NUMBER: _ClassVar[int]
    TIME_UNIX_NS_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    DROPPED_TOTAL_FIELD_NUMBER: _ClassVar[int]
    REPAIRED_TOTAL_FIELD_NUMBER: _ClassVar[int]
    sensor_id: str
    time_unix_ns: int
    state: SensorState
    detail: str
    dropped_total: int
    repaired_total: int
    def __init__(self, sensor_id: _Optional[str] = ..., time_unix_ns: _Optional[int] = ..., state: _Optional[_Union[SensorState, str]] = ..., detail: _Optional[str] = ..., dropped_total: _Optional[int] = ..., repaired_total: _Optional[int] = ...) -> None: ...

class Tick(_message.Message):
    __slots__ = ("time_unix_ns",)
    TIME_UNIX_NS_FIELD_NUMBER: _ClassVar[int]
    time_unix_ns: int
    def __init__(self, time_unix_ns: _Optional[int] = ...) -> None: ...
