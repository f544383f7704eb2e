"""Who stands before a radar, and when it looks: what both its detections and its tracker are made of."""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import FloatArray, IntArray
from roadside.geometry.pose import Pose
from roadside.perception.radar_locator import REFLECTION_HEIGHT_M
from roadside.types.site import RadarSensor
from simulation.picture_free.occlusion import Viewpoint, pairs_in_the_way, visible_shares
from simulation.picture_free.presence import Presence
from simulation.picture_free.radar_errors import RadarErrors
from simulation.sensors.cross_sections import mean_section_dbsm

LEAST_VISIBLE = 0.03
"""A road user that shows less gives no echo."""
BEHIND_M = 10.0
"""Whoever is farther behind a radar is not looked at: no field of view is wider than half a circle."""


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """N road users, instant by instant, as they stand before a radar, whatever its cycle and its errors.

    Attributes:
        rows: (N,) of the ``Presence``.
        visible_share: (N,) that nothing hides.
        range_m, azimuth_rad, elevation_rad: (N,) to the nearest point, in the radar's frame.
        rcs_dbsm: (N,) mean cross-section.
        speed_mps, radial_mps: (N,) over the ground, and along the ray, away from the radar.
        turning_radps: (N,) how fast the azimuth changes.
        along_m, across_m: (N,) how far it reaches along and across the line of sight.
    """

    rows: IntArray
    visible_share: FloatArray
    range_m: FloatArray
    azimuth_rad: FloatArray
    elevation_rad: FloatArray
    rcs_dbsm: FloatArray
    speed_mps: FloatArray
    radial_mps: FloatArray
    turning_radps: FloatArray
    along_m: FloatArray
    across_m: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Looks:
    """N times that a road user was in a radar's field, ordered by road user, then by time.

    Attributes:
        frames: (N,) cycles.
        object_ids: (N,) who.
        speed_mps, radial_mps: (N,) over the ground, and along the ray, away from the radar.
        range_m, azimuth_rad: (N,) to the nearest point, in the radar's frame.
        rcs_dbsm: (N,) mean cross-section.
        probability: (N,) that one look finds it.
        along_m, across_m: (N,) how far it reaches along and across the line of sight.
        visible_share: (N,) that nothing hides.
    """

    frames: IntArray
    object_ids: IntArray
    speed_mps: FloatArray
    radial_mps: FloatArray
    range_m: FloatArray
    azimuth_rad: FloatArray
    rcs_dbsm: FloatArray
    probability: FloatArray
    along_m: FloatArray
    across_m: FloatArray
    visible_share: FloatArray

    def __len__(self) -> int:
        return len(self.frames)


def seen_from(pose: Pose, viewpoint: Viewpoint, presence: Presence, max_range_m: float) -> Seen:
    """Returns who of a chunk is before a radar, or before several that hang at one place and look one way.

    Args:
        pose: ``site_from_radar``.
        viewpoint: the same place among the buildings.
        presence: the chunk.
        max_range_m: whoever is farther away is left out.
    """
    offset_m = presence.position_m[:, :2] - pose.translation_m[:2]
    ahead_m = offset_m @ viewpoint.forward
    rows = np.flatnonzero((ahead_m > -BEHIND_M) & ((offset_m**2).sum(axis=1) <= max_range_m**2))
    position_m, heading_rad, size_m = presence.position_m[rows], presence.heading_rad[rows], presence.size_m[rows]
    velocity_mps = presence.velocity_mps[rows]
    outlines = viewpoint.outlines(position_m, heading_rad, size_m, np.ones(len(rows)))
    share = visible_shares(viewpoint, outlines, pairs_in_the_way(outlines, presence.instants[rows]))
    point_m = _nearest(pose.translation_m, position_m, heading_rad, size_m)
    sight = point_m - pose.translation_m
    in_radar = sight @ pose.rotation
    range_m = np.sqrt((in_radar**2).sum(axis=1))
    aspect_rad = np.arctan2(-sight[:, 1], -sight[:, 0]) - heading_rad
    cos, sin = np.abs(np.cos(aspect_rad)), np.abs(np.sin(aspect_rad))
    return Seen(
        rows=rows,
        visible_share=share,
        range_m=range_m,
        azimuth_rad=np.arctan2(in_radar[:, 1], in_radar[:, 0]),
        elevation_rad=np.arcsin(in_radar[:, 2] / range_m),
        rcs_dbsm=mean_section_dbsm(presence.classes[rows], aspect_rad),
        speed_mps=np.sqrt((velocity_mps**2).sum(axis=1)),
        radial_mps=(sight[:, :2] * velocity_mps).sum(axis=1) / range_m,
        turning_radps=(sight[:, 0] * velocity_mps[:, 1] - sight[:, 1] * velocity_mps[:, 0]) / range_m**2,
        along_m=cos * size_m[:, 0] + sin * size_m[:, 1],
        across_m=sin * size_m[:, 0] + cos * size_m[:, 1],
    )


def looks_of(sensor: RadarSensor, errors: RadarErrors, presence: Presence, seen: Seen, times_s: FloatArray) -> Looks:
    """Returns who is in the radar's field at every cycle: everybody has moved on since the instant before."""
    weaker_db = 10.0 * np.log10(np.maximum(seen.visible_share, LEAST_VISIBLE))
    probability = errors.found(seen.range_m, seen.azimuth_rad, seen.rcs_dbsm + weaker_db)
    probability *= (seen.visible_share > LEAST_VISIBLE) & (np.abs(seen.elevation_rad) <= errors.half_elevation_rad)
    row, frames, later_s = _at_cycles(presence, presence.instants[seen.rows], times_s)
    azimuth_rad = seen.azimuth_rad[row] + seen.turning_radps[row] * later_s
    range_m = seen.range_m[row] + seen.radial_mps[row] * later_s
    inside = np.flatnonzero(errors.reported(range_m, azimuth_rad) & (range_m <= sensor.max_range_m))
    object_ids = presence.object_ids[seen.rows[row[inside]]]
    # By cycle they are ordered already: a stable order by road user keeps that.
    order = inside[np.argsort(object_ids, kind="stable")]
    row = row[order]
    return Looks(
        frames[order], presence.object_ids[seen.rows[row]], seen.speed_mps[row], seen.radial_mps[row], range_m[order],
        azimuth_rad[order], seen.rcs_dbsm[row], probability[row], seen.along_m[row], seen.across_m[row],
        seen.visible_share[row],
    )  # fmt: skip


def _at_cycles(presence: Presence, instants: IntArray, times_s: FloatArray) -> tuple[IntArray, IntArray, FloatArray]:
    """Returns what is seen at every cycle: (M,) rows, (M,) cycles and (M,) seconds since the rows' instants.

    Args:
        presence: whose instants are meant.
        instants: (N,) of the rows, never falling.
        times_s: (F,) of the cycles.
    """
    bounds = np.searchsorted(instants, np.arange(presence.instant_count + 1))
    latest = np.minimum((times_s / presence.step_s + 1e-6).astype(np.int64), presence.instant_count - 1)
    counts = np.diff(bounds)[latest]
    frames = np.repeat(np.arange(len(times_s)), counts)
    row = np.arange(len(frames)) + np.repeat(bounds[latest] - np.cumsum(counts) + counts, counts)
    return row, frames, (times_s - latest * presence.step_s)[frames]


def _nearest(radar_m: FloatArray, position_m: FloatArray, heading_rad: FloatArray, size_m: FloatArray) -> FloatArray:
    """Returns (N, 3) the point of each footprint that is nearest to a radar, at the height of usual reflections."""
    cos, sin = np.cos(heading_rad), np.sin(heading_rad)
    offset_m = radar_m[:2] - position_m[:, :2]
    ahead = np.clip(offset_m[:, 0] * cos + offset_m[:, 1] * sin, -size_m[:, 0] / 2, size_m[:, 0] / 2)
    left = np.clip(offset_m[:, 1] * cos - offset_m[:, 0] * sin, -size_m[:, 1] / 2, size_m[:, 1] / 2)
    point_m = position_m.copy()
    point_m[:, 0] += ahead * cos - left * sin
    point_m[:, 1] += ahead * sin + left * cos
    point_m[:, 2] += REFLECTION_HEIGHT_M
    return point_m
