"""Instances of meshes: one row of 44 numbers each, and the draw commands that refer to them."""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import FloatArray, IntArray
from simulation.pictures.looks import colours_of, dirt_of, drawn
from simulation.pictures.meshes.catalogue import body_mesh
from simulation.pictures.meshes.joints import Gait
from simulation.types.actors import Actors, Lights
from simulation.types.bodies import BODIES

INSTANCE_FORMAT = "4f 4f 4f 4f 4f 4f 4f 4f 4f 4f 4f /i"
INSTANCE_FIELDS = (
    "row_x", "row_y", "row_z", "colour_1", "colour_2", "colour_3", "colour_4", "pose", "pivots", "pivots_2", "lamps",
)  # fmt: skip
_WIDTH = 4 * len(INSTANCE_FIELDS)

BLINK_HZ = 1.5
"""Indicators: UN Regulation 6 wants 60 to 120 flashes a minute."""


@dataclass(frozen=True, slots=True, eq=False)
class Instances:
    """M placed meshes.

    Attributes:
        table: (M, 44) rows as the body shader reads them.
        mesh: (M,) numbers of meshes in the library.
        centre_m: (M, 3) middles of bounding spheres.
        radius_m: (M,) their radii.
    """

    table: FloatArray
    mesh: IntArray
    centre_m: FloatArray
    radius_m: FloatArray

    def __len__(self) -> int:
        return len(self.mesh)


def limb_angles_rad(actors: Actors) -> FloatArray:
    """Returns (N, 4) angles of the actors' limbs, as in ``Gait.angles_rad``."""
    angles = np.zeros((len(actors), 4))
    speed_mps = np.linalg.norm(actors.velocity_mps, axis=1)
    for body in np.unique(actors.bodies):
        rows = actors.bodies == body
        gait = body_mesh(int(body)).gait
        offset = gait.stride_m * drawn(actors.object_ids[rows], 20)
        angles[rows] = gait.angles_rad(actors.travelled_m[rows] + offset, speed_mps[rows])
    return angles


def actor_table(
    actors: Actors, matrices: FloatArray, angles_rad: FloatArray, time_s: float, darkness: float
) -> FloatArray:
    """Returns the (N, 44) table of actors.

    Args:
        actors: who.
        matrices: (N, 3, 4) ``site_from_bodies``.
        angles_rad: (N, 4) of their limbs.
        time_s: lets indicators blink, each car at its own phase.
        darkness: by day lamps are the fainter ones that do not dazzle.
    """
    count = len(actors)
    table = np.zeros((count, _WIDTH))
    table[:, 0:12] = matrices.reshape(count, 12)
    table[:, 12:28].reshape(count, 4, 4)[:, :, :3] = colours_of(actors)
    table[:, 15] = np.arange(count) + 1
    table[:, 19] = dirt_of(actors)
    table[:, 23] = actors.position_m[:, 2]
    table[:, 27] = drawn(actors.object_ids, 21)
    table[:, 28:32] = angles_rad
    pivots = _pivots()[actors.bodies]
    table[:, 32:38] = pivots
    lights = actors.lights
    head = (lights & Lights.HEAD) > 0
    blink = np.mod(time_s * BLINK_HZ + drawn(actors.object_ids, 22), 1.0) < 0.55
    strength = 0.14 + 0.36 * darkness
    table[:, 40] = head * strength
    table[:, 41] = np.maximum(head * 0.18 * (0.4 + darkness), ((lights & Lights.BRAKE) > 0) * 1.0)
    table[:, 42] = ((lights & Lights.LEFT) > 0) & blink
    table[:, 43] = ((lights & Lights.RIGHT) > 0) & blink
    return table


def _pivots() -> FloatArray:
    gaits: list[Gait] = [body_mesh(body).gait for body in range(len(BODIES))]
    return np.array([(*gait.hip_m, *gait.knee_m, *gait.shoulder_m) for gait in gaits])


def static_row(
    x_m: float, y_m: float, z_m: float, heading_rad: float, scale: tuple[float, float, float], seed: float,
    colour: tuple[float, float, float] = (0.5, 0.5, 0.5),
) -> FloatArray:  # fmt: skip
    """Returns the (44,) row of something that stands upright on the ground and does not move."""
    row = np.zeros(_WIDTH)
    c, s = np.cos(heading_rad), np.sin(heading_rad)
    row[0:4] = (c * scale[0], -s * scale[1], 0.0, x_m)
    row[4:8] = (s * scale[0], c * scale[1], 0.0, y_m)
    row[8:12] = (0.0, 0.0, scale[2], z_m)
    row[12:15] = colour
    row[23], row[27] = z_m, seed
    return row


def draw_commands(mesh: IntArray, ranges: IntArray) -> tuple[IntArray, IntArray]:
    """Returns (K, 5) indirect draw commands and the (M,) order that instance rows must be put in.

    The mesh whose first instance comes first is drawn first.

    Args:
        mesh: (M,) mesh of each instance.
        ranges: (meshes, 3) index count, first index and base vertex of every mesh in the library.
    """
    order = np.argsort(mesh, kind="stable")
    kinds, first, counts = np.unique(mesh[order], return_index=True, return_counts=True)
    commands = np.column_stack([ranges[kinds, 0], counts, ranges[kinds, 1], ranges[kinds, 2], first])
    return commands[np.argsort(order[first], kind="stable")].astype(np.int32), order
