"""The architecture is checked, and the check itself is checked with a planted violation."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
PACKAGES = (PROJECT / "roadside", PROJECT / "simulation")


def lint_imports(project: Path) -> subprocess.CompletedProcess[str]:
    """Runs the import contracts of a project folder, as ``make check`` does."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    return subprocess.run(
        [*command, "--no-cache"], cwd=project, capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(project), "PATH": "", "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "200"},
    )  # fmt: skip


@pytest.fixture
def copy_of_the_project(tmp_path: Path) -> Path:
    for package in PACKAGES:
        shutil.copytree(package, tmp_path / package.name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    return tmp_path


def test_all_import_contracts_hold():
    result = lint_imports(PROJECT)

    assert result.returncode == 0, result.stdout
    assert "4 kept, 0 broken" in result.stdout


@pytest.mark.parametrize(
    ("module", "planted", "contract"),
    [
        ("roadside/sources/radar.py", "import roadside.perception.cuboid", "Each line imports only lines below"),
        ("roadside/geometry/pose.py", "import roadside.types.site", "Each line imports only lines below"),
        ("roadside/fusion/kalman.py", "import time", "The core does no I/O"),
        ("roadside/types/road.py", "import cv2", "The core does no I/O"),
        ("roadside/pipeline.py", "import threading", "The core does no I/O"),
        ("roadside/replay.py", "import simulation.types.bodies", "The service never imports what makes its scenes"),
        ("simulation/types/actors.py", "import simulation.scenes.catalogue", "The simulation, too, imports only"),
    ],
)
def test_a_planted_violation_breaks_its_contract(copy_of_the_project, module, planted, contract):
    victim = copy_of_the_project / module
    victim.write_text(victim.read_text() + f"\n{planted}\n")

    result = lint_imports(copy_of_the_project)

    assert result.returncode != 0
    broken = [line for line in result.stdout.splitlines() if line.rstrip().endswith("BROKEN")]
    assert len(broken) == 1
    assert broken[0].startswith(contract)


def test_every_folder_with_modules_is_a_package_so_that_the_contracts_see_it():
    folders = {path.parent for package in PACKAGES for path in package.rglob("*.py")}

    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []


def test_package_init_files_are_empty():
    inits = [path for package in PACKAGES for path in package.rglob("__init__.py")]

    assert [path for path in inits if path.read_text() != ""] == []


def test_only_its_own_package_imports_generated_code():
    """Generated folders are ``roadside/NAME/v1``; the rest of the project must not know their names."""
    modules = [path for package in PACKAGES for path in package.rglob("*.py")]
    generated = [folder for folder in PACKAGES[0].glob("*/v1") if folder.is_dir()]
    assert generated
    for folder in generated:
        owner = folder.parent
        wanted = f"roadside.{owner.name}.v1"
        users = [path for path in modules if wanted in path.read_text() and owner not in path.parents]
        assert users == [], f"{wanted} is imported by {users}"
