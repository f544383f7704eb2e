"""What the documents promise is there."""

import hashlib
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
PAGES = [
    PROJECT / "README.md",
    PROJECT / "CHANGELOG.md",
    PROJECT / "CONTRIBUTING.md",
    *(PROJECT / "docs").rglob("*.md"),
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere_and_no_figure_was_forgotten(page):
    text = page.read_text()

    links = [link for link in re.findall(r"\]\(([^)#]+)", text) if not link.startswith("http")]

    assert [link for link in links if not (page.parent / link).exists()] == []
    assert not re.search(r"\bDEMO(_\w+)?\b", text)


def test_the_demo_recording_is_the_one_its_manifest_describes():
    manifest = tomllib.loads((PROJECT / "replay_data" / "demo.toml").read_text())
    data = (PROJECT / "replay_data" / manifest["file"]).read_bytes()

    assert hashlib.sha256(data).hexdigest() == manifest["sha256"]
    assert len(data) < 5_000_000


def test_a_wheel_can_be_built_from_the_source_distribution(tmp_path):
    """As whoever installs from source does: the archive must hold all that the wheel wants to carry."""
    hatch = ["-m", "hatchling", "build", "-d", str(tmp_path)]
    subprocess.run([sys.executable, *hatch, "-t", "sdist"], cwd=PROJECT, check=True, capture_output=True)
    (archive,) = tmp_path.glob("*.tar.gz")
    subprocess.run(["tar", "-xzf", archive.name], cwd=tmp_path, check=True)
    (source,) = (path for path in tmp_path.iterdir() if path.is_dir())

    subprocess.run([sys.executable, *hatch, "-t", "wheel"], cwd=source, check=True, capture_output=True)

    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "roadside/bundled/models/roadside_first.onnx" in names
    assert "roadside/bundled/replay_data/demo.mcap" in names
