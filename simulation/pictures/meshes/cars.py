"""Passenger cars, pick-ups and vans: lofts through a handful of cross-sections."""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import FloatArray
from simulation.pictures.meshes.builder import Mesh, MeshBuilder
from simulation.pictures.meshes.materials import Material

_GROUND_CLEARANCE_M = 0.19


@dataclass(frozen=True, slots=True)
class CarShape:
    """Side view of a car, in shares of its length (from the front, 0 to 1) and of its height.

    Attributes:
        nose, cowl: heights of the bonnet's front end and of its rear end.
        belt: height of the lower edge of the side windows.
        screen_foot, roof_front, pillar, roof_rear, tail_foot: where the windscreen begins, the roof begins, the pillar
            between the doors stands, the roof ends, and the rear window ends.
        tail: height of the boot's lid, or of the rear window's lower edge.
        front_axle, rear_axle: where the wheels stand.
        wheel_radius_m: of the tyres.
        roof_width: half width of the roof in shares of the half width.
        cargo_from: where the side windows end and sheet metal begins; 1 for windows to the rear.
    """

    nose: float
    cowl: float
    belt: float
    screen_foot: float
    roof_front: float
    pillar: float
    roof_rear: float
    tail_foot: float
    tail: float
    front_axle: float = 0.185
    rear_axle: float = 0.795
    wheel_radius_m: float = 0.325
    roof_width: float = 0.74
    cargo_from: float = 1.0


SHAPES: dict[str, CarShape] = {
    "sedan": CarShape(0.47, 0.64, 0.645, 0.265, 0.435, 0.55, 0.70, 0.875, 0.70),
    "taxi": CarShape(0.47, 0.64, 0.645, 0.265, 0.435, 0.55, 0.70, 0.875, 0.70),
    "hatchback": CarShape(0.48, 0.64, 0.635, 0.235, 0.41, 0.56, 0.87, 0.975, 0.62, 0.19, 0.81),
    "estate": CarShape(0.47, 0.63, 0.635, 0.26, 0.43, 0.54, 0.90, 0.975, 0.62),
    "suv": CarShape(0.53, 0.66, 0.655, 0.245, 0.40, 0.55, 0.90, 0.98, 0.62, 0.185, 0.80, 0.37, 0.78),
    "city_car": CarShape(0.47, 0.63, 0.615, 0.17, 0.36, 0.56, 0.90, 0.985, 0.58, 0.17, 0.84, 0.29, 0.76),
    "pickup": CarShape(0.55, 0.66, 0.655, 0.27, 0.38, 0.47, 0.56, 0.585, 0.64, 0.18, 0.78, 0.39, 0.76),
    "panel_van": CarShape(0.40, 0.55, 0.56, 0.115, 0.27, 0.36, 0.985, 0.995, 0.52, 0.165, 0.74, 0.35, 0.86, 0.36),
    "minibus": CarShape(0.40, 0.53, 0.54, 0.13, 0.29, 0.47, 0.97, 0.99, 0.52, 0.17, 0.76, 0.34, 0.84),
    "small_van": CarShape(0.43, 0.57, 0.58, 0.22, 0.37, 0.47, 0.975, 0.99, 0.52, 0.18, 0.80, 0.32, 0.82, 0.48),
}


def car(name: str, length_m: float, width_m: float, height_m: float, sides: int) -> tuple[Mesh, Mesh]:
    """Returns the body and the mirrors of a car or van.

    Args:
        name: key of ``SHAPES``.
        length_m: of the body.
        width_m: of the body without mirrors.
        height_m: of the body.
        sides: facets of a wheel.
    """
    shape = SHAPES[name]
    builder = MeshBuilder()
    roof_m = height_m - (0.16 if name == "taxi" else 0.0)
    _hull(builder, shape, length_m, width_m / 2, roof_m)
    _wheels(builder, shape, length_m, width_m / 2, sides)
    _fittings(builder, shape, length_m, width_m / 2, roof_m)
    if name == "pickup":
        _load_bed(builder, shape, length_m, width_m / 2, height_m)
    if name == "taxi":
        x = _x(0.53, length_m)
        builder.box((x - 0.1, x + 0.1), (-0.32, 0.32), (roof_m - 0.01, height_m), Material.SIGN_LIGHT, (0.7, 0.9))
    mirrors = MeshBuilder()
    x = _x(shape.screen_foot, length_m) - 0.22
    z = shape.belt * roof_m
    for side in (-1.0, 1.0):
        y = side * (width_m / 2 + 0.04)
        mirrors.box(
            (x - 0.08, x + 0.08), (min(y, y + side * 0.12), max(y, y + side * 0.12)), (z, z + 0.13), Material.PAINT
        )
    return builder.build(), mirrors.build()


def _x(share: float, length_m: float) -> float:
    return (0.5 - share) * length_m


def _section(
    x: float, half_m: float, sill_m: float, belt_m: float, edge: tuple[float, float], crown_m: float
) -> FloatArray:
    """Returns (8, 3) one half of a cross-section from the sill over belt and roof edge to the middle."""
    edge_y, edge_z = edge
    return np.array(
        [
            (x, half_m * 0.88, sill_m),
            (x, half_m * 0.985, sill_m + 0.10),
            (x, half_m, (sill_m * 0.45 + belt_m * 0.55)),
            (x, half_m * 0.965, belt_m),
            (x, edge_y, edge_z),
            (x, edge_y * 0.90, edge_z + (crown_m - edge_z) * 0.55),
            (x, edge_y * 0.5, crown_m - (crown_m - edge_z) * 0.12),
            (x, 0.0, crown_m),
        ]
    )


def _hull(builder: MeshBuilder, shape: CarShape, length_m: float, half_m: float, roof_m: float) -> None:
    """Adds sheet metal and glass."""
    ground = _GROUND_CLEARANCE_M
    nose, cowl, belt, tail = (share * roof_m for share in (shape.nose, shape.cowl, shape.belt, shape.tail))
    roof_y = half_m * shape.roof_width

    def at(share: float) -> float:
        return _x(share, length_m)

    def low(x: float, wide: float, height: float, sill: float = ground) -> FloatArray:
        return _section(x, half_m * wide, sill, height - 0.05, (half_m * wide * 0.88, height - 0.015), height + 0.015)

    def cabin(share: float, drop_m: float, wide: float = 1.0) -> FloatArray:
        edge = (roof_y * wide, roof_m - 0.075 - drop_m)
        return _section(at(share), half_m, ground, belt, edge, roof_m - drop_m)

    foot = shape.screen_foot
    sections = [
        low(at(0.0), 0.70, nose - 0.10, ground + 0.13),
        low(at(0.012), 0.84, nose - 0.03, ground + 0.05),
        low(at(0.06), 0.95, nose + 0.02),
        low(at(0.5 * foot + 0.03), 0.995, 0.5 * (nose + cowl) + 0.035),
        low(at(foot), 1.0, cowl),
        cabin(shape.roof_front, 0.035, 0.97),
        cabin(shape.pillar - 0.008, 0.0),
        cabin(shape.pillar + 0.008, 0.0),
        cabin(shape.roof_rear, 0.05, 0.97),
        low(at(shape.tail_foot), 0.985 if shape.tail_foot < 0.95 else 0.96, tail),
    ]
    if shape.tail_foot < 0.95:
        sections.append(low(at(0.98), 0.94, tail - 0.02, ground + 0.03))
    sections.append(low(at(1.0), 0.90, tail - 0.07, ground + 0.10))
    points = np.stack(sections)
    materials = np.full((len(points) - 1, 7), Material.PAINT)
    materials[:, 0] = Material.PLASTIC
    materials[4:9, 3] = Material.GLASS
    materials[6, 3] = Material.PLASTIC
    materials[4, 4:] = Material.GLASS
    materials[8, 4:] = Material.GLASS
    if shape.cargo_from < 1.0:
        materials[6:9, 3:] = Material.PAINT
    builder.loft(points, materials, (Material.PLASTIC, Material.PAINT))


def _wheels(builder: MeshBuilder, shape: CarShape, length_m: float, half_m: float, sides: int) -> None:
    """Adds four wheels, each in a dark arch."""
    radius_m = shape.wheel_radius_m
    for share in (shape.front_axle, shape.rear_axle):
        for side in (-1.0, 1.0):
            x, y = _x(share, length_m), side * (half_m + 0.002)
            arch = side * (half_m * 0.985 - 0.012)
            builder.tube((x, arch - side * 0.2, radius_m + 0.02), (x, side * half_m * 0.999, radius_m + 0.02),
                         radius_m + 0.065, Material.INTERIOR, sides=sides)  # fmt: skip
            builder.wheel(x, y, radius_m, 0.21, sides)


def _fittings(builder: MeshBuilder, shape: CarShape, length_m: float, half_m: float, roof_m: float) -> None:
    """Adds lamps, grille, plates, bumpers, door handles and the floor."""
    front, rear = length_m / 2, -length_m / 2
    nose, tail, belt = shape.nose * roof_m, shape.tail * roof_m, shape.belt * roof_m
    van = shape.tail_foot > 0.985
    builder.box(
        (rear * 0.95, front * 0.94),
        (-half_m * 0.84, half_m * 0.84),
        (_GROUND_CLEARANCE_M - 0.03, 0.34),
        Material.RUBBER,
    )
    builder.box(
        (front - 0.10, front - 0.004), (-half_m * 0.50, half_m * 0.50), (nose - 0.30, nose - 0.15), Material.INTERIOR
    )
    builder.box((front - 0.10, front), (-half_m * 0.44, half_m * 0.44), (nose - 0.245, nose - 0.225), Material.METAL)
    builder.box((front - 0.05, front + 0.004), (-0.26, 0.26), (0.33, 0.44), Material.PLATE)
    builder.box(
        (rear - 0.004, rear + 0.03),
        (-0.26, 0.26),
        (0.50 if not van else 0.62, 0.61 if not van else 0.73),
        Material.PLATE,
    )
    builder.box((rear - 0.002, rear + 0.12), (-half_m * 0.82, half_m * 0.82), (0.30, 0.40), Material.PLASTIC)
    for side in (-1.0, 1.0):
        inner, outer = sorted((side * half_m * 0.56, side * half_m * 0.86))
        builder.box(
            (front - 0.22, front - 0.015), (inner, outer), (nose - 0.17, nose - 0.055), Material.HEADLAMP, (0.7, 0.9)
        )
        turn = Material.INDICATOR_LEFT if side > 0 else Material.INDICATOR_RIGHT
        inner, outer = sorted((side * half_m * 0.80, side * half_m * 0.93))
        builder.box((front - 0.26, front - 0.04), (inner, outer), (nose - 0.235, nose - 0.18), turn)
        if van:
            inner, outer = sorted((side * half_m * 0.80, side * half_m * 0.95))
            low, high = 0.36 * roof_m, 0.52 * roof_m
        else:
            inner, outer = sorted((side * half_m * 0.52, side * half_m * 0.91))
            low, high = tail - 0.25, tail - 0.10
        middle = low + 0.35 * (high - low)
        builder.box((rear - 0.003, rear + 0.14), (inner, outer), (middle, high), Material.TAILLAMP)
        builder.box((rear - 0.003, rear + 0.13), (inner, outer), (low, middle), turn)
        for share in (shape.pillar - 0.015, min(shape.pillar + 0.19, 0.86)):
            x, y = _x(share, length_m), side * half_m * 0.985
            builder.box((x - 0.02, x + 0.14), (y - 0.015, y + 0.015), (belt - 0.13, belt - 0.095), Material.PLASTIC)
        x = _x(shape.pillar, length_m)
        for seam in (x, _x(shape.screen_foot + 0.035, length_m), _x(min(shape.pillar + 0.20, 0.80), length_m)):
            y = side * half_m * 0.992
            builder.box((seam - 0.006, seam + 0.006), (y - 0.012, y + 0.009), (0.32, belt - 0.05), Material.INTERIOR)
    if van:
        for side in (-1.0, 1.0):
            y0, y1 = sorted((side * half_m * 0.06, side * half_m * 0.70))
            builder.box((rear - 0.002, rear + 0.05), (y0, y1), (0.55 * roof_m, 0.86 * roof_m), Material.GLASS)


def _load_bed(builder: MeshBuilder, shape: CarShape, length_m: float, half_m: float, height_m: float) -> None:
    """Adds the load of a pick-up: the dark bed and a box or roll bar on it."""
    tail = shape.tail * height_m
    front, rear = _x(shape.tail_foot + 0.02, length_m), _x(0.965, length_m)
    builder.box((rear, front), (-half_m * 0.80, half_m * 0.80), (tail - 0.03, tail + 0.022), Material.INTERIOR)
    builder.box((front - 0.75, front - 0.10), (-half_m * 0.70, half_m * 0.70), (tail, tail + 0.30), Material.CARGO)
    for side in (-1.0, 1.0):
        y = side * half_m * 0.72
        builder.tube((front - 0.02, y, tail), (front - 0.02, y, height_m * 0.93), 0.035, Material.PLASTIC, sides=6)
