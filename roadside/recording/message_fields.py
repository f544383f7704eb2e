"""Arrays to the repeated fields of a message and back."""

from typing import Any

import numpy as np
from google.protobuf.message import Message
from numpy.typing import NDArray


def fill(message: Message, item: object, names: tuple[str, ...]) -> None:
    """Writes the named arrays of ``item`` into the repeated fields of the same names."""
    for name in names:
        getattr(message, name).extend(getattr(item, name).ravel().tolist())


def array_of(values: Any, *shape: int, dtype: type = np.float64) -> NDArray[Any]:
    """Returns a repeated field as an array of that shape."""
    return np.array(values, dtype=dtype).reshape(shape)
