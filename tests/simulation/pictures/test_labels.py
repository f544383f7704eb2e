from collections.abc import Iterator

import numpy as np
import pytest

from roadside.geometry.camera import PinholeCamera
from roadside.geometry.pose import Pose
from simulation.pictures.labels import Labels, labels
from simulation.pictures.renderer import Renderer
from simulation.types.actors import Actors
from simulation.types.weather import DAY
from simulation.types.world import World
from tests.simulation.pictures.graphics import renderer_of
from tests.simulation.pictures.trial_world import actors_at, pole_camera, trial_world

WIDTH, HEIGHT = 640, 360


@pytest.fixture(scope="module")
def empty_world() -> World:
    return trial_world(30.0, slope=0.0, crowded=False)


@pytest.fixture(scope="module")
def renderer(empty_world: World) -> Iterator[Renderer]:
    with renderer_of(empty_world, WIDTH, HEIGHT) as renderer:
        yield renderer


def labelled(
    renderer: Renderer, world: World, rows: list[tuple], **camera_options: object
) -> tuple[Labels, Actors, PinholeCamera, Pose]:
    actors = actors_at(world, rows)
    camera, pose = pole_camera(world, WIDTH, HEIGHT, **camera_options)
    view = renderer.render(actors, camera, pose, DAY, {}, 0.0)
    return labels(view, actors, camera, pose), actors, camera, pose


def cuboid_box_px(actors: Actors, row: int, camera: PinholeCamera, pose: Pose) -> np.ndarray:
    half = actors.size_m[row] * [0.5, 0.5, 1.0]
    corners = np.array([(x, y, z) for x in (-1, 1) for y in (-1, 1) for z in (0, 1)]) * half
    c, s = np.cos(actors.heading_rad[row]), np.sin(actors.heading_rad[row])
    corners = corners @ np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]]) + actors.position_m[row]
    pixels = camera.project(pose.inverse().transform(corners))
    return np.concatenate([pixels.min(axis=0), pixels.max(axis=0)])


@pytest.mark.parametrize("body", ["box_truck", "carton", "city_bus", "sedan"])
def test_the_full_box_of_a_body_alone_is_that_of_its_cuboid(renderer: Renderer, empty_world: World, body: str) -> None:
    # Seen along its side from far away, so that rounded corners are less than the tolerance.
    found, actors, camera, pose = labelled(
        renderer, empty_world, [(body, 0.0, 25.0, 0.0)], at=(0.0, -29.0, 3.0), azimuth=np.pi / 2, pitch=-0.05, focal=1.2
    )
    assert np.abs(found.full_box_px[0] - cuboid_box_px(actors, 0, camera, pose)).max() < 2.0
    assert np.abs(found.full_box_px[0] - found.visible_box_px[0]).max() < 1.01
    assert found.visibility[0] == 1.0


def test_the_visible_box_bounds_exactly_the_pixels_that_are_seen(renderer: Renderer, empty_world: World) -> None:
    actors = actors_at(empty_world, [("suv", -4.0, 8.0, 0.4), ("adult", 3.0, 5.0, 1.0), ("cone", 1.0, 2.0, 0.0)])
    camera, pose = pole_camera(empty_world, WIDTH, HEIGHT, at=(0.0, -14.0, 7.0), azimuth=np.pi / 2, pitch=-0.35)
    view = renderer.render(actors, camera, pose, DAY, {}, 0.0)
    found = labels(view, actors, camera, pose)
    for row in range(3):
        y, x = np.nonzero(view.object_rows == row)
        assert found.visible_px[row] == len(x) > 20
        assert found.visible_box_px[row].tolist() == [x.min() - 0.5, y.min() - 0.5, x.max() + 0.5, y.max() + 0.5]
        whole = found.full_box_px[row]
        assert (found.visible_box_px[row, :2] > whole[:2] - 1.0).all()
        assert (found.visible_box_px[row, 2:] < whole[2:] + 1.0).all()


def test_a_car_half_behind_a_bus_shows_fewer_pixels_than_alone(renderer: Renderer, empty_world: World) -> None:
    car = ("sedan", 2.0, 12.0, np.pi / 2)
    options = {"at": (0.0, -20.0, 4.0), "azimuth": np.pi / 2, "pitch": -0.12}
    alone, *_ = labelled(renderer, empty_world, [car], **options)
    behind, *_ = labelled(renderer, empty_world, [car, ("city_bus", 2.9, 3.0, np.pi / 2)], **options)
    assert alone.visibility[0] == 1.0
    assert 0.02 < behind.visibility[0] < 0.8
    assert behind.alone_px[0] == alone.alone_px[0] == alone.visible_px[0]
    assert behind.full_box_px[0].tolist() == alone.full_box_px[0].tolist()
    assert behind.visibility[1] == 1.0


def test_what_the_picture_cuts_off_counts_only_as_far_as_it_is_in_it(renderer: Renderer, empty_world: World) -> None:
    found, *_ = labelled(
        renderer, empty_world, [("coach", 4.0, -8.0, np.pi / 2), ("sedan", 0.0, -28.0, 0.0)],
        at=(0.0, -20.0, 7.0), azimuth=np.pi / 2, pitch=-0.2,
    )  # fmt: skip
    limits = np.array([-0.5, -0.5, WIDTH - 0.5, HEIGHT - 0.5])
    assert (found.full_box_px[0, :2] >= limits[:2]).all()
    assert (found.full_box_px[0, 2:] <= limits[2:]).all()
    assert found.full_box_px[0, 3] == HEIGHT - 0.5
    assert found.alone_px[0] == found.visible_px[0] > 0
    assert np.isnan(found.full_box_px[1]).all()
    assert np.isnan(found.visible_box_px[1]).all()
    assert found.alone_px[1] == found.visible_px[1] == 0


def test_more_than_255_objects_keep_their_own_rows(renderer: Renderer, empty_world: World) -> None:
    rows = [("cone", x, y, 0.0) for y in np.linspace(-5.0, 14.0, 18) for x in np.linspace(-8.0, 8.0, 18)]
    actors = actors_at(empty_world, rows)
    camera, pose = pole_camera(
        empty_world, WIDTH, HEIGHT, at=(0.0, -16.0, 9.0), azimuth=np.pi / 2, pitch=-0.5, focal=0.7
    )
    view = renderer.render(actors, camera, pose, DAY, {}, 0.0)
    found = labels(view, actors, camera, pose)
    assert len(actors) == 324
    assert (found.visible_px > 0).all()
    middle = pose.inverse().transform(actors.position_m + np.array([0.0, 0.0, 0.68]))
    u, v = np.round(camera.project(middle)).astype(int).T
    assert (view.object_rows[v, u] == np.arange(324)).all()


def test_no_actor_shows_more_than_it_would_alone(renderer: Renderer, empty_world: World) -> None:
    rng = np.random.default_rng(2)
    names = ["adult", "bicycle", "hatchback", "midibus", "tyre"]
    rows = [(names[k % 5], *rng.uniform(-12, 12, 2), rng.uniform(0, 6.3)) for k in range(60)]
    found, *_ = labelled(renderer, empty_world, rows, at=(0.0, -18.0, 7.0), azimuth=np.pi / 2, pitch=-0.35)
    assert (found.visible_px <= found.alone_px).all()
    assert (found.visibility < 0.9).sum() > 3
