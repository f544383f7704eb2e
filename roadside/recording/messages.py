"""Our own types to the recording's protobuf messages and back, one pair of functions per type.

Arrays are flattened row by row; the number of rows is that of the first column, so that zero rows and zero columns
keep their shape. The arrival time is not in the message: it is the entry's ``log_time_ns``.
"""

import numpy as np

from roadside.recording.message_fields import array_of, fill
from roadside.recording.v1 import detections_pb2, observations_pb2
from roadside.types.detections import Detections
from roadside.types.observations import (
    MEASUREMENT_COLUMNS,
    Environment,
    Measurements,
    NeighbourObjects,
    OperatorAction,
    OperatorCommand,
    SensorHealth,
    SensorState,
    SignalStates,
    SpotEvidence,
    Tick,
    VehicleReport,
)


def measurements_to_message(item: Measurements) -> observations_pb2.Measurements:
    """Returns the message of N measurements."""
    message = observations_pb2.Measurements(sensor_id=item.sensor_id, time_unix_ns=item.time_ns)
    fill(message, item, tuple(name for name, _, _ in MEASUREMENT_COLUMNS))
    return message


def measurements_from_message(message: observations_pb2.Measurements, arrival_ns: int) -> Measurements:
    """Returns the N measurements of a message."""
    rows = len(message.kind)
    columns = [
        array_of(getattr(message, name), rows, *shape, dtype=dtype) for name, shape, dtype in MEASUREMENT_COLUMNS
    ]
    return Measurements(message.sensor_id, message.time_unix_ns, arrival_ns, *columns)


def signal_states_to_message(item: SignalStates) -> observations_pb2.SignalStates:
    """Returns the message of one controller's signal groups."""
    message = observations_pb2.SignalStates(
        sensor_id=item.sensor_id, time_unix_ns=item.time_ns, group_ids=item.group_ids
    )
    fill(message, item, ("phases",))
    return message


def signal_states_from_message(message: observations_pb2.SignalStates, arrival_ns: int) -> SignalStates:
    """Returns the signal groups of a message."""
    phases = array_of(message.phases, -1, dtype=np.int64)
    return SignalStates(message.sensor_id, message.time_unix_ns, arrival_ns, tuple(message.group_ids), phases)


def environment_to_message(item: Environment) -> observations_pb2.Environment:
    """Returns the message of N readings."""
    message = observations_pb2.Environment(
        sensor_id=item.sensor_id, time_unix_ns=item.time_ns, quantities=item.quantities
    )
    fill(message, item, ("values",))
    return message


def environment_from_message(message: observations_pb2.Environment, arrival_ns: int) -> Environment:
    """Returns the readings of a message."""
    quantities = tuple(message.quantities)
    return Environment(message.sensor_id, message.time_unix_ns, arrival_ns, quantities, array_of(message.values, -1))


def spot_evidence_to_message(item: SpotEvidence) -> observations_pb2.SpotEvidence:
    """Returns the message of what one frame says of N spots."""
    message = observations_pb2.SpotEvidence(sensor_id=item.sensor_id, time_unix_ns=item.time_ns, spot_ids=item.spot_ids)
    fill(message, item, ("occupied_probability",))
    return message


def spot_evidence_from_message(message: observations_pb2.SpotEvidence, arrival_ns: int) -> SpotEvidence:
    """Returns the evidence of a message."""
    probability = array_of(message.occupied_probability, -1)
    return SpotEvidence(message.sensor_id, message.time_unix_ns, arrival_ns, tuple(message.spot_ids), probability)


def neighbour_objects_to_message(item: NeighbourObjects) -> observations_pb2.NeighbourObjects:
    """Returns the message of a neighbour's N road users."""
    message = observations_pb2.NeighbourObjects(sensor_id=item.sensor_id, time_unix_ns=item.time_ns)
    fill(message, item, ("track_ids", "states", "covariances", "classes"))
    return message


def neighbour_objects_from_message(message: observations_pb2.NeighbourObjects, arrival_ns: int) -> NeighbourObjects:
    """Returns the road users of a message."""
    rows = len(message.track_ids)
    return NeighbourObjects(
        message.sensor_id,
        message.time_unix_ns,
        arrival_ns,
        track_ids=array_of(message.track_ids, rows, dtype=np.int64),
        states=array_of(message.states, rows, 4),
        covariances=array_of(message.covariances, rows, 4, 4),
        classes=array_of(message.classes, rows, dtype=np.int64),
    )


def vehicle_report_to_message(item: VehicleReport) -> observations_pb2.VehicleReport:
    """Returns the message of one vehicle's word."""
    message = observations_pb2.VehicleReport(
        sensor_id=item.sensor_id, time_unix_ns=item.time_ns, road_user_class=item.road_user_class
    )
    fill(message, item, ("state", "covariance", "size_m"))
    return message


def vehicle_report_from_message(message: observations_pb2.VehicleReport, arrival_ns: int) -> VehicleReport:
    """Returns the vehicle's word of a message."""
    return VehicleReport(
        message.sensor_id,
        message.time_unix_ns,
        arrival_ns,
        state=array_of(message.state, 4),
        covariance=array_of(message.covariance, 4, 4),
        size_m=array_of(message.size_m, 3),
        road_user_class=message.road_user_class,
    )


def operator_command_to_message(item: OperatorCommand) -> observations_pb2.OperatorCommand:
    """Returns the message of an operator's word."""
    return observations_pb2.OperatorCommand(
        sensor_id=item.sensor_id,
        time_unix_ns=item.time_ns,
        action=observations_pb2.OperatorAction.Name(int(item.action)),
        target_id=item.target_id,
        comment=item.comment,
    )


def operator_command_from_message(message: observations_pb2.OperatorCommand, arrival_ns: int) -> OperatorCommand:
    """Returns the operator's word of a message."""
    action = OperatorAction(message.action)
    return OperatorCommand(
        message.sensor_id, message.time_unix_ns, arrival_ns, action, message.target_id, message.comment
    )


def sensor_health_to_message(item: SensorHealth) -> observations_pb2.SensorHealth:
    """Returns the message of a sensor's health."""
    return observations_pb2.SensorHealth(
        sensor_id=item.sensor_id,
        time_unix_ns=item.time_ns,
        state=observations_pb2.SensorState.Name(int(item.state)),
        detail=item.detail,
        dropped_total=item.dropped_total,
        repaired_total=item.repaired_total,
    )


def sensor_health_from_message(message: observations_pb2.SensorHealth, arrival_ns: int) -> SensorHealth:
    """Returns the sensor's health of a message."""
    return SensorHealth(
        message.sensor_id,
        message.time_unix_ns,
        arrival_ns,
        state=SensorState(message.state),
        detail=message.detail,
        dropped_total=message.dropped_total,
        repaired_total=message.repaired_total,
    )


def tick_to_message(item: Tick) -> observations_pb2.Tick:
    """Returns the message of a tick."""
    return observations_pb2.Tick(time_unix_ns=item.time_ns)


def tick_from_message(message: observations_pb2.Tick, arrival_ns: int) -> Tick:
    """Returns the tick of a message, which arrived when it spoke."""
    return Tick(message.time_unix_ns)


def detections_to_message(item: Detections) -> detections_pb2.Detections:
    """Returns the message of N boxes."""
    message = detections_pb2.Detections(
        sensor_id=item.sensor_id, time_unix_ns=item.time_ns, width_px=item.width_px, height_px=item.height_px
    )
    fill(message, item, ("confidence", "boxes_px", "classes"))
    return message


def detections_from_message(message: detections_pb2.Detections, arrival_ns: int) -> Detections:
    """Returns the boxes of a message."""
    rows = len(message.confidence)
    return Detections(
        message.sensor_id,
        message.time_unix_ns,
        arrival_ns,
        message.width_px,
        message.height_px,
        boxes_px=array_of(message.boxes_px, rows, 4),
        confidence=array_of(message.confidence, rows),
        classes=array_of(message.classes, rows, dtype=np.int64),
    )
