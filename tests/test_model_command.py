"""``roadside model`` as a user types it."""

import json
from pathlib import Path

import cv2
import numpy as np

from tests.command_line import typed
from tests.perception.networks import write_spot_network


def test_the_list_names_every_model_with_its_head_and_licence(capsys, tmp_path: Path):
    write_spot_network(tmp_path / "spots.onnx")

    code, printed, _ = typed(capsys, "model", "list", tmp_path)

    assert code == 0
    (first,) = (line for line in printed.splitlines() if line.startswith("roadside_first"))
    assert "roadside  480x288" in first and "Apache-2.0" in first and first.rstrip().endswith("there")
    assert f"{tmp_path}/spots.toml" in printed


def test_below_the_list_is_said_where_a_missing_network_can_be_had(capsys, tmp_path: Path):
    manifest = write_spot_network(tmp_path / "spots.onnx")
    manifest.write_text(manifest.read_text().replace('licence = "', 'obtain = "it from its maker"\nlicence = "'))
    (tmp_path / "spots.onnx").unlink()

    _, printed, _ = typed(capsys, "model", "list", tmp_path)

    assert "spots: get it from its maker" in printed.splitlines()


def test_the_list_as_json_holds_the_digests(capsys, tmp_path: Path):
    code, printed, _ = typed(capsys, "model", "list", tmp_path, "--json")

    assert code == 0
    by_name = {entry["name"]: entry for entry in json.loads(printed)}
    assert by_name["roadside_first"]["sha256_fits"] is True
    assert len(by_name["roadside_first"]["sha256"]) == 64


def test_a_sound_model_is_said_to_be_usable(capsys, tmp_path: Path):
    code, printed, _ = typed(capsys, "model", "verify", write_spot_network(tmp_path / "spots.onnx"))

    assert code == 0
    lines = printed.splitlines()
    assert lines[0] == "spots can be used"
    assert lines[2] == "head      roadside, 1 classes: car"
    assert lines[3] == "input     32 x 32, rgb, 0..1, top_left"


def test_a_model_that_cannot_be_used_is_one_line_and_exit_code_2(capsys, tmp_path: Path):
    write_spot_network(tmp_path / "spots.onnx")
    (tmp_path / "spots.onnx").write_bytes(b"other")

    code, printed, said = typed(capsys, "model", "verify", tmp_path / "spots.toml")

    assert (code, printed) == (2, "")
    assert said.startswith(f"{tmp_path}/spots.onnx: sha256 must be ")
    assert len(said.splitlines()) == 1


def test_quantising_says_what_it_costs_and_gains(capsys, tmp_path: Path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in range(4):
        picture = np.zeros((32, 32, 3), dtype=np.uint8)
        picture[8:16, 8 * number : 8 * number + 8] = 230
        cv2.imwrite(str(folder / f"{number}.png"), picture)
    model = write_spot_network(tmp_path / "spots.onnx")

    code, printed, _ = typed(capsys, "model", "quantise", model, "--frames", folder, "--out", tmp_path / "out")

    assert code == 0
    lines = printed.splitlines()
    assert lines[0] == (f"{tmp_path}/out/spots_int8.toml: calibrated on 2 frames of {folder}, compared on 2 others")
    assert any("precision 1.000, recall 1.000" in line for line in lines)


def test_quantising_wants_one_source_of_frames(capsys, tmp_path: Path):
    code, _, said = typed(capsys, "model", "quantise", "roadside_first")

    assert code == 2
    assert "one of --frames and --recording is wanted" in said


def test_weights_that_are_not_there_are_one_line(capsys, tmp_path: Path):
    code, _, said = typed(
        capsys, "model", "export", tmp_path / "best.pt", "--imgsz", "384", "640", "--out", tmp_path / "out"
    )

    assert code == 2
    assert said == f"{tmp_path}/best.pt: no such file\n"
