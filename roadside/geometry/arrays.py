"""Array aliases, and the one check that every frozen struct makes of its arrays."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import DTypeLike, NDArray

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]
ByteArray: TypeAlias = NDArray[np.uint8]

Column: TypeAlias = tuple[str, tuple[int | None, ...], type]
"""Name, shape of one row (``None`` for any length) and element type of an array of a struct of arrays."""


def frozen(values: Any, where: str, shape: tuple[int | None, ...], dtype: DTypeLike = np.float64) -> NDArray[Any]:
    """Returns ``values`` as a read-only array of the wanted shape and type.

    An array that already has the type is taken over, not copied: the caller must not write to it afterwards
    and must not pass a view of a buffer that somebody else reuses.

    Args:
        values: anything ``np.asarray`` takes.
        where: name for the message, such as ``"Detections.boxes_px"``.
        shape: wanted shape; ``None`` stands for any length.
        dtype: wanted element type.

    Raises:
        ValueError: the shape is another one.
    """
    array = np.asarray(values, dtype=dtype)
    if array.shape != shape and not _fits(array.shape, shape):
        wanted = ", ".join("_" if want is None else str(want) for want in shape)
        raise ValueError(f"{where} must have shape ({wanted}), got {array.shape}")
    array.setflags(write=False)
    return array


def freeze_columns(struct: Any, columns: tuple[Column, ...], length: int | None = None) -> None:
    """Makes every column of a frozen struct a read-only array of its shape and type, as ``frozen`` does.

    Structs are made many times per scan: a column that fits already costs two comparisons and no message.

    Args:
        struct: its attributes are replaced.
        columns: which.
        length: wanted rows of every column; by default those of the first one.

    Raises:
        ValueError: a column has another shape or another number of rows.
    """
    for name, shape, dtype in columns:
        values = getattr(struct, name)
        if length is None:
            length = len(values)
        wanted = (length, *shape)
        if type(values) is np.ndarray and values.dtype == dtype and values.shape == wanted:
            if values.flags.writeable:
                values.setflags(write=False)
        else:
            object.__setattr__(struct, name, frozen(values, f"{type(struct).__name__}.{name}", wanted, dtype))


def _fits(got: tuple[int, ...], wanted: tuple[int | None, ...]) -> bool:
    """Returns whether a shape is the wanted one; ``None`` stands for any length."""
    return len(got) == len(wanted) and all(want in (None, side) for want, side in zip(wanted, got, strict=True))


def rows(length: int, arrays: dict[str, NDArray[Any]], where: str) -> None:
    """Checks that row *i* of every array is the same object.

    Raises:
        ValueError: an array has another number of rows.
    """
    for name, array in arrays.items():
        if len(array) != length:
            raise ValueError(f"{where}.{name} must have {length} rows, got {len(array)}")
