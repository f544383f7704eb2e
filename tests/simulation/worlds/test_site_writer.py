"""The written site files say what the layouts and worlds say."""

from pathlib import Path

import numpy as np
import pytest

from roadside.config.site_file import load_site
from roadside.geometry.pose import camera_angles
from simulation.worlds.catalogue import build_world
from simulation.worlds.poles import LAYOUTS
from simulation.worlds.site_writer import write_site

SITES = Path(__file__).parents[3] / "sites"


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sites")
    for site_id, layout in LAYOUTS.items():
        write_site(layout, folder / site_id, "roadside_first")
    return folder


@pytest.mark.parametrize("site_id", LAYOUTS)
def test_a_written_site_is_read_back_as_it_was_laid_out(written, site_id):
    layout = LAYOUTS[site_id]
    site = load_site(written / site_id / "site.toml")

    assert site.site_id == site_id
    assert (site.crs, site.wire_epoch) == ("EPSG:4490", 2026.83)
    for mount, sensor in zip(layout.cameras, site.cameras, strict=True):
        assert sensor.sensor_id == mount.sensor_id
        assert np.abs(sensor.site_from_camera.translation_m - mount.position_m).max() < 1e-3
        angles = camera_angles(sensor.site_from_camera.rotation)
        wanted = camera_angles(mount.site_from_camera.rotation)
        assert np.abs(np.subtract(angles, wanted)).max() < 1e-6
        assert (sensor.camera.fx_px, sensor.camera.width_px) == (mount.camera.fx_px, mount.camera.width_px)
        assert sensor.max_range_m == mount.max_range_m
    for mount, sensor in zip(layout.radars, site.radars, strict=True):
        assert sensor.sensor_id == mount.sensor_id
        assert np.abs(sensor.site_from_radar.translation_m - mount.position_m).max() < 1e-3
        assert np.abs(sensor.site_from_radar.rotation - mount.site_from_radar.rotation).max() < 1e-6
        assert sensor.field_of_view_rad == pytest.approx(mount.field_of_view_rad, abs=1e-6)
        assert sensor.azimuth_sigma_rad == pytest.approx(mount.azimuth_sigma_rad, abs=1e-6)


@pytest.mark.parametrize("site_id", LAYOUTS)
def test_a_written_road_is_read_back_as_the_worlds_own(written, site_id):
    road = build_world(LAYOUTS[site_id].world_name).road
    read = load_site(written / site_id / "site.toml").road

    for mine, theirs in zip(road.lanes, read.lanes, strict=True):
        assert (mine.lane_id, mine.kind, mine.width_m) == (theirs.lane_id, theirs.kind, theirs.width_m)
        assert theirs.speed_limit_mps == pytest.approx(mine.speed_limit_mps, abs=0.02)
        assert np.abs(mine.centre_line_m - theirs.centre_line_m).max() < 1e-3
    for mine, theirs in zip(road.stop_lines, read.stop_lines, strict=True):
        assert (mine.lane_ids, mine.signal_group_id) == (theirs.lane_ids, theirs.signal_group_id)
        assert np.abs(mine.line_m - theirs.line_m).max() < 1e-3
    for mine, theirs in zip(road.zones, read.zones, strict=True):
        assert (mine.zone_id, mine.kind) == (theirs.zone_id, theirs.kind)
        assert np.abs(mine.polygon_m - theirs.polygon_m).max() < 1e-3


@pytest.mark.parametrize("site_id", LAYOUTS)
def test_a_site_is_written_the_same_way_every_time_and_is_small(written, tmp_path, site_id):
    write_site(LAYOUTS[site_id], tmp_path, "roadside_first")

    for name in ("site.toml", "road.geojson"):
        assert (tmp_path / name).read_bytes() == (written / site_id / name).read_bytes()
    assert (tmp_path / "road.geojson").stat().st_size < 400_000


@pytest.mark.parametrize("site_id", LAYOUTS)
def test_cameras_hang_8_to_9_m_above_the_ground_at_their_pole(site_id):
    surface = build_world(LAYOUTS[site_id].world_name).road.surface

    for mount in LAYOUTS[site_id].cameras:
        above_m = mount.position_m[2] - float(surface.height_at(mount.position_m[:2]))
        assert 7.9 < above_m < 9.0


def test_cameras_of_car_parks_may_be_silent_for_three_seconds(written):
    assert load_site(written / "parking_lot" / "site.toml").order.silent_after_ns == 3_000_000_000
    assert load_site(written / "junction" / "site.toml").order.silent_after_ns == 1_000_000_000
    assert load_site(written / "junction" / "site.toml").order.grid_ns == 100_000_000


@pytest.mark.parametrize("site_id", LAYOUTS)
def test_the_site_files_of_the_project_are_those_of_the_layouts(tmp_path, site_id):
    folder = SITES / site_id
    write_site(LAYOUTS[site_id], tmp_path, load_site(folder / "site.toml").cameras[0].model)

    for name in ("site.toml", "road.geojson"):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes(), "run: python -m simulation sites"
