import numpy as np
import pytest

from simulation.pictures.development import develop, exposure_for, lens_drops, metered_exposure
from simulation.types.weather import DAY, DUSK, FOG, NIGHT, NIGHT_RAIN, OVERCAST, RAIN


def grey(value: float, shape: tuple[int, int] = (180, 320)) -> np.ndarray:
    return np.full((*shape, 3), value, dtype=np.float32)


def test_a_picture_is_the_same_for_the_same_seed_and_another_for_another() -> None:
    light = grey(0.3)
    first, again, other = (develop(light, RAIN, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert first.tobytes() == again.tobytes()
    assert first.tobytes() != other.tobytes()
    assert first.shape == (180, 320, 3)
    assert first.dtype == np.uint8


def test_developing_leaves_the_light_as_it_was() -> None:
    light = grey(0.3)
    light.setflags(write=False)
    for weather in (DAY, NIGHT_RAIN):
        develop(
            light, weather, np.random.default_rng(0), drops=lens_drops(weather, (180, 320), np.random.default_rng(1))
        )
    assert (light == np.float32(0.3)).all()


def test_brighter_light_gives_a_brighter_picture() -> None:
    means = [develop(grey(value), DAY, np.random.default_rng(0)).mean() for value in (0.0, 0.02, 0.1, 0.4, 1.0, 8.0)]
    assert means == sorted(means)
    assert means[0] < 12
    assert means[-1] > 215


def test_a_bright_lamp_blooms_into_its_surroundings() -> None:
    light = grey(0.01)
    light[80:84, 160:164] = 30.0
    developed = develop(light, NIGHT, np.random.default_rng(0), noise=0.0).astype(float)
    assert developed[82, 170].mean() > developed[20, 20].mean() + 15


def test_the_night_is_noisier_than_the_day() -> None:
    sigma = [
        develop(grey(0.2 / exposure_for(weather)), weather, np.random.default_rng(0))[60:120, 100:220].std()
        for weather in (DAY, NIGHT)
    ]
    assert sigma[1] > 2 * sigma[0]


def test_corners_are_darker_than_the_middle() -> None:
    developed = develop(grey(0.3), DAY, np.random.default_rng(0), noise=0.0)
    assert developed[0, 0].mean() < developed[90, 160].mean() - 8


def test_metered_exposure_follows_slowly_and_within_bounds() -> None:
    dark = metered_exposure(grey(0.05), None, DAY)
    assert dark == pytest.approx(2 * exposure_for(DAY))
    first = metered_exposure(grey(0.3), None, DAY)
    after_flash = metered_exposure(grey(0.6), first, DAY)
    assert 0.9 * first < after_flash < first
    exposure = first
    for _ in range(80):
        exposure = metered_exposure(grey(0.6), exposure, DAY)
    assert exposure == pytest.approx(metered_exposure(grey(0.6), None, DAY), rel=0.02)


def test_every_weather_has_a_fixed_exposure_that_grows_with_darkness() -> None:
    day, dusk, night = (exposure_for(weather) for weather in (DAY, DUSK, NIGHT))
    assert day < dusk < night
    assert all(0.3 < exposure_for(weather) < 20 for weather in (DAY, OVERCAST, DUSK, RAIN, FOG, NIGHT, NIGHT_RAIN))


def test_drops_lie_on_the_lens_only_when_it_rains() -> None:
    rng = np.random.default_rng(3)
    assert len(lens_drops(DAY, (720, 1280), rng)) == 0
    counts = [len(lens_drops(RAIN, (720, 1280), rng)) for _ in range(20)]
    assert np.mean(counts) > 2
