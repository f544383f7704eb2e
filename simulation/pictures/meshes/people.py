"""People on foot."""

from dataclasses import replace

import numpy as np

from roadside.geometry.arrays import FloatArray
from simulation.pictures.meshes.builder import Mesh, MeshBuilder
from simulation.pictures.meshes.joints import Gait, Joint, posed
from simulation.pictures.meshes.materials import Material

STANCE_RAD = 0.13
"""How far the legs of the mesh are apart: half a step, which gives people the length that their bodies state."""


def rings(
    builder: MeshBuilder, stations: list[tuple[float, float, float, float, float]], material: int, sides: int
) -> None:
    """Adds a smooth body through ellipses: x, y and z of their middles, half length and half width."""
    angle = np.linspace(0.0, 2 * np.pi, sides + 1)
    points: FloatArray = np.array(
        [[(x + rx * np.cos(a), y + ry * np.sin(a), z) for a in angle] for x, y, z, rx, ry in stations]
    )
    builder.grid(points, material)


def walker(name: str, length_m: float, width_m: float, height_m: float, sides: int) -> tuple[Mesh, Gait]:
    """Returns a standing person and their gait; ``fitted`` must come after, and scales both.

    Args:
        name: of the body; decides over bag and umbrella.
        length_m: unused here, the caller stretches to it.
        width_m: unused here, the caller stretches to it.
        height_m: of the whole drawing.
        sides: facets of a limb.
    """
    builder = MeshBuilder()
    umbrella = name == "adult_with_umbrella"
    tall = height_m - (0.30 if umbrella else 0.0)
    child = name == "child"
    hip, knee, shoulder, head = 0.50 * tall, 0.27 * tall, 0.80 * tall, (0.115 if not child else 0.15) * tall
    wide = 0.118 * tall
    _legs(builder, tall, hip, knee, sides)
    rings(
        builder,
        [(0, 0, hip - 0.09, 0.055 * tall, wide * 0.74), (0, 0, hip + 0.01, 0.064 * tall, wide * 0.82)],
        Material.TROUSERS,
        sides,
    )
    rings(
        builder,
        [
            (0, 0, hip - 0.03, 0.0, 0.0),
            (0, 0, hip - 0.03, 0.070 * tall, wide * 0.90),
            (0, 0, hip + 0.13 * tall, 0.062 * tall, wide * 0.82),
            (0.005, 0, shoulder - 0.08 * tall, 0.070 * tall, wide * 1.02),
            (0, 0, shoulder - 0.01 * tall, 0.058 * tall, wide * 1.05),
            (0, 0, shoulder + 0.025 * tall, 0.035 * tall, wide * 0.40),
            (0, 0, shoulder + 0.027 * tall, 0.0, 0.0),
        ],
        Material.CLOTH,
        sides,
    )
    builder.tube((0, 0, shoulder), (0.01, 0, tall - 0.6 * head), 0.032 * tall, Material.SKIN, sides=6, caps=False)
    middle = tall - head * 0.52
    builder.ellipsoid((0.012, 0, middle), (head * 0.47, head * 0.38, head * 0.50), Material.SKIN, sides, 6)
    builder.ellipsoid(
        (0.006, 0, middle + head * 0.07),
        (head * 0.49, head * 0.41, tall - middle - head * 0.07),
        Material.HAIR,
        sides,
        5,
        0.12,
    )
    builder.ellipsoid(
        (-0.02, 0, middle + head * 0.02), (head * 0.42, head * 0.40, head * 0.40), Material.HAIR, sides, 5, -0.7
    )
    _arms(builder, tall, shoulder, wide, sides, raised=umbrella)
    if name == "adult_with_bag":
        builder.box((-0.30, -0.10), (-0.15, 0.15), (hip + 0.08, shoulder + 0.01), Material.BAG, (0.8, 0.85))
    if umbrella:
        grip = (0.16, -0.10)
        builder.tube((*grip, 0.60 * tall), (*grip, height_m - 0.03), 0.012, Material.METAL, sides=5)
        builder.tube((0.1, -0.06, height_m - 0.26), (0.1, -0.06, height_m), 0.5, Material.BAG, 0.02, 10)
    gait = Gait((0.0, hip), (0.0, knee), (0.0, shoulder - 0.02 * tall), 0.80 * tall, 0.27, STANCE_RAD)
    mesh = builder.build()
    stance = np.array([[STANCE_RAD, 0.0, -STANCE_RAD, 0.0]])
    return replace(mesh, position_m=posed(mesh.position_m, mesh.joint, gait, stance)[0]), gait


def _legs(builder: MeshBuilder, tall: float, hip: float, knee: float, sides: int) -> None:
    for side, thigh, shin in ((1.0, Joint.LEFT_THIGH, Joint.LEFT_SHIN), (-1.0, Joint.RIGHT_THIGH, Joint.RIGHT_SHIN)):
        y = side * 0.055 * tall
        builder.joint = thigh
        builder.tube((0, y, knee), (0, y * 0.95, hip), 0.036 * tall, Material.TROUSERS, 0.054 * tall, sides, caps=False)
        builder.ellipsoid((0.0, y, knee), (0.039 * tall,) * 3, Material.TROUSERS, 6, 4)
        builder.joint = shin
        builder.tube(
            (-0.012, y, 0.05), (0, y, knee + 0.01), 0.026 * tall, Material.TROUSERS, 0.037 * tall, sides, caps=False
        )
        builder.box(
            (-0.055 * tall, 0.095 * tall),
            (y - 0.027 * tall, y + 0.027 * tall),
            (0.0, 0.045 * tall),
            Material.SHOE,
            (0.8, 0.9),
        )
    builder.joint = Joint.BODY


def _arms(builder: MeshBuilder, tall: float, shoulder: float, wide: float, sides: int, raised: bool) -> None:
    for side, joint in ((1.0, Joint.LEFT_ARM), (-1.0, Joint.RIGHT_ARM)):
        y = side * wide * 1.12
        top = (0.0, y * 0.96, shoulder - 0.022 * tall)
        holds = raised and side < 0
        builder.joint = Joint.BODY if holds else joint
        elbow = (0.02 if holds else -0.01, y * 1.16, shoulder - 0.175 * tall)
        hand = (0.16, -0.11, shoulder - 0.12 * tall) if holds else (0.045, y * 1.20, shoulder - 0.335 * tall)
        builder.tube(elbow, top, 0.024 * tall, Material.CLOTH, 0.031 * tall, sides)
        builder.tube(hand, elbow, 0.018 * tall, Material.CLOTH, 0.024 * tall, sides, caps=False)
        builder.ellipsoid(elbow, (0.026 * tall, 0.026 * tall, 0.026 * tall), Material.CLOTH, 6, 4)
        builder.ellipsoid(hand, (0.020 * tall, 0.017 * tall, 0.028 * tall), Material.SKIN, 6, 4)
    builder.joint = Joint.BODY
