"""Everything between an item that a sensor gave and its place in the observation line, for all sensors of a site."""

import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from roadside.errors import VideoError
from roadside.perception.box_locator import BoxLocator
from roadside.perception.detector import Detector
from roadside.perception.manifest import load_manifest
from roadside.perception.radar_locator import RadarLocator
from roadside.runtime.camera_stage import CameraStage, ignore
from roadside.runtime.line import Made, ObservationLine
from roadside.runtime.sensor_words import SensorCounts, SensorWords
from roadside.sources.h264 import H264Decoder
from roadside.types.detections import Detections
from roadside.types.frames import EncodedFrame, Frame, RadarScan
from roadside.types.observations import Observation, Tick
from roadside.types.site import CameraSensor, Site

Item: TypeAlias = EncodedFrame | Frame | RadarScan | Detections | Observation
"""What may arrive: bytes, pictures, targets, boxes, or what is an observation already. All have ``arrival_ns``."""

SHAPE_TOLERANCE = 0.01
"""How far a stream's ratio of width to height may be from the calibrated one: even sides, rounding of a scaler."""

HandIn: TypeAlias = Callable[[CameraStage, Frame], "Future[Made]"]
"""What to do with a frame while the detector is busy: ``CameraStage.offer`` or ``CameraStage.wait_and_offer``."""


@dataclass(slots=True)
class DecodeCounts:
    """What decoding recorded video took.

    Attributes:
        cpu_ns: processor time.
        undecodable: access units that gave no picture.
    """

    cpu_ns: int = 0
    undecodable: int = 0


class Sensing:
    """The stages of all sensors of a site, in front of one line.

    Attributes:
        stages: by camera; empty where nothing is to be detected.
        words: what is said of the sensors; drops of the stages are counted in.
        decoding: counts.
        radar_cpu_ns: processor time from targets to measurements.
    """

    def __init__(
        self,
        site: Site,
        line: ObservationLine,
        hand_in: HandIn,
        detecting: Iterable[CameraSensor],
        on_detections: Callable[[Detections], None] = ignore,
    ) -> None:
        """Loads the models.

        Args:
            site: what is installed where.
            line: where observations go.
            hand_in: what to do with a frame while the detector is busy.
            detecting: the cameras whose frames will come; only their models are loaded.
            on_detections: called with every frame's detections: the recorder.

        Raises:
            ModelError: a camera's model cannot be used.
        """
        self._line = line
        self._hand_in = hand_in
        self._box_locators = {camera.sensor_id: BoxLocator.of(camera, site) for camera in site.cameras}
        self._radar_locators = {radar.sensor_id: RadarLocator.of(radar, site) for radar in site.radars}
        self._decoders = {camera.sensor_id: H264Decoder() for camera in site.cameras}
        self.stages = {
            camera.sensor_id: CameraStage(
                Detector(load_manifest(camera.model)), self._box_locators[camera.sensor_id], on_detections
            )
            for camera in detecting
        }
        self.words = SensorWords(line)
        for sensor_id, stage in self.stages.items():
            self.words.count_with(sensor_id, partial(_counts_of, stage, self._decoders[sensor_id]))
        self.decoding = DecodeCounts()
        self.radar_cpu_ns = 0

    def take(self, item: Item, entered_ns: int | None = None) -> None:
        """Gives an item its place in line and sets to work on it; without ``entered_ns`` it arrives now."""
        entered_ns = time.monotonic_ns() if entered_ns is None else entered_ns
        match item:
            case EncodedFrame():
                before_ns = time.thread_time_ns()
                frame = self._decoded(item)
                if frame is not None:
                    self._detect(frame, entered_ns, time.thread_time_ns() - before_ns)
            case Frame():
                self._detect(item, entered_ns, 0)
            case RadarScan():
                before_ns = time.thread_time_ns()
                measurements = self._radar_locators[item.sensor_id].locate(item)
                worked_ns = time.thread_time_ns() - before_ns
                self.radar_cpu_ns += worked_ns
                self._line.put_ready(measurements, entered_ns, worked_ns)
            case Detections():
                self._line.put_ready(self._box_locators[item.sensor_id].locate(item), entered_ns)
            case Tick():
                self.words.tell_changes(item.time_ns)
                self._line.put_ready(item, entered_ns)
            case _:
                self._line.put_ready(item, entered_ns)

    def close(self) -> None:
        """Waits for what was begun, and ends the stages' threads."""
        for stage in self.stages.values():
            stage.close()

    def _decoded(self, encoded: EncodedFrame) -> Frame | None:
        before_ns = time.thread_time_ns()
        frame = self._decoders[encoded.sensor_id].decode(encoded)
        self.decoding.cpu_ns += time.thread_time_ns() - before_ns
        self.decoding.undecodable += frame is None
        return frame

    def _detect(self, frame: Frame, entered_ns: int, decoded_in_ns: int) -> None:
        _check_shape(self._box_locators[frame.sensor_id].sensor, frame)
        stage = self.stages[frame.sensor_id]
        self._line.put(self._hand_in(stage, frame), entered_ns, decoded_in_ns)


def _check_shape(sensor: CameraSensor, frame: Frame) -> None:
    """Checks that a stream is the calibrated picture, scaled: a cut one would put road users in wrong places.

    Raises:
        VideoError: width and height have another ratio than the site file says.
    """
    camera, image = sensor.camera, frame.image
    ratio = image.width_px * camera.height_px / (image.height_px * camera.width_px)
    if abs(ratio - 1.0) > SHAPE_TOLERANCE:
        raise VideoError(
            f"{sensor.sensor_id}: wanted the calibrated {camera.width_px}x{camera.height_px} or a multiple of it, "
            f"got {image.width_px}x{image.height_px}"
        )


def _counts_of(stage: CameraStage, decoder: H264Decoder) -> SensorCounts:
    return SensorCounts(dropped=stage.counts.dropped + decoder.corrupt_total + decoder.skipped_total)
