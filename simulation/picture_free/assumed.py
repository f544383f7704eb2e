"""Errors before anything was fitted: where a fit starts from, and what stands for what no scene has shown yet."""

from dataclasses import replace

import numpy as np

from roadside.geometry.pose import Pose
from roadside.types.road_users import RoadUserClass
from simulation.picture_free.errors import BANDS, CLASSES, EDGES, FAR_EDGES, QUANTILES, CameraErrors
from simulation.picture_free.radar_errors import RadarErrors
from simulation.sensors.ars408_clusters import HEAVY_RAIN_LOSS_DB_PER_KM, SPEED_SIGMA_MPS
from simulation.sensors.ars408_objects import object_optics
from simulation.sensors.ars408_plan import Ars408Plan
from simulation.sensors.reflections import RadarOptics
from simulation.sensors.tracked_list import TrackedListPlan
from simulation.sensors.tracking_habits import TrackingHabits
from simulation.types.weather import NIGHT_RAIN

_SURE_SHARE = 0.85


def assumed_camera() -> CameraErrors:
    """Returns a camera's errors by day, as a small detector's are known to be, in round numbers."""
    # What a detector calls a class that it never met nobody knows: nothing says that it looks like a vehicle.
    confusion = np.eye(CLASSES)
    common = [int(entry) for entry in RoadUserClass if entry >= RoadUserClass.CAR and entry != RoadUserClass.TRICYCLE]
    confusion[np.ix_(common, common)] = (1.0 - _SURE_SHARE) / len(common) + _SURE_SHARE * np.eye(len(common))
    low, high = np.array([0.45, 0.5, 0.55]), np.array([0.8, 0.9, 0.95])
    return CameraErrors(
        detection=np.array([1.0, 1.8, -0.8, 0.0, -3.0, -3.0, -0.5]),
        class_offset=np.zeros(CLASSES),
        miss_s=np.full(BANDS, 0.3),
        stubborn_share=0.2,
        edge_bias=np.zeros((CLASSES, EDGES)),
        edge_floor_px=np.full(EDGES, 1.0),
        edge_share=np.full(EDGES, 0.04),
        edge_correlation=np.eye(EDGES),
        lasting_share=np.full(BANDS, 0.2),
        slow_share=np.full(BANDS, 0.4),
        slow_s=np.full(BANDS, 0.5),
        outlier_share=np.full(len(FAR_EDGES), 0.005),
        outlier_scale=np.full(EDGES, 2.0),
        pitch_sigma_rad=2e-4,
        pitch_s=0.5,
        class_confusion=confusion,
        class_s=0.5,
        confidence=low[:, None] + QUANTILES * (high - low)[:, None],
        double_share=0.02,
        double_scale=2.0,
        clutter=np.array([[0.5, 0.6, 0.03, 0.06, float(RoadUserClass.CAR), 0.5, 0.0, 0.0, 0.3, 0.8]]),
        clutter_per_hour=400.0,
        located_gain=np.ones((3, 2)),
        located_bias=np.zeros((3, 2)),
        located_sigma=np.full((3, 2), 0.3),
        stated_ratio=np.ones(3),
        filled_share=np.full(CLASSES, 0.7),
        lost_share=0.0,
        delay_s=0.03,
        jitter_s=0.004,
    )


WEATHER_LOGITS = {"dusk": -0.4, "night_rain": -1.5, "fog": -1.5}
"""What bad light and weather take from the logit of detection where no scene has been fitted; set by hand."""
WEATHER_EDGE_NOISE = {"dusk": 1.0, "night_rain": 1.3, "fog": 1.2}
"""By how much the edges' noise is larger; set by hand."""


WEATHER_CLUTTER = {"dusk": 1.2, "night_rain": 2.0, "fog": 1.0}
"""By how much there are more false objects and second boxes: lamps and their reflections on a wet road; set by hand."""


def assumed_in(weather: str, day: CameraErrors) -> CameraErrors:
    """Returns a camera's errors in a weather of which no scene has been fitted, from those by day.

    Raises:
        ValueError: nothing is assumed of that weather.
    """
    if weather not in WEATHER_LOGITS:
        raise ValueError(f"weather must be one of {', '.join(WEATHER_LOGITS)}, got {weather!r}")
    detection = day.detection.copy()
    detection[0] += WEATHER_LOGITS[weather]
    scale = WEATHER_EDGE_NOISE[weather]
    more = WEATHER_CLUTTER[weather]
    return replace(
        day, detection=detection, edge_floor_px=day.edge_floor_px * scale, edge_share=day.edge_share * scale,
        clutter_per_hour=day.clutter_per_hour * more, double_share=min(day.double_share * more, 1.0),
    )  # fmt: skip


def simulated_radars() -> dict[str, RadarErrors]:
    """Returns the errors of every kind of radar in every weather, by ``kind.weather``.

    They are those that ``simulation.sensors`` gives its radars, but for what ``RADAR_LIMITS`` says.
    """
    listed = TrackedListPlan("", NOWHERE, 0.0)
    driven = Ars408Plan("", NOWHERE)
    objects = _followed(object_optics(driven), driven.habits)
    kinds = {
        "tracked_list": replace(
            _followed(listed.optics, listed.habits), delay_s=listed.delay_s, jitter_s=listed.delay_jitter_s
        ),
        "ars408_objects": replace(objects, cycle_s=driven.cycle_s, delay_s=driven.delay_s),
        "ars408_clusters": _clusters(objects, driven),
    }
    return {
        f"{kind}.{weather}": errors if weather == "night_rain" else replace(errors, **_DRY)
        for kind, errors in kinds.items()
        for weather in ("day", "dusk", "fog", "night_rain")
    }


def _followed(optics: RadarOptics, habits: TrackingHabits) -> RadarErrors:
    """Returns the errors of a radar that puts out what its own tracker follows."""
    return RadarErrors(
        cycle_s=habits.cycle_s, half_azimuth_rad=optics.half_azimuth_rad, half_elevation_rad=optics.half_elevation_rad,
        snr_db=optics.snr_db, edge_loss_db=optics.edge_loss_db,
        false_alarm_probability=optics.false_alarm_probability, rain_loss_db_per_km=0.0,
        near_reach_m=optics.max_range_m, far_half_azimuth_rad=0.0, far_snr_db=0.0, far_edge_loss_db=0.0,
        along_sigma_m=habits.along_sigma_m, across_sigma_rad=habits.across_sigma_rad,
        across_floor_m=habits.across_floor_m, edge_across_sigma_rad=habits.across_sigma_rad,
        far_along_sigma_m=habits.along_sigma_m, far_across_sigma_rad=habits.across_sigma_rad,
        shortest_s=habits.error_time_s[0], longest_s=habits.error_time_s[1],
        speed_sigma_mps=habits.speed_sigma_mps, birth_frames=habits.birth_frames, coast_s=habits.coast_s,
        static_speed_mps=habits.static_speed_mps, static_hold_s=min(habits.static_hold_s, FOREVER_S),
        notch_mps=habits.notch_mps, clusters_per_m=0.0, crowding_range_m=60.0,
        ghosts_per_s=habits.ghosts_per_s * IMAGE_SHARE, ghost_s=habits.ghost_life_s, false_per_s=0.02, false_s=0.8,
        false_reach_m=optics.max_range_m, false_speed_mps=5.0, fixture_count=0.0, rain_per_cycle=0.0,
        unclear_speed_share=0.0, delay_s=0.012, jitter_s=0.002,
    )  # fmt: skip


def _clusters(objects: RadarErrors, plan: Ars408Plan) -> RadarErrors:
    """Returns the errors of a radar that lists what it detects: nothing is followed, and what stands is listed too."""
    near, far = plan.near, plan.far
    return replace(
        objects, cycle_s=plan.cycle_s, delay_s=plan.delay_s,
        half_azimuth_rad=near.optics.half_azimuth_rad, half_elevation_rad=near.optics.half_elevation_rad,
        snr_db=near.optics.snr_db, edge_loss_db=near.optics.edge_loss_db, near_reach_m=near.optics.max_range_m,
        far_half_azimuth_rad=far.optics.half_azimuth_rad, far_snr_db=far.optics.snr_db,
        far_edge_loss_db=far.optics.edge_loss_db, along_sigma_m=near.range_sigma_m,
        across_sigma_rad=near.azimuth_sigma_rad, edge_across_sigma_rad=near.edge_azimuth_sigma_rad,
        far_along_sigma_m=far.range_sigma_m, far_across_sigma_rad=far.azimuth_sigma_rad, across_floor_m=0.1,
        shortest_s=0.01, longest_s=0.05, speed_sigma_mps=SPEED_SIGMA_MPS, birth_frames=1, coast_s=0.0,
        static_speed_mps=0.0, static_hold_s=0.0, notch_mps=0.0, clusters_per_m=plan.clusters_per_m,
        crowding_range_m=plan.crowding_range_m, false_per_s=plan.false_per_cycle / plan.cycle_s, false_s=0.01,
        false_reach_m=near.optics.max_range_m, false_speed_mps=30.0, fixture_count=plan.fixture_count,
        rain_loss_db_per_km=NIGHT_RAIN.rain * HEAVY_RAIN_LOSS_DB_PER_KM,
        rain_per_cycle=NIGHT_RAIN.rain * plan.rain_per_cycle,
        unclear_speed_share=plan.ambiguous_share + plan.staggered_share,
        ghosts_per_s=0.3, ghost_s=0.1,
    )  # fmt: skip


RADAR_LIMITS = (
    "How often mirror images appear is set by hand, and they stand behind the road user, not where a wall mirrors it.",
    "How often a radar that follows lists what is nothing is set by hand; in the scenes that happens by mirror images "
    "alone.",
    "Radars that follow do not merge neighbours, swap ids or run full, and have no estimate of lengths and classes.",
    "Radars that follow and never let go forget every five minutes who has stood for more than half a minute then.",
    "Rain reaches the radars that list clusters alone, as in the scenes.",
    "Clusters have no speeds of wheels and limbs, cross-sections of road users do not fluctuate, and nothing is cut "
    "off at what a cycle's frames can carry.",
)
"""In what the radars of hours differ from those of the scenes."""
_DRY = {"rain_loss_db_per_km": 0.0, "rain_per_cycle": 0.0}
NOWHERE = Pose(np.eye(3), np.zeros(3))
FOREVER_S = 1e6
IMAGE_SHARE = 0.3
"""Of the time that a road user has a mirror image that a radar could see; set by hand."""
