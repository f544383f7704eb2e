"""The tangent plane against PROJ: a millimetre within two kilometres, both ways."""

import numpy as np
import pytest
from pyproj import Transformer

from roadside.geometry.geodesy import (
    GRS80,
    WGS84,
    Ellipsoid,
    LocalFrame,
    earth_from_geodetic,
    geodetic_from_earth,
)

PLACES = [(51.1, 13.9, 180.0), (31.2, 121.5, 4.0), (-33.9, 151.2, 20.0), (0.0, 0.0, 0.0), (64.1, -21.9, 60.0)]
ELLIPSOIDS = [(WGS84, "WGS84"), (GRS80, "GRS80")]


def around(place: tuple[float, float, float]) -> np.ndarray:
    """About 2 km each way and 100 m up and down."""
    rng = np.random.default_rng(5)
    return np.array(place) + rng.uniform(-1, 1, (100, 3)) * [0.018, 0.018, 100.0]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("ellipsoid", "name"), ELLIPSOIDS, ids=["wgs84", "grs80"])
def test_site_metres_are_those_of_proj(place: tuple[float, float, float], ellipsoid: Ellipsoid, name: str) -> None:
    latitude, longitude, height = place
    proj = Transformer.from_pipeline(
        f"+proj=pipeline +step +proj=cart +ellps={name} "
        f"+step +proj=topocentric +ellps={name} +lat_0={latitude} +lon_0={longitude} +h_0={height}"
    )
    geodetic = around(place)
    wanted = np.column_stack(proj.transform(geodetic[:, 1], geodetic[:, 0], geodetic[:, 2]))
    frame = LocalFrame(latitude, longitude, height, ellipsoid)
    np.testing.assert_allclose(frame.site_from_geodetic(geodetic), wanted, atol=1e-3)
    back = frame.geodetic_from_site(wanted)
    np.testing.assert_allclose(back[:, :2], geodetic[:, :2], atol=1e-8)  # 1e-8 degrees are 1.1 mm
    np.testing.assert_allclose(back[:, 2], geodetic[:, 2], atol=1e-3)


@pytest.mark.parametrize("place", PLACES)
def test_earth_centred_metres_are_those_of_proj(place: tuple[float, float, float]) -> None:
    proj = Transformer.from_crs("EPSG:4979", "EPSG:4978")
    geodetic = around(place)
    wanted = np.column_stack(proj.transform(*geodetic.T))
    np.testing.assert_allclose(earth_from_geodetic(geodetic), wanted, atol=1e-4)
    np.testing.assert_allclose(geodetic_from_earth(wanted)[:, :2], geodetic[:, :2], atol=1e-9)


def test_the_origin_is_at_the_datum_and_a_minute_of_latitude_is_a_nautical_mile() -> None:
    frame = LocalFrame(45.0, 7.0, 300.0)
    np.testing.assert_allclose(frame.site_from_geodetic(np.array([45.0, 7.0, 300.0])), 0.0, atol=1e-8)
    north = frame.site_from_geodetic(np.array([45.0 + 1 / 60, 7.0, 300.0]))
    assert north[1] == pytest.approx(1852.3, abs=0.5)  # 1852.2 m at 45 degrees, a little more 300 m up
    assert north[2] == pytest.approx(-(1852.3**2) / 2 / 6.37e6, abs=0.01)  # the earth falls away
