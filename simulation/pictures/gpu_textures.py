"""The textures of one world on the graphics side."""

from typing import Any

import moderngl
import numpy as np
from numpy.typing import NDArray

from simulation.pictures.facades import facade_layers
from simulation.pictures.ground_map import ground_map
from simulation.pictures.static_scene import LAMP_MAP_PX, lamp_map
from simulation.pictures.textures import coverage_mips, leaf_cards, noise_map
from simulation.types.world import World

SHADOW_PX = 2048
SHADE_PX, BEAM_PX = 1024, 512
_SMOOTH = (moderngl.LINEAR, moderngl.LINEAR)
_MIPMAPPED = (moderngl.LINEAR_MIPMAP_LINEAR, moderngl.LINEAR)


class Textures:
    """All textures, and the targets that draw into some of them.

    The ground has no anisotropic filter: llvmpipe takes seconds for one picture with it.
    """

    def __init__(self, context: moderngl.Context, world: World) -> None:
        shadow = context.depth_texture((SHADOW_PX, SHADOW_PX))
        shadow.compare_func, shadow.filter = "<=", _SMOOTH
        shade = context.texture((SHADE_PX, SHADE_PX), 1)
        beams = context.texture((BEAM_PX, BEAM_PX), 4, dtype="f2")
        lamps = context.texture((LAMP_MAP_PX, LAMP_MAP_PX), 4, lamp_map(world).astype(np.float16).tobytes(), dtype="f2")
        for texture in (shade, beams, lamps):
            texture.filter = _SMOOTH
        noise, ground = _image(context, noise_map()), _image(context, ground_map(world))
        layers = facade_layers()
        facades = context.texture_array((layers.shape[2], layers.shape[1], layers.shape[0]), 4, layers.tobytes())
        facades.build_mipmaps()
        facades.filter = _MIPMAPPED
        for texture in (shadow, shade, beams, lamps, ground):
            texture.repeat_x = texture.repeat_y = False
        self.shadow_target = context.framebuffer(depth_attachment=shadow)
        self.shade_target, self.beam_target = context.framebuffer([shade]), context.framebuffer([beams])
        self._in_order: tuple[Any, ...] = (shadow, noise, shade, beams, lamps, ground, facades, _leaves(context))

    def use(self) -> None:
        """Puts every texture into its unit of ``TEXTURE_UNITS``."""
        for unit, texture in enumerate(self._in_order):
            texture.use(unit)


def _image(context: moderngl.Context, pixels: NDArray[np.uint8]) -> moderngl.Texture:
    texture = context.texture((pixels.shape[1], pixels.shape[0]), 4, np.ascontiguousarray(pixels))
    texture.build_mipmaps()
    texture.filter = _MIPMAPPED
    return texture


def _leaves(context: moderngl.Context) -> moderngl.Texture:
    mips = coverage_mips(leaf_cards())
    cards = context.texture((mips[0].shape[1], mips[0].shape[0]), 4, mips[0].tobytes())
    cards.build_mipmaps(max_level=len(mips) - 1)
    for level, mip in enumerate(mips):
        cards.write(mip.tobytes(), level=level)
    cards.filter = (moderngl.LINEAR_MIPMAP_NEAREST, moderngl.LINEAR)
    return cards
