"""A roadside traffic radar that puts out the list of what it follows."""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import FloatArray, IntArray
from roadside.geometry.pose import Pose
from roadside.types.frames import RadarTracks
from roadside.types.road_users import RoadUserClass
from simulation.sensors.followed import Followed
from simulation.sensors.following import Follower
from simulation.sensors.reflections import RadarOptics
from simulation.sensors.tracking_habits import WIDTH_OF_CLASS_M, TrackingHabits
from simulation.types.actors import Actors
from simulation.types.world import Building

NS_PER_S = 1e9
ASSUMED_REFLECTION_M = 0.5
"""Height over a level road at which the radar takes all reflections to be, when it reckons slant range to ground."""

TRAFFIC_OPTICS = RadarOptics()
TRAFFIC_HABITS = TrackingHabits(cycle_s=0.1)
"""Ten lists per second."""


@dataclass(frozen=True, slots=True)
class TrackedListPlan:
    """One traffic radar as it is set up.

    Attributes:
        sensor_id: its id in the site file.
        site_from_radar: where it really is.
        mounting_height_m: what it was told of its height above the road.
        optics: what it can see.
        habits: how its tracker behaves.
        delay_s: from the instant that a list speaks of to its arrival, on average.
        delay_jitter_s: standard deviation of that; exponential, on top of the fastest.
    """

    sensor_id: str
    site_from_radar: Pose
    mounting_height_m: float
    optics: RadarOptics = TRAFFIC_OPTICS
    habits: TrackingHabits = TRAFFIC_HABITS
    delay_s: float = 0.060
    delay_jitter_s: float = 0.005


class TrackedListRadar:
    """A traffic radar in a simulated world; cycles must come in the order of time."""

    def __init__(self, plan: TrackedListPlan, seed: int, buildings: tuple[Building, ...] = ()) -> None:
        """Starts the radar with an empty list.

        Args:
            plan: of the radar.
            seed: all its chance comes from it.
            buildings: what hides and mirrors besides the road users.
        """
        tracker_rng, self._delivery_rng = (
            np.random.default_rng(each) for each in np.random.SeedSequence(seed).spawn(2)
        )
        self._plan = plan
        self._follower = Follower(plan.site_from_radar, plan.optics, plan.habits, tracker_rng, buildings)
        self._arrival_ns = 0
        self.followed: Followed | None = None
        """What the last list was made of, for those who judge."""

    def step(self, time_ns: int, actors: Actors) -> RadarTracks:
        """Returns the list of one cycle.

        Args:
            time_ns: Unix epoch UTC of the measurement, later than that of the cycle before.
            actors: everything on the road then.

        Raises:
            ValueError: the time is not later.
        """
        self.followed = followed = self._follower.step(time_ns, actors)
        lag_s = self._plan.delay_s - self._plan.delay_jitter_s
        lag_s += self._plan.delay_jitter_s * self._delivery_rng.exponential()
        # Lists come over one connection: none overtakes another.
        self._arrival_ns = max(self._arrival_ns, time_ns + round(max(lag_s, 0.0) * NS_PER_S))
        pose = self._plan.site_from_radar
        to_back_m = followed.length_m - followed.to_front_m
        return RadarTracks(
            sensor_id=self._plan.sensor_id,
            time_ns=time_ns,
            arrival_ns=self._arrival_ns,
            object_ids=followed.track_ids,
            age_frames=followed.age_frames,
            predicted_frames=followed.predicted_frames,
            static_countdown_frames=followed.static_frames,
            classes=followed.classes,
            quality=np.asarray(np.round(followed.quality.clip(0.0, 1.0), 2), dtype=np.float64),
            position_m=np.round(ground_position_m(pose, self._plan.mounting_height_m, followed.position_m), 2),
            speed_mps=np.round(np.linalg.norm(followed.velocity_mps, axis=1), 2),
            direction=directions(pose, followed.direction_rad),
            to_front_m=np.round(followed.to_front_m, 1),
            to_back_m=np.round(to_back_m, 1),
            length_m=np.round(followed.length_m, 1),
            width_m=_widths_m(followed.classes),
        )


def ground_position_m(site_from_radar: Pose, mounting_height_m: float, point_m: FloatArray) -> FloatArray:
    """Returns (N, 2) places under the boresight and to its left, as a radar on a level road reckons them.

    It knows the slant range and the bearing, and takes the road to be level: where the road rises or falls, the place
    is off along the line of sight.

    Args:
        site_from_radar: where the radar really is.
        mounting_height_m: what it was told of its height.
        point_m: (N, 3) site frame.
    """
    away = point_m - site_from_radar.translation_m
    slant_m = np.linalg.norm(away, axis=1)
    drop_m = mounting_height_m - ASSUMED_REFLECTION_M
    ground_range_m = np.sqrt(np.maximum(slant_m**2 - drop_m**2, 0.0))
    bearing_rad = np.arctan2(away[:, 1], away[:, 0]) - boresight_rad(site_from_radar)
    return np.stack([ground_range_m * np.cos(bearing_rad), ground_range_m * np.sin(bearing_rad)], axis=1)


def boresight_rad(site_from_radar: Pose) -> float:
    """Returns where the boresight points on the map, counter-clockwise from east."""
    return float(np.arctan2(site_from_radar.rotation[1, 0], site_from_radar.rotation[0, 0]))


def directions(site_from_radar: Pose, direction_rad: FloatArray) -> FloatArray:
    """Returns (N, 2) unit vectors forward and left of directions in the site frame."""
    turned_rad = direction_rad - boresight_rad(site_from_radar)
    return np.stack([np.cos(turned_rad), np.sin(turned_rad)], axis=1)


def _widths_m(classes: IntArray) -> FloatArray:
    return np.array([WIDTH_OF_CLASS_M[RoadUserClass(each)] for each in classes.tolist()], dtype=np.float64)
