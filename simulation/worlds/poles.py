"""What hangs on the poles of the simulated sites: cameras and radars with their places and angles."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from roadside.geometry.arrays import FloatArray, frozen
from roadside.geometry.camera import PinholeCamera
from roadside.geometry.geodesy import GRS80, LocalFrame
from roadside.geometry.pose import Pose, camera_rotation, radar_rotation
from simulation.worlds.corridor_place import ALONG_SOUTH_M, EAST_POLE_M, UP_NORTH_M, WEST_POLE_M
from simulation.worlds.junction_place import POLE_M as JUNCTION_POLE_M
from simulation.worlds.parking_places import LOT_POLES_M, STREET_POLE_M
from simulation.worlds.vantage import ROAD_WITHIN_M, focal_px, random_vantage

PICTURE_PX = (1280, 720)

RadarKind = Literal["tracked_list", "ars408_clusters", "ars408_objects"]

CAMERA_ABOVE_GROUND_M, RADAR_ABOVE_GROUND_M = 8.0, 6.0

BRACKET_M = 0.3
"""From the middle of a pole to a sensor, in the direction in which it looks."""


@dataclass(frozen=True, slots=True, eq=False)
class CameraMount:
    """A camera on a pole.

    Attributes:
        sensor_id: unique within its site.
        camera: intrinsics.
        position_m: (3,) site frame.
        azimuth_rad, pitch_rad, roll_rad: as in ``roadside.geometry.pose.camera_rotation``.
        max_range_m: detections beyond it are not used.
    """

    sensor_id: str
    camera: PinholeCamera
    position_m: FloatArray
    azimuth_rad: float
    pitch_rad: float
    roll_rad: float
    max_range_m: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "position_m", frozen(self.position_m, "CameraMount.position_m", (3,)))

    @property
    def site_from_camera(self) -> Pose:
        """The pose."""
        return Pose(camera_rotation(self.azimuth_rad, self.pitch_rad, self.roll_rad), self.position_m)


@dataclass(frozen=True, slots=True, eq=False)
class RadarMount:
    """A radar on a pole.

    Attributes:
        sensor_id: unique within its site.
        kind: what it sends.
        position_m: (3,) site frame.
        azimuth_rad, pitch_rad: of its axis.
        field_of_view_rad: full horizontal angle.
        max_range_m: targets beyond it are not seen.
        range_sigma_m, azimuth_sigma_rad, radial_speed_sigma_mps: standard deviations.
    """

    sensor_id: str
    kind: RadarKind
    position_m: FloatArray
    azimuth_rad: float
    pitch_rad: float
    field_of_view_rad: float
    max_range_m: float
    range_sigma_m: float
    azimuth_sigma_rad: float
    radial_speed_sigma_mps: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "position_m", frozen(self.position_m, "RadarMount.position_m", (3,)))

    @property
    def site_from_radar(self) -> Pose:
        """The pose."""
        return Pose(radar_rotation(self.azimuth_rad, self.pitch_rad, 0.0), self.position_m)


@dataclass(frozen=True, slots=True, eq=False)
class SiteLayout:
    """One site: a pole or two in a world.

    Attributes:
        site_id: of the site file.
        name: for people.
        world_name: the world it watches.
        latitude_deg, longitude_deg, height_m: of the datum, EPSG:4490 at epoch 2000.0.
        cameras, radars: what hangs there.
        camera_interval_ms: from one picture to the next.
    """

    site_id: str
    name: str
    world_name: str
    latitude_deg: float
    longitude_deg: float
    height_m: float
    cameras: tuple[CameraMount, ...]
    radars: tuple[RadarMount, ...] = ()
    camera_interval_ms: int = 100

    @property
    def frame(self) -> LocalFrame:
        """The site frame."""
        return LocalFrame(self.latitude_deg, self.longitude_deg, self.height_m, GRS80)


def lens(horizontal_deg: float) -> PinholeCamera:
    """Returns an ideal camera with a horizontal angle of view."""
    width_px, height_px = PICTURE_PX
    f = focal_px(horizontal_deg, width_px)
    return PinholeCamera(width_px, height_px, f, f, (width_px - 1) / 2, (height_px - 1) / 2)


def training_mounts(world_name: str, rng: np.random.Generator) -> CameraMount:
    """Returns a plausible roadside camera, drawn by lot, to take training pictures with.

    Raises:
        ValueError: the world has no place for one.
    """
    vantage = random_vantage(world_name, *PICTURE_PX, rng)
    return CameraMount("training", lens(vantage.lens_deg), vantage.position_m, vantage.azimuth_rad, vantage.pitch_rad,
                       vantage.roll_rad, ROAD_WITHIN_M)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Pole:
    """A pole: makes the mounts on it; angles in degrees, azimuths counter-clockwise from east."""

    x_m: float
    y_m: float
    ground_m: float

    def camera(self, sensor_id: str, lens_deg: float, azimuth_deg: float, pitch_deg: float, range_m: float,
               above_m: float = CAMERA_ABOVE_GROUND_M) -> CameraMount:  # fmt: skip
        azimuth_rad, pitch_rad = np.radians((azimuth_deg, pitch_deg))
        position_m = self._before(float(azimuth_rad), above_m)
        return CameraMount(sensor_id, lens(lens_deg), position_m, float(azimuth_rad), float(pitch_rad), 0.0, range_m)

    def radar(self, sensor_id: str, kind: RadarKind, azimuth_deg: float, range_m: float = np.inf) -> RadarMount:
        """Returns a radar; the sigmas hold for the middle of a road user, not for one reflection."""
        position_m = self._before(float(np.radians(azimuth_deg)), RADAR_ABOVE_GROUND_M)
        view_deg, farthest_m, *sigmas = _RADARS[kind]
        return RadarMount(sensor_id, kind, position_m, float(np.radians(azimuth_deg)), float(np.radians(-3.0)),
                          float(np.radians(view_deg)), min(range_m, farthest_m), sigmas[0],
                          float(np.radians(sigmas[1])), sigmas[2])  # fmt: skip

    def _before(self, azimuth_rad: float, above_m: float) -> FloatArray:
        """Returns the place of a sensor on its bracket, in whole millimetres."""
        x_m, y_m = self.x_m + BRACKET_M * np.cos(azimuth_rad), self.y_m + BRACKET_M * np.sin(azimuth_rad)
        return np.round(np.array([x_m, y_m, self.ground_m + above_m]), 3)


_RADARS: dict[RadarKind, tuple[float, float, float, float, float]] = {
    "tracked_list": (100.0, 150.0, 0.25, 0.5, 0.12),
    "ars408_clusters": (90.0, 170.0, 0.40, 0.6, 0.10),
    "ars408_objects": (90.0, 170.0, 0.30, 0.5, 0.10),
}
"""Field of view in degrees, range, and sigmas of range (m), azimuth (degrees) and radial speed (m/s)."""

_JUNCTION = _Pole(*JUNCTION_POLE_M, ground_m=0.02)
_WEST, _EAST = _Pole(*WEST_POLE_M, ground_m=0.06), _Pole(*EAST_POLE_M, ground_m=-0.51)
_STREET = _Pole(*STREET_POLE_M, ground_m=0.18)
_LOT_WEST, _LOT_EAST = _Pole(*LOT_POLES_M[0], ground_m=0.11), _Pole(*LOT_POLES_M[1], ground_m=-0.30)

_JUNCTION_EAST = _JUNCTION.camera("east", 60.0, 10.0, -16.0, 115.0)
_JUNCTION_NORTH = _JUNCTION.camera("north", 60.0, 79.0, -16.0, 115.0)
_JUNCTION_NEAR = _JUNCTION.camera("near", 105.0, 45.0, -35.0, 50.0)


def _layout(site_id: str, name: str, world_name: str, cameras: tuple[CameraMount, ...],
            radars: tuple[RadarMount, ...] = (), north_deg: float = 0.0,
            interval_ms: int = 100) -> SiteLayout:  # fmt: skip
    """Returns a site whose datum lies north of the first one's."""
    return SiteLayout(site_id, name, world_name, 31.2 + north_deg, 121.4, 12.0, cameras, radars, interval_ms)


LAYOUTS: dict[str, SiteLayout] = {
    layout.site_id: layout
    for layout in (
        _layout(
            "junction", "Junction with a bus lane", "junction",
            (_JUNCTION_EAST, _JUNCTION_NORTH, _JUNCTION_NEAR),
            (
                _JUNCTION.radar("east_radar", "tracked_list", 10.0),
                _JUNCTION.radar("north_radar", "tracked_list", 79.0),
                _JUNCTION.radar("east_ars408", "ars408_clusters", 10.0),
                _JUNCTION.radar("north_ars408", "ars408_objects", 79.0),
            ),
        ),
        _layout(
            "incidents", "Junction where things go wrong", "junction",
            (_JUNCTION_EAST, _JUNCTION_NEAR),
            (
                _JUNCTION.radar("east_radar", "tracked_list", 10.0),
                _JUNCTION.radar("east_ars408", "ars408_objects", 10.0),
            ),
        ),
        _layout(
            "corridor_west", "West pole of the corridor", "corridor",
            (_WEST.camera("west_pole_east", 60.0, -15.0, -16.0, ALONG_SOUTH_M),
             _WEST.camera("west_pole_north", 60.0, 104.0, -15.5, UP_NORTH_M)),
            (_WEST.radar("west_pole_east_radar", "tracked_list", -7.0, ALONG_SOUTH_M),
             _WEST.radar("west_pole_north_radar", "tracked_list", 97.0, UP_NORTH_M)),
            north_deg=0.02,
        ),
        _layout(
            "corridor_east", "East pole of the corridor", "corridor",
            (_EAST.camera("east_pole_west", 60.0, 195.0, -16.0, ALONG_SOUTH_M),
             _EAST.camera("east_pole_north", 60.0, 76.0, -15.5, UP_NORTH_M)),
            (_EAST.radar("east_pole_west_radar", "tracked_list", 187.0, ALONG_SOUTH_M),
             _EAST.radar("east_pole_north_radar", "tracked_list", 83.0, UP_NORTH_M)),
            north_deg=0.02,
        ),
        _layout(
            "parking_street", "Street with bays along its kerbs", "parking_street",
            (_STREET.camera("street_east", 60.0, 28.0, -17.0, 80.0),
             _STREET.camera("street_west", 60.0, 152.0, -17.0, 80.0)),
            north_deg=0.04, interval_ms=1000,
        ),
        _layout(
            "parking_lot", "Car park", "parking_lot",
            (_LOT_WEST.camera("lot_west", 75.0, 32.0, -21.0, 66.0, 8.5),
             _LOT_EAST.camera("lot_east", 75.0, 213.0, -21.0, 66.0, 8.5)),
            north_deg=0.06, interval_ms=1000,
        ),
    )
}  # fmt: skip
"""The sites by id; those of the corridor share one datum, and so one frame."""
