"""The road file of a world: GeoJSON with longitude and latitude of everything in its road map."""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from roadside.geometry.arrays import FloatArray
from roadside.geometry.geodesy import LocalFrame
from simulation.types.world import World

DEGREE_DIGITS = 9
"""A tenth of a millimetre."""

HEIGHT_DIGITS = 4


def road_geojson(world: World, frame: LocalFrame) -> str:
    """Returns the text of the road file, one feature a line: the same text for the same world."""
    rows = [json.dumps(feature, separators=(",", ":")) for feature in _features(world, frame)]
    return '{"type":"FeatureCollection","features":[\n' + ",\n".join(rows) + "\n]}\n"


def _features(world: World, frame: LocalFrame) -> Iterator[dict[str, Any]]:
    for lane in world.road.lanes:
        properties: dict[str, Any] = {"kind": "lane", "id": lane.lane_id, "lane_kind": lane.kind.value}
        properties["width_m"] = round(lane.width_m, 3)
        if np.isfinite(lane.speed_limit_mps):
            properties["speed_limit_kmh"] = round(lane.speed_limit_mps * 3.6, 1)
        yield _feature(properties, "LineString", _positions(lane.centre_line_m, frame))
    for stop in world.road.stop_lines:
        properties = {"kind": "stop_line", "id": stop.stop_line_id, "lanes": list(stop.lane_ids)}
        properties["signal_group"] = stop.signal_group_id
        yield _feature(properties, "LineString", _positions(stop.line_m, frame))
    for zone in world.road.zones:
        ring = _positions(np.vstack([zone.polygon_m, zone.polygon_m[:1]]), frame)
        yield _feature({"kind": zone.kind.value, "id": zone.zone_id}, "Polygon", [ring])
    geodetic = frame.geodetic_from_site(world.height_points_m)
    for latitude, longitude, height_m in geodetic:
        position = [*_position(latitude, longitude), round(float(height_m), HEIGHT_DIGITS)]
        yield _feature({"kind": "height_point"}, "Point", position)


def _feature(properties: dict[str, Any], geometry_type: str, coordinates: list[Any]) -> dict[str, Any]:
    geometry = {"type": geometry_type, "coordinates": coordinates}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _positions(points_m: FloatArray, frame: LocalFrame) -> list[list[float]]:
    """Returns longitude and latitude of (K, 3) points; their heights are those of the surface."""
    level_m = np.column_stack([points_m[:, :2], np.zeros(len(points_m))])
    return [_position(latitude, longitude) for latitude, longitude, _ in frame.geodetic_from_site(level_m)]


def _position(latitude_deg: float, longitude_deg: float) -> list[float]:
    return [round(float(longitude_deg), DEGREE_DIGITS), round(float(latitude_deg), DEGREE_DIGITS)]
