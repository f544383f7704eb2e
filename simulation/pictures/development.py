"""From light to a picture, as a traffic camera makes it: exposure, optics, rain, noise, sharpening and tone curve."""

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from roadside.geometry.arrays import ByteArray, FloatArray
from simulation.types.weather import Weather

Light = NDArray[np.float32]

MIDDLE_GREY = 0.19
"""Mean of the exposed light that an automatic exposure aims at."""

EXPOSURE_GAIN = 0.08
"""Share of the way to the wanted exposure that one frame goes: about a second at 12 frames a second."""


def exposure_for(weather: Weather) -> float:
    """Returns the fixed exposure that suits a kind of weather."""
    by_day = 0.70 + 0.45 * weather.cloud + 0.5 * weather.rain
    return float(np.exp((1 - weather.darkness) * np.log(by_day) + weather.darkness * np.log(6.0)))


def metered_exposure(light: Light, previous: float | None, weather: Weather) -> float:
    """Returns the exposure for the next picture, slowly following the light.

    It moves at most a factor of two from the weather's fixed one, a share ``EXPOSURE_GAIN`` of the way per picture, so
    a static camera does not flicker when a bright lorry passes.

    Args:
        light: (H, W, 3) linear light.
        previous: exposure of the picture before; ``None`` starts at the metered value.
        weather: bounds the result.
    """
    luminance = cv2.resize(light, (64, 36), interpolation=cv2.INTER_AREA) @ np.array(
        [0.2126, 0.7152, 0.0722], dtype=np.float32
    )
    fixed = exposure_for(weather)
    mean = float(np.minimum(luminance, 4.0 / fixed).mean())
    wanted = float(np.clip(MIDDLE_GREY / max(mean, 1e-4), fixed / 2, fixed * 2))
    return wanted if previous is None else float(previous * (wanted / previous) ** EXPOSURE_GAIN)


def lens_drops(weather: Weather, shape: tuple[int, int], rng: np.random.Generator) -> FloatArray:
    """Returns (K, 3) drops on the front glass: x, y and radius in pixels; they stay where they are for a while.

    Args:
        weather: its rain sets how many.
        shape: height and width of the picture.
        rng: source of the places.
    """
    count = int(rng.poisson(6.0 * weather.rain))
    height, width = shape
    radius = height * rng.uniform(0.012, 0.045, count)
    return np.column_stack([rng.uniform(0, width, count), rng.uniform(0, height, count), radius])


def develop(
    light: Light,
    weather: Weather,
    rng: np.random.Generator,
    *,
    exposure: float | None = None,
    drops: FloatArray | None = None,
    defocus_px: float = 0.55,
    vignetting: float = 0.25,
    noise: float = 1.0,
    sharpening: float = 0.5,
) -> ByteArray:
    """Returns an (H, W, 3) RGB picture.

    Args:
        light: (H, W, 3) linear light.
        weather: rain, darkness and haze of the picture.
        rng: source of noise and of this instant's rain streaks.
        exposure: factor on the light; by default the weather's fixed one.
        drops: (K, 3) from ``lens_drops``; none by default.
        defocus_px: standard deviation of the lens's blur.
        vignetting: share of light that is missing in the corners.
        noise: factor on the sensor's usual noise.
        sharpening: how strongly edges are overdrawn.
    """
    height, width = light.shape[:2]
    gain = exposure_for(weather) if exposure is None else exposure
    exposed = light * np.float32(gain)
    _add_bloom(exposed, weather)
    if weather.rain > 0.02:
        _add_streaks(exposed, weather, rng)
    if drops is not None:
        _add_drops(exposed, drops)
    if defocus_px > 0:
        exposed = np.asarray(cv2.GaussianBlur(exposed, (0, 0), defocus_px), dtype=np.float32)
    exposed *= _vignette(height, width, vignetting)[..., None]
    toned = _toned(exposed)
    if sharpening > 0:
        toned += np.float32(sharpening) * (toned - cv2.GaussianBlur(toned, (0, 0), 1.1))
    sigma = noise * (1.6 + 5.5 * weather.darkness + 1.2 * weather.rain)
    toned += _grain(height, width, rng) * np.float32(sigma) * (1.15 - toned * np.float32(1 / 300))
    return np.asarray(cv2.convertScaleAbs(np.maximum(toned, 0.0, out=toned)))


def _add_bloom(exposed: Light, weather: Weather) -> None:
    """Adds what bright places scatter inside lens and air."""
    height, width = exposed.shape[:2]
    small = cv2.resize(exposed, (width // 4, height // 4), interpolation=cv2.INTER_AREA)
    bright = np.clip(small - 1.3, 0.0, 24.0)
    if float(bright.max()) <= 0.0:
        return
    haze = 1.0 + 1.2 * weather.rain + 1.5 * float(np.clip(1 - weather.visibility_m / 1500, 0, 1))
    tiny = cv2.resize(bright, (max(width // 16, 1), max(height // 16, 1)), interpolation=cv2.INTER_AREA)
    halo = cv2.GaussianBlur(bright, (0, 0), height / 720 * 1.6) * 0.16
    halo += cv2.resize(
        cv2.GaussianBlur(tiny, (0, 0), height / 720 * 2.2), bright.shape[1::-1], interpolation=cv2.INTER_LINEAR
    ) * (0.10 * haze)
    veil = cv2.GaussianBlur(tiny, (0, 0), height / 720 * 9.0)
    halo += cv2.resize(veil, bright.shape[1::-1], interpolation=cv2.INTER_LINEAR) * (
        0.035 * haze + 0.25 * weather.low_sun_glare
    )
    exposed += cv2.resize(halo, (width, height), interpolation=cv2.INTER_LINEAR)


def _add_streaks(exposed: Light, weather: Weather, rng: np.random.Generator) -> None:
    """Adds rain: short bright streaks that slant alike."""
    height, width = exposed.shape[:2]
    streaks = np.zeros((height, width), dtype=np.uint8)
    count = int(1400 * weather.rain * (height * width) / (1280 * 720))
    slant = rng.normal(0.10, 0.03)
    start = np.column_stack([rng.uniform(0, width, count), rng.uniform(-0.05 * height, height, count)])
    length = height * rng.gamma(2.0, 0.012, count)
    end = start + np.column_stack([length * slant, length])
    lines = np.round(np.stack([start, end], axis=1) * 16).astype(np.int32)
    value = (255 * rng.uniform(0.10, 0.5, count)).astype(int)
    for line, shade in zip(lines, value.tolist(), strict=True):
        cv2.polylines(streaks, [line], False, shade, 1, cv2.LINE_AA, 4)
    mask = cv2.blur(streaks, (2, 3)).astype(np.float32)[..., None] * np.float32(0.34 / 255)
    ambient = cv2.resize(exposed, (1, 1), interpolation=cv2.INTER_AREA).reshape(3) * 1.5
    exposed += (ambient.astype(np.float32) - exposed * 0.6) * mask


def _add_drops(exposed: Light, drops: FloatArray) -> None:
    """Blurs round patches, each a small upside-down view of the scene behind it."""
    height, width = exposed.shape[:2]
    for x, y, radius in drops:
        reach = int(radius * 1.6) + 2
        x0, x1, y0, y1 = (
            max(int(x) - reach, 0),
            min(int(x) + reach, width),
            max(int(y) - reach, 0),
            min(int(y) + reach, height),
        )
        if x1 - x0 < 4 or y1 - y0 < 4:
            continue
        patch = exposed[y0:y1, x0:x1]
        yy, xx = np.mgrid[y0:y1, x0:x1]
        mask = np.clip((radius - np.hypot(xx - x, (yy - y) * 0.9)) / (0.6 * radius) + 0.5, 0, 1)[..., None].astype(
            np.float32
        )
        seen = cv2.GaussianBlur(0.5 * patch[::-1] + 0.5 * patch, (0, 0), radius * 0.6) * np.float32(1.06)
        patch += (seen - patch) * (mask * np.float32(0.8))


@lru_cache(maxsize=8)
def _vignette(height: int, width: int, share: float) -> Light:
    y, x = np.mgrid[0:height, 0:width]
    radius2 = (((x - width / 2) ** 2 + (y - height / 2) ** 2) / (width**2 + height**2) * 4).astype(np.float32)
    return np.asarray(1 - np.float32(share) * radius2)


def _toned(exposed: Light) -> Light:
    """Returns 0 to 255 after a filmic curve and the display's gamma, by a table over the light's square root."""
    index = np.sqrt(np.minimum(exposed, 15.99), out=exposed)
    index *= np.float32(1023.75 / 4 * 1)
    return np.asarray(np.take(_tone_table(), index.astype(np.uint16)))


@lru_cache(maxsize=1)
def _tone_table() -> Light:
    """Narkowicz's fit of the ACES curve (2015) and sRGB's gamma, over 1024 square roots of light from 0 to 16."""
    light = (np.arange(1025) / 1023.75 * 4) ** 2
    curve = np.clip(light * (2.51 * light + 0.03) / (light * (2.43 * light + 0.59) + 0.14), 0, 1)
    encoded = np.where(curve <= 0.0031308, 12.92 * curve, 1.055 * curve ** (1 / 2.4) - 0.055)
    return np.asarray(encoded * 255, dtype=np.float32)


@lru_cache(maxsize=2)
def _noise_bank(height: int, width: int) -> Light:
    """Returns noise larger than a picture, a little correlated as after demosaicing; cut at random places."""
    rng = np.random.default_rng(90125)
    white = rng.standard_normal((height + 256, width + 256, 3), dtype=np.float32)
    soft = cv2.GaussianBlur(white, (0, 0), 0.8)
    return np.asarray(0.55 * white + 1.1 * soft)


def _grain(height: int, width: int, rng: np.random.Generator) -> Light:
    bank = _noise_bank(height, width)
    y, x = int(rng.integers(256)), int(rng.integers(256))
    grain = bank[y : y + height, x : x + width]
    return grain[::-1] if rng.random() < 0.5 else grain
