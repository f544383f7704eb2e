"""The road's GeoJSON (RFC 7946): lanes, stop lines, areas and heights, in the site file's coordinate system."""

import json
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field, ValidationError

from roadside.config.coverage import polygon_area_m2
from roadside.config.problems import key_path, problem_lines, shown
from roadside.config.road_heights import road_surface
from roadside.config.site_entries import Entry, Id, Positive
from roadside.geometry.arrays import FloatArray
from roadside.geometry.geodesy import LocalFrame
from roadside.types.road import Lane, LaneKind, RoadMap, StopLine, Zone, ZoneKind

MAX_DISTANCE_M = 2000.0
"""From the datum; beyond it the tangent plane has left the ground by 30 cm."""

MIN_AREA_M2 = 0.5


class LaneProperties(Entry):
    """Properties of a ``lane``, a LineString in the direction of travel."""

    kind: Literal["lane"]
    id: Id
    lane_kind: Annotated[LaneKind, Field(strict=False)] = LaneKind.DRIVING
    width_m: Positive = 3.5
    speed_limit_kmh: Positive | None = None


class StopLineProperties(Entry):
    """Properties of a ``stop_line``, a LineString."""

    kind: Literal["stop_line"]
    id: Id
    lanes: list[Id]
    signal_group: str = ""


class ZoneProperties(Entry):
    """Properties of an area, a Polygon."""

    kind: Annotated[ZoneKind, Field(strict=False)]
    id: Id


class HeightPointProperties(Entry):
    """Properties of a ``height_point``, a Point with a height."""

    kind: Literal["height_point"]
    id: Id | None = None


Properties = LaneProperties | StopLineProperties | ZoneProperties | HeightPointProperties

_KINDS: dict[str, tuple[type[Properties], str]] = {
    "lane": (LaneProperties, "LineString"),
    "stop_line": (StopLineProperties, "LineString"),
    "height_point": (HeightPointProperties, "Point"),
    **{kind.value: (ZoneProperties, "Polygon") for kind in ZoneKind},
}


class RoadFile:
    """Reads one road file; collects its mistakes instead of stopping at the first.

    Attributes:
        problems: one line each, without the name of the file.
    """

    def __init__(self, frame: LocalFrame | None) -> None:
        """Args: frame: the site frame, None where the site file's datum cannot be used."""
        self.problems: list[str] = []
        self._frame = frame
        self._lanes: list[tuple[LaneProperties, FloatArray]] = []
        self._stop_lines: list[tuple[StopLineProperties, FloatArray, int]] = []
        self._zones: list[tuple[ZoneProperties, FloatArray]] = []
        self._heights: list[FloatArray] = [np.zeros((0, 3))]
        self._ids: set[str] = set()
        self._named_lanes: set[str] = set()

    def read(self, data: bytes) -> RoadMap:
        """Returns the road; what ``problems`` speaks of is left out of it."""
        for number, feature in enumerate(self._features(data)):
            self._read_feature(feature, number)
        for stop_line, _, number in self._stop_lines:
            for lane in sorted(set(stop_line.lanes) - self._named_lanes):
                where = f"features[{number}].properties.lanes"
                self.problems.append(f'{where} must name lanes of this file, got "{lane}"')
        surface = road_surface(np.concatenate(self._heights))

        def on_road(position_m: FloatArray) -> FloatArray:
            return np.column_stack([position_m, surface.height_at(position_m)])

        return RoadMap(
            lanes=tuple(
                Lane(lane.id, lane.lane_kind, on_road(line), lane.width_m, (lane.speed_limit_kmh or np.nan) / 3.6)
                for lane, line in self._lanes
            ),
            stop_lines=tuple(
                StopLine(stop.id, on_road(line), tuple(stop.lanes), stop.signal_group)
                for stop, line, _ in self._stop_lines
            ),
            zones=tuple(Zone(zone.id, zone.kind, on_road(polygon)) for zone, polygon in self._zones),
            surface=surface,
        )

    def _features(self, data: bytes) -> list[Any]:
        try:
            document = json.loads(data)
        except UnicodeDecodeError:
            self.problems.append("the file must be UTF-8 text, got other bytes")
            return []
        except json.JSONDecodeError as error:
            self.problems.append(f"line {error.lineno} must be valid JSON, got: {error.msg} (column {error.colno})")
            return []
        features = document.get("features") if isinstance(document, dict) else None
        if not isinstance(features, list) or document.get("type") != "FeatureCollection":
            self.problems.append(f"the file must be a GeoJSON FeatureCollection, got {shown(document)}")
            return []
        return features

    def _read_feature(self, feature: Any, number: int) -> None:
        where = ("features", number)
        properties = feature.get("properties") if isinstance(feature, dict) else None
        if not isinstance(properties, dict):
            self.problems.append(f"{key_path(where)}.properties must be a table, got {shown(properties)}")
            return
        properties = {key: value for key, value in properties.items() if value is not None}  # QGIS writes null
        kind = properties.get("kind")
        if not isinstance(kind, str) or kind not in _KINDS:
            wanted = ", ".join(_KINDS)
            self.problems.append(f"{key_path(where)}.properties.kind must be one of {wanted}, got {shown(kind)}")
            return
        if kind == "lane":  # one that has mistakes of its own too: they are told once, not at its stop line again
            self._named_lanes.add(str(properties.get("id")))
        model, geometry_type = _KINDS[kind]
        points = self._points(feature.get("geometry"), geometry_type, f"{key_path(where)}.geometry")
        try:
            entry = model.model_validate(properties)
        except ValidationError as error:
            self.problems += problem_lines(error, model, (*where, "properties"))
            return
        if entry.id is not None and entry.id in self._ids:
            self.problems.append(f'{key_path(where)}.properties.id must be unique, got "{entry.id}" twice')
        elif points is not None:
            self._ids |= {entry.id} if entry.id else set()
            self._keep(entry, points, number)

    def _keep(self, entry: Properties, points: FloatArray, number: int) -> None:
        """Files a feature under its kind; ``points`` are (K, 3) site metres, z NaN where not given."""
        self._heights.append(points[np.isfinite(points[:, 2])])
        match entry:
            case LaneProperties():
                self._lanes.append((entry, points[:, :2]))
            case StopLineProperties():
                self._stop_lines.append((entry, points[:, :2], number))
            case ZoneProperties():
                self._zones.append((entry, points[:, :2]))

    def _points(self, geometry: Any, wanted: str, where: str) -> FloatArray | None:
        """Returns (K, 3) site metres of a geometry, z NaN where it has no height; None and a problem if unusable."""
        got = geometry.get("type") if isinstance(geometry, dict) else None
        if got != wanted:
            self.problems.append(f"{where}.type must be {shown(wanted)}, got {shown(got)}")
            return None
        positions = _positions(geometry.get("coordinates"), wanted)
        if positions is None:
            form = "numbers [longitude, latitude] or [longitude, latitude, height]"
            hint = " in one ring without holes" if wanted == "Polygon" else ""
            self.problems.append(f"{where}.coordinates must be {form}{hint}, got {shown(geometry.get('coordinates'))}")
            return None
        points = self._site_from_positions(positions, where)
        return None if points is None else self._checked(points, wanted, where)

    def _site_from_positions(self, positions: FloatArray, where: str) -> FloatArray | None:
        if self._frame is None:
            return None
        geodetic = np.column_stack([positions[:, 1], positions[:, 0], positions[:, 2]])
        geodetic[np.isnan(geodetic[:, 2]), 2] = self._frame.height_m
        points = self._frame.site_from_geodetic(geodetic)
        distance_m = np.linalg.norm(points[:, :2], axis=1)
        if distance_m.max() > MAX_DISTANCE_M or np.abs(points[:, 2]).max() > MAX_DISTANCE_M:
            got = positions[int(distance_m.argmax()), :2].tolist()
            wanted = f"within {MAX_DISTANCE_M / 1e3:g} km of the datum (longitude comes first)"
            away = f"{distance_m.max() / 1e3:.1f} km away"
            self.problems.append(f"{where}.coordinates must lie {wanted}, got {got}, {away}")
            return None
        points[np.isnan(positions[:, 2]), 2] = np.nan
        return points

    def _checked(self, points: FloatArray, wanted: str, where: str) -> FloatArray | None:
        """Returns the points without repeated ones; None and a problem where too few are left for the geometry."""
        if wanted == "Point":
            if np.isnan(points[0, 2]):
                self.problems.append(f"{where}.coordinates must have a height as third number, got none")
                return None
            return points
        repeated = np.zeros(len(points), dtype=bool)
        repeated[1:] = (np.linalg.norm(np.diff(points[:, :2], axis=0), axis=1)) < 1e-3
        points = points[~repeated]
        if wanted == "LineString":
            if len(points) < 2:
                self.problems.append(f"{where}.coordinates must have at least 2 different points, got {len(points)}")
                return None
            return points
        if len(points) > 1 and np.linalg.norm(points[0, :2] - points[-1, :2]) < 1e-3:
            points = points[:-1]
        area_m2 = polygon_area_m2(points[:, :2])
        if len(points) < 3 or area_m2 < MIN_AREA_M2:
            got = f"{len(points)} corners around {area_m2:.2g} m2"
            self.problems.append(f"{where}.coordinates must enclose at least {MIN_AREA_M2:g} m2, got {got}")
            return None
        return points


def _positions(coordinates: Any, geometry_type: str) -> FloatArray | None:
    """Returns (K, 3) longitude, latitude, height of a geometry's coordinates, height NaN where not given."""
    rows = coordinates
    if geometry_type == "Point":
        rows = [coordinates]
    elif geometry_type == "Polygon":
        rows = coordinates[0] if isinstance(coordinates, list) and len(coordinates) == 1 else None
    if not isinstance(rows, list) or not rows:
        return None
    for row in rows:
        if not isinstance(row, list) or len(row) not in (2, 3):
            return None
        if not all(isinstance(value, (int, float)) and np.isfinite(value) for value in row):
            return None
    return np.array([[*row, np.nan][:3] for row in rows], dtype=float)
