"""Where KITTI's car was: its GPS and inertial unit (oxts), and how the camera sits on it.

The formulas are those of the raw data devkit (convertOxtsToPose.m, latToScale.m, latlonToMercator.m,
https://www.cvlibs.net/datasets/kitti/raw_data.php): east and north on a Mercator map, true to scale at the first
latitude, with the attitude Rz(yaw) Ry(pitch) Rx(roll); yaw is counter-clockwise from east, the unit's frame x forward,
y left, z up.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.spatial.transform import Rotation

from roadside.errors import LabelError
from roadside.geometry.arrays import FloatArray
from roadside.geometry.pose import Pose
from roadside.labels.rotations import exact_rotation
from roadside.labels.shown_values import shown
from roadside.labels.text_rows import TextRow, text_rows

EARTH_RADIUS_M: Final = 6_378_137.0
"""Of the devkit's Mercator map."""

UNIT_HEIGHT_M: Final = 0.93
"""Of the inertial unit above the ground: https://www.cvlibs.net/datasets/kitti/setup.php."""

MIN_COLUMNS: Final = 6
OXTS_COLUMNS: Final = ("latitude", "longitude", "altitude", "roll", "pitch", "yaw")

KEYS: Final = {
    "R_rect": ("R_rect", "R0_rect", "R_rect_00"),
    "Tr_velo_cam": ("Tr_velo_cam", "Tr_velo_to_cam"),
    "Tr_imu_velo": ("Tr_imu_velo", "Tr_imu_to_velo"),
}
"""What the tracking benchmark calls each, and what the object benchmark and copies of it do."""


@dataclass(frozen=True, slots=True, eq=False)
class CarPath:
    """Where the inertial unit was in each frame.

    Attributes:
        latitude_deg, longitude_deg: of the first frame: where x = y = 0.
        height_m: of the ground under it above the ellipsoid: where z = 0.
        site_from_unit: per frame; x east, y north, z up.
    """

    latitude_deg: float
    longitude_deg: float
    height_m: float
    site_from_unit: list[Pose]


def read_oxts(text: str, name: str) -> CarPath:
    """Returns where the car was; line *n* is frame *n* - 1.

    Raises:
        LabelError: a line lacks a column or holds an impossible one, or there is no line.
    """
    table = np.array([_oxts(row) for row in text_rows(text, name, None)]).reshape(-1, MIN_COLUMNS)
    if len(table) == 0:
        raise LabelError(f"{name}: must have a line for each frame, got none")
    latitude_deg, longitude_deg, altitude_m = table[0, :3]
    scale = float(np.cos(np.radians(latitude_deg)))
    east_m = scale * EARTH_RADIUS_M * np.radians(table[:, 1] - longitude_deg)
    north_m = scale * EARTH_RADIUS_M * (_mercator(table[:, 0]) - _mercator(table[:1, 0]))
    up_m = table[:, 2] - altitude_m + UNIT_HEIGHT_M
    rotations = Rotation.from_euler("ZYX", table[:, [5, 4, 3]]).as_matrix()
    places_m = np.stack([east_m, north_m, up_m], axis=1)
    poses = [Pose(rotation, place_m) for rotation, place_m in zip(rotations, places_m, strict=True)]
    return CarPath(float(latitude_deg), float(longitude_deg), float(altitude_m) - UNIT_HEIGHT_M, poses)


def read_camera_on_car(text: str, name: str) -> Pose:
    """Returns ``unit_from_camera`` of the rectified camera, from a calibration file.

    The file gives R_rect, Tr_velo_cam and Tr_imu_velo, row by row; rectified = R_rect Tr_velo_cam Tr_imu_velo unit.

    Raises:
        LabelError: one of the three is missing or no rigid transform.
    """
    lines = {row.fields[0].removesuffix(":"): row for row in text_rows(text, name, None)}
    rectified_from_camera = Pose(_matrix(lines, "R_rect", 3, name), np.zeros(3))
    camera_from_velodyne = _transform(lines, "Tr_velo_cam", name)
    velodyne_from_unit = _transform(lines, "Tr_imu_velo", name)
    return (rectified_from_camera @ camera_from_velodyne @ velodyne_from_unit).inverse()


def _oxts(row: TextRow) -> list[float]:
    if len(row.fields) < MIN_COLUMNS:
        raise LabelError(f"{row.where}: must have {', '.join(OXTS_COLUMNS)} and more, got {len(row.fields)} columns")
    numbers = [row.number(column, column_name) for column, column_name in enumerate(OXTS_COLUMNS)]
    if abs(numbers[0]) > 85.0:
        raise row.wrong("latitude", "-85 to 85", row.fields[0])
    return numbers


def _mercator(latitude_deg: FloatArray) -> FloatArray:
    return np.asarray(np.log(np.tan(np.radians(90.0 + latitude_deg) / 2.0)))


def _transform(lines: dict[str, TextRow], key: str, name: str) -> Pose:
    matrix = _matrix(lines, key, 4, name)
    return Pose(matrix[:, :3], matrix[:, 3])


def _matrix(lines: dict[str, TextRow], key: str, columns: int, name: str) -> FloatArray:
    """Returns a (3, ``columns``) matrix, its rotation made exact.

    Raises:
        LabelError: it is missing, or its first three columns are no rotation.
    """
    row = next((lines[known] for known in KEYS[key] if known in lines), None)
    if row is None:
        raise LabelError(f"{name}: must have a line {key}, got {shown(', '.join(lines))}")
    if len(row.fields) != 1 + 3 * columns:
        raise LabelError(f"{row.where}: {key} must have {3 * columns} numbers, got {len(row.fields) - 1}")
    matrix = np.array([row.number(1 + index, key) for index in range(3 * columns)]).reshape(3, columns)
    return np.column_stack([exact_rotation(matrix[:, :3], f"{row.where}: {key}"), matrix[:, 3:]])
