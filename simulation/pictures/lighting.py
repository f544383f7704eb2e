"""What the weather means for the light of a scene."""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import FloatArray
from simulation.types.weather import Weather

KOSCHMIEDER_CONTRAST = 3.0
"""-ln(0.05): an object at the meteorological optical range keeps 5 % of its contrast."""


@dataclass(frozen=True, slots=True, eq=False)
class Lighting:
    """Light of one scene; colours are linear RGB, a sunlit white wall on a clear day is about 1.

    Attributes:
        sun_direction: (3,) towards the sun.
        sun_light: (3,) irradiance; zero at night and under a closed cover.
        zenith, horizon, bounce, fog: (3,) light from above, from the sides, from below, and of the haze.
        extinction_per_m: of the air.
        darkness, wetness, cloud, glare: as in ``Weather``.
    """

    sun_direction: FloatArray
    sun_light: FloatArray
    zenith: FloatArray
    horizon: FloatArray
    bounce: FloatArray
    fog: FloatArray
    extinction_per_m: float
    darkness: float
    wetness: float
    cloud: float
    glare: float

    @property
    def has_shadows(self) -> bool:
        """Whether the sun draws shadows that can be seen."""
        return bool(self.sun_light.max() > 0.02 * max(float(self.zenith.max()), 1e-6))

    @property
    def has_lamps(self) -> bool:
        """Whether street lamps and headlights matter."""
        return self.darkness > 0.03

    @property
    def is_wet(self) -> bool:
        """Whether the road mirrors."""
        return self.wetness > 0.03


def lighting_of(weather: Weather) -> Lighting:
    """Returns the light of a kind of weather.

    The sun's colour follows the air mass (Kasten and Young's 1/sin(elevation), bounded near the horizon); the rest is
    chosen by eye.
    """
    azimuth, elevation = weather.sun_azimuth_rad, weather.sun_elevation_rad
    direction = np.array([np.cos(elevation) * np.cos(azimuth), np.cos(elevation) * np.sin(azimuth), np.sin(elevation)])
    day = (1.0 - weather.darkness) ** 2.0
    up = max(float(np.sin(elevation)), 0.0)
    air_mass = 1.0 / (up + 0.05)
    sunshine = np.exp(-np.array([0.055, 0.105, 0.20]) * air_mass) * 3.6 * min(up / 0.03, 1.0)
    sun_light = sunshine * (1.0 - weather.cloud) ** 1.3 * (0.25 + 0.75 * day)

    low_sun = np.exp(-((elevation / 0.22) ** 2)) * (1.0 - 0.6 * weather.cloud)
    clear_zenith = (1 - low_sun) * np.array([0.24, 0.37, 0.62]) + low_sun * np.array([0.20, 0.27, 0.50])
    clear_horizon = (1 - low_sun) * np.array([0.66, 0.77, 0.92]) + low_sun * np.array([1.05, 0.66, 0.42])
    cover = weather.cloud**1.5
    zenith = (1 - cover) * clear_zenith + cover * np.array([0.66, 0.69, 0.74])
    horizon = (1 - cover) * clear_horizon + cover * np.array([0.74, 0.77, 0.81])
    gloom = day * (1.0 - 0.45 * weather.rain)
    night_zenith, night_horizon = np.array([0.0030, 0.0036, 0.0060]), np.array([0.0120, 0.0100, 0.0090])
    zenith = zenith * gloom + night_zenith * weather.darkness
    horizon = horizon * gloom + night_horizon * weather.darkness
    bounce = 0.16 * (0.5 * zenith + 0.5 * horizon + 0.30 * sun_light * up)
    thick = float(np.clip(1.0 - weather.visibility_m / 3000.0, 0.0, 1.0))
    lamp_haze = np.array([0.030, 0.021, 0.013]) * weather.darkness**2 * thick
    fog = 0.72 * (0.72 * horizon + 0.28 * zenith) + 0.04 * sun_light + lamp_haze
    return Lighting(
        direction,
        sun_light,
        zenith,
        horizon,
        bounce,
        fog,
        KOSCHMIEDER_CONTRAST / weather.visibility_m,
        weather.darkness,
        weather.wetness,
        weather.cloud,
        weather.low_sun_glare,
    )
