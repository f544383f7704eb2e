"""The road's GeoJSON: mistakes as lines, heights as a surface."""

import json
from typing import Any

import numpy as np
import pytest

from roadside.config.road_file import RoadFile
from roadside.geometry.geodesy import LocalFrame
from roadside.types.road import RoadMap

FRAME = LocalFrame(50.0, 10.0, 100.0)


def feature(kind: str, geometry_type: str, metres: Any, **properties: Any) -> dict[str, Any]:
    """A feature whose coordinates are given in site metres, two or three of them a point."""

    def degrees(value: Any) -> Any:
        if isinstance(value[0], (int, float)):
            x, y, *z = value
            latitude, longitude, height = FRAME.geodetic_from_site(np.array([x, y, *(z or [0.0])], dtype=float))
            return [longitude, latitude, height][: len(value)]
        return [degrees(part) for part in value]

    geometry = {"type": geometry_type, "coordinates": degrees(metres)}
    return {"type": "Feature", "properties": {"kind": kind, **properties}, "geometry": geometry}


def read(*features: Any) -> tuple[RoadMap, list[str]]:
    road_file = RoadFile(FRAME)
    road = road_file.read(json.dumps({"type": "FeatureCollection", "features": features}).encode())
    return road, road_file.problems


LANE = feature("lane", "LineString", [[0, 0], [50, 0]], id="a")


@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        (feature("road", "LineString", [[0, 0], [1, 0]], id="b"), "properties.kind must be one of lane, stop_line,"),
        (feature("lane", "LineString", [[0, 0], [9, 0]]), "properties.id must be given, it is missing"),
        (feature("lane", "LineString", [[0, 0], [9, 0]], id="a"), 'properties.id must be unique, got "a" twice'),
        (
            feature("lane", "LineString", [[0, 0], [0, 0]], id="b"),
            "geometry.coordinates must have at least 2",
        ),
        (
            feature("lane", "Polygon", [[[0, 0], [9, 0], [9, 9]]], id="b"),
            'geometry.type must be "LineString", got "',
        ),
        (
            feature("lane", "LineString", [[0, 0], [9, 0]], id="b", widht_m=3.0),
            'properties: unknown key "widht_m", did you mean "width_m"?',
        ),
        (
            feature("lane", "LineString", [[0, 0], [9, 0]], id="b", lane_kind="tram"),
            "properties.lane_kind must be 'driving', 'bicycle', 'bus', 'emergency' or 'sidewalk', got \"tram\"",
        ),
        (
            feature("crossing", "Polygon", [[[0, 0], [9, 0], [5, 0], [0, 0]]], id="b"),
            "geometry.coordinates must enclose at least 0.5 m2, got 3 corners around",
        ),
        (feature("height_point", "Point", [5, 5]), "geometry.coordinates must have a height as third number, got none"),
        (
            feature("stop_line", "LineString", [[0, 0], [0, 3]], id="b", lanes=["a", "z"]),
            'properties.lanes must name lanes of this file, got "z"',
        ),
        (
            {"type": "Feature", "properties": {"kind": "lane", "id": "b"}, "geometry": None},
            'geometry.type must be "LineString", got null',
        ),
        (
            {
                "type": "Feature",
                "properties": {"kind": "lane", "id": "b"},
                "geometry": {"type": "LineString", "coordinates": [[10.0, 50.0], [10.0]]},
            },
            "geometry.coordinates must be numbers [longitude, latitude] or [longitude, latitude, height], got",
        ),
    ],
)
def test_a_mistake_in_a_feature_is_one_line(wrong: dict[str, Any], line: str) -> None:
    _, (got,) = read(LANE, wrong)
    assert got.startswith(f"features[1].{line}"), got


def test_swapped_latitude_and_longitude_are_told_apart() -> None:
    swapped = {
        "type": "Feature",
        "properties": {"kind": "lane", "id": "b"},
        "geometry": {"type": "LineString", "coordinates": [[50.0, 10.0], [50.0, 10.001]]},
    }
    _, (line,) = read(swapped)
    assert line.startswith("features[0].geometry.coordinates must lie within 2 km of the datum (longitude comes first)")
    assert "km away" in line


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"{", "line 1 must be valid JSON"),
        (b"[]", "the file must be a GeoJSON FeatureCollection"),
        (b"\xff", "the file must be UTF-8 text"),
        (b'{"type": "FeatureCollection", "features": [3]}', "features[0].properties must be a table, got null"),
    ],
)
def test_a_file_that_is_no_geojson_is_one_line(data: bytes, line: str) -> None:
    road_file = RoadFile(FRAME)
    road_file.read(data)
    (got,) = road_file.problems
    assert got.startswith(line)


def test_without_heights_the_road_is_level_at_the_datum() -> None:
    road, problems = read(LANE)
    assert not problems
    assert road.surface.height_m.tolist() == [[0.0]]


def test_heights_on_one_line_give_their_mean() -> None:
    road, _ = read(feature("lane", "LineString", [[0, 0, 1.0], [50, 0, 3.0]], id="a"))
    assert road.surface.height_m.shape == (1, 1)
    assert road.surface.height_m[0, 0] == pytest.approx(2.0, abs=1e-6)


def test_heights_that_span_an_area_give_a_surface_and_lie_under_the_lanes() -> None:
    # A plane that rises 2 % to the east and falls 1 % to the north.
    points = [(x, y, 0.5 + 0.02 * x - 0.01 * y) for x in (-40.0, 40.0) for y in (-30.0, 30.0)]
    marks = [feature("height_point", "Point", list(point)) for point in points]
    road, problems = read(LANE, *marks)
    assert not problems
    places = np.array([[0.0, 0.0], [13.0, -7.0], [-39.0, 29.0], [500.0, 30.0]])
    wanted = [0.5, 0.83, -0.57, 1.0]
    np.testing.assert_allclose(road.surface.height_at(places), wanted, atol=1e-6)
    np.testing.assert_allclose(road.lanes[0].centre_line_m[:, 2], [0.5, 1.3], atol=0.05)  # 50 m: held at 40 m
