"""What a renderer gives back for one picture."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from roadside.geometry.arrays import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One picture with its exact contents; row 0 is the top.

    Attributes:
        light: (H, W, 3) linear RGB radiance without an upper bound.
        object_rows: (H, W) the row of ``Actors`` seen at each pixel's centre, -1 for none.
        alone_px: (N,) how many pixels each actor would show if nothing stood before it.
        full_box_px: (N, 4) left, top, right and bottom of each whole body, clipped to the picture; NaN out of view.
    """

    light: NDArray[np.float32]
    object_rows: NDArray[np.int16]
    alone_px: IntArray
    full_box_px: FloatArray

    def __post_init__(self) -> None:
        for array in (self.light, self.object_rows, self.alone_px, self.full_box_px):
            array.setflags(write=False)
