from pathlib import Path

import pytest
from typer.testing import CliRunner

torch = pytest.importorskip("torch", reason="torch stays out of the service and of CI: these run where models are made")

from roadside.perception.manifest import load_manifest  # noqa: E402
from simulation.detector.__main__ import app  # noqa: E402
from simulation.detector.pictures_set import write_shard  # noqa: E402
from tests.simulation.detector.labelled import labels, picture  # noqa: E402

BOX = (200.0, 100.0, 300.0, 180.0)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sets of a few pictures each."""
    folder = tmp_path_factory.mktemp("pictures")
    for seed, name in enumerate(("train", "held_out", "photographs")):
        weather = "photograph" if name == "photographs" else "day"
        shown = [picture(labels(BOX), 640, 360, weather, seed=10 * seed + number) for number in range(2)]
        write_shard(folder / name, 0, shown)
    return folder


def _run(*arguments: object) -> str:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_a_network_is_trained_refined_with_photographs_exported_and_judged(pictures: Path, tmp_path: Path) -> None:
    common = ("--folder", tmp_path / "training", "--from-pictures", pictures)
    _run("train", "--run", "first", "--steps", 2, "--workers", 1, *common)
    _run("train", "--run", "second", "--begins-with", "first", "--steps", 1, "--workers", 1, *common)

    (tmp_path / "models").mkdir()
    _run("export", "--run", "first", *common, "--out", tmp_path / "models")
    assert "rendered pictures alone" in load_manifest(tmp_path / "models" / "roadside_small.toml").made
    _run("export", "--run", "second", *common, "--out", tmp_path / "models")
    assert "videos somewhere" in load_manifest(tmp_path / "models" / "roadside_small_int8.toml").made
    judged = _run("evaluate", "--model", tmp_path / "models" / "roadside_small_int8.toml", "--from-pictures", pictures)
    assert "2 pictures" in judged


def test_a_training_that_would_go_on_from_itself_is_refused(pictures: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["train", "--run", "first", "--begins-with", "first"])

    assert result.exit_code == 2
    assert "must name another training" in result.output
