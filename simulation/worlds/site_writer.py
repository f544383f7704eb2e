"""Writes the site file and the road file of a simulated site, as an installer would have written them."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from roadside.config.sensors import azimuth_deg_of_heading
from roadside.geometry.arrays import FloatArray
from simulation.types.world import World
from simulation.worlds.catalogue import build_world
from simulation.worlds.poles import CameraMount, RadarMount, SiteLayout
from simulation.worlds.road_geojson import road_geojson
from simulation.worlds.views import camera_view, radar_view

SITE_FILE, ROAD_FILE = "site.toml", "road.geojson"

WIRE_EPOCH = 2026.83

WAIT_MS = 120
"""Pictures arrive some 45 ms after their exposure, tracked lists 60 ms, by clocks that are off by 10 or 20 ms."""

SILENT_AFTER_INTERVALS = 3
"""A camera that missed so many pictures is silent; no less than a second."""


def write_site(layout: SiteLayout, folder: Path, model: str) -> None:
    """Writes ``site.toml`` and ``road.geojson`` of a site: the same bytes every time.

    Args:
        layout: the site.
        folder: made if it is not there.
        model: name of the detector.
    """
    world = build_world(layout.world_name)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / SITE_FILE).write_text(site_toml(layout, world, model), encoding="utf-8")
    (folder / ROAD_FILE).write_text(road_geojson(world, layout.frame), encoding="utf-8")


def site_toml(layout: SiteLayout, world: World, model: str) -> str:
    """Returns the text of the site file."""
    silent_ms = max(1000, SILENT_AFTER_INTERVALS * layout.camera_interval_ms)
    rows = [
        f"# {layout.name}: the simulated world {layout.world_name}. The datum is a made-up place near Shanghai.",
        "format = 1",
        f'road = "{ROAD_FILE}"',
        "",
        "[site]",
        f'id = "{layout.site_id}"',
        f'name = "{layout.name}"',
        "",
        "[datum]",
        'crs = "EPSG:4490"     # CGCS2000',
        "epoch = 2000.0",
        f"latitude_deg = {layout.latitude_deg}",
        f"longitude_deg = {layout.longitude_deg}",
        f"height_m = {layout.height_m}",
        f"wire_epoch = {WIRE_EPOCH}",
    ]
    for camera in layout.cameras:
        rows += ["", "[[camera]]", *_camera_rows(camera, camera_view(camera, world), model)]
    for radar in layout.radars:
        rows += ["", "[[radar]]", *_radar_rows(radar, radar_view(radar, world))]
    rows += ["", "[order]", "grid_ms = 100", f"wait_ms = {WAIT_MS}", f"silent_after_ms = {silent_ms}", ""]
    return "\n".join(rows)


def _camera_rows(mount: CameraMount, coverage_m: FloatArray, model: str) -> Iterator[str]:
    camera = mount.camera
    yield f'id = "{mount.sensor_id}"'
    yield f'model = "{model}"'
    yield f"width_px = {camera.width_px}"
    yield f"height_px = {camera.height_px}"
    for key in ("fx_px", "fy_px", "cx_px", "cy_px"):
        yield f"{key} = {float(getattr(camera, key))}"
    if not camera.is_ideal:
        yield f"distortion = [{', '.join(repr(float(value)) for value in camera.distortion)}]"
    yield from _pose_rows(mount.position_m, mount.azimuth_rad, mount.pitch_rad, mount.roll_rad)
    yield "box_sigma_px = 4.0"
    yield "pitch_sigma_deg = 0.05"
    yield "height_sigma_m = 0.03"
    yield "min_confidence = 0.45"
    yield f"max_range_m = {float(mount.max_range_m)}"
    yield from _coverage_rows(coverage_m)


def _radar_rows(mount: RadarMount, coverage_m: FloatArray) -> Iterator[str]:
    yield f'id = "{mount.sensor_id}"'
    yield from _pose_rows(mount.position_m, mount.azimuth_rad, mount.pitch_rad, 0.0)
    yield f"range_sigma_m = {mount.range_sigma_m}"
    yield f"azimuth_sigma_deg = {_degrees(mount.azimuth_sigma_rad)}"
    yield f"radial_speed_sigma_mps = {mount.radial_speed_sigma_mps}"
    yield f"field_of_view_deg = {_degrees(mount.field_of_view_rad)}"
    yield f"max_range_m = {float(mount.max_range_m)}"
    yield from _coverage_rows(coverage_m)


def _pose_rows(position_m: FloatArray, azimuth_rad: float, pitch_rad: float, roll_rad: float) -> Iterator[str]:
    yield f"position_m = [{', '.join(str(round(float(value), 4)) for value in position_m)}]"
    yield f"azimuth_deg = {round(azimuth_deg_of_heading(azimuth_rad), 6)}"
    yield f"pitch_deg = {_degrees(pitch_rad)}"
    if roll_rad != 0.0:
        yield f"roll_deg = {_degrees(roll_rad)}"


def _coverage_rows(coverage_m: FloatArray) -> Iterator[str]:
    corners = [f"[{x}, {y}]" for x, y in coverage_m.tolist()]
    yield "coverage_m = ["
    for start in range(0, len(corners), 6):
        yield f"  {', '.join(corners[start : start + 6])},"
    yield "]"


def _degrees(angle_rad: float) -> float:
    return round(float(np.degrees(angle_rad)), 6)
