"""Reads back what two reports are compared by: the figures, and the sums by road user."""

import json
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from roadside.errors import ReportError
from roadside.evaluation.compared_figures import FIGURES
from roadside.evaluation.road_user_sums import SUMS
from roadside.geometry.arrays import FloatArray, IntArray

TOO_LARGE = 2**63
"""What no 64-bit integer holds, and no figure comes near."""


@dataclass(frozen=True, slots=True, eq=False)
class ReadRecording:
    """What a report says of one recording.

    Attributes:
        error: why it could not be evaluated; ``None`` if it was, and only then the rest is there.
        depth: where the replay began.
        road_users, object_times: of its truth.
        figures: by path; NaN where not known.
        ids: (U,) road users, ascending.
        sums: (U,) of every name of ``SUMS``.
    """

    name: str
    error: str | None
    depth: str
    road_users: int
    object_times: int
    figures: dict[str, float]
    ids: IntArray
    sums: dict[str, FloatArray]


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """A report as it is compared: ``name`` for messages, and the figures of its recordings and of all of them."""

    name: str
    recordings: tuple[ReadRecording, ...]
    summary: dict[str, float]


def read_report(data: bytes, name: str) -> Report:
    """Returns the report in a file.

    Args:
        data: the file.
        name: its name, for messages.

    Raises:
        ReportError: it is no report, or lacks something.
    """
    try:
        return parsed_report(_parsed_json(data, name), name)
    except RecursionError as error:
        raise ReportError(f"{name}: must be the JSON of roadside evaluate, got: nested too deeply") from error


def _parsed_json(data: bytes, name: str) -> Any:
    try:
        return json.loads(data, parse_constant=_no_number)
    except ValueError as error:
        raise ReportError(f"{name}: must be the JSON of roadside evaluate, got: {error}") from error


def _no_number(literal: str) -> None:
    """Refuses what Python's parser takes and JSON does not have (RFC 8259, section 6)."""
    raise ValueError(f"{literal} is no JSON")


def parsed_report(document: Any, name: str) -> Report:
    """Returns the report in parsed JSON; see ``read_report``."""
    entries = _member(document, "recordings", list, "a list", f"{name}: ")
    recordings = tuple(_recording(entry, f"{name}: recordings[{index}].") for index, entry in enumerate(entries))
    names = [recording.name for recording in recordings]
    twice = sorted({each for each in names if names.count(each) > 1})
    if twice:
        raise ReportError(f"{name}: recordings[].name must differ, got {', '.join(twice)} more than once")
    summary = _member(document, "summary", dict, "an object", f"{name}: ")
    return Report(name, recordings, _figures(summary, f"{name}: summary."))


def _recording(entry: Any, where: str) -> ReadRecording:
    name = _member(entry, "name", str, "text", where)
    error = _member(entry, "error", (str, type(None)), "text or null", where)
    if error is not None:
        return ReadRecording(name, error, "", 0, 0, {}, np.zeros(0, np.int64), {})
    truth = _member(entry, "truth", dict, "an object", where)
    rows = _member(entry, "road_users", list, "a list", where)
    ids = [_member(row, "id", int, "a whole number", f"{where}road_users[{i}].") for i, row in enumerate(rows)]
    order = np.argsort(ids)
    sums = {
        key: np.array([_number(row, key, f"{where}road_users[{i}].") for i, row in enumerate(rows)])[order]
        for key in SUMS
    }
    return ReadRecording(
        name=name,
        error=None,
        depth=_member(entry, "depth", str, "text", where),
        road_users=_member(truth, "road_users", int, "a whole number", f"{where}truth."),
        object_times=_member(truth, "object_times", int, "a whole number", f"{where}truth."),
        figures=_figures(entry, where),
        ids=np.array(ids, dtype=np.int64)[order],
        sums=sums,
    )


def _figures(entry: Any, where: str) -> dict[str, float]:
    """Returns the figures at the paths."""
    return {figure.path: _figure(entry, figure.path, where) for figure in FIGURES}


def _figure(entry: Any, path: str, where: str) -> float:
    """Returns the figure at a path; NaN where the report has null, for the figure or for a block around it.

    Raises:
        ReportError: it or a block is missing, or of another kind.
    """
    block, _, rest = path.partition(".")
    if isinstance(entry, dict) and block not in entry:
        raise ReportError(
            f"{where}{path} must be a number or null, it is missing: if an older roadside made the report, make it anew"
        )
    if not rest:
        value = _member(entry, block, (int, float, type(None)), "a number or null", where)
        return math.nan if value is None else float(value)
    members = _member(entry, block, (dict, type(None)), "an object or null", where)
    return math.nan if members is None else _figure(members, rest, f"{where}{block}.")


def _number(entry: Any, key: str, where: str) -> float:
    return float(_member(entry, key, (int, float), "a number", where))


def _member(entry: Any, key: str, kind: type | tuple[type, ...], wanted: str, where: str) -> Any:
    """Returns a member of a JSON object.

    Raises:
        ReportError: there is none, or it is of another kind.
    """
    if not isinstance(entry, dict):
        raise ReportError(f"{where.rstrip('. ')} must be an object, got {_shown(entry)}")
    if key not in entry:
        raise ReportError(f"{where}{key} must be {wanted}, it is missing")
    value = entry[key]
    if not isinstance(value, kind) or isinstance(value, bool):
        raise ReportError(f"{where}{key} must be {wanted}, got {_shown(value)}")
    if isinstance(value, int | float) and abs(value) >= TOO_LARGE:
        raise ReportError(f"{where}{key} must be {wanted} below 2^63, got {_shown(value)}")
    return value


def _shown(value: Any) -> str:
    """Returns a value as the start of its JSON."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else f"{text[:37]}..."
