from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from roadside.geometry.camera import PinholeCamera
from roadside.types.observations import SignalPhase
from simulation.pictures.renderer import Renderer
from simulation.types.actors import Lights
from simulation.types.weather import DAY, DUSK, FOG, NIGHT, NIGHT_RAIN, OVERCAST, RAIN
from simulation.types.world import SignalHead, World
from tests.simulation.pictures.graphics import renderer_of
from tests.simulation.pictures.trial_world import actors_at, pole_camera, trial_world

WIDTH, HEIGHT = 480, 270
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])


@pytest.fixture(scope="module")
def world() -> World:
    heads = (
        SignalHead("cars", 0.0, 12.0, 3.0, -np.pi / 2, False, 0.0, 12.3),
        SignalHead("people", 3.0, 12.0, 2.5, -np.pi / 2, True, 3.0, 12.3),
    )
    return replace(trial_world(30.0, slope=0.0, crowded=False), signal_heads=heads)


@pytest.fixture(scope="module")
def renderer(world: World) -> Iterator[Renderer]:
    with renderer_of(world, WIDTH, HEIGHT) as renderer:
        yield renderer


def test_the_same_inputs_give_the_same_bytes_again(world: World, renderer: Renderer) -> None:
    actors = actors_at(world, [("sedan", 0.0, 5.0, 1.0), ("adult", 2.0, 3.0, 0.0)], int(Lights.HEAD))
    camera, pose = pole_camera(world, WIDTH, HEIGHT, at=(0.0, -12.0, 7.0), azimuth=np.pi / 2)
    for weather in (DAY, NIGHT_RAIN):
        first = renderer.render(actors, camera, pose, weather, {}, 1.0)
        renderer.render(actors.select(np.array([1])), camera, pose, DUSK, {}, 7.0)
        again = renderer.render(actors, camera, pose, weather, {}, 1.0)
        assert first.light.tobytes() == again.light.tobytes()
        assert first.object_rows.tobytes() == again.object_rows.tobytes()
    with renderer_of(world, WIDTH, HEIGHT) as other:
        assert other.render(actors, camera, pose, NIGHT_RAIN, {}, 1.0).light.tobytes() == again.light.tobytes()


@pytest.mark.parametrize("weather", [DAY, OVERCAST, DUSK, RAIN, FOG, NIGHT, NIGHT_RAIN])
def test_every_weather_gives_finite_light_everywhere(world: World, renderer: Renderer, weather: object) -> None:
    actors = actors_at(world, [("coach", 0.0, 12.0, 1.0), ("scooter", 2.0, 0.0, 0.0)], int(Lights.HEAD | Lights.BRAKE))
    camera, pose = pole_camera(world, WIDTH, HEIGHT, at=(0.0, -12.0, 7.0), azimuth=np.pi / 2)
    view = renderer.render(actors, camera, pose, weather, {"cars": SignalPhase.RED}, 1.0)
    assert np.isfinite(view.light).all()
    assert (view.light >= 0).all()
    assert view.light.mean() > 1e-3


def test_a_signal_head_shines_in_the_colour_of_its_phase(world: World, renderer: Renderer) -> None:
    camera, pose = pole_camera(world, WIDTH, HEIGHT, at=(0.0, 0.0, 3.0), azimuth=np.pi / 2, pitch=0.0)
    nobody = actors_at(world, [])

    def lamp_light(group: str, phase: SignalPhase, z_offset_m: float, x_m: float, z_m: float) -> np.ndarray:
        view = renderer.render(nobody, camera, pose, NIGHT, {group: phase}, 0.0)
        centre = pose.inverse().transform(np.array([x_m, 11.92, z_m + z_offset_m]))
        u, v = np.round(camera.project(centre)).astype(int)
        return view.light[v, u]

    red, yellow, green = 0.31, 0.0, -0.31
    for phase, place, channel in (
        (SignalPhase.RED, red, 0), (SignalPhase.YELLOW, yellow, 0), (SignalPhase.GREEN_PROTECTED, green, 1),
    ):  # fmt: skip
        lit = lamp_light("cars", phase, place, 0.0, 3.0)
        dark = lamp_light("cars", SignalPhase.DARK, place, 0.0, 3.0)
        assert lit[channel] > 1.0 > 20 * dark[channel]
        assert lit.argmax() == channel
    assert lamp_light("people", SignalPhase.RED, 0.13, 3.0, 2.5).argmax() == 0
    assert lamp_light("people", SignalPhase.GREEN_PERMISSIVE, -0.13, 3.0, 2.5).argmax() == 1


def test_fog_takes_contrast_with_distance_as_koschmieder_says(world: World, renderer: Renderer) -> None:
    camera, pose = pole_camera(world, WIDTH, HEIGHT, at=(0.0, -28.0, 4.0), azimuth=np.pi / 2, pitch=-0.1, focal=1.0)
    weather = replace(FOG, visibility_m=60.0)

    def contrast(y_m: float) -> float:
        """Of a dark tyre heap before the fog, seen against the fog's own light far away."""
        actors = actors_at(world, [("tanker", 0.0, y_m, 0.0)])
        view = renderer.render(actors, camera, pose, weather, {}, 0.0)
        seen = view.light[view.object_rows == 0] @ LUMINANCE
        fog = view.light[2, WIDTH // 2] @ LUMINANCE
        return float(1 - np.median(seen) / fog)

    near, middle, far = contrast(-16.0), contrast(4.0), contrast(24.0)
    assert near > middle > far > 0
    distance_m = 20.0
    assert middle / near == pytest.approx(np.exp(-3.0 / 60.0 * distance_m), rel=0.35)


def test_headlights_light_the_road_before_a_car_at_night(world: World, renderer: Renderer) -> None:
    camera, pose = pole_camera(world, WIDTH, HEIGHT, at=(12.0, -14.0, 9.0), azimuth=2.3, pitch=-0.5)
    spot = camera.project(pose.inverse().transform(np.array([8.0, 0.0, 0.0])))
    u, v = np.round(spot).astype(int)
    on, off = (
        renderer.render(actors_at(world, [("sedan", 0.0, 0.0, 0.0, lights)]), camera, pose, NIGHT, {}, 0.0).light
        for lights in (int(Lights.HEAD), 0)
    )
    assert on[v, u].mean() > 3 * off[v, u].mean()


def test_indicators_blink_and_brake_lamps_shine(world: World, renderer: Renderer) -> None:
    camera, pose = pole_camera(world, WIDTH, HEIGHT, at=(0.0, -9.0, 3.0), azimuth=np.pi / 2, pitch=-0.25)

    def brightest(lights: Lights, time_s: float) -> np.ndarray:
        actors = actors_at(world, [("estate", 0.0, 0.0, np.pi / 2, int(lights))])
        view = renderer.render(actors, camera, pose, OVERCAST, {}, time_s)
        return view.light[view.object_rows == 0].max(axis=0)

    assert brightest(Lights.BRAKE, 0.0)[0] > 1.5 * brightest(Lights.NONE, 0.0)[0]
    blinks = [brightest(Lights.LEFT, time_s)[0] for time_s in np.arange(0.0, 1.0, 0.1)]
    assert max(blinks) > 1.5 * min(blinks)


def test_a_shadow_lies_beside_a_bus_in_the_sun(world: World, renderer: Renderer) -> None:
    camera, pose = pole_camera(world, WIDTH, HEIGHT, at=(0.0, 20.0, 9.0), azimuth=-np.pi / 2, pitch=-0.4)
    away = np.array([-np.cos(DAY.sun_azimuth_rad), -np.sin(DAY.sun_azimuth_rad)])
    spot = np.array([*(np.array([0.0, 0.0]) + away * 2.2), 0.0])
    u, v = np.round(camera.project(pose.inverse().transform(spot))).astype(int)
    with_bus = renderer.render(actors_at(world, [("city_bus", 0.0, 0.0, 0.0)]), camera, pose, DAY, {}, 0.0)
    without = renderer.render(actors_at(world, []), camera, pose, DAY, {}, 0.0)
    assert with_bus.object_rows[v, u] == -1
    assert with_bus.light[v, u].mean() < 0.6 * without.light[v, u].mean()


def test_a_camera_of_another_size_or_with_a_distorting_lens_is_refused(world: World, renderer: Renderer) -> None:
    camera, pose = pole_camera(world, WIDTH + 2, HEIGHT)
    with pytest.raises(ValueError, match="ideal camera of 480 x 270"):
        renderer.render(actors_at(world, []), camera, pose, DAY, {}, 0.0)
    bent = PinholeCamera(WIDTH, HEIGHT, 400.0, 400.0, 240.0, 135.0, np.array([-0.2, 0.0, 0.0, 0.0, 0.0]))
    with pytest.raises(ValueError, match="distortion"):
        renderer.render(actors_at(world, []), bent, pose, DAY, {}, 0.0)
