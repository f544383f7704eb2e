"""``roadside check``: what a site file says, and how well its sensors can see."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from roadside.config.coverage import polygon_area_m2
from roadside.config.sensors import azimuth_deg_of_heading
from roadside.config.site_file import load_site
from roadside.geometry.arrays import FloatArray
from roadside.geometry.pose import camera_angles
from roadside.types.road import RoadMap
from roadside.types.site import CameraSensor, RadarSensor, Site

RANGES_M = (10.0, 30.0, 60.0, 100.0)


@dataclass(frozen=True, slots=True)
class GroundSigma:
    """Standard deviations of one box's foot on the road, in metres, at one range.

    Attributes:
        along_m: of the box's edge, along the ray.
        across_m: of the box's edge, across the ray.
        height_m: of the road's height, along the ray.
        pitch_m: of the camera's pitch, along the ray.
    """

    along_m: float
    across_m: float
    height_m: float
    pitch_m: float

    @property
    def total_m(self) -> float:
        """All of them together: the root of the sum of their squares."""
        return float(np.sqrt(self.along_m**2 + self.across_m**2 + self.height_m**2 + self.pitch_m**2))


def ground_sigma(sensor: CameraSensor, pole_height_m: float, range_m: float) -> GroundSigma:
    """Returns how noise on the box, the road's height and the pitch spread on a level road.

    The foot lies h / tan(depression) away: its derivative by the depression is (R² + h²) / h, a pixel is 1 / f of
    angle, and a metre of height is R / h of range.

    Args:
        sensor: the camera.
        pole_height_m: h, of the camera above the road.
        range_m: R, along the ground.
    """
    by_angle_m = (range_m**2 + pole_height_m**2) / pole_height_m
    return GroundSigma(
        along_m=sensor.box_sigma_px * by_angle_m / sensor.camera.fy_px,
        across_m=sensor.box_sigma_px * range_m / sensor.camera.fx_px,
        height_m=sensor.height_sigma_m * range_m / pole_height_m,
        pitch_m=sensor.pitch_sigma_rad * by_angle_m,
    )


def check(path: Path, console: Console | None = None) -> Site:
    """Returns the site after what it is was printed.

    Raises:
        SiteFileError: with one line for each mistake in the site file or its road file.
    """
    site = load_site(path)
    out = console or Console()
    _print_datum(site, out)
    _print_sensors(site, out)
    for sensor in site.cameras:
        _print_camera(sensor, site.road, out)
    _print_road(site.road, out)
    return site


def datum_shift_m(site: Site) -> tuple[float, float]:
    """Returns east and north of what must be added to the site's coordinates to get WGS 84 at the wire epoch."""
    wire = site.wire_frame
    shift = site.frame.site_from_geodetic(np.array([wire.latitude_deg, wire.longitude_deg, wire.height_m]))
    return float(shift[0]), float(shift[1])


def _print_datum(site: Site, out: Console) -> None:
    frame = site.frame
    out.print(f"{site.site_id}: {site.name}")
    out.print(
        f"datum {frame.latitude_deg:.7f}, {frame.longitude_deg:.7f}, {frame.height_m:.2f} m in {site.crs} "
        f"at {site.crs_epoch:g}"
    )
    east_m, north_m = datum_shift_m(site)
    out.print(
        f"published as WGS 84 at {site.wire_epoch:g}: {east_m:+.2f} m east, {north_m:+.2f} m north of its coordinates"
    )


def _print_sensors(site: Site, out: Console) -> None:
    table = Table("sensor", "kind", "above the road m", "range m", "coverage m2")
    rows: list[tuple[CameraSensor | RadarSensor, str, FloatArray]] = [
        *((camera, "camera", camera.site_from_camera.translation_m) for camera in site.cameras),
        *((radar, "radar", radar.site_from_radar.translation_m) for radar in site.radars),
    ]
    for sensor, kind, place in rows:
        above_m = place[2] - float(site.road.surface.height_at(place[:2]))
        area_m2 = polygon_area_m2(sensor.coverage_m)
        table.add_row(sensor.sensor_id, kind, f"{above_m:.2f}", f"{sensor.max_range_m:g}", f"{area_m2:.0f}")
    out.print(table)


def _print_camera(sensor: CameraSensor, road: RoadMap, out: Console) -> None:
    heading_rad, pitch_rad, roll_rad = camera_angles(sensor.site_from_camera.rotation)
    place = sensor.site_from_camera.translation_m
    pole_height_m = float(place[2] - road.surface.height_at(place[:2]))
    out.print(
        f"{sensor.sensor_id}: azimuth {azimuth_deg_of_heading(heading_rad):.1f}, pitch {np.degrees(pitch_rad):.1f}, "
        f"roll {np.degrees(roll_rad):.1f} degrees, model {sensor.model}; ground sigma in metres"
    )
    table = Table("range m", "box, along", "box, across", "road height", "pitch", "together")
    for range_m in RANGES_M:
        sigma = ground_sigma(sensor, pole_height_m, range_m)
        parts = (sigma.along_m, sigma.across_m, sigma.height_m, sigma.pitch_m, sigma.total_m)
        beyond = " (beyond range)" if range_m > sensor.max_range_m else ""
        table.add_row(f"{range_m:g}{beyond}", *(f"{part:.2f}" for part in parts))
    out.print(table)


def _print_road(road: RoadMap, out: Console) -> None:
    for lane in road.lanes:
        length_m = float(np.linalg.norm(np.diff(lane.centre_line_m[:, :2], axis=0), axis=1).sum())
        limit = "no limit" if np.isnan(lane.speed_limit_mps) else f"{lane.speed_limit_mps * 3.6:.0f} km/h"
        out.print(f"lane {lane.lane_id}: {lane.kind}, {length_m:.1f} m long, {lane.width_m:g} m wide, {limit}")
    heights_m = road.surface.height_m
    out.print(
        f"{len(road.lanes)} lanes, {len(road.stop_lines)} stop lines, {len(road.zones)} areas; "
        f"road surface {heights_m.min():.2f} to {heights_m.max():.2f} m above the datum"
    )
