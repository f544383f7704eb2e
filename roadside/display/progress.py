"""A progress bar for whatever takes longer than two seconds."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

PATIENCE_S = 2.0
"""The bar appears when the work takes longer."""


class Advance:
    """Says how far the work has come."""

    def __init__(self, bar: Progress | None, label: str, total: float | None) -> None:
        self._bar = bar
        self._started_s = time.monotonic()
        self._task = bar.add_task(label, total=total) if bar is not None else None

    def to(self, done: float) -> None:
        """Moves the bar to ``done`` of the total."""
        if self._bar is None or self._task is None:
            return
        if time.monotonic() - self._started_s > PATIENCE_S:
            self._bar.start()
        self._bar.update(self._task, completed=done)


@contextmanager
def progress(console: Console | None, label: str, total: float | None) -> Iterator[Advance]:
    """Yields what moves the bar; without a console, or where that is no terminal, there is no bar.

    Args:
        console: where the bar goes.
        label: what is being done.
        total: how much there is to do; ``None`` where nobody knows.
    """
    if console is None or not console.is_terminal:
        yield Advance(None, label, total)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=console, transient=True)
    try:
        yield Advance(bar, label, total)
    finally:
        bar.stop()
