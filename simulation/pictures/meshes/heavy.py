"""Lorries and buses."""

from itertools import pairwise

import numpy as np

from simulation.pictures.meshes.builder import Mesh, MeshBuilder, span
from simulation.pictures.meshes.materials import Material

_WHEEL_M = 0.48


def lorry(name: str, length_m: float, width_m: float, height_m: float, sides: int) -> tuple[Mesh, Mesh]:
    """Returns the body and the mirrors of a ``box_truck``, ``tanker``, ``tipper`` or ``flatbed``."""
    builder = MeshBuilder()
    half_m, front, rear = width_m / 2, length_m / 2, -length_m / 2
    cab_m = {"box_truck": 1.85, "tanker": 2.1, "tipper": 2.0, "flatbed": 2.2}[name]
    cab_top_m = {"box_truck": 2.65, "tanker": 2.95, "tipper": 2.9, "flatbed": height_m}[name]
    _cab(builder, front, half_m * 0.97, cab_m, cab_top_m)
    bed_front = front - cab_m - 0.15
    builder.box((rear + 0.1, front - 0.4), (-0.42, 0.42), (0.62, 0.92), Material.PLASTIC)
    if name == "box_truck":
        _box_body(builder, rear, bed_front + 0.1, half_m, height_m)
    elif name == "tanker":
        _tank(builder, rear, bed_front, half_m, height_m, sides)
    elif name == "tipper":
        _tipper_body(builder, rear, bed_front, half_m, height_m)
    else:
        _flat_body(builder, rear, bed_front, half_m)
    axles = [front - 1.25, rear + 1.55] + ([rear + 2.85] if name in ("tanker", "tipper") else [])
    for x in axles:
        for side in (-1.0, 1.0):
            builder.wheel(x, side * (half_m - 0.05), _WHEEL_M, 0.30 if x > 0 else 0.55, sides)
            builder.box(
                (x - 0.6, x + 0.6),
                span(side * half_m * 0.55, side * half_m * 0.97),
                (0.98, 1.03),
                Material.PLASTIC,
            )
    for side in (-1.0, 1.0):
        y = side * half_m * 0.93
        builder.box((rear + 3.4, bed_front - 0.9), (y - 0.03, y + 0.03), (0.45, 0.95), Material.METAL)
        inner, outer = sorted((side * half_m * 0.62, side * half_m * 0.95))
        turn = Material.INDICATOR_LEFT if side > 0 else Material.INDICATOR_RIGHT
        builder.box((rear - 0.004, rear + 0.06), (inner, outer), (0.72, 0.86), Material.TAILLAMP)
        builder.box((rear - 0.004, rear + 0.06), (inner, outer), (0.88, 0.98), turn)
    builder.box((rear - 0.002, rear + 0.05), (-half_m * 0.95, half_m * 0.95), (0.45, 0.58), Material.PLASTIC)
    builder.box((rear - 0.006, rear), (-0.26, 0.26), (0.60, 0.72), Material.PLATE)
    return builder.build(), _mirrors(front - 0.25, half_m * 0.97, 1.75)


def _mirrors(x: float, half_m: float, z: float) -> Mesh:
    builder = MeshBuilder()
    for side in (-1.0, 1.0):
        y = span(side * (half_m + 0.06), side * (half_m + 0.22))
        builder.box((x - 0.06, x + 0.06), y, (z, z + 0.62), Material.PLASTIC)
    return builder.build()


def _cab(builder: MeshBuilder, front: float, half_m: float, length_m: float, top_m: float) -> None:
    """Adds a forward-control cab."""
    back, chest = front - length_m, 1.52
    builder.profile(
        np.array([(back, 0.55), (front - 0.06, 0.55), (front, 0.80), (front - 0.02, chest), (back, chest)]),
        (-half_m, half_m),
        Material.PAINT,
    )
    slope = [(back, chest), (front - 0.02, chest), (front - 0.22, top_m - 0.35), (front - 0.42, top_m), (back, top_m)]
    builder.profile(np.array(slope), (-half_m * 0.97, half_m * 0.97), Material.PAINT)
    foot, head = front - 0.015, front - 0.205
    wide = half_m * 0.90
    builder.quad((foot + 0.01, -wide, chest + 0.08), (foot + 0.01, wide, chest + 0.08),
                 (head + 0.015, wide, top_m - 0.40), (head + 0.015, -wide, top_m - 0.40), Material.GLASS)  # fmt: skip
    builder.box((front - 0.03, front + 0.012), (-half_m * 0.62, half_m * 0.62), (0.92, 1.36), Material.INTERIOR)
    for z in (1.02, 1.14, 1.26):
        builder.box((front - 0.03, front + 0.016), (-half_m * 0.60, half_m * 0.60), (z, z + 0.03), Material.METAL)
    builder.box((front - 0.3, front + 0.02), (-half_m * 1.005, half_m * 1.005), (0.32, 0.62), Material.PLASTIC)
    builder.box((front - 0.05, front + 0.024), (-0.26, 0.26), (0.38, 0.49), Material.PLATE)
    for side in (-1.0, 1.0):
        inner, outer = sorted((side * half_m * 0.62, side * half_m * 0.92))
        builder.box((front - 0.1, front + 0.025), (inner, outer), (0.62, 0.80), Material.HEADLAMP)
        turn = Material.INDICATOR_LEFT if side > 0 else Material.INDICATOR_RIGHT
        inner, outer = sorted((side * half_m * 0.90, side * half_m * 1.003))
        builder.box((front - 0.25, front - 0.01), (inner, outer), (0.84, 0.96), turn)
        y = side * half_m * 0.985
        window = [
            (front - 0.35, chest + 0.06),
            (front - 0.45, top_m - 0.42),
            (back + 0.5, top_m - 0.42),
            (back + 0.5, chest + 0.06),
        ]
        builder.profile(np.array(window), span(y - side * 0.03, y), Material.GLASS)
        builder.box(
            (back + 0.42, back + 0.435),
            (half_m * side - 0.01, half_m * side + 0.008),
            (0.9, top_m - 0.5),
            Material.INTERIOR,
        )


def _box_body(builder: MeshBuilder, rear: float, front: float, half_m: float, top_m: float) -> None:
    builder.box((rear + 0.02, front), (-half_m, half_m), (1.0, top_m), Material.CARGO)
    for x in np.linspace(rear + 0.1, front - 0.06, 7):
        builder.box((x - 0.02, x + 0.02), (-half_m - 0.006, half_m + 0.006), (1.02, top_m - 0.02), Material.METAL)
    builder.box((rear + 0.01, front), (-half_m - 0.008, half_m + 0.008), (top_m - 0.10, top_m - 0.01), Material.METAL)
    builder.box((rear, rear + 0.03), (-0.015, 0.015), (1.05, top_m - 0.12), Material.INTERIOR)
    length = front - rear
    for side in (-1.0, 1.0):  # the owner's band along the side
        y = span(side * half_m, side * (half_m + 0.004))
        builder.box((rear + 0.12 * length, rear + 0.75 * length), y, (1.75, 2.45), Material.PAINT)


def _tank(builder: MeshBuilder, rear: float, front: float, half_m: float, top_m: float, sides: int) -> None:
    angle = np.linspace(0.0, 2 * np.pi, 2 * sides + 1)
    middle, tall = (1.12 + top_m - 0.12) / 2, (top_m - 0.12 - 1.12) / 2
    ring = np.column_stack([np.cos(angle) * half_m, middle + np.sin(angle) * tall])
    stations = [
        (rear + 0.05, 0.55),
        (rear + 0.12, 0.86),
        (rear + 0.35, 1.0),
        (front - 0.35, 1.0),
        (front - 0.12, 0.86),
        (front - 0.05, 0.55),
    ]
    points = np.array([[(x, y * s, middle + (z - middle) * s) for y, z in ring] for x, s in stations])
    builder.grid(points, Material.CARGO)
    for end, other in ((points[0], points[-1]), (points[-1], points[0])):
        fan = np.stack([np.broadcast_to(end[:-1].mean(axis=0), end[:-1].shape), end[:-1], end[1:], end[1:]], axis=1)
        away = np.array([np.sign(end[0, 0] - other[0, 0]), 0.0, 0.0])
        builder.quads(fan, np.broadcast_to(away, fan.shape), Material.CARGO)
    for x in np.linspace(rear + 1.2, front - 1.2, 4):
        builder.tube((x, 0.0, top_m - 0.16), (x, 0.0, top_m), 0.25, Material.METAL, sides=8)
        band = np.array([[(x + d, y * 1.004, middle + (z - middle) * 1.006) for y, z in ring] for d in (-0.05, 0.05)])
        builder.grid(band, Material.METAL)
    builder.box((rear + 0.1, front), (-half_m * 0.7, half_m * 0.7), (0.92, 1.25), Material.PLASTIC)
    builder.box((rear - 0.002, rear + 0.05), (-0.35, 0.35), (1.0, 1.22), Material.CONE_RED)


def _tipper_body(builder: MeshBuilder, rear: float, front: float, half_m: float, top_m: float) -> None:
    floor = 1.08
    outline = np.array(
        [(rear + 0.02, floor + 0.18), (rear + 0.3, floor), (front, floor), (front, top_m - 0.1), (rear, top_m - 0.35)]
    )
    builder.profile(outline, (-half_m, half_m), Material.CARGO)
    for x in np.linspace(rear + 0.45, front - 0.15, 6):
        builder.box((x - 0.05, x + 0.05), (-half_m - 0.02, half_m + 0.02), (floor + 0.02, top_m - 0.42), Material.CARGO)
    builder.ellipsoid(
        ((rear + front) / 2, 0.0, top_m - 0.42), ((front - rear) * 0.46, half_m * 0.92, 0.40), Material.WOOD, 12, 4, 0.0
    )
    builder.box((front - 0.1, front + 0.55), (-half_m * 0.95, half_m * 0.95), (top_m - 0.12, top_m), Material.CARGO)


def _flat_body(builder: MeshBuilder, rear: float, front: float, half_m: float) -> None:
    builder.box((rear + 0.02, front), (-half_m, half_m), (1.0, 1.16), Material.CARGO)
    builder.box((front - 0.08, front), (-half_m, half_m), (1.16, 2.2), Material.METAL)
    for side in (-1.0, 1.0):
        y = span(side * (half_m - 0.04), side * half_m)
        builder.box((rear + 0.04, front - 0.1), y, (1.16, 1.52), Material.CARGO)
        builder.box((rear + 0.04, rear + 0.08), (-half_m, half_m), (1.16, 1.52), Material.CARGO)
    for row, (start, length) in enumerate(((rear + 0.4, 2.0), (rear + 2.8, 1.7))):
        builder.box(
            (start, start + length),
            (-half_m * 0.75, half_m * 0.75),
            (1.18, 1.95 - 0.2 * row),
            (Material.WOOD, Material.CARDBOARD)[row],
        )


def bus(name: str, length_m: float, width_m: float, height_m: float, sides: int) -> tuple[Mesh, Mesh]:
    """Returns the body and the mirrors of a ``city_bus``, ``coach`` or ``midibus``."""
    builder = MeshBuilder()
    half_m, front, rear = width_m / 2, length_m / 2, -length_m / 2
    city = name != "coach"
    floor, sill, head = (0.28, 1.02, height_m - 0.55) if city else (0.32, 1.62, height_m - 0.45)
    roof_m = height_m - (0.22 if city else 0.0)
    lean = 0.10 if city else 0.35

    def ring(x: float, wide: float, top: float, low: float = floor) -> list[tuple[float, float, float]]:
        y = half_m * wide
        return [
            (x, y * 0.97, low),
            (x, y, low + 0.12),
            (x, y, sill),
            (x, y * 0.985, head),
            (x, y * 0.93, top - 0.10),
            (x, y * 0.72, top),
            (x, 0.0, top + 0.015),
        ]

    sections = [
        ring(front, 0.93, head - 0.05 if not city else roof_m - 0.25),
        ring(front - 0.10, 0.985, roof_m - lean * 0.6),
        ring(front - 0.45, 1.0, roof_m - 0.02),
        ring(rear + 0.25, 1.0, roof_m - 0.02),
        ring(rear, 0.97, roof_m - 0.12),
    ]
    sections[0] = [(x, y, min(z, roof_m - 0.25)) for x, y, z in sections[0]]
    materials = np.full((4, 6), Material.PAINT)
    materials[:, 1] = Material.SECOND_PAINT if city else Material.PAINT
    materials[:, 0] = Material.PLASTIC
    materials[0, 2] = Material.GLASS
    materials[2, 2] = Material.INTERIOR
    builder.loft(np.array(sections), materials, (Material.PAINT, Material.PAINT))
    _bus_windows(builder, front, rear, half_m, sill, head, city)
    _bus_ends(builder, front, rear, half_m, sill, head, city)
    if city:
        builder.box(
            (rear + 0.9, rear + 0.9 + 0.28 * length_m),
            (-half_m * 0.62, half_m * 0.62),
            (roof_m, height_m),
            Material.PAINT,
            (0.95, 0.9),
        )
        builder.box(
            (front - 0.35 * length_m, front - 0.2 * length_m),
            (-half_m * 0.5, half_m * 0.5),
            (roof_m, height_m - 0.08),
            Material.PLASTIC,
            (0.92, 0.9),
        )
    axles = [front - 0.22 * length_m, rear + 0.27 * length_m] + (
        [rear + 0.27 * length_m - 1.35] if name == "coach" else []
    )
    for x in axles:
        for side in (-1.0, 1.0):
            y = side * half_m
            builder.tube((x, y - side * 0.4, 0.50), (x, y + side * 0.004, 0.50), 0.56, Material.INTERIOR, sides=sides)
            builder.wheel(x, y + side * 0.006, 0.46, 0.28, sides)
    return builder.build(), _mirrors(front - 0.05, half_m * 0.98, head - 0.75)


def _bus_windows(
    builder: MeshBuilder, front: float, rear: float, half_m: float, sill: float, head: float, city: bool
) -> None:
    """Adds panes along both sides, with doors on the right (kerb) side."""
    low, high = sill + 0.05, head - 0.04
    edges = np.linspace(rear + 0.5, front - 0.55, max(4, round((front - rear) / 1.65)) + 1)
    for side in (-1.0, 1.0):
        y = span(side * half_m * 0.96, side * (half_m + 0.006))
        for number, (start, end) in enumerate(pairwise(edges.tolist())):
            builder.box((start + 0.04, end - 0.04), y, (low, high), Material.GLASS)
            last = len(edges) - 2
            if side < 0 and (number == last or (city and number == last // 2)):
                builder.box((start + 0.1, end - 0.1), y, (0.42, high), Material.GLASS)
                middle = (start + end) / 2
                builder.box((middle - 0.03, middle + 0.03), (y[0] - 0.003, y[1]), (0.42, high), Material.PLASTIC)


def _bus_ends(
    builder: MeshBuilder, front: float, rear: float, half_m: float, sill: float, head: float, city: bool
) -> None:
    """Adds windscreen, destination sign, lamps and plates."""
    low = sill - (0.05 if city else 0.35)
    builder.box(
        (front - 0.03, front + 0.012),
        (-half_m * 0.86, half_m * 0.86),
        (low, head - (0.02 if city else 0.08)),
        Material.GLASS,
        (1.0, 0.97),
    )
    builder.box(
        (front - 0.03, front + 0.016), (-half_m * 0.62, half_m * 0.62), (head - 0.26, head - 0.06), Material.DESTINATION
    )
    builder.box((rear - 0.008, rear + 0.03), (-half_m * 0.72, half_m * 0.72), (sill + 0.35, head - 0.1), Material.GLASS)
    builder.box((front - 0.1, front + 0.015), (-half_m * 0.93, half_m * 0.93), (0.30, 0.46), Material.PLASTIC)
    builder.box((rear - 0.012, rear + 0.03), (-half_m * 0.6, half_m * 0.6), (0.55, 0.95), Material.INTERIOR)
    builder.box((front, front + 0.02), (-0.26, 0.26), (0.34, 0.45), Material.PLATE)
    builder.box((rear - 0.014, rear), (-0.26, 0.26), (0.98, 1.09), Material.PLATE)
    for side in (-1.0, 1.0):
        turn = Material.INDICATOR_LEFT if side > 0 else Material.INDICATOR_RIGHT
        inner, outer = sorted((side * half_m * 0.52, side * half_m * 0.80))
        builder.box((front - 0.05, front + 0.018), (inner, outer), (0.52, 0.70), Material.HEADLAMP)
        inner, outer = sorted((side * half_m * 0.81, side * half_m * 0.92))
        builder.box((front - 0.05, front + 0.014), (inner, outer), (0.52, 0.70), turn)
        inner, outer = sorted((side * half_m * 0.76, side * half_m * 0.94))
        builder.box((rear - 0.012, rear + 0.05), (inner, outer), (0.75, 1.05), Material.TAILLAMP)
        builder.box((rear - 0.012, rear + 0.05), (inner, outer), (1.07, 1.25), turn)
