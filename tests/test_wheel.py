"""What is installed from the wheel is the whole program, models and demo recording included."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]


def run(*command: str | Path, cwd: Path) -> str:
    """Runs a command in an environment that knows nothing of this checkout; returns its standard output."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    result = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with nothing but the wheel and its dependencies; returns its folder of programs."""
    folder = tmp_path_factory.mktemp("wheel")
    local = PROJECT / "models" / "local" / "somebody_elses.onnx"
    local.parent.mkdir(exist_ok=True)
    local.touch()
    try:
        run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=PROJECT)
    finally:
        local.unlink()
    (wheel,) = folder.glob("roadside-*.whl")
    environment = folder / "environment"
    run(sys.executable, "-m", "uv", "venv", "--quiet", "--python", sys.executable, environment, cwd=folder)
    run(
        sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", environment / "bin" / "python",
        "--constraint", PROJECT / "requirements.lock", wheel, cwd=folder,
    )  # fmt: skip
    return environment / "bin"


def test_the_wheel_replays_a_recording_with_the_model_it_carries(installed, tmp_path):
    recording = PROJECT / "replay_data" / "demo.mcap"

    printed = run(installed / "roadside", "replay", recording, "--json", cwd=tmp_path)

    summary = json.loads(printed)
    assert summary["scenes"] > 190
    assert sum(camera["detections"] for camera in summary["cameras"]) > 1000


def test_the_wheel_carries_the_demo_recording(installed, tmp_path):
    code = "from roadside.demo import recording_path; print(recording_path().stat().st_size)"

    printed = run(installed / "python", "-c", code, cwd=tmp_path)

    assert int(printed) == (PROJECT / "replay_data" / "demo.mcap").stat().st_size


def test_the_wheel_carries_the_models_of_ours_and_nothing_that_lies_beside_them(installed, tmp_path):
    code = "from roadside.perception.manifest import WHEEL_FOLDER as f; print(*(p.name for p in f.rglob('*.*')))"
    models = PROJECT / "models"

    carried = run(installed / "python", "-c", code, cwd=tmp_path).split()

    assert sorted(carried) == sorted(path.name for path in (*models.glob("*.onnx"), *models.glob("*.toml")))


def test_neither_torch_nor_ultralytics_is_installed_with_it(installed, tmp_path):
    code = "import importlib.util as u; print([m for m in ('torch', 'ultralytics', 'cantools') if u.find_spec(m)])"

    assert run(installed / "python", "-c", code, cwd=tmp_path).strip() == "[]"
