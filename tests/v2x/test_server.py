import os
import socket
import threading
from dataclasses import replace
from pathlib import Path

import grpc
import numpy as np
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from roadside.errors import ServiceError
from roadside.types.road_users import RoadUserClass
from roadside.v2x.broker import Limits
from roadside.v2x.client import status, subscribe
from roadside.v2x.server import DEFAULT_LIMITS, VALID_FOR_NS, V2xServer
from roadside.v2x.v1 import perception_service_pb2 as service_pb
from roadside.v2x.v1 import perception_service_pb2_grpc as service_grpc
from tests.v2x.site_builder import GRID_NS, LEDGER, START_NS, build_scene, build_site
from tests.v2x.waiting import wait_for

SERVICE = "roadside.v2x.v1.PerceptionService"
CROWD = build_scene(0, np.random.default_rng(7).uniform(-80.0, 80.0, (180, 2)))
"""About 21 kB on the wire."""


class Pole:
    """A running server and what the tests do with it."""

    def __init__(self, limits: Limits = DEFAULT_LIMITS) -> None:
        self.server = V2xServer(build_site(), "127.0.0.1:0", "0.1.0", limits)
        self.address = f"127.0.0.1:{self.server.start()}"

    def publish(self, number: int, scene=None) -> None:
        scene = build_scene(number) if scene is None else replace(scene, time_ns=START_NS + number * GRID_NS)
        self.server.publish(scene, LEDGER)

    def wait_for_subscribers(self, count: int) -> None:
        wait_for(lambda: len(self.server.statistics().subscriptions) == count)

    def raw_stub(self, channel: grpc.Channel) -> service_grpc.PerceptionServiceStub:
        return service_grpc.PerceptionServiceStub(channel)


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.fixture
def pole():
    running = Pole()
    yield running
    running.server.stop(grace_s=0.2)


def test_a_subscriber_gets_the_scenes_in_order(pole):
    got = []
    with subscribe(pole.address) as subscription:
        pole.wait_for_subscribers(1)
        for number in range(12):
            pole.publish(number)
            got.append(next(subscription))

    assert [message.scene.time_unix_ns for message in got] == [START_NS + n * GRID_NS for n in range(12)]
    assert [message.sequence for message in got] == list(range(1, 13))
    assert {message.dropped_since_last for message in got} == {0}


def test_a_message_carries_the_whole_ledger_and_how_long_it_is_valid(pole):
    with subscribe(pole.address) as subscription:
        pole.wait_for_subscribers(1)
        pole.publish(0)
        message = next(subscription)

    latency = message.latency
    assert (latency.captured_unix_ns, latency.received_unix_ns) == (LEDGER.captured_ns, LEDGER.received_ns)
    assert (latency.detected_unix_ns, latency.fused_unix_ns) == (LEDGER.detected_ns, LEDGER.fused_ns)
    assert latency.published_unix_ns == LEDGER.published_ns
    assert message.valid_until_unix_ns == START_NS + VALID_FOR_NS


def test_scenes_published_faster_than_they_can_go_out_are_counted_as_missed(pole):
    with subscribe(pole.address) as subscription:
        pole.wait_for_subscribers(1)
        for number in range(100):
            pole.publish(number, CROWD)
        came = accounted = 0
        for message in subscription:
            came += 1
            accounted += 1 + message.dropped_since_last
            if message.scene.time_unix_ns == START_NS + 99 * GRID_NS:
                break

    assert accounted == 100
    statistics = pole.server.statistics()
    assert statistics.scenes_published == 100
    assert (statistics.messages_sent, statistics.scenes_dropped) == (came, 100 - came)


def test_a_subscriber_gets_only_the_area_and_the_classes_it_asked_for(pole):
    wanted = service_pb.SubscriptionFilter(
        circle=service_pb.Circle(latitude_deg=31.2, longitude_deg=121.4, radius_m=50.0),
        classes=[RoadUserClass.PEDESTRIAN, RoadUserClass.BICYCLE],
    )
    scene = build_scene(
        0,
        [[0.0, 10.0], [0.0, 20.0], [0.0, 30.0], [0.0, 60.0]],
        (RoadUserClass.CAR, RoadUserClass.PEDESTRIAN, RoadUserClass.BICYCLE, RoadUserClass.PEDESTRIAN),
    )
    with subscribe(pole.address, wanted) as subscription:
        pole.wait_for_subscribers(1)
        pole.publish(0, scene)
        message = next(subscription)
        east = build_site().wire_frame.geodetic_from_site(np.array([0.0, 60.0, 0.0]))
        moved = service_pb.Circle(latitude_deg=east[0], longitude_deg=east[1], radius_m=5.0)
        subscription.change(service_pb.SubscriptionFilter(circle=moved))
        pole.publish(1, scene)
        after_moving = next(subscription)

    assert [perceived.track_id for perceived in message.scene.objects] == [2, 3]
    assert [perceived.track_id for perceived in after_moving.scene.objects] == [4]


def test_a_subscriber_may_ask_for_fewer_scenes(pole):
    with (
        subscribe(pole.address, service_pb.SubscriptionFilter(max_rate_hz=2.0)) as slow,
        subscribe(pole.address) as fast,
    ):
        pole.wait_for_subscribers(2)
        for number in range(11):
            pole.publish(number)
            next(fast)
        got = [next(slow) for _ in range(3)]

    assert got[0].scene.time_unix_ns == START_NS
    assert got[-1].scene.time_unix_ns == START_NS + 10 * GRID_NS


def test_a_stalled_reader_costs_bounded_memory_and_nothing_to_the_others(pole):
    with grpc.insecure_channel(pole.address) as channel:
        stalled = pole.raw_stub(channel).Subscribe(service_pb.SubscribeRequest())
        pole.wait_for_subscribers(1)
        stalled_id = pole.server.statistics().subscriptions[0].subscription_id
        with subscribe(pole.address) as healthy:
            times_ns = []
            reading = threading.Thread(target=lambda: times_ns.extend(m.scene.time_unix_ns for m in healthy))
            reading.start()
            pole.wait_for_subscribers(2)
            pole.publish(0, CROWD)
            before = resident_bytes()
            for number in range(1, 2001):
                pole.publish(number, CROWD)
            wait_for(lambda: times_ns and times_ns[-1] == START_NS + 2000 * GRID_NS)
            grown = resident_bytes() - before
            totals = {one.subscription_id: one for one in pole.server.statistics().subscriptions}
        reading.join()
        stalled.cancel()

    stalled_totals = totals.pop(stalled_id)
    (healthy_totals,) = totals.values()
    assert stalled_totals.bytes_sent > 0
    assert stalled_totals.bytes_sent < 1_500_000  # of 42 MB
    assert stalled_totals.messages_sent + stalled_totals.scenes_dropped >= 2000
    assert healthy_totals.messages_sent > 5 * stalled_totals.messages_sent
    assert grown < 30_000_000


def test_who_never_acknowledges_is_told_so():
    pole = Pole(Limits(unacknowledged=3, slow_period_ns=20_000_000, unacknowledged_age_ns=100_000_000))
    with grpc.insecure_channel(pole.address) as channel:
        stalled = pole.raw_stub(channel).Subscribe(service_pb.SubscribeRequest())
        pole.wait_for_subscribers(1)
        for number in range(10_000):
            pole.publish(number)
            if pole.server.statistics().subscriptions_expired:
                break
        came = 0
        with pytest.raises(grpc.RpcError) as ended:
            for _ in stalled:
                came += 1

    assert ended.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert "nothing was acknowledged for 0.1 s: call UpdateSubscription" in ended.value.details()
    assert came == pole.server.statistics().messages_sent
    pole.server.stop(0.2)


def test_a_reader_with_full_buffers_is_told_why_it_was_ended_when_it_reads_again():
    pole = Pole(Limits(unacknowledged=10**9, unacknowledged_age_ns=1_000_000_000))
    huge = "x" * 500_000  # a scene of half a megabyte that costs nothing to encode: the reader's window is full at once
    with grpc.insecure_channel(pole.address) as channel:
        stalled = pole.raw_stub(channel).Subscribe(service_pb.SubscribeRequest())
        pole.wait_for_subscribers(1)
        for number in range(10_000):
            pole.publish(number, replace(build_scene(0), site_id=huge))
            if pole.server.statistics().subscriptions_expired:
                break
        assert pole.server.statistics().scenes_dropped > 0
        with pytest.raises(grpc.RpcError) as ended:
            for _ in stalled:
                pass

    assert ended.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    pole.server.stop(0.2)


def test_a_reader_who_left_is_forgotten(pole):
    with subscribe(pole.address) as subscription:
        pole.wait_for_subscribers(1)
        pole.publish(0)
        next(subscription)
    pole.wait_for_subscribers(0)

    pole.publish(1)

    assert pole.server.statistics().messages_sent == 1


@pytest.mark.parametrize(
    ("request_message", "code", "complaint"),
    [
        (
            service_pb.UpdateSubscriptionRequest(subscription_id="nobody"),
            grpc.StatusCode.NOT_FOUND,
            "subscription_id must be a running subscription's, got 'nobody'",
        ),
        (
            service_pb.UpdateSubscriptionRequest(filter=service_pb.SubscriptionFilter(max_rate_hz=-1.0)),
            grpc.StatusCode.INVALID_ARGUMENT,
            "filter.max_rate_hz must be at least 0.001, got -1.0",
        ),
    ],
)
def test_an_update_that_cannot_be_is_refused_with_the_reason(pole, request_message, code, complaint):
    with grpc.insecure_channel(pole.address) as channel, pytest.raises(grpc.RpcError) as refused:
        pole.raw_stub(channel).UpdateSubscription(request_message)

    assert (refused.value.code(), refused.value.details()) == (code, complaint)


def test_acknowledging_what_was_not_sent_is_refused(pole):
    with grpc.insecure_channel(pole.address) as channel:
        stream = pole.raw_stub(channel).Subscribe(service_pb.SubscribeRequest())
        pole.wait_for_subscribers(1)
        pole.publish(0)
        subscription_id = next(stream).subscription_id
        update = service_pb.UpdateSubscriptionRequest(subscription_id=subscription_id, acknowledged_sequence=2)
        with pytest.raises(grpc.RpcError) as refused:
            pole.raw_stub(channel).UpdateSubscription(update)
        update.acknowledged_sequence = 1
        assert pole.raw_stub(channel).UpdateSubscription(update).unacknowledged == 0
        stream.cancel()

    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT


def test_a_port_in_use_is_one_clear_line(pole):
    with pytest.raises(ServiceError) as refused:
        V2xServer(build_site(), pole.address, "0.1.0").start()

    assert str(refused.value) == f"{pole.address}: wanted a free address to listen at, got: Address already in use"


def test_a_port_that_somebody_else_listens_on_is_in_use_too():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(ServiceError, match="Address already in use"):
            V2xServer(build_site(), address, "0.1.0").start()


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.1:", ":50051", "127.0.0.1:http", "127.0.0.1:99999"])
def test_what_is_no_address_is_said_to_be_none(address):
    with pytest.raises(ServiceError, match=r"address must be HOST:PORT with a port of 0 to 65535, got"):
        V2xServer(build_site(), address, "0.1.0").start()


def test_a_port_is_free_again_after_stopping():
    first = Pole()
    first.server.stop()
    second = V2xServer(build_site(), first.address, "0.1.0")

    assert f"127.0.0.1:{second.start()}" == first.address
    second.stop()


def test_stopping_ends_the_streams_without_an_error(pole):
    with subscribe(pole.address) as subscription:
        pole.wait_for_subscribers(1)
        pole.publish(0)
        next(subscription)
        pole.server.stop(grace_s=5.0)

        assert list(subscription) == []
    pole.server.stop()


def test_a_stopped_server_takes_no_scenes(pole):
    pole.server.stop()

    with pytest.raises(RuntimeError, match="started and not stopped"):
        pole.publish(0)


def test_health_says_serving_and_then_not_serving(pole):
    with grpc.insecure_channel(pole.address) as channel:
        stub = health_pb2_grpc.HealthStub(channel)
        for service in ("", SERVICE):
            answer = stub.Check(health_pb2.HealthCheckRequest(service=service))
            assert answer.status == health_pb2.HealthCheckResponse.SERVING
        watching = stub.Watch(health_pb2.HealthCheckRequest(service=SERVICE))
        assert next(watching).status == health_pb2.HealthCheckResponse.SERVING
        pole.server.stop(grace_s=0.05)

        assert next(watching).status == health_pb2.HealthCheckResponse.NOT_SERVING


def test_reflection_lists_the_service_and_hands_out_its_definition(pole):
    with grpc.insecure_channel(pole.address) as channel:
        stub = reflection_pb2_grpc.ServerReflectionStub(channel)
        requests = [
            reflection_pb2.ServerReflectionRequest(list_services=""),
            reflection_pb2.ServerReflectionRequest(file_containing_symbol=SERVICE),
        ]
        listed, defined = stub.ServerReflectionInfo(iter(requests))

    assert SERVICE in [service.name for service in listed.list_services_response.service]
    assert any(b"UpdateSubscription" in file for file in defined.file_descriptor_response.file_descriptor_proto)


def test_the_status_counts_what_happened(pole):
    with subscribe(pole.address) as subscription:
        pole.wait_for_subscribers(1)
        pole.publish(0)
        next(subscription)
        said = status(pole.address)

    assert (said.site_id, said.crs, said.crs_epoch, said.wire_epoch) == ("crossing-7", "EPSG:4490", 2000.0, 2026.9)
    assert (said.software_version, said.scenes_published_total, said.messages_sent_total) == ("0.1.0", 1, 1)
    assert said.subscribers == 1
    assert said.uptime_s > 0.0
