"""Reading a site file and its road: a ``Site``, or every mistake at once."""

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from pydantic import ValidationError

from roadside.config.datum import Datum, datum_of, wire_frame
from roadside.config.problems import problem_lines, shown, unknown
from roadside.config.road_file import RoadFile
from roadside.config.sensors import camera_sensor, radar_sensor
from roadside.config.site_entries import CameraEntry, DatumEntry, Entry, RadarEntry, SiteFileEntry, SizeEntry
from roadside.errors import SiteFileError
from roadside.geometry.geodesy import LocalFrame
from roadside.types.road import RoadMap
from roadside.types.road_users import DEFAULT_SIZES, RoadUserClass, SizePriors
from roadside.types.site import CameraSensor, OrderSettings, RadarSensor, Site, TrackingSettings

FORMAT = 1
"""Version of the site file's keys."""

AnyEntry = TypeVar("AnyEntry", bound=Entry)


def load_site(path: Path) -> Site:
    """Returns the site that a site file and the road file beside it describe.

    Raises:
        SiteFileError: with one line for each mistake in either file.
    """
    try:
        site_toml = path.read_bytes()
    except OSError as error:
        raise SiteFileError([f"{path}: must be a readable file, got: {error.strerror}"]) from error
    return _load(
        site_toml, str(path), lambda road: (path.parent / road).read_bytes(), lambda road: str(path.parent / road)
    )


def load_site_from_bytes(site_toml: bytes, road_geojson: bytes, name: str) -> Site:
    """Returns the site of files that are attached to a recording; ``name`` is what messages call them.

    Raises:
        SiteFileError: with one line for each mistake in either file.
    """
    return _load(site_toml, name, lambda _: road_geojson, lambda road: f"{name}: {road}")


def road_file_name(site_toml: bytes, name: str) -> str:
    """Returns what the site file says under ``road``: the road file's path, relative to the site file.

    Raises:
        SiteFileError: the file is no TOML, of another format, or does not say.
    """
    road = _document(site_toml, name).get("road")
    if not isinstance(road, str) or not road:
        raise SiteFileError([f"{name}: road must be a path relative to this file, got {shown(road)}"])
    return road


def _load(site_toml: bytes, name: str, read_road: Callable[[str], bytes], name_road: Callable[[str], str]) -> Site:
    document = _document(site_toml, name)
    problems: list[str] = []
    try:
        entry = SiteFileEntry.model_validate(document)
    except ValidationError as error:
        problems += problem_lines(error, SiteFileEntry)
        entry = None
    datum_entry = _valid(DatumEntry, document.get("datum"))
    frame, datum = _frame(datum_entry, problems)
    road, road_problems = _road(document.get("road"), frame, read_road, name_road, problems)
    cameras, radars = _sensors(document, road, problems)
    sizes = _sizes(document.get("sizes"), problems)
    lines = [f"{name}: {problem}" for problem in problems] + road_problems
    if lines or entry is None or frame is None or datum is None:
        raise SiteFileError(lines)
    wire_epoch = entry.datum.wire_epoch or entry.datum.epoch
    return Site(
        site_id=entry.site.id,
        name=entry.site.name,
        crs=entry.datum.crs,
        crs_epoch=entry.datum.epoch,
        frame=frame,
        wire_frame=wire_frame(frame, datum, wire_epoch),
        wire_epoch=wire_epoch,
        cameras=cameras,
        radars=radars,
        road=road,
        sizes=sizes,
        tracking=_tracking(entry),
        order=_order(entry),
    )


def _document(site_toml: bytes, name: str) -> dict[str, Any]:
    try:
        document = tomllib.loads(site_toml.decode())
    except UnicodeDecodeError as error:
        raise SiteFileError([f"{name}: must be UTF-8 text, got other bytes at {error.start}"]) from error
    except tomllib.TOMLDecodeError as error:
        raise SiteFileError([f"{name}: must be valid TOML, got: {error}"]) from error
    if document.get("format") != FORMAT:
        raise SiteFileError([f"{name}: format must be {FORMAT}, got {shown(document.get('format'))}"])
    return document


def _valid(model: type[AnyEntry], table: Any) -> AnyEntry | None:
    """Returns the entry if the table has no mistake of its own, so that its neighbours' do not hide later ones."""
    try:
        return model.model_validate(table)
    except ValidationError:
        return None


def _frame(entry: DatumEntry | None, problems: list[str]) -> tuple[LocalFrame | None, Datum | None]:
    datum = datum_of(entry.crs) if entry is not None else None
    if entry is None or datum is None:
        return None, None
    if datum.is_plate_fixed and entry.wire_epoch is None:
        problems.append(
            f"datum.wire_epoch must be given for {datum.name}, a decimal year such as 2026.5: "
            "WGS 84 has moved away from it; it is missing"
        )
    if not datum.is_plate_fixed and entry.wire_epoch not in (None, entry.epoch):
        problems.append(
            f"datum.wire_epoch must be left out or equal epoch for {datum.name}, which does not say what plate "
            f"the ground is on, got {entry.wire_epoch:g}"
        )
    return LocalFrame(entry.latitude_deg, entry.longitude_deg, entry.height_m, datum.ellipsoid), datum


def _road(
    file_name: Any,
    frame: LocalFrame | None,
    read: Callable[[str], bytes],
    name: Callable[[str], str],
    problems: list[str],
) -> tuple[RoadMap, list[str]]:
    """Returns the road and the lines of the road file's mistakes, with its name."""
    if not isinstance(file_name, str) or not file_name:
        return RoadMap(), []
    try:
        data = read(file_name)
    except OSError as error:
        problems.append(f'road must name a readable file beside this one, got "{file_name}": {error.strerror}')
        return RoadMap(), []
    road_file = RoadFile(frame)
    road = road_file.read(data)
    return road, [f"{name(file_name)}: {problem}" for problem in road_file.problems]


def _sensors(
    document: dict[str, Any], road: RoadMap, problems: list[str]
) -> tuple[tuple[CameraSensor, ...], tuple[RadarSensor, ...]]:
    ids: dict[str, str] = {}
    cameras: list[CameraSensor | None] = []
    radars: list[RadarSensor | None] = []
    for where, camera in _tables(document, "camera"):
        _check_id(camera, where, ids, problems)
        if (camera_entry := _valid(CameraEntry, camera)) is not None:
            cameras.append(camera_sensor(camera_entry, road.surface, where, problems))
    for where, radar in _tables(document, "radar"):
        _check_id(radar, where, ids, problems)
        if (radar_entry := _valid(RadarEntry, radar)) is not None:
            radars.append(radar_sensor(radar_entry, road.surface, where, problems))
    return tuple(camera for camera in cameras if camera), tuple(radar for radar in radars if radar)


def _tables(document: dict[str, Any], key: str) -> Iterator[tuple[str, dict[str, Any]]]:
    tables = document.get(key)
    for index, table in enumerate(tables if isinstance(tables, list) else []):
        if isinstance(table, dict):
            yield f"{key}[{index}]", table


def _check_id(table: dict[str, Any], where: str, ids: dict[str, str], problems: list[str]) -> None:
    sensor_id = table.get("id")
    if isinstance(sensor_id, str):
        if sensor_id in ids:
            problems.append(f'{where}.id must be unique among the sensors, got "{sensor_id}" like {ids[sensor_id]}')
        ids.setdefault(sensor_id, where)


def _sizes(tables: Any, problems: list[str]) -> SizePriors:
    """Returns the default sizes with the file's own in their places."""
    mean_m, sigma_m = DEFAULT_SIZES.mean_m.copy(), DEFAULT_SIZES.sigma_m.copy()
    labels = {user_class.label: user_class for user_class in RoadUserClass}
    for label, table in (tables if isinstance(tables, dict) else {}).items():
        if label not in labels:
            problems.append(f"sizes: {unknown(label, labels)}")
        elif (entry := _valid(SizeEntry, table)) is not None:
            row = labels[label]
            for column, side in enumerate(("length", "width", "height")):
                mean, sigma = getattr(entry, f"{side}_m"), getattr(entry, f"{side}_sigma_m")
                mean_m[row, column] = mean_m[row, column] if mean is None else mean
                sigma_m[row, column] = sigma_m[row, column] if sigma is None else sigma
    return SizePriors(np.array(mean_m), np.array(sigma_m))


def _tracking(entry: SiteFileEntry) -> TrackingSettings:
    table = entry.tracking
    return TrackingSettings(
        acceleration_sigma_mps2=table.acceleration_sigma_mps2,
        initial_speed_sigma_mps=table.initial_speed_sigma_mps,
        gate_probability=table.gate_probability,
        confirm_hits=table.confirm_hits,
        confirm_within_s=table.confirm_within_ms / 1e3,
        coast_s=table.coast_ms / 1e3,
    )


def _order(entry: SiteFileEntry) -> OrderSettings:
    table = entry.order
    return OrderSettings(
        grid_ns=table.grid_ms * 1_000_000,
        wait_ns=table.wait_ms * 1_000_000,
        silent_after_ns=table.silent_after_ms * 1_000_000,
    )
