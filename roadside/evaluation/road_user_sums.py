"""What each road user adds to the figures of a report, so that two reports can be compared over the same road users."""

from typing import Any

import numpy as np

from roadside.evaluation.bootstrap import known_sums
from roadside.evaluation.object_times import ObjectTimes
from roadside.evaluation.state_figures import moving, standing
from roadside.types.road_users import RoadUserClass

SUMS = (
    "object_times", "matched", "squared_error_m2", "moving_rows", "moving_speed_error_mps", "standing_rows",
    "standing_speed_error_mps",
)  # fmt: skip
"""Sums over the rows of one road user that recall, RMSE and mean absolute errors of speed are made of."""


def road_user_sums(rows: ObjectTimes) -> list[dict[str, Any]]:
    """Returns an entry of JSON for every road user, in order of their numbers: id, class and ``SUMS``.

    Rows without a track, or whose track does not say its speed, add nothing to the sums of errors and their numbers.
    """
    ids, first = np.unique(rows.road_user, return_index=True)
    speed_error_mps = np.abs(rows.speed_error_mps)
    position = known_sums(rows.road_user, rows.distance_m**2)
    of_moving = known_sums(rows.road_user, np.where(moving(rows), speed_error_mps, np.nan))
    of_standing = known_sums(rows.road_user, np.where(standing(rows), speed_error_mps, np.nan))
    object_times = np.unique(rows.road_user, return_counts=True)[1]
    return [
        {
            "id": int(ids[row]),
            "class": RoadUserClass(rows.classes[first[row]]).label,
            "object_times": int(object_times[row]),
            "matched": int(position[row, 1]),
            "squared_error_m2": float(position[row, 0]),
            "moving_rows": int(of_moving[row, 1]),
            "moving_speed_error_mps": float(of_moving[row, 0]),
            "standing_rows": int(of_standing[row, 1]),
            "standing_speed_error_mps": float(of_standing[row, 0]),
        }
        for row in range(len(ids))
    ]
