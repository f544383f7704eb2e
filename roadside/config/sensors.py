"""From a sensor's table in the site file to the sensor, with the checks that need its surroundings."""

from collections.abc import Sequence

import numpy as np

from roadside.config.coverage import camera_coverage, polygon_area_m2, radar_coverage
from roadside.config.problems import shown
from roadside.config.road_file import MAX_DISTANCE_M, MIN_AREA_M2
from roadside.config.site_entries import CameraEntry, RadarEntry
from roadside.geometry.arrays import FloatArray
from roadside.geometry.camera import PinholeCamera
from roadside.geometry.pose import Pose, camera_rotation, radar_rotation
from roadside.geometry.surface import RoadSurface
from roadside.types.site import CameraSensor, RadarSensor


def heading_rad_of_azimuth(azimuth_deg: float) -> float:
    """Returns an angle counter-clockwise from east of a compass bearing, clockwise from north."""
    return float(np.radians(90.0 - azimuth_deg))


def azimuth_deg_of_heading(heading_rad: float) -> float:
    """Returns a compass bearing, 0 to 360 clockwise from north, of an angle counter-clockwise from east."""
    return float((90.0 - np.degrees(heading_rad)) % 360.0)


def camera_sensor(entry: CameraEntry, surface: RoadSurface, where: str, problems: list[str]) -> CameraSensor | None:
    """Returns the camera; None where it cannot see the road.

    Args:
        entry: its table.
        surface: the road.
        where: key path of the table.
        problems: takes one line for each mistake.
    """
    before = len(problems)
    for name, size_name in (("cx_px", "width_px"), ("cy_px", "height_px")):
        value, size = getattr(entry, name), getattr(entry, size_name)
        if not 0 <= value <= size - 1:
            problems.append(f"{where}.{name} must lie in the picture, 0 to {size - 1}, got {value:g}")
    _check_position(entry.position_m, surface, where, problems)
    _check_coverage(entry.coverage_m, where, problems)
    if len(problems) > before:
        return None
    camera = PinholeCamera(
        entry.width_px, entry.height_px, entry.fx_px, entry.fy_px, entry.cx_px, entry.cy_px, np.array(entry.distortion)
    )
    rotation = camera_rotation(*_angles_rad(entry))
    site_from_camera = Pose(rotation, np.array(entry.position_m))
    in_view = camera_coverage(camera, site_from_camera, surface, entry.max_range_m)
    if in_view is None:
        problems.append(
            f"{where}.pitch_deg must bring the road within {entry.max_range_m:g} m into the picture "
            f"(negative looks down), got {entry.pitch_deg:g}"
        )
        return None
    return CameraSensor(
        sensor_id=entry.id,
        source=entry.source,
        model=entry.model,
        camera=camera,
        site_from_camera=site_from_camera,
        box_sigma_px=entry.box_sigma_px,
        pitch_sigma_rad=float(np.radians(entry.pitch_sigma_deg)),
        height_sigma_m=entry.height_sigma_m,
        min_confidence=entry.min_confidence,
        max_range_m=entry.max_range_m,
        coverage_m=in_view if entry.coverage_m is None else np.array(entry.coverage_m),
    )


def radar_sensor(entry: RadarEntry, surface: RoadSurface, where: str, problems: list[str]) -> RadarSensor | None:
    """Returns the radar; None where it stands at an impossible place. The arguments are ``camera_sensor``'s."""
    before = len(problems)
    _check_position(entry.position_m, surface, where, problems)
    _check_coverage(entry.coverage_m, where, problems)
    if len(problems) > before:
        return None
    site_from_radar = Pose(radar_rotation(*_angles_rad(entry)), np.array(entry.position_m))
    field_of_view_rad = float(np.radians(entry.field_of_view_deg))
    sector = radar_coverage(site_from_radar, field_of_view_rad, entry.max_range_m)
    return RadarSensor(
        sensor_id=entry.id,
        source=entry.source,
        site_from_radar=site_from_radar,
        range_sigma_m=entry.range_sigma_m,
        azimuth_sigma_rad=float(np.radians(entry.azimuth_sigma_deg)),
        radial_speed_sigma_mps=entry.radial_speed_sigma_mps,
        field_of_view_rad=field_of_view_rad,
        max_range_m=entry.max_range_m,
        coverage_m=sector if entry.coverage_m is None else np.array(entry.coverage_m),
    )


def _angles_rad(entry: CameraEntry | RadarEntry) -> tuple[float, float, float]:
    return (
        heading_rad_of_azimuth(entry.azimuth_deg),
        float(np.radians(entry.pitch_deg)),
        float(np.radians(entry.roll_deg)),
    )


def _check_position(position_m: Sequence[float], surface: RoadSurface, where: str, problems: list[str]) -> None:
    position: FloatArray = np.array(position_m)
    if np.linalg.norm(position) > MAX_DISTANCE_M:
        wanted = f"within {MAX_DISTANCE_M / 1e3:g} km of the datum"
        problems.append(f"{where}.position_m must lie {wanted}, got {shown(list(position_m))}")
        return
    road_m = float(surface.height_at(position[:2]))
    if position[2] <= road_m:
        got = f"{position[2]:g} where the road is at {road_m:.2f}"
        problems.append(f"{where}.position_m[2] must be above the road, got {got}")


def _check_coverage(coverage_m: Sequence[Sequence[float]] | None, where: str, problems: list[str]) -> None:
    if coverage_m is not None and polygon_area_m2(np.array(coverage_m)) < MIN_AREA_M2:
        got = f"{polygon_area_m2(np.array(coverage_m)):.2g} m2"
        problems.append(f"{where}.coverage_m must enclose at least {MIN_AREA_M2:g} m2, got {got}")
