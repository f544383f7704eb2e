"""What an ARS408's beams get back in one cycle, before it is measured: road users, street, rain and noise."""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import BoolArray, FloatArray, IntArray
from roadside.types.road_users import RoadUserClass
from simulation.sensors.ars408_plan import Ars408Plan, Beam
from simulation.sensors.boxes import SidePoints
from simulation.sensors.cross_sections import detected_fluctuation_db
from simulation.sensors.mirrors import MirrorImages
from simulation.sensors.reflections import Reflections, detection_probability, radial_speed_mps, spherical
from simulation.types.actors import Actors

CLUTTER, RAIN, NOISE = 0, -1, -2
"""In ``Echoes.source_ids``: what is no road user."""

VALID, VALID_LOW_SECTION, MIRROR = 0, 4, 6
"""Of the DBC file's invalid states."""

STANDING_MPS = 0.4
UNDER_BODY_SHARE = 0.15
"""Of echoes of trucks and buses, those that came back from below, between the wheels."""

WHEEL_SHARE = 0.1
"""Of echoes of vehicles, those of turning wheels: from 0 to twice the speed."""

LIMB_SPEED_SIGMA_MPS = 0.6
"""Arms, legs and pedals."""

OTHER_CLUSTERS_DB = 6.0
"""How much weaker than the first the other clusters of a road user are, on average."""

RAIN_REACH_M = 25.0


@dataclass(frozen=True, slots=True, eq=False)
class Echoes:
    """N echoes of one beam, in the radar's frame.

    Attributes:
        source_ids: (N,) the actor, or ``CLUTTER``, ``RAIN``, ``NOISE``.
        is_far: (N,) of which beam.
        range_m, azimuth_rad, radial_speed_mps, rcs_dbsm: (N,) without errors.
        invalid_states: (N,) numbers of the DBC file's table.
        false_alarm: (N,) probability that it is none, as the radar thinks.
    """

    source_ids: IntArray
    is_far: BoolArray
    range_m: FloatArray
    azimuth_rad: FloatArray
    radial_speed_mps: FloatArray
    rcs_dbsm: FloatArray
    invalid_states: IntArray
    false_alarm: FloatArray

    def __len__(self) -> int:
        return len(self.source_ids)


@dataclass(frozen=True, slots=True, eq=False)
class Fixtures:
    """F things beside the road that always reflect.

    Attributes:
        range_m, azimuth_rad, rcs_dbsm: (F,) in the radar's frame.
    """

    range_m: FloatArray
    azimuth_rad: FloatArray
    rcs_dbsm: FloatArray


def fixtures(plan: Ars408Plan, rng: np.random.Generator) -> Fixtures:
    """Returns fixtures drawn by lot, evenly over the ground that the near beam sees, and some farther out."""
    count = plan.fixture_count
    is_far = rng.random(count) < 0.3
    reach_m = np.where(is_far, plan.far.optics.max_range_m, plan.near.optics.max_range_m)
    half_rad = np.where(is_far, plan.far.optics.half_azimuth_rad, plan.near.optics.half_azimuth_rad)
    range_m = np.sqrt(rng.uniform((8.0 / reach_m) ** 2, 1.0)) * reach_m
    return Fixtures(range_m, rng.uniform(-1.0, 1.0, count) * half_rad, rng.normal(2.0, 7.0, count))


def fixture_echoes(plan: Ars408Plan, beam: Beam, street: Fixtures, rng: np.random.Generator) -> Echoes:
    """Returns the fixtures that one beam finds in one look."""
    probability = detection_probability(beam.optics, street.range_m, street.azimuth_rad, street.rcs_dbsm)
    found = rng.random(len(street.range_m)) < probability
    found &= is_used(plan, beam, street.range_m, street.azimuth_rad)
    count = int(found.sum())
    return Echoes(
        source_ids=np.full(count, CLUTTER),
        is_far=np.full(count, beam is plan.far),
        range_m=street.range_m[found],
        azimuth_rad=street.azimuth_rad[found],
        radial_speed_mps=np.zeros(count),
        rcs_dbsm=street.rcs_dbsm[found] + detected_fluctuation_db(probability[found], rng),
        invalid_states=np.full(count, VALID),
        false_alarm=rng.uniform(0.0, 0.4, count),
    )


def rain_echoes(plan: Ars408Plan, rain: float, rng: np.random.Generator) -> Echoes:
    """Returns drops near the radar: weak, and drifting with the wind."""
    count = int(rng.poisson(plan.rain_per_cycle * rain))
    return Echoes(
        source_ids=np.full(count, RAIN),
        is_far=np.zeros(count, dtype=np.bool_),
        range_m=rng.uniform(1.0, RAIN_REACH_M, count),
        azimuth_rad=rng.uniform(-1.0, 1.0, count) * plan.near.optics.half_azimuth_rad,
        radial_speed_mps=rng.normal(-1.0, 1.5, count),
        rcs_dbsm=rng.uniform(-25.0, -10.0, count),
        invalid_states=np.where(rng.random(count) < 0.6, VALID_LOW_SECTION, VALID),
        false_alarm=rng.uniform(0.2, 0.95, count),
    )


def noise_echoes(plan: Ars408Plan, rng: np.random.Generator) -> Echoes:
    """Returns false alarms, anywhere and at any speed."""
    count = int(rng.poisson(plan.false_per_cycle))
    return Echoes(
        source_ids=np.full(count, NOISE),
        is_far=np.zeros(count, dtype=np.bool_),
        range_m=rng.uniform(1.0, plan.near.optics.max_range_m, count),
        azimuth_rad=rng.uniform(-1.0, 1.0, count) * plan.near.optics.half_azimuth_rad,
        radial_speed_mps=rng.uniform(-30.0, 30.0, count),
        rcs_dbsm=rng.uniform(-25.0, 0.0, count),
        invalid_states=np.where(rng.random(count) < 0.3, VALID_LOW_SECTION, VALID),
        false_alarm=rng.uniform(0.4, 0.98, count),
    )


def is_used(plan: Ars408Plan, beam: Beam, range_m: FloatArray, azimuth_rad: FloatArray) -> BoolArray:
    """Returns (N,) whether a place is reported by a beam: the near one wherever it sees."""
    near = plan.near.optics
    is_near = (range_m <= near.max_range_m) & (np.abs(azimuth_rad) <= near.half_azimuth_rad)
    if beam is plan.near:
        return np.asarray(is_near)
    far = plan.far.optics
    return np.asarray(~is_near & (range_m <= far.max_range_m) & (np.abs(azimuth_rad) <= far.half_azimuth_rad))


def road_user_echoes(
    plan: Ars408Plan, beam: Beam, seen: Reflections, actors: Actors, sides: SidePoints, rng: np.random.Generator
) -> Echoes:
    """Returns one echo from the nearest point of every road user that is found, and some more over its sides.

    Args:
        plan: of the radar.
        beam: one of its two.
        seen: what that beam sees.
        actors: those that it was looked at for.
        sides: of those.
        rng: where all chance comes from.
    """
    found = rng.random(len(seen)) < seen.detection_probability
    found &= is_used(plan, beam, seen.range_m, seen.azimuth_rad)
    size_m, heading_rad = actors.size_m[seen.rows], actors.heading_rad[seen.rows]
    sight = seen.point_m[:, :2] - plan.site_from_radar.translation_m[:2]
    aspect_rad = np.arctan2(sight[:, 1], sight[:, 0]) - heading_rad
    cos, sin = np.abs(np.cos(aspect_rad)), np.abs(np.sin(aspect_rad))
    across_m = size_m[:, 0] * sin + size_m[:, 1] * cos
    along_m = size_m[:, 0] * cos + size_m[:, 1] * sin
    mean = plan.clusters_per_m * (across_m + along_m / 2.0) * seen.visible_share
    counts = np.where(found, 1 + rng.poisson(mean / (1.0 + seen.range_m / plan.crowding_range_m)), 0)
    of = np.repeat(np.arange(len(seen)), counts)
    is_first = np.diff(of, prepend=-1) > 0
    point_m = np.where(is_first[:, None], seen.point_m[of], _points_on_sides(sides, seen.rows[of], rng))
    classes = actors.classes[seen.rows[of]]
    is_long = (classes == RoadUserClass.TRUCK) | (classes == RoadUserClass.BUS)
    under = ~is_first & is_long & (rng.random(len(of)) < UNDER_BODY_SHARE)
    depth_m = np.where(under, rng.uniform(0.0, 0.7, len(of)) * along_m[of], 0.0)
    point_m[:, :2] += depth_m[:, None] * sight[of] / np.linalg.norm(sight[of], axis=1)[:, None]
    range_m, azimuth_rad, _ = spherical(plan.site_from_radar, point_m)
    return Echoes(
        source_ids=seen.object_ids[of],
        is_far=np.full(len(of), beam is plan.far),
        range_m=range_m,
        azimuth_rad=azimuth_rad,
        radial_speed_mps=_with_moving_parts(
            radial_speed_mps(plan.site_from_radar, point_m, seen.velocity_mps[of]), classes, is_first, rng
        ),
        rcs_dbsm=seen.rcs_dbsm[of]
        - np.where(is_first, 0.0, OTHER_CLUSTERS_DB)
        + detected_fluctuation_db(seen.detection_probability[of], rng),
        invalid_states=np.full(len(of), VALID),
        false_alarm=1.0 - seen.detection_probability[of],
    )


def mirror_echoes(
    plan: Ars408Plan, beam: Beam, seen: Reflections, images: MirrorImages, rng: np.random.Generator
) -> Echoes:
    """Returns the mirror images that one beam finds in one look; half of them it suspects."""
    probability = detection_probability(beam.optics, images.range_m, images.azimuth_rad, images.rcs_dbsm)
    found = rng.random(len(images)) < plan.mirror_share * probability
    rows = np.flatnonzero(found & is_used(plan, beam, images.range_m, images.azimuth_rad))
    return Echoes(
        source_ids=seen.object_ids[images.sources[rows]],
        is_far=np.full(len(rows), beam is plan.far),
        range_m=images.range_m[rows],
        azimuth_rad=images.azimuth_rad[rows],
        radial_speed_mps=images.radial_speed_mps[rows],
        rcs_dbsm=images.rcs_dbsm[rows] + detected_fluctuation_db(probability[rows], rng),
        invalid_states=np.where(rng.random(len(rows)) < 0.5, MIRROR, VALID),
        false_alarm=rng.uniform(0.2, 0.9, len(rows)),
    )


def _points_on_sides(sides: SidePoints, rows: IntArray, rng: np.random.Generator) -> FloatArray:
    """Returns (N, 3) points drawn by lot from those that are seen, low ones before high ones, and shaken a little."""
    weight = sides.is_seen[rows] * (rng.random((len(rows), sides.point_m.shape[1])) + sides.is_low)
    drawn = sides.point_m[rows, np.argmax(weight, axis=1)] if len(rows) else np.zeros((0, 3))
    return np.asarray(drawn + rng.normal(0.0, 0.15, (len(rows), 3)) * (1.0, 1.0, 0.0))


def _with_moving_parts(
    speed_mps: FloatArray, classes: IntArray, is_first: BoolArray, rng: np.random.Generator
) -> FloatArray:
    """Returns (N,) radial speeds with those of wheels and limbs among them."""
    count = len(speed_mps)
    has_limbs = np.isin(classes, (RoadUserClass.PEDESTRIAN, RoadUserClass.BICYCLE))
    is_wheel = ~has_limbs & ~is_first & (rng.random(count) < WHEEL_SHARE)
    spread = np.where(is_wheel, rng.uniform(0.0, 2.0, count), 1.0)
    swing_mps = np.where(has_limbs & ~is_first, LIMB_SPEED_SIGMA_MPS * rng.standard_normal(count), 0.0)
    return np.asarray(speed_mps * spread + np.where(np.abs(speed_mps) > STANDING_MPS, swing_mps, 0.0))
