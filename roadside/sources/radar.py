"""Radar scans from the network: one UDP datagram, one scan (docs/radar-input.md)."""

import selectors
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import numpy as np
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.message import DecodeError

from roadside.errors import ServiceError
from roadside.sources.v1 import radar_scan_pb2
from roadside.types.frames import RadarScan

MAX_TARGETS = 4096
DATAGRAM_SIZE_BYTES = 65_536
"""No UDP datagram is larger."""

RECEIVE_BUFFER_BYTES = 1 << 20
"""Holds some seconds of scans while the reader is busy; the system may grant less."""

SCHEMA_NAME: str = radar_scan_pb2.RadarScan.DESCRIPTOR.full_name


class RadarScanError(ValueError):
    """A datagram is not a scan of the radar that was expected; ``str()`` of it is the reason."""


def decode_scan(data: bytes, sensor_id: str, arrival_ns: int) -> RadarScan:
    """Returns the scan in a ``roadside.sources.v1.RadarScan`` message.

    Ranges, angles and speeds that are not finite stay as they are: whoever uses a target judges it and counts it.

    Args:
        data: the serialised message.
        sensor_id: the radar that is expected.
        arrival_ns: Unix epoch UTC of its arrival on this host.

    Raises:
        RadarScanError: the bytes are no such message, it is another radar's, it has no time or too many targets.
    """
    try:
        message = radar_scan_pb2.RadarScan.FromString(data)
    except DecodeError as error:
        raise RadarScanError(f"wanted a {SCHEMA_NAME}, got {len(data)} bytes that are none") from error
    if message.sensor_id != sensor_id:
        raise RadarScanError(f"sensor_id must be {sensor_id!r}, got {message.sensor_id!r}")
    if message.time_unix_ns <= 0:
        raise RadarScanError(f"time_unix_ns must be positive, got {message.time_unix_ns}")
    if len(message.targets) > MAX_TARGETS:
        raise RadarScanError(f"targets must be at most {MAX_TARGETS}, got {len(message.targets)}")
    nan = float("nan")
    columns = np.array(
        [
            (
                target.range_m,
                target.azimuth_rad,
                target.elevation_rad if target.HasField("elevation_rad") else nan,
                target.radial_speed_mps if target.HasField("radial_speed_mps") else nan,
                target.rcs_dbsm if target.HasField("rcs_dbsm") else nan,
            )
            for target in message.targets
        ],
        dtype=np.float64,
    ).reshape(-1, 5)
    return RadarScan(sensor_id, message.time_unix_ns, arrival_ns, *np.ascontiguousarray(columns.T))


def encode_scan(scan: RadarScan) -> bytes:
    """Returns the message that ``decode_scan`` turns back into an equal scan."""
    message = radar_scan_pb2.RadarScan(time_unix_ns=scan.time_ns, sensor_id=scan.sensor_id)
    optional_columns = {
        "elevation_rad": scan.elevation_rad.tolist(),
        "radial_speed_mps": scan.radial_speed_mps.tolist(),
        "rcs_dbsm": scan.rcs_dbsm.tolist(),
    }
    for row, (range_m, azimuth_rad) in enumerate(zip(scan.range_m.tolist(), scan.azimuth_rad.tolist(), strict=True)):
        target = message.targets.add(range_m=range_m, azimuth_rad=azimuth_rad)
        for name, values in optional_columns.items():
            if not np.isnan(values[row]):
                setattr(target, name, values[row])
    return message.SerializeToString()


def schema_descriptor_set() -> bytes:
    """Returns the serialised FileDescriptorSet of the scan's message, for a recording."""
    descriptors = FileDescriptorSet()
    radar_scan_pb2.DESCRIPTOR.CopyToProto(descriptors.file.add())
    return descriptors.SerializeToString(deterministic=True)


class RadarUdpSource:
    """Scans of one radar as they arrive on a UDP port; iterating ends after ``stop``.

    Attributes:
        sensor_id: the radar.
        url: where it listens, with the port that was taken.
        rejected_total: datagrams that were no scan of this radar, since start.
        last_reject_reason: why the newest of them was rejected; empty while there is none.
    """

    def __init__(self, url: str, sensor_id: str, clock_ns: Callable[[], int] = time.time_ns) -> None:
        """Takes the port.

        Args:
            url: ``udp://HOST:PORT``, an address of this host; port 0 takes any free one.
            sensor_id: the radar that is expected.
            clock_ns: what tells the arrival time.

        Raises:
            ServiceError: the URL is another one, or the port cannot be used.
        """
        self.sensor_id = sensor_id
        self._clock_ns = clock_ns
        host, port = _host_and_port(url, sensor_id)
        self._socket = _bound_socket(host, port, url, sensor_id)
        shown_host = f"[{host}]" if ":" in host else host
        self.url = f"udp://{shown_host}:{self._socket.getsockname()[1]}"
        self._wake_receiver, self._wake_sender = socket.socketpair()
        self.rejected_total = 0
        self.last_reject_reason = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __iter__(self) -> Iterator[RadarScan]:
        """Yields each good scan with the time of its arrival; waits for the next one until ``stop``."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._socket, selectors.EVENT_READ)
            selector.register(self._wake_receiver, selectors.EVENT_READ)
            while self._wake_receiver not in [key.fileobj for key, _ in selector.select()]:
                data = self._socket.recv(DATAGRAM_SIZE_BYTES)
                arrival_ns = self._clock_ns()
                try:
                    scan = decode_scan(data, self.sensor_id, arrival_ns)
                except RadarScanError as error:
                    self.rejected_total += 1
                    self.last_reject_reason = str(error)
                else:
                    yield scan

    def stop(self) -> None:
        """Ends the iteration, from any thread; a second call does nothing more."""
        with suppress(OSError):  # closed already
            self._wake_sender.send(b"\0")

    def close(self) -> None:
        """Gives the port back, once nobody iterates any more; a second call does nothing."""
        for each in (self._socket, self._wake_receiver, self._wake_sender):
            each.close()


def _host_and_port(url: str, sensor_id: str) -> tuple[str, int]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    else:
        if parts.scheme != "udp" or parts.path or parts.query or parts.fragment or parts.username is not None:
            host = None
    if not host or port is None:
        raise ServiceError(f"radar {sensor_id}: source must be udp://HOST:PORT, got {url!r}")
    return host, port


def _bound_socket(host: str, port: int, url: str, sensor_id: str) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
        bound = socket.socket(family, kind, protocol)
        try:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
            bound.bind(address)
        except OSError:
            bound.close()
            raise
    except (OSError, UnicodeError) as error:  # UnicodeError: a host name that no name server could be asked for
        reason = error.strerror if isinstance(error, OSError) else error
        raise ServiceError(f"radar {sensor_id}: cannot listen on {url}: {reason}") from error
    return bound
