"""The remote procedures, on the server's event loop."""

import asyncio
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import grpc

from roadside.types.site import Site
from roadside.v2x.broker import Broker, Limits
from roadside.v2x.encoding import EncodedScene
from roadside.v2x.filters import Wanted, wanted_of
from roadside.v2x.messages import status_message
from roadside.v2x.v1 import perception_service_pb2 as service_pb

SERVICE_NAME = service_pb.DESCRIPTOR.services_by_name["PerceptionService"].full_name


@dataclass(slots=True, eq=False)
class _Stream:
    """One running ``Subscribe`` call.

    Attributes:
        context: gRPC's side of it.
        wake: set when there is something to do.
        is_ending: the server stops.
        expiry: the task that tells the client that its subscription expired.
    """

    context: Any
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    is_ending: bool = False
    expiry: asyncio.Task[None] | None = None


class PerceptionServicer:
    """Serves the subscriptions of one site. All methods run on one event loop."""

    def __init__(self, site: Site, version: str, limits: Limits) -> None:
        self.broker = Broker(limits)
        self._site = site
        self._version = version
        self._limits = limits
        self._streams: dict[str, _Stream] = {}
        self._is_ending = False
        self._started_ns = time.monotonic_ns()

    def handler(self) -> Any:
        """Returns what ``grpc.aio.Server.add_generic_rpc_handlers`` takes; scenes are bytes already."""
        subscribe, update, status = (
            service_pb.SubscribeRequest,
            service_pb.UpdateSubscriptionRequest,
            service_pb.GetStatusRequest,
        )
        return grpc.method_handlers_generic_handler(
            SERVICE_NAME,
            {
                "Subscribe": grpc.unary_stream_rpc_method_handler(self.subscribe, subscribe.FromString, bytes),
                "UpdateSubscription": grpc.unary_unary_rpc_method_handler(
                    self.update_subscription,
                    update.FromString,
                    service_pb.UpdateSubscriptionResponse.SerializeToString,
                ),
                "GetStatus": grpc.unary_unary_rpc_method_handler(
                    self.get_status, status.FromString, service_pb.GetStatusResponse.SerializeToString
                ),
            },
        )

    def hand_over(self, scene: EncodedScene, passed_over_ns: Iterable[int]) -> None:
        """Offers a scene to all subscribers and wakes those that are ready for it."""
        published = self.broker.publish(scene, time.monotonic_ns(), tuple(passed_over_ns))
        for subscription_id in published.expired:
            stream = self._streams[subscription_id]
            # A task of its own: the stream may be waiting in a write that never ends.
            stream.expiry = asyncio.get_running_loop().create_task(self._tell_expired(stream))
            stream.wake.set()
        for subscription_id in published.ready:
            self._streams[subscription_id].wake.set()

    def end_streams(self) -> None:
        """Lets every stream end after the message it is at, and whatever begins from now on at once, with status OK."""
        self._is_ending = True
        for stream in self._streams.values():
            stream.is_ending = True
            stream.wake.set()

    async def subscribe(self, request: service_pb.SubscribeRequest, context: Any) -> None:
        """Streams scenes until the client leaves, the subscription expires or the server stops."""
        wanted = await self._wanted(request.filter, context)
        await context.send_initial_metadata(())
        if self._is_ending:
            return None
        subscription_id, stream = secrets.token_hex(8), _Stream(context)
        self._streams[subscription_id] = stream
        self.broker.open(subscription_id, wanted)
        try:
            while not stream.is_ending:
                await stream.wake.wait()
                stream.wake.clear()
                if stream.expiry is not None:
                    return await stream.expiry
                while (data := self.broker.take(subscription_id, time.monotonic_ns())) is not None:
                    await context.write(data)
        except grpc.aio.InternalError:
            pass  # the client left, or was ended, while the write waited
        finally:
            self.broker.close(subscription_id)
            del self._streams[subscription_id]

    async def update_subscription(
        self, request: service_pb.UpdateSubscriptionRequest, context: Any
    ) -> service_pb.UpdateSubscriptionResponse:
        """Notes what the client has read and what it wants from now on."""
        subscription_id = request.subscription_id
        wanted = await self._wanted(request.filter, context) if request.HasField("filter") else None
        try:
            unacknowledged = self.broker.update(
                subscription_id, request.acknowledged_sequence, wanted, time.monotonic_ns()
            )
        except KeyError:
            text = f"subscription_id must be a running subscription's, got {subscription_id!r}"
            await context.abort(grpc.StatusCode.NOT_FOUND, text)
        except ValueError as error:
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
        self._streams[subscription_id].wake.set()
        return service_pb.UpdateSubscriptionResponse(unacknowledged=unacknowledged)

    async def get_status(self, request: service_pb.GetStatusRequest, context: Any) -> service_pb.GetStatusResponse:
        """Says what is installed and how the service is doing."""
        uptime_s = (time.monotonic_ns() - self._started_ns) / 1e9
        return status_message(self._site, self._version, uptime_s, self.broker.totals())

    async def _wanted(self, message: service_pb.SubscriptionFilter, context: Any) -> Wanted:
        try:
            return wanted_of(message, self._site.wire_frame)
        except ValueError as error:
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
            raise

    async def _tell_expired(self, stream: _Stream) -> None:
        """Ends a stream with a status; a client that reads nothing gets it when it reads again."""
        age_s = self._limits.unacknowledged_age_ns / 1e9
        text = (
            f"nothing was acknowledged for {age_s:g} s: call UpdateSubscription with the highest sequence read so far "
            f"every few messages, less than {self._limits.unacknowledged} apart, and subscribe again"
        )
        try:
            await stream.context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, text)
        except grpc.aio.AbortError:
            pass  # how abort() returns; the call itself sees that it was aborted
        except grpc.aio.InternalError:
            pass  # the client left in the meantime
