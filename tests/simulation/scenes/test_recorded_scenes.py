"""What stands in replay_data is what the manifests say, and what the simulation still makes."""

import hashlib
import tomllib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from roadside.config.site_file import load_site
from roadside.recording.channels import ChannelKind
from roadside.recording.codec import decode
from roadside.recording.reader import open_recording
from roadside.runtime.recorded_truth import recorded_truth
from roadside.sources.h264 import H264Decoder
from roadside.types.frames import EncodedFrame
from simulation.scenes.catalogue import SCENES, Scene
from simulation.scenes.filming import film
from simulation.scenes.recorded import Play
from simulation.worlds.poles import LAYOUTS
from tests.simulation.pictures.graphics import graphics_wanted

PROJECT = Path(__file__).resolve().parents[3]
FOLDER = PROJECT / "replay_data"
MOST_BYTES = 60_000_000
RECORDED = [(scene, site_id) for scene in SCENES for site_id in scene.site_ids]
each_recording = pytest.mark.parametrize(
    ("scene", "site_id"), RECORDED, ids=[scene.recording_name(site_id) for scene, site_id in RECORDED]
)


def recording_path(scene: Scene, site_id: str) -> Path:
    return FOLDER / f"{scene.recording_name(site_id)}.mcap"


def pictures(frames: Sequence[EncodedFrame]) -> list[np.ndarray]:
    """Returns what frames show, a quarter as big."""
    decoder = H264Decoder()
    return [decoder.decode(frame).image.rgb(320, 180).astype(np.int64) for frame in frames]


def test_every_scene_is_recorded_for_each_of_its_sites_and_nothing_else_is():
    ours = {f"{scene.recording_name(site_id)}.mcap" for scene, site_id in RECORDED}

    assert {path.name for path in FOLDER.glob("*.mcap")} == ours | {"demo.mcap"}
    assert {path.name for path in FOLDER.glob("*.toml")} == {f"{Path(name).stem}.toml" for name in ours | {"demo.mcap"}}


@each_recording
def test_a_manifest_names_its_recording_and_its_length(scene, site_id):
    path = recording_path(scene, site_id)
    manifest = tomllib.loads(path.with_suffix(".toml").read_text())

    assert manifest["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert manifest["contents"].keys() == open_recording(path).topics.keys()
    assert manifest["duration_s"] == scene.duration_s


@each_recording
def test_a_recording_holds_every_sensor_of_its_site_and_the_truth(scene, site_id):
    recording = open_recording(recording_path(scene, site_id))
    layout = LAYOUTS[site_id]

    assert recording.camera_ids == tuple(sorted(camera.sensor_id for camera in layout.cameras))
    radars = {topic.split("/")[2] for topic in recording.topics if topic.startswith("/radar/")}
    assert radars == {radar.sensor_id for radar in layout.radars}
    truth = recorded_truth(recording)
    assert len(truth.road_users) == round(scene.duration_s * scene.frame_rate_hz) + 1
    assert len(truth.events) == 1
    assert all(0.4 * scene.frame_rate_hz < recording.topics[ChannelKind.VIDEO.topic(camera_id)].message_count
               / scene.duration_s <= scene.frame_rate_hz + 1 for camera_id in recording.camera_ids)  # fmt: skip


def test_all_scenes_together_stay_small():
    assert sum(recording_path(*each).stat().st_size for each in RECORDED) <= MOST_BYTES


@pytest.mark.parametrize("scene", [scene for scene, _ in RECORDED][:1], ids=lambda scene: scene.name)
def test_the_first_pictures_of_a_scene_come_out_again(scene):
    """Another processor may round a pixel differently and code it differently: what is seen is compared, not bytes."""
    site_id = scene.site_ids[0]
    site = load_site(PROJECT / "sites" / site_id / "site.toml")
    play = Play.of(scene)
    with graphics_wanted():
        again = film(scene, play.world, play.traffic, site.cameras[0], 0, seconds=0.35)
    recording = open_recording(recording_path(scene, site_id))
    entries = recording.entries([ChannelKind.VIDEO.topic(site.cameras[0].sensor_id)])
    recorded = [decode(entry) for entry, _ in zip(entries, again.frames, strict=False)]

    assert [(frame.time_ns, frame.arrival_ns) for frame in recorded] == [
        (frame.time_ns, frame.arrival_ns) for frame in again.frames
    ]
    for before, now in zip(pictures(recorded), pictures(again.frames), strict=True):
        assert np.abs(before - now).mean() < 1.0
