"""Errors before anything was fitted: where a fit starts from, and what stands for what no scene has shown yet."""

from dataclasses import replace

import numpy as np

from roadside.types.road_users import RoadUserClass
from simulation.picture_free.errors import BANDS, CLASSES, EDGES, QUANTILES, CameraErrors, RadarErrors
from simulation.sensors.reflections import RadarOptics
from simulation.sensors.tracking_habits import TrackingHabits

_SURE_SHARE = 0.85


def assumed_camera() -> CameraErrors:
    """Returns a camera's errors by day, as a small detector's are known to be, in round numbers."""
    confusion = np.full((CLASSES, CLASSES), 0.0)
    common = [int(entry) for entry in RoadUserClass if entry >= RoadUserClass.CAR and entry != RoadUserClass.TRICYCLE]
    confusion[:, common] = (1.0 - _SURE_SHARE) / len(common)
    confusion[common, common] += _SURE_SHARE
    confusion /= confusion.sum(axis=1, keepdims=True)
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
        outlier_share=np.full(EDGES, 0.03),
        outlier_scale=np.full(EDGES, 4.0),
        pitch_sigma_rad=2e-4,
        pitch_s=0.5,
        class_confusion=confusion,
        class_s=0.5,
        confidence=low[:, None] + QUANTILES * (high - low)[:, None],
        double_share=0.02,
        double_scale=2.0,
        clutter=np.array([[0.5, 0.6, 0.03, 0.06, float(RoadUserClass.CAR), 0.5]]),
        clutter_per_hour=400.0,
        clutter_s=0.3,
        clutter_presence=0.8,
        recurring_share=0.3,
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
    return replace(day, detection=detection, edge_floor_px=day.edge_floor_px * scale, edge_share=day.edge_share * scale)


def simulated_radars() -> dict[str, RadarErrors]:
    """Returns the errors of every kind of radar in every weather, by ``kind.weather``.

    They are those that ``simulation.sensors`` gives its radars; only false objects and delays are set by hand.
    """
    optics, habits = RadarOptics(), TrackingHabits()
    tracked = RadarErrors(
        cycle_s=habits.cycle_s, snr_db=optics.snr_db, edge_loss_db=optics.edge_loss_db,
        false_alarm_probability=optics.false_alarm_probability, rain_loss_db_per_km=0.0,
        along_sigma_m=habits.along_sigma_m, across_sigma_rad=habits.across_sigma_rad,
        across_floor_m=habits.across_floor_m, shortest_s=habits.error_time_s[0], longest_s=habits.error_time_s[1],
        speed_sigma_mps=habits.speed_sigma_mps, birth_frames=habits.birth_frames, coast_s=habits.coast_s,
        static_speed_mps=habits.static_speed_mps, static_hold_s=habits.static_hold_s, notch_mps=habits.notch_mps,
        hidden_share=0.3, ghosts_per_s=habits.ghosts_per_s / 10.0, ghost_s=habits.ghost_life_s, false_per_s=0.02,
        false_s=0.8, delay_s=0.012, jitter_s=0.002,
    )  # fmt: skip
    untracked = replace(
        tracked, shortest_s=0.02, longest_s=0.1, birth_frames=1, coast_s=0.0, static_hold_s=0.0, false_per_s=3.0,
        false_s=0.05, ghost_s=0.1,
    )  # fmt: skip
    kinds = {"tracked_list": tracked, "ars408_objects": tracked, "ars408_clusters": untracked}
    rain = {"day": 0.0, "dusk": 0.0, "fog": 0.0, "night_rain": RAIN_LOSS_DB_PER_KM}
    return {
        f"{kind}.{weather}": replace(errors, rain_loss_db_per_km=loss)
        for kind, errors in kinds.items()
        for weather, loss in rain.items()
    }


RAIN_LOSS_DB_PER_KM = 10.0
"""One way, in 25 mm/h at 77 GHz (ITU-R P.838-3)."""
