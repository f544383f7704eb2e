"""A square that is watched, and truths, tracks and scenes on it, for tests of the evaluation."""

from typing import Any

import numpy as np

from roadside.geometry.camera import PinholeCamera
from roadside.geometry.geodesy import LocalFrame
from roadside.geometry.pose import Pose, camera_rotation
from roadside.types.road import RoadMap
from roadside.types.road_users import DEFAULT_SIZES, RoadUserClass
from roadside.types.scene import Scene, Tracks
from roadside.types.site import CameraSensor, OrderSettings, RadarSensor, Site, TrackingSettings
from roadside.types.truth import Truth

SQUARE_M = np.array([[-50.0, -50.0], [50.0, -50.0], [50.0, 50.0], [-50.0, 50.0]])
EAST_HALF_M = np.array([[0.0, -50.0], [80.0, -50.0], [80.0, 50.0], [0.0, 50.0]])
START_NS = 1_800_000_000_000_000_000


def pole_at(x_m: float, y_m: float) -> Pose:
    return Pose(camera_rotation(0.0, -0.5, 0.0), np.array([x_m, y_m, 8.0]))


def watched_square(road: RoadMap | None = None) -> Site:
    """A camera at the datum watches 100 m x 100 m around it, a radar at (10, 0) the east of it and 30 m beyond."""
    camera = CameraSensor(
        "cam", "", "", PinholeCamera(100, 100, 90.0, 90.0, 50.0, 50.0), pole_at(0.0, 0.0), 2.0, 0.0, 0.0, 0.1, 100.0,
        SQUARE_M,
    )  # fmt: skip
    radar = RadarSensor("rad", "", pole_at(10.0, 0.0), 0.3, 0.01, 0.1, 2.0, 100.0, EAST_HALF_M)
    frame = LocalFrame(31.2, 121.4, 0.0)
    return Site(
        "square", "Square", "EPSG:4326", 2026.0, frame, frame, 2026.0, (camera,), (radar,), road or RoadMap(),
        DEFAULT_SIZES, TrackingSettings(), OrderSettings(),
    )  # fmt: skip


def truth_of(position_m: Any, time_ns: int = START_NS, **columns: Any) -> Truth:
    """Standing cars at (N, 2) places, seen with 1000 px, heading east, with ids 0, 1, ...; a column may be given."""
    position_m = np.array(position_m, dtype=float).reshape(-1, 2)
    n = len(position_m)
    usual: dict[str, Any] = {
        "camera_ids": ("cam",),
        "object_ids": np.arange(n),
        "classes": np.full(n, int(RoadUserClass.CAR)),
        "velocity_mps": np.zeros((n, 2)),
        "heading_rad": np.zeros(n),
        "size_m": np.tile([4.5, 1.8, 1.5], (n, 1)),
        "visible_px": np.full((n, 1), 1000),
    }
    values = usual | {name: value if name == "camera_ids" else np.array(value) for name, value in columns.items()}
    return Truth(time_ns=time_ns, position_m=np.column_stack([position_m, np.zeros(n)]), **values)


def tracks_of(position_m: Any, **columns: Any) -> Tracks:
    """Standing cars at (N, 2) places with 1 m sigma, heading east, with ids 100, 101, ...; a column may be given."""
    position_m = np.array(position_m, dtype=float).reshape(-1, 2)
    n = len(position_m)
    velocity_mps = np.array(columns.pop("velocity_mps", np.zeros((n, 2))), dtype=float).reshape(-1, 2)
    usual: dict[str, Any] = {
        "track_ids": 100 + np.arange(n),
        "states": np.column_stack([position_m, velocity_mps]),
        "covariances": np.tile(np.eye(4), (n, 1, 1)),
        "heading_rad": np.zeros(n),
        "size_m": np.tile([4.5, 1.8, 1.5], (n, 1)),
        "classes": np.full(n, int(RoadUserClass.CAR)),
        "class_confidence": np.ones(n),
        "created_ns": np.zeros(n, dtype=np.int64),
        "last_seen_ns": np.zeros((n, 2), dtype=np.int64),
    }
    return Tracks(**(usual | {name: np.array(value) for name, value in columns.items()}))


def scene_of(tracks: Tracks, time_ns: int = START_NS) -> Scene:
    return Scene("square", time_ns, tracks, (), 0)
