"""A subscriber. Needs grpcio, protobuf and the generated ``roadside.v2x.v1``, and nothing else of roadside.

with subscribe("127.0.0.1:50051") as subscription:
    for message in subscription:
        print(message.sequence, len(message.scene.objects))
"""

import time
from collections.abc import Iterator
from typing import Any, TypeAlias

import grpc

from roadside.errors import ServiceError
from roadside.v2x.address import parse_address
from roadside.v2x.v1 import perception_service_pb2 as service_pb
from roadside.v2x.v1 import perception_service_pb2_grpc as service_grpc
from roadside.v2x.v1 import scene_pb2 as scene_pb

SubscriptionFilter: TypeAlias = service_pb.SubscriptionFilter
SubscribeResponse: TypeAlias = service_pb.SubscribeResponse
LatencyLedger: TypeAlias = service_pb.LatencyLedger
PerceivedObject: TypeAlias = scene_pb.PerceivedObject
PositionCovariance: TypeAlias = scene_pb.PositionCovariance
SensorState = scene_pb.SensorState
"""What a subscriber handles, so that it need not know which generated file holds it."""

ACKNOWLEDGE_EVERY = 5
"""Messages between two acknowledgements; the server slows down a subscriber that leaves 20 unacknowledged."""

ACKNOWLEDGE_WITHIN_S = 5.0
"""An acknowledgement also goes out so long after the last one: the server ends subscriptions after 60 s without."""

CALL_TIMEOUT_S = 5.0
"""For calls that are answered at once."""


class Subscription(Iterator[service_pb.SubscribeResponse]):
    """The messages of one subscription, newest wins, acknowledged while they are read.

    Iteration ends when the server ends the stream or ``close`` is called.
    """

    def __init__(self, address: str, wanted: service_pb.SubscriptionFilter | None = None) -> None:
        self._address = address
        self._channel = grpc.insecure_channel(address)
        self._stub: Any = _stub(self._channel)
        self._stream = self._stub.Subscribe(service_pb.SubscribeRequest(filter=wanted))
        self._subscription_id = ""
        self._sequence = 0
        self._acknowledged = 0
        self._acknowledged_s = time.monotonic()
        self._calls: set[Any] = set()  # gRPC cancels a call that nobody holds on to

    def __enter__(self) -> "Subscription":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __next__(self) -> service_pb.SubscribeResponse:
        try:
            message: service_pb.SubscribeResponse = next(self._stream)
        except grpc.RpcError as error:
            if error.code() is grpc.StatusCode.CANCELLED and self._stream.cancelled():
                raise StopIteration from None
            raise _service_error(self._address, error) from None
        self._subscription_id, self._sequence = message.subscription_id, message.sequence
        due_s = self._acknowledged_s + ACKNOWLEDGE_WITHIN_S
        if self._sequence - self._acknowledged >= ACKNOWLEDGE_EVERY or time.monotonic() >= due_s:
            self._update(None)
        return message

    def change(self, wanted: service_pb.SubscriptionFilter) -> None:
        """Replaces the filter, say because the vehicle moved.

        Raises:
            ServiceError: the server does not take it, or no message was read yet.
        """
        if not self._subscription_id:
            raise ServiceError(f"{self._address}: a filter can be changed after the first message, got none yet")
        try:
            self._update(wanted).result()
        except grpc.RpcError as error:
            raise _service_error(self._address, error) from None

    def close(self) -> None:
        """Ends the subscription."""
        self._stream.cancel()
        self._channel.close()

    def _update(self, wanted: service_pb.SubscriptionFilter | None) -> Any:
        """Sends an acknowledgement without waiting for the answer; should it be lost, the next one makes up for it."""
        self._acknowledged, self._acknowledged_s = self._sequence, time.monotonic()
        request = service_pb.UpdateSubscriptionRequest(
            subscription_id=self._subscription_id, acknowledged_sequence=self._sequence, filter=wanted
        )
        call = self._stub.UpdateSubscription.future(request, timeout=CALL_TIMEOUT_S)
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)
        return call


def subscribe(address: str, wanted: service_pb.SubscriptionFilter | None = None) -> Subscription:
    """Returns the messages of a new subscription, to iterate over and to ``close``.

    Args:
        address: ``HOST:PORT`` of the pole.
        wanted: which objects and how often; everything by default.

    Iteration raises ``ServiceError`` where the server is not there or ends the subscription.
    """
    parse_address(address)
    return Subscription(address, wanted)


def status(address: str) -> service_pb.GetStatusResponse:
    """Returns what is installed at the pole and how its service is doing.

    Raises:
        ServiceError: no server answers there.
    """
    parse_address(address)
    with grpc.insecure_channel(address) as channel:
        try:
            answer: service_pb.GetStatusResponse = _stub(channel).GetStatus(
                service_pb.GetStatusRequest(), timeout=CALL_TIMEOUT_S
            )
        except grpc.RpcError as error:
            raise _service_error(address, error) from None
    return answer


def _stub(channel: Any) -> Any:
    return service_grpc.PerceptionServiceStub(channel)  # type: ignore[no-untyped-call]  # generated without types


def _service_error(address: str, error: Any) -> ServiceError:
    """Returns one line about a failed call; gRPC's own text spans lines and repeats itself."""
    code, details = error.code(), " ".join((error.details() or "").split())
    if code is grpc.StatusCode.UNAVAILABLE:
        return ServiceError(f"{address}: wanted a roadside server, got no answer: {details}")
    return ServiceError(f"{address}: the server ended the call with {code.name}: {details}")
