"""What lies before a radar's tracker in one cycle: road users and mirror images, resolved or not."""

from dataclasses import dataclass, replace

import numpy as np

from roadside.geometry.angles import wrapped_rad
from roadside.geometry.arrays import BoolArray, Column, FloatArray, IntArray, freeze_columns
from roadside.geometry.pose import Pose
from simulation.sensors.mirrors import mirror_images
from simulation.sensors.reflections import RadarOptics, Reflections, detection_probability, reflections
from simulation.sensors.tracking_habits import TrackingHabits
from simulation.types.actors import Actors
from simulation.types.world import Building

DIRECT = -1
"""In ``Targets.mirrors``: what is seen without a mirror."""

AXIS_PULL = 0.5
"""How far trackers move the tracked point from the side that reflects towards the axis of the object: halfway."""

TARGET_COLUMNS: tuple[Column, ...] = (
    ("object_ids", (), np.int64),
    ("mirrors", (), np.int64),
    ("point_m", (3,), np.float64),
    ("velocity_mps", (2,), np.float64),
    ("along_m", (), np.float64),
    ("length_m", (), np.float64),
    ("range_m", (), np.float64),
    ("azimuth_rad", (), np.float64),
    ("radial_speed_mps", (), np.float64),
    ("rcs_dbsm", (), np.float64),
    ("detection_probability", (), np.float64),
)
"""Name, shape of one row and element type of every column of ``Targets``, in constructor order."""


@dataclass(frozen=True, slots=True, eq=False)
class Targets:
    """N things that a radar may measure in one cycle.

    Attributes:
        object_ids: (N,) of the actor; of an image, that of its source.
        mirrors: (N,) ``DIRECT``, or what it is mirrored in, counted from 0.
        point_m: (N, 3) the tracked point, between where it reflects and the object's axis, site frame.
        velocity_mps: (N, 2) east and north.
        along_m: (N,) how far that point is ahead of the middle.
        length_m: (N,) true length.
        range_m, azimuth_rad, radial_speed_mps, rcs_dbsm, detection_probability: (N,) as in ``Reflections``.
    """

    object_ids: IntArray
    mirrors: IntArray
    point_m: FloatArray
    velocity_mps: FloatArray
    along_m: FloatArray
    length_m: FloatArray
    range_m: FloatArray
    azimuth_rad: FloatArray
    radial_speed_mps: FloatArray
    rcs_dbsm: FloatArray
    detection_probability: FloatArray

    def __post_init__(self) -> None:
        freeze_columns(self, TARGET_COLUMNS)

    def __len__(self) -> int:
        return len(self.object_ids)

    @property
    def speed_mps(self) -> FloatArray:
        """(N,) over the ground."""
        return np.asarray(np.linalg.norm(self.velocity_mps, axis=1))


def targets(site_from_radar: Pose, optics: RadarOptics, actors: Actors, buildings: tuple[Building, ...]) -> Targets:
    """Returns road users first, then their images. A wall's number says which it is; vehicles' sides count from 0 too.

    Args:
        site_from_radar: of the radar.
        optics: what it can see.
        actors: everything on the road.
        buildings: what hides and mirrors.
    """
    seen = reflections(site_from_radar, optics, actors, buildings)
    images = mirror_images(site_from_radar, optics, seen, actors, buildings)
    tracked_m = seen.point_m - AXIS_PULL * _off_axis_m(actors, seen)
    image_probability = detection_probability(optics, images.range_m, images.azimuth_rad, images.rcs_dbsm)
    both = (
        (seen.object_ids, seen.object_ids[images.sources]),
        (np.full(len(seen), DIRECT), np.where(images.mirrors >= 0, 2 * images.mirrors, -2 * images.mirrors + 1)),
        (tracked_m, images.point_m),
        (seen.velocity_mps, images.velocity_mps),
        (seen.along_m, seen.along_m[images.sources]),
        (actors.size_m[seen.rows, 0], actors.size_m[seen.rows[images.sources], 0]),
        (seen.range_m, images.range_m),
        (seen.azimuth_rad, images.azimuth_rad),
        (seen.radial_speed_mps, images.radial_speed_mps),
        (seen.rcs_dbsm, images.rcs_dbsm),
        (seen.detection_probability, image_probability),
    )
    return Targets(*(np.concatenate(pair) for pair in both))


def _off_axis_m(actors: Actors, seen: Reflections) -> FloatArray:
    """Returns (N, 3) steps from the long axis of each object to the point where it reflects."""
    heading_rad = actors.heading_rad[seen.rows]
    left = np.stack([-np.sin(heading_rad), np.cos(heading_rad), np.zeros(len(seen))], axis=1)
    return np.asarray(((seen.point_m - actors.position_m[seen.rows]) * left).sum(axis=1)[:, None] * left)


def resolved(all_targets: Targets, habits: TrackingHabits, precedence: FloatArray) -> tuple[Targets, BoolArray]:
    """Returns the targets with merged ones moved to where the radar sees the lump, and (N,) which were swallowed.

    Of targets that are closer than the radar resolves in range, angle and radial speed at once, the one with the
    highest precedence stays, at the mean place weighted by amplitude. What stands is not merged: it is not measured.

    Args:
        all_targets: of one cycle.
        habits: of the tracker.
        precedence: (N,) whom the tracker would rather keep.
    """
    count = len(all_targets)
    swallowed = np.zeros(count, dtype=np.bool_)
    mergeable = (all_targets.mirrors == DIRECT) & (all_targets.speed_mps >= habits.static_speed_mps)
    close = np.abs(all_targets.range_m[:, None] - all_targets.range_m) < habits.merge_range_m
    bearing_rad = all_targets.azimuth_rad
    close &= np.abs(wrapped_rad(bearing_rad[:, None] - bearing_rad)) < habits.merge_angle_rad
    speed_mps = all_targets.radial_speed_mps
    close &= np.abs(speed_mps[:, None] - speed_mps) < habits.merge_speed_mps
    close &= mergeable[:, None] & mergeable & ~np.eye(count, dtype=np.bool_)
    if not close.any():
        return all_targets, swallowed
    point_m = all_targets.point_m.copy()
    amplitude = 10.0 ** (all_targets.rcs_dbsm / 20.0)
    for keeper in np.argsort(-precedence, kind="stable"):
        lump = np.flatnonzero(close[keeper] & ~swallowed)
        if swallowed[keeper] or not len(lump):
            continue
        swallowed[lump] = True
        members = np.append(lump, keeper)
        point_m[keeper] = np.average(all_targets.point_m[members], axis=0, weights=amplitude[members])
    return replace(all_targets, point_m=point_m), swallowed
