"""Does it hold? The same road users with the fitted errors and without pictures, against what the video gave.

Both are treated alike: measurements are paired with true road users on the road, and the tracker is run on either.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from scipy.optimize import linear_sum_assignment

from roadside.evaluation.report import report_figures
from roadside.geometry.arrays import BoolArray, FloatArray
from roadside.perception.radar_locator import RadarLocator
from roadside.recording.channels import ChannelKind, channel_of
from roadside.recording.reader import Recording, open_recording
from roadside.recording.writer import RecordingWriter
from roadside.runtime.judged_run import judged_run
from roadside.runtime.recorded_items import Depth
from roadside.runtime.recorded_run import recorded_site
from roadside.runtime.recorded_truth import recorded_truth
from roadside.sources.radar import decode_scan
from roadside.types.observations import Measurements
from simulation.picture_free.error_model import ErrorModel
from simulation.picture_free.errors import BAND_HEIGHTS_PX, BANDS, CameraErrors, band_weights
from simulation.picture_free.fitting import Watched, weather_of
from simulation.picture_free.lasting import Lags
from simulation.picture_free.observed import ObservedCamera
from simulation.picture_free.presence import Presence
from simulation.picture_free.sensed import sensed_by_camera

GATE_M = 5.0
"""A measurement farther from every true road user is nobody's: the gate of ``roadside evaluate``."""
LEAST_SHARE = 0.3
"""Who shows a camera less is not asked for."""
LEAST_TRUE_PX = 20
LAGS_S = (0.1, 0.5, 1.0)
Figures = dict[str, float]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One figure of rendered scenes and of the same without pictures.

    Attributes:
        name: of the figure, with its unit.
        rendered, picture_free: its values; NaN where it has none.
    """

    name: str
    rendered: float
    picture_free: float


def self_check(seen: Watched, model: ErrorModel, weather: str, seed: int = 0) -> list[Comparison]:
    """Returns the figures of all cameras of one weather, with the fitted errors drawn by a seed."""
    errors, rng = model.camera(weather), np.random.default_rng(seed)
    cameras = seen.cameras[weather]
    rendered = _figures(cameras, [camera.measurements for camera in cameras])
    simulated = _figures(cameras, [simulated_measurements(camera, errors, rng) for camera in cameras])
    return [Comparison(name, rendered[name], simulated[name]) for name in rendered]


def simulated_measurements(
    camera: ObservedCamera, errors: CameraErrors, rng: np.random.Generator
) -> tuple[Measurements, ...]:
    """Returns what a camera would have measured of the same road users, at the same times."""
    presence = Presence.of_truths(camera.truths, camera.step_s)
    batch, _ = sensed_by_camera(rng, camera.rig, errors, presence, int(camera.time_ns[0]))
    frames = np.round((batch.time_ns - camera.time_ns[0]) / 1e9 / camera.step_s).astype(np.int64)
    measured = []
    for index, frame in enumerate(frames.tolist()):
        one = batch.frame(index)
        times = int(camera.time_ns[frame]), int(camera.arrival_ns[frame])
        columns = [getattr(one, name) for name in Measurements.__slots__[3:]]
        measured.append(Measurements(one.sensor_id, *times, *columns))
    return tuple(measured)


def _figures(cameras: Sequence[ObservedCamera], measurements: Sequence[Sequence[Measurements]]) -> Figures:
    parts = [_paired(camera, each) for camera, each in zip(cameras, measurements, strict=True)]
    asked, found = np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])
    error_m = np.concatenate([part[2] for part in parts])
    nobody, frames = sum(part[3] for part in parts), sum(len(camera.time_ns) for camera in cameras)
    height_px = np.concatenate([camera.sightings.sides_px[1] for camera in cameras])
    bands = band_weights(height_px).argmax(axis=0)
    figures: Figures = {}
    for band in range(BANDS):
        mine = asked & (bands == band)
        figures[f"missed, boxes about {BAND_HEIGHTS_PX[band]:.0f} px high"] = float(1.0 - found[mine].mean())
    figures["measurements of nobody, a frame"] = nobody / frames
    located = found & np.isfinite(error_m[:, 0])
    for axis, name in enumerate(("along", "across")):
        figures[f"error {name} the ray, median size, m"] = float(np.median(np.abs(error_m[located, axis])))
        figures[f"error {name} the ray, 95 % below, m"] = float(np.quantile(np.abs(error_m[located, axis]), 0.95))
        figures[f"error {name} the ray, median, m"] = float(np.median(error_m[located, axis]))
    who = np.concatenate([(number << 20) + camera.sightings.object_ids for number, camera in enumerate(cameras)])
    instants = np.concatenate([camera.sightings.instants for camera in cameras])
    step_s = cameras[0].step_s
    lags = Lags.of(who, instants, step_s, round(max(LAGS_S) / step_s))
    clipped = np.clip(np.nan_to_num(error_m[:, 0]), -3.0, 3.0)
    spread = np.full(len(clipped), clipped[located].std())
    centred = clipped - clipped[located].mean()
    errors_last, _ = lags.correlation(centred, spread, located, np.ones(len(who)))
    share = found[asked].mean()
    misses_last, _ = lags.correlation(
        found - share, np.full(len(who), np.sqrt(share * (1.0 - share))), asked, np.ones(len(who))
    )
    for lag_s in LAGS_S:
        figures[f"correlation of errors along over {lag_s:g} s"] = float(errors_last[round(lag_s / step_s) - 1])
    for lag_s in LAGS_S:
        figures[f"correlation of being found over {lag_s:g} s"] = float(misses_last[round(lag_s / step_s) - 1])
    return figures


def _paired(
    camera: ObservedCamera, measurements: Sequence[Measurements]
) -> tuple[BoolArray, BoolArray, FloatArray, int]:
    """Returns (N,) who is asked for, (N,) who was found, (N, 2) errors along and across, and how many are nobody's."""
    seen = camera.sightings
    foot_m = seen.range_m - seen.cuboids[:, 3] / 2
    asked = (seen.visible_share >= LEAST_SHARE) & (foot_m <= camera.sensor.max_range_m) & ~seen.is_cut
    # What a wall hides that the recording does not know of is nobody's fault.
    asked &= (camera.true_px < 0) | (camera.true_px > LEAST_TRUE_PX)
    found, error_m, nobody = np.zeros(len(seen), dtype=np.bool_), np.full((len(seen), 2), np.nan), 0
    eye_m = camera.sensor.site_from_camera.translation_m[:2]
    frame_of = {int(time_ns): frame for frame, time_ns in enumerate(camera.time_ns.tolist())}
    order = np.argsort(seen.instants, kind="stable")
    bounds = np.searchsorted(seen.instants[order], np.arange(len(camera.time_ns) + 1))
    came = np.zeros(len(camera.time_ns), dtype=np.bool_)
    for measured in measurements:
        frame = frame_of[measured.time_ns]
        came[frame] = True
        rows = order[bounds[frame] : bounds[frame + 1]]
        off_m = measured.position_m[None] - seen.cuboids[rows, None, :2]
        distance_m = np.nan_to_num(np.linalg.norm(off_m, axis=2), nan=1e3)
        mine, its = linear_sum_assignment(np.minimum(distance_m, GATE_M))
        near = distance_m[mine, its] < GATE_M
        mine, its = mine[near], its[near]
        found[rows[mine]] = True
        away = seen.cuboids[rows[mine], :2] - eye_m
        away /= np.linalg.norm(away, axis=1)[:, None]
        off = off_m[mine, its]
        error_m[rows[mine]] = np.stack([(off * away).sum(1), off[:, 1] * away[:, 0] - off[:, 0] * away[:, 1]], axis=1)
        nobody += len(measured) - len(its)
    return asked & came[seen.instants], found, error_m, nobody


def tracker_check(path: Path, seen: Watched, model: ErrorModel, seed: int = 0) -> list[Comparison]:
    """Returns what the tracker makes of a recording's cameras, rendered and without pictures, radars the same.

    Args:
        path: one of the recordings that were watched.
        seen: what was seen of them.
        model: the errors.
        seed: they are drawn by.
    """
    recording, rng = open_recording(path), np.random.default_rng(seed)
    errors = model.camera(weather_of(path))
    start_ns, end_ns = recording.start_ns, recording.end_ns
    cameras = [
        camera for camera in seen.cameras[weather_of(path)]
        if camera.site.site_id == recording.site_id and start_ns <= camera.time_ns[0] <= end_ns
    ]  # fmt: skip
    rendered = [measured for camera in cameras for measured in camera.measurements]
    simulated = [measured for camera in cameras for measured in simulated_measurements(camera, errors, rng)]
    with TemporaryDirectory() as folder:
        figures = []
        for name, measurements in (("rendered", rendered), ("simulated", simulated)):
            file = Path(folder) / f"{name}.mcap"
            _write(file, recording, measurements)
            report = report_figures(judged_run(file, None, Depth.MEASUREMENTS, False, lambda done_s: None).evidence)
            figures.append(_tracker_figures(report))
    return [Comparison(name, figures[0][name], figures[1][name]) for name in figures[0]]


def _tracker_figures(report: dict[str, object]) -> Figures:
    wanted = {
        "tracking": ("hota", "mota", "idf1", "id_switches", "fragmentations", "false_positives"),
        "position": ("recall", "rmse_m", "p50_m", "p95_m", "inside_95", "precision"),
    }
    figures: Figures = {}
    for block, names in wanted.items():
        values = report[block]
        assert isinstance(values, dict)
        for name in names:
            figures[f"{block} {name}"] = float("nan") if values[name] is None else float(values[name])
    return figures


def _write(path: Path, recording: Recording, measurements: Sequence[Measurements]) -> None:
    """Writes cameras' measurements with what a recording's radars scanned, and its truth."""
    site = recorded_site(recording)
    locators = {radar.sensor_id: RadarLocator.of(radar, site) for radar in site.radars}
    everything: list[Measurements] = list(measurements)
    for entry in recording.entries(recording.topics_of(ChannelKind.RADAR)):
        channel = channel_of(entry.topic)
        assert channel is not None
        everything.append(locators[channel[1]].locate(decode_scan(entry.data, channel[1], entry.log_time_ns)))
    with RecordingWriter(path) as writer:
        writer.set_site(recording.site_id, recording.site_version)
        for name, data in recording.attachments.items():
            writer.attach(name, data)
        for measured in sorted(everything, key=lambda item: item.arrival_ns):
            writer.write(measured)
        for truth in recorded_truth(recording).everything:
            writer.write(truth)
