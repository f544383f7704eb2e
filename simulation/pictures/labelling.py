"""Which actor is seen at which pixel, and how much of each there would be to see alone."""

import moderngl
import numpy as np
from numpy.typing import NDArray

from roadside.geometry.arrays import FloatArray, IntArray
from roadside.geometry.camera import PinholeCamera
from roadside.geometry.pose import Pose
from simulation.pictures.boxes import full_boxes_px
from simulation.pictures.context import set_matrix
from simulation.pictures.draw_list import DrawList
from simulation.pictures.gpu_scene import MOST_ACTORS, GpuScene
from simulation.pictures.instances import INSTANCE_FIELDS, INSTANCE_FORMAT, Instances
from simulation.types.actors import Actors

ATLAS_PX = 2048


class LabelPass:
    """Draws actors without light, once among everything and once each alone.

    Every actor's own picture is the same picture shifted by whole pixels into a free place of an atlas, so that its
    pixels are decided exactly as in the whole.
    """

    def __init__(self, context: moderngl.Context, scene: GpuScene, width_px: int, height_px: int) -> None:
        self._context, self._scene = context, scene
        self._size = (width_px, height_px)
        self._rows = context.framebuffer(
            [context.renderbuffer(self._size, 1, dtype="f4")], context.depth_renderbuffer(self._size)
        )
        self._atlas_size = (max(ATLAS_PX, width_px), max(ATLAS_PX, height_px))
        self._atlas = context.framebuffer([context.renderbuffer(self._atlas_size, 1)])
        self._draws = DrawList(scene.geometry, INSTANCE_FORMAT, INSTANCE_FIELDS, MOST_ACTORS)

    def draw(
        self,
        clip: FloatArray,
        actors: Actors,
        table: FloatArray,
        bodies: Instances,
        matrices: FloatArray,
        angles: FloatArray,
        camera: PinholeCamera,
        site_from_camera: Pose,
    ) -> tuple[NDArray[np.int16], IntArray, FloatArray]:
        """Returns (H, W) rows seen, (N,) pixels alone and (N, 4) whole boxes, of what the light was drawn of."""
        number = np.arange(len(actors))
        ranges = self._scene.labelled_ranges[bodies.mesh]
        self._draws.write(
            np.column_stack([ranges[:, 0], np.ones_like(number), ranges[:, 1], ranges[:, 2], number]), table
        )
        context = self._context
        context.enable_only(moderngl.DEPTH_TEST | moderngl.CULL_FACE)
        context.front_face, context.depth_func = "cw", "<="
        self._rows.use()
        self._rows.clear(0.0, depth=1.0)
        program = self._scene.programs.of("body.vert", "row.frag")
        set_matrix(program, "clip_from_points", clip)
        self._draws.draw(program)
        context.disable(moderngl.CULL_FACE)
        self._scene.draw_rows(clip)
        width, height = self._size
        seen = np.frombuffer(self._rows.read(components=1, dtype="f4"), dtype=np.float32).reshape(height, width)
        rows = seen.astype(np.int16) - np.int16(1)
        boxes = full_boxes_px(actors, matrices, angles, camera, site_from_camera)
        return rows, self._alone(clip, boxes), boxes

    def _alone(self, clip: FloatArray, boxes: FloatArray) -> IntArray:
        counts = np.zeros(len(boxes), dtype=np.int64)
        width, height = self._size
        waiting = np.flatnonzero(np.isfinite(boxes[:, 0]))
        low = np.maximum(np.floor(boxes[waiting, :2] + 0.5).astype(np.int64) - 1, 0)
        high = np.minimum(np.ceil(boxes[waiting, 2:] + 0.5).astype(np.int64) + 1, self._size)
        extent = high - low
        order = np.argsort(-extent[:, 1], kind="stable")
        self._context.enable_only(moderngl.CULL_FACE)
        program = self._scene.programs.of("body.vert", "alone.frag")
        set_matrix(program, "clip_from_points", clip)
        for shelf in _shelves(extent, order, self._atlas_size):
            self._atlas.use()
            self._atlas.viewport = (0, 0, *self._atlas_size)
            used = max(y + int(extent[k, 1]) for k, _, y in shelf)
            self._atlas.scissor = (0, 0, self._atlas_size[0], used)
            self._atlas.clear(0.0)
            for k, x, y in shelf:
                self._atlas.viewport = (x - int(low[k, 0]), y - int(low[k, 1]), width, height)
                self._atlas.scissor = (x, y, int(extent[k, 0]), int(extent[k, 1]))
                self._draws.draw_one(program, int(waiting[k]))
            raw = self._atlas.read(viewport=(0, 0, self._atlas_size[0], used), components=1)
            atlas = np.frombuffer(raw, dtype=np.uint8).reshape(used, self._atlas_size[0])
            for k, x, y in shelf:
                counts[waiting[k]] = np.count_nonzero(atlas[y : y + extent[k, 1], x : x + extent[k, 0]])
        return counts


def _shelves(extent: IntArray, order: IntArray, size: tuple[int, int]) -> list[list[tuple[int, int, int]]]:
    """Returns atlases of (box, x, y): boxes on shelves from tall to low, a new atlas where one is full."""
    atlases: list[list[tuple[int, int, int]]] = []
    x = y = tall = 0
    for k in order:
        wide, high = int(extent[k, 0]), int(extent[k, 1])
        if x + wide > size[0]:
            x, y, tall = 0, y + tall, 0
        if not atlases or y + high > size[1]:
            atlases.append([])
            x = y = tall = 0
        atlases[-1].append((int(k), x, y))
        x, tall = x + wide, max(tall, high)
    return atlases
