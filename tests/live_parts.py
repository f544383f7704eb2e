"""A camera on the network, a radar that sends, and a pole that runs: real parts for tests of the live service."""

import io
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import av
from rich.console import Console

from roadside.display.run_summary import RunSummary
from roadside.edge import run
from roadside.recording.codec import decode
from roadside.recording.reader import open_recording
from roadside.types.frames import EncodedFrame
from roadside.v2x.client import SubscribeResponse, subscribe
from tests.short_demo import DEMO, DEMO_SITE
from tests.v2x.waiting import wait_for

FRAME_RATE_HZ = 25


def write_demo_clip(path: Path, frames: int, rate_hz: int = FRAME_RATE_HZ) -> Path:
    """Writes the first frames of the demo's south-east camera as a video and returns its path."""
    with av.open(str(path), "w") as container:
        stream = None
        for number, packet in enumerate(_packets(frames)):
            if stream is None:
                stream = container.add_stream_from_template(packet.stream)
                stream.time_base = Fraction(1, 90_000)
            packet.pts = packet.dts = number * 90_000 // rate_hz
            packet.time_base = Fraction(1, 90_000)
            packet.stream = stream
            container.mux(packet)
    return path


def _packets(frames: int) -> Iterator[av.Packet]:
    entries = open_recording(DEMO).entries(("/camera/south_east/video",))
    units = [item.data for item, _ in zip(map(decode, entries), range(frames), strict=False) if is_frame(item)]
    with av.open(io.BytesIO(b"".join(units)), format="h264") as container:
        yield from (packet for packet in container.demux(video=0) if packet.size)


def is_frame(item: object) -> bool:
    return isinstance(item, EncodedFrame)


def write_site(folder: Path, camera_source: str | None = None, radar_source: str | None = None) -> Path:
    """Writes the demo's site with its south-east camera, its radar, or both, and returns the site file's path."""
    text = DEMO_SITE.read_text()
    head, south_east, north_west = text.split("[[camera]]")
    radar = north_west.split("[[radar]]")[1]
    parts = [head]
    for table, body, source in (("camera", south_east, camera_source), ("radar", radar, radar_source)):
        if source is not None:
            parts.append(f'[[{table}]]\nsource = "{source}"{body}')
    path = folder / "site.toml"
    path.write_text("".join(parts))
    (folder / "road.geojson").write_bytes((DEMO_SITE.parent / "road.geojson").read_bytes())
    return path


class NetworkCamera:
    """Streams a clip over HTTP at its frame rate, again and again, until it is cut.

    Attributes:
        url: where.
    """

    def __init__(self, clip: Path) -> None:
        data = clip.read_bytes()
        step = len(data) // 25
        self._on_air = threading.Event()
        self._on_air.set()
        on_air = self._on_air

        class Stream(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if not on_air.is_set():
                    self.send_error(503)
                    return
                self.send_response(200)
                self.send_header("Content-Type", "video/mp2t")
                self.end_headers()
                pause = threading.Event()
                try:
                    while True:
                        for begin in range(0, len(data), step):
                            if not on_air.is_set():
                                return
                            self.wfile.write(data[begin : begin + step])
                            pause.wait(0.03)
                except OSError:
                    return  # the pole hung up

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Stream)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/live.ts"

    def cut(self) -> None:
        """Ends its streams and answers no more."""
        self._on_air.clear()

    def bring_back(self) -> None:
        """Streams again."""
        self._on_air.set()

    def close(self) -> None:
        self.cut()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def free_udp_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class RunningPole:
    """``roadside run`` in a thread, and a subscriber.

    Attributes:
        messages: what the subscriber got so far.
        address: where it serves.
    """

    def __init__(self, site: Path, **options: object) -> None:
        self.messages: list[SubscribeResponse] = []
        self.address = ""
        self._lines = io.StringIO()
        self._stop = threading.Event()
        self._summary: RunSummary | None = None
        self._failure: BaseException | None = None
        self._reader = threading.Thread(target=self._subscribe)
        self._thread = threading.Thread(target=self._run, args=(site, options))
        self._thread.start()
        wait_for(lambda: self.address or self._failure)

    def _run(self, site: Path, options: dict) -> None:
        console = Console(file=self._lines, width=80)
        try:
            self._summary = run(
                site, serve="127.0.0.1:0", console=console, stop=self._stop, on_serving=self._begin, **options
            )
        except BaseException as error:
            self._failure = error

    def _begin(self, port: int) -> None:
        self.address = f"127.0.0.1:{port}"
        self._reader.start()

    def _subscribe(self) -> None:
        with subscribe(self.address) as subscription:
            self.messages.extend(subscription)

    @property
    def lines(self) -> list[str]:
        """What the console got."""
        return self._lines.getvalue().splitlines()

    def stop(self) -> RunSummary:
        """Stops it; fails if that takes longer than ten seconds."""
        self._stop.set()
        return self.finished()

    def finished(self) -> RunSummary:
        """Returns the summary once it has ended."""
        self._thread.join(10.0)
        assert not self._thread.is_alive(), "it does not end"
        if self._failure is not None:
            raise self._failure
        self._reader.join(10.0)
        assert self._summary is not None
        return self._summary


@contextmanager
def running(site: Path, **options: object) -> Iterator[RunningPole]:
    """Yields a pole, which is stopped whatever becomes of the test."""
    pole = RunningPole(site, **options)
    try:
        yield pole
    finally:
        pole._stop.set()
        pole._thread.join(10.0)
