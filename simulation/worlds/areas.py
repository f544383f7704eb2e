"""Areas on the ground: where vehicles drive, where people walk, and polygons without holes of any of them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from shapely import GeometryCollection, MultiPolygon, Polygon, box, unary_union
from shapely.geometry.base import BaseGeometry

from roadside.geometry.arrays import FloatArray
from roadside.types.road import LaneKind
from simulation.worlds.lines import strip
from simulation.worlds.road_map import crossing_polygon, has_conflicts, is_driven, lane_polygon
from simulation.worlds.street_net import StreetNet

MIN_AREA_M2 = 0.02

LANE_END_M = 2.0


@dataclass(frozen=True, slots=True)
class StreetAreas:
    """What the streets cover.

    Attributes:
        carriageway: lanes and bays of vehicles, junctions, crossings.
        pavement: sidewalks and the corners between them.
        crossings: of people.
    """

    carriageway: BaseGeometry
    pavement: BaseGeometry
    crossings: BaseGeometry

    @property
    def everything(self) -> BaseGeometry:
        """Where nothing may stand."""
        return unary_union([self.carriageway, self.pavement, self.crossings])


def street_areas(net: StreetNet) -> StreetAreas:
    """Returns what the streets of a network cover."""
    driven = [Polygon(lane_polygon(lane)).buffer(0.01) for lane in net.lanes if is_driven(lane)]
    walked = [Polygon(lane_polygon(lane)).buffer(0.01) for lane in net.lanes if lane.kind is LaneKind.SIDEWALK]
    corners = [Polygon(area).buffer(0.01) for area in net.walking_areas_m if len(area) > 3]
    nodes = [Polygon(area).buffer(0.01) for area in net.junctions_m.values()]
    pavement = unary_union([*walked, *corners]).difference(unary_union(driven))
    inner = _without_slivers(unary_union(nodes).difference(pavement))
    ends = unary_union(_lane_ends(net)).difference(pavement)
    carriageway = unary_union([*driven, inner, ends])
    crossings = unary_union([Polygon(crossing_polygon(crossing)) for crossing in net.crossings])
    return StreetAreas(_smoothed(unary_union([carriageway, crossings])), pavement, crossings)


def _lane_ends(net: StreetNet) -> list[Polygon]:
    """Returns the lanes' continuations into junctions: their borders end squarely, those of a junction slanted."""
    ends = []
    for edge in net.edges.values():
        for lane in edge.vehicle_lanes:
            for node, line_m in ((edge.to_node, lane.line_m), (edge.from_node, lane.line_m[::-1])):
                if has_conflicts(net, node):
                    step = (line_m[-1] - line_m[-2]) / np.linalg.norm(line_m[-1] - line_m[-2])
                    end = np.array([line_m[-1] - 0.1 * step, line_m[-1] + LANE_END_M * step])
                    ends.append(Polygon(strip(end, lane.width_m / 2, -lane.width_m / 2)))
    return ends


def _without_slivers(area: BaseGeometry) -> BaseGeometry:
    """Returns an area without pieces narrower than 1.4 m: what lies between pavements that do not quite meet."""
    return area.buffer(-0.7).buffer(0.75)


def _smoothed(area: BaseGeometry) -> BaseGeometry:
    """Returns an area without slits: what ``netconvert`` leaves between a lane and its junction."""
    return area.buffer(0.05, join_style="mitre").buffer(-0.05, join_style="mitre")


def simple_polygons(area: BaseGeometry) -> Iterator[FloatArray]:
    """Yields (K, 2) polygons without holes that together cover an area; one with a hole is cut through it."""
    if isinstance(area, Polygon):
        if area.area < MIN_AREA_M2:
            return
        if not area.interiors:
            yield np.array(area.exterior.coords)[:-1]
            return
        west, south, east, north = area.bounds
        hole = area.interiors[0].bounds
        middle = (hole[0] + hole[2]) / 2
        for half in (box(west, south, middle, north), box(middle, south, east, north)):
            yield from simple_polygons(area.intersection(half))
    elif isinstance(area, (MultiPolygon, GeometryCollection)):
        for part in area.geoms:
            yield from simple_polygons(part)
