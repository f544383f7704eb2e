"""The error model, fitted on rendered scenes: the pole's detector and locator over their video, against the truth."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np

from roadside.geometry.arrays import FloatArray
from roadside.recording.reader import open_recording
from simulation.picture_free.assumed import assumed_camera, assumed_in, simulated_radars
from simulation.picture_free.error_model import ErrorModel, Fitted
from simulation.picture_free.errors import CameraErrors
from simulation.picture_free.fitted_clutter import ClutterFit, clutter_fit
from simulation.picture_free.fitted_detection import (
    class_time_s,
    confidence_quantiles,
    confusion,
    filled_shares,
    logit_fit,
    miss_times,
)
from simulation.picture_free.fitted_edges import edge_fit, edge_times, located_beyond, second_boxes
from simulation.picture_free.fitted_with import DETECTORS, as_made, used_by
from simulation.picture_free.lasting import Lags
from simulation.picture_free.observed import ObservedCamera, observed_cameras
from simulation.picture_free.samples import Samples, samples_of

WEATHERS = ("day", "dusk", "night_rain", "fog")
INTO_DUSK = ("incidents",)
"""Recordings that begin by day and end at dusk; they count as day, and what was made of them says so."""
LONGEST_LAG_S = 2.0
DRAWS = 24
"""Draws of road users, with replacement, that the uncertainties are from."""
LONGEST_STEP_S = 0.15
"""Cameras that give fewer frames are left out: how long errors last does not show in them."""
STEPS_ALIKE_S = 0.01
"""Frame rates that are so near to each other count as one."""
NODDING_S = 0.5
"""Time constant of a pole's nodding where the scenes say nothing: its first bending mode is about 1 Hz."""
LEAST_ROAD_USERS = 8
"""A weather with fewer road users before cameras is not fitted."""


@dataclass(frozen=True, slots=True, eq=False)
class Watched:
    """What the cameras of some recordings saw.

    Attributes:
        cameras: name of a weather to the cameras in it.
        made: as in ``ErrorModel``.
    """

    cameras: Mapping[str, Sequence[ObservedCamera]]
    made: Mapping[str, object]


def fit(recordings: Sequence[Path], on_progress: Callable[[str], None] = lambda line: None) -> ErrorModel:
    """Returns the model fitted on recordings with video, truth and their site: the same for the same recordings.

    The weather of a recording is the one of ``WEATHERS`` that its name says, else day; those of ``INTO_DUSK`` count as
    day. What no recording shows is assumed from the day, and its ``source`` says so. Radars have no pictures: theirs
    are of ``simulation.sensors``.

    Args:
        recordings: MCAP files.
        on_progress: takes a line on what is being done.

    Raises:
        RoadsideError: a recording or its model cannot be used.
        ValueError: there is none by day, or their frame rates do not fit.
    """
    return fitted_on(watched(recordings, on_progress), on_progress)


def watched(recordings: Sequence[Path], on_progress: Callable[[str], None] = lambda line: None) -> Watched:
    """Returns what the cameras of recordings saw; the long part of a fit.

    Raises:
        RoadsideError: a recording or its model cannot be used.
    """
    cameras: dict[str, list[ObservedCamera]] = {}
    made: list[dict[str, object]] = []
    for path in recordings:
        on_progress(f"watching {path.name}")
        seen = list(observed_cameras(open_recording(path), LONGEST_STEP_S))
        cameras.setdefault(weather_of(path), []).extend(seen)
        made.append({
            "name": path.name,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "weather": f"{weather_of(path)}, filmed into dusk" if path.stem in INTO_DUSK else weather_of(path),
            "cameras": {
                each.sensor.sensor_id: {
                    "detector": each.sensor.model,
                    "least_confidence": each.sensor.min_confidence,
                    "frames": len(each.time_ns),
                }
                for each in seen
            },
        })  # fmt: skip
    used = as_made(used_by(each.sensor) for seen in cameras.values() for each in seen)
    return Watched(cameras, {DETECTORS: used, "recordings": made})


def weather_of(path: Path) -> str:
    """Returns the weather that a recording's name says, else day."""
    return next((weather for weather in WEATHERS[1:] if weather in path.stem), "day")


def fitted_on(seen: Watched, on_progress: Callable[[str], None] = lambda line: None) -> ErrorModel:
    """Returns the model fitted on what cameras saw.

    Raises:
        ValueError: nothing was seen by day, or cameras of one weather differ in their frame rate.
    """
    _check(seen)
    cameras: dict[str, Fitted] = {}
    for weather in WEATHERS:
        before = assumed_camera() if weather == "day" else cameras["day"].errors
        assert isinstance(before, CameraErrors)
        samples = samples_of(seen.cameras[weather]) if seen.cameras.get(weather) else None
        if samples is None or (weather != "day" and len(np.unique(samples.who)) < LEAST_ROAD_USERS):
            cameras[weather] = Fitted(assumed_in(weather, before), {}, "assumed from the day: no scene was fitted")
            continue
        on_progress(f"fitting {weather}")
        clutter = clutter_fit(seen.cameras[weather])
        errors = camera_fit(seen.cameras[weather], samples, before, clutter)
        uncertainty = _uncertainty(seen.cameras[weather], samples, before, clutter)
        users, hours = len(np.unique(samples.who)), _camera_hours(seen.cameras[weather])
        source = f"fitted on {len(samples)} sightings of {users} road users before cameras in {60 * hours:.1f} minutes"
        cameras[weather] = Fitted(errors, uncertainty, source)
    radars = {name: Fitted(errors, {}, "those of simulation.sensors") for name, errors in simulated_radars().items()}
    return ErrorModel(cameras, radars, seen.made)


def _check(seen: Watched) -> None:
    """Checks that there is something to fit on."""
    if "day" not in seen.cameras:
        raise ValueError(f"a fit needs a recording by day, got only {', '.join(seen.cameras)}")
    if not seen.cameras["day"]:
        raise ValueError(
            f"a fit needs a camera by day with a frame every {LONGEST_STEP_S:g} s or more often, all have fewer"
        )
    for weather, cameras in seen.cameras.items():
        steps_s = [camera.step_s for camera in cameras]
        if steps_s and max(steps_s) - min(steps_s) > STEPS_ALIKE_S:
            raise ValueError(
                f"a fit needs one frame rate for all cameras in {weather}, got a frame every "
                f"{', '.join(f'{step_s:.3f}' for step_s in sorted(set(steps_s)))} s"
            )


def camera_fit(
    cameras: Sequence[ObservedCamera], samples: Samples, before: CameraErrors, clutter: ClutterFit
) -> CameraErrors:
    """Returns a camera's errors in one weather.

    Args:
        cameras: that were watched, all at one frame rate.
        samples: their rows, or a draw of them.
        before: what is taken where they say nothing.
        clutter: their false boxes.
    """
    step_s = cameras[0].step_s
    lags = Lags.of(samples.who, samples.frames, step_s, round(LONGEST_LAG_S / step_s))
    detection, class_offset = logit_fit(samples, before)
    errors = replace(before, detection=detection, class_offset=class_offset, class_confusion=confusion(samples, before))
    miss_s, stubborn_share = miss_times(samples, errors, lags)
    edges = edge_fit(samples)
    lasting_share, slow_share, slow_s = edge_times(samples, edges, lags, before)
    double_share, double_scale = second_boxes(samples, edges)
    located_gain, located_bias, located_sigma, stated_ratio = located_beyond(samples)
    lost_share, delay_s, jitter_s = _timing(cameras)
    return replace(
        errors,
        miss_s=miss_s,
        stubborn_share=stubborn_share,
        edge_bias=edges.bias,
        edge_floor_px=edges.floor_px,
        edge_share=edges.share,
        edge_correlation=edges.correlation,
        lasting_share=lasting_share,
        slow_share=slow_share,
        slow_s=slow_s,
        outlier_share=edges.outlier_share,
        outlier_scale=edges.outlier_scale,
        pitch_sigma_rad=edges.pitch_sigma_rad,
        pitch_s=NODDING_S,
        class_s=class_time_s(samples, errors, lags),
        confidence=confidence_quantiles(samples, before),
        double_share=double_share,
        double_scale=double_scale,
        clutter=clutter.appearances if len(clutter.appearances) else before.clutter,
        clutter_per_hour=clutter.per_hour,
        located_gain=located_gain,
        located_bias=located_bias,
        located_sigma=located_sigma,
        stated_ratio=stated_ratio,
        filled_share=filled_shares(samples, before),
        lost_share=lost_share,
        delay_s=delay_s,
        jitter_s=jitter_s,
    )


def _timing(cameras: Sequence[ObservedCamera]) -> tuple[float, float, float]:
    """Returns the share of frames that never came, and mean over cameras of the least delay and of what is beyond it.

    Every camera's clock is off by something of its own, which is in its least delay and must not count as jitter.
    """
    due = sum((int(camera.time_ns[-1]) - int(camera.time_ns[0])) / 1e9 / camera.step_s + 1 for camera in cameras)
    came = sum(len(camera.time_ns) for camera in cameras)
    delays_s = [(camera.arrival_ns - camera.time_ns) / 1e9 for camera in cameras]
    least_s = float(np.mean([each.min() for each in delays_s]))
    beyond_s = float(np.mean([each.mean() - each.min() for each in delays_s]))
    return float(np.clip(1.0 - came / due, 0.0, 1.0)), max(least_s, 0.0), beyond_s


def _uncertainty(
    cameras: Sequence[ObservedCamera], samples: Samples, before: CameraErrors, clutter: ClutterFit
) -> dict[str, FloatArray]:
    """Returns one standard deviation of every number, by drawing whole road users with replacement.

    False objects are not drawn: how many there are is uncertain by the root of their number, and nothing is said of
    the rest of them.
    """
    rng = np.random.default_rng(0)
    who, first = np.unique(samples.who, return_index=True)
    last = np.append(first[1:], len(samples))
    drawn: dict[str, list[FloatArray]] = {}
    for _ in range(DRAWS):
        chosen = rng.integers(0, len(who), len(who))
        rows = np.concatenate([np.arange(first[each], last[each]) for each in chosen])
        draw = samples.select(rows)
        renamed = np.repeat(np.arange(len(chosen)), (last - first)[chosen])
        errors = camera_fit(cameras, replace(draw, who=renamed), before, clutter)
        for field in fields(errors):
            drawn.setdefault(field.name, []).append(np.asarray(getattr(errors, field.name), dtype=np.float64))
    told = {name: np.std(values, axis=0) for name, values in drawn.items() if not name.startswith("clutter")}
    hours = _camera_hours(cameras)
    told["clutter_per_hour"] = np.asarray(np.sqrt(max(clutter.per_hour * hours, 1.0)) / hours)
    return told


def _camera_hours(cameras: Sequence[ObservedCamera]) -> float:
    return sum(len(camera.time_ns) * camera.step_s for camera in cameras) / 3600.0
