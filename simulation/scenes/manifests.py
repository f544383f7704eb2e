"""The file beside each recording that says what is in it and how it was made."""

import hashlib
from importlib.metadata import version
from pathlib import Path

from roadside.recording.reader import Recording, open_recording
from roadside.types.site import Site
from simulation.scenes.catalogue import Scene
from simulation.types.weather import Weather

WORDS = {
    "/truth": "id, class, footprint centre, velocity, heading, size, visible pixels per camera",
    "/truth/events": "every event of the scene",
    "/truth/spots": "which parking spots are taken",
    "/signals/controller": "what every signal group shows, each second and at each change",
}
WORDS_OF_KIND = {
    "scan": "targets of the clusters, as an adapter beside the radar would send them",
    "tracks": "the radar's own tracked list",
    "can": "raw frames of the radar's bus",
}


def manifest(path: Path, scene: Scene, site: Site, site_path: str, length_s: float) -> str:
    """Returns the manifest (TOML) of a recording.

    Args:
        path: the recording.
        scene: what it shows.
        site: who watched.
        site_path: of the site file, relative to the manifest.
        length_s: how much of the scene was recorded.

    Raises:
        RecordingError: the recording cannot be read.
    """
    recording = open_recording(path)
    lines = [
        f"# {scene.name}, as {site.name} saw it. It shows nothing real: a rendered world with exact truth.",
        f'file = "{path.name}"',
        f'sha256 = "{hashlib.sha256(path.read_bytes()).hexdigest()}"',
        f'site = "{site_path}"  # also attached to the recording',
        f"duration_s = {length_s:g}",
        'licence = "Apache-2.0, roadside\'s own"',
        "",
        "[contents]",
        *(f'"{topic}" = "{_contents(topic, recording, scene, site)}"' for topic in recording.topics),
        "",
        "[made]",
        f'command = "python -m simulation scenes {scene.name}"',
        f"seed = {scene.seed}",
        f'traffic = "SUMO {version("eclipse-sumo")}, smoothed to kinematic truth; incidents are scripts"',
        f'light = "{_light(scene.weather_from)}' + _changing(scene) + '"',
        f"dropped_share = {scene.dropped_share:g}",
        f"sway_rad = {scene.sway_rad:g}",
        f"quality_crf = {scene.quality_crf:g}",
    ]
    return "\n".join(lines) + "\n"


def _contents(topic: str, recording: Recording, scene: Scene, site: Site) -> str:
    count = f"{recording.topics[topic].message_count} messages"
    _, family, *rest = topic.split("/")
    if family == "camera":
        camera = next(camera.camera for camera in site.cameras if camera.sensor_id == rest[0])
        return f"{camera.width_px}x{camera.height_px}, {scene.frame_rate_hz:g} Hz, H.264, {count}"
    if family == "radar":
        return f"{WORDS_OF_KIND[rest[1]]}, {count}"
    return f"{WORDS[topic]}, {count}"


def _light(weather: Weather) -> str:
    return (
        f"cloud {weather.cloud:g}, darkness {weather.darkness:g}, visibility {weather.visibility_m:g} m, "
        f"rain {weather.rain:g}, wetness {weather.wetness:g}"
    )


def _changing(scene: Scene) -> str:
    return "" if scene.weather_to == scene.weather_from else f"; in the end {_light(scene.weather_to)}"
