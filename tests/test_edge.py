import socket
import threading
import time
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path

import pytest

from roadside.edge import run
from roadside.errors import ModelError, RecordingError, RoadsideError, ServiceError, SiteFileError, VideoError
from roadside.recording.codec import decode
from roadside.recording.reader import open_recording
from roadside.replay import replay
from roadside.runtime.live_clock import ClockLines, LiveClock
from roadside.runtime.recorded_items import Depth
from roadside.sources.radar import decode_scan, encode_scan
from roadside.types.observations import SensorState
from roadside.v2x.v1 import scene_pb2
from tests.live_parts import NetworkCamera, free_udp_port, running, write_demo_clip, write_site
from tests.short_demo import DEMO, scenes_in
from tests.v2x.waiting import wait_for

START_NS = 1_700_000_000_000_000_000
MS = 1_000_000
HEARD = (SensorState.OK, SensorState.DEGRADED)
"""The tests' machine may be too slow for every frame, and a cut damages pictures: that is degraded."""


class QuietFiles(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def clip(tmp_path_factory) -> Path:
    """1 s of the demo's south-east camera: 25 frames that were 0.1 s apart when they were taken."""
    return write_demo_clip(tmp_path_factory.mktemp("clips") / "clip.ts", 25)


@pytest.fixture
def network_camera(clip: Path):
    camera = NetworkCamera(clip)
    yield camera
    camera.close()


def states_of(messages, sensor_id: str) -> list[SensorState]:
    """The states of one sensor over time, without repetitions."""
    states: list[SensorState] = []
    for message in list(messages):
        (report,) = (report for report in message.scene.sensors if report.sensor_id == sensor_id)
        if not states or states[-1] != report.state:
            states.append(SensorState(report.state))
    return states


def refusal(site: Path, **options) -> RoadsideError:
    """What ``run`` refuses to begin with."""
    with pytest.raises(RoadsideError) as caught:
        run(site, serve="127.0.0.1:0", on_serving=lambda port: pytest.fail("it serves"), **options)
    return caught.value


def test_a_video_file_is_served_at_its_own_speed_and_ends(clip: Path, tmp_path: Path):
    with running(write_site(tmp_path, str(clip)), start_time_ns=START_NS) as pole:
        summary = pole.finished()

    assert summary.cameras[0].frames == 25
    assert (summary.broken, summary.undecodable, summary.skipped) == ("", 0, 0)
    assert summary.duration_s == pytest.approx(0.96)
    assert summary.wall_s >= 0.96
    times_ns = [message.scene.time_unix_ns for message in pole.messages]
    assert times_ns == sorted(set(times_ns))
    assert {time_ns % (100 * MS) for time_ns in times_ns} == {0}
    assert times_ns[-1] == START_NS + 1_100 * MS
    assert pole.lines[0].startswith(f"south_east: {clip}: h264 960x540 at ")
    assert pole.lines[0].endswith(" Hz, time of the file")
    assert pole.lines[1] == f"demo: serving at {pole.address}, sensors south_east"
    assert pole.lines[2].startswith("south_east: ok: ")


def test_a_file_without_a_start_time_says_that_its_times_are_relative(clip: Path, tmp_path: Path):
    record = tmp_path / "out.mcap"
    with running(write_site(tmp_path, str(clip)), record=record) as pole:
        pole.finished()

    assert pole.lines[0].endswith("relative time")
    words = [decode(entry) for entry in open_recording(record).entries(("/health/south_east",))]
    assert (words[0].state, words[0].time_ns) == (SensorState.OK, 0)
    assert words[0].detail.endswith("relative time")
    assert max(message.scene.time_unix_ns for message in pole.messages) == 1_100 * MS


def test_a_truncated_file_is_fed_up_to_its_break_and_the_run_ends_normally(tmp_path: Path):
    whole = write_demo_clip(tmp_path / "whole.avi", 10)
    (tmp_path / "cut.avi").write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])

    with running(write_site(tmp_path, str(tmp_path / "cut.avi"))) as pole:
        summary = pole.finished()

    assert 0 < summary.cameras[0].frames < 10
    assert summary.broken.startswith(f"{tmp_path}/cut.avi: truncated, ")
    assert summary.scenes > 0


def test_a_pole_records_what_it_gets_and_its_replay_decides_as_it_did(network_camera, tmp_path: Path):
    record, port = tmp_path / "live.mcap", free_udp_port()
    site = write_site(tmp_path, network_camera.url, f"udp://127.0.0.1:{port}")
    scans = [decode_scan(entry.data, "east", 1) for entry in open_recording(DEMO).entries(("/radar/east/scan",))]
    radar_stops = threading.Event()

    def send_scans() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as radar:
            radar.sendto(b"no scan", ("127.0.0.1", port))
            for scan in scans:
                if radar_stops.wait(0.05):
                    return
                now_ns = time.time_ns()
                radar.sendto(encode_scan(replace(scan, time_ns=now_ns - 20 * MS)), ("127.0.0.1", port))

    with running(site, record=record) as pole:
        radar = threading.Thread(target=send_scans)
        radar.start()
        wait_for(lambda: SensorState.OK in states_of(pole.messages, "south_east"))
        enough = len(pole.messages) + 12
        wait_for(lambda: len(pole.messages) >= enough)
        radar_stops.set()
        radar.join()
        summary = pole.stop()

    assert summary.source == "live"
    assert summary.unreadable == 1
    assert summary.broken == ""
    assert "east: degraded: 1 datagrams rejected since start; the last: wanted a" in "\n".join(pole.lines)
    recorded = open_recording(record)
    assert recorded.attachments.keys() == {"site.toml", "road.geojson"}
    assert set(recorded.topics) == {
        "/camera/south_east/video", "/camera/south_east/detections", "/radar/east/scan", "/measurements/south_east",
        "/measurements/east", "/health/south_east", "/health/east", "/tick", "/scene",
    }  # fmt: skip
    published = scenes_in(record)
    assert any(scene_pb2.Scene.FromString(scene).objects for scene in published)
    again = tmp_path / "again.mcap"
    replay(record, depth=Depth.MEASUREMENTS, out=again)
    assert scenes_in(again) == published
    sent = {message.scene.SerializeToString(deterministic=True) for message in pole.messages}
    canonical = {scene_pb2.Scene.FromString(scene).SerializeToString(deterministic=True) for scene in scenes_in(again)}
    assert sent <= canonical
    assert replay(record).cameras[0].frames == recorded.topics["/camera/south_east/video"].message_count


def test_a_camera_that_is_cut_off_is_silent_and_comes_back(network_camera, tmp_path: Path):
    with running(write_site(tmp_path, network_camera.url)) as pole:
        wait_for(lambda: SensorState.OK in states_of(pole.messages, "south_east"))
        network_camera.cut()
        wait_for(lambda: states_of(pole.messages, "south_east")[-1] is SensorState.SILENT)
        network_camera.bring_back()
        wait_for(lambda: states_of(pole.messages, "south_east")[-1] in HEARD)
        pole.stop()

    told = [line for line in pole.lines if line.startswith("south_east: ")]
    silent = [place for place, line in enumerate(told) if line.startswith("south_east: silent: ")]
    assert told[0].startswith("south_east: ok: ")
    assert told[0].endswith("arrival time")
    assert len(silent) == 1
    assert "the stream ended after" in told[silent[0]] or "lost after" in told[silent[0]]
    assert told[silent[0] + 1].split(": ")[1] in ("ok", "degraded")


def test_a_camera_that_does_not_answer_at_the_start_is_silent_and_looked_for(network_camera, tmp_path: Path):
    network_camera.cut()
    with running(write_site(tmp_path, network_camera.url)) as pole:
        wait_for(lambda: states_of(pole.messages, "south_east")[-1:] == [SensorState.SILENT])
        network_camera.bring_back()
        wait_for(lambda: states_of(pole.messages, "south_east")[-1] in HEARD)
        pole.stop()

    silent = next(line for line in pole.lines if line.startswith("south_east: silent: "))
    assert "cannot be opened as video" in silent


def test_a_file_on_a_web_server_is_no_camera(tmp_path: Path):
    write_demo_clip(tmp_path / "clip.mp4", 10)
    handler = partial(QuietFiles, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as web:
        threading.Thread(target=web.serve_forever, args=(0.05,)).start()
        with running(write_site(tmp_path, f"http://127.0.0.1:{web.server_port}/clip.mp4")) as pole:
            wait_for(lambda: states_of(pole.messages, "south_east")[-1:] == [SensorState.SILENT])
            summary = pole.stop()
        web.shutdown()

    assert summary.cameras[0].frames == 0
    assert any("wanted a stream, got a file; download it and name its path" in line for line in pole.lines)


def test_a_stop_ends_a_video_file_early(clip: Path, tmp_path: Path):
    with running(write_site(tmp_path, str(clip))) as pole:
        wait_for(lambda: len(pole.messages) >= 3)
        summary = pole.stop()

    assert 0 < summary.cameras[0].frames < 25
    assert summary.broken == ""


def test_a_stop_ends_a_pole_whose_camera_never_answers(tmp_path: Path):
    mute = socket.create_server(("127.0.0.1", 0))  # takes the connection and says nothing
    site = write_site(tmp_path, f"http://127.0.0.1:{mute.getsockname()[1]}/live")
    with mute, running(site) as pole:
        wait_for(lambda: pole.messages)
        summary = pole.stop()

    assert summary.cameras[0].frames == 0
    assert summary.scenes >= len(pole.messages) > 0


def test_a_recording_that_fails_does_not_end_the_service(clip: Path, tmp_path: Path):
    full = tmp_path / "full.mcap"
    full.symlink_to("/dev/full")
    with running(write_site(tmp_path, str(clip)), record=full) as pole:
        summary = pole.finished()

    assert summary.cameras[0].frames == 25
    assert f"{full}: cannot be written after" in summary.broken
    assert "items were not recorded" in summary.broken
    assert len([line for line in pole.lines if line.startswith(f"recording ended: {full}")]) == 1


def test_the_source_of_a_run_is_never_replaced_by_its_recording(tmp_path: Path):
    own = write_demo_clip(tmp_path / "own.ts", 3)
    site = write_site(tmp_path, str(own))
    for precious in (own, site):
        before = precious.read_bytes()
        wanted = f"{precious}: must end in .mcap, so that nothing else is overwritten, got {precious.name}"
        error = refusal(site, record=precious)
        assert isinstance(error, RecordingError)
        assert str(error) == wanted
        assert precious.read_bytes() == before


class Hands:
    """A wall clock and a monotonic clock that somebody turns."""

    def __init__(self, wall_ns: int, monotonic_ns: int) -> None:
        self.wall_ns, self.monotonic_ns = wall_ns, monotonic_ns

    def clock(self) -> LiveClock:
        return LiveClock(lambda: self.wall_ns, lambda: self.monotonic_ns)

    def pass_by(self, ns: int) -> None:
        self.wall_ns += ns
        self.monotonic_ns += ns


def test_live_time_goes_on_when_the_host_clock_is_set_back():
    hands = Hands(START_NS, 5_000 * MS)
    clock = hands.clock()
    hands.pass_by(100 * MS)
    assert clock.now_ns() == START_NS + 100 * MS

    hands.wall_ns -= 600_000 * MS

    assert clock.now_ns() == START_NS + 100 * MS
    assert clock.entered_ns(START_NS + 100 * MS) == 5_100 * MS
    assert clock.offset_ns() == -600_000 * MS
    hands.pass_by(100 * MS)
    assert clock.now_ns() == START_NS + 200 * MS


def test_a_host_clock_that_was_set_is_told_once_each_time():
    hands, told = Hands(START_NS, 0), []
    lines = ClockLines(hands.clock(), told.append)

    for step_ms in (0, 1_000, 1, 0, 0, -600_000, 0):
        hands.pass_by(100 * MS)
        hands.wall_ns += step_ms * MS
        lines.look()

    assert [line.split(" off ")[0] for line in told] == ["the host's clock is +1.0 s", "the host's clock is -599.0 s"]


def test_a_host_clock_that_is_set_back_keeps_no_scene_from_a_live_service(tmp_path: Path):
    steps_ns = [0]
    clock = LiveClock(wall_ns=lambda: time.time_ns() + sum(steps_ns))
    with running(write_site(tmp_path, None, "udp://127.0.0.1:0"), clock=clock) as pole:
        wait_for(lambda: len(pole.messages) >= 2)
        steps_ns.append(-600_000 * MS)
        wait_for(lambda: any("the host's clock is -600.0 s off" in line for line in pole.lines))
        enough = len(pole.messages) + 5
        wait_for(lambda: len(pole.messages) >= enough)
        pole.stop()

    times_ns = [message.scene.time_unix_ns for message in pole.messages]
    assert all(later > earlier for earlier, later in pairwise(times_ns))
    assert len([line for line in pole.lines if "the host's clock" in line]) == 1


def test_every_sensor_without_a_source_is_named(tmp_path: Path):
    error = refusal(write_site(tmp_path, "", ""))

    assert isinstance(error, SiteFileError)
    assert error.problems == (
        f"{tmp_path}/site.toml: camera[0].source must be given to run, it is missing",
        f"{tmp_path}/site.toml: radar[0].source must be given to run, it is missing",
    )


def test_a_source_of_a_kind_nobody_reads_is_named_and_not_looked_for_for_ever(tmp_path: Path):
    error = refusal(write_site(tmp_path, "rstp://127.0.0.1/street", "udp://127.0.0.1:0"))

    assert isinstance(error, SiteFileError)
    (problem,) = error.problems
    assert problem.startswith(f"{tmp_path}/site.toml: camera[0].source must be a path or begin with file://, rtsp://")
    assert problem.endswith('got "rstp://127.0.0.1/street"')


def test_files_and_live_sensors_do_not_go_together(clip: Path, tmp_path: Path):
    error = refusal(write_site(tmp_path, str(clip), "udp://127.0.0.1:0"))

    assert str(error) == f"{tmp_path}/site.toml: sources must be all files or all live, got radar[0] live"


def test_a_start_time_is_for_files_only(tmp_path: Path):
    error = refusal(write_site(tmp_path, None, "udp://127.0.0.1:0"), start_time_ns=START_NS)

    assert str(error) == f"{tmp_path}/site.toml: a start time is for video files, got radar[0] live"


def test_what_cannot_be_opened_is_said_before_anything_is_served(clip: Path, tmp_path: Path):
    site = write_site(tmp_path, str(tmp_path / "no.mp4"))
    assert isinstance(refusal(site), VideoError)
    site = write_site(tmp_path, str(clip))
    assert isinstance(refusal(site, record=tmp_path / "nowhere" / "out.mcap"), RecordingError)
    site.write_text(site.read_text().replace('"roadside_first"', '"no_such_model"'))
    assert isinstance(refusal(site), ModelError)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        taken = f"udp://127.0.0.1:{other.getsockname()[1]}"
        assert "cannot listen on" in str(refusal(write_site(tmp_path, None, taken)))


def test_a_taken_port_is_one_line_and_leaves_an_earlier_recording_alone(clip: Path, tmp_path: Path):
    earlier = tmp_path / "earlier.mcap"
    earlier.write_bytes(b"precious")
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = f"127.0.0.1:{other.getsockname()[1]}"
        with pytest.raises(ServiceError, match=f"{address}: wanted a free address to listen at"):
            run(write_site(tmp_path, str(clip)), record=earlier, serve=address)

    assert earlier.read_bytes() == b"precious"
