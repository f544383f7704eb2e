"""Between a site's metres and the ellipsoid: a tangent plane (x east, y north, z up) at the datum, exactly."""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import FloatArray
from roadside.geometry.pose import Pose

ECEF_STEPS = 6
"""Fixed-point steps from earth-centred to geodetic; each gains two to three digits near the ground."""


@dataclass(frozen=True, slots=True)
class Ellipsoid:
    """An ellipsoid of revolution.

    Attributes:
        semi_major_m: equatorial radius a.
        flattening: f = (a - b) / a.
    """

    semi_major_m: float
    flattening: float

    @property
    def eccentricity2(self) -> float:
        """First eccentricity squared, f (2 - f)."""
        return self.flattening * (2.0 - self.flattening)


WGS84 = Ellipsoid(6_378_137.0, 1 / 298.257223563)
"""EPSG:7030."""

GRS80 = Ellipsoid(6_378_137.0, 1 / 298.257222101)
"""EPSG:7019, of ETRS89 and of the ITRF; that of CGCS2000 (EPSG:1024) has the same shape."""


@dataclass(frozen=True, slots=True, eq=False)
class LocalFrame:
    """The tangent plane at one point of an ellipsoid.

    Attributes:
        latitude_deg, longitude_deg: of the origin, geodetic.
        height_m: of the origin above the ellipsoid.
        ellipsoid: which one.
    """

    latitude_deg: float
    longitude_deg: float
    height_m: float
    ellipsoid: Ellipsoid = WGS84

    def earth_from_site(self) -> Pose:
        """Returns the transform from the tangent plane to earth-centred, earth-fixed metres."""
        latitude, longitude = np.radians(self.latitude_deg), np.radians(self.longitude_deg)
        sin_lat, cos_lat, sin_lon, cos_lon = (
            np.sin(latitude),
            np.cos(latitude),
            np.sin(longitude),
            np.cos(longitude),
        )
        east = [-sin_lon, cos_lon, 0.0]
        north = [-sin_lat * cos_lon, -sin_lat * sin_lon, cos_lat]
        up = [cos_lat * cos_lon, cos_lat * sin_lon, sin_lat]
        origin = earth_from_geodetic(np.array([self.latitude_deg, self.longitude_deg, self.height_m]), self.ellipsoid)
        return Pose(np.array([east, north, up]).T, origin)

    def site_from_geodetic(self, geodetic: FloatArray) -> FloatArray:
        """Returns (..., 3) site metres of (..., 3) latitude (deg), longitude (deg), height (m)."""
        return self.earth_from_site().inverse().transform(earth_from_geodetic(geodetic, self.ellipsoid))

    def geodetic_from_site(self, points_m: FloatArray) -> FloatArray:
        """Returns (..., 3) latitude (deg), longitude (deg), height (m) of (..., 3) site metres."""
        return geodetic_from_earth(self.earth_from_site().transform(points_m), self.ellipsoid)


def earth_from_geodetic(geodetic: FloatArray, ellipsoid: Ellipsoid = WGS84) -> FloatArray:
    """Returns (..., 3) earth-centred metres of (..., 3) latitude (deg), longitude (deg), height (m)."""
    latitude, longitude, height_m = (
        np.radians(geodetic[..., 0]),
        np.radians(geodetic[..., 1]),
        geodetic[..., 2],
    )
    normal_m = ellipsoid.semi_major_m / np.sqrt(1.0 - ellipsoid.eccentricity2 * np.sin(latitude) ** 2)
    across_m = (normal_m + height_m) * np.cos(latitude)
    return np.stack(
        [
            across_m * np.cos(longitude),
            across_m * np.sin(longitude),
            (normal_m * (1.0 - ellipsoid.eccentricity2) + height_m) * np.sin(latitude),
        ],
        axis=-1,
    )


def geodetic_from_earth(earth_m: FloatArray, ellipsoid: Ellipsoid = WGS84) -> FloatArray:
    """Returns (..., 3) latitude (deg), longitude (deg), height (m) of (..., 3) earth-centred metres.

    Fixed point on the latitude, tan φ = (z + e² N sin φ) / p; for points near the ground, not near a pole.
    """
    x_m, y_m, z_m = earth_m[..., 0], earth_m[..., 1], earth_m[..., 2]
    across_m = np.hypot(x_m, y_m)
    e2 = ellipsoid.eccentricity2
    latitude = np.arctan2(z_m, across_m * (1.0 - e2))
    for _ in range(ECEF_STEPS):
        normal_m = ellipsoid.semi_major_m / np.sqrt(1.0 - e2 * np.sin(latitude) ** 2)
        latitude = np.arctan2(z_m + e2 * normal_m * np.sin(latitude), across_m)
    normal_m = ellipsoid.semi_major_m / np.sqrt(1.0 - e2 * np.sin(latitude) ** 2)
    height_m = across_m * np.cos(latitude) + z_m * np.sin(latitude) - normal_m * (1.0 - e2 * np.sin(latitude) ** 2)
    return np.stack([np.degrees(latitude), np.degrees(np.arctan2(y_m, x_m)), height_m], axis=-1)
