"""One camera's way from frame to measurements, in a thread of its own."""

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from roadside.perception.box_locator import BoxLocator
from roadside.perception.detector import Detector
from roadside.runtime.line import Made
from roadside.types.detections import Detections
from roadside.types.frames import Frame

PENDING = 2
"""Frames that may wait or be in the making: one at work and the newest one behind it."""


@dataclass(slots=True)
class StageCounts:
    """What a camera's stage did since start.

    Attributes:
        frames: frames handed in.
        dropped: of them, thrown away because newer ones came before their turn.
        detections: boxes found.
        detect_cpu_ns: processor time of the detector.
        locate_cpu_ns: processor time from boxes to measurements.
    """

    frames: int = 0
    dropped: int = 0
    detections: int = 0
    detect_cpu_ns: int = 0
    locate_cpu_ns: int = 0


def ignore(detections: Detections) -> None:
    """Does nothing: nobody records."""


class CameraStage:
    """Detects and locates the frames of one camera, one at a time.

    Attributes:
        counts: see ``StageCounts``.
    """

    def __init__(
        self, detector: Detector, locator: BoxLocator, on_detections: Callable[[Detections], None] = ignore
    ) -> None:
        """Starts the thread.

        Args:
            detector: belongs to the stage from now on.
            locator: of the same camera.
            on_detections: called with every frame's detections, in the stage's thread: the recorder.
        """
        self._on_detections = on_detections
        self.counts = StageCounts()
        self._detector = detector
        self._locator = locator
        self._worker = ThreadPoolExecutor(1, thread_name_prefix=f"detect-{locator.sensor.sensor_id}")
        self._pending: deque[Future[Made]] = deque()

    def offer(self, frame: Frame) -> "Future[Made]":
        """Hands a live frame in; if the stage is busy, the oldest frame that was not begun is dropped."""
        self._forget_finished()
        if len(self._pending) >= PENDING:
            for waiting in tuple(self._pending):
                if waiting.cancel():
                    self._pending.remove(waiting)
                    self.counts.dropped += 1
                    break
        return self._submit(frame)

    def wait_and_offer(self, frame: Frame) -> "Future[Made]":
        """Hands a recorded frame in as soon as there is room: nothing is dropped."""
        self._forget_finished()
        while len(self._pending) >= PENDING:
            self._pending.popleft().exception()
        return self._submit(frame)

    def close(self) -> None:
        """Waits for what was handed in, two frames at most, and ends the thread."""
        self._worker.shutdown(wait=True)

    def _forget_finished(self) -> None:
        while self._pending and self._pending[0].done():
            self._pending.popleft()

    def _submit(self, frame: Frame) -> "Future[Made]":
        self.counts.frames += 1
        future = self._worker.submit(self._run, frame)
        self._pending.append(future)
        return future

    def _run(self, frame: Frame) -> Made:
        cpu_ns = time.thread_time_ns()
        detections = self._detector.detect(frame)
        detected_cpu_ns = time.thread_time_ns()
        self._on_detections(detections)
        measurements = self._locator.locate(detections)
        self.counts.detect_cpu_ns += detected_cpu_ns - cpu_ns
        self.counts.locate_cpu_ns += time.thread_time_ns() - detected_cpu_ns
        self.counts.detections += len(detections)
        return Made(measurements, time.monotonic_ns(), time.thread_time_ns() - cpu_ns)
