"""Things that lie or stand on the road."""

from itertools import pairwise

import numpy as np

from simulation.pictures.meshes.builder import Mesh, MeshBuilder
from simulation.pictures.meshes.materials import Material


def thing(name: str, length_m: float, width_m: float, height_m: float, sides: int) -> Mesh:
    """Returns a ``cone``, ``carton``, ``timber``, ``tyre`` or ``barrier``.

    Args:
        name: of the body.
        length_m: of the thing.
        width_m: of the thing.
        height_m: of the thing.
        sides: facets of round parts.
    """
    builder = MeshBuilder()
    half_length, half_width = length_m / 2, width_m / 2
    if name == "cone":
        builder.box((-half_length, half_length), (-half_width, half_width), (0.0, 0.04), Material.CONE_RED)
        levels = np.array([0.04, 0.22, 0.38, 0.50, 0.62, height_m])
        radii = np.interp(levels, (0.04, height_m), (0.15, 0.03))
        for band in range(5):
            material = Material.REFLECTIVE_WHITE if band in (1, 3) else Material.CONE_RED
            builder.tube((0, 0, levels[band]), (0, 0, levels[band + 1]), radii[band], material, radii[band + 1], sides)
    elif name == "carton":
        builder.box((-half_length, half_length), (-half_width, half_width), (0.0, height_m - 0.02), Material.CARDBOARD)
        builder.box((-half_length, half_length), (-0.03, 0.03), (height_m - 0.03, height_m - 0.012), Material.TAPE)
        builder.quad(
            (-half_length, 0.02, height_m - 0.02),
            (half_length, 0.02, height_m - 0.02),
            (half_length, half_width * 0.9, height_m),
            (-half_length, half_width * 0.9, height_m),
            Material.CARDBOARD,
        )
        builder.box((-0.05, 0.05), (-half_width - 0.0, half_width), (0.02, height_m - 0.15), Material.TAPE)
    elif name == "timber":
        for row, (y, z, turn) in enumerate(
            ((-0.17, 0.0, 0.0), (0.0, 0.0, 0.01), (0.17, 0.0, -0.01), (-0.08, 0.15, 0.02), (0.09, 0.15, -0.02))
        ):
            reach = half_length * (1.0 - 0.04 * (row % 3))
            outline = np.array(
                [
                    (-reach, y - 0.075),
                    (reach, y - 0.075 + turn * reach),
                    (reach, y + 0.075 + turn * reach),
                    (-reach, y + 0.075),
                ]
            )
            low = np.column_stack([outline, np.full(4, z)])
            builder.prism(low, low + np.array([0.0, 0.0, 0.14]), Material.WOOD)
    elif name == "tyre":
        around, about = np.linspace(0, 2 * np.pi, 2 * sides + 1), np.linspace(0, 2 * np.pi, 9)
        section = np.column_stack([0.27 + 0.085 * np.cos(about), height_m / 2 + height_m / 2 * np.sin(about)])
        builder.grid(
            np.array([[(r * np.cos(a), r * np.sin(a), z) for r, z in section] for a in around]), Material.RUBBER
        )
    else:
        for y in (-half_width * 0.8, half_width * 0.8):
            builder.box((-half_length, half_length), (y - 0.06, y + 0.06), (0.0, 0.09), Material.PLASTIC)
            builder.box((-0.025, 0.025), (y - 0.03, y + 0.03), (0.09, height_m), Material.GALVANISED)
        edges = np.linspace(-half_width, half_width, 9)
        for bottom, top in ((0.72, height_m - 0.03), (0.35, 0.58)):
            for number, (start, end) in enumerate(pairwise(edges.tolist())):
                material = Material.CONE_RED if number % 2 == 0 else Material.REFLECTIVE_WHITE
                builder.box((-0.03, 0.03), (start, end), (bottom, top), material)
    return builder.build()
