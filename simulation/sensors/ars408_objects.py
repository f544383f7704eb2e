"""An ARS408 in object mode: its own tracked objects as CAN frames."""

import heapq

import numpy as np

from roadside.geometry.arrays import FloatArray, IntArray
from roadside.types.frames import CanFrames
from roadside.types.road_users import RoadUserClass
from simulation.sensors.ars408_messages import (
    NS_PER_S,
    ORIENTATION_RMS_TABLE_DEG,
    DynProp,
    MeasState,
    on_the_bus,
    packed,
    probability_class,
    rms_index,
)
from simulation.sensors.ars408_plan import Ars408Plan
from simulation.sensors.followed import Followed
from simulation.sensors.following import Follower
from simulation.sensors.reflections import RadarOptics, spherical
from simulation.sensors.tracking_habits import WIDTH_OF_CLASS_M
from simulation.types.actors import Actors
from simulation.types.world import Building

MAX_OBJECTS = 100
CROSSING_COSINE = 0.5
"""Objects whose motion is more across the line of sight than 60 degrees are crossing."""

ACCELERATION_SMOOTHING = 0.05
"""Share of the newest difference of velocities in the acceleration."""

OBJECT_CLASS = {
    RoadUserClass.CAR: 1, RoadUserClass.VAN: 1, RoadUserClass.TRUCK: 2, RoadUserClass.PEDESTRIAN: 0,
    RoadUserClass.MOTORCYCLE: 4, RoadUserClass.BICYCLE: 5,
}  # fmt: skip
"""Numbers of the DBC file's table; people are points."""


def object_optics(plan: Ars408Plan) -> RadarOptics:
    """Returns what both beams together give the tracker: the near one's width, the far one's reach."""
    far, near = plan.far.optics, plan.near.optics
    return RadarOptics(
        max_range_m=far.max_range_m,
        half_azimuth_rad=near.half_azimuth_rad,
        half_elevation_rad=near.half_elevation_rad,
        snr_db=far.snr_db,
        # At the far beam's edge the gain has fallen to what only the near beam has, and falls on to that one's edge.
        edge_loss_db=near.edge_loss_db + far.snr_db - near.snr_db,
        false_alarm_probability=far.false_alarm_probability,
        rain_loss_db_per_km=far.rain_loss_db_per_km,
    )


class ObjectRadar:
    """An ARS408 in object mode in a simulated world; cycles must come in the order of time."""

    def __init__(self, plan: Ars408Plan, seed: int, buildings: tuple[Building, ...] = ()) -> None:
        """Sets it up.

        Args:
            plan: of the radar.
            seed: all its chance comes from it.
            buildings: what hides and mirrors.
        """
        self._plan = plan
        rng = np.random.default_rng(seed)
        self._follower = Follower(plan.site_from_radar, object_optics(plan), plan.habits, rng, buildings)
        self._free_ids = list(range(MAX_OBJECTS))
        self._object_ids: dict[int, int] = {}
        self._motions: dict[int, tuple[FloatArray, FloatArray]] = {}
        self._time_ns = 0
        self._counter = 0
        self.followed: Followed | None = None
        """What the last frames were made of, for those who judge."""

    def step(self, time_ns: int, actors: Actors) -> CanFrames:
        """Returns the frames of one more cycle: the status, then for all objects what, how well and how big.

        Args:
            time_ns: Unix epoch UTC of the measurement, later than that of the cycle before.
            actors: everything on the road then.

        Raises:
            ValueError: the time is not later.
        """
        self.followed = followed = self._follower.step(time_ns, actors)
        self._counter += 1
        step_s = (time_ns - self._time_ns) / NS_PER_S
        self._time_ns = time_ns
        rotation = self._plan.site_from_radar.rotation
        velocity_mps = np.column_stack([followed.velocity_mps, np.zeros(len(followed))]) @ rotation[:, :2]
        acceleration_mps2 = self._accelerations(followed.track_ids.tolist(), velocity_mps, step_s)
        status = {
            "Obj_NofObjects": [len(followed)],
            "Obj_MeasCounter": [self._counter & 0xFFFF],
            "Obj_InterfaceVersion": [1],
        }
        object_ids = self._numbers(followed.track_ids.tolist())
        messages = (
            ("Obj_0_Status", packed("Obj_0_Status", status)),
            ("Obj_1_General", packed("Obj_1_General", self._general(object_ids, followed, velocity_mps))),
            ("Obj_2_Quality", packed("Obj_2_Quality", self._quality(object_ids, followed))),
            ("Obj_3_Extended", packed("Obj_3_Extended", self._extended(object_ids, followed, acceleration_mps2))),
        )
        start_ns = time_ns + round(self._plan.delay_s * NS_PER_S)
        return on_the_bus(self._plan.sensor_id, self._plan.radar_number, start_ns, messages)

    def _numbers(self, track_ids: list[int]) -> IntArray:
        """Returns (N,) object ids from 0 to 99: the lowest that is free, given back when its track is gone."""
        for gone in sorted(self._object_ids.keys() - set(track_ids)):
            heapq.heappush(self._free_ids, self._object_ids.pop(gone))
        for track_id in track_ids:
            if track_id not in self._object_ids:
                self._object_ids[track_id] = heapq.heappop(self._free_ids)
        return np.array([self._object_ids[track_id] for track_id in track_ids], dtype=np.int64)

    def _accelerations(self, track_ids: list[int], velocity_mps: FloatArray, step_s: float) -> FloatArray:
        """Returns (N, 2) smoothed differences of velocities."""
        motions: dict[int, tuple[FloatArray, FloatArray]] = {}
        for track_id, velocity in zip(track_ids, velocity_mps, strict=True):
            before, acceleration = self._motions.get(track_id, (velocity, np.zeros(2)))
            newest = (velocity - before) / step_s
            motions[track_id] = (velocity, acceleration + ACCELERATION_SMOOTHING * (newest - acceleration))
        self._motions = motions
        return np.array([acceleration for _, acceleration in motions.values()]).reshape(-1, 2)

    def _general(self, object_ids: IntArray, followed: Followed, velocity_mps: FloatArray) -> dict[str, FloatArray]:
        range_m, azimuth_rad, _ = spherical(self._plan.site_from_radar, followed.position_m)
        cos, sin = np.cos(azimuth_rad), np.sin(azimuth_rad)
        return {
            "Obj_ID": object_ids.astype(np.float64),
            "Obj_DistLong": range_m * cos,
            "Obj_DistLat": range_m * sin,
            "Obj_VrelLong": velocity_mps[:, 0],
            "Obj_VrelLat": velocity_mps[:, 1],
            "Obj_DynProp": _dyn_props(velocity_mps, np.stack([cos, sin], axis=1), self._plan.habits.static_speed_mps),
            "Obj_RCS": followed.rcs_dbsm,
        }

    def _quality(self, object_ids: IntArray, followed: Followed) -> dict[str, FloatArray]:
        habits = self._plan.habits
        count = len(followed)
        range_m = np.linalg.norm(followed.position_m - self._plan.site_from_radar.translation_m, axis=1)
        speed_index = np.full(count, rms_index(np.array([habits.speed_sigma_mps]))[0])
        turn_index = rms_index(np.array([np.degrees(habits.direction_sigma_rad)]), ORIENTATION_RMS_TABLE_DEG)
        state = np.where(followed.age_frames == 0, MeasState.NEW, MeasState.MEASURED)
        columns = {
            "Obj_ID": object_ids,
            "Obj_DistLong_rms": rms_index(np.full(count, habits.along_sigma_m)),
            "Obj_DistLat_rms": rms_index(habits.across_sigma_m(range_m)),
            "Obj_VrelLong_rms": speed_index,
            "Obj_VrelLat_rms": speed_index,
            "Obj_ArelLong_rms": np.full(count, rms_index(np.array([0.5]))[0]),
            "Obj_ArelLat_rms": np.full(count, rms_index(np.array([0.5]))[0]),
            "Obj_Orientation_rms": np.full(count, turn_index[0]),
            "Obj_ProbOfExist": probability_class(followed.quality),
            "Obj_MeasState": np.where(followed.predicted_frames > 0, MeasState.PREDICTED, state),
        }
        return {name: values.astype(np.float64) for name, values in columns.items()}

    def _extended(
        self, object_ids: IntArray, followed: Followed, acceleration_mps2: FloatArray
    ) -> dict[str, FloatArray]:
        rotation = self._plan.site_from_radar.rotation
        site = np.stack(
            [np.cos(followed.direction_rad), np.sin(followed.direction_rad), np.zeros(len(followed))], axis=1
        )
        forward, left = site @ rotation[:, 0], site @ rotation[:, 1]
        kinds = [RoadUserClass(each) for each in followed.classes.tolist()]
        return {
            "Obj_ID": object_ids.astype(np.float64),
            "Obj_ArelLong": acceleration_mps2[:, 0],
            "Obj_ArelLat": acceleration_mps2[:, 1],
            "Obj_Class": np.array([OBJECT_CLASS[kind] for kind in kinds], dtype=np.float64),
            "Obj_OrientationAngle": np.degrees(np.arctan2(left, forward)),
            "Obj_Length": followed.length_m,
            "Obj_Width": np.array([WIDTH_OF_CLASS_M[kind] for kind in kinds], dtype=np.float64),
        }


def _dyn_props(velocity_mps: FloatArray, sight: FloatArray, static_speed_mps: float) -> FloatArray:
    """Returns (N,) ``DynProp`` numbers of objects; what stands has moved before, or it would be none."""
    speed_mps = np.linalg.norm(velocity_mps, axis=1)
    away = (velocity_mps * sight).sum(axis=1) / np.maximum(speed_mps, 1e-9)
    crossing = np.where(np.abs(away) < CROSSING_COSINE, DynProp.CROSSING_MOVING, DynProp.MOVING)
    moving = np.where(away < -CROSSING_COSINE, DynProp.ONCOMING, crossing)
    return np.where(speed_mps < static_speed_mps, DynProp.STOPPED, moving).astype(np.float64)
