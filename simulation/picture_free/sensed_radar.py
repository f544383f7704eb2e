"""Trajectories to what a radar and its own tracker make of them, as measurements."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import BoolArray, FloatArray, IntArray
from roadside.perception.radar_locator import RadarLocator
from roadside.types.frames import RadarScan
from roadside.types.observations import MEASUREMENT_COLUMNS
from roadside.types.site import RadarSensor, Site
from simulation.picture_free.batches import MeasurementBatch
from simulation.picture_free.correlated import Groups, first_order, memory_of
from simulation.picture_free.lane_table import LaneTable
from simulation.picture_free.located import NS_PER_S, arrivals_ns, recorded
from simulation.picture_free.occlusion import Viewpoint
from simulation.picture_free.presence import Presence
from simulation.picture_free.radar_errors import RadarErrors
from simulation.picture_free.radar_looks import Looks, Seen, looks_of
from simulation.types.world import Building

CHANNELS = 3
"""Errors of a target: along, across, of the radial speed."""
GHOST_BEYOND_M = (4.0, 25.0)
"""How much longer the way by a wall or a vehicle's side is."""
FALSE_SPEED_MPS = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class RadarRig:
    """One radar of a world.

    Attributes:
        sensor: the radar.
        locator: from its targets to measurements.
        viewpoint: where it hangs among the buildings.
        object_ids: (O,) who is there, rising.
        quick: (O,) 0 for a road user whose errors last long, 1 for one whose errors change soon.
    """

    sensor: RadarSensor
    locator: RadarLocator
    viewpoint: Viewpoint
    object_ids: IntArray
    quick: FloatArray

    @staticmethod
    def of(
        sensor: RadarSensor,
        site: Site,
        buildings: Sequence[Building],
        lanes: LaneTable,
        object_ids: IntArray,
        rng: np.random.Generator,
    ) -> "RadarRig":
        """Returns a radar of a site; see ``CameraRig.of``."""
        pose, ids = sensor.site_from_radar, np.unique(object_ids)
        viewpoint = Viewpoint.of(pose.translation_m, pose.rotation[:, 0], buildings)
        return RadarRig(
            sensor, RadarLocator(sensor, site.road.surface, lanes, site.sizes), viewpoint, ids, rng.random(len(ids))
        )


def sensed_by_radar(
    rng: np.random.Generator, rig: RadarRig, errors: RadarErrors, presence: Presence, seen: Seen, start_ns: int
) -> MeasurementBatch:
    """Returns a radar's measurements over a chunk of time, at its own cycle.

    Args:
        rng: of all errors that do not outlast the chunk.
        rig: the radar.
        errors: of its kind in this weather.
        presence: the chunk.
        seen: what of it is before the radar, as far as it reaches.
        start_ns: Unix epoch UTC of its first instant.
    """
    times_s = np.arange(0.0, presence.instant_count * presence.step_s - 1e-9, errors.cycle_s)
    looks = looks_of(rig.sensor, errors, presence, seen, times_s)
    groups = Groups.of(np.diff(looks.object_ids, prepend=-1) != 0)
    stands = looks.speed_mps < errors.static_speed_mps
    moved = np.maximum.accumulate(np.where(stands & (groups.age > 0), 0, np.arange(len(looks))))
    listed = _listed(rng, errors, looks, groups, stands, moved)
    # What stands is held where it stopped, with the errors of then.
    noise = _errors(rng, rig, errors, looks, groups)[:, moved[listed]]
    noise[2, stands[listed]] = 0.0
    frames, targets = looks.frames[listed], _targets(errors, looks, listed, noise)
    if errors.clusters_per_m > 0.0:
        frames, targets = _crowd(rng, errors, looks, listed, frames, targets)
    extra_frames, extra = _untrue(rng, rig, errors, len(times_s), frames, targets)
    frames = np.concatenate([frames, extra_frames])
    targets = np.concatenate([targets, extra], axis=1)
    order = np.argsort(frames, kind="stable")
    order = order[targets[0, order] <= rig.sensor.max_range_m]
    time_ns = start_ns + np.round(times_s * NS_PER_S).astype(np.int64)
    range_m, azimuth_rad, radial_mps, rcs_dbsm = targets[:, order]
    scan = RadarScan(
        rig.sensor.sensor_id, start_ns, start_ns, range_m.copy(), azimuth_rad.copy(), np.full(len(order), np.nan),
        radial_mps.copy(), rcs_dbsm.copy(),
    )  # fmt: skip
    located = rig.locator.locate(scan)
    columns = [getattr(located, name) for name, _, _ in MEASUREMENT_COLUMNS]
    columns = [recorded(column) if column.dtype == np.float64 else column for column in columns]
    return MeasurementBatch(
        rig.sensor.sensor_id, time_ns, arrivals_ns(rng, time_ns, errors.delay_s, errors.jitter_s),
        np.searchsorted(frames[order], np.arange(len(times_s) + 1)), *columns,
    )  # fmt: skip


def _listed(
    rng: np.random.Generator, errors: RadarErrors, looks: Looks, groups: Groups, stands: BoolArray, moved: IntArray
) -> BoolArray:
    """Returns (N,) whether the radar lists them.

    One is listed once it was measured often enough, then as long as the last measurement is not too old; one that has
    stopped stays for a while, and when it is let go must be found anew.

    Args:
        rng: of the looks.
        errors: how the radar's tracker behaves.
        looks: N of them.
        groups: of their rows.
        stands: (N,) which are too slow to be measured.
        moved: (N,) the look at which each last was not.
    """
    measured = (rng.random(len(looks)) < looks.probability) & ~stands & (np.abs(looks.radial_mps) >= errors.notch_mps)
    row = np.arange(len(looks))
    first = groups.first[groups.group] if len(looks) else row
    held = stands & ((row - moved) * errors.cycle_s <= errors.static_hold_s)
    last = np.maximum.accumulate(np.where(measured | held, row, -1))
    alive = (last >= first) & ((row - last) * errors.cycle_s <= errors.coast_s + 1e-9)
    epoch = np.maximum.accumulate(np.where(alive & ~np.r_[False, alive[:-1]] | (row == first), row, 0))
    total = np.cumsum(measured)
    hits = total - total[epoch] + measured[epoch]
    return np.asarray(alive & (hits >= errors.birth_frames))


def _errors(rng: np.random.Generator, rig: RadarRig, errors: RadarErrors, looks: Looks, groups: Groups) -> FloatArray:
    """Returns (CHANNELS, N) normal errors of variance 1, each road user's with a time constant in between."""
    who = np.searchsorted(rig.object_ids, looks.object_ids[groups.first])
    quick = rig.quick[who][groups.group]
    slow, fast = (
        first_order(rng, groups, CHANNELS, float(memory_of(constant_s, errors.cycle_s)))
        for constant_s in (errors.longest_s, errors.shortest_s)
    )
    return np.asarray(np.sqrt(quick) * fast + np.sqrt(1.0 - quick) * slow)


def _targets(errors: RadarErrors, looks: Looks, listed: BoolArray, noise: FloatArray) -> FloatArray:
    """Returns (4, M) range, azimuth, radial speed and cross-section of what is listed, with errors."""
    range_m = looks.range_m[listed]
    across_m = np.hypot(errors.across_sigma_rad * range_m, errors.across_floor_m)
    return np.stack([
        range_m + errors.along_sigma_m * noise[0],
        looks.azimuth_rad[listed] + across_m / np.maximum(range_m, 1.0) * noise[1],
        looks.radial_mps[listed] + errors.speed_sigma_mps * noise[2],
        looks.rcs_dbsm[listed],
    ])  # fmt: skip


def _crowd(
    rng: np.random.Generator, errors: RadarErrors, looks: Looks, listed: BoolArray, frames: IntArray,
    targets: FloatArray,
) -> tuple[IntArray, FloatArray]:  # fmt: skip
    """Returns the cycles and targets with those of the same road users beside the first, over what they show."""
    along_m, across_m = looks.along_m[listed], looks.across_m[listed]
    mean = errors.clusters_per_m * (across_m + along_m / 2) / (1.0 + targets[0] / errors.crowding_range_m)
    again = np.repeat(np.arange(len(frames)), rng.poisson(mean))
    more = targets[:, again].copy()
    more[0] += rng.uniform(0.0, 1.0, len(again)) * along_m[again]
    more[1] += rng.uniform(-0.5, 0.5, len(again)) * across_m[again] / np.maximum(more[0], 1.0)
    return np.concatenate([frames, frames[again]]), np.concatenate([targets, more], axis=1)


def _untrue(
    rng: np.random.Generator, rig: RadarRig, errors: RadarErrors, frame_count: int, frames: IntArray,
    targets: FloatArray,
) -> tuple[IntArray, FloatArray]:  # fmt: skip
    """Returns the (U,) cycles and the (4, U) values of targets that are nothing, and of mirror images."""
    sensor, span_s = rig.sensor, frame_count * errors.cycle_s
    count = rng.poisson(errors.false_per_s * span_s)
    stays_s = rng.exponential(errors.false_s, count)
    half_rad = sensor.field_of_view_rad / 2
    places = np.stack([
        rng.uniform(sensor.site_from_radar.translation_m[2], sensor.max_range_m, count),
        rng.uniform(-half_rad, half_rad, count), rng.normal(0.0, FALSE_SPEED_MPS, count), rng.uniform(-8.0, 8.0, count),
    ])  # fmt: skip
    first = rng.integers(0, frame_count, count)
    ghosts = rng.integers(0, len(frames), rng.poisson(errors.ghosts_per_s * len(frames) * errors.cycle_s)) if len(
        frames
    ) else np.zeros(0, dtype=np.int64)  # fmt: skip
    images = targets[:, ghosts].copy()
    images[0] += rng.uniform(*GHOST_BEYOND_M, len(ghosts))
    images[3] -= 6.0
    first, places = np.concatenate([first, frames[ghosts]]), np.concatenate([places, images], axis=1)
    stays_s = np.concatenate([stays_s, rng.exponential(errors.ghost_s, len(ghosts))])
    stays = np.minimum(1 + (stays_s / errors.cycle_s).astype(np.int64), frame_count - first)
    each = np.repeat(np.arange(len(first)), stays)
    age = np.arange(len(each)) - np.repeat(np.cumsum(stays) - stays, stays)
    values = places[:, each]
    values[0] += values[2] * age * errors.cycle_s
    return first[each] + age, values
