"""Mistakes in a file as lines for people: ``FILE: KEY must be WANTED, got GOT``."""

import difflib
import json
from collections.abc import Iterable, Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

MAX_SHOWN_CHARACTERS = 60

_WANTED = {
    "missing": "given",
    "float_type": "a number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "finite_number": "a finite number",
    "string_type": "a text",
    "string_too_short": "a text that is not empty",
    "string_pattern_mismatch": "lower-case letters, digits and underscores",
    "list_type": "a list",
    "dict_type": "a table",
    "model_type": "a table",
    "date_type": "a date such as 2026-05-01",
    "literal_error": "{expected}",
    "enum": "{expected}",
    "greater_than": "greater than {gt}",
    "greater_than_equal": "at least {ge}",
    "less_than": "less than {lt}",
    "less_than_equal": "at most {le}",
    "too_short": "a list of at least {min_length}",
    "too_long": "a list of at most {max_length}",
}


def shown(value: Any) -> str:
    """Returns a value as it would stand in the file, cut short; a table only as ``a table``."""
    if isinstance(value, dict):
        return "a table"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= MAX_SHOWN_CHARACTERS else text[:MAX_SHOWN_CHARACTERS] + "..."


def key_path(parts: Iterable[str | int]) -> str:
    """Returns ``camera[0].fx_px`` of ``("camera", 0, "fx_px")``."""
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
    return path.removeprefix(".")


def unknown(word: str, known: Iterable[str]) -> str:
    """Returns ``unknown key "fov"``, with the known one that looks most like it, if any does."""
    nearest = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f'unknown key "{word}"' + (f', did you mean "{nearest[0]}"?' if nearest else "")


def problem_lines(error: ValidationError, model: type[BaseModel], prefix: Sequence[str | int] = ()) -> list[str]:
    """Returns one line for each mistake that pydantic found, without the name of the file.

    Args:
        error: what ``model.model_validate`` raised.
        model: the model, for the names of the keys it knows.
        prefix: where in the file the model's table stands.
    """
    return [_line(detail, model, prefix) for detail in error.errors(include_url=False)]


def _line(detail: ErrorDetails, model: type[BaseModel], prefix: Sequence[str | int]) -> str:
    where = key_path((*prefix, *detail["loc"]))
    if detail["type"] == "extra_forbidden":
        table = key_path((*prefix, *detail["loc"][:-1]))
        known = _fields(model, detail["loc"][:-1])
        return (f"{table}: " if table else "") + unknown(str(detail["loc"][-1]), known)
    if detail["type"] == "missing":
        return f"{where} must be given, it is missing"
    return f"{where} must be {_wanted(detail)}, got {shown(detail['input'])}"


def _wanted(detail: ErrorDetails) -> str:
    context = detail.get("ctx", {})
    if detail["type"] == "greater_than" and context["gt"] == 0:
        return "positive"
    if detail["type"] == "greater_than_equal" and context["ge"] == 0:
        return "zero or positive"
    context = {key: f"{value:g}" if isinstance(value, float) else value for key, value in context.items()}
    return _WANTED[detail["type"]].format(**context) if detail["type"] in _WANTED else detail["msg"]


def _fields(model: type[BaseModel], location: Sequence[str | int]) -> list[str]:
    """Returns the keys that the table at ``location`` may have."""
    for part in location:
        if isinstance(part, str) and part in model.model_fields:
            model = _model_in(model.model_fields[part].annotation) or model
    return list(model.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """Returns the model in an annotation such as ``list[CameraEntry]`` or ``CalibrationEntry | None``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_in(argument) for argument in get_args(annotation))
    return next((model for model in found if model is not None), None)
