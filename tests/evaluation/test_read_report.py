"""What is a report, and what is refused as none, with the place that is wrong."""

import json
import math
from typing import Any

import pytest

from roadside.errors import ReportError
from roadside.evaluation.read_report import parsed_report, read_report
from tests.evaluation.reports import ROWS, entry


def without(*path: str) -> dict[str, Any]:
    content = entry(ROWS)
    block = content
    for key in path[:-1]:
        block = block[key]
    del block[path[-1]]
    return content


OLDER = "it is missing: if an older roadside made the report, make it anew"


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([], "old.json: must be an object, got []"),
        ({}, "old.json: recordings must be a list, it is missing"),
        ({"recordings": {}}, "old.json: recordings must be a list, got {}"),
        ({"recordings": [1]}, "old.json: recordings[0] must be an object, got 1"),
        ({"recordings": [{"error": None}]}, "old.json: recordings[0].name must be text, it is missing"),
        ({"recordings": [{"name": "a", "error": 3}]}, "old.json: recordings[0].error must be text or null, got 3"),
        ({"recordings": []}, "old.json: summary must be an object, it is missing"),
        (
            {"recordings": [without("tracking", "hota")]},
            f"old.json: recordings[0].tracking.hota must be a number or null, {OLDER}",
        ),
        (
            {"recordings": [without("speed", "moving", "velocity_mae_mps")]},
            f"old.json: recordings[0].speed.moving.velocity_mae_mps must be a number or null, {OLDER}",
        ),
        (
            {"recordings": [without("heading")]},
            f"old.json: recordings[0].heading.moving.mae_deg must be a number or null, {OLDER}",
        ),
        ({"recordings": [without("drops")]}, f"old.json: recordings[0].drops must be a number or null, {OLDER}"),
        (
            {"recordings": [entry(ROWS, heading=3)]},
            "old.json: recordings[0].heading must be an object or null, got 3",
        ),
        (
            {"recordings": [entry(ROWS, road_users=[{"id": 10**30}])]},
            "old.json: recordings[0].road_users[0].id must be a whole number below 2^63, "
            "got 1000000000000000000000000000000",
        ),
        (
            {"recordings": [entry(ROWS, drops=-(10**400))]},
            f"old.json: recordings[0].drops must be a number or null below 2^63, got -1{'0' * 35}...",
        ),
        (
            {"recordings": [entry(ROWS, truth={"road_users": True})]},
            "old.json: recordings[0].truth.road_users must be a whole number, got true",
        ),
        (
            {"recordings": [entry(ROWS, position={"rmse_m": "1.0"})]},
            'old.json: recordings[0].position.rmse_m must be a number or null, got "1.0"',
        ),
        (
            {"recordings": [entry(ROWS, road_users=[{"id": 1, "object_times": None}])]},
            "old.json: recordings[0].road_users[0].object_times must be a number, got null",
        ),
        (
            {"recordings": [entry(ROWS, "a"), entry(ROWS, "b"), entry(ROWS, "a")]},
            "old.json: recordings[].name must differ, got a more than once",
        ),
        (
            {"recordings": [], "summary": {"truth": "x" * 80}},
            f'old.json: summary.truth must be an object or null, got "{"x" * 36}...',
        ),
    ],
)
def test_a_file_that_is_no_such_report_says_where(document, message):
    with pytest.raises(ReportError) as refused:
        read_report(json.dumps(document).encode(), "old.json")

    assert str(refused.value) == message


@pytest.mark.parametrize(
    "data", [b"", b"{", b"\xff\xfe\x00", b"MCAP0", b"[NaN]", b'{"a": -Infinity}', b"[" * 100_000, b"9" * 5000]
)
def test_a_file_that_is_no_json_is_refused(data):
    with pytest.raises(ReportError, match=r"^old\.json: must be the JSON of roadside evaluate, got: "):
        read_report(data, "old.json")


def test_a_number_that_no_double_holds_is_refused():
    text = json.dumps({"recordings": [entry(ROWS, drops="?")]}).replace('"?"', "1e999")

    with pytest.raises(
        ReportError, match=r"^old\.json: recordings\[0\]\.drops must be a number or null below 2\^63, got"
    ):
        read_report(text.encode(), "old.json")


def test_no_depth_of_nesting_ends_in_anything_but_a_refusal():
    for depth in range(800, 1100):
        with pytest.raises(ReportError):
            read_report(b'{"recordings":' + b"[" * depth + b"]" * depth + b"}", "old.json")


def test_what_is_not_a_number_in_a_report_of_this_run_is_not_known():
    document = {"recordings": [entry(ROWS, drops=math.nan)], "summary": entry(ROWS)}

    assert math.isnan(parsed_report(document, "this run").recordings[0].figures["drops"])
