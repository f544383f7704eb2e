"""The site file: a good one becomes a site, a bad one a list of clear lines."""

from pathlib import Path

import numpy as np
import pytest

from roadside.config.site_file import load_site, load_site_from_bytes, road_file_name
from roadside.errors import SiteFileError
from roadside.types.road import LaneKind, ZoneKind
from roadside.types.road_users import DEFAULT_SIZES, RoadUserClass
from tests.config.site_texts import ROAD, SITE, write


def problems_of(site: str, road: str = ROAD) -> tuple[str, ...]:
    with pytest.raises(SiteFileError) as caught:
        load_site_from_bytes(site.encode(), road.encode(), "demo.toml")
    assert str(caught.value) == "\n".join(caught.value.problems)
    return caught.value.problems


def changed(*changes: tuple[str, str]) -> str:
    text = SITE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def test_a_good_file_becomes_a_site(tmp_path: Path) -> None:
    site = load_site(write(tmp_path))
    assert (site.site_id, site.name, site.crs, site.crs_epoch) == ("demo", "Demo junction", "EPSG:4490", 2000.0)
    assert site.sensor_ids == ("cam_east", "radar_east")
    camera = site.cameras[0]
    assert (camera.source, camera.model, camera.box_sigma_px) == ("rtsp://10.0.0.2/1", "yolox_nano", 2.0)
    assert camera.pitch_sigma_rad == pytest.approx(np.radians(0.1))
    # Compass 90 is east; 15 degrees down.
    wanted = [np.cos(np.radians(15)), 0.0, -np.sin(np.radians(15))]
    np.testing.assert_allclose(camera.site_from_camera.rotation[:, 2], wanted, atol=1e-12)
    np.testing.assert_allclose(camera.site_from_camera.translation_m, [0.0, -8.0, 6.0])
    radar = site.radars[0]
    assert radar.field_of_view_rad == pytest.approx(np.pi / 2)
    np.testing.assert_allclose(radar.site_from_radar.rotation, np.eye(3), atol=1e-12)
    assert (site.tracking.coast_s, site.tracking.confirm_within_s) == (2.0, 0.8)
    assert (site.order.wait_ns, site.order.grid_ns) == (80_000_000, 100_000_000)
    np.testing.assert_allclose(site.sizes.mean_m[RoadUserClass.CAR], [4.7, 1.82, 1.52])
    np.testing.assert_allclose(site.sizes.mean_m[RoadUserClass.BUS], DEFAULT_SIZES.mean_m[RoadUserClass.BUS])


def test_the_road_comes_with_it_in_site_metres(tmp_path: Path) -> None:
    road = load_site(write(tmp_path)).road
    east, bicycle = road.lanes
    assert (east.lane_id, east.kind, east.width_m) == ("east_1", LaneKind.DRIVING, 3.25)
    assert east.speed_limit_mps == pytest.approx(10.0)
    np.testing.assert_allclose(east.centre_line_m, [[0, 0, 0], [95.30, 0, 0]], atol=0.05)
    assert bicycle.kind is LaneKind.BICYCLE
    assert np.isnan(bicycle.speed_limit_mps)
    assert (road.stop_lines[0].lane_ids, road.stop_lines[0].signal_group_id) == (("east_1",), "g1")
    assert road.zones[0].kind is ZoneKind.CROSSING
    assert road.zones[0].polygon_m.shape == (4, 3)
    assert road.surface.height_m.tolist() == [[0.0]]


def test_a_file_and_its_bytes_give_the_same_site(tmp_path: Path) -> None:
    one, other = load_site(write(tmp_path)), load_site_from_bytes(SITE.encode(), ROAD.encode(), "demo")
    np.testing.assert_array_equal(one.cameras[0].coverage_m, other.cameras[0].coverage_m)
    np.testing.assert_array_equal(one.road.lanes[0].centre_line_m, other.road.lanes[0].centre_line_m)
    assert (one.site_id, one.tracking, one.order) == (other.site_id, other.tracking, other.order)
    assert road_file_name(SITE.encode(), "demo") == "road.geojson"


def test_ten_mistakes_give_ten_lines() -> None:
    text = changed(
        ('id = "demo"', 'id = "Demo 1"'),
        ("epoch = 2000.0\n", ""),
        ("latitude_deg = 31.2", 'latitude_deg = "31.2"'),
        ("fx_px = 480.0", "fx_px = -6.2"),
        ("width_px = 960", "width_px = 960.5\nfov = 90"),
        ("[0.0, -8.0, 6.0]", "[0.0, 6.0]"),
        ("pitch_deg = -15.0", "pitch_deg = -150"),
        ('id = "radar_east"', 'id = "cam_east"'),
        ("[sizes.car]", "[sizes.vehicle]"),
    )
    lines = problems_of(text)
    assert sorted(lines) == sorted(
        [
            'demo.toml: site.id must be lower-case letters, digits and underscores, got "Demo 1"',
            "demo.toml: datum.epoch must be given, it is missing",
            'demo.toml: datum.latitude_deg must be a number, got "31.2"',
            "demo.toml: camera[0].fx_px must be positive, got -6.2",
            "demo.toml: camera[0].width_px must be a whole number, got 960.5",
            'demo.toml: camera[0]: unknown key "fov"',
            "demo.toml: camera[0].position_m must be a list of at least 3, got [0.0, 6.0]",
            "demo.toml: camera[0].pitch_deg must be at least -90, got -150",
            'demo.toml: radar[0].id must be unique among the sensors, got "cam_east" like camera[0]',
            'demo.toml: sizes: unknown key "vehicle", did you mean "bicycle"?',
        ]
    )


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("fx_px =", "fx_pixel =", 'camera[0]: unknown key "fx_pixel", did you mean "fx_px"?'),
        ("wait_ms", "wait_s", 'order: unknown key "wait_s", did you mean "wait_ms"?'),
        ("[tracking]", "[traking]", 'unknown key "traking", did you mean "tracking"?'),
        ("fy_px = 480.0", "fy_px = nan", "camera[0].fy_px must be a finite number, got NaN"),
        ("cx_px = 479.5", "cx_px = 961.0", "camera[0].cx_px must lie in the picture, 0 to 959, got 961"),
        (
            "[0.0, -8.0, 6.0]",
            "[0.0, -8.0, -1]",
            "camera[0].position_m[2] must be above the road, got -1 where the road is",
        ),
        (
            "[0.0, -8.0, 6.0]",
            "[0, 2500, 6]",
            "camera[0].position_m must lie within 2 km of the datum, got [0.0, 2500.0",
        ),
        (
            "pitch_deg = -15.0",
            "pitch_deg = 40.0",
            "camera[0].pitch_deg must bring the road within 100 m into the picture",
        ),
        ('"EPSG:4490"', '"EPSG:3857"', "datum.crs must be one of EPSG:4490 (CGCS2000), EPSG:4258 (ETRS89), EPSG:4326"),
        ("wire_epoch = 2026.0", "", "datum.wire_epoch must be given for CGCS2000, a decimal year"),
        ('"EPSG:4490"', '"EPSG:4326"', "datum.wire_epoch must be left out or equal epoch for WGS 84"),
        ("coast_ms = 2000.0", "gate_probability = 1.0", "tracking.gate_probability must be less than 1, got 1"),
    ],
)
def test_a_mistake_says_where_what_is_wanted_and_what_was_there(old: str, new: str, line: str) -> None:
    lines = problems_of(changed((old, new)))
    assert any(got.startswith(f"demo.toml: {line}") for got in lines), lines


def test_mistakes_of_both_files_come_together_with_their_names(tmp_path: Path) -> None:
    path = write(tmp_path, changed(("fx_px = 480.0", "fx_px = 0")), ROAD.replace('"width_m": 3.25', '"width_m": -1'))
    with pytest.raises(SiteFileError) as caught:
        load_site(path)
    assert caught.value.problems == (
        f"{path}: camera[0].fx_px must be positive, got 0",
        f"{tmp_path / 'road.geojson'}: features[0].properties.width_m must be positive, got -1",
    )


def test_an_unknown_format_is_the_only_line() -> None:
    assert problems_of("format = 2\nnonsense = 1\n") == ("demo.toml: format must be 1, got 2",)
    assert problems_of("nonsense = 1\n") == ("demo.toml: format must be 1, got null",)


def test_a_slip_in_the_toml_is_one_line_with_its_place() -> None:
    (line,) = problems_of("format = 1\n[site\n")
    assert line.startswith("demo.toml: must be valid TOML, got: ")
    assert "line 2" in line
    with pytest.raises(SiteFileError, match="UTF-8"):
        load_site_from_bytes(b"\xff\xfe", b"", "demo.toml")


def test_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(SiteFileError, match=r"none\.toml: must be a readable file, got: No such file"):
        load_site(tmp_path / "none.toml")
    path = write(tmp_path, road=None)
    with pytest.raises(SiteFileError, match=r'road must name a readable file beside this one, got "road\.geojson"'):
        load_site(path)


def test_coverage_and_calibration_may_be_written_down() -> None:
    extra = 'coverage_m = [[0, 0], [10, 0], [0.0, 10]]\n[camera.calibration]\ndate = 2026-05-01\nmethod = "PnP"\n'
    extra += "pairs = 8\ninliers = 8\nreprojection_rms_px = 1.2\nground_sigma_at_30_m = 0.3\n"
    text = changed(("pitch_deg = -15.0\n", f"pitch_deg = -15.0\n{extra}"))
    site = load_site_from_bytes(text.encode(), ROAD.encode(), "demo")
    np.testing.assert_array_equal(site.cameras[0].coverage_m, [[0, 0], [10, 0], [0, 10]])
    flat = text.replace("[[0, 0], [10, 0], [0.0, 10]]", "[[0, 0], [10, 0], [20, 0]]")
    assert problems_of(flat) == ("demo.toml: camera[0].coverage_m must enclose at least 0.5 m2, got 0 m2",)
    wrong = text.replace("2026-05-01", '"May"')
    assert problems_of(wrong) == ('demo.toml: camera[0].calibration.date must be a date such as 2026-05-01, got "May"',)
