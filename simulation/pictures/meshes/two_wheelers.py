"""Bicycles, scooters and motorcycles with their riders."""

import numpy as np

from simulation.pictures.meshes.builder import Mesh, MeshBuilder, span
from simulation.pictures.meshes.joints import Gait, Joint
from simulation.pictures.meshes.materials import Material
from simulation.pictures.meshes.people import rings


def two_wheeler(name: str, length_m: float, width_m: float, height_m: float, sides: int) -> tuple[Mesh, Gait]:
    """Returns machine and rider, and how the rider's legs move; the caller stretches them to ``width_m``.

    Args:
        name: of the body.
        length_m: of the machine.
        height_m: with the rider.
        width_m: unused here.
        sides: facets of a limb.
    """
    builder = MeshBuilder()
    if name in ("bicycle", "city_bicycle"):
        return _bicycle(builder, length_m, height_m, sides, upright=name == "city_bicycle")
    if name == "motorcycle":
        _motorcycle(builder, length_m, sides)
        _rider(
            builder,
            seat=(-0.18, 0.80),
            grip=(0.42, 0.34, 0.98),
            foot=(0.02, 0.20, 0.36),
            top_m=height_m,
            lean=0.16,
            sides=sides,
        )
    else:
        _scooter(builder, length_m, sides, box=name == "delivery_scooter")
        seat_x = -0.28 if name == "scooter" else -0.16
        _rider(
            builder,
            seat=(seat_x, 0.76),
            grip=(0.40, 0.30, 1.0),
            foot=(0.22, 0.14, 0.30),
            top_m=height_m,
            lean=0.02,
            sides=sides,
        )
    return builder.build(), Gait()


def _tyre(builder: MeshBuilder, x: float, radius_m: float, width_m: float, sides: int, hub: int) -> None:
    """Adds a ring with a hub, standing on the ground."""
    angle = np.linspace(0.0, 2 * np.pi, sides + 1)
    for inner, outer, half, material in (
        (0.80, 1.0, width_m / 2, Material.RUBBER),
        (0.70, 0.80, width_m * 0.35, Material.METAL),
    ):
        circle = np.stack([np.cos(angle), np.zeros_like(angle), np.sin(angle)], axis=1)
        centre = np.array([x, 0.0, radius_m])
        side = np.array([0.0, half, 0.0])
        loop = [
            circle * radius_m * inner + side,
            circle * radius_m * outer + side * 0.6,
            circle * radius_m * outer - side * 0.6,
            circle * radius_m * inner - side,
        ]
        builder.grid(np.stack([centre + ring for ring in loop]), material)
    builder.tube(
        (x, -0.04, radius_m), (x, 0.04, radius_m), radius_m * (0.45 if hub == Material.METAL else 0.10), hub, sides=8
    )


def _spokes(builder: MeshBuilder, x: float, radius_m: float) -> None:
    for angle in np.linspace(0.0, np.pi, 7)[:-1]:
        reach = np.array([np.cos(angle), 0.0, np.sin(angle)]) * radius_m * 0.74
        centre = np.array([x, 0.0, radius_m])
        builder.tube(centre - reach, centre + reach, 0.005, Material.METAL, sides=3, caps=False)


def _bicycle(builder: MeshBuilder, length_m: float, height_m: float, sides: int, upright: bool) -> tuple[Mesh, Gait]:
    radius = 0.335
    front, rear = length_m / 2 - radius, -length_m / 2 + radius
    for x in (front, rear):
        _tyre(builder, x, radius, 0.045, 2 * sides, Material.PLASTIC)
        _spokes(builder, x, radius)
    crank, seat, head = (-0.02, 0.0, 0.30), (-0.24, 0.0, 0.90), (front - 0.20, 0.0, 0.86)
    low_tube = (head[0], 0.0, 0.50) if upright else (head[0] - 0.02, 0.0, 0.84)
    for a, b, r in (
        ((rear, 0, radius), crank, 0.018),
        ((rear, 0, radius), (-0.2, 0, 0.78), 0.014),
        (crank, seat, 0.020),
        ((-0.16, 0, 0.62) if upright else (-0.21, 0, 0.80), low_tube, 0.020),
        (crank, (head[0] + 0.03, 0, 0.66), 0.024),
        ((front, 0, radius), (head[0], 0, 0.98), 0.020),
    ):
        builder.tube(a, b, r, Material.PAINT, sides=6)
    bar = (head[0] - 0.05, 1.05 if upright else 0.98)
    builder.tube((bar[0], -0.29, bar[1]), (bar[0], 0.29, bar[1]), 0.016, Material.PLASTIC, sides=5)
    builder.box(
        (seat[0] - 0.14, seat[0] + 0.12), (-0.075, 0.075), (seat[2], seat[2] + 0.05), Material.PLASTIC, (0.9, 0.6)
    )
    builder.box((front - 0.06, front - 0.0), (-0.04, 0.04), (0.80, 0.87), Material.HEADLAMP)
    builder.box((rear - 0.16, rear - 0.11), (-0.04, 0.04), (0.62, 0.68), Material.TAILLAMP)
    if upright:
        builder.box((rear - 0.12, rear + 0.26), (-0.07, 0.07), (0.71, 0.73), Material.PLASTIC)
        builder.box((front + 0.0, front + 0.28), (-0.16, 0.16), (0.74, 0.95), Material.WOOD, (1.1, 1.15))
    lean = 0.02 if upright else 0.26
    shoulder = _upper_body(
        builder, (seat[0], 0.95), (bar[0] - 0.02, 0.26, bar[1] + 0.02), height_m, lean, sides, helmet=not upright
    )
    hip, knee = (seat[0] + 0.03, 0.96), (seat[0] + 0.36, 0.64)
    for side, thigh, shin in ((1.0, Joint.LEFT_THIGH, Joint.LEFT_SHIN), (-1.0, Joint.RIGHT_THIGH, Joint.RIGHT_SHIN)):
        y = side * 0.10
        builder.joint = thigh
        builder.tube((knee[0], y, knee[1]), (hip[0], y, hip[1]), 0.062, Material.TROUSERS, 0.085, sides)
        builder.joint = shin
        builder.tube((-0.02, y, 0.32), (knee[0], y, knee[1]), 0.042, Material.TROUSERS, 0.062, sides, caps=False)
        builder.box((-0.10, 0.16), (y - 0.045, y + 0.045), (0.26, 0.33), Material.SHOE, (0.8, 0.9))
    builder.joint = Joint.BODY
    return builder.build(), Gait(hip, knee, shoulder, 5.0, 0.24, pedals=True)


def _upper_body(
    builder: MeshBuilder,
    seat: tuple[float, float],
    grip: tuple[float, float, float],
    top_m: float,
    lean: float,
    sides: int,
    helmet: bool,
) -> tuple[float, float]:
    """Adds torso, arms and head above a seat; returns x and z of the shoulders."""
    head = 0.25
    x, z = seat
    shoulder = (x + lean + 0.05, top_m - head - 0.05)
    steps = np.array([0.0, 0.35, 0.8, 1.0])
    rings(
        builder,
        [(x + (shoulder[0] - x) * s, 0.0, z - 0.06 + (shoulder[1] - z + 0.06) * s, rx, ry)
         for s, rx, ry in zip(steps, (0.14, 0.12, 0.125, 0.08), (0.17, 0.165, 0.20, 0.19), strict=True)],
        Material.CLOTH, sides,
    )  # fmt: skip
    builder.ellipsoid((x, 0, z), (0.16, 0.175, 0.12), Material.TROUSERS, sides, 5)
    builder.ellipsoid((shoulder[0], 0, shoulder[1]), (0.09, 0.185, 0.07), Material.CLOTH, sides, 4)
    middle = (shoulder[0] + 0.06, 0.0, top_m - head * 0.52)
    builder.tube((shoulder[0], 0, shoulder[1]), middle, 0.055, Material.SKIN, sides=6, caps=False)
    builder.ellipsoid(middle, (head * 0.42, head * 0.36, head * 0.50), Material.SKIN, sides, 6)
    if helmet:
        builder.ellipsoid(
            (middle[0] - 0.01, 0, middle[2] + 0.01),
            (0.145, 0.115, top_m - middle[2] - 0.01),
            Material.HELMET,
            sides,
            5,
            0.1,
        )
    else:
        builder.ellipsoid(
            (middle[0] - 0.015, 0, middle[2] + 0.015),
            (0.11, 0.098, top_m - middle[2] - 0.015),
            Material.HAIR,
            sides,
            5,
            -0.2,
        )
    for side in (-1.0, 1.0):
        top = (shoulder[0], side * 0.19, shoulder[1] - 0.01)
        elbow = ((top[0] + grip[0]) / 2 - 0.03, side * (grip[1] + 0.01), (top[2] + grip[2]) / 2 - 0.05)
        hand = (grip[0], side * grip[1], grip[2])
        builder.tube(elbow, top, 0.042, Material.CLOTH, 0.055, sides)
        builder.tube(hand, elbow, 0.032, Material.CLOTH, 0.042, sides)
        builder.ellipsoid(elbow, (0.046, 0.046, 0.046), Material.CLOTH, 6, 4)
        builder.ellipsoid(hand, (0.05, 0.04, 0.04), Material.SKIN, 6, 4)
    return shoulder


def _rider(
    builder: MeshBuilder,
    *,
    seat: tuple[float, float],
    grip: tuple[float, float, float],
    foot: tuple[float, float, float],
    top_m: float,
    lean: float,
    sides: int,
) -> None:
    """Adds a rider with a full helmet whose feet rest."""
    shoulder = _upper_body(builder, seat, grip, top_m, lean, sides, helmet=True)
    middle = (shoulder[0] + 0.06, 0.0, top_m - 0.14)
    builder.ellipsoid(middle, (0.155, 0.125, 0.14), Material.HELMET, sides, 6)
    builder.box(
        (middle[0] + 0.05, middle[0] + 0.158),
        (-0.09, 0.09),
        (middle[2] - 0.02, middle[2] + 0.055),
        Material.GLASS,
        (0.9, 0.9),
    )
    for side in (-1.0, 1.0):
        hip, knee = (seat[0], side * 0.12, seat[1] + 0.03), (seat[0] + 0.42, side * (foot[1] + 0.02), seat[1] - 0.06)
        builder.tube(knee, hip, 0.070, Material.TROUSERS, 0.092, sides)
        builder.tube((foot[0], side * foot[1], foot[2] + 0.06), knee, 0.05, Material.TROUSERS, 0.07, sides, caps=False)
        y = span(side * (foot[1] - 0.05), side * (foot[1] + 0.05))
        builder.box((foot[0] - 0.10, foot[0] + 0.18), y, (foot[2], foot[2] + 0.09), Material.SHOE, (0.8, 0.9))


def _motorcycle(builder: MeshBuilder, length_m: float, sides: int) -> None:
    radius = 0.31
    front, rear = length_m / 2 - radius, -length_m / 2 + radius
    for x in (front, rear):
        _tyre(builder, x, radius, 0.15, 2 * sides, Material.METAL)
    rings(
        builder,
        [(0.02, 0, 0.30, 0.30, 0.14), (0.05, 0, 0.45, 0.34, 0.20), (0.05, 0, 0.60, 0.30, 0.16)],
        Material.PLASTIC,
        sides,
    )
    builder.ellipsoid((0.14, 0, 0.80), (0.32, 0.18, 0.17), Material.PAINT, sides, 6)
    builder.box((-0.75, 0.0), (-0.14, 0.14), (0.70, 0.80), Material.PLASTIC, (1.0, 0.8))
    builder.box((rear - 0.08, -0.25), (-0.11, 0.11), (0.62, 0.80), Material.PAINT, (0.9, 0.7))
    for side in (-1.0, 1.0):
        builder.tube((front, side * 0.10, radius), (front - 0.30, side * 0.09, 0.98), 0.03, Material.METAL, sides=6)
        builder.tube((rear, side * 0.10, radius), (-0.1, side * 0.12, 0.42), 0.03, Material.PLASTIC, sides=6)
        turn = Material.INDICATOR_LEFT if side > 0 else Material.INDICATOR_RIGHT
        for x in (front - 0.16, rear - 0.12):
            builder.ellipsoid((x, side * 0.22, 0.80), (0.045, 0.05, 0.035), turn, 6, 4)
    builder.tube((0.43, -0.36, 0.98), (0.43, 0.36, 0.98), 0.02, Material.PLASTIC, sides=5)
    builder.tube((rear - 0.05, -0.17, 0.40), (0.05, -0.15, 0.32), 0.055, Material.METAL, sides=6)
    builder.ellipsoid((front - 0.22, 0, 0.92), (0.14, 0.14, 0.15), Material.PAINT, sides, 5)
    builder.ellipsoid((front - 0.12, 0, 0.90), (0.07, 0.10, 0.10), Material.HEADLAMP, sides, 5)
    builder.box((rear - 0.11, rear - 0.04), (-0.09, 0.09), (0.72, 0.80), Material.TAILLAMP)
    builder.box((rear - 0.16, rear - 0.13), (-0.10, 0.10), (0.46, 0.60), Material.PLATE)


def _scooter(builder: MeshBuilder, length_m: float, sides: int, box: bool) -> None:
    radius = 0.23
    front, rear = length_m / 2 - radius, -length_m / 2 + radius
    for x in (front, rear):
        _tyre(builder, x, radius, 0.11, 2 * sides, Material.METAL)
    builder.box((-0.08, front - 0.22), (-0.17, 0.17), (0.24, 0.31), Material.PAINT)
    rings(
        builder,
        [(rear + 0.12, 0, 0.32, 0.30, 0.14), (rear + 0.20, 0, 0.55, 0.36, 0.19), (rear + 0.22, 0, 0.70, 0.36, 0.15)],
        Material.PAINT,
        sides,
    )
    builder.box((rear - 0.12, rear + 0.58), (-0.14, 0.14), (0.68, 0.77), Material.PLASTIC, (0.95, 0.8))
    builder.profile(
        np.array([(front - 0.24, 0.28), (front - 0.14, 0.28), (front - 0.26, 0.95), (front - 0.34, 0.95)]),
        (-0.2, 0.2),
        Material.PAINT,
    )
    builder.tube((front, 0, radius), (front - 0.30, 0, 1.0), 0.035, Material.METAL, sides=6)
    builder.ellipsoid((front - 0.28, 0, 0.98), (0.12, 0.15, 0.10), Material.PAINT, sides, 5)
    builder.ellipsoid((front - 0.18, 0, 0.97), (0.06, 0.08, 0.07), Material.HEADLAMP, 8, 4)
    builder.tube((0.40, -0.32, 1.0), (0.40, 0.32, 1.0), 0.018, Material.PLASTIC, sides=5)
    builder.box((rear - 0.20, rear - 0.12), (-0.10, 0.10), (0.58, 0.66), Material.TAILLAMP)
    builder.box((rear - 0.23, rear - 0.21), (-0.09, 0.09), (0.38, 0.52), Material.PLATE)
    for side in (-1.0, 1.0):
        turn = Material.INDICATOR_LEFT if side > 0 else Material.INDICATOR_RIGHT
        for x, z in ((front - 0.15, 0.80), (rear - 0.15, 0.60)):
            builder.ellipsoid((x, side * 0.16, z), (0.05, 0.05, 0.04), turn, 6, 4)
    if box:
        builder.box((rear - 0.30, rear + 0.20), (-0.24, 0.24), (0.80, 1.24), Material.CARGO)
        builder.box((rear - 0.31, rear - 0.30), (-0.18, 0.18), (0.90, 1.14), Material.PAINT)
        for side in (-1.0, 1.0):
            y = span(side * 0.24, side * 0.245)
            builder.box((rear - 0.24, rear + 0.14), y, (0.90, 1.14), Material.PAINT)
