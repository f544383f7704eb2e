"""Coordinate systems: how far the plates have gone, against the EPSG registry in PROJ."""

import numpy as np
import pytest
from pyproj import Transformer

from roadside.config.datum import CGCS2000, ETRS89, ITRF2014, WORLD, Datum, site_from_crs, wire_frame
from roadside.geometry.geodesy import GRS80, WGS84, LocalFrame, earth_from_geodetic


def shift_m(datum: Datum, latitude: float, longitude: float, epoch: float) -> np.ndarray:
    """East, north and up from the coordinates in ``datum`` to those in WGS 84."""
    frame = LocalFrame(latitude, longitude, 50.0, datum.ellipsoid)
    wire = wire_frame(frame, datum, epoch)
    assert wire.ellipsoid is WGS84
    return frame.site_from_geodetic(np.array([wire.latitude_deg, wire.longitude_deg, wire.height_m]))


def test_shanghai_has_moved_three_quarters_of_a_metre_to_the_east_south_east() -> None:
    east, north, up = shift_m(CGCS2000, 31.2, 121.5, 2026.0)
    assert np.hypot(east, north) == pytest.approx(0.8, abs=0.1)
    assert east > 0.65
    assert -0.35 < north < -0.2
    assert abs(up) < 0.03


def test_cgcs2000_and_wgs84_agree_to_centimetres_at_the_epoch_of_cgcs2000() -> None:
    assert np.linalg.norm(shift_m(CGCS2000, 31.2, 121.5, 2000.0)) < 0.03


def test_dresden_has_moved_nine_tenths_of_a_metre_to_the_north_east() -> None:
    east, north, up = shift_m(ETRS89, 51.05, 13.74, 2026.0)
    assert np.hypot(east, north) == pytest.approx(0.92, abs=0.06)
    assert east == pytest.approx(0.70, abs=0.03)
    assert north == pytest.approx(0.64, abs=0.03)
    assert abs(up) < 0.05


def test_etrs89_is_converted_as_the_epsg_registry_does() -> None:
    geodetic = np.array([48.1, 11.6, 500.0])
    proj = Transformer.from_crs("EPSG:7930", "EPSG:7789")  # ETRF2000 to ITRF2014, earth-centred
    wanted = np.array(proj.transform(*earth_from_geodetic(geodetic, GRS80), 2026.5)[:3])
    wire = wire_frame(LocalFrame(*geodetic, GRS80), ETRS89, 2026.5)
    got = earth_from_geodetic(np.array([wire.latitude_deg, wire.longitude_deg, wire.height_m]))
    np.testing.assert_allclose(got, wanted, atol=1e-4)


def test_the_frame_of_cgcs2000_is_converted_as_the_epsg_registry_does() -> None:
    geodetic = np.array([31.2, 121.5, 10.0])
    proj = Transformer.from_crs("EPSG:4918", "EPSG:7789")  # ITRF97 to ITRF2014; at 2000.0 no plate has moved
    wanted = np.array(proj.transform(*earth_from_geodetic(geodetic, GRS80), 2000.0)[:3])
    wire = wire_frame(LocalFrame(*geodetic, GRS80), CGCS2000, 2000.0)
    got = earth_from_geodetic(np.array([wire.latitude_deg, wire.longitude_deg, wire.height_m]))
    np.testing.assert_allclose(got, wanted, atol=1e-4)


@pytest.mark.parametrize("datum", [WORLD, ITRF2014])
def test_systems_that_do_not_follow_a_plate_stay_where_they_are(datum: Datum) -> None:
    np.testing.assert_allclose(shift_m(datum, 31.2, 121.5, 2026.0), 0.0, atol=1e-3)


def test_a_projection_comes_into_the_site_frame() -> None:
    frame = LocalFrame(51.0, 9.0, 200.0, GRS80)  # on the central meridian of zone 32: easting 500 km, north is north
    to_utm = Transformer.from_crs("EPSG:4258", "EPSG:25832", always_xy=True)
    east, north = to_utm.transform(9.0, 51.0)
    coordinates = np.array([[east, north, 200.0], [east + 100.0 * 0.9996, north, 201.0]])
    got = site_from_crs(frame, "EPSG:4258", "EPSG:25832", coordinates)
    # The zone's scale is 0.9996 on the ellipsoid; 200 m above it a metre is 3e-5 longer.
    np.testing.assert_allclose(got, [[0, 0, 0], [100.003, 0, 1]], atol=2e-3)


@pytest.mark.parametrize(
    ("crs", "message"),
    [
        ("EPSG:32632", "on ETRS89"),  # WGS 84 / UTM: 0.8 m off without anybody noticing
        ("EPSG:999999", "such as"),
        ("nonsense", "such as"),
    ],
)
def test_a_system_on_another_datum_is_refused(crs: str, message: str) -> None:
    frame = LocalFrame(51.0, 9.0, 200.0, GRS80)
    with pytest.raises(ValueError, match=message):
        site_from_crs(frame, "EPSG:4258", crs, np.zeros((1, 3)))
