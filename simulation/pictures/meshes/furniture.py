"""Furniture of a street, standing on z = 0 and facing +x."""

from collections.abc import Callable

from simulation.pictures.meshes.builder import Mesh, MeshBuilder
from simulation.pictures.meshes.materials import Material
from simulation.types.world import PropKind

LAMP_HEIGHT_M = 8.0
LAMP_REACH_M = 1.9


def furniture(kind: PropKind, size_m: float, variant: int = 0) -> Mesh:
    """Returns a piece of furniture.

    Args:
        kind: what it is.
        size_m: its height or length; 0 for the usual.
        variant: which of several looks.
    """
    builder = MeshBuilder()
    _MAKERS[kind](builder, size_m, variant)
    return builder.build()


def _lamp(builder: MeshBuilder, size_m: float, variant: int) -> None:
    top = size_m or LAMP_HEIGHT_M
    builder.tube((0, 0, 0), (0, 0, 1.2), 0.10, Material.GALVANISED, 0.085, 8)
    builder.tube((0, 0, 1.2), (0, 0, top), 0.075, Material.GALVANISED, 0.045, 8)
    builder.tube((0, 0, top - 0.05), (LAMP_REACH_M, 0, top + 0.22), 0.04, Material.GALVANISED, sides=6)
    builder.box(
        (LAMP_REACH_M - 0.35, LAMP_REACH_M + 0.35),
        (-0.14, 0.14),
        (top + 0.18, top + 0.29),
        Material.GALVANISED,
        (0.8, 0.7),
    )
    builder.box(
        (LAMP_REACH_M - 0.28, LAMP_REACH_M + 0.30), (-0.11, 0.11), (top + 0.15, top + 0.18), Material.STREET_LAMP
    )


def _sensor_pole(builder: MeshBuilder, size_m: float, variant: int) -> None:
    top = size_m or 8.0
    builder.box((-0.25, 0.25), (-0.25, 0.25), (0.0, 0.06), Material.CONCRETE)
    builder.tube((0, 0, 0), (0, 0, top), 0.11, Material.GALVANISED, 0.075, 10)
    builder.box((-0.32, -0.09), (-0.2, 0.2), (2.2, 3.0), Material.GALVANISED)
    builder.tube((0, -0.7, top - 0.35), (0, 0.7, top - 0.35), 0.035, Material.GALVANISED, sides=6)
    for side in (-0.6, 0.6):
        builder.box((-0.05, 0.25), (side - 0.06, side + 0.06), (top - 0.30, top - 0.18), Material.SIGN)
    builder.box((0.05, 0.12), (-0.12, 0.12), (top - 0.7, top - 0.45), Material.PLASTIC)


def _bus_shelter(builder: MeshBuilder, size_m: float, variant: int) -> None:
    half = (size_m or 4.2) / 2
    for y in (-half, 0.0, half):
        builder.box((-0.75, -0.68), (y - 0.035, y + 0.035), (0.0, 2.4), Material.PLASTIC)
    builder.box((-0.85, 0.75), (-half - 0.1, half + 0.1), (2.4, 2.52), Material.PLASTIC)
    builder.box((-0.735, -0.715), (-half + 0.05, half - 0.05), (0.25, 2.3), Material.GLASS)
    for y in (-half, half):
        builder.box((-0.70, 0.45), (y - 0.01, y + 0.01), (0.25, 2.3), Material.SIGN if y > 0 else Material.GLASS)
    builder.box((-0.60, -0.22), (-half * 0.7, half * 0.5), (0.43, 0.48), Material.WOOD)


def _bus_sign(builder: MeshBuilder, size_m: float, variant: int) -> None:
    builder.tube((0, 0, 0), (0, 0, 2.9), 0.035, Material.GALVANISED, sides=6)
    builder.tube((-0.015, 0, 2.65), (0.015, 0, 2.65), 0.28, Material.SIGN, sides=16)
    builder.box((-0.02, 0.02), (-0.25, 0.25), (1.1, 1.75), Material.REFLECTIVE_WHITE)


def _traffic_sign(builder: MeshBuilder, size_m: float, variant: int) -> None:
    top = size_m or 2.6
    builder.tube((0, 0, 0), (0, 0, top), 0.03, Material.GALVANISED, sides=6)
    z = top - 0.32
    look = variant % 3
    if look == 0:
        builder.tube((-0.01, 0, z), (0.012, 0, z), 0.30, Material.CONE_RED, sides=16)
        builder.tube((0.0, 0, z), (0.018, 0, z), 0.23, Material.REFLECTIVE_WHITE, sides=16)
        builder.box((0.0, 0.022), (-0.12, 0.12), (z - 0.09, z + 0.09), Material.PLASTIC)
    elif look == 1:
        builder.tube((-0.01, 0, z), (0.012, 0, z), 0.36, Material.CONE_RED, sides=3)
        builder.tube((0.0, 0, z), (0.018, 0, z), 0.25, Material.REFLECTIVE_WHITE, sides=3)
    else:
        builder.box((-0.01, 0.012), (-0.28, 0.28), (z - 0.28, z + 0.28), Material.SIGN)
        builder.box((0.0, 0.018), (-0.14, 0.14), (z - 0.16, z + 0.16), Material.REFLECTIVE_WHITE)
    if look == 2:
        builder.box((-0.016, -0.01), (-0.28, 0.28), (z - 0.28, z + 0.28), Material.GALVANISED)
    else:
        builder.tube((-0.016, 0, z), (-0.01, 0, z), (0.30, 0.36)[look], Material.GALVANISED, sides=(16, 3)[look])


def _litter_bin(builder: MeshBuilder, size_m: float, variant: int) -> None:
    builder.tube((0, 0, 0.12), (0, 0, 0.88), 0.21, Material.SIGN if variant % 2 else Material.PLASTIC, 0.24, 10)
    builder.tube((0, 0, 0.88), (0, 0, 0.98), 0.25, Material.PLASTIC, 0.20, 10)
    builder.tube((0, 0, 0), (0, 0, 0.12), 0.06, Material.GALVANISED, sides=6)


def _bollard(builder: MeshBuilder, size_m: float, variant: int) -> None:
    top = size_m or 0.95
    builder.tube((0, 0, 0), (0, 0, top * 0.78), 0.055, Material.PLASTIC, sides=8)
    builder.tube((0, 0, top * 0.78), (0, 0, top * 0.9), 0.057, Material.REFLECTIVE_WHITE, sides=8)
    builder.tube((0, 0, top * 0.9), (0, 0, top), 0.055, Material.PLASTIC, 0.03, 8)


def _bench(builder: MeshBuilder, size_m: float, variant: int) -> None:
    half = (size_m or 1.8) / 2
    for y in (-half * 0.75, half * 0.75):
        builder.box((-0.25, 0.22), (y - 0.03, y + 0.03), (0.0, 0.43), Material.PLASTIC)
        builder.box((-0.27, -0.22), (y - 0.03, y + 0.03), (0.4, 0.85), Material.PLASTIC)
    for x in (-0.16, 0.0, 0.16):
        builder.box((x - 0.06, x + 0.06), (-half, half), (0.43, 0.47), Material.WOOD)
    for z in (0.55, 0.72):
        builder.box((-0.23, -0.20), (-half, half), (z, z + 0.12), Material.WOOD)


def _fence(builder: MeshBuilder, size_m: float, variant: int) -> None:
    half = (size_m or 3.0) / 2
    for z in (0.55, 1.0):
        builder.box((-half, half), (-0.02, 0.02), (z - 0.025, z + 0.025), Material.GALVANISED)
    posts = max(2, round(2 * half / 1.5) + 1)
    for number in range(posts):
        x = -half + 2 * half * number / (posts - 1)
        builder.box((x - 0.03, x + 0.03), (-0.03, 0.03), (0.0, 1.08), Material.GALVANISED)
    for number in range(max(1, round(2 * half / 0.25))):
        x = -half + 0.125 + 0.25 * number
        builder.box((x - 0.008, x + 0.008), (-0.008, 0.008), (0.15, 1.0), Material.GALVANISED)


def _billboard(builder: MeshBuilder, size_m: float, variant: int) -> None:
    top = size_m or 4.0
    for y in (-1.2, 1.2):
        builder.box((-0.06, 0.06), (y - 0.06, y + 0.06), (0.0, top * 0.45), Material.GALVANISED)
    builder.box((-0.09, 0.09), (-1.85, 1.85), (top * 0.42, top), Material.PLASTIC)
    builder.box((0.05, 0.10), (-1.75, 1.75), (top * 0.45, top * 0.975), Material.SIGN)
    builder.box((0.05, 0.105), (-1.6, 0.2), (top * 0.55, top * 0.68), Material.REFLECTIVE_WHITE)
    builder.ellipsoid((0.08, 0.9, top * 0.75), (0.04, 0.6, 0.5), Material.CONE_RED, 10, 6)


def _cabinet(builder: MeshBuilder, size_m: float, variant: int) -> None:
    builder.box((-0.22, 0.22), (-0.55, 0.55), (0.0, 0.15), Material.CONCRETE)
    builder.box((-0.20, 0.20), (-0.52, 0.52), (0.15, 1.25), Material.CONCRETE if variant % 2 else Material.SIGN)
    builder.box((-0.24, 0.24), (-0.56, 0.56), (1.25, 1.31), Material.PLASTIC)
    builder.box((0.19, 0.21), (-0.01, 0.01), (0.2, 1.2), Material.INTERIOR)


_MAKERS: dict[PropKind, Callable[[MeshBuilder, float, int], None]] = {
    PropKind.LAMP: _lamp,
    PropKind.SENSOR_POLE: _sensor_pole,
    PropKind.BUS_SHELTER: _bus_shelter,
    PropKind.BUS_SIGN: _bus_sign,
    PropKind.TRAFFIC_SIGN: _traffic_sign,
    PropKind.LITTER_BIN: _litter_bin,
    PropKind.BOLLARD: _bollard,
    PropKind.BENCH: _bench,
    PropKind.FENCE: _fence,
    PropKind.BILLBOARD: _billboard,
    PropKind.CABINET: _cabinet,
}
