import hashlib
from pathlib import Path

import numpy as np
import pytest

from roadside.errors import ModelError
from roadside.perception.manifest import CHECKOUT_FOLDER, load_manifest
from roadside.types.road_users import RoadUserClass
from tests.perception.networks import write_manifest, write_network


@pytest.fixture
def manifest_path(tmp_path: Path) -> Path:
    write_network(tmp_path / "tiny.onnx", [np.zeros((1, 2, 4)), np.zeros((1, 2, 3))], (1, 3, 32, 32))
    return write_manifest(tmp_path / "tiny.onnx", "roadside", ["car", "ignore", "pedestrian"])


def replaced(path: Path, old: str, new: str) -> Path:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    return path


def problems(path: Path) -> list[str]:
    with pytest.raises(ModelError) as caught:
        load_manifest(path)
    return str(caught.value).splitlines()


def test_a_manifest_says_which_road_user_each_output_is_and_which_are_ignored(manifest_path: Path):
    manifest = load_manifest(manifest_path)
    assert manifest.classes == (RoadUserClass.CAR, None, RoadUserClass.PEDESTRIAN)
    assert manifest.name == "tiny"
    assert manifest.onnx_path == manifest_path.with_suffix(".onnx")
    assert manifest.input.width_px == 32


@pytest.mark.parametrize(("name", "class_count"), [("roadside_first", 7), ("yolox_nano", 80)])
def test_a_bare_name_finds_a_shipped_model(name: str, class_count: int):
    manifest = load_manifest(name)
    assert manifest.path == CHECKOUT_FOLDER / f"{name}.toml"
    assert len(manifest.classes) == class_count


def test_the_shipped_network_is_the_one_its_manifest_names():
    manifest = load_manifest("roadside_first")
    assert hashlib.sha256(manifest.onnx_path.read_bytes()).hexdigest() == manifest.sha256


def test_coco_has_six_kinds_of_road_user():
    manifest = load_manifest("yolox_nano")
    kept = {index: entry for index, entry in enumerate(manifest.classes) if entry is not None}
    assert kept == {
        0: RoadUserClass.PEDESTRIAN,
        1: RoadUserClass.BICYCLE,
        2: RoadUserClass.CAR,
        3: RoadUserClass.MOTORCYCLE,
        5: RoadUserClass.BUS,
        7: RoadUserClass.TRUCK,
    }


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(ModelError, match=r"^model 'best': no such model, known are .*roadside_small_int8, yolox_nano"):
        load_manifest("best")


def test_a_missing_manifest_is_named(tmp_path: Path):
    assert problems(tmp_path / "none.toml") == [f"{tmp_path}/none.toml: no such model manifest"]


def test_a_network_instead_of_its_manifest_is_told_apart(manifest_path: Path):
    (line,) = problems(manifest_path.with_suffix(".onnx"))
    assert line.endswith("must be a model's name or the path of a manifest that ends in .toml")


def test_all_mistakes_of_a_manifest_come_at_once(manifest_path: Path):
    replaced(manifest_path, 'head = "roadside"', 'head = "ssd"\nspeed = 3')
    replaced(manifest_path, "width_px = 32", "width_px = 100")
    replaced(manifest_path, "confidence = 0.3", "confidence = 1.5")
    replaced(manifest_path, 'licence = "Apache-2.0"\n', "")
    where = str(manifest_path)
    assert sorted(problems(manifest_path)) == [
        f"{where}: head must be 'roadside', 'yolox', 'yolov8', 'end_to_end', 'rtdetr', 'rtdetr_topk', "
        "'detr_sigmoid', 'detr_softmax' or 'detr_deploy', got 'ssd'",
        f"{where}: input.width_px must be a multiple of 32, got 100",
        f"{where}: licence is missing",
        f"{where}: speed is not a known key",
        f"{where}: thresholds.confidence must be less than 1, got 1.5",
    ]


@pytest.mark.parametrize("head", ["end_to_end", "rtdetr", "rtdetr_topk", "detr_sigmoid", "detr_softmax", "detr_deploy"])
def test_an_input_need_not_be_whole_strides_where_the_network_has_none(manifest_path: Path, head: str):
    replaced(manifest_path, 'head = "roadside"', f'head = "{head}"')
    assert load_manifest(replaced(manifest_path, "width_px = 32", "width_px = 378")).input.width_px == 378


@pytest.mark.parametrize("head", ["roadside", "yolox", "yolov8"])
def test_an_input_is_whole_strides_where_the_network_has_strides(manifest_path: Path, head: str):
    replaced(manifest_path, 'head = "roadside"', f'head = "{head}"')
    (line,) = problems(replaced(manifest_path, "width_px = 32", "width_px = 378"))
    assert line.endswith("input.width_px must be a multiple of 32, got 378")


def test_a_class_that_is_no_road_user_must_be_ignored_on_purpose(manifest_path: Path):
    (line,) = problems(replaced(manifest_path, '"ignore"', '"suitcase"'))
    assert "classes must be labels out of" in line
    assert line.endswith("unknown: suitcase")


def test_a_gap_in_the_class_numbers_is_refused(manifest_path: Path):
    (line,) = problems(replaced(manifest_path, '2 = "pedestrian"', '3 = "pedestrian"'))
    assert line.endswith("classes must have the keys 0 to 2 without gaps")


def test_broken_toml_is_one_line(manifest_path: Path):
    (line,) = problems(replaced(manifest_path, "[input]", "[input"))
    assert line.startswith(f"{manifest_path}: must be TOML, got ")


def test_a_number_as_text_is_not_a_number(manifest_path: Path):
    (line,) = problems(replaced(manifest_path, "height_px = 32", 'height_px = "32"'))
    assert line == f"{manifest_path}: input.height_px must be a valid integer, got '32'"
