"""Draws a world as a camera sees it, with exact labels."""

from collections.abc import Mapping

import moderngl
import numpy as np

from roadside.geometry.arrays import FloatArray
from roadside.geometry.camera import PinholeCamera
from roadside.geometry.pose import Pose
from roadside.types.observations import SignalPhase
from simulation.pictures.context import make_context
from simulation.pictures.glints import glints
from simulation.pictures.gpu_scene import GpuScene
from simulation.pictures.gpu_textures import Textures
from simulation.pictures.instances import Instances, actor_table, limb_angles_rad
from simulation.pictures.labelling import LabelPass
from simulation.pictures.lighting import Lighting, lighting_of
from simulation.pictures.meshes.signals import lamp_strengths
from simulation.pictures.near_maps import map_rectangle
from simulation.pictures.passes import Passes
from simulation.pictures.placement import site_from_bodies
from simulation.pictures.projection import (
    SHADOW_REACH_M,
    clip_from_site,
    ground_outline,
    shadow_from_site,
)
from simulation.pictures.view import View
from simulation.types.actors import Actors
from simulation.types.bodies import BODIES
from simulation.types.weather import Weather
from simulation.types.world import World

LEVEL_PX = (200.0, 100.0)
"""A body whose longest side takes fewer pixels is drawn with a coarser mesh, and with a still coarser one."""

NEAR_MAP_REACH_M = 90.0
SUPERSAMPLING = 1.5
"""Samples along a side of a pixel. On llvmpipe 4x multisampling costs more: it shades nearly every sample."""


class Renderer:
    """Draws one world; holds a graphics context until it is closed.

    Raises:
        GraphicsUnavailableError: this machine has no EGL.
    """

    def __init__(self, world: World, width_px: int, height_px: int) -> None:
        self._world = world
        self._size = (width_px, height_px)
        self._context = context = make_context()
        with context:
            self._scene = GpuScene(context, world)
            self._passes = Passes(context, self._scene, Textures(context, world))
            self._labels = LabelPass(context, self._scene, width_px, height_px)
            wide_size = (round(width_px * SUPERSAMPLING), round(height_px * SUPERSAMPLING))
            self._wide_light = context.texture(wide_size, 4, dtype="f2")
            self._wide_light.filter = (moderngl.LINEAR, moderngl.LINEAR)
            self._wide_light.repeat_x = self._wide_light.repeat_y = False
            self._wide = context.framebuffer([self._wide_light], context.depth_renderbuffer(wide_size))
            self._picture = context.framebuffer([context.renderbuffer(self._size, 4, dtype="f2")])

    def close(self) -> None:
        """Gives the graphics context back."""
        self._context.release()

    def render(
        self, actors: Actors, camera: PinholeCamera, site_from_camera: Pose, weather: Weather,
        signals: Mapping[str, SignalPhase], time_s: float,
    ) -> View:  # fmt: skip
        """Returns one picture.

        Args:
            actors: who and what is on the road.
            camera: an ideal pinhole of this renderer's picture size.
            site_from_camera: where it is.
            weather: light and weather.
            signals: phase of each signal group; heads of other groups are dark.
            time_s: lets indicators and flashing signals blink.

        Raises:
            ValueError: the camera has another picture size, or a lens that distorts.
        """
        if (camera.width_px, camera.height_px) != self._size or not camera.is_ideal:
            raise ValueError(
                f"Renderer.render needs an ideal camera of {self._size[0]} x {self._size[1]} px, got "
                f"{camera.width_px} x {camera.height_px} px with distortion {camera.distortion.tolist()}"
            )
        with self._context:  # another renderer of this process may have made its own context the current one
            return self._render(actors, camera, site_from_camera, weather, signals, time_s)

    def _render(
        self,
        actors: Actors,
        camera: PinholeCamera,
        site_from_camera: Pose,
        weather: Weather,
        signals: Mapping[str, SignalPhase],
        time_s: float,
    ) -> View:
        lighting = lighting_of(weather)
        matrices = site_from_bodies(actors, self._world.road.surface)
        angles = limb_angles_rad(actors)
        table = actor_table(actors, matrices, angles, time_s, lighting.darkness)
        clip = clip_from_site(camera, site_from_camera)
        eye = site_from_camera.translation_m
        ground_m = float(self._world.road.surface.height_at(eye[:2]))

        outline = ground_outline(camera, site_from_camera, ground_m, SHADOW_REACH_M)
        shadow, extent_m = shadow_from_site(outline, ground_m, lighting.sun_direction)
        near = map_rectangle(ground_outline(camera, site_from_camera, ground_m, NEAR_MAP_REACH_M))
        bodies = _bodies(actors, table, eye, camera.fx_px)
        fixed = self._fixed(signals, time_s, lighting)
        lamps = glints(
            actors, matrices, table, self._world, fixed, self._scene.signal_rows, self._scene.lamps_m, lighting.darkness
        )
        passes = self._passes
        passes.begin(lighting, clip, shadow, extent_m, eye, near, time_s)
        passes.shadows(lighting, shadow, bodies, fixed)
        passes.near_maps(lighting, actors, near)
        self._scene.select(bodies, fixed, clip, eye)
        self._wide.use()
        self._wide.clear(depth=1.0)
        passes.light(lighting, clip, camera, site_from_camera)
        passes.glints(lighting, clip, lamps, site_from_camera)
        self._picture.use()
        passes.shrink(lighting, self._wide_light, camera, site_from_camera)
        width, height = self._size
        raw = np.frombuffer(self._picture.read(components=4, dtype="f2"), dtype=np.float16)
        light = raw.reshape(height, width, 4)[..., :3].astype(np.float32)

        rows, alone_px, boxes = self._labels.draw(
            clip, actors, table, bodies, matrices, angles, camera, site_from_camera
        )
        return View(light, rows, alone_px, boxes)

    def _fixed(self, signals: Mapping[str, SignalPhase], time_s: float, lighting: Lighting) -> Instances:
        """Returns what does not move, with the lamps as they are now."""
        fixed = self._scene.fixed
        table: FloatArray = fixed.table.copy()
        table[:, 43] = lighting.darkness if lighting.has_lamps else 0.0
        for row, head in zip(self._scene.signal_rows, self._world.signal_heads, strict=True):
            strengths = np.array(lamp_strengths(signals.get(head.group_id, SignalPhase.DARK), time_s))
            table[row, 40:43] = strengths * (0.45 if lighting.has_lamps else 0.6)
        return Instances(table, fixed.mesh, fixed.centre_m, fixed.radius_m)


def _bodies(actors: Actors, table: FloatArray, eye: FloatArray, focal_px: float) -> Instances:
    """Returns the actors as instances, each of a mesh as fine as its size in the picture asks for."""
    size_m = actors.size_m
    distance_m = np.linalg.norm(actors.position_m - eye, axis=1)
    span_px = size_m.max(axis=1) * focal_px / np.maximum(distance_m, 1.0)
    level = (span_px[:, None] < np.array(LEVEL_PX)).sum(axis=1)
    centre_m = actors.position_m + size_m * [0.0, 0.0, 0.5]
    return Instances(table, actors.bodies + len(BODIES) * level, centre_m, np.linalg.norm(size_m, axis=1) * 0.62)
