import math
import socket
import threading
from pathlib import Path

import numpy as np
import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from roadside.errors import ServiceError
from roadside.recording.reader import open_recording
from roadside.recording.writer import RecordingWriter
from roadside.sources.radar import (
    SCHEMA_NAME,
    RadarScanError,
    RadarUdpSource,
    decode_scan,
    encode_scan,
    schema_descriptor_set,
)
from roadside.types.frames import RadarScan

TIME_NS, ARRIVAL_NS = 1_790_000_000_000_000_001, 1_790_000_000_020_000_000
COLUMNS = ("range_m", "azimuth_rad", "elevation_rad", "radial_speed_mps", "rcs_dbsm")
LOOPBACK = "udp://127.0.0.1:0"


def scan_of(columns: np.ndarray, sensor_id: str = "r1") -> RadarScan:
    return RadarScan(sensor_id, TIME_NS, ARRIVAL_NS, *columns)


def assert_equal(got: RadarScan, wanted: RadarScan) -> None:
    assert (got.sensor_id, got.time_ns, got.arrival_ns) == (wanted.sensor_id, wanted.time_ns, wanted.arrival_ns)
    for name in COLUMNS:
        assert np.array_equal(getattr(got, name), getattr(wanted, name), equal_nan=True), name


def test_a_scan_of_two_targets_is_read_from_bytes_written_by_hand() -> None:
    # Wire form of protobuf: field 1 varint, field 2 string, field 3 messages with fixed 64-bit little-endian doubles.
    def double(tag: bytes, hexadecimal: str) -> bytes:
        return tag + bytes.fromhex(hexadecimal)[::-1]

    forty_m, half_rad, minus_eight_mps = "4044000000000000", "3fe0000000000000", "c020000000000000"
    plain = double(b"\x09", forty_m) + double(b"\x11", half_rad)
    moving = plain + double(b"\x21", minus_eight_mps)
    data = b"\x08\x05" + b"\x12\x02r1" + b"\x1a" + bytes([len(plain)]) + plain + b"\x1a" + bytes([len(moving)]) + moving
    scan = decode_scan(data, "r1", ARRIVAL_NS)
    assert (scan.sensor_id, scan.time_ns, scan.arrival_ns) == ("r1", 5, ARRIVAL_NS)
    assert scan.range_m.tolist() == [40.0, 40.0]
    assert scan.azimuth_rad.tolist() == [0.5, 0.5]
    assert np.isnan(scan.elevation_rad).all()
    assert math.isnan(scan.radial_speed_mps[0])
    assert scan.radial_speed_mps[1] == -8.0
    assert np.isnan(scan.rcs_dbsm).all()


@given(columns=npst.arrays(np.float64, st.tuples(st.just(5), st.integers(0, 6))))
def test_every_scan_comes_back_with_what_is_not_finite_in_it(columns: np.ndarray) -> None:
    scan = scan_of(columns)
    assert_equal(decode_scan(encode_scan(scan), "r1", ARRIVAL_NS), scan)


@given(data=st.binary(max_size=300))
def test_random_bytes_are_rejected_and_nothing_worse(data: bytes) -> None:
    with pytest.raises(RadarScanError):
        decode_scan(data, "r1", ARRIVAL_NS)


@given(position=st.integers(0, 10_000), flip=st.integers(1, 255), size=st.integers(0, 10_000))
def test_a_damaged_scan_is_rejected_or_still_a_scan(position: int, flip: int, size: int) -> None:
    data = bytearray(encode_scan(scan_of(np.linspace(1.0, 9.0, 25).reshape(5, 5))))
    data[position % len(data)] ^= flip
    try:
        scan = decode_scan(bytes(data[: max(size % (2 * len(data)), 1)]), "r1", ARRIVAL_NS)
    except RadarScanError as error:
        assert "\n" not in str(error)
    else:
        assert scan.sensor_id == "r1"


def test_a_truncated_scan_is_rejected() -> None:
    data = encode_scan(scan_of(np.ones((5, 3))))
    with pytest.raises(RadarScanError, match=r"wanted a roadside.sources.v1.RadarScan, got 150 bytes that are none"):
        decode_scan(data[:150], "r1", ARRIVAL_NS)


def test_a_scan_of_another_radar_is_rejected() -> None:
    with pytest.raises(RadarScanError, match="sensor_id must be 'r1', got 'r2'"):
        decode_scan(encode_scan(scan_of(np.ones((5, 1)), "r2")), "r1", ARRIVAL_NS)


def test_a_scan_without_a_time_is_rejected() -> None:
    scan = RadarScan("r1", 0, ARRIVAL_NS, *np.ones((5, 1)))
    with pytest.raises(RadarScanError, match="time_unix_ns must be positive, got 0"):
        decode_scan(encode_scan(scan), "r1", ARRIVAL_NS)


def test_more_targets_than_any_radar_has_are_rejected() -> None:
    assert len(decode_scan(encode_scan(scan_of(np.ones((5, 4096)))), "r1", ARRIVAL_NS)) == 4096
    with pytest.raises(RadarScanError, match="targets must be at most 4096, got 4097"):
        decode_scan(encode_scan(scan_of(np.ones((5, 4097)))), "r1", ARRIVAL_NS)


def test_a_recorded_scan_is_the_scan_that_arrived(tmp_path: Path) -> None:
    scan = scan_of(np.array([[40.0], [0.5], [np.nan], [-8.0], [np.nan]]))
    with RecordingWriter(tmp_path / "a.mcap") as recording:
        recording.write_bytes(
            "/radar/r1/scan", SCHEMA_NAME, schema_descriptor_set(), encode_scan(scan), scan.arrival_ns, scan.time_ns
        )
    [entry] = open_recording(tmp_path / "a.mcap").entries()
    assert entry.schema_name == SCHEMA_NAME
    assert_equal(decode_scan(entry.data, "r1", entry.log_time_ns), scan)


def test_the_schema_holds_the_scan_and_its_targets() -> None:
    [file] = FileDescriptorSet.FromString(schema_descriptor_set()).file
    assert [f"{file.package}.{message.name}" for message in file.message_type] == [
        SCHEMA_NAME,
        "roadside.sources.v1.RadarTarget",
    ]


def send(source: RadarUdpSource, *datagrams: bytes) -> None:
    address = ("127.0.0.1", int(source.url.rpartition(":")[2]))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for datagram in datagrams:
            sender.sendto(datagram, address)


def test_good_scans_come_through_and_the_others_are_counted() -> None:
    first, second = scan_of(np.full((5, 1), 10.0)), scan_of(np.full((5, 1000), 20.0))
    other = scan_of(np.ones((5, 1)), "r2")
    with RadarUdpSource(LOOPBACK, "r1", clock_ns=lambda: ARRIVAL_NS) as source:
        send(source, b"\xff garbage", encode_scan(first), b"", encode_scan(other), encode_scan(second))
        scans = iter(source)
        assert_equal(next(scans), first)
        assert (source.rejected_total, source.last_reject_reason) == (
            1,
            f"wanted a {SCHEMA_NAME}, got 9 bytes that are none",
        )
        assert_equal(next(scans), second)
        assert (source.rejected_total, source.last_reject_reason) == (3, "sensor_id must be 'r1', got 'r2'")


def test_a_waiting_source_is_stopped_from_another_thread() -> None:
    with RadarUdpSource(LOOPBACK, "r1") as source:
        received: list[RadarScan] = []
        first_came = threading.Event()

        def listen() -> None:
            for scan in source:
                received.append(scan)
                first_came.set()

        listener = threading.Thread(target=listen)
        listener.start()
        send(source, encode_scan(scan_of(np.ones((5, 2)))))
        assert first_came.wait(10.0)
        source.stop()
        listener.join(10.0)
        assert not listener.is_alive()
    assert len(received) == 1
    source.stop()
    source.close()


def test_arrival_is_told_by_the_clock_at_reception() -> None:
    ticks = iter([111, 222, 333])
    with RadarUdpSource(LOOPBACK, "r1", clock_ns=lambda: next(ticks)) as source:
        good = encode_scan(scan_of(np.ones((5, 1))))
        send(source, good, b"garbage", good)
        scans = iter(source)
        assert [next(scans).arrival_ns, next(scans).arrival_ns] == [111, 333]


def test_a_port_in_use_is_one_line() -> None:
    with (
        RadarUdpSource(LOOPBACK, "r1") as first,
        pytest.raises(ServiceError, match=rf"^radar r2: cannot listen on {first.url}: Address already in use$"),
    ):
        RadarUdpSource(first.url, "r2")


def test_a_closed_source_gives_its_port_back() -> None:
    with RadarUdpSource(LOOPBACK, "r1") as first:
        url = first.url
    with RadarUdpSource(url, "r1") as second:
        assert second.url == url


@pytest.mark.parametrize(
    "url",
    ["", "udp://", "udp://127.0.0.1", "udp://:5000", "tcp://127.0.0.1:5000", "127.0.0.1:5000", "udp://127.0.0.1:70000",
     "udp://127.0.0.1:radar", "udp://127.0.0.1:5000/path", "udp://user@127.0.0.1:5000", "udp://[::1:5000"],
)  # fmt: skip
def test_a_url_that_is_not_udp_host_and_port_is_refused(url: str) -> None:
    with pytest.raises(ServiceError) as caught:
        RadarUdpSource(url, "r1")
    assert str(caught.value) == f"radar r1: source must be udp://HOST:PORT, got {url!r}"


@pytest.mark.parametrize("host", ["192.0.2.1", "a..b"])
def test_an_address_that_is_not_of_this_host_is_one_line(host: str) -> None:
    with pytest.raises(ServiceError, match=rf"^radar r1: cannot listen on udp://{host}:5000: .+$"):
        RadarUdpSource(f"udp://{host}:5000", "r1")


def test_the_sender_in_the_guide_is_understood() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "radar-input.md").read_text(encoding="utf-8")
    code = guide.partition("```python\n")[2].partition("```")[0]
    with RadarUdpSource(LOOPBACK, "radar-north") as source:
        port = source.url.rpartition(":")[2]
        for written, meant in (("5600", port), ("range(100)", "range(2)"), ("sleep(0.07)", "sleep(0)")):
            assert code.count(written) == 1
            code = code.replace(written, meant)
        exec(compile(code, "radar-input.md", "exec"), {})
        scans = iter(source)
        assert next(scans).range_m.tolist() == [80.0, 35.0]
        second = next(scans)
    assert second.range_m.tolist() == [79.0, 35.0]
    assert second.azimuth_rad.tolist() == [0.05, -0.2]
    assert second.radial_speed_mps[0] == -14.0
    assert math.isnan(second.radial_speed_mps[1])
    assert source.rejected_total == 0
