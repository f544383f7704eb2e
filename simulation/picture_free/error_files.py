"""The error model as a JSON file: read strictly, written so that a difference shows in a review."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from simulation.picture_free.error_model import ErrorModel, Fitted
from simulation.picture_free.errors import CameraErrors
from simulation.picture_free.radar_errors import RadarErrors

FORMAT = 2
FITTED_FILE = Path(__file__).with_name("errors.json")
"""The fitted model of this version."""
SIGNIFICANT_DIGITS = 5

AnyErrors = TypeVar("AnyErrors", CameraErrors, RadarErrors)


def read_errors(path: Path = FITTED_FILE) -> ErrorModel:
    """Returns the model in a file.

    Raises:
        ValueError: it is no such file, or lacks a number.
        OSError: it cannot be read.
    """
    document = json.loads(path.read_text())
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ValueError(f"{path}: format must be {FORMAT}")
    where = str(path)
    return ErrorModel(
        {name: _fitted(CameraErrors, entry, f"{where}: cameras.{name}") for name, entry in document["cameras"].items()},
        {name: _fitted(RadarErrors, entry, f"{where}: radars.{name}") for name, entry in document["radars"].items()},
        document["made"],
    )


def fit_of(path: Path, model: ErrorModel, weather: str) -> dict[str, object]:
    """Returns which model a recording was made with, for those who look at it later.

    Args:
        path: of the model's file.
        model: that was read from it.
        weather: of the recording.
    """
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return {"errors_sha256": digest, "weather": weather, "source": model.cameras[weather].source, "made": model.made}


def write_errors(model: ErrorModel, path: Path) -> None:
    """Writes a model; the same model gives the same bytes."""
    document = {
        "format": FORMAT,
        "made": dict(model.made),
        "cameras": {name: _entry(fitted) for name, fitted in sorted(model.cameras.items())},
        "radars": {name: _entry(fitted) for name, fitted in sorted(model.radars.items())},
    }
    path.write_text(_text(document, 0) + "\n")


def _fitted(kind: type[AnyErrors], entry: Mapping[str, Any], where: str) -> Fitted:
    wanted = {field.name for field in fields(kind)}
    got = set(entry["errors"])
    if got != wanted:
        raise ValueError(
            f"{where}.errors: missing {', '.join(sorted(wanted - got)) or 'nothing'}, "
            f"not known {', '.join(sorted(got - wanted)) or 'nothing'}"
        )
    values = {
        name: np.array(value, dtype=np.float64) if isinstance(value, list) else float(value)
        for name, value in entry["errors"].items()
    }
    uncertainty = {name: np.array(value, dtype=np.float64) for name, value in entry["uncertainty"].items()}
    return Fitted(kind(**values), uncertainty, str(entry["source"]))  # type: ignore[arg-type]


def _entry(fitted: Fitted) -> dict[str, object]:
    errors = {field.name: _plain(getattr(fitted.errors, field.name)) for field in fields(fitted.errors)}
    uncertainty = {name: _plain(value) for name, value in sorted(fitted.uncertainty.items())}
    return {"source": fitted.source, "errors": errors, "uncertainty": uncertainty}


def _plain(value: Any) -> object:
    """Returns a number or an array as JSON has it, with as many digits as mean something."""
    array = np.asarray(value, dtype=np.float64)
    if array.ndim == 0:
        return float(f"{float(array):.{SIGNIFICANT_DIGITS}g}")
    return [_plain(row) for row in array]


def _text(value: object, depth: int) -> str:
    """Returns JSON with tables one row a line: neither one long line nor one number a line."""
    if isinstance(value, dict):
        inner = ",\n".join(
            f"{' ' * (depth + 1)}{json.dumps(name)}: {_text(item, depth + 1)}" for name, item in value.items()
        )
        return f"{{\n{inner}\n{' ' * depth}}}" if inner else "{}"
    if isinstance(value, list) and value and isinstance(value[0], list):
        rows = ",\n".join(f"{' ' * (depth + 1)}{json.dumps(row)}" for row in value)
        return f"[\n{rows}\n{' ' * depth}]"
    return json.dumps(value, ensure_ascii=False)
