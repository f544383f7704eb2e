"""Trajectories to what a radar and its own tracker make of them, as measurements."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

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
from simulation.picture_free.radar_clutter import radar_clutter, seen_fixtures
from simulation.picture_free.radar_errors import RadarErrors
from simulation.picture_free.radar_looks import Looks, Seen, looks_of
from simulation.sensors.ars408_echoes import Fixtures, fixtures
from simulation.sensors.ars408_plan import Ars408Plan
from simulation.types.world import Building

CHANNELS = 3
"""Errors of a target: along, across, of the radial speed."""
POSITION, RADIAL_SPEED, RADIAL_SIGMA, LINE_OF_SIGHT = (
    [column[0] for column in MEASUREMENT_COLUMNS].index(name)
    for name in ("position_m", "radial_speed_mps", "radial_sigma_mps", "line_of_sight")
)
"""Columns of measurements."""


@dataclass(frozen=True, slots=True, eq=False)
class RadarRig:
    """One radar of a world.

    Attributes:
        sensor: the radar.
        locator: from its targets to measurements.
        viewpoint: where it hangs among the buildings.
        object_ids: (O,) who is there, rising.
        quick: (O,) 0 for a road user whose errors last long, 1 for one whose errors change soon.
        street: what stands beside the road and reflects, as the radars of the scenes have it.
        height_m: of the radar above the reflections of the road under it.
    """

    sensor: RadarSensor
    locator: RadarLocator
    viewpoint: Viewpoint
    object_ids: IntArray
    quick: FloatArray
    street: Fixtures
    height_m: float

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
        road_m = float(site.road.surface.height_at(pose.translation_m[None, :2])[0])
        return RadarRig(
            sensor, RadarLocator(sensor, site.road.surface, lanes, site.sizes), viewpoint, ids, rng.random(len(ids)),
            fixtures(Ars408Plan(sensor.sensor_id, pose), rng), float(pose.translation_m[2]) - road_m,
        )  # fmt: skip


def sensed_by_radar(
    rng: np.random.Generator,
    rig: RadarRig,
    errors: RadarErrors,
    presence: Presence,
    seen: Seen,
    start_ns: int,
    begins_s: float = 0.0,
    margin_s: float = 0.0,
) -> MeasurementBatch:
    """Returns a radar's measurements over a chunk of time, at its own cycle.

    Args:
        rng: of all errors that do not outlast the chunk.
        rig: the radar.
        errors: of its kind in this weather.
        presence: the chunk.
        seen: what of it is before the radar, as far as it reaches.
        start_ns: Unix epoch UTC of its first instant.
        begins_s: when that is, from where cycles are counted.
        margin_s: its beginning, of which nothing is returned: the radar's tracker finds there what it has followed
            since before the chunk.
    """
    times_s = _cycles_s(errors.cycle_s, begins_s, presence.instant_count * presence.step_s)
    looks = looks_of(rig.sensor, errors, presence, seen, times_s)
    frames, targets = _road_users(rng, rig, errors, looks)
    extra_frames, extra = radar_clutter(rng, errors, len(times_s), frames, targets)
    frames, targets = np.concatenate([frames, extra_frames]), np.concatenate([targets, extra], axis=1)
    skipped = int(np.searchsorted(times_s, margin_s - 1e-6))
    # The service's locator refuses what is nearer than the radar is high above the road.
    kept = (frames >= skipped) & (targets[0] <= rig.sensor.max_range_m) & (targets[0] > rig.height_m)
    frames, times_s = frames[kept] - skipped, times_s[skipped:]
    located = _located(rig, start_ns, *targets[:, kept])
    if errors.fixture_count > 0.0:
        street_frames, street = _on_the_street(rng, rig, errors, len(times_s), start_ns)
        frames = np.concatenate([frames, street_frames])
        located = [np.concatenate(both) for both in zip(located, street, strict=True)]
    unclear = rng.random(len(frames)) < errors.unclear_speed_share
    for number in (RADIAL_SPEED, RADIAL_SIGMA):
        located[number] = np.where(unclear, np.nan, located[number])
    order = np.argsort(frames, kind="stable")
    columns: list[Any] = [
        recorded(column[order]) if column.dtype == np.float64 else column[order] for column in located
    ]
    time_ns = start_ns + np.round(times_s * NS_PER_S).astype(np.int64)
    return MeasurementBatch(
        rig.sensor.sensor_id, time_ns, arrivals_ns(rng, time_ns, errors.delay_s, errors.jitter_s),
        np.searchsorted(frames[order], np.arange(len(times_s) + 1)), *columns,
    )  # fmt: skip


def _road_users(
    rng: np.random.Generator, rig: RadarRig, errors: RadarErrors, looks: Looks
) -> tuple[IntArray, FloatArray]:
    """Returns the (M,) cycles and (4, M) range, azimuth, radial speed and cross-section of what is listed of them."""
    # Who has left the field for a while is found anew.
    left = (np.diff(looks.object_ids, prepend=-1) != 0) | (np.diff(looks.frames, prepend=-1) != 1)
    groups = Groups.of(left)
    stands = looks.speed_mps < errors.static_speed_mps
    moved = np.maximum.accumulate(np.where(stands & (groups.age > 0), 0, np.arange(len(looks))))
    listed = _listed(rng, errors, looks, groups, stands, moved)
    # What stands is held where it stopped, with the errors of then.
    noise = _errors(rng, rig, errors, looks, groups)[:, moved[listed]]
    noise[2, stands[listed]] = 0.0
    frames, targets = looks.frames[listed], _targets(errors, looks, listed, noise)
    if errors.clusters_per_m > 0.0:
        frames, targets = _crowd(rng, errors, looks, listed, frames, targets)
    return frames, targets


def _located(
    rig: RadarRig, start_ns: int, range_m: FloatArray, azimuth_rad: FloatArray, radial_mps: FloatArray,
    rcs_dbsm: FloatArray,
) -> list[Any]:  # fmt: skip
    """Returns the columns of measurements that the service's locator makes of (N,) targets."""
    scan = RadarScan(
        rig.sensor.sensor_id, start_ns, start_ns, range_m.copy(), azimuth_rad.copy(), np.full(len(range_m), np.nan),
        radial_mps.copy(), rcs_dbsm.copy(),
    )  # fmt: skip
    located = rig.locator.locate(scan)
    return [getattr(located, name) for name, _, _ in MEASUREMENT_COLUMNS]


def _on_the_street(
    rng: np.random.Generator, rig: RadarRig, errors: RadarErrors, frame_count: int, start_ns: int
) -> tuple[IntArray, list[Any]]:
    """Returns the cycles and the columns of measurements of what stands beside the road.

    Each thing is located once: the errors of its range and angle are small enough to move it where it stands.
    """
    street = rig.street
    told = np.flatnonzero(street.range_m[: round(errors.fixture_count)] <= rig.sensor.max_range_m)
    range_m, azimuth_rad, rcs_dbsm = street.range_m[told], street.azimuth_rad[told], street.rcs_dbsm[told]
    frames, which, (along_m, across_rad, speed_mps) = seen_fixtures(
        rng, errors, Fixtures(range_m, azimuth_rad, rcs_dbsm), frame_count
    )
    columns = [column[which] for column in _located(rig, start_ns, range_m, azimuth_rad, np.zeros(len(told)), rcs_dbsm)]
    away = columns[LINE_OF_SIGHT]
    across = np.stack([-away[:, 1], away[:, 0]], axis=1)
    moved_m = along_m[:, None] * away + (range_m[which] * across_rad)[:, None] * across
    columns[POSITION] = columns[POSITION] + moved_m
    columns[RADIAL_SPEED] = speed_mps
    return frames, columns


def _cycles_s(cycle_s: float, begins_s: float, span_s: float) -> FloatArray:
    """Returns (F,) when the cycles of a span are, from its begin, if they are counted from ``begins_s`` before."""
    first, last = (int(np.ceil(time_s / cycle_s - 1e-6)) for time_s in (begins_s, begins_s + span_s))
    return np.asarray(np.arange(first, last) * cycle_s - begins_s)


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
    range_m, azimuth_rad = looks.range_m[listed], looks.azimuth_rad[listed]
    along_m, across_rad = errors.sigmas(range_m, azimuth_rad)
    return np.stack([
        range_m + along_m * noise[0],
        azimuth_rad + across_rad * noise[1],
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
    mean *= looks.visible_share[listed]
    again = np.repeat(np.arange(len(frames)), rng.poisson(mean))
    more = targets[:, again].copy()
    more[0] += rng.uniform(0.0, 1.0, len(again)) * along_m[again]
    more[1] += rng.uniform(-0.5, 0.5, len(again)) * across_m[again] / np.maximum(more[0], 1.0)
    return np.concatenate([frames, frames[again]]), np.concatenate([targets, more], axis=1)
