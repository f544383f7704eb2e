"""The passes that make the light of one picture."""

import moderngl
import numpy as np

from roadside.geometry.arrays import FloatArray
from roadside.geometry.camera import PinholeCamera
from roadside.geometry.pose import Pose
from simulation.pictures import near_maps
from simulation.pictures.context import TEXTURE_UNITS, set_matrix
from simulation.pictures.glints import Glints, glint_quads
from simulation.pictures.gpu_scene import MOST_ACTORS, GpuScene
from simulation.pictures.gpu_textures import SHADOW_PX, Textures
from simulation.pictures.instances import Instances
from simulation.pictures.lighting import Lighting
from simulation.pictures.projection import CLIP_FROM_UNIT
from simulation.types.actors import Actors

_HAZY_PER_M = 0.002
"""From this extinction on lamps have halos by day too."""

_LEAST_GLARE = 0.05
_PATCH_BYTES = 6 * 8 * 4
_GLARE = ("COLOUR", "GLARE")


class Passes:
    """Draws a scene's light with its textures."""

    def __init__(self, context: moderngl.Context, scene: GpuScene, textures: Textures) -> None:
        self._context, self._scene, self._textures = context, scene, textures
        corners = context.buffer(np.array([-1, -1, 3, -1, -1, 3], dtype=np.float32).tobytes())
        self._sky_program = scene.programs.of("sky.vert", "sky.frag", "COLOUR")
        self._sky = context.vertex_array(self._sky_program, [(corners, "2f", "corner")])
        plain, glaring = (
            scene.programs.of("sky.vert", "shrink.frag"),
            scene.programs.of("sky.vert", "shrink.frag", *_GLARE),
        )
        self._shrunk = context.vertex_array(plain, [(corners, "2f", "corner")])
        self._shrunk_with_glare, self._glare_program = (
            context.vertex_array(glaring, [(corners, "2f", "corner")]),
            glaring,
        )
        self._frame = context.buffer(reserve=4 * (32 + 9 * 4))
        self._patches = context.buffer(reserve=2 * MOST_ACTORS * _PATCH_BYTES)

    def begin(
        self,
        lighting: Lighting,
        clip: FloatArray,
        shadow: FloatArray,
        shadow_extent_m: float,
        eye: FloatArray,
        near: FloatArray,
        time_s: float,
    ) -> None:
        """Writes what all passes share.

        Args:
            lighting: light of the scene.
            clip: (4, 4) projection of the camera.
            shadow: (4, 4) projection to the shadow map's unit cube.
            shadow_extent_m: side of the ground that the shadow map covers.
            eye: (3,) the camera.
            near: (4,) rectangle of the maps around the camera.
            time_s: moves the clouds.
        """
        west, south, east, north = self._scene.world.extent_m
        light = lighting
        rows = [
            (*eye, time_s), (*light.sun_direction, 0.5 * shadow_extent_m / SHADOW_PX), (*light.sun_light, light.glare),
            (*light.zenith, light.cloud), (*light.horizon, light.wetness), (*light.fog, light.extinction_per_m),
            (*light.bounce, light.darkness), (near[0], near[1], 1 / near[2], 1 / near[3]),
            (west, south, 1 / (east - west), 1 / (north - south)),
        ]  # fmt: skip
        data = np.concatenate([clip.T.ravel(), shadow.T.ravel(), np.array(rows).ravel()]).astype(np.float32)
        self._frame.write(data.tobytes())
        self._frame.bind_to_uniform_block(0)
        self._textures.use()

    def shadows(self, lighting: Lighting, shadow: FloatArray, bodies: Instances, fixed: Instances) -> None:
        """Draws the shadow map, where there is a sun."""
        if not lighting.has_shadows:
            return
        self._textures.shadow_target.use()
        self._textures.shadow_target.clear(depth=1.0)
        self._context.enable_only(moderngl.DEPTH_TEST)
        self._context.depth_func = "<="
        self._scene.draw_depth(CLIP_FROM_UNIT @ shadow, bodies, fixed, 1e4 * lighting.sun_direction)

    def near_maps(self, lighting: Lighting, actors: Actors, rectangle: FloatArray) -> None:
        """Draws the shade under bodies and, at night, the light of their lamps."""
        context, programs = self._context, self._scene.programs
        context.enable_only(moderngl.BLEND)
        self._textures.shade_target.use()
        self._textures.shade_target.clear(1.0, 1.0, 1.0, 1.0)
        context.blend_func = moderngl.DST_COLOR, moderngl.ZERO
        fields = ("corner", "local", "trait")
        self._draw(
            programs.of("shade.vert", "shade.frag"), near_maps.shade_quads(actors, rectangle), "2f 2f 3f", fields
        )
        if lighting.has_lamps:
            self._textures.beam_target.use()
            self._textures.beam_target.clear(0.0, 0.0, 0.0, 0.0)
            context.blend_func = moderngl.ONE, moderngl.ONE
            for quads in (near_maps.beam_quads(actors, rectangle), near_maps.brake_quads(actors, rectangle)):
                self._draw(programs.of("beam.vert", "beam.frag"), quads, "2f 2f 4f", fields)

    def light(self, lighting: Lighting, clip: FloatArray, camera: PinholeCamera, site_from_camera: Pose) -> None:
        """Draws what was selected into the bound target, the sky last."""
        states = (("SUN", lighting.has_shadows), ("NIGHT", lighting.has_lamps), ("WET", lighting.is_wet))
        kinds = ("COLOUR", *(name for name, on in states if on))
        self._context.enable_only(moderngl.DEPTH_TEST | moderngl.CULL_FACE)
        self._context.depth_func = "<="
        self._context.front_face = "cw"  # the picture's rows run downwards
        self._scene.draw_upright(clip, *kinds)
        self._context.disable(moderngl.CULL_FACE)
        self._scene.draw_open(clip, *kinds)
        set_matrix(self._sky_program, "site_from_spot", _site_from_spot(camera, site_from_camera))
        self._sky.render(moderngl.TRIANGLES)

    def glints(self, lighting: Lighting, clip: FloatArray, lamps: Glints, site_from_camera: Pose) -> None:
        """Adds streaks of lamps on a wet road, and their halos in the dark and in haze."""
        if not (lighting.is_wet or lighting.has_lamps or lighting.extinction_per_m > _HAZY_PER_M):
            return
        streaks, halos = glint_quads(
            lamps, site_from_camera.translation_m, site_from_camera.rotation[:, 0], lighting.extinction_per_m
        )
        context = self._context
        program = self._scene.programs.of("glint.vert", "glint.frag")
        set_matrix(program, "clip_from_points", clip)
        fields = ("position", "corner", "glow")
        if lighting.is_wet:
            context.enable_only(moderngl.BLEND)
            # Only the ground has written an alpha: how well it mirrors. It must stay as it is.
            context.blend_func = moderngl.DST_ALPHA, moderngl.ONE, moderngl.ZERO, moderngl.ONE  # type: ignore[assignment]
            self._draw(program, streaks, "3f 2f 3f", fields)
        context.enable_only(moderngl.BLEND | moderngl.DEPTH_TEST)
        context.blend_func = moderngl.ONE, moderngl.ONE
        self._draw(program, halos, "3f 2f 3f", fields)

    def shrink(
        self, lighting: Lighting, wide_light: moderngl.Texture, camera: PinholeCamera, site_from_camera: Pose
    ) -> None:
        """Draws the supersampled picture into the bound, smaller target, with the glare of a low sun."""
        self._context.enable_only(moderngl.NOTHING)
        wide_light.use(TEXTURE_UNITS["wide"])
        if lighting.glare * lighting.sun_light.max() > _LEAST_GLARE:
            set_matrix(self._glare_program, "site_from_spot", _site_from_spot(camera, site_from_camera))
            self._shrunk_with_glare.render(moderngl.TRIANGLES)
        else:
            self._shrunk.render(moderngl.TRIANGLES)

    def _draw(self, program: moderngl.Program, vertices: FloatArray, layout: str, fields: tuple[str, ...]) -> None:
        if len(vertices) == 0:
            return
        self._patches.write(vertices.astype(np.float32).tobytes())
        array = self._context.vertex_array(program, [(self._patches, layout, *fields)])
        array.render(moderngl.TRIANGLES, vertices=len(vertices))
        array.release()


def _site_from_spot(camera: PinholeCamera, site_from_camera: Pose) -> FloatArray:
    """Returns the (3, 3) matrix from (x, y, 1) of clip space to directions in the site frame."""
    width, height = camera.width_px, camera.height_px
    rays = np.array(
        [[width / (2 * camera.fx_px), 0.0, (width / 2 - 0.5 - camera.cx_px) / camera.fx_px],
         [0.0, height / (2 * camera.fy_px), (height / 2 - 0.5 - camera.cy_px) / camera.fy_px], [0.0, 0.0, 1.0]]
    )  # fmt: skip
    return np.asarray(site_from_camera.rotation @ rays)
