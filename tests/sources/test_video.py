import socket
import threading
import wave
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import numpy as np
import pytest

from roadside.errors import VideoError
from roadside.sources.h264 import H264Decoder
from roadside.sources.video import VideoSource
from roadside.types.frames import Frame
from tests.sources.clips import HEIGHT_PX, WIDTH_PX, picture, write_clip, write_shuffled_clip

SHARED = Path(__file__).parents[3] / "shared" / "data"
MS = 1_000_000
START_NS = 1_700_000_000_000_000_000


def times_ms(path: Path) -> tuple[list[int], int]:
    with VideoSource("north", str(path)) as source:
        return [frame.time_ns // MS for frame in source.frames()], source.repaired_total


def taken(source: VideoSource, frames: list[Frame]) -> str:
    """Moves a source's frames into the list until it fails, and returns its message."""
    with pytest.raises(VideoError) as caught:
        frames.extend(source.frames())
    return str(caught.value)


def refusal(location: str | Path, **options) -> str:
    with pytest.raises(VideoError) as caught, VideoSource("north", str(location), **options) as source:
        list(source.frames())
    (line,) = str(caught.value).splitlines()
    return line


def test_frames_of_a_file_count_from_its_start_time(tmp_path: Path):
    with VideoSource("north", str(write_clip(tmp_path / "a.mp4")), START_NS) as source:
        frames = list(source.frames())
        assert source.time_is_absolute
        assert not source.is_live
        assert (source.width_px, source.height_px, source.rate_hz) == (WIDTH_PX, HEIGHT_PX, 10)
        assert source.repaired_total == source.corrupt_total == 0
        assert source.status == f"{tmp_path}/a.mp4: h264 96x64 at 10 Hz, time of the file"
    assert [frame.time_ns for frame in frames] == [START_NS + number * 100 * MS for number in range(12)]
    assert [frame.arrival_ns for frame in frames] == [frame.time_ns for frame in frames]
    assert {frame.sensor_id for frame in frames} == {"north"}


def test_a_file_without_a_start_time_says_that_its_times_are_relative(tmp_path: Path):
    with VideoSource("north", str(write_clip(tmp_path / "a.mp4"))) as source:
        assert not source.time_is_absolute
        assert source.status.endswith("relative time")
        assert next(source.frames()).time_ns == 0


def test_pictures_are_what_was_filmed_at_any_size(tmp_path: Path):
    with VideoSource("north", str(write_clip(tmp_path / "a.mp4"))) as source:
        image = next(source.frames()).image
    assert (image.width_px, image.height_px) == (WIDTH_PX, HEIGHT_PX)
    full = image.rgb(WIDTH_PX, HEIGHT_PX)
    assert np.abs(full.astype(int) - picture(0)).mean() < 4.0
    halved = picture(0).reshape(HEIGHT_PX // 2, 2, WIDTH_PX // 2, 2, 3).mean(axis=(1, 3))
    assert np.abs(image.rgb(WIDTH_PX // 2, HEIGHT_PX // 2) - halved).mean() < 5.0
    full[:] = 0
    assert image.rgb(WIDTH_PX, HEIGHT_PX).any()


@pytest.mark.parametrize("name", ["clip:1.mp4", "100%.mp4", "a b ü.mp4"])
def test_a_file_may_have_any_name(tmp_path: Path, name: str):
    write_clip(tmp_path / "a.mp4").rename(tmp_path / name)
    assert len(times_ms(tmp_path / name)[0]) == 12


def test_stamps_that_jump_back_are_put_right_and_counted(tmp_path: Path):
    path = write_shuffled_clip(tmp_path / "a.mkv", [0, 1, 3, 2, 4, 4, 6])
    # 2 follows 3 and becomes 4; the next 4 is no later and becomes 5; the last 4 becomes 6; the last 6 becomes 7.
    assert times_ms(path) == ([0, 100, 300, 400, 500, 600, 700], 4)


def test_frames_of_an_avi_with_b_frames_come_evenly(tmp_path: Path):
    path = write_clip(tmp_path / "a.avi", codec="mpeg4", options={"bf": "2", "g": "12"})
    times, repaired = times_ms(path)
    assert times == [100 * number for number in range(12)]
    assert repaired > 0


def test_b_frames_come_in_the_order_of_their_times(tmp_path: Path):
    assert times_ms(write_clip(tmp_path / "a.mp4", options={"bf": "2", "g": "12"})) == (list(range(0, 1200, 100)), 0)


@pytest.mark.parametrize("name", ["a.mp4", "a.ts", "a.mkv"])
def test_h264_without_b_frames_is_recorded_as_it_came(tmp_path: Path, name: str):
    decoder = H264Decoder()
    with VideoSource("north", str(write_clip(tmp_path / name)), START_NS) as source:
        pairs = list(source.frames_with_encoded())
        assert source.corrupt_total == 0
    assert [encoded.is_key for _, encoded in pairs] == [number % 4 == 0 for number in range(12)]
    for frame, encoded in pairs:
        assert (encoded.sensor_id, encoded.time_ns, encoded.arrival_ns) == ("north", frame.time_ns, frame.arrival_ns)
        decoded = decoder.decode(encoded)
        assert decoded is not None
        size = WIDTH_PX, HEIGHT_PX
        np.testing.assert_array_equal(decoded.image.rgb(*size), frame.image.rgb(*size))


@pytest.mark.parametrize(
    ("name", "codec", "options"),
    [("a.mp4", "libx264", {"bf": "2"}), ("a.avi", "mpeg4", {"bf": "0"}), ("a.mkv", "mjpeg", {})],
)
def test_any_other_video_is_recorded_as_h264_one_access_unit_per_frame(tmp_path: Path, name, codec, options):
    decoder = H264Decoder()
    with VideoSource("north", str(write_clip(tmp_path / name, codec=codec, options=options))) as source:
        pairs = list(source.frames_with_encoded())
    assert len(pairs) == 12
    assert pairs[0][1].is_key
    for frame, encoded in pairs:
        decoded = decoder.decode(encoded)
        assert decoded is not None
        assert decoded.time_ns == frame.time_ns
        size = WIDTH_PX, HEIGHT_PX
        assert np.abs(decoded.image.rgb(*size).astype(int) - frame.image.rgb(*size)).mean() < 4.0


def test_a_missing_file_is_named(tmp_path: Path):
    assert refusal(tmp_path / "none.mp4") == f"{tmp_path}/none.mp4: no such file"


def test_a_folder_is_no_video(tmp_path: Path):
    assert refusal(tmp_path) == f"{tmp_path}: is a folder, wanted a video file"


@pytest.mark.parametrize("content", [b"", b"Dear sir, please find enclosed the video.\n" * 50])
def test_a_text_named_mp4_is_no_video(tmp_path: Path, content: bytes):
    (tmp_path / "a.mp4").write_bytes(content)
    assert refusal(tmp_path / "a.mp4").startswith(f"{tmp_path}/a.mp4: cannot be opened as video: ")


def test_a_sound_recording_has_no_video(tmp_path: Path):
    with wave.open(str(tmp_path / "a.wav"), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(8000))
    assert refusal(tmp_path / "a.wav") == f"{tmp_path}/a.wav: has no video stream"


def test_a_truncated_file_without_its_index_cannot_be_opened(tmp_path: Path):
    path = write_clip(tmp_path / "a.mp4")
    data = path.read_bytes()
    path.write_bytes(data[: data.index(b"moov")])
    assert refusal(path).startswith(f"{path}: cannot be opened as video: ")


@pytest.mark.parametrize("cut", [1, 60, 150])
def test_a_truncated_file_gives_its_frames_and_then_says_so(tmp_path: Path, cut: int):
    path = write_clip(tmp_path / "a.mp4", muxer={"movflags": "faststart"})
    path.write_bytes(path.read_bytes()[:-cut])
    frames: list[Frame] = []
    with VideoSource("north", str(path)) as source:
        message = taken(source, frames)
    assert 8 <= len(frames) <= 12
    assert message.startswith(f"{path}: truncated, ")
    assert message.endswith(" of 12 frames are there")


def test_half_an_avi_is_truncated(tmp_path: Path):
    path = write_clip(tmp_path / "a.avi", codec="mpeg4", options={"bf": "0"})
    data = path.read_bytes()
    path.write_bytes(data[: (data.index(b"movi") + data.index(b"idx1")) // 2])
    frames: list[Frame] = []
    with VideoSource("north", str(path)) as source:
        assert "truncated" in taken(source, frames)


def test_a_closed_source_can_be_closed_again(tmp_path: Path):
    source = VideoSource("north", str(write_clip(tmp_path / "a.mp4")))
    next(source.frames())
    source.close()
    source.close()


@pytest.fixture
def stream_url(tmp_path: Path) -> Iterator[str]:
    """A web server that streams a transport stream without a length, as a network camera does."""
    data = write_clip(tmp_path / "live.ts").read_bytes()

    class Camera(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "video/mp2t")
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Camera) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/live.ts"
        server.shutdown()
        thread.join()


def test_frames_of_a_live_stream_have_the_time_they_arrived(stream_url: str):
    ticks = iter(range(START_NS, START_NS + 1000 * MS, MS))
    frames: list[Frame] = []
    with VideoSource("north", stream_url, clock_ns=lambda: next(ticks)) as source:
        assert source.is_live
        assert source.time_is_absolute
        assert source.status.endswith("arrival time")
        assert "after 12 frames" in taken(source, frames)
    assert len(frames) == 12
    assert all(START_NS <= frame.time_ns == frame.arrival_ns < START_NS + 1000 * MS for frame in frames)


def test_a_clock_that_stands_still_does_not_stop_time(stream_url: str):
    frames: list[Frame] = []
    with VideoSource("north", stream_url, clock_ns=lambda: START_NS) as source:
        taken(source, frames)
        assert source.repaired_total == 11
    assert [frame.time_ns for frame in frames] == [START_NS + number * 100 * MS for number in range(12)]


def test_a_silent_camera_is_given_up_and_its_password_kept():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        line = refusal(f"rtsp://admin:secret@127.0.0.1:{port}/stream", timeout_s=0.2)
    assert line == f"rtsp://127.0.0.1:{port}/stream: cannot be opened as video: no answer for 0.2 s"


def test_a_closed_port_is_one_line():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert refusal(f"rtsp://127.0.0.1:{port}/s").endswith("cannot be opened as video: connection refused")


@pytest.mark.parametrize(("name", "period_ms"), [("video02.avi", 40), ("video.avi", 33)])
def test_real_avi_files_come_evenly(name: str, period_ms: int):
    path = SHARED / "video/highway" / name
    if not path.exists():
        pytest.skip("the shared evaluation data is not there")
    times = []
    with VideoSource("highway", str(path)) as source:
        for frame, _ in zip(source.frames(), range(40), strict=False):
            times.append(frame.time_ns)
    assert set(np.diff(times) // MS) == {period_ms}
