"""Room for what stands: everything asks for its place here, so that nothing stands on a lane or in another."""

import numpy as np
from shapely import Point, Polygon, box, dwithin, intersects, prepare
from shapely.geometry.base import BaseGeometry

from roadside.geometry.arrays import FloatArray


class OpenGround:
    """The ground of one world while it is furnished.

    What is small keeps off the streets and out of the sight lines of the poles; what is big keeps off what
    stands already, too.
    """

    def __init__(self, streets: BaseGeometry, sight: BaseGeometry, extent_m: tuple[float, float, float, float]) -> None:
        """Takes the area of the streets, that between poles and what they watch, and the world's extent."""
        self._kept_free = streets.union(sight)
        self._extent = box(*extent_m)
        self._taken: list[BaseGeometry] = []
        prepare(self._kept_free)
        prepare(self._extent)

    def take(self, area: BaseGeometry, apart_m: float = 0.0) -> bool:
        """Takes an area if it is free and ``apart_m`` from what stands already; returns whether it was."""
        if not self.is_free(area, apart_m):
            return False
        self._taken.append(area)
        return True

    def is_free(self, area: BaseGeometry, apart_m: float = 0.0) -> bool:
        """Returns whether an area is free and ``apart_m`` from what stands already."""
        if not self._extent.contains(area) or self._kept_free.intersects(area):
            return False
        if not self._taken:
            return True
        taken = np.array(self._taken, dtype=object)
        blocked = dwithin(taken, area, apart_m) if apart_m > 0 else intersects(taken, area)
        return not bool(blocked.any())

    def take_disc(self, x_m: float, y_m: float, radius_m: float, apart_m: float = 0.0) -> bool:
        """Takes a disc, as ``take`` does."""
        return self.take(Point(x_m, y_m).buffer(radius_m, quad_segs=4), apart_m)

    def take_polygon(self, polygon_m: FloatArray, apart_m: float = 0.0) -> bool:
        """Takes a (K, 2) polygon, as ``take`` does."""
        return self.take(Polygon(polygon_m), apart_m)

    def reserve(self, area: BaseGeometry) -> None:
        """Takes an area whatever is there: for what the plan itself puts somewhere."""
        self._taken.append(area)
