"""Rows of object-times by hand: whatever a test does not name is a car 20 m away that is found without error."""

from typing import Any

import numpy as np

from roadside.evaluation.object_times import NO_TRACK, OBJECT_TIME_COLUMNS, ObjectTimes, SeenBy
from roadside.types.road_users import RoadUserClass

SCENE_NS = 100_000_000


def object_times(rows: int, found: Any = True, **columns: Any) -> ObjectTimes:
    """Rows of one road user at one scene after the other.

    Args:
        rows: how many.
        found: which have a track; the rest say nothing.
        columns: one value for all rows, or one for each.
    """
    values: dict[str, Any] = {
        "road_user": 1, "time_ns": SCENE_NS * np.arange(rows), "classes": RoadUserClass.CAR, "range_m": 20.0,
        "speed_mps": 10.0, "seen_by": SeenBy.BOTH, "track_id": 1, "error_m": (0.0, 0.0),
        "covariance_m2": np.eye(2), "speed_error_mps": 0.0, "velocity_error_mps": (0.0, 0.0), "heading_error_rad": 0.0,
        "size_error_m": (0.0, 0.0, 0.0), "track_class": RoadUserClass.CAR, "consumed_error_m": (0.0, 0.0),
    } | columns  # fmt: skip
    silent = ~np.broadcast_to(np.asarray(found), (rows,))
    arrays = []
    for name, shape, dtype in OBJECT_TIME_COLUMNS:
        array = np.array(np.broadcast_to(np.asarray(values[name], dtype=dtype), (rows, *shape)))
        if name in ("track_id", "track_class"):
            array[silent] = NO_TRACK
        elif name.endswith(("error_m", "error_mps", "error_rad", "covariance_m2")):
            array[silent] = np.nan
        arrays.append(array)
    return ObjectTimes(*arrays)
