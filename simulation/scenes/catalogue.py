"""The scenes with truth: what happens where, for how long, in what light, and how well the cameras do."""

from dataclasses import dataclass, replace

from simulation.types.weather import AFTERNOON, DAY, DUSK, FOG, NIGHT_RAIN, OVERCAST, Weather, between

NS_PER_S = 1_000_000_000
FIRST_START_NS = 1_793_606_400 * NS_PER_S
"""2026-11-02T08:00:00Z: when the first scene begins."""

BETWEEN_SCENES_NS = 3600 * NS_PER_S

SENSORS_PER_SITE = 20
"""A site's sensors are numbered, for what is drawn for each, from its place among the scene's sites times this."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One scene to be played, filmed and recorded, once for each of its sites.

    Attributes:
        name: of the scene; a scene of one site is recorded under it, one of several under the sites' names.
        site_ids: the sites whose sensors watch it.
        seed: of everything that is drawn by lot.
        start_ns: Unix epoch UTC of second 0.
        duration_s: length.
        frame_rate_hz: of every camera.
        weather_from, weather_to: at the beginning and at the end; in between it changes evenly.
        sway_rad: how far wind turns a pole, standard deviation.
        dropped_share: of the cameras' frames that never come.
        quality_crf: rate factor of the video; higher is smaller and worse.
    """

    name: str
    site_ids: tuple[str, ...]
    seed: int
    start_ns: int
    duration_s: float
    frame_rate_hz: float
    weather_from: Weather
    weather_to: Weather
    sway_rad: float
    dropped_share: float
    quality_crf: float

    def weather_at(self, time_s: float) -> Weather:
        """Returns light and weather at one second of the scene."""
        return between(self.weather_from, self.weather_to, min(max(time_s / self.duration_s, 0.0), 1.0))

    def time_ns(self, time_s: float) -> int:
        """Returns Unix epoch UTC of a second of the scene."""
        return self.start_ns + round(time_s * NS_PER_S)

    def recording_name(self, site_id: str) -> str:
        """Returns the name of the recording that one site makes of it."""
        return self.name if len(self.site_ids) == 1 else site_id

    def first_sensor_number(self, site_id: str) -> int:
        """Returns from where a site's cameras, and its radars, are numbered: no two sites' sensors err alike."""
        return self.site_ids.index(site_id) * SENSORS_PER_SITE


def _scene(
    number: int,
    name: str,
    duration_s: float,
    weather: tuple[Weather, Weather],
    *,
    site_ids: tuple[str, ...],
    frame_rate_hz: float = 10.0,
    sway_rad: float = 4e-4,
    quality_crf: float = 32.0,
) -> Scene:
    return Scene(
        name=name, site_ids=site_ids, seed=1000 + number, start_ns=FIRST_START_NS + number * BETWEEN_SCENES_NS,
        duration_s=duration_s, frame_rate_hz=frame_rate_hz, weather_from=weather[0], weather_to=weather[1],
        sway_rad=sway_rad, dropped_share=0.01, quality_crf=quality_crf,
    )  # fmt: skip


CLOUDED_DAY = replace(DAY, cloud=0.9, visibility_m=OVERCAST.visibility_m)
"""The sun stands where it stood: light changes within minutes, its direction does not."""

SCENES: tuple[Scene, ...] = (
    _scene(0, "junction_day", 40.0, (DAY, DAY), site_ids=("junction",)),
    _scene(1, "junction_night_rain", 20.0, (NIGHT_RAIN, NIGHT_RAIN), site_ids=("junction",), quality_crf=34.0),
    _scene(2, "junction_fog", 20.0, (FOG, FOG), site_ids=("junction",)),
    _scene(3, "junction_dusk", 20.0, (DUSK, DUSK), site_ids=("junction",), sway_rad=1.2e-3),
    _scene(4, "incidents", 120.0, (AFTERNOON, DUSK), site_ids=("incidents",), quality_crf=36.0),
    _scene(5, "incidents_none", 90.0, (OVERCAST, OVERCAST), site_ids=("incidents",), quality_crf=35.0),
    _scene(6, "corridor", 60.0, (DAY, DAY), site_ids=("corridor_west", "corridor_east"), quality_crf=35.0),
    _scene(
        7,
        "parking_street",
        300.0,
        (DAY, CLOUDED_DAY),
        site_ids=("parking_street",),
        frame_rate_hz=1.0,
        quality_crf=34.0,
    ),
    _scene(8, "parking_lot", 300.0, (AFTERNOON, DUSK), site_ids=("parking_lot",), frame_rate_hz=1.0, quality_crf=34.0),
)
"""All scenes, in the order they are made."""


def scene_of(name: str) -> Scene:
    """Returns a scene.

    Raises:
        ValueError: there is none of that name.
    """
    for scene in SCENES:
        if scene.name == name:
            return scene
    raise ValueError(f"scene must be one of {', '.join(scene.name for scene in SCENES)}, got {name!r}")
