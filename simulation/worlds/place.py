"""From a plan to a world: the network, its road map, ground, paint, and everything that stands there."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from shapely import MultiPoint, Point, Polygon, unary_union
from shapely.geometry.base import BaseGeometry

from roadside.config.road_heights import road_surface
from roadside.geometry.arrays import FloatArray
from roadside.types.road import ZoneKind
from simulation.types.world import (
    Building,
    Ground,
    GroundArea,
    Marking,
    ParkingSpot,
    Prop,
    PropKind,
    SignalHead,
    Tree,
    World,
)
from simulation.worlds.areas import StreetAreas, street_areas
from simulation.worlds.frontages import frontages
from simulation.worlds.greenery import GreenStyle, garden_plants, hedges, street_trees
from simulation.worlds.house_rows import HouseStyle, back_houses, house_rows
from simulation.worlds.lane_paint import PaintStyle, lane_paint
from simulation.worlds.netconvert import network_xml
from simulation.worlds.open_ground import OpenGround
from simulation.worlds.road_ground import base_ground, street_ground
from simulation.worlds.road_map import lane_polygon, road_map
from simulation.worlds.signal_masts import signal_heads
from simulation.worlds.signal_program import with_programs
from simulation.worlds.street_furniture import bollards, bus_stop, fences, lamps, small_things
from simulation.worlds.street_net import StreetNet, read_network
from simulation.worlds.street_plan import StreetPlan
from simulation.worlds.symbol_paint import arrow_paint
from simulation.worlds.terrain import Relief, height_points


@dataclass(frozen=True, slots=True, eq=False)
class Watch:
    """What a pole looks at: nothing may stand between.

    Attributes:
        pole_m: (2,) its foot.
        edge_ids: the edges it watches, one view.
        reach_m: how far.
    """

    pole_m: tuple[float, float]
    edge_ids: tuple[str, ...]
    reach_m: float


@dataclass(frozen=True, slots=True)
class BusStop:
    """A shelter beside an edge.

    Attributes:
        edge_id: the edge.
        along_m: its middle, from the beginning of the edge.
    """

    edge_id: str
    along_m: float


@dataclass(frozen=True, slots=True)
class Look:
    """How a place looks.

    Attributes:
        paint, houses, greens: of the streets, of the buildings, of what grows.
        asphalt: of the carriageways.
        bicycles: of bicycle lanes; None for that of the carriageway.
        base: what lies beside the streets.
        forecourt_m: how far the paving reaches around the houses.
        fences, hedges: shares of the plots that have one.
    """

    paint: PaintStyle
    houses: HouseStyle
    greens: GreenStyle = field(default_factory=GreenStyle)
    asphalt: Ground = Ground.ASPHALT
    bicycles: Ground | None = Ground.BICYCLE_ASPHALT
    base: Ground = Ground.GRASS
    forecourt_m: float = 1.5
    fences: float = 0.3
    hedges: float = 0.25


@dataclass(frozen=True, slots=True, eq=False)
class PlacePlan:
    """All that is decided about a place; what stands where follows from it and the seed.

    Attributes:
        name, seed: of the world.
        streets: the streets.
        relief: the ground's shape.
        look: how it looks.
        margin_m: of ground around the streets.
        ground, markings, buildings, props, parking_spots, zones: what the plan itself puts there. Markings lie on
            the streets, buildings and props at their places before the rest.
        watches: what its poles look at.
        bus_stops: where buses stop.
        street_half_width_m: on which a street falls to its sides.
    """

    name: str
    seed: int
    streets: StreetPlan
    relief: Relief
    look: Look
    margin_m: float = 45.0
    ground: tuple[GroundArea, ...] = ()
    markings: tuple[Marking, ...] = ()
    buildings: tuple[Building, ...] = ()
    props: tuple[Prop, ...] = ()
    parking_spots: tuple[ParkingSpot, ...] = ()
    zones: tuple[tuple[str, ZoneKind, FloatArray], ...] = ()
    watches: tuple[Watch, ...] = ()
    bus_stops: tuple[BusStop, ...] = ()
    street_half_width_m: float = 12.0


def world_of(plan: PlacePlan) -> World:
    """Returns the world of a plan: the same one every time."""
    text = with_programs(network_xml(plan.streets), plan.streets.signals)
    net = read_network(text)
    areas = street_areas(net)
    driven = unary_union([areas.carriageway, *(Polygon(area.polygon_m) for area in plan.ground)])
    extent_m = _extent(plan, areas)
    axes_m = [edge.left_border_m for edge in plan.streets.edges]
    points_m = height_points(plan.relief, axes_m, plan.street_half_width_m, driven, extent_m)
    surface = road_surface(points_m)
    road = road_map(net, plan.streets, plan.zones, surface)
    heads = signal_heads(net, road.stop_lines, surface, areas.everything)
    open_ground = OpenGround(unary_union([areas.everything, driven]), sight_area(net, plan.watches), extent_m)
    props, buildings, trees = _standing(plan, net, open_ground, heads, np.array(extent_m))
    return World(
        name=plan.name,
        seed=plan.seed,
        road=road,
        extent_m=np.array(extent_m),
        ground=(
            base_ground(np.array(extent_m), plan.look.base),
            *_forecourts(buildings, plan.look.forecourt_m),
            *street_ground(net, areas, plan.look.asphalt, plan.look.bicycles),
            *plan.ground,
        ),
        markings=(*lane_paint(net, plan.look.paint), *arrow_paint(net), *plan.markings),
        buildings=buildings,
        trees=trees,
        props=props,
        signal_heads=heads,
        parking_spots=plan.parking_spots,
        network_xml=text,
        height_points_m=points_m,
    )


def sight_area(net: StreetNet, watches: Sequence[Watch]) -> BaseGeometry:
    """Returns the area between poles and the lanes that they watch: for each view the hull of both."""
    views = []
    for watch in watches:
        lanes = [lane for edge_id in watch.edge_ids for lane in net.edges[edge_id].vehicle_lanes]
        road = unary_union([Polygon(lane_polygon(lane)).buffer(0.0) for lane in lanes])
        seen = road.intersection(Point(watch.pole_m).buffer(watch.reach_m))
        corners = MultiPoint([watch.pole_m, *_corners(seen)])
        views.append(corners.convex_hull)
    return unary_union(views)


def _corners(area: BaseGeometry) -> list[tuple[float, float]]:
    parts = getattr(area, "geoms", [area])
    return [(x, y) for part in parts if isinstance(part, Polygon) for x, y in part.exterior.coords]


def _extent(plan: PlacePlan, areas: StreetAreas) -> tuple[float, float, float, float]:
    """Returns west, south, east, north in whole even metres."""
    west, south, east, north = unary_union(
        [areas.carriageway, *(Polygon(area.polygon_m) for area in plan.ground)]
    ).bounds
    low = [2.0 * np.floor((edge - plan.margin_m) / 2.0) for edge in (west, south)]
    high = [2.0 * np.ceil((edge + plan.margin_m) / 2.0) for edge in (east, north)]
    return (float(low[0]), float(low[1]), float(high[0]), float(high[1]))


def _standing(plan: PlacePlan, net: StreetNet, ground: OpenGround, heads: Sequence[SignalHead],
              extent_m: FloatArray) -> tuple[tuple[Prop, ...], tuple[Building, ...], tuple[Tree, ...]]:  # fmt: skip
    """Returns props, buildings and trees; what the plan places comes first."""
    rng = np.random.default_rng(plan.seed)
    sides, look = frontages(net), plan.look
    for building in plan.buildings:
        ground.reserve(Polygon(building.polygon_m))
    feet_m = [(prop.x_m, prop.y_m) for prop in plan.props] + [(head.mast_x_m, head.mast_y_m) for head in heads]
    for x, y in feet_m:
        ground.reserve(Point(x, y).buffer(0.3, quad_segs=4))
    props = [*plan.props]
    side_of = {side.edge_id: side for side in sides}
    for stop in plan.bus_stops:
        props += bus_stop(side_of[stop.edge_id], stop.along_m, ground)
    props += lamps(sides, ground)
    rows = [*house_rows(sides, look.houses, ground, rng)]
    buildings = (*plan.buildings, *rows, *back_houses(sides, extent_m, look.houses, ground, rng))
    props += fences(sides, ground, rng, look.fences)
    trees = [*hedges(sides, ground, rng, look.hedges), *street_trees(sides, look.greens, ground, rng)]
    props += small_things(sides, ground, rng)
    trees += garden_plants(extent_m, look.greens, ground, rng)
    props += bollards(sides, ground, rng)
    return tuple(props), buildings, tuple(trees)


def _forecourts(buildings: Sequence[Building], around_m: float) -> list[GroundArea]:
    """Returns paving around the houses."""
    plans = [Polygon(building.polygon_m).buffer(around_m, join_style="mitre") for building in buildings]
    return [GroundArea(Ground.PAVING, np.array(plan.exterior.coords)[:-1]) for plan in plans]


def pole(x_m: float, y_m: float, height_m: float) -> Prop:
    """Returns a sensor pole."""
    return Prop(PropKind.SENSOR_POLE, x_m, y_m, 0.0, height_m)
