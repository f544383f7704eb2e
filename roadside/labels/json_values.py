"""Values of a JSON document, checked as they are taken out."""

import json
from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from roadside.errors import LabelError
from roadside.geometry.arrays import FloatArray
from roadside.labels.shown_values import shown


class _NamesTwice(dict[str, Any]):
    """A table that names something twice, to be told by whoever knows where it stands."""

    def __init__(self, entries: Mapping[str, Any], name: str) -> None:
        super().__init__(entries)
        self.name = name


def document(text: str, name: str) -> dict[str, Any]:
    """Returns a JSON file's table.

    Raises:
        LabelError: it is no JSON, or holds something else.
    """
    try:
        return table(json.loads(text, object_pairs_hook=_checked_later), name)
    except json.JSONDecodeError as error:
        raise LabelError(f"{name} line {error.lineno}: must be JSON, got: {error.msg}") from None
    except ValueError as error:
        raise LabelError(f"{name}: must be JSON of numbers that can be read, got: {error}") from None
    except RecursionError:
        raise LabelError(f"{name}: must be JSON of a few levels, got too many to read") from None


def table(value: Any, where: str) -> dict[str, Any]:
    """Returns a value that is a table.

    Raises:
        LabelError: it is none, or names something twice.
    """
    if isinstance(value, _NamesTwice):
        raise LabelError(f"{where}: must name everything once, got {shown(value.name)} twice")
    if not isinstance(value, dict):
        raise LabelError(f"{where}: must be a table, got {shown(json.dumps(value))}")
    return value


def tables(value: Any, where: str) -> list[dict[str, Any]]:
    """Returns a value that is a list of tables.

    Raises:
        LabelError: it is none.
    """
    if not isinstance(value, list):
        raise LabelError(f"{where}: must be a list, got {shown(json.dumps(value))}")
    return [table(entry, f"{where}[{number}]") for number, entry in enumerate(value)]


def numbers(value: Any, counts: Collection[int], where: str) -> FloatArray:
    """Returns a value that is a list of finite numbers, as many as one of ``counts``.

    Raises:
        LabelError: it is none.
    """
    wanted = " or ".join(str(count) for count in counts)
    if isinstance(value, list) and len(value) in counts and all(_is_number(entry) for entry in value):
        array = np.array(value, dtype=np.float64)
        if np.isfinite(array).all():
            return array
    raise LabelError(f"{where}: must be {wanted} finite numbers, got {shown(json.dumps(value))}")


def _checked_later(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    entries = dict(pairs)
    if len(entries) == len(pairs):
        return entries
    ((name, _),) = Counter(name for name, _ in pairs).most_common(1)
    return _NamesTwice(entries, name)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300
