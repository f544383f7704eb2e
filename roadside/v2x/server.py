"""The gRPC server: a thread with its own event loop, which ordinary threads hand scenes to."""

import asyncio
import threading
from concurrent.futures import Future
from typing import Any

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from roadside.errors import ServiceError
from roadside.types.scene import LatencyLedger, Scene
from roadside.types.site import Site
from roadside.v2x.address import check_free
from roadside.v2x.broker import BrokerTotals, Limits
from roadside.v2x.encoding import EncodedScene, encode
from roadside.v2x.messages import ledger_message, scene_message
from roadside.v2x.service import SERVICE_NAME, PerceptionServicer

VALID_FOR_NS = 500_000_000
"""How long after its instant a scene may be acted on: five scenes of the 100 ms grid may be lost."""

OPTIONS = (
    ("grpc.so_reuseport", 0),  # else a second server takes half of the clients and nobody is told
    ("grpc.keepalive_time_ms", 20_000),  # a vehicle out of reach sends no goodbye
    ("grpc.keepalive_timeout_ms", 10_000),
)

DEFAULT_LIMITS = Limits()


class V2xServer:
    """Serves one site's scenes. ``start``, ``publish``, ``statistics`` and ``stop`` are for ordinary threads."""

    def __init__(self, site: Site, address: str, version: str, limits: Limits = DEFAULT_LIMITS) -> None:
        self._site = site
        self._address = address
        self._servicer = PerceptionServicer(site, version, limits)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._life = threading.Lock()  # the loop runs while somebody who checked that it does relies on it
        self._thread: threading.Thread | None = None
        self._stopping = asyncio.Event()
        self._grace_s = 0.0
        # What the event loop has not fetched yet: again a slot, and the instants of the scenes that it replaced.
        self._lock = threading.Lock()
        self._slot: EncodedScene | None = None
        self._passed_over_ns: list[int] = []

    def start(self) -> int:
        """Begins to serve; returns the port.

        Raises:
            ServiceError: the address is taken or not one of this host's.
        """
        check_free(self._address)
        port: Future[int] = Future()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, args=(self._loop, port), name="v2x-server", daemon=True)
        self._thread.start()
        try:
            return port.result()
        except Exception:
            self._thread.join()
            self._loop = None
            raise

    def publish(self, scene: Scene, ledger: LatencyLedger) -> None:
        """Hands a scene with its complete ledger to the subscribers and returns at once.

        Raises:
            RuntimeError: the server does not run.
        """
        if self._loop is None:
            raise RuntimeError("V2xServer.publish needs a server that was started and not stopped")
        message = scene_message(scene, self._site)
        encoded = encode(scene, message, ledger_message(ledger), scene.time_ns + VALID_FOR_NS)
        with self._lock:
            replaced, self._slot = self._slot, encoded
            if replaced is not None:
                self._passed_over_ns.append(replaced.time_ns)
        if replaced is None:
            self._loop.call_soon_threadsafe(self._hand_over)

    def statistics(self) -> BrokerTotals:
        """Returns the counts since start, subscription by subscription."""
        with self._life:
            if self._loop is None:
                return self._servicer.broker.totals()
            return asyncio.run_coroutine_threadsafe(self._totals(), self._loop).result()

    def stop(self, grace_s: float = 1.0) -> None:
        """Ends all streams, waits up to ``grace_s`` for clients that read on, and returns when nothing runs any more.

        Stop publishing first. Calling it again, or without a successful ``start``, does nothing.
        """
        with self._life:
            if self._loop is None or self._thread is None:
                return
            self._grace_s = grace_s
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join()
            self._loop = None

    def _run(self, loop: asyncio.AbstractEventLoop, port: "Future[int]") -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_until_complete(self._serve(port))
            left = asyncio.all_tasks(loop)  # calls that outlasted the grace period, such as a health watch
            for task in left:
                task.cancel()
            loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        finally:
            loop.close()

    async def _serve(self, port: "Future[int]") -> None:
        try:
            server, health_servicer, bound_port = await self._started_server()
        except Exception as error:  # start() raises it, in the thread of whoever called
            port.set_exception(error)
            return
        port.set_result(bound_port)
        await self._stopping.wait()
        await health_servicer.enter_graceful_shutdown()
        self._servicer.end_streams()
        await server.stop(self._grace_s)

    async def _started_server(self) -> tuple[Any, Any, int]:
        server = grpc.aio.server(options=OPTIONS)
        server.add_generic_rpc_handlers((self._servicer.handler(),))
        health_servicer = health.aio.HealthServicer()
        health_pb2_grpc.add_HealthServicer_to_server(health_servicer, server)
        reflection.enable_server_reflection((SERVICE_NAME, health.SERVICE_NAME, reflection.SERVICE_NAME), server)
        try:
            bound_port = server.add_insecure_port(self._address)
        except RuntimeError as error:
            raise ServiceError(f"{self._address}: wanted a free address to listen at, got: {error}") from None
        await server.start()
        for service in ("", SERVICE_NAME):
            await health_servicer.set(service, health_pb2.HealthCheckResponse.SERVING)
        return server, health_servicer, bound_port

    async def _totals(self) -> BrokerTotals:
        return self._servicer.broker.totals()

    def _hand_over(self) -> None:
        with self._lock:
            encoded, passed_over_ns = self._slot, self._passed_over_ns
            self._slot, self._passed_over_ns = None, []
        if encoded is not None:
            self._servicer.hand_over(encoded, passed_over_ns)
