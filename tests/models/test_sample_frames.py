from pathlib import Path

import cv2
import numpy as np
import pytest

from roadside.errors import RecordingError, VideoError
from roadside.models.sample_frames import drawn, frames_of_folder, frames_of_recording, read_picture
from roadside.recording.reader import open_recording
from roadside.recording.writer import RecordingWriter
from roadside.types.observations import Tick
from tests.short_demo import write_short_demo


def write_picture(path: Path, value: int) -> None:
    cv2.imwrite(str(path), np.full((32, 64, 3), value, dtype=np.uint8))


def brightness(frame) -> int:
    return int(frame.image.rgb(8, 8).mean().round())


def test_frames_are_drawn_evenly_and_never_twice():
    assert drawn(5, 100).tolist() == [0, 1, 2, 3, 4]
    assert drawn(101, 3).tolist() == [0, 50, 100]
    assert len(drawn(1000, 200)) == 200


def test_what_is_calibrated_on_is_not_compared_on(tmp_path: Path):
    for number in range(5):
        write_picture(tmp_path / f"{number}.png", 10 * number)
    (tmp_path / "notes.txt").write_text("not a picture")
    frames = frames_of_folder(tmp_path)
    assert [brightness(frame) for frame in frames.calibration] == [0, 20, 40]
    assert [brightness(frame) for frame in frames.comparison] == [10, 30]


@pytest.mark.parametrize("ending", [".png", ".jpg", ".bmp"])
def test_a_picture_has_the_size_and_colours_of_its_file(tmp_path: Path, ending: str):
    blue_green_red = np.zeros((32, 64, 3), dtype=np.uint8)
    blue_green_red[:] = (10, 100, 200)
    cv2.imwrite(str(tmp_path / f"picture{ending}"), blue_green_red)
    picture = read_picture(tmp_path / f"picture{ending}")
    assert (picture.width_px, picture.height_px) == (64, 32)
    np.testing.assert_allclose(picture.rgb(64, 32)[16, 32], [200, 100, 10], atol=3)


def test_a_folder_that_is_none_or_has_no_pictures_is_named(tmp_path: Path):
    with pytest.raises(VideoError, match="none: no such folder"):
        frames_of_folder(tmp_path / "none")
    with pytest.raises(VideoError, match=r"must have 2 pictures or more \(.jpg, .*\), got 0"):
        frames_of_folder(tmp_path)


def test_a_picture_that_is_none_is_named(tmp_path: Path):
    (tmp_path / "broken.png").write_bytes(b"not a picture")
    with pytest.raises(VideoError, match=r"broken\.png: must be a picture"):
        read_picture(tmp_path / "broken.png")


def test_a_recording_gives_frames_of_every_camera(tmp_path: Path):
    frames = frames_of_recording(open_recording(write_short_demo(tmp_path / "short.mcap", 1.0)))
    everything = (*frames.calibration, *frames.comparison)
    assert {frame.sensor_id for frame in everything} == {"north_west", "south_east"}
    times = [(frame.sensor_id, frame.time_ns) for frame in everything]
    assert len(set(times)) == len(times) == 20


def test_a_recording_without_video_is_refused(tmp_path: Path):
    with RecordingWriter(tmp_path / "dark.mcap") as writer:
        writer.write(Tick(1_000))
    with pytest.raises(RecordingError, match=r"dark.mcap: wanted recorded video, got only /tick"):
        frames_of_recording(open_recording(tmp_path / "dark.mcap"))
