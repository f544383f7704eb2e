"""What the real perception made of a recording's video, beside what was there: what the error model is fitted on.

The detector and the locator of the pole run over every frame; their boxes are paired with the true cuboids' outlines.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from roadside.evaluation.timeline import TruthTimeline
from roadside.geometry.arrays import BoolArray, FloatArray, IntArray
from roadside.perception.box_locator import BoxLocator
from roadside.perception.detector import Detector
from roadside.perception.manifest import load_manifest
from roadside.recording.channels import ChannelKind
from roadside.recording.reader import Recording
from roadside.runtime.recorded_items import decoded
from roadside.runtime.recorded_run import recorded_site
from roadside.runtime.recorded_truth import recorded_truth
from roadside.sources.h264 import H264Decoder
from roadside.types.detections import Detections
from roadside.types.frames import EncodedFrame
from roadside.types.observations import Measurements
from roadside.types.site import CameraSensor, Site
from roadside.types.truth import Truth
from simulation.picture_free.camera_rig import CameraRig
from simulation.picture_free.lane_table import LaneTable
from simulation.picture_free.presence import Presence
from simulation.picture_free.sightings import Sightings, sighted
from simulation.types.world import Building
from simulation.worlds.catalogue import build_world
from simulation.worlds.poles import LAYOUTS

ALIKE = 0.2
"""Intersection over union from which a box may be a road user's."""
WITHIN, WITHIN_OF = 0.8, 0.15
"""Or it lies within the outline by so much of itself, and is so much of the outline: what is half hidden."""


@dataclass(frozen=True, slots=True, eq=False)
class Strays:
    """K boxes that belong to nobody.

    Attributes:
        frames: (K,) of the camera, counted from 0.
        boxes_px: (K, 4) in the calibrated picture.
        classes, confidence: (K,) reported.
    """

    frames: IntArray
    boxes_px: FloatArray
    classes: IntArray
    confidence: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class ObservedCamera:
    """One camera's part of a recording, F frames.

    Attributes:
        sensor: the camera.
        site: it belongs to.
        rig: the camera as the simulation without pictures has it.
        truths: F, what was there at each frame.
        time_ns, arrival_ns: (F,) of the frames that came.
        measurements: F, what the real locator made of the frames.
        sightings: N, who was in the picture when; instants are frames.
        true_px: (N,) pixels that the truth says were seen; -1 where it does not say.
        boxes_px: (N, 4) the box that was found; NaN where none was.
        reported: (N,) its class; 0 where none was found.
        confidence: (N,) NaN where none was found.
        position_m: (N, 2) where the locator put it; NaN where it did not.
        stated_m2: (N, 2, 2) the covariance that it states.
        second_px: (N, 4) a second box of the same one; NaN where there was none.
        strays: boxes of nobody.
    """

    sensor: CameraSensor
    site: Site
    rig: CameraRig
    truths: tuple[Truth, ...]
    time_ns: IntArray
    arrival_ns: IntArray
    measurements: tuple[Measurements, ...]
    sightings: Sightings
    true_px: IntArray
    boxes_px: FloatArray
    reported: IntArray
    confidence: FloatArray
    position_m: FloatArray
    stated_m2: FloatArray
    second_px: FloatArray
    strays: Strays

    @property
    def found(self) -> BoolArray:
        """(N,) whether a box was found."""
        return np.isfinite(self.boxes_px[:, 0])

    @property
    def step_s(self) -> float:
        """From one frame to the next."""
        return float(np.median(np.diff(self.time_ns))) / 1e9


def observed_cameras(recording: Recording, longest_step_s: float) -> Iterator[ObservedCamera]:
    """Yields what cameras of a recording saw; the detector that the site file names is run over its video.

    Args:
        recording: with video, truth and its site.
        longest_step_s: cameras that give fewer frames are left out.

    Raises:
        RoadsideError: the recording carries no site, no truth, or a model cannot be used.
    """
    site = recorded_site(recording)
    timeline = TruthTimeline(recorded_truth(recording).road_users)
    lanes = LaneTable.of(site.road)
    for sensor in site.cameras:
        topic = recording.topics.get(ChannelKind.VIDEO.topic(sensor.sensor_id))
        if topic is not None and recording.duration_s <= longest_step_s * topic.message_count:
            yield _observed(recording, site, sensor, timeline, lanes)


def _observed(
    recording: Recording, site: Site, sensor: CameraSensor, timeline: TruthTimeline, lanes: LaneTable
) -> ObservedCamera:
    locator = BoxLocator.of(sensor, site)
    truths, detections, measurements = [], [], []
    for seen in _detected(recording, sensor):
        truth = timeline.at(seen.time_ns)
        if truth is not None:
            truths.append(truth)
            detections.append(seen.select(seen.confidence >= sensor.min_confidence))
            measurements.append(locator.locate(seen))
    time_ns = np.array([seen.time_ns for seen in detections], dtype=np.int64)
    presence = Presence.of_truths(truths, float(np.median(np.diff(time_ns))) / 1e9)
    rig = CameraRig.of(sensor, site, _buildings(site), lanes, presence.object_ids, 0.0, np.random.default_rng(0))
    sightings = sighted(sensor, rig.locator.view, rig.viewpoint, presence, 0.0)
    columns, strays = _paired(sensor, sightings, detections, measurements)
    return ObservedCamera(
        sensor, site, rig, tuple(truths), time_ns,
        np.array([seen.arrival_ns for seen in detections], dtype=np.int64), tuple(measurements), sightings,
        _true_px(sensor, truths, sightings), *columns, strays,
    )  # fmt: skip


def _buildings(site: Site) -> tuple[Building, ...]:
    """Returns the buildings of a simulated site; of another one nobody knows any."""
    return build_world(LAYOUTS[site.site_id].world_name).buildings if site.site_id in LAYOUTS else ()


def _detected(recording: Recording, sensor: CameraSensor) -> Iterator[Detections]:
    """Yields what the detector sees in every frame of a camera."""
    detector, decoder = Detector(load_manifest(sensor.model)), H264Decoder()
    for entry in recording.entries((ChannelKind.VIDEO.topic(sensor.sensor_id),)):
        item = decoded(recording, entry)
        assert isinstance(item, EncodedFrame)
        frame = decoder.decode(item)
        if frame is not None:
            yield detector.detect(frame)


def _true_px(sensor: CameraSensor, truths: list[Truth], sightings: Sightings) -> IntArray:
    """Returns (N,) pixels that the truth says the camera saw."""
    rows = []
    for truth in truths:
        known = sensor.sensor_id in truth.camera_ids
        column = truth.visible_px[:, truth.camera_ids.index(sensor.sensor_id)] if known else None
        rows.append(column if column is not None else np.full(len(truth), -1))
    return np.asarray(np.concatenate(rows)[sightings.rows], dtype=np.int64)


def _paired(
    sensor: CameraSensor, sightings: Sightings, detections: list[Detections], measurements: list[Measurements]
) -> tuple[tuple[FloatArray, IntArray, FloatArray, FloatArray, FloatArray, FloatArray], Strays]:
    """Returns the columns of ``ObservedCamera`` from ``boxes_px`` to ``second_px``, and the boxes of nobody."""
    count = len(sightings)
    boxes_px, second_px = np.full((count, 4), np.nan), np.full((count, 4), np.nan)
    reported, confidence = np.zeros(count, dtype=np.int64), np.full(count, np.nan)
    position_m, stated_m2 = np.full((count, 2), np.nan), np.full((count, 2, 2), np.nan)
    order = np.argsort(sightings.instants, kind="stable")
    bounds = np.searchsorted(sightings.instants[order], np.arange(len(detections) + 1))
    strays = []
    for frame, (seen, located) in enumerate(zip(detections, measurements, strict=True)):
        rows = order[bounds[frame] : bounds[frame + 1]]
        scale = np.array([sensor.camera.width_px / seen.width_px, sensor.camera.height_px / seen.height_px] * 2)
        found_px = (seen.boxes_px + 0.5) * scale - 0.5
        alike = _alike(sightings.box_px[rows], found_px)
        truth_side, found_side = linear_sum_assignment(-alike)
        good = alike[truth_side, found_side] > 0.0
        mine, its = rows[truth_side[good]], found_side[good]
        boxes_px[mine], reported[mine], confidence[mine] = found_px[its], seen.classes[its], seen.confidence[its]
        place = _rows_of(seen, located)[its]
        has_place = place >= 0
        position_m[mine[has_place]] = located.position_m[place[has_place]]
        stated_m2[mine[has_place]] = located.covariance_m2[place[has_place]]
        left = np.setdiff1d(np.arange(len(seen)), its)
        again = left[(alike[:, left] > 0.0).any(axis=0)] if len(rows) else left[:0]
        second_px[rows[alike[:, again].argmax(axis=0)] if len(again) else again] = found_px[again]
        stray = np.setdiff1d(left, again)
        strays.append((np.full(len(stray), frame), found_px[stray], seen.classes[stray], seen.confidence[stray]))
    columns = tuple(np.concatenate(column) for column in zip(*strays, strict=True))
    return (boxes_px, reported, confidence, position_m, stated_m2, second_px), Strays(*columns)


def _alike(true_px: FloatArray, found_px: FloatArray) -> FloatArray:
    """Returns (N, M) intersection over union of outlines and boxes; 0 where they cannot belong together."""
    low = np.maximum(true_px[:, None, :2], found_px[None, :, :2])
    high = np.minimum(true_px[:, None, 2:], found_px[None, :, 2:])
    both = np.clip(high - low, 0.0, None).prod(axis=2)
    of_true = (true_px[:, 2:] - true_px[:, :2]).prod(axis=1)[:, None]
    of_found = (found_px[:, 2:] - found_px[:, :2]).prod(axis=1)
    union = both / (of_true + of_found - both)
    within = (both >= WITHIN * of_found) & (both >= WITHIN_OF * of_true)
    return np.where((union >= ALIKE) | within, union, 0.0)


def _rows_of(detections: Detections, measurements: Measurements) -> IntArray:
    """Returns (M,) the measurement that each detection became; -1 where none. The locator keeps their order."""
    rows, next_row = np.full(len(detections), -1), 0
    for index in range(len(detections)):
        if next_row < len(measurements) and (
            measurements.confidence[next_row] == detections.confidence[index]
            and measurements.classes[next_row] == detections.classes[index]
        ):
            rows[index], next_row = next_row, next_row + 1
    return rows
