"""Which objects a subscriber wants, and how often."""

import math
from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import BoolArray, FloatArray, IntArray
from roadside.geometry.geodesy import LocalFrame
from roadside.types.road_users import RoadUserClass
from roadside.v2x.v1 import perception_service_pb2 as service_pb

KNOWN_CLASSES = frozenset(int(kind) for kind in RoadUserClass)


@dataclass(frozen=True, slots=True)
class Circle:
    """An area of the road.

    Attributes:
        east_m, north_m: the centre, site frame.
        radius_m: horizontal.
    """

    east_m: float
    north_m: float
    radius_m: float


@dataclass(frozen=True, slots=True)
class SceneFilter:
    """Which objects pass. Equal filters compare equal: the broker serves them with the same bytes.

    Attributes:
        circle: an object's centre must lie in it; None for everywhere.
        classes: ``RoadUserClass`` numbers; empty for every class.
    """

    circle: Circle | None = None
    classes: frozenset[int] = frozenset()

    def passes(self, position_m: FloatArray, classes: IntArray) -> BoolArray:
        """Returns (N,) which of N objects pass, given their (N, 2) site positions and (N,) classes."""
        passing = np.ones(len(classes), dtype=bool)
        if self.circle is not None:
            east_m, north_m = position_m[:, 0] - self.circle.east_m, position_m[:, 1] - self.circle.north_m
            passing &= east_m * east_m + north_m * north_m <= self.circle.radius_m**2
        if self.classes:
            passing &= np.isin(classes, list(self.classes))
        return passing


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one subscriber asked for.

    Attributes:
        objects: which objects.
        period_ns: least scene time between two messages; 0 for every scene.
    """

    objects: SceneFilter = SceneFilter()
    period_ns: int = 0


def wanted_of(message: service_pb.SubscriptionFilter, frame: LocalFrame) -> Wanted:
    """Returns what a request asks for, with the circle in the site frame.

    Args:
        message: as received.
        frame: the site's frame in WGS 84.

    Raises:
        ValueError: the request makes no sense; the message says which field, what it is and what it must be.
    """
    circle = _circle(message.circle, frame) if message.HasField("circle") else None
    classes = frozenset(int(number) for number in message.classes)
    if not classes <= KNOWN_CLASSES:
        raise ValueError(f"filter.classes must be numbers of RoadUserClass, got {sorted(classes - KNOWN_CLASSES)}")
    period_ns = 0
    if message.HasField("max_rate_hz"):
        if not 1e-3 <= message.max_rate_hz <= 1e9:
            raise ValueError(f"filter.max_rate_hz must be at least 0.001, got {message.max_rate_hz}")
        period_ns = round(1e9 / message.max_rate_hz)
    return Wanted(SceneFilter(circle, classes), period_ns)


def _circle(message: service_pb.Circle, frame: LocalFrame) -> Circle:
    for name, limit_deg in (("latitude_deg", 90.0), ("longitude_deg", 180.0)):
        value_deg = getattr(message, name)
        if not -limit_deg <= value_deg <= limit_deg:
            raise ValueError(f"filter.circle.{name} must lie in -{limit_deg:g} to {limit_deg:g}, got {value_deg}")
    if not 0.0 < message.radius_m < math.inf:
        raise ValueError(f"filter.circle.radius_m must be positive, got {message.radius_m}")
    centre = np.array([message.latitude_deg, message.longitude_deg, frame.height_m])
    east_m, north_m, _ = frame.site_from_geodetic(centre).tolist()
    return Circle(east_m, north_m, message.radius_m)
