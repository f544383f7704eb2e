"""What hangs on the poles of the simulated sites: cameras and radars with their places and angles."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from roadside.geometry.arrays import FloatArray, frozen
from roadside.geometry.camera import PinholeCamera
from roadside.geometry.geodesy import GRS80, LocalFrame
from roadside.geometry.pose import Pose, camera_rotation, radar_rotation
from simulation.worlds.junction_place import POLE_M as JUNCTION_POLE_M

RadarKind = Literal["tracked_list", "ars408_clusters", "ars408_objects"]

CAMERA_ABOVE_GROUND_M, RADAR_ABOVE_GROUND_M = 8.0, 6.0


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


def lens(horizontal_deg: float, width_px: int = 1280, height_px: int = 720) -> PinholeCamera:
    """Returns an ideal camera with a horizontal angle of view; focal length in tenths of a pixel."""
    focal_px = round(width_px / 2 / float(np.tan(np.radians(horizontal_deg) / 2)), 1)
    return PinholeCamera(width_px, height_px, focal_px, focal_px, (width_px - 1) / 2, (height_px - 1) / 2)


@dataclass(frozen=True, slots=True)
class _Pole:
    """A pole: makes the mounts on it; angles in degrees, azimuths counter-clockwise from east."""

    x_m: float
    y_m: float
    ground_m: float

    def camera(self, sensor_id: str, lens_deg: float, azimuth_deg: float, pitch_deg: float, range_m: float,
               above_m: float = CAMERA_ABOVE_GROUND_M) -> CameraMount:  # fmt: skip
        position_m = np.array([self.x_m, self.y_m, round(self.ground_m + above_m, 3)])
        azimuth_rad, pitch_rad = np.radians((azimuth_deg, pitch_deg))
        return CameraMount(sensor_id, lens(lens_deg), position_m, float(azimuth_rad), float(pitch_rad), 0.0, range_m)

    def radar(self, sensor_id: str, kind: RadarKind, azimuth_deg: float) -> RadarMount:
        """Returns a radar; the sigmas hold for the middle of a road user, not for one reflection."""
        position_m = np.array([self.x_m, self.y_m, round(self.ground_m + RADAR_ABOVE_GROUND_M, 3)])
        view_deg, range_m, *sigmas = _RADARS[kind]
        return RadarMount(sensor_id, kind, position_m, float(np.radians(azimuth_deg)), float(np.radians(-3.0)),
                          float(np.radians(view_deg)), range_m, sigmas[0], float(np.radians(sigmas[1])),
                          sigmas[2])  # fmt: skip


_RADARS: dict[RadarKind, tuple[float, float, float, float, float]] = {
    "tracked_list": (100.0, 150.0, 0.25, 0.5, 0.12),
    "ars408_clusters": (90.0, 170.0, 0.40, 0.6, 0.10),
    "ars408_objects": (90.0, 170.0, 0.30, 0.5, 0.10),
}
"""Field of view in degrees, range, and sigmas of range (m), azimuth (degrees) and radial speed (m/s)."""

_JUNCTION_POLE = _Pole(*JUNCTION_POLE_M, ground_m=0.0)

_EAST = _JUNCTION_POLE.camera("east", 60.0, 10.0, -16.0, 115.0)
_NORTH = _JUNCTION_POLE.camera("north", 60.0, 79.0, -16.0, 115.0)
_NEAR = _JUNCTION_POLE.camera("near", 105.0, 45.0, -35.0, 50.0)

LAYOUTS: dict[str, SiteLayout] = {
    layout.site_id: layout
    for layout in (
        SiteLayout(
            "junction", "Junction with a bus lane", "junction", 31.2, 121.4, 12.0,
            cameras=(_EAST, _NORTH, _NEAR),
            radars=(
                _JUNCTION_POLE.radar("east_radar", "tracked_list", 10.0),
                _JUNCTION_POLE.radar("north_radar", "tracked_list", 79.0),
                _JUNCTION_POLE.radar("east_ars408", "ars408_clusters", 10.0),
                _JUNCTION_POLE.radar("north_ars408", "ars408_objects", 79.0),
            ),
        ),
        SiteLayout(
            "incidents", "Junction where things go wrong", "junction", 31.2, 121.4, 12.0,
            cameras=(_EAST, _NEAR),
            radars=(
                _JUNCTION_POLE.radar("east_radar", "tracked_list", 10.0),
                _JUNCTION_POLE.radar("east_ars408", "ars408_objects", 10.0),
            ),
        ),
    )
}  # fmt: skip
"""The sites by id."""
