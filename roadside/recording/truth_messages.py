"""What was really there, to recorded messages and back."""

import numpy as np

from roadside.recording.message_fields import array_of, fill
from roadside.recording.v1 import truth_pb2
from roadside.types.truth import TRUE_EVENT_COLUMNS, TRUTH_COLUMNS, TrueEvents, TrueSpots, Truth


def truth_to_message(item: Truth) -> truth_pb2.Truth:
    """Returns the message of N true road users."""
    if item.visible_px.shape[1] != len(item.camera_ids):
        cameras = len(item.camera_ids)
        raise ValueError(f"Truth.visible_px must have {cameras} columns, got {item.visible_px.shape[1]}")
    message = truth_pb2.Truth(time_unix_ns=item.time_ns, camera_ids=item.camera_ids)
    fill(message, item, tuple(name for name, _, _ in TRUTH_COLUMNS))
    return message


def truth_from_message(message: truth_pb2.Truth, arrival_ns: int) -> Truth:
    """Returns the true road users of a message; they arrive when they were."""
    rows, cameras = len(message.object_ids), len(message.camera_ids)
    columns = [
        array_of(getattr(message, name), rows, *(cameras if side is None else side for side in shape), dtype=dtype)
        for name, shape, dtype in TRUTH_COLUMNS
    ]
    return Truth(message.time_unix_ns, tuple(message.camera_ids), *columns)


def true_events_to_message(item: TrueEvents) -> truth_pb2.TrueEvents:
    """Returns the message of the events of one span."""
    message = truth_pb2.TrueEvents(time_unix_ns=item.time_ns, until_unix_ns=item.until_ns, kinds=item.kinds)
    fill(message, item, tuple(name for name, _, _ in TRUE_EVENT_COLUMNS))
    return message


def true_events_from_message(message: truth_pb2.TrueEvents, arrival_ns: int) -> TrueEvents:
    """Returns the events of a message; they arrive when their span begins."""
    rows = len(message.kinds)
    columns = [array_of(getattr(message, name), rows, *shape, dtype=dtype) for name, shape, dtype in TRUE_EVENT_COLUMNS]
    return TrueEvents(message.time_unix_ns, message.until_unix_ns, tuple(message.kinds), *columns)


def true_spots_to_message(item: TrueSpots) -> truth_pb2.TrueSpots:
    """Returns the message of the true states of N spots."""
    message = truth_pb2.TrueSpots(time_unix_ns=item.time_ns, spot_ids=item.spot_ids)
    fill(message, item, ("occupied",))
    return message


def true_spots_from_message(message: truth_pb2.TrueSpots, arrival_ns: int) -> TrueSpots:
    """Returns the true states of a message; they arrive when they were."""
    spot_ids = tuple(message.spot_ids)
    return TrueSpots(message.time_unix_ns, spot_ids, array_of(message.occupied, len(spot_ids), dtype=np.bool_))
