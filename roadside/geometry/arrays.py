"""Array aliases, and the one check that every frozen struct makes of its arrays."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import DTypeLike, NDArray

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]
ByteArray: TypeAlias = NDArray[np.uint8]


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
    if array.ndim != len(shape) or any(want not in (None, got) for want, got in zip(shape, array.shape, strict=True)):
        wanted = ", ".join("_" if want is None else str(want) for want in shape)
        raise ValueError(f"{where} must have shape ({wanted}), got {array.shape}")
    array.setflags(write=False)
    return array


def rows(length: int, arrays: dict[str, NDArray[Any]], where: str) -> None:
    """Checks that row *i* of every array is the same object.

    Raises:
        ValueError: an array has another number of rows.
    """
    for name, array in arrays.items():
        if len(array) != length:
            raise ValueError(f"{where}.{name} must have {length} rows, got {len(array)}")
