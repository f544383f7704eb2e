import subprocess
import sys
from pathlib import Path

import pytest

from roadside.errors import ServiceError
from roadside.v2x.broker import Limits
from roadside.v2x.client import status, subscribe
from roadside.v2x.server import V2xServer
from roadside.v2x.v1 import perception_service_pb2 as service_pb
from tests.v2x.site_builder import LEDGER, build_scene, build_site
from tests.v2x.waiting import wait_for

ROOT = Path(__file__).parents[2]

ONLY_GRPC_AND_PROTOBUF = """
import sys, sysconfig
from importlib.abc import MetaPathFinder

ALLOWED = {"grpc", "google", "typing_extensions"}
ROADSIDE = {"roadside", "roadside.errors", "roadside.v2x", "roadside.v2x.address", "roadside.v2x.client"}

class Elsewhere(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top == "roadside":
            if name in ROADSIDE or name == "roadside.v2x.v1" or name.startswith("roadside.v2x.v1."):
                return None
            raise ImportError(f"the client imports {name}")
        if top in sys.stdlib_module_names or top in ALLOWED:
            return None
        raise ImportError(f"the client imports {name}")

sys.meta_path.insert(0, Elsewhere())
from roadside.v2x.client import status, subscribe
try:
    import numpy
except ImportError:
    print(status(sys.argv[1]).site_id)
"""


def test_the_client_needs_only_grpcio_and_protobuf():
    server = V2xServer(build_site(), "127.0.0.1:0", "0.1.0")
    port = server.start()

    ran = subprocess.run(
        [sys.executable, "-c", ONLY_GRPC_AND_PROTOBUF, f"127.0.0.1:{port}"],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert (ran.stdout, ran.stderr, ran.returncode) == ("crossing-7\n", "", 0)
    server.stop()


def test_reading_acknowledges_so_that_the_full_rate_stays():
    server = V2xServer(build_site(), "127.0.0.1:0", "0.1.0", Limits(unacknowledged=12))
    port = server.start()
    with subscribe(f"127.0.0.1:{port}") as subscription:
        wait_for(lambda: server.statistics().subscriptions)
        for number in range(50):  # would be slowed down after twelve
            server.publish(build_scene(number), LEDGER)
            assert next(subscription).dropped_since_last == 0

        wait_for(lambda: server.statistics().subscriptions[0].unacknowledged == 0)
    server.stop()


def test_closing_ends_the_iteration():
    server = V2xServer(build_site(), "127.0.0.1:0", "0.1.0")
    subscription = subscribe(f"127.0.0.1:{server.start()}")

    subscription.close()

    assert list(subscription) == []
    server.stop()


@pytest.mark.parametrize("call", [status, lambda address: next(subscribe(address))])
def test_a_server_that_is_not_there_is_one_clear_line(call):
    server = V2xServer(build_site(), "127.0.0.1:0", "0.1.0")
    address = f"127.0.0.1:{server.start()}"
    server.stop()

    with pytest.raises(ServiceError) as refused:
        call(address)

    assert str(refused.value).startswith(f"{address}: wanted a roadside server, got no answer: ")
    assert "\n" not in str(refused.value)


def test_a_filter_the_server_refuses_is_an_error_with_the_servers_words():
    server = V2xServer(build_site(), "127.0.0.1:0", "0.1.0")
    address = f"127.0.0.1:{server.start()}"

    with (
        subscribe(address, service_pb.SubscriptionFilter(max_rate_hz=0.0)) as subscription,
        pytest.raises(ServiceError, match=r"INVALID_ARGUMENT: filter.max_rate_hz must be at least 0.001, got 0.0"),
    ):
        next(subscription)
    server.stop()


def test_a_filter_can_be_changed_only_once_messages_come():
    with subscribe("127.0.0.1:1") as subscription, pytest.raises(ServiceError, match="after the first message"):
        subscription.change(service_pb.SubscriptionFilter())
