"""Writing a calibration into a site file; everything else in it, comments too, stays as it is."""

import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import tomlkit

from roadside.config.sensors import azimuth_deg_of_heading
from roadside.config.site_entries import CalibrationEntry
from roadside.geometry.camera import PinholeCamera
from roadside.geometry.pose import Pose, camera_angles


def with_calibration(
    site_toml: bytes, camera_id: str, camera: PinholeCamera, site_from_camera: Pose, entry: CalibrationEntry
) -> bytes:
    """Returns the text of a valid site file with another pose, focal length and calibration of one camera."""
    document = tomlkit.parse(site_toml.decode())
    tables: Any = document["camera"]
    table = next(table for table in tables if table["id"] == camera_id)
    heading_rad, pitch_rad, roll_rad = camera_angles(site_from_camera.rotation)
    _set(table, "position_m", [round(float(value), 4) for value in site_from_camera.translation_m])
    _set(table, "azimuth_deg", round(azimuth_deg_of_heading(heading_rad), 5))
    _set(table, "pitch_deg", round(float(np.degrees(pitch_rad)), 5))
    _set(table, "roll_deg", round(float(np.degrees(roll_rad)), 5))
    if (camera.fx_px, camera.fy_px) != (table["fx_px"], table["fy_px"]):
        _set(table, "fx_px", round(camera.fx_px, 2))
        _set(table, "fy_px", round(camera.fy_px, 2))
    calibration = tomlkit.table()
    for key, value in entry.model_dump(exclude_none=True).items():
        calibration.add(key, round(value, 4) if isinstance(value, float) else value)
    calibration.add(tomlkit.nl())
    table["calibration"] = calibration
    return f"{tomlkit.dumps(document).rstrip()}\n".encode()


def _set(table: Any, key: str, value: Any) -> None:
    """Sets a key and keeps the comment behind it."""
    item = tomlkit.item(value)
    if key in table:
        trivia = table.item(key).trivia
        item.trivia.comment_ws, item.trivia.comment = trivia.comment_ws, trivia.comment
    table[key] = item


def replace_file(path: Path, data: bytes) -> None:
    """Replaces a file's content so that a reader sees the old file or the new one, never a half.

    Raises:
        OSError: the folder or the disk does not take it; the old file is untouched.
    """
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(path.stat().st_mode)
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
