"""What a user types and sees: one clear line a mistake, exit code 2, nothing half-written."""

import hashlib
import json
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import onnx
import pytest
from onnx import TensorProto, helper

from roadside.cli import parse_speed, parse_time_ns
from tests.command_line import typed
from tests.config.site_texts import ROAD, SITE
from tests.sources.clips import write_clip

PROJECT = Path(__file__).resolve().parents[1]
DEMO = PROJECT / "replay_data" / "demo.mcap"


def one_line(text: str) -> str:
    """Returns the only line of a text."""
    (line,) = text.strip().splitlines()
    return line


def manifest_with(folder: Path, model: bytes, **changes: str) -> Path:
    """Writes a model and a copy of the bundled manifest that fits it but for the changes; returns the manifest."""
    (folder / "other.onnx").write_bytes(model)
    text = (PROJECT / "models" / "roadside_first.toml").read_text()
    text = text.replace("roadside_first.onnx", "other.onnx")
    old = next(line for line in text.splitlines() if line.startswith("sha256"))
    text = text.replace(old, f'sha256 = "{hashlib.sha256(model).hexdigest()}"')
    for key, value in changes.items():
        old = next(line for line in text.splitlines() if line.startswith(f"{key} ="))
        text = text.replace(old, f"{key} = {value}")
    path = folder / "other.toml"
    path.write_text(text)
    return path


def tiny_network(outputs: dict[str, tuple[int, ...]]) -> bytes:
    """An ONNX file with the bundled model's input and constant outputs of the given shapes."""
    image = helper.make_tensor_value_info("images", TensorProto.FLOAT, [1, 3, 288, 480])
    nodes, infos = [], []
    for name, shape in outputs.items():
        value = helper.make_tensor(f"{name}_value", TensorProto.FLOAT, [1], [0.0])
        size = helper.make_tensor(f"{name}_size", TensorProto.INT64, [len(shape)], shape)
        nodes.append(helper.make_node("Constant", [], [f"{name}_shape"], value=size))
        nodes.append(helper.make_node("ConstantOfShape", [f"{name}_shape"], [name], value=value))
        infos.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))
    graph = helper.make_graph(nodes, "tiny", [image], infos)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10)
    return bytes(model.SerializeToString())


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "clip.mp4"
    write_clip(path, frames=5)
    return path


def test_help_names_every_command(capsys):
    code, printed, _ = typed(capsys, "--help")

    assert code == 0
    for command in ("run", "replay", "watch", "detect", "check", "calibrate", "demo"):
        assert f"\n  {command}" in printed


@pytest.mark.parametrize("content", [None, b"", b"not a video at all"])
def test_what_is_no_video_is_named_and_nothing_is_written(capsys, tmp_path, content):
    video, out = tmp_path / "street.mp4", tmp_path / "out.mp4"
    if content is not None:
        video.write_bytes(content)

    code, printed, complaint = typed(capsys, "detect", video, "--out", out)

    assert (code, printed) == (2, "")
    assert one_line(complaint).startswith(f"{video}: ")
    assert [path.name for path in tmp_path.iterdir() if path != video] == []


def test_a_truncated_video_is_said_to_be_one_and_nothing_half_written_stays(capsys, tmp_path):
    video, out = tmp_path / "clip.mp4", tmp_path / "out.mp4"
    write_clip(video, frames=60, muxer={"movflags": "faststart"})
    video.write_bytes(video.read_bytes()[: video.stat().st_size * 2 // 3])

    code, _, complaint = typed(capsys, "detect", video, "--out", out)

    assert code == 2
    assert "truncated" in one_line(complaint)
    assert [path.name for path in tmp_path.iterdir()] == ["clip.mp4"]


@pytest.mark.parametrize(
    ("model", "wanted"),
    [
        (b"garbage that is no network", "onnx"),
        (tiny_network({"output": (1, 85, 8400)}), "got 1 x 85 x 8400"),
        (tiny_network({"boxes": (1, 2835, 4), "scores": (1, 2835, 80)}), "with 7 classes"),
    ],
    ids=["garbage", "another head", "another class count"],
)
def test_a_model_that_does_not_fit_its_manifest_is_named(capsys, tmp_path, clip, model, wanted):
    manifest = manifest_with(tmp_path, model)

    code, printed, complaint = typed(capsys, "detect", clip, "--model", manifest, "--json")

    assert (code, printed) == (2, "")
    assert wanted in one_line(complaint)


def test_a_model_with_another_checksum_is_not_loaded(capsys, tmp_path, clip):
    manifest = manifest_with(tmp_path, tiny_network({"output": (1, 1, 1)}), sha256=f'"{"0" * 64}"')

    code, _, complaint = typed(capsys, "detect", clip, "--model", manifest)

    assert code == 2
    assert "sha256" in one_line(complaint)
    assert "0" * 64 in complaint


def test_an_unknown_model_is_named(capsys, clip):
    code, _, complaint = typed(capsys, "detect", clip, "--model", "yolo99")

    assert code == 2
    assert "yolo99" in one_line(complaint)


def test_ten_mistakes_in_a_site_file_are_ten_lines(capsys, tmp_path):
    (tmp_path / "road.geojson").write_text(ROAD)
    site = tmp_path / "site.toml"
    site.write_text(
        'format = 1\nroad = "road.geojson"\nfovea = 3\n'
        '[site]\nid = "Bad Id"\nname = ""\n'
        '[datum]\ncrs = "EPSG:1"\nepoch = "now"\nlatitude_deg = 99.0\nlongitude_deg = 400.0\nheight_m = -9e9\n'
        "[tracking]\ngate_probability = 2.0\nconfirm_hits = 0\n"
    )

    code, printed, complaint = typed(capsys, "check", site)

    assert (code, printed) == (2, "")
    lines = complaint.strip().splitlines()
    assert len(lines) == 10, complaint
    assert all(line.startswith(f"{site}: ") for line in lines)


def test_a_site_file_of_another_version_is_one_line(capsys, tmp_path):
    (tmp_path / "road.geojson").write_text(ROAD)
    site = tmp_path / "site.toml"
    site.write_text(SITE.replace("format = 1", "format = 7"))

    code, _, complaint = typed(capsys, "check", site)

    assert code == 2
    assert "format" in one_line(complaint)
    assert "7" in complaint


def test_a_port_in_use_is_one_line_and_no_recording_appears(capsys, tmp_path):
    out = tmp_path / "out.mcap"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        code, _, complaint = typed(capsys, "replay", DEMO, "--serve", address, "--out", out)

    assert code == 2
    assert one_line(complaint).startswith(address)
    assert not out.exists()


@pytest.mark.parametrize("content", [None, b"", b"\x89MCAP0\r\n", b"this is no recording"])
def test_what_is_no_recording_is_named(capsys, tmp_path, content):
    recording = tmp_path / "night.mcap"
    if content is not None:
        recording.write_bytes(content)

    code, _, complaint = typed(capsys, "replay", recording)

    assert code == 2
    assert one_line(complaint).startswith(f"{recording}: ")


def test_a_truncated_recording_is_replayed_up_to_the_break(capsys, tmp_path):
    recording = tmp_path / "cut.mcap"
    recording.write_bytes(DEMO.read_bytes()[:900_000])

    code, printed, _ = typed(capsys, "replay", recording, "--json")

    summary = json.loads(printed)
    assert code == 0
    assert summary["broken"].startswith(f"{recording}: ")
    assert 0 < summary["scenes"] < 150


def test_nobody_serving_is_one_line(capsys):
    with socket.create_server(("127.0.0.1", 0)) as once:
        address = f"127.0.0.1:{once.getsockname()[1]}"

    code, printed, complaint = typed(capsys, "watch", address, "--json", "--count", 1)

    assert (code, printed) == (2, "")
    assert address in one_line(complaint)


def test_calibrating_a_camera_the_site_does_not_have_is_one_line(capsys, tmp_path):
    for name in ("site.toml", "road.geojson"):
        shutil.copy(PROJECT / "sites" / "demo" / name, tmp_path)
    pairs = tmp_path / "pairs.toml"
    pairs.write_text('crs = "site"\n')

    code, _, complaint = typed(capsys, "calibrate", tmp_path / "site.toml", "periscope", "--pairs", pairs)

    assert code == 2
    assert "periscope" in complaint


@pytest.mark.parametrize(("text", "speed"), [("max", None), ("1", 1.0), ("2.5", 2.5)])
def test_a_speed_is_max_or_a_factor(text, speed):
    assert parse_speed(text) == speed


@pytest.mark.parametrize("text", ["0", "-1", "fast", "nan", "inf"])
def test_other_speeds_are_refused(capsys, text):
    code, _, complaint = typed(capsys, "replay", DEMO, "--speed", text)

    assert code == 2
    assert "max" in complaint


def test_a_start_time_needs_its_offset(capsys, clip):
    """2026-11-21T08:00:00.5+08:00 is half past midnight and half a second, 00:00:00.5 Z."""
    assert parse_time_ns("2026-11-21T08:00:00.5+08:00") == 1_795_219_200_500_000_000

    code, _, complaint = typed(capsys, "detect", clip, "--start-time", "2026-11-21T08:00:00")

    assert code == 2
    assert "offset" in complaint


def test_the_program_can_be_started_as_a_module():
    result = subprocess.run([sys.executable, "-m", "roadside", "--help"], capture_output=True, text=True, check=True)

    assert "replay" in result.stdout


def test_a_sound_tiny_network_is_one(tmp_path):
    """The networks above are refused for their outputs, not because they are broken."""
    onnx.checker.check_model(onnx.load_from_string(tiny_network({"output": (1, 85, 8400)})))
