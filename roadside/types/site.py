"""What is installed where: the site, ready for use."""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import FloatArray, frozen
from roadside.geometry.camera import PinholeCamera
from roadside.geometry.geodesy import LocalFrame
from roadside.geometry.pose import Pose
from roadside.types.road import RoadMap
from roadside.types.road_users import SizePriors


@dataclass(frozen=True, slots=True, eq=False)
class CameraSensor:
    """One camera and how well it is known.

    Attributes:
        sensor_id: unique within the site.
        source: path or URL of its video; empty where only recordings are used.
        model: name or manifest path of its detector.
        camera: intrinsics.
        site_from_camera: pose.
        box_sigma_px: standard deviation of a box edge.
        pitch_sigma_rad: what the pose's pitch may be off by.
        height_sigma_m: what the road's height may be off by.
        min_confidence: detections below it are not used.
        max_range_m: detections beyond it are not used.
        coverage_m: (K, 2) polygon on the road that this camera is trusted to watch, site frame.
    """

    sensor_id: str
    source: str
    model: str
    camera: PinholeCamera
    site_from_camera: Pose
    box_sigma_px: float
    pitch_sigma_rad: float
    height_sigma_m: float
    min_confidence: float
    max_range_m: float
    coverage_m: FloatArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "coverage_m", frozen(self.coverage_m, "CameraSensor.coverage_m", (None, 2)))


@dataclass(frozen=True, slots=True, eq=False)
class RadarSensor:
    """One radar and how well it measures.

    Attributes:
        sensor_id: unique within the site.
        source: ``udp://HOST:PORT`` it sends to; empty where only recordings are used.
        site_from_radar: pose.
        range_sigma_m, azimuth_sigma_rad, radial_speed_sigma_mps: standard deviations.
        field_of_view_rad: full horizontal angle.
        max_range_m: targets beyond it are not used.
        coverage_m: (K, 2) polygon on the road that this radar is trusted to watch, site frame.
    """

    sensor_id: str
    source: str
    site_from_radar: Pose
    range_sigma_m: float
    azimuth_sigma_rad: float
    radial_speed_sigma_mps: float
    field_of_view_rad: float
    max_range_m: float
    coverage_m: FloatArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "coverage_m", frozen(self.coverage_m, "RadarSensor.coverage_m", (None, 2)))


@dataclass(frozen=True, slots=True)
class TrackingSettings:
    """How the tracker behaves.

    Attributes:
        acceleration_sigma_mps2: white acceleration of the constant-velocity model.
        initial_speed_sigma_mps: of a new track, along each axis.
        gate_probability: share of true measurements that the gate lets through.
        confirm_hits: measurements that confirm a track.
        confirm_within_s: window for them; an unconfirmed track that misses it ends.
        coast_s: how long a confirmed track lives without a measurement.
    """

    acceleration_sigma_mps2: float = 2.5
    initial_speed_sigma_mps: float = 8.0
    gate_probability: float = 0.997
    confirm_hits: int = 4
    confirm_within_s: float = 0.8
    coast_s: float = 1.5


@dataclass(frozen=True, slots=True)
class OrderSettings:
    """How measurements of several sensors are put in order of time.

    Attributes:
        grid_ns: scenes appear on multiples of it.
        wait_ns: how long after a measurement's time it may still arrive.
        silent_after_ns: a sensor that gave nothing for so long is silent.
    """

    grid_ns: int = 100_000_000
    wait_ns: int = 50_000_000
    silent_after_ns: int = 1_000_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """One intersection.

    Attributes:
        site_id: unique among a city's sites.
        name: for people.
        crs: coordinate reference system of the site file's datum and geometry, such as ``"EPSG:4490"``.
        crs_epoch: decimal year that coordinates in it refer to.
        frame: the site frame in that system.
        wire_frame: the same frame in WGS 84 at ``wire_epoch``: what is published.
        wire_epoch: decimal year.
        cameras, radars: the sensors.
        road: the map.
        sizes: extents of the road users here.
        tracking, order: settings.
    """

    site_id: str
    name: str
    crs: str
    crs_epoch: float
    frame: LocalFrame
    wire_frame: LocalFrame
    wire_epoch: float
    cameras: tuple[CameraSensor, ...]
    radars: tuple[RadarSensor, ...]
    road: RoadMap
    sizes: SizePriors
    tracking: TrackingSettings
    order: OrderSettings

    @property
    def sensor_ids(self) -> tuple[str, ...]:
        """Cameras, then radars, in the order of the site file."""
        return tuple(camera.sensor_id for camera in self.cameras) + tuple(radar.sensor_id for radar in self.radars)


def polygon_contains(polygon_m: FloatArray, points_m: FloatArray) -> np.ndarray:
    """Returns (N,) whether (N, 2) points lie in a (K, 2) polygon, by counting edge crossings to the east."""
    x, y = points_m[:, 0, None], points_m[:, 1, None]
    x1, y1 = polygon_m[:, 0], polygon_m[:, 1]
    x2, y2 = np.roll(x1, -1), np.roll(y1, -1)
    spans = (y1 > y) != (y2 > y)
    with np.errstate(divide="ignore", invalid="ignore"):
        crossing_x = x1 + (y - y1) * (x2 - x1) / (y2 - y1)
    return np.asarray((spans & (x < crossing_x)).sum(axis=1) % 2 == 1)
