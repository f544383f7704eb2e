"""A simulated place: what stands and lies where, and the road network that its traffic runs on."""

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

import numpy as np

from roadside.geometry.arrays import FloatArray, frozen
from roadside.types.road import RoadMap


class Ground(IntEnum):
    """What the ground is made of; where areas overlap, the later one of a world's list lies on top."""

    GRASS = 0
    ASPHALT = 1
    WORN_ASPHALT = 2
    PAVING = 3
    BICYCLE_ASPHALT = 4
    """Coloured asphalt of a bicycle lane."""
    PARKING_PAVING = 5
    KERB = 6
    GRAVEL = 7
    CONCRETE = 8


class Paint(IntEnum):
    """Colour of a marking."""

    WHITE = 0
    YELLOW = 1
    RED = 2


class Facade(IntEnum):
    """How a building looks."""

    PLASTER = 0
    BRICK = 1
    OFFICE = 2
    SHOPS = 3
    INDUSTRIAL = 4


class TreeKind(IntEnum):
    """What grows."""

    BROADLEAF = 0
    COLUMN = 1
    CONIFER = 2
    BUSH = 3
    HEDGE = 4


class PropKind(StrEnum):
    """Furniture of a street; ``Prop.size_m`` scales those that come in sizes."""

    LAMP = "lamp"
    """A street lamp; its arm points along ``heading_rad``."""
    SENSOR_POLE = "sensor_pole"
    BUS_SHELTER = "bus_shelter"
    BUS_SIGN = "bus_sign"
    TRAFFIC_SIGN = "traffic_sign"
    LITTER_BIN = "litter_bin"
    BOLLARD = "bollard"
    BENCH = "bench"
    FENCE = "fence"
    """``size_m`` long along ``heading_rad``."""
    BILLBOARD = "billboard"
    CABINET = "cabinet"


@dataclass(frozen=True, slots=True, eq=False)
class GroundArea:
    """A piece of ground of one kind.

    Attributes:
        ground: its kind.
        polygon_m: (K, 2) corners, site frame.
    """

    ground: Ground
    polygon_m: FloatArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "polygon_m", frozen(self.polygon_m, "GroundArea.polygon_m", (None, 2)))


@dataclass(frozen=True, slots=True, eq=False)
class Marking:
    """A painted piece of road.

    Attributes:
        paint: its colour.
        polygon_m: (K, 2) corners, site frame.
    """

    paint: Paint
    polygon_m: FloatArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "polygon_m", frozen(self.polygon_m, "Marking.polygon_m", (None, 2)))


@dataclass(frozen=True, slots=True, eq=False)
class Building:
    """A prism that hides what is behind it.

    Attributes:
        facade: how it looks.
        polygon_m: (K, 2) corners of its ground plan, counter-clockwise, site frame.
        height_m: above the ground.
    """

    facade: Facade
    polygon_m: FloatArray
    height_m: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "polygon_m", frozen(self.polygon_m, "Building.polygon_m", (None, 2)))


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree or a bush.

    Attributes:
        kind: what it is.
        x_m, y_m: where its trunk stands, site frame.
        height_m: of the whole tree.
        crown_radius_m: of its crown; half the length of a hedge.
        heading_rad: along a hedge.
    """

    kind: TreeKind
    x_m: float
    y_m: float
    height_m: float
    crown_radius_m: float
    heading_rad: float = 0.0


@dataclass(frozen=True, slots=True)
class Prop:
    """One piece of street furniture.

    Attributes:
        kind: what it is.
        x_m, y_m: where it stands, site frame.
        heading_rad: where it faces.
        size_m: height or length, where its kind has sizes; 0 for the usual.
    """

    kind: PropKind
    x_m: float
    y_m: float
    heading_rad: float
    size_m: float = 0.0


@dataclass(frozen=True, slots=True)
class SignalHead:
    """A traffic light that road users look at.

    Attributes:
        group_id: the signal group it shows.
        x_m, y_m, z_m: its middle, site frame.
        heading_rad: where its light shines to: against the traffic that obeys it.
        for_pedestrians: two lamps instead of three.
        mast_x_m, mast_y_m: foot of the mast it hangs on.
    """

    group_id: str
    x_m: float
    y_m: float
    z_m: float
    heading_rad: float
    for_pedestrians: bool
    mast_x_m: float
    mast_y_m: float


@dataclass(frozen=True, slots=True, eq=False)
class ParkingSpot:
    """A marked place for one vehicle.

    Attributes:
        spot_id: unique within the world; also a zone of the road map.
        centre_m: (2,) site frame.
        heading_rad: where a vehicle that parked forwards faces.
        length_m, width_m: of the marked box.
        lane_id: the lane from which it is reached.
    """

    spot_id: str
    centre_m: FloatArray
    heading_rad: float
    length_m: float
    width_m: float
    lane_id: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "centre_m", frozen(self.centre_m, "ParkingSpot.centre_m", (2,)))


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """One place.

    Attributes:
        name: of the world.
        seed: what all that was drawn by lot came from.
        road: lanes, stop lines, crossings, zones and the surface, which is not flat.
        extent_m: (4,) west, south, east, north of the ground that is drawn in detail.
        ground, markings, buildings, trees, props, signal_heads, parking_spots: what is there.
        network_xml: the SUMO network (``.net.xml``) in site coordinates; its lanes are the road's lanes, under the
            same ids.
        height_points_m: (P, 3) surveyed points of the ground, from which the road's surface was made.
    """

    name: str
    seed: int
    road: RoadMap
    extent_m: FloatArray
    ground: tuple[GroundArea, ...]
    markings: tuple[Marking, ...]
    buildings: tuple[Building, ...]
    trees: tuple[Tree, ...]
    props: tuple[Prop, ...]
    signal_heads: tuple[SignalHead, ...]
    parking_spots: tuple[ParkingSpot, ...]
    network_xml: str
    height_points_m: FloatArray = field(default_factory=lambda: np.zeros((0, 3)))

    def __post_init__(self) -> None:
        object.__setattr__(self, "extent_m", frozen(self.extent_m, "World.extent_m", (4,)))
        object.__setattr__(self, "height_points_m", frozen(self.height_points_m, "World.height_points_m", (None, 3)))
