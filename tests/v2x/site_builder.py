"""A small site and its scenes for the tests of the wire."""

import numpy as np

from roadside.geometry.camera import PinholeCamera
from roadside.geometry.geodesy import LocalFrame
from roadside.geometry.pose import Pose, camera_rotation, radar_rotation
from roadside.types.observations import SensorState
from roadside.types.road import RoadMap
from roadside.types.road_users import DEFAULT_SIZES, RoadUserClass
from roadside.types.scene import LatencyLedger, Scene, SensorReport, Tracks
from roadside.types.site import CameraSensor, OrderSettings, RadarSensor, Site, TrackingSettings

START_NS = 1_800_000_000_000_000_000
GRID_NS = 100_000_000
LEDGER = LatencyLedger(
    START_NS - 90_000_000, START_NS - 60_000_000, START_NS - 20_000_000, START_NS, START_NS + 1_000_000
)


def build_site() -> Site:
    """One camera and one radar on a pole at the datum, looking north over a level road at z = 0."""
    coverage_m = np.array([[-10.0, 5.0], [10.0, 5.0], [10.0, 80.0], [-10.0, 80.0]])
    mast_top_m = np.array([0.0, 0.0, 6.0])
    camera = CameraSensor(
        "camera-north", "", "yolox-nano", PinholeCamera(1280, 720, 1100.0, 1100.0, 639.5, 359.5),
        Pose(camera_rotation(np.pi / 2, -0.2, 0.0), mast_top_m), 2.0, 0.002, 0.05, 0.3, 100.0, coverage_m,
    )  # fmt: skip
    radar = RadarSensor(
        "radar-north", "", Pose(radar_rotation(np.pi / 2, -0.1, 0.0), mast_top_m), 0.3, 0.01, 0.1, 2.0, 150.0,
        coverage_m,
    )  # fmt: skip
    frame = LocalFrame(31.2, 121.4, 10.0)
    return Site(
        "crossing-7", "Crossing 7", "EPSG:4490", 2000.0, frame, frame, 2026.9, (camera,), (radar,), RoadMap(),
        DEFAULT_SIZES, TrackingSettings(), OrderSettings(),
    )  # fmt: skip


def build_scene(
    number: int = 0,
    positions_m: object = ((0.0, 20.0),),
    classes: tuple[int, ...] | None = None,
    skipped_total: int = 0,
) -> Scene:
    """Scene ``number`` of the 100 ms grid with standing road users at (N, 2) positions, ids 1, 2, 3 and so on."""
    position = np.asarray(positions_m, dtype=float).reshape(-1, 2)
    count, time_ns = len(position), START_NS + number * GRID_NS
    states = np.concatenate([position, np.zeros((count, 2))], axis=1)
    tracks = Tracks(
        np.arange(1, count + 1), states, np.tile(np.eye(4) * 0.25, (count, 1, 1)), np.zeros(count),
        np.tile([4.5, 1.8, 1.5], (count, 1)), np.full(count, RoadUserClass.CAR) if classes is None else classes,
        np.full(count, 0.9), np.full(count, time_ns - 2 * GRID_NS), np.tile([time_ns, 0], (count, 1)),
    )  # fmt: skip
    reports = (
        SensorReport("camera-north", SensorState.OK, time_ns, 1, 2, 3, 4),
        SensorReport("radar-north", SensorState.UNKNOWN, 0, 0, 0, 0, 0),
    )
    return Scene("crossing-7", time_ns, tracks, reports, skipped_total)
