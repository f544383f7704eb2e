"""What is made of a file that ultralytics wrote. ultralytics itself is run by hand: docs/bring-your-own-model.md."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from roadside.errors import ModelError
from roadside.models.export import ExportedFile, adopt, export
from roadside.perception.manifest import load_manifest
from roadside.types.road_users import RoadUserClass
from tests.perception.networks import write_network

NAMES = ("person", "car", "bench")


def exported(folder: Path, output: np.ndarray, names=NAMES, is_trained: bool = True) -> ExportedFile:
    write_network(folder / "written.onnx", [output], ("batch", 3, 32, 32))
    return ExportedFile(folder / "written.onnx", "best.pt", "8.4.190", names, is_trained)


def final_rows() -> np.ndarray:
    return np.array([[[0.5, 0.5, 0.1, 0.1, 0.9, 1.0]] * 4])


def test_an_exported_network_gets_a_manifest_that_says_all_the_service_needs(tmp_path: Path):
    path = adopt(exported(tmp_path, np.zeros((1, 7, 21))), 32, 32, tmp_path / "out", "best")
    assert path == tmp_path / "out" / "best.toml"
    manifest = load_manifest(path)
    assert manifest.head == "yolov8"
    assert manifest.classes == (RoadUserClass.PEDESTRIAN, RoadUserClass.CAR, None)
    assert manifest.licence.startswith("AGPL-3.0")
    assert manifest.made == "Exported from best.pt by ultralytics 8.4.190, opset 17."
    assert (manifest.input.width_px, manifest.input.height_px) == (32, 32)
    assert (manifest.input.colours, manifest.input.values, manifest.input.placement) == ("rgb", "0..1", "centred")


def test_the_models_own_names_stay_beside_the_labels(tmp_path: Path):
    path = adopt(exported(tmp_path, np.zeros((1, 7, 21))), 32, 32, tmp_path / "out", "best")
    lines = path.read_text().splitlines()
    assert lines[-3:] == ['0 = "pedestrian" # person', '1 = "car"', '2 = "ignore" # bench']


def test_rtdetr_is_given_stretched_pictures_and_hardly_any_suppression(tmp_path: Path):
    manifest = load_manifest(adopt(exported(tmp_path, final_rows()), 32, 32, tmp_path / "out", "best"))
    assert (manifest.head, manifest.input.placement, manifest.thresholds.overlap) == ("rtdetr_topk", "stretched", 0.9)


def test_random_weights_are_said_to_be_random(tmp_path: Path):
    network = exported(tmp_path, np.zeros((1, 7, 21)), is_trained=False)
    assert "random" in load_manifest(adopt(network, 32, 32, tmp_path / "out", "best")).made


def test_a_network_without_a_road_user_is_refused(tmp_path: Path):
    network = exported(tmp_path, np.zeros((1, 6, 21)), ("bench", "cat"))
    with pytest.raises(ModelError, match=r"^best.pt: classes must have a road user, got bench, cat"):
        adopt(network, 32, 32, tmp_path / "out", "best")
    assert not (tmp_path / "out").exists()


def test_a_network_that_does_not_load_as_a_model_leaves_nothing_behind(tmp_path: Path):
    """Class 7 of 3: the head fits, the numbers do not."""
    rows = final_rows()
    rows[..., 5] = 7.0
    with pytest.raises(ModelError, match="classes must be 0 to 2 as the manifest says, got 7"):
        adopt(exported(tmp_path, rows), 32, 32, tmp_path / "out", "best")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_model_that_is_there_is_not_overwritten(tmp_path: Path):
    (tmp_path / "best.onnx").write_bytes(b"precious")
    with pytest.raises(ModelError, match=r"best.onnx: is there already; remove it"):
        export("best.pt", 32, 32, tmp_path)
    assert (tmp_path / "best.onnx").read_bytes() == b"precious"


@pytest.mark.parametrize("name", ["", "../best", "a/b"])
def test_a_name_is_a_file_name(tmp_path: Path, name: str):
    with pytest.raises(ModelError, match="name must be a file name without an ending"):
        export("best.pt", 32, 32, tmp_path, name)


@pytest.mark.parametrize(
    ("weights", "wanted"),
    [
        ("best.onnx", "best.onnx: must be weights (.pt) or the description of a network (.yaml)"),
        ("runs/best.pt", "runs/best.pt: no such file"),
    ],
)
def test_what_cannot_be_weights_is_one_line(tmp_path: Path, weights: str, wanted: str):
    with pytest.raises(ModelError) as caught:
        export(weights, 32, 32, tmp_path)
    assert str(caught.value) == wanted


@pytest.mark.skipif(importlib.util.find_spec("ultralytics") is not None, reason="ultralytics is installed")
def test_without_ultralytics_the_recipe_is_told(tmp_path: Path):
    with pytest.raises(ModelError) as caught:
        export("yolo11n.yaml", 32, 32, tmp_path)
    (line,) = str(caught.value).splitlines()
    assert line.startswith("export needs ultralytics, and it cannot be imported")
    assert line.endswith("pip install '.[ultralytics]'; see docs/bring-your-own-model.md")
