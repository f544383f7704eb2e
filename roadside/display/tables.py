"""Tables 80 columns wide, in which an unknown figure is a dash."""

import math

from rich import box
from rich.table import Table

UNKNOWN = "-"


def plain_table(first: str, *headings: str) -> Table:
    """Returns a table without a frame: text in the first column, figures to the right."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False, caption=" ")
    table.add_column(first, no_wrap=True)
    for heading in headings:
        table.add_column(heading, justify="right")
    return table


def number(value: float, digits: int) -> str:
    """Returns a figure with so many digits, a count with none."""
    if isinstance(value, int):
        return str(value)
    return f"{value:.{digits}f}" if math.isfinite(value) else UNKNOWN
