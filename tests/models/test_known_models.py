from pathlib import Path

import pytest

from roadside.errors import ModelError
from roadside.models.known_models import known_models
from tests.perception.networks import write_spot_network


def test_the_shipped_models_are_known_and_the_one_that_is_not_ours_says_where_to_get_it():
    by_name = {model.path.stem: model for model in known_models(None)}
    assert by_name["roadside_first"].state == "there"
    assert by_name["yolox_nano"].manifest is not None
    assert by_name["yolox_nano"].as_json()["obtain"].startswith("yolox_nano.onnx (416x416)")


def test_models_of_ones_own_follow_the_shipped_ones(tmp_path: Path):
    write_spot_network(tmp_path / "spots.onnx")
    last = known_models(tmp_path)[-1]
    assert (last.path, last.state, last.fits) == (tmp_path / "spots.toml", "there", True)
    assert last.as_json()["classes"] == ["car"]


def test_another_network_under_the_same_name_is_noticed(tmp_path: Path):
    write_spot_network(tmp_path / "spots.onnx")
    (tmp_path / "spots.onnx").write_bytes(b"other")
    assert known_models(tmp_path)[-1].state == "another file: sha256 differs"


def test_a_network_that_is_not_there_is_said_to_be_missing(tmp_path: Path):
    write_spot_network(tmp_path / "spots.onnx")
    (tmp_path / "spots.onnx").unlink()
    assert known_models(tmp_path)[-1].state == "not there"


def test_a_manifest_with_mistakes_is_listed_with_them(tmp_path: Path):
    (tmp_path / "odd.toml").write_text("format = 2")
    last = known_models(tmp_path)[-1]
    assert last.state == "manifest has mistakes"
    assert f"{tmp_path}/odd.toml: format must be 1, got 2" in last.mistakes


def test_a_folder_that_is_none_is_named(tmp_path: Path):
    with pytest.raises(ModelError, match="none: no such folder"):
        known_models(tmp_path / "none")
