"""``roadside watch``: what a pole sends, live in a terminal or as lines of JSON."""

import json
import math
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import TextIO

from google.protobuf.json_format import MessageToDict
from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from roadside.types.road_users import RoadUserClass
from roadside.v2x import client
from roadside.v2x.client import Subscription, subscribe

UNKNOWN = "-"

REFRESHES_PER_S = 10
"""Scenes come at 10 Hz."""

COLUMNS = ("id", "class", "latitude °", "longitude °", "speed km/h", "heading °", "sigma m", "sensors", "age s")


def watch_table(
    address: str, console: Console, *, wanted: client.SubscriptionFilter | None = None, count: int | None = None
) -> int:
    """Shows the newest scene as a table until the server ends the stream; returns how many messages came.

    Args:
        address: ``HOST:PORT`` of the pole.
        console: where to.
        wanted: which objects and how often.
        count: stop after so many messages.

    Raises:
        ServiceError: no server answers there, or it breaks the stream off.
    """
    came, dropped_total = 0, 0
    with subscribe(address, wanted) as subscription, ExitStack() as stack:
        view: Live | None = None
        for message in _first(subscription, count):
            if view is None:
                view = stack.enter_context(Live(console=console, refresh_per_second=REFRESHES_PER_S))
            came += 1
            dropped_total += message.dropped_since_last
            view.update(scene_view(message, dropped_total, time.time_ns()))
    _say_how_it_ended(address, console, came, count)
    return came


def watch_json(
    address: str,
    lines: TextIO,
    console: Console,
    *,
    wanted: client.SubscriptionFilter | None = None,
    count: int | None = None,
) -> int:
    """Writes one line of JSON a message until the server ends the stream; returns how many messages came.

    The keys are the field names of ``proto/roadside/v2x/v1``. A key is missing only where the value is unknown; 64-bit
    integers are strings, for JSON's numbers are too small for them (https://protobuf.dev/programming-guides/json/).

    Args:
        address: ``HOST:PORT`` of the pole.
        lines: where the lines go.
        console: where the closing remark goes; not the same stream, so that ``lines`` stays JSON.
        wanted: which objects and how often.
        count: stop after so many messages.

    Raises:
        ServiceError: no server answers there, or it breaks the stream off.
    """
    came = 0
    with subscribe(address, wanted) as subscription:
        for message in _first(subscription, count):
            came += 1
            fields = MessageToDict(message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True)
            lines.write(json.dumps(fields) + "\n")
            lines.flush()
    _say_how_it_ended(address, console, came, count)
    return came


def scene_view(message: client.SubscribeResponse, dropped_total: int, now_ns: int) -> Group:
    """Returns one message as a table of objects between a line of figures and a line of sensors.

    Args:
        message: as received.
        dropped_total: scenes that this subscriber has missed so far.
        now_ns: Unix epoch UTC by this computer's clock.
    """
    table = Table(*COLUMNS, title=f"{message.scene.site_id}, {len(message.scene.objects)} road users")
    for column in table.columns[2:]:
        column.justify = "right"
    for perceived in message.scene.objects:
        table.add_row(*object_row(perceived))
    sensors = ", ".join(
        f"{report.sensor_id} {client.SensorState.Name(report.state).removeprefix('SENSOR_STATE_').lower()}"
        for report in message.scene.sensors
    )
    figures = f"message {message.sequence}, missed {dropped_total}; {latency_line(message.latency, now_ns)}"
    return Group(Text(figures), table, Text(f"sensors: {sensors}"))


def object_row(perceived: client.PerceivedObject) -> tuple[str, ...]:
    """Returns the cells of one object, in the order of ``COLUMNS``."""
    return (
        str(perceived.track_id),
        f"{RoadUserClass(perceived.road_user_class).label} {perceived.class_confidence:.0%}",
        f"{perceived.position.latitude_deg:.7f}",
        f"{perceived.position.longitude_deg:.7f}",
        f"{perceived.speed_mps * 3.6:.1f}",
        f"{perceived.heading_deg:.0f}" if perceived.HasField("heading_deg") else UNKNOWN,
        f"{position_sigma_m(perceived.position_covariance):.2f}",
        " ".join(contribution.sensor_id for contribution in perceived.contributions),
        f"{perceived.age_s:.1f}",
    )


def position_sigma_m(covariance: client.PositionCovariance) -> float:
    """Returns the standard deviation along the error ellipse's long axis: the root of the larger eigenvalue."""
    mean_m2 = (covariance.east_east_m2 + covariance.north_north_m2) / 2
    half_m2 = (covariance.east_east_m2 - covariance.north_north_m2) / 2
    return math.sqrt(mean_m2 + math.hypot(half_m2, covariance.east_north_m2))


def latency_line(latency: client.LatencyLedger, now_ns: int) -> str:
    """Returns how long the message took; the way to here is only as true as the two clocks agree."""
    published_ns = latency.published_unix_ns
    spans = (
        ("exposure to out", latency.captured_unix_ns, published_ns),
        ("host in to out", latency.received_unix_ns, published_ns),
        ("out to here", published_ns, now_ns),
    )
    return ", ".join(
        f"{name} {(end_ns - start_ns) / 1e6:.1f} ms" if start_ns and end_ns else f"{name} {UNKNOWN}"
        for name, start_ns, end_ns in spans
    )


def _first(subscription: Subscription, count: int | None) -> Iterator[client.SubscribeResponse]:
    """Yields the first ``count`` messages without waiting for one more."""
    if count == 0:
        return
    for message in subscription:
        yield message
        if message.sequence == count:
            return


def _say_how_it_ended(address: str, console: Console, came: int, count: int | None) -> None:
    who = "enough" if came == count else "the server ended the stream"
    console.print(f"{address}: {who}, {came} messages came", highlight=False)
