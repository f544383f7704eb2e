import io
import json
from pathlib import Path

import av
import numpy as np
import pytest
from rich.console import Console

from roadside.detect import detect
from roadside.display.annotate import COLOURS, draw_detections
from roadside.errors import ModelError, RoadsideError, VideoError
from roadside.types.detections import Detections
from roadside.types.road_users import RoadUserClass
from tests.perception.networks import write_manifest, write_network
from tests.sources.clips import HEIGHT_PX, WIDTH_PX, write_clip


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A network that sees a car and a pedestrian in every picture. The input is 96 x 64, as the clips are."""
    boxes = np.array([[[8, 30, 40, 50], [60, 30, 70, 60]]], dtype=np.float32)
    scores = np.array([[[0.875, 0.0], [0.0, 0.5]]], dtype=np.float32)
    write_network(tmp_path / "tiny.onnx", [boxes, scores], (1, 3, HEIGHT_PX, WIDTH_PX))
    return write_manifest(tmp_path / "tiny.onnx", "roadside", ["car", "pedestrian"], WIDTH_PX, HEIGHT_PX)


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return write_clip(tmp_path / "clip.mp4")


def detections(*rows: tuple[RoadUserClass, float, list[float]]) -> Detections:
    classes, confidence, boxes = zip(*rows, strict=True)
    return Detections("north", 0, 0, WIDTH_PX, HEIGHT_PX, np.array(boxes), np.array(confidence), np.array(classes))


def test_a_summary_counts_boxes_and_frames_of_each_class(model: Path, clip: Path):
    summary = detect(str(clip), model)
    assert summary.frames == 12
    assert summary.boxes_per_class == {RoadUserClass.CAR: 12, RoadUserClass.PEDESTRIAN: 12}
    assert summary.frames_per_class == summary.boxes_per_class
    assert summary.repaired_total == summary.corrupt_total == summary.surplus_total == 0
    assert 0.0 < summary.detect_ms[0] <= summary.detect_ms[1]


def test_each_frame_is_one_line_of_json(model: Path, clip: Path):
    lines = io.StringIO()
    detect(str(clip), model, json_lines=lines)
    frames = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert [frame["time_s"] for frame in frames] == [number / 10 for number in range(12)]
    assert frames[3]["detections"] == [
        {"class": "car", "confidence": 0.875, "box_px": [7.5, 29.5, 39.5, 49.5]},
        {"class": "pedestrian", "confidence": 0.5, "box_px": [59.5, 29.5, 69.5, 59.5]},
    ]


def test_the_console_shows_what_was_found_and_how_long_it_took(model: Path, clip: Path):
    text = io.StringIO()
    detect(str(clip), model, console=Console(file=text, width=200))
    assert "tiny on 12 frames" in text.getvalue()
    assert "pedestrian" in text.getvalue()
    assert "relative time" in text.getvalue()
    assert "ms per frame" in text.getvalue()


def test_the_annotated_video_has_every_frame_at_its_time_with_the_box_in_its_colour(model: Path, clip: Path):
    out = clip.with_name("annotated.mp4")
    detect(str(clip), model, out)
    with av.open(str(out)) as container:
        frames = list(container.decode(video=0))
    assert len(frames) == 12
    assert [frame.time for frame in frames] == pytest.approx([number / 10 for number in range(12)])
    # The clip is grey and yellow: only the box of the car is blue. H.264 halves the colour planes, hence the pair.
    red, _, blue = frames[0].to_ndarray(format="rgb24")[49:51, 12:36].reshape(-1, 3).mean(axis=0)
    assert blue > red + 30
    assert [path.name for path in clip.parent.iterdir() if "partial" in path.name] == []


def test_a_truncated_video_leaves_nothing_half_written(model: Path, clip: Path):
    clip = write_clip(clip.with_name("fast.mp4"), muxer={"movflags": "faststart"})
    clip.write_bytes(clip.read_bytes()[:-60])
    out = clip.with_name("annotated.mp4")
    out.write_bytes(b"the result of an earlier run")
    with pytest.raises(VideoError, match="truncated"):
        detect(str(clip), model, out)
    assert out.read_bytes() == b"the result of an earlier run"
    assert list(clip.parent.glob(".*")) == []


def test_a_missing_model_leaves_nothing_half_written(clip: Path):
    out = clip.with_name("annotated.mp4")
    with pytest.raises(ModelError):
        detect(str(clip), clip.with_name("none.toml"), out)
    assert not out.exists()


@pytest.mark.parametrize(
    ("name", "message"),
    [("missing/a.mp4", "its folder does not exist"), ("a.gif", "must end in .mp4"), ("clip.mp4", "the video itself")],
)
def test_a_place_that_cannot_be_written_is_one_line(model: Path, clip: Path, name: str, message: str):
    before = clip.read_bytes()
    with pytest.raises(RoadsideError, match=message) as caught:
        detect(str(clip), model, clip.parent / name)
    assert len(str(caught.value).splitlines()) == 1
    assert clip.read_bytes() == before


def test_an_odd_picture_is_written_one_column_narrower(model: Path, tmp_path: Path):
    source = tmp_path / "odd.mkv"
    with av.open(str(source), "w") as container:
        stream = container.add_stream("ffv1", rate=10)
        stream.width, stream.height, stream.pix_fmt = 95, 63, "bgr0"
        frame = av.VideoFrame.from_ndarray(np.full((63, 95, 3), 90, dtype=np.uint8), format="rgb24")
        container.mux(stream.encode(frame.reformat(format="bgr0")))
        container.mux(stream.encode(None))
    detect(str(source), model, tmp_path / "out.mp4")
    with av.open(str(tmp_path / "out.mp4")) as container:
        assert (container.streams.video[0].width, container.streams.video[0].height) == (94, 62)


def test_a_box_is_drawn_on_its_pixels():
    picture = np.zeros((HEIGHT_PX, WIDTH_PX, 3), dtype=np.uint8)
    draw_detections(picture, detections((RoadUserClass.CAR, 0.9, [10.0, 30.0, 50.0, 60.0])))
    assert tuple(picture[60, 30]) == COLOURS[RoadUserClass.CAR]
    assert tuple(picture[45, 10]) == COLOURS[RoadUserClass.CAR]
    assert tuple(picture[45, 30]) == (0, 0, 0)


def test_a_label_at_the_corner_stays_in_the_picture():
    picture = np.zeros((HEIGHT_PX, WIDTH_PX, 3), dtype=np.uint8)
    draw_detections(picture, detections((RoadUserClass.BUS, 0.9, [80.0, 0.0, 95.0, 20.0])))
    assert (picture[3, 30:60] == COLOURS[RoadUserClass.BUS]).all(axis=1).any()
