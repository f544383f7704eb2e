"""The site file of an imported recording: one camera, where the labels are."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from roadside.geometry.arrays import FloatArray
from roadside.labels.frame_times import MS
from roadside.labels.labelled import LabelledRows
from roadside.types.road_users import RoadUserClass
from roadside.types.site import OrderSettings, TrackingSettings

MARGIN_M: Final = 5.0
"""Between the outermost row and the border of the coverage."""

EMPTY_ROAD: Final = b'{"type": "FeatureCollection", "features": []}\n'
CAMERA_ID: Final = "labels"
ROAD_FILE: Final = "road.geojson"

CONFIRM_FRAMES: Final = 6
COAST_FRAMES: Final = 10
SILENT_FRAMES: Final = 10
"""The waits are the service's own, unless so many frames take longer."""


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Where an imported recording is, and where its sensor stands.

    Attributes:
        latitude_deg, longitude_deg, height_m: of x = y = z = 0, WGS 84; 0 where nobody knows.
        camera_m: (3,) where the sensor stands; ranges are counted from there.
        pitch_deg: 0 looks to the horizon, -90 straight down.
    """

    latitude_deg: float
    longitude_deg: float
    height_m: float
    camera_m: FloatArray
    pitch_deg: float


def looking_down(position_m: FloatArray) -> Place:
    """Returns a place that nobody knows, with a sensor 10 m above the middle of (N, 3) positions."""
    low_m, high_m = position_m.min(axis=0), position_m.max(axis=0)
    x_m, y_m, _ = (low_m + high_m) / 2.0
    return Place(0.0, 0.0, 0.0, np.array([x_m, y_m, 10.0]), -90.0)


def coverage(position_m: FloatArray) -> FloatArray:
    """Returns the (4, 2) corners of the rectangle around (N, 3) positions, with a margin."""
    low_m, high_m = position_m[:, :2].min(axis=0) - MARGIN_M, position_m[:, :2].max(axis=0) + MARGIN_M
    return np.array([low_m, [high_m[0], low_m[1]], high_m, [low_m[0], high_m[1]]])


def seen_sizes(rows: LabelledRows) -> dict[RoadUserClass, FloatArray]:
    """Returns the median (3,) length, width, height of every class that rows hold."""
    return {
        RoadUserClass(number): np.median(rows.size_m[rows.classes == number], axis=0)
        for number in np.unique(rows.classes)
    }


def site_toml(
    site_id: str,
    name: str,
    place: Place,
    coverage_m: FloatArray,
    grid_ms: int,
    sizes: Mapping[RoadUserClass, FloatArray],
) -> bytes:
    """Returns the site file.

    Args:
        site_id: lower-case letters, digits, underscores.
        name: for people.
        place: where.
        coverage_m: (K, 2) corners of what the sensor watches.
        grid_ms: between scenes: that of the frames.
        sizes: (3,) length, width, height of the classes that differ from the defaults; half of each is its sigma.
    """
    quoted = '"' + re.sub(r'[\\"\x00-\x1f\x7f]', "_", name) + '"'
    corners = ", ".join(f"[{x:.3f}, {y:.3f}]" for x, y in coverage_m)
    x_m, y_m, z_m = place.camera_m
    tracking, order = TrackingSettings(), OrderSettings()
    lines = [
        f'format = 1\nroad = "{ROAD_FILE}"\n',
        f'[site]\nid = "{site_id}"\nname = {quoted}\n',
        f'[datum]\ncrs = "EPSG:4326"\nepoch = 2000.0\nlatitude_deg = {place.latitude_deg:.9f}\n'
        f"longitude_deg = {place.longitude_deg:.9f}\nheight_m = {place.height_m:.3f}\n",
        f'[[camera]]\nid = "{CAMERA_ID}"\nmodel = "none"\nwidth_px = 1280\nheight_px = 720\nfx_px = 900.0\n'
        f"fy_px = 900.0\ncx_px = 639.5\ncy_px = 359.5\nposition_m = [{x_m:.3f}, {y_m:.3f}, {z_m:.3f}]\n"
        f"azimuth_deg = 0.0\npitch_deg = {place.pitch_deg:.1f}\ncoverage_m = [{corners}]\n",
        f"[order]\ngrid_ms = {grid_ms}\nwait_ms = {max(1, grid_ms // 2)}\n"
        f"silent_after_ms = {max(order.silent_after_ns // MS, SILENT_FRAMES * grid_ms)}\n",
        f"[tracking]\nconfirm_within_ms = {max(tracking.confirm_within_s * 1e3, CONFIRM_FRAMES * grid_ms):.1f}\n"
        f"coast_ms = {max(tracking.coast_s * 1e3, COAST_FRAMES * grid_ms):.1f}\n",
        *(_size(kind, size_m) for kind, size_m in sizes.items()),
    ]
    return "\n".join(lines).encode()


def _size(kind: RoadUserClass, size_m: FloatArray) -> str:
    entries = zip(("length", "width", "height"), size_m, strict=True)
    keys = [f"{name}_m = {extent:.4f}\n{name}_sigma_m = {extent / 2.0:.4f}" for name, extent in entries]
    return f"[sizes.{kind.label}]\n" + "\n".join(keys) + "\n"
