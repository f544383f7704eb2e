"""Ghosts: road users that a radar sees in a wall or in the side of a large vehicle, as in a mirror."""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import Column, FloatArray, IntArray, freeze_columns
from roadside.geometry.pose import Pose
from simulation.sensors.boxes import walls
from simulation.sensors.reflections import RadarOptics, Reflections, radial_speed_mps, spherical
from simulation.types.actors import Actors
from simulation.types.world import Building

WALL_LOSS_DB, VEHICLE_LOSS_DB = 12.0, 6.0
"""What the way over the mirror costs: brick and plaster scatter, sheet metal hardly does."""

MIN_MIRROR_LENGTH_M, MIN_MIRROR_HEIGHT_M = 7.0, 2.3
"""Vehicles whose sides are mirrors: trucks and buses."""

IMAGE_COLUMNS: tuple[Column, ...] = (
    ("sources", (), np.int64),
    ("mirrors", (), np.int64),
    ("point_m", (3,), np.float64),
    ("velocity_mps", (2,), np.float64),
    ("range_m", (), np.float64),
    ("azimuth_rad", (), np.float64),
    ("radial_speed_mps", (), np.float64),
    ("rcs_dbsm", (), np.float64),
)
"""Name, shape of one row and element type of every column of ``MirrorImages``, in constructor order."""


@dataclass(frozen=True, slots=True, eq=False)
class MirrorImages:
    """N places where a radar may see something that is not there.

    Attributes:
        sources: (N,) rows of the ``Reflections`` that are mirrored.
        mirrors: (N,) which wall, counted from 0; sides of vehicles are -4 object id - side.
        point_m: (N, 3) the image, site frame.
        velocity_mps: (N, 2) its velocity.
        range_m, azimuth_rad, radial_speed_mps, rcs_dbsm: (N,) as in ``Reflections``.
    """

    sources: IntArray
    mirrors: IntArray
    point_m: FloatArray
    velocity_mps: FloatArray
    range_m: FloatArray
    azimuth_rad: FloatArray
    radial_speed_mps: FloatArray
    rcs_dbsm: FloatArray

    def __post_init__(self) -> None:
        freeze_columns(self, IMAGE_COLUMNS)

    def __len__(self) -> int:
        return len(self.sources)


def mirror_images(
    site_from_radar: Pose, optics: RadarOptics, seen: Reflections, actors: Actors, buildings: tuple[Building, ...] = ()
) -> MirrorImages:
    """Returns every image within the field of view whose ray meets its mirror.

    Mirrors are upright: an image is the source turned over about the mirror's line on the map. The ray to it must
    cross the mirror, and source and radar must be on the same side.

    Args:
        site_from_radar: of the radar.
        optics: its field of view.
        seen: what it sees directly.
        actors: those that ``seen`` is about.
        buildings: whose walls are mirrors.
    """
    start, step, numbers, loss_db, owners = _mirrors(actors, buildings)
    length_m = np.linalg.norm(step, axis=1)
    along = step / np.maximum(length_m, 1e-9)[:, None]
    normal = np.stack([-along[:, 1], along[:, 0]], axis=1)
    radar_m = site_from_radar.translation_m
    source_side_m = ((seen.point_m[:, None, :2] - start) * normal).sum(axis=2)
    radar_side_m = ((radar_m[:2] - start) * normal).sum(axis=1)
    image_m = seen.point_m[:, None, :2] - 2.0 * source_side_m[..., None] * normal
    # Where the ray from the radar to the image crosses the mirror's line.
    share = radar_side_m / np.minimum(radar_side_m + source_side_m, -1e-9)
    crossing_m = radar_m[:2] + share[..., None] * (image_m - radar_m[:2])
    place_m = ((crossing_m - start) * along).sum(axis=2)
    # Mirrors run counter-clockwise round what they belong to: outside is to their right.
    meets = (radar_side_m < 0.0) & (source_side_m < -0.5)
    meets &= (place_m > 0.0) & (place_m < length_m) & (owners != seen.object_ids[:, None])
    sources, which = np.nonzero(meets)
    point_m = np.column_stack([image_m[sources, which], seen.point_m[sources, 2]])
    velocity_mps = seen.velocity_mps[sources]
    velocity_mps = velocity_mps - 2.0 * (velocity_mps * normal[which]).sum(axis=1)[:, None] * normal[which]
    range_m, azimuth_rad, _ = spherical(site_from_radar, point_m)
    inside = (range_m <= optics.max_range_m) & (np.abs(azimuth_rad) <= optics.half_azimuth_rad)
    sources, which = sources[inside], which[inside]
    point_m, velocity_mps = point_m[inside], velocity_mps[inside]
    return MirrorImages(
        sources=sources,
        mirrors=numbers[which],
        point_m=point_m,
        velocity_mps=velocity_mps,
        range_m=range_m[inside],
        azimuth_rad=azimuth_rad[inside],
        radial_speed_mps=radial_speed_mps(site_from_radar, point_m, velocity_mps),
        rcs_dbsm=seen.rcs_dbsm[sources] - loss_db[which],
    )


def _mirrors(
    actors: Actors, buildings: tuple[Building, ...]
) -> tuple[FloatArray, FloatArray, IntArray, FloatArray, IntArray]:
    """Returns (M,) mirrors: starts, steps, numbers, losses, and object ids of their owners (0 for buildings)."""
    wall_start, wall_step = walls(buildings)
    size_m = actors.size_m
    big = np.flatnonzero((size_m[:, 0] >= MIN_MIRROR_LENGTH_M) & (size_m[:, 2] >= MIN_MIRROR_HEIGHT_M))
    ahead = np.stack([np.cos(actors.heading_rad[big]), np.sin(actors.heading_rad[big])], axis=1)
    left = np.stack([-ahead[:, 1], ahead[:, 0]], axis=1)
    starts, steps, numbers = [wall_start], [wall_step], [np.arange(len(wall_start))]
    for side, sign in enumerate((1.0, -1.0)):
        middle_m = actors.position_m[big, :2] + sign * left * size_m[big, 1:2] / 2.0
        starts.append(middle_m + sign * ahead * size_m[big, :1] / 2.0)
        steps.append(-sign * ahead * size_m[big, :1])
        numbers.append(-4 * actors.object_ids[big] - side)
    loss_db = np.concatenate([np.full(len(wall_start), WALL_LOSS_DB), np.full(2 * len(big), VEHICLE_LOSS_DB)])
    owners = np.concatenate([np.zeros(len(wall_start), dtype=np.int64), np.tile(actors.object_ids[big], 2)])
    return np.concatenate(starts), np.concatenate(steps), np.concatenate(numbers), loss_db, owners
