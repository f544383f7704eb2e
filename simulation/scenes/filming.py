"""One camera's film of a scene: every exposure rendered, developed and encoded."""

from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np

from roadside.geometry.arrays import FloatArray
from roadside.sources.h264 import Coding, H264Encoder
from roadside.types.frames import EncodedFrame
from roadside.types.nal_units import starts_decoding
from roadside.types.site import CameraSensor
from simulation.pictures.development import develop, lens_drops, metered_exposure
from simulation.pictures.labels import labels
from simulation.pictures.renderer import Renderer
from simulation.pictures.view import View
from simulation.scenes.catalogue import NS_PER_S, SENSORS_PER_SITE, Scene
from simulation.sensors.camera_timing import CameraTiming, Exposures, exposures
from simulation.sensors.pole_sway import PoleSway, sway_rad, swayed
from simulation.traffic.run import TrafficRun
from simulation.types.weather import Weather
from simulation.types.world import World

KEY_FRAME_EVERY_PICTURES = 50
"""A street changes little: key frames are most of the bytes."""

CLOCK_OFFSET_SIGMA_S = 0.012
"""A camera whose clock follows NTP over a busy network is off by some milliseconds."""

SEEDS_PER_SITE = 100_000
"""More than there are seeds of scenes: another site's wind is nobody else's."""

POLE, TIMING, DEVELOPMENT, DROPS = range(4)
"""What the numbers drawn for a camera are for: each has a generator of its own."""


@dataclass(frozen=True, slots=True)
class Film:
    """What one camera gave.

    Attributes:
        sensor_id: the camera.
        frames: in order of exposure, those that arrived.
        seen: for every instant of truth, what the exposure nearest to it shows: object id to visible pixels.
    """

    sensor_id: str
    frames: tuple[EncodedFrame, ...]
    seen: tuple[dict[int, int], ...]


def film(
    scene: Scene, world: World, traffic: TrafficRun, sensor: CameraSensor, camera_number: int, seconds: float
) -> Film:
    """Returns the film of the first seconds of a scene.

    Args:
        scene: what is filmed.
        world: where.
        traffic: who is there.
        sensor: the camera, as its site file has it.
        camera_number: of all cameras of the scene's sites; what is drawn for the camera follows from it.
        seconds: how much of the scene; a shorter film is the beginning of a longer one.
    """
    taken = _exposures(scene, camera_number, seconds)
    exposed_s = (taken.exposed_ns - scene.start_ns) / NS_PER_S
    sway = sway_rad(_pole(scene, camera_number), exposed_s)
    darkroom = _Darkroom(scene, sensor, camera_number)
    renderer = Renderer(world, sensor.camera.width_px, sensor.camera.height_px)
    frames, seen = [], []
    try:
        for number, time_s in enumerate(exposed_s.tolist()):
            actors = traffic.trajectories.at(time_s)
            pose = swayed(sensor.site_from_camera, sway[number])
            weather = scene.weather_at(time_s)
            view = renderer.render(actors, sensor.camera, pose, weather, traffic.signals.at(time_s), time_s)
            visible_px = labels(view, actors, sensor.camera, pose).visible_px
            in_view = visible_px > 0
            seen.append(dict(zip(actors.object_ids[in_view].tolist(), visible_px[in_view].tolist(), strict=True)))
            data = darkroom.developed(view, weather, number, is_kept=not taken.is_dropped[number])
            if data:
                stamped_ns, arrival_ns = int(taken.stamped_ns[number]), int(taken.arrival_ns[number])
                frames.append(EncodedFrame(sensor.sensor_id, stamped_ns, arrival_ns, starts_decoding(data), data))
    finally:
        renderer.close()
    return Film(sensor.sensor_id, tuple(frames), _at_truth(exposed_s, seen, scene, seconds))


class _Darkroom:
    """Makes pictures of light, and access units of pictures, for one camera of a scene."""

    def __init__(self, scene: Scene, sensor: CameraSensor, camera_number: int) -> None:
        camera = sensor.camera
        rate_hz = Fraction(scene.frame_rate_hz).limit_denominator(1000)
        coding = Coding("slow", scene.quality_crf, KEY_FRAME_EVERY_PICTURES / scene.frame_rate_hz)
        self._encoder = H264Encoder(camera.width_px, camera.height_px, rate_hz, coding)
        self._seeds = (scene.seed, camera_number)
        self._drops = lens_drops(
            scene.weather_at(0.0), (camera.height_px, camera.width_px), np.random.default_rng((*self._seeds, DROPS))
        )
        self._exposure: float | None = None

    def developed(self, view: View, weather: Weather, number: int, *, is_kept: bool) -> bytes:
        """Returns the access unit of one exposure; empty for one that is lost, which the metering saw all the same."""
        self._exposure = metered_exposure(view.light, self._exposure, weather)
        if not is_kept:
            return b""
        rng = np.random.default_rng((*self._seeds, DEVELOPMENT, number))
        picture = develop(view.light, weather, rng, exposure=self._exposure, drops=self._drops)
        return self._encoder.encode(av.VideoFrame.from_ndarray(picture, format="rgb24"))


def truth_times_s(scene: Scene, seconds: float) -> FloatArray:
    """Returns (T,) the instants of a scene that truth is told at: at the cameras' rate, from second 0 on."""
    return np.arange(round(seconds * scene.frame_rate_hz) + 1) / scene.frame_rate_hz


def _pole(scene: Scene, camera_number: int) -> PoleSway:
    """Returns how the pole of a camera's site sways; a site is taken for one pole."""
    bend_rad = scene.sway_rad
    seed = scene.seed + POLE + camera_number // SENSORS_PER_SITE * SEEDS_PER_SITE
    return PoleSway(seed=seed, rms_rad=(bend_rad, bend_rad, bend_rad / 3.0))


def _exposures(scene: Scene, camera_number: int, seconds: float) -> Exposures:
    """Returns the exposures of the first seconds: those of the whole scene, cut off."""
    rng = np.random.default_rng((scene.seed, camera_number, TIMING))
    timing = CameraTiming(
        frames_per_s=scene.frame_rate_hz, clock_offset_s=float(rng.normal(0.0, CLOCK_OFFSET_SIGMA_S)),
        drop_share=scene.dropped_share, delay_s=0.045, delay_jitter_s=0.006,
    )  # fmt: skip
    taken = exposures(timing, scene.start_ns, scene.duration_s, rng)
    kept = taken.exposed_ns < scene.start_ns + round(seconds * NS_PER_S)
    return Exposures(taken.exposed_ns[kept], taken.stamped_ns[kept], taken.arrival_ns[kept], taken.is_dropped[kept])


def _at_truth(
    exposed_s: FloatArray, seen: list[dict[int, int]], scene: Scene, seconds: float
) -> tuple[dict[int, int], ...]:
    nearest = np.abs(truth_times_s(scene, seconds)[:, None] - exposed_s).argmin(axis=1)
    return tuple(seen[number] for number in nearest)
