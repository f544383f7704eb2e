"""Coordinate reference systems: from the site file's to WGS 84, and from surveyed coordinates to the site frame.

A plate-fixed system (CGCS2000, ETRS89) keeps the coordinates of a kerb for ever; WGS 84 does not: Eurasia moves
about 2.5 cm a year to the north-east in Germany and 3 cm a year to the east-south-east in east China.
"""

from dataclasses import dataclass

import numpy as np
from pyproj import CRS, Transformer, network
from pyproj.exceptions import CRSError

from roadside.geometry.arrays import FloatArray
from roadside.geometry.geodesy import (
    GRS80,
    WGS84,
    Ellipsoid,
    LocalFrame,
    earth_from_geodetic,
    geodetic_from_earth,
)

# Every number is in this file: nothing may depend on a download. (pyproj documents the name but does not list it.)
network.set_network_enabled(active=False)  # type: ignore[attr-defined]

_ETRF2000_TO_ITRF2014 = (
    "+proj=pipeline +step +inv +proj=helmert +x=0.0547 +y=0.0522 +z=-0.0741 +rx=0.001701 +ry=0.01029 +rz=-0.016632 "
    "+s=0.00212 +dx=0.0001 +dy=0.0001 +dz=-0.0019 +drx=0.000081 +dry=0.00049 +drz=-0.000792 +ds=0.00011 "
    "+t_epoch=2010 +convention=position_vector"
)
"""EPSG:8405 inverted; EUREF Technical Note 1 (Altamimi 2018). The rotation rates are Eurasia's motion."""

_ITRF97_TO_ITRF2014 = (
    "+proj=helmert +x=-0.0074 +y=0.0005 +z=0.0628 +rx=0 +ry=0 +rz=-0.00026 +s=-0.0038 +dx=-0.0001 +dy=0.0005 "
    "+dz=0.0033 +drx=0 +dry=0 +drz=-0.00002 +ds=-0.00012 +t_epoch=2010 +convention=position_vector"
)
"""EPSG:8077, from the ITRF's own table. PROJ's init file ITRF2014 has a slip in this row (``+d`` for ``+s``)."""

_EURASIA_SINCE_2000 = (
    "+proj=helmert +drx=-0.000085 +dry=-0.000531 +drz=0.00077 +t_epoch=2000 +convention=position_vector"
)
"""ITRF2014 plate motion model, Altamimi et al. 2017, doi:10.1093/gji/ggx136; PROJ's init file ITRF2014, EURA.

It leaves out what China moves against stable Eurasia: 2 to 8 mm a year in the north, 6 to 11 mm in the south, to the
east-south-east (Wang et al. 2001, doi:10.1126/science.1063647).
"""

CGCS2000_EPOCH = 2000.0
"""CGCS2000 is ITRF97 frozen at this epoch."""


@dataclass(frozen=True, slots=True)
class Datum:
    """A family of coordinate reference systems that share one datum.

    Attributes:
        name: for messages.
        geodetic: the EPSG codes that a site file may name; the first is the usual one.
        ellipsoid: of its geodetic coordinates.
        is_plate_fixed: whether its coordinates stay with the ground.
    """

    name: str
    geodetic: tuple[str, ...]
    ellipsoid: Ellipsoid
    is_plate_fixed: bool


CGCS2000 = Datum("CGCS2000", ("EPSG:4490", "EPSG:4480"), GRS80, is_plate_fixed=True)
ETRS89 = Datum("ETRS89", ("EPSG:4258", "EPSG:4937"), GRS80, is_plate_fixed=True)
WORLD = Datum("WGS 84", ("EPSG:4326", "EPSG:4979"), WGS84, is_plate_fixed=False)
ITRF2014 = Datum("ITRF2014", ("EPSG:9000", "EPSG:7912"), GRS80, is_plate_fixed=False)
DATUMS = (CGCS2000, ETRS89, WORLD, ITRF2014)


def datum_of(crs: str) -> Datum | None:
    """Returns the datum of a geodetic system such as ``"EPSG:4490"``, None where it is not supported."""
    return next((datum for datum in DATUMS if crs in datum.geodetic), None)


def supported_crs() -> str:
    """Returns the supported systems in words."""
    return ", ".join(f"{datum.geodetic[0]} ({datum.name})" for datum in DATUMS)


def wire_frame(frame: LocalFrame, datum: Datum, wire_epoch: float) -> LocalFrame:
    """Returns the site frame in WGS 84 at ``wire_epoch``; WGS 84 is ITRF2014 to a centimetre.

    The plate also turns, by less than 0.1 microradian in a century: the axes are kept.

    Args:
        frame: the site frame in ``datum``.
        datum: a plate-fixed one is moved; the others already are WGS 84, and only the ellipsoid changes.
        wire_epoch: decimal year.
    """
    earth_m = earth_from_geodetic(np.array([frame.latitude_deg, frame.longitude_deg, frame.height_m]), datum.ellipsoid)
    for pipeline, epoch in _steps(datum, wire_epoch):
        x_m, y_m, z_m = earth_m
        earth_m = np.array(Transformer.from_pipeline(pipeline).transform(x_m, y_m, z_m, epoch)[:3])
    latitude_deg, longitude_deg, height_m = geodetic_from_earth(earth_m, WGS84)
    return LocalFrame(float(latitude_deg), float(longitude_deg), float(height_m), WGS84)


def _steps(datum: Datum, wire_epoch: float) -> tuple[tuple[str, float], ...]:
    """Returns PROJ pipelines on earth-centred metres, each with the epoch it is evaluated at."""
    if datum is ETRS89:
        return ((_ETRF2000_TO_ITRF2014, wire_epoch),)
    if datum is CGCS2000:
        return ((_ITRF97_TO_ITRF2014, CGCS2000_EPOCH), (_EURASIA_SINCE_2000, wire_epoch))
    return ()


def site_from_crs(frame: LocalFrame, site_crs: str, crs: str, coordinates: FloatArray) -> FloatArray:
    """Returns (N, 3) site metres of surveyed coordinates.

    Args:
        frame: the site frame in ``site_crs``.
        site_crs: the site's geodetic system.
        crs: the coordinates' system, a projection such as ``"EPSG:25832"`` or ``site_crs`` itself.
        coordinates: (N, 3) east (m) or longitude (deg), north (m) or latitude (deg), ellipsoidal height (m).

    Raises:
        ValueError: ``crs`` is unknown, or is not on the site's datum.
    """
    try:
        source = CRS.from_user_input(crs)
    except CRSError as error:
        raise ValueError(f'crs must be "site" or a system such as "EPSG:25832", got "{crs}"') from error
    datum, base = datum_of(site_crs), source.geodetic_crs
    code = f"EPSG:{base.to_epsg()}" if base is not None else "none"
    if datum is None or code not in datum.geodetic:
        named = datum.name if datum else site_crs
        raise ValueError(f'crs must be "site" or a system on {named} ({site_crs}) like the site file, got {crs}')
    to_geodetic = Transformer.from_crs(source, base, always_xy=True)
    longitude_deg, latitude_deg = to_geodetic.transform(coordinates[:, 0], coordinates[:, 1], errcheck=True)
    return frame.site_from_geodetic(np.column_stack([latitude_deg, longitude_deg, coordinates[:, 2]]))
