import io
import json
import threading
from functools import partial

import pytest
from rich.console import Console

from roadside.errors import ServiceError
from roadside.v2x.messages import scene_message
from roadside.v2x.server import V2xServer
from roadside.v2x.v1 import perception_service_pb2 as service_pb
from roadside.v2x.v1 import scene_pb2 as scene_pb
from roadside.watch import latency_line, object_row, position_sigma_m, scene_view, watch_json, watch_table
from tests.v2x.site_builder import LEDGER, build_scene, build_site
from tests.v2x.waiting import wait_for


class Publisher:
    """A pole that publishes scenes from the first subscriber on, and ends after ``count`` of them."""

    def __init__(self, count: int) -> None:
        self.server = V2xServer(build_site(), "127.0.0.1:0", "0.1.0")
        self.address = f"127.0.0.1:{self.server.start()}"
        self.thread = threading.Thread(target=self._run, args=(count,))

    def __enter__(self) -> str:
        self.thread.start()
        return self.address

    def __exit__(self, *exception: object) -> None:
        self.thread.join()

    def _run(self, count: int) -> None:
        wait_for(lambda: self.server.statistics().subscriptions)
        for number in range(count):
            self.server.publish(build_scene(number), LEDGER)
            wait_for(partial(self._is_out, number))
        self.server.stop(grace_s=5.0)

    def _is_out(self, number: int) -> bool:
        statistics = self.server.statistics()
        return not statistics.subscriptions or statistics.messages_sent > number


def console() -> Console:
    return Console(file=io.StringIO(), width=160, force_terminal=False)


def test_json_is_one_line_a_message_with_the_names_of_the_contract():
    lines, remarks = io.StringIO(), console()
    with Publisher(3) as address:
        assert watch_json(address, lines, remarks) == 3

    messages = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert [message["sequence"] for message in messages] == ["1", "2", "3"]
    assert messages[0]["scene"]["objects"][0]["road_user_class"] == "ROAD_USER_CLASS_CAR"
    assert messages[0]["scene"]["objects"][0]["speed_mps"] == 0.0
    assert messages[0]["scene"]["skipped_total"] == "0"
    assert remarks.file.getvalue() == f"{address}: the server ended the stream, 3 messages came\n"


def test_json_has_the_same_keys_in_every_line():
    lines = io.StringIO()
    with Publisher(2) as address:
        watch_json(address, lines, console())

    first, second = (json.loads(line) for line in lines.getvalue().splitlines())
    assert list(first) == list(second)
    assert list(first["scene"]["objects"][0]) == list(second["scene"]["objects"][0])


def test_a_count_ends_the_watch():
    lines, remarks = io.StringIO(), console()
    with Publisher(5) as address:
        assert watch_json(address, lines, remarks, count=2) == 2

    assert len(lines.getvalue().splitlines()) == 2
    assert "2 messages came" in remarks.file.getvalue()


def test_the_table_shows_the_road_users_and_says_how_many_messages_came():
    screen = console()
    with Publisher(2) as address:
        assert watch_table(address, screen) == 2

    shown = screen.file.getvalue()
    assert "crossing-7, 1 road users" in shown
    assert "car 90%" in shown
    assert f"{address}: the server ended the stream, 2 messages came" in shown


@pytest.mark.parametrize(
    "watch",
    [lambda address: watch_table(address, console()), lambda address: watch_json(address, io.StringIO(), console())],
)
def test_without_a_server_the_watch_ends_with_one_clear_line(watch):
    with pytest.raises(ServiceError, match=r"^127\.0\.0\.1:1: wanted a roadside server, got no answer"):
        watch("127.0.0.1:1")


def test_a_row_is_in_the_units_of_people():
    perceived = scene_message(build_scene(), build_site()).objects[0]
    perceived.speed_mps = 10.0
    perceived.ClearField("heading_deg")

    row = object_row(perceived)

    assert row == ("1", "car 90%", "31.2001804", "121.4000000", "36.0", "-", "0.50", "camera-north", "0.2")


def test_sigma_is_along_the_long_axis_of_the_error_ellipse():
    # 2 m along the diagonal, 1 m across: [[2.5, 1.5], [1.5, 2.5]] has the eigenvalues 4 and 1.
    covariance = scene_pb.PositionCovariance(east_east_m2=2.5, east_north_m2=1.5, north_north_m2=2.5)

    assert position_sigma_m(covariance) == pytest.approx(2.0)


def test_latency_leaves_out_what_did_not_happen():
    latency = service_pb.LatencyLedger(captured_unix_ns=0, received_unix_ns=10_000_000, published_unix_ns=42_500_000)

    line = latency_line(latency, 43_000_000)

    assert line == "exposure to out -, host in to out 32.5 ms, out to here 0.5 ms"


def test_the_view_names_the_sensors_and_the_missed_scenes():
    message = service_pb.SubscribeResponse(sequence=9, scene=scene_message(build_scene(), build_site()))
    screen = console()

    screen.print(scene_view(message, 4, 0))

    assert "message 9, missed 4" in screen.file.getvalue()
    assert "sensors: camera-north ok, radar-north unspecified" in screen.file.getvalue()
