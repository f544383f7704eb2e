"""Pieces of work for processes of their own; they must be importable by name."""

import os
import time
from collections.abc import Callable

from roadside.errors import RecordingError


def doubled(number: int, on_progress: Callable[[float], None]) -> int:
    """Tells of its halves; the smaller the number, the longer it takes."""
    on_progress(number / 2)
    time.sleep(0.05 * max(0, 3 - number))
    on_progress(float(number))
    return 2 * number


def in_trouble(trouble: str, on_progress: Callable[[float], None]) -> str:
    """Does what it is told."""
    if trouble == "user":
        raise RecordingError("x.mcap: wanted an MCAP recording, got an empty file")
    if trouble == "bug":
        raise ZeroDivisionError("no scenes")
    if trouble == "crash":
        os._exit(7)
    return trouble
