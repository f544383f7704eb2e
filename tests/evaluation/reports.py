"""Reports of evaluations as they stand in JSON, for tests of what reads them."""

import json
from typing import Any

import numpy as np

from roadside.evaluation.object_times import ObjectTimes
from roadside.evaluation.read_report import read_report
from roadside.evaluation.road_user_sums import road_user_sums
from tests.evaluation.object_time_rows import object_times

ROAD_USERS = np.repeat(np.arange(10), 10)
ROWS = object_times(100, road_user=ROAD_USERS)


def entry(rows: ObjectTimes, name: str = "crossing", **changes: Any) -> dict[str, Any]:
    """A recording's entry; ``changes`` such as ``position={"rmse_m": 2.0}`` replace figures or whole members."""
    content: dict[str, Any] = {
        "name": name,
        "error": None,
        "depth": "sensors",
        "truth": {
            "road_users": len(np.unique(rows.road_user)), "object_times": len(rows), "unpublished_instants": 0,
        },
        "tracking": {"hota": 0.8, "mota": 0.9, "idf1": 0.9, "id_switches": 10, "birds_eye_iou": {"hota": 0.4}},
        "position": {
            "rmse_m": 1.0, "p95_m": 2.0, "recall": 0.9, "precision": 0.9, "inside_95": 0.9, "bands": [],
        },
        "speed": {"mae_moving_mps": 0.5, "mae_standing_mps": 0.1, "moving": {"velocity_mae_mps": 0.6}},
        "heading": {"moving": {"mae_deg": 4.0}},
        "road_user_class": {"accuracy": 0.8},
        "events": {"precision": 1.0, "recall": 0.5, "delay_s": 2.0, "false_alarms_per_hour_upper": 90.0},
        "parking": {"coverage": None, "accuracy": None, "transition_f1": None},
        "lanes": {"total_error_percent": 20.0},
        "drops": 0,
        "road_users": road_user_sums(rows),
    }  # fmt: skip
    for key, value in changes.items():
        content[key] = {**content[key], **value} if isinstance(value, dict) else value
    return content


def report(*entries: dict[str, Any], name: str = "new.json", **summary: Any) -> Any:
    """A report of some recordings, through JSON; its summary is the first one's figures with changes."""
    total = {
        block: {**entries[0][block], **summary.get(block, {})} if isinstance(entries[0][block], dict) else figures
        for block, figures in entries[0].items()
    }
    return read_report(json.dumps({"recordings": entries, "summary": total}).encode(), name)
