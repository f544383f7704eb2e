"""A graphics context for the tests of pictures, or a clear reason why there is none."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from simulation.pictures.context import GraphicsUnavailableError
from simulation.pictures.renderer import Renderer
from simulation.types.world import World


@contextmanager
def graphics_wanted() -> Iterator[None]:
    """Where this machine has no EGL the test is skipped, in CI it fails."""
    try:
        yield
    except GraphicsUnavailableError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))


@contextmanager
def renderer_of(world: World, width_px: int, height_px: int) -> Iterator[Renderer]:
    """Gives a renderer, where there are graphics."""
    with graphics_wanted():
        renderer = Renderer(world, width_px, height_px)
    try:
        yield renderer
    finally:
        renderer.close()
