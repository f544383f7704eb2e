from pathlib import Path

import pytest

from roadside.errors import RecordingError
from roadside.runtime.serving import begun_recording, recording_to
from roadside.types.observations import Tick


@pytest.mark.parametrize("name", ["site.toml", "clip.mp4", "recording", ".mcap", "out.mcap.bak"])
def test_only_a_file_named_as_a_recording_is_replaced(tmp_path: Path, name: str):
    precious = tmp_path / name
    precious.write_bytes(b"precious")

    with pytest.raises(RecordingError) as caught:
        begun_recording(precious, "demo", {})

    assert str(caught.value) == f"{precious}: must end in .mcap, so that nothing else is overwritten, got {name}"
    assert precious.read_bytes() == b"precious"


def test_an_earlier_recording_is_replaced(tmp_path: Path):
    earlier = tmp_path / "out.mcap"
    earlier.write_bytes(b"earlier")

    with recording_to(earlier, "demo", {}) as recorder:
        recorder.offer(lambda writer: writer.write(Tick(1_000)))

    assert earlier.read_bytes().startswith(b"\x89MCAP0\r\n")


def test_a_folder_is_no_recording(tmp_path: Path):
    folder = tmp_path / "out.mcap"
    folder.mkdir()

    with pytest.raises(RecordingError, match="is a folder"):
        begun_recording(folder, "demo", {})
