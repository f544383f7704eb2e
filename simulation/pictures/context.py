"""The graphics context (EGL, no display) and its programs."""

import os
from pathlib import Path
from typing import Any

import moderngl
import numpy as np

from roadside.geometry.arrays import FloatArray
from simulation.pictures.meshes.materials import material_tables

SHADERS = Path(__file__).parent / "shaders"

TEXTURE_UNITS = {
    "shadow_map": 0,
    "noise_map": 1,
    "near_shade": 2,
    "near_light": 3,
    "lamp_light": 4,
    "ground_map": 5,
    "facades": 6,
    "leaves": 7,
    "wide": 8,
}
"""Where the shaders find their textures."""


class GraphicsUnavailableError(RuntimeError):
    """No graphics context can be made on this machine."""


def make_context() -> moderngl.Context:
    """Returns a context without a display.

    Films and sets are shared out among processes, so Mesa's software renderer keeps to one thread in each, unless
    ``LP_NUM_THREADS`` says otherwise: more threads than cores mostly wait for each other.

    Raises:
        GraphicsUnavailableError: there is no EGL, or none that speaks OpenGL 4.3.
    """
    os.environ.setdefault("LP_NUM_THREADS", "1")
    try:
        return moderngl.create_context(standalone=True, require=430, **{"backend": "egl"})  # type: ignore[arg-type]
    except Exception as error:  # moderngl raises plain Exception from its C side
        raise GraphicsUnavailableError(
            f"no EGL context with OpenGL 4.3, got '{error}'; on Debian install libegl1 libegl-mesa0 libgl1-mesa-dri"
        ) from error


class Programs:
    """The programs of one context, each made at its first use, with its textures and tables in place."""

    def __init__(self, context: moderngl.Context, map_extent: tuple[float, float, float, float]) -> None:
        self._context, self._map_extent = context, map_extent
        self._made: dict[tuple[str, ...], moderngl.Program] = {}

    def of(self, vertex: str, fragment: str, *defines: str) -> moderngl.Program:
        """Returns a program of two files of ``shaders``.

        Args:
            vertex: file of the vertex shader.
            fragment: file of the fragment shader; in a colour pass ``frame.glsl`` comes before it.
            defines: preprocessor symbols; ``COLOUR`` makes it a colour pass.
        """
        key = (vertex, fragment, *defines)
        if key not in self._made:
            head = "#version 430 core\n" + "".join(f"#define {name}\n" for name in defines)
            frame = (SHADERS / "frame.glsl").read_text(encoding="utf-8") if "COLOUR" in defines else ""
            program = self._context.program(
                vertex_shader=head + (SHADERS / vertex).read_text(encoding="utf-8"),
                fragment_shader=head + frame + (SHADERS / fragment).read_text(encoding="utf-8"),
            )
            self._fill(program)
            self._made[key] = program
        return self._made[key]

    def _fill(self, program: Any) -> None:
        for name, unit in TEXTURE_UNITS.items():
            if name in program:
                program[name].value = unit
        if "Frame" in program:
            program["Frame"].binding = 0
        for name, values in zip(("albedo_table", "emission_table"), material_tables(), strict=True):
            if name in program:
                program[name].write(values.astype(np.float32).tobytes())
        if "map_extent" in program:
            program["map_extent"].value = self._map_extent


def set_matrix(program: Any, name: str, matrix: FloatArray) -> None:
    """Sets a square matrix of a program; GLSL stores columns first."""
    program[name].write(np.ascontiguousarray(matrix.T, dtype=np.float32).tobytes())
