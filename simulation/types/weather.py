"""Light and weather of a simulated scene."""

from dataclasses import dataclass, fields, replace

import numpy as np


@dataclass(frozen=True, slots=True)
class Weather:
    """Light and weather at one instant.

    Attributes:
        sun_azimuth_rad: where the sun stands, counter-clockwise from east.
        sun_elevation_rad: above the horizon; negative at night.
        cloud: 0 a clear sky to 1 overcast without shadows.
        darkness: 0 day to 1 night with street lamps; dusk lies between.
        visibility_m: meteorological optical range (5 % contrast); 20 000 on a clear day, below 200 in dense fog.
        rain: 0 none to 1 heavy: streaks, drops on the lens, spray.
        wetness: 0 a dry road to 1 a wet one with puddles.
        low_sun_glare: 0 none to 1: veiling glare and flare when the camera looks towards the light.
    """

    sun_azimuth_rad: float
    sun_elevation_rad: float
    cloud: float
    darkness: float
    visibility_m: float
    rain: float
    wetness: float
    low_sun_glare: float


DAY = Weather(np.radians(-40.0), np.radians(48.0), 0.15, 0.0, 20_000.0, 0.0, 0.0, 0.2)
AFTERNOON = Weather(np.radians(196.0), np.radians(26.0), 0.2, 0.0, 20_000.0, 0.0, 0.0, 0.3)
OVERCAST = Weather(np.radians(60.0), np.radians(50.0), 1.0, 0.0, 8_000.0, 0.0, 0.0, 0.0)
DUSK = Weather(np.radians(172.0), np.radians(6.0), 0.35, 0.45, 6_000.0, 0.0, 0.0, 0.6)
RAIN = Weather(np.radians(60.0), np.radians(45.0), 1.0, 0.12, 1_200.0, 0.8, 1.0, 0.0)
FOG = Weather(np.radians(30.0), np.radians(40.0), 1.0, 0.08, 110.0, 0.0, 0.3, 0.0)
NIGHT = Weather(np.radians(60.0), np.radians(-20.0), 0.6, 1.0, 6_000.0, 0.0, 0.0, 0.0)
NIGHT_RAIN = Weather(np.radians(60.0), np.radians(-20.0), 1.0, 1.0, 1_500.0, 0.8, 1.0, 0.0)


def between(first: Weather, second: Weather, fraction: float) -> Weather:
    """Returns the weather on the way from one to another: day into dusk."""
    values = {
        field.name: (1.0 - fraction) * getattr(first, field.name) + fraction * getattr(second, field.name)
        for field in fields(Weather)
    }
    return replace(first, **values)
