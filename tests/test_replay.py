import json
import threading
from pathlib import Path

import pytest

from roadside.display.run_summary import RunSummary
from roadside.errors import RecordingError, ServiceError
from roadside.recording.reader import open_recording
from roadside.replay import replay
from roadside.runtime.recorded_items import Depth
from roadside.v2x.client import subscribe
from roadside.v2x.v1 import scene_pb2
from tests.config import site_texts
from tests.short_demo import DEMO, DEMO_SITE, scenes_in, write_short_demo


@pytest.fixture(scope="module")
def short(tmp_path_factory) -> Path:
    return write_short_demo(tmp_path_factory.mktemp("short") / "short.mcap")


@pytest.fixture(scope="module")
def first_run(short: Path) -> tuple[Path, RunSummary]:
    out = short.with_name("first.mcap")
    return out, replay(short, out=out)


def test_the_whole_demo_is_replayed_without_losing_anything():
    summary = replay(DEMO)

    recorded = open_recording(DEMO)
    assert {tally.camera: (tally.frames, tally.dropped) for tally in summary.cameras} == {
        "south_east": (200, 0),
        "north_west": (200, 0),
    }
    assert (summary.broken, summary.undecodable, summary.unreadable, summary.skipped) == ("", 0, 0, 0)
    newest_frames = {
        camera: max(entry.publish_time_ns for entry in recorded.entries((f"/camera/{camera}/video",)))
        for camera in ("south_east", "north_west")
    }
    assert {report.sensor_id: report.newest_ns for report in summary.sensors if report.sensor_id != "east"} == (
        newest_frames
    )
    assert summary.position is not None
    assert summary.position.recall > 0.8
    assert summary.position.rmse_m < 1.0


def test_two_replays_give_the_same_scenes_byte_for_byte(short: Path, first_run, tmp_path: Path):
    replay(short, out=tmp_path / "again.mcap")

    scenes = scenes_in(first_run[0])
    assert len(scenes) == 32  # 3 s of the 100 ms grid, and what comes out afterwards
    assert any(scene_pb2.Scene.FromString(scene).objects for scene in scenes)
    assert scenes_in(tmp_path / "again.mcap") == scenes


@pytest.mark.parametrize("depth", [Depth.DETECTIONS, Depth.MEASUREMENTS])
def test_a_replay_from_what_an_earlier_one_recorded_gives_its_scenes_exactly(first_run, tmp_path: Path, depth: Depth):
    out, summary = first_run

    again = replay(out, depth=depth, out=tmp_path / "again.mcap")

    assert scenes_in(tmp_path / "again.mcap") == scenes_in(out)
    assert again.tracks == summary.tracks
    assert again.position == summary.position


def test_a_truncated_recording_is_replayed_up_to_its_break(short: Path, tmp_path: Path):
    cut = tmp_path / "cut.mcap"
    cut.write_bytes(short.read_bytes()[: short.stat().st_size * 2 // 3])

    summary = replay(cut)

    assert summary.broken.startswith(f"{cut}: ")
    assert "messages can be read" in summary.broken
    assert 0 < summary.cameras[0].frames < 30
    assert summary.scenes > 5


def test_a_recording_of_another_site_is_refused_by_its_sensors(short: Path, tmp_path: Path):
    site = site_texts.write(tmp_path)

    with pytest.raises(RecordingError) as caught:
        replay(short, site_path=site)

    (line,) = str(caught.value).splitlines()
    assert line.startswith(f"{short}: wanted a recording of site demo with sensors cam_east, radar_east, got sensor")


def test_a_depth_that_was_not_recorded_is_one_line(short: Path):
    with pytest.raises(RecordingError) as caught:
        replay(short, depth=Depth.MEASUREMENTS)

    (line,) = str(caught.value).splitlines()
    assert line.startswith(f"{short}: wanted something recorded at the depth measurements, got only /camera/")


def test_a_recording_without_a_site_file_asks_for_one(tmp_path: Path):
    bare = write_short_demo(tmp_path / "bare.mcap", 0.3, attached=False)

    with pytest.raises(RecordingError, match=r"carries no site\.toml and no road\.geojson; name a site file"):
        replay(bare)
    assert replay(bare, site_path=DEMO_SITE).cameras[0].frames == 3


def test_subscribers_of_a_timed_replay_get_its_scenes(short: Path, first_run):
    got, begun = [], threading.Event()

    def read(port: int) -> None:
        with subscribe(f"127.0.0.1:{port}") as subscription:
            begun.set()
            got.extend(message.scene for message in subscription)

    readers = []

    def on_serving(port: int) -> None:
        readers.append(threading.Thread(target=read, args=(port,)))
        readers[0].start()
        assert begun.wait(10.0)

    summary = replay(short, speed=4.0, serve="127.0.0.1:0", on_serving=on_serving)
    readers[0].join(10.0)

    times_ns = [scene.time_unix_ns for scene in got]
    published_ns = [scene_pb2.Scene.FromString(scene).time_unix_ns for scene in scenes_in(first_run[0])]
    assert times_ns == sorted(set(times_ns))
    assert set(times_ns) <= set(published_ns)
    assert len(times_ns) == summary.messages_sent > 10


def test_a_taken_port_is_one_line_and_nothing_is_replayed(short: Path, tmp_path: Path):
    def replay_beside(port: int) -> None:
        with pytest.raises(ServiceError, match="wanted a free address to listen at"):
            replay(short, serve=f"127.0.0.1:{port}", out=tmp_path / "never.mcap")

    replay(write_short_demo(tmp_path / "tiny.mcap", 0.2), serve="127.0.0.1:0", on_serving=replay_beside)

    assert not (tmp_path / "never.mcap").exists()


def test_a_recording_is_not_overwritten_by_its_own_replay(tmp_path: Path):
    tiny = write_short_demo(tmp_path / "tiny.mcap", 0.2)
    before = tiny.read_bytes()

    with pytest.raises(RecordingError, match="is the recording itself"):
        replay(tiny, out=tiny)

    assert tiny.read_bytes() == before


def test_an_output_in_a_folder_that_is_not_there_is_one_line(short: Path, tmp_path: Path):
    with pytest.raises(RecordingError, match="its folder does not exist"):
        replay(short, out=tmp_path / "nowhere" / "out.mcap")


def test_the_summary_as_json_knows_no_nan(tmp_path: Path):
    tiny = write_short_demo(tmp_path / "tiny.mcap", 0.05)

    def no_constant(name: str) -> None:
        raise AssertionError(f"{name} is no JSON")

    summary = json.loads(replay(tiny).to_json(), parse_constant=no_constant)

    assert summary["site"] == "demo"
    assert summary["cameras"][0].keys() == {"camera", "frames", "dropped", "detections"}
