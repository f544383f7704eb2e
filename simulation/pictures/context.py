"""The graphics context (EGL, no display) and its programs."""

from pathlib import Path

import moderngl

SHADERS = Path(__file__).parent / "shaders"


class GraphicsUnavailableError(RuntimeError):
    """No graphics context can be made on this machine."""


def make_context() -> moderngl.Context:
    """Returns a context without a display.

    Raises:
        GraphicsUnavailableError: there is no EGL, or none that speaks OpenGL 4.3.
    """
    try:
        return moderngl.create_context(standalone=True, backend="egl", require=430)
    except Exception as error:  # moderngl raises plain Exception from its C side
        raise GraphicsUnavailableError(
            f"no EGL context with OpenGL 4.3, got '{error}'; on Debian install libegl1 libegl-mesa0 libgl1-mesa-dri"
        ) from error


def make_program(context: moderngl.Context, vertex: str, fragment: str, defines: tuple[str, ...]) -> moderngl.Program:
    """Returns a program of two files of ``shaders``.

    Args:
        context: where it lives.
        vertex, fragment: names of the files; ``frame.glsl`` comes before the fragment shader of a colour pass.
        defines: preprocessor symbols; ``COLOUR`` makes it a colour pass.
    """
    head = "#version 430 core\n" + "".join(f"#define {name}\n" for name in defines)
    frame = (SHADERS / "frame.glsl").read_text(encoding="utf-8") if "COLOUR" in defines else ""
    return context.program(
        vertex_shader=head + (SHADERS / vertex).read_text(encoding="utf-8"),
        fragment_shader=head + frame + (SHADERS / fragment).read_text(encoding="utf-8"),
    )
