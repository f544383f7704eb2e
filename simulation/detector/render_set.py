"""Renders sets of labelled pictures, shard by shard, on several processes; goes on where it stopped."""

import multiprocessing
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from roadside.geometry.arrays import BoolArray, ByteArray, FloatArray
from roadside.geometry.camera import PinholeCamera
from simulation.detector.classes import INDEX_OF_CLASS
from simulation.detector.mounts import Roadsides
from simulation.detector.picture_draws import (
    HEIGHT_PX,
    WIDTH_PX,
    drawn_camera,
    drawn_development,
    drawn_weather,
    through_link,
    with_fewer_things,
    with_more_long_vehicles,
    with_other_looks,
    with_things,
    worth_seeing,
)
from simulation.detector.pictures_set import (
    PICTURES_PER_SHARD,
    LabelledPicture,
    PictureLabels,
    shard_path,
    write_shard,
)
from simulation.detector.standing import with_room
from simulation.pictures.development import develop
from simulation.pictures.labels import Labels, labels
from simulation.pictures.renderer import Renderer
from simulation.traffic.run import TrafficRun, run_traffic
from simulation.traffic.training_plans import training_plan
from simulation.types.actors import Actors
from simulation.worlds.catalogue import HELD_OUT_WORLDS, TRAINING_WORLDS, build_world

TRAFFIC_S = 60.0
LEAST_SHOWN = 3
"""A view with fewer objects is mostly thrown away."""
EMPTY_SHARE = 0.06
LEAST_SHOWN_PX = 20
PIXEL_CENTRE_PX = 0.5


@dataclass(frozen=True, slots=True)
class SetPlan:
    """What a set is made of.

    Attributes:
        worlds: where.
        pictures: how many.
        seed: of all that is drawn.
        usual_lens_share: share of pictures with exactly the usual lens.
        most_weather_mixed: how far weathers pass into one another.
        oversampled_every: one shard out of so many is rendered at twice the size and shrunk, as the service does with
            what a camera gives; the others are rendered at the network's size, which is four times as fast.
    """

    worlds: tuple[str, ...]
    pictures: int
    seed: int
    usual_lens_share: float
    most_weather_mixed: float
    oversampled_every: int


SETS: dict[str, SetPlan] = {
    "train": SetPlan(TRAINING_WORLDS, 6000, 41, 0.5, 0.5, 6),
    "held_out": SetPlan(HELD_OUT_WORLDS, 600, 97, 0.7, 0.2, 1),
}
"""The sets by name."""


@dataclass(frozen=True, slots=True, eq=False)
class _Stage:
    """A world with traffic, ready for pictures."""

    roadsides: Roadsides
    traffic: TrafficRun
    renderer: Renderer
    oversampling: int


def render_set(
    plan: SetPlan, folder: Path, jobs: int, count: int | None = None, say: Callable[[str], None] = print
) -> None:
    """Renders what is missing of a set.

    Args:
        plan: of the set.
        folder: where it goes.
        jobs: processes.
        count: pictures, in place of the plan's.
        say: gets a line for each shard.
    """
    shards = -(-(count or plan.pictures) // PICTURES_PER_SHARD)
    missing = [number for number in range(shards) if not shard_path(folder, number).is_dir()]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin) as workers:
        running = [workers.submit(_render_shard, plan, folder, number) for number in missing]
        for done, future in enumerate(as_completed(running), start=1):
            say(f"{time.strftime('%H:%M:%S')} {folder.name} {done}/{len(missing)} {future.result()}")


def _begin() -> None:
    cv2.setNumThreads(0)


def _render_shard(plan: SetPlan, folder: Path, number: int) -> str:
    begun_s = time.monotonic()
    rng = np.random.default_rng((plan.seed, number))
    world = build_world(plan.worlds[number % len(plan.worlds)])
    oversampling = 2 if number % plan.oversampled_every == 0 else 1
    traffic = run_traffic(world, with_room(training_plan(world, rng)), TRAFFIC_S, plan.seed * 10_000 + number)
    renderer = Renderer(world, WIDTH_PX * oversampling, HEIGHT_PX * oversampling)
    try:
        stage = _Stage(Roadsides.of(world), traffic, renderer, oversampling)
        views = _pictures(stage, plan, rng)
        pictures = [next(views) for _ in range(PICTURES_PER_SHARD)]
    finally:
        renderer.close()
    write_shard(folder, number, pictures)
    objects = np.mean([(picture.labels.visible_px >= LEAST_SHOWN_PX).sum() for picture in pictures])
    return f"{world.name}: {objects:.1f} objects a picture, {time.monotonic() - begun_s:.0f} s"


def _pictures(stage: _Stage, plan: SetPlan, rng: np.random.Generator) -> Iterator[LabelledPicture]:
    while True:
        picture = _picture(stage, plan, drawn_camera(rng, plan.usual_lens_share), rng)
        shown = int((picture.labels.visible_px >= LEAST_SHOWN_PX).sum())
        if shown >= LEAST_SHOWN or rng.random() < EMPTY_SHARE:
            yield picture


def _picture(stage: _Stage, plan: SetPlan, camera: PinholeCamera, rng: np.random.Generator) -> LabelledPicture:
    world = stage.roadsides.world
    kind, weather = drawn_weather(rng, plan.most_weather_mixed)
    time_s = float(rng.uniform(0.0, TRAFFIC_S))
    actors = with_other_looks(stage.traffic.trajectories.at(time_s), rng)
    actors = with_more_long_vehicles(with_fewer_things(actors, rng), rng)
    pose = stage.roadsides.drawn_pose(camera, worth_seeing(actors), rng)
    actors = with_things(actors, world, pose, rng)
    rendered = _magnified(camera, stage.oversampling)
    view = stage.renderer.render(actors, rendered, pose, weather, stage.traffic.signals.at(time_s), time_s)
    light = np.nan_to_num(view.light, nan=0.0, posinf=1e3, neginf=0.0)
    rgb = through_link(develop(light, weather, rng, **drawn_development(rng, weather, light, stage.oversampling)), rng)
    found = labels(view, actors, rendered, pose)
    return LabelledPicture(
        _shrunk(rgb), picture_labels(found, actors, pose.translation_m, stage.oversampling), world.name, kind,
        camera.fx_px,
    )  # fmt: skip


def picture_labels(found: Labels, actors: Actors, eye_m: FloatArray, oversampling: int) -> PictureLabels:
    """Returns the labels of who is seen, in the pixels of the stored picture, edges continuous from 0.

    Args:
        found: of the rendered picture, its pixels' centres at whole numbers.
        actors: who was rendered.
        eye_m: (3,) the camera.
        oversampling: rendered pixels per stored one, along a side.
    """
    seen: BoolArray = (found.visible_px > 0) & np.isfinite(found.full_box_px).all(axis=1)
    area = oversampling**2
    return PictureLabels(
        INDEX_OF_CLASS[actors.classes[seen]],
        (found.visible_box_px[seen] + PIXEL_CENTRE_PX) / oversampling,
        (found.full_box_px[seen] + PIXEL_CENTRE_PX) / oversampling,
        -(-found.visible_px[seen] // area),
        -(-found.alone_px[seen] // area),
        np.linalg.norm(actors.position_m[seen] - eye_m, axis=1),
    )


def _magnified(camera: PinholeCamera, factor: int) -> PinholeCamera:
    """Returns the same lens before a finer sensor."""
    return PinholeCamera(
        camera.width_px * factor, camera.height_px * factor, camera.fx_px * factor, camera.fy_px * factor,
        (camera.cx_px + PIXEL_CENTRE_PX) * factor - PIXEL_CENTRE_PX,
        (camera.cy_px + PIXEL_CENTRE_PX) * factor - PIXEL_CENTRE_PX,
    )  # fmt: skip


def _shrunk(rgb: ByteArray) -> ByteArray:
    if rgb.shape[1] == WIDTH_PX:
        return rgb
    return np.asarray(cv2.resize(rgb, (WIDTH_PX, HEIGHT_PX), interpolation=cv2.INTER_AREA), dtype=np.uint8)
