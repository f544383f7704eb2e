"""Many instances of many meshes, drawn with one call."""

from typing import Any

import moderngl
import numpy as np

from roadside.geometry.arrays import FloatArray, IntArray

_COMMAND_BYTES = 20


class Geometry:
    """Vertices and triangles of a library of meshes on the graphics side.

    Args of the constructor:
        vertices: (V, F) of all meshes.
        triangles: (T, 3); a command's base vertex is added to them.
        layout, fields: moderngl's format of a vertex, and the names of its parts.
    """

    def __init__(
        self, context: moderngl.Context, vertices: FloatArray, triangles: IntArray, layout: str, fields: tuple[str, ...]
    ) -> None:
        self.context = context
        self.vertices = context.buffer(np.ascontiguousarray(vertices, dtype=np.float32).tobytes())
        self.indices = context.buffer(np.ascontiguousarray(triangles, dtype=np.int32).tobytes())
        self.layout, self.fields = layout, fields
        self.index_count = int(triangles.size)

    def vertex_array(self, program: moderngl.Program, *instances: Any) -> moderngl.VertexArray:
        """Returns this geometry wired to a program; parts that the program does not read are left out."""
        content = [(self.vertices, self.layout, *self.fields), *instances]
        return self.context.vertex_array(program, content, self.indices, index_element_size=4, skip_errors=True)


class DrawList:
    """Instances and the commands that draw them; written anew for every pass of every frame."""

    def __init__(self, geometry: Geometry, layout: str = "", fields: tuple[str, ...] = (), capacity: int = 0) -> None:
        self._geometry, self._layout, self._fields = geometry, layout, fields
        self._arrays: dict[moderngl.Program, moderngl.VertexArray] = {}
        self._rows = geometry.context.buffer(reserve=max(capacity, 1) * max(4 * len(fields) * 4, 4)) if fields else None
        self._capacity = capacity
        self._commands = geometry.context.buffer(reserve=_COMMAND_BYTES * 64)
        self._count = 0

    def write(self, commands: IntArray, rows: FloatArray | None = None) -> None:
        """Takes (K, 5) commands and the (M, F) instance rows that they refer to.

        Raises:
            ValueError: more rows than there is room for.
        """
        self._count = len(commands)
        if self._count == 0:
            return
        data = np.ascontiguousarray(commands, dtype=np.int32).tobytes()
        if len(data) > self._commands.size:
            self._commands.orphan(2 * len(data))
        self._commands.write(data)
        if rows is not None and self._rows is not None:
            if len(rows) > self._capacity:
                raise ValueError(f"a picture holds at most {self._capacity} instances of a kind, got {len(rows)}")
            self._rows.write(np.ascontiguousarray(rows, dtype=np.float32).tobytes())

    def draw(self, program: moderngl.Program) -> None:
        """Draws everything."""
        if self._count:
            self._array(program).render_indirect(self._commands, moderngl.TRIANGLES, count=self._count)

    def draw_one(self, program: moderngl.Program, number: int) -> None:
        """Draws one command."""
        self._array(program).render_indirect(self._commands, moderngl.TRIANGLES, count=1, first=number)

    def _array(self, program: moderngl.Program) -> moderngl.VertexArray:
        if program not in self._arrays:
            instances = [(self._rows, self._layout, *self._fields)] if self._rows is not None else []
            self._arrays[program] = self._geometry.vertex_array(program, *instances)
        return self._arrays[program]
