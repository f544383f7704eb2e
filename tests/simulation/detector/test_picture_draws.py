from dataclasses import replace

import numpy as np
import pytest

from roadside.geometry.pose import Pose, camera_rotation
from roadside.types.road_users import RoadUserClass
from simulation.detector.picture_draws import (
    HEIGHT_PX,
    WEATHERS,
    WIDTH_PX,
    drawn_camera,
    drawn_weather,
    joined,
    through_link,
    with_fewer_things,
    with_more_long_vehicles,
    with_other_looks,
    with_things,
    worth_seeing,
)
from simulation.types.actors import Actors
from simulation.types.bodies import BODY_NUMBER
from simulation.worlds.catalogue import build_world


def _actors(*names: str) -> Actors:
    count = len(names)
    return Actors(
        np.arange(1, count + 1), np.array([BODY_NUMBER[name] for name in names], dtype=np.int64),
        np.column_stack([10.0 * np.arange(count), np.zeros(count), np.zeros(count)]), np.zeros((count, 2)),
        np.zeros(count), np.zeros(count), np.zeros(count, dtype=np.int64),
    )  # fmt: skip


def test_shares_of_weathers_make_a_whole() -> None:
    assert sum(share for _, share, _ in WEATHERS.values()) == pytest.approx(1.0)


def test_weathers_stay_what_they_are_called() -> None:
    rng = np.random.default_rng(1)
    for _ in range(200):
        kind, weather = drawn_weather(rng, 0.2)
        assert 0.0 <= weather.cloud <= 1.0
        if kind == "night":
            assert weather.darkness > 0.6
            assert weather.sun_elevation_rad < 0.0
        if kind == "day":
            assert weather.darkness < 0.2
            assert weather.rain == 0.0
        if kind == "rain":
            assert weather.rain > 0.2


def test_usual_lenses_are_of_sixty_degrees() -> None:
    camera = drawn_camera(np.random.default_rng(0), 1.0)

    assert (camera.width_px, camera.height_px) == (WIDTH_PX, HEIGHT_PX)
    assert 2 * np.degrees(np.arctan(320 / camera.fx_px)) == pytest.approx(60.0)


def test_other_looks_are_the_same_actors_under_other_numbers() -> None:
    actors = _actors("sedan", "adult")
    others = with_other_looks(actors, np.random.default_rng(2))

    assert (others.object_ids != actors.object_ids).all()
    assert (np.diff(others.object_ids) == 1).all()
    np.testing.assert_array_equal(others.position_m, actors.position_m)


def test_things_are_thinned_out_and_road_users_are_not() -> None:
    actors = _actors(*["cone"] * 50, "sedan", "adult")
    kept = [with_fewer_things(actors, np.random.default_rng(seed)) for seed in range(20)]

    assert all((entry.classes != RoadUserClass.UNKNOWN_UNMOVABLE).sum() == 2 for entry in kept)
    assert max(len(entry) for entry in kept) < 40
    assert min(len(entry) for entry in kept) == 2


def test_only_lone_cars_become_long_vehicles() -> None:
    near = _actors("sedan", "adult")
    near = replace(near, position_m=near.position_m * 0.5)
    lone = _actors(*["sedan"] * 100)
    turned = with_more_long_vehicles(lone, np.random.default_rng(1))

    assert with_more_long_vehicles(near, np.random.default_rng(1)).classes.tolist() == near.classes.tolist()
    assert set(turned.classes.tolist()) == {RoadUserClass.CAR, RoadUserClass.TRUCK, RoadUserClass.BUS}
    assert len(with_more_long_vehicles(_actors(), np.random.default_rng(1))) == 0


def test_rare_road_users_are_looked_at_more_often_and_things_never() -> None:
    places_m = worth_seeing(_actors("sedan", "city_bus", "cone"))

    assert (places_m[:, 0] == 10.0).sum() > (places_m[:, 0] == 0.0).sum() > 0
    assert (places_m[:, 0] == 20.0).sum() == 0
    assert len(worth_seeing(_actors())) == 1


def test_things_lie_on_the_road_before_the_camera_and_under_nobody() -> None:
    world = build_world("tee_priority")
    line_m = world.road.lanes[len(world.road.lanes) // 2].centre_line_m
    towards = line_m[-1, :2] - line_m[0, :2]
    azimuth_rad = float(np.arctan2(towards[1], towards[0]))
    view = Pose(camera_rotation(azimuth_rad, -0.2, 0.0), line_m[0] + [0.0, 0.0, 7.0])
    nobody = _actors()
    scattered = [with_things(nobody, world, view, np.random.default_rng(seed)) for seed in range(20)]
    things = [entry for entry in scattered if len(entry)]

    assert 0 < len(things) < 20
    for entry in things:
        assert (entry.classes == RoadUserClass.UNKNOWN_UNMOVABLE).all()
        assert len(np.unique(entry.object_ids)) == len(entry)
        np.testing.assert_allclose(entry.position_m[:, 2], world.road.surface.height_at(entry.position_m[:, :2]))


def test_two_groups_become_one() -> None:
    assert joined(_actors("sedan"), _actors("adult", "cone")).classes.tolist() == [
        RoadUserClass.CAR, RoadUserClass.PEDESTRIAN, RoadUserClass.UNKNOWN_UNMOVABLE,
    ]  # fmt: skip


def test_a_video_link_keeps_the_picture_and_loses_detail() -> None:
    smooth = np.broadcast_to(np.linspace(30, 220, 64)[None, :, None], (48, 64, 3)).astype(np.uint8)
    received = [through_link(smooth.copy(), np.random.default_rng(seed)) for seed in range(6)]

    assert all(entry.shape == smooth.shape for entry in received)
    assert all(np.abs(entry.astype(int) - smooth.astype(int)).mean() < 8 for entry in received)
    assert any((entry != smooth).any() for entry in received)
