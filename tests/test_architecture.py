"""The architecture is checked, and the check itself is checked with a planted violation."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
PACKAGE = PROJECT / "roadside"


def lint_imports(project: Path) -> subprocess.CompletedProcess[str]:
    """Runs the import contracts of a project folder, as ``make check`` does."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    return subprocess.run(
        [*command, "--no-cache"], cwd=project, capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(project), "PATH": "", "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "200"},
    )  # fmt: skip


@pytest.fixture
def copy_of_the_project(tmp_path: Path) -> Path:
    shutil.copytree(PACKAGE, tmp_path / "roadside", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    return tmp_path


def test_both_import_contracts_hold():
    result = lint_imports(PROJECT)

    assert result.returncode == 0, result.stdout
    assert "2 kept, 0 broken" in result.stdout


@pytest.mark.parametrize(
    ("module", "planted", "contract"),
    [
        ("sources/radar.py", "import roadside.perception.cuboid", "Each line imports only lines below"),
        ("geometry/pose.py", "import roadside.types.site", "Each line imports only lines below"),
        ("fusion/kalman.py", "import time", "The core does no I/O"),
        ("types/road.py", "import cv2", "The core does no I/O"),
        ("pipeline.py", "import threading", "The core does no I/O"),
    ],
)
def test_a_planted_violation_breaks_its_contract(copy_of_the_project, module, planted, contract):
    victim = copy_of_the_project / "roadside" / module
    victim.write_text(victim.read_text() + f"\n{planted}\n")

    result = lint_imports(copy_of_the_project)

    assert result.returncode != 0
    broken = [line for line in result.stdout.splitlines() if line.rstrip().endswith("BROKEN")]
    assert len(broken) == 1
    assert broken[0].startswith(contract)


def test_every_folder_with_modules_is_a_package_so_that_the_contracts_see_it():
    folders = {path.parent for path in PACKAGE.rglob("*.py")}

    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []


def test_package_init_files_are_empty():
    assert [path for path in PACKAGE.rglob("__init__.py") if path.read_text() != ""] == []


def test_only_its_own_package_imports_generated_code():
    """Generated folders are ``roadside/NAME/v1``; the rest of the project must not know their names."""
    generated = [folder for folder in PACKAGE.glob("*/v1") if folder.is_dir()]
    assert generated
    for folder in generated:
        owner = folder.parent
        wanted = f"roadside.{owner.name}.v1"
        users = [path for path in PACKAGE.rglob("*.py") if wanted in path.read_text() and owner not in path.parents]
        assert users == [], f"{wanted} is imported by {users}"
