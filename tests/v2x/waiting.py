"""For what happens on another thread."""

import time
from collections.abc import Callable


def wait_for(condition: Callable[[], object], within_s: float = 20.0) -> None:
    """Returns once ``condition()`` is true; fails when that does not happen."""
    until_s = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < until_s, "it did not happen"
        time.sleep(0.002)
