"""Lines of text as rows of numbers; whatever is wrong is told with its line."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from roadside.errors import LabelError
from roadside.labels.shown_values import shown


@dataclass(frozen=True, slots=True)
class TextRow:
    """One line that is not empty.

    Attributes:
        where: file and line, for messages.
        fields: its columns.
    """

    where: str
    fields: Sequence[str]

    def number(self, column: int, name: str) -> float:
        """Returns a column as a finite number.

        Raises:
            LabelError: it is none.
        """
        value = self.number_or_nan(column, name)
        if not math.isfinite(value):
            raise self.wrong(name, "a finite number", self.fields[column])
        return value

    def number_or_nan(self, column: int, name: str) -> float:
        """Returns a column as a number, finite or not.

        Raises:
            LabelError: it is none.
        """
        try:
            return float(self.fields[column])
        except ValueError:
            raise self.wrong(name, "a number", self.fields[column]) from None

    def whole(self, column: int, name: str, at_least: int | None = None) -> int:
        """Returns a column as a whole number; ``7.0`` is one.

        Raises:
            LabelError: it is none, or less than ``at_least``.
        """
        value = self.number_or_nan(column, name)
        limit = "" if at_least is None else f", at least {at_least}"
        if not (abs(value) < 2**53 and value.is_integer()) or (at_least is not None and value < at_least):
            raise self.wrong(name, f"a whole number{limit}", self.fields[column])
        return int(value)

    def positive(self, column: int, name: str) -> float:
        """Returns a column as a finite number above zero.

        Raises:
            LabelError: it is none.
        """
        value = self.number(column, name)
        if value <= 0.0:
            raise self.wrong(name, "greater than 0", self.fields[column])
        return value

    def wrong(self, name: str, wanted: str, got: str) -> LabelError:
        """Returns the error that says what a column must be."""
        return LabelError(f'{self.where}: {name} must be {wanted}, got "{shown(got)}"')


def text_rows(text: str, name: str, separator: str | None) -> Iterator[TextRow]:
    """Yields the lines of a file that are not empty.

    Args:
        text: the file.
        name: what messages call it.
        separator: between columns; ``None`` for any white space.
    """
    for number, line in enumerate(text.splitlines(), start=1):
        fields = [field.strip() for field in line.split(separator)]
        if any(fields):
            yield TextRow(f"{name} line {number}", fields)


def check_columns(row: TextRow, counts: Sequence[int], wanted: str) -> None:
    """Raises unless a row has one of the numbers of columns.

    Raises:
        LabelError: it has another number.
    """
    if len(row.fields) not in counts:
        raise LabelError(f"{row.where}: must have {wanted}, got {len(row.fields)} columns")


def note_once(seen: dict[tuple[int, int], str], frame: int, object_id: int, where: str) -> None:
    """Notes in ``seen`` that a road user stands in a frame.

    Raises:
        LabelError: it stood there already.
    """
    first = seen.setdefault((frame, object_id), where)
    if first != where:
        raise LabelError(
            f"{where}: must be the only row of road user {object_id} in frame {frame}, got one at {first} already"
        )
