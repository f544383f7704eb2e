import threading
from concurrent.futures import CancelledError

import numpy as np
import pytest

from roadside.perception.box_locator import BoxLocator
from roadside.runtime.camera_stage import CameraStage
from roadside.types.detections import Detections
from roadside.types.frames import Frame
from roadside.types.observations import Measurements
from tests.runtime.observing import MS, START_NS
from tests.v2x.site_builder import build_site
from tests.v2x.waiting import wait_for

SITE = build_site()


class Picture:
    """A black picture."""

    width_px, height_px = 1280, 720

    def rgb(self, width_px: int, height_px: int) -> np.ndarray:
        return np.zeros((height_px, width_px, 3), np.uint8)


class SlowDetector:
    """Sees nothing, and takes until ``go_on``."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.began: list[int] = []

    def detect(self, frame: Frame) -> Detections:
        self.began.append((frame.time_ns - START_NS) // MS)
        assert self.go_on.wait(10.0)
        if frame.time_ns == START_NS + 666 * MS:
            raise ArithmeticError("no picture")
        return Detections(
            frame.sensor_id, frame.time_ns, frame.arrival_ns, 1280, 720, np.zeros((0, 4)), np.zeros(0),
            np.zeros(0, np.int64),
        )  # fmt: skip


def frame(time_ms: int) -> Frame:
    return Frame("camera-north", START_NS + time_ms * MS, START_NS + time_ms * MS, Picture())


@pytest.fixture
def detector():
    return SlowDetector()


@pytest.fixture
def stage(detector):
    stage = CameraStage(detector, BoxLocator.of(SITE.cameras[0], SITE))
    yield stage
    detector.go_on.set()
    stage.close()


def test_of_live_frames_the_one_at_work_and_the_newest_stay(stage: CameraStage, detector: SlowDetector):
    first = stage.offer(frame(0))
    wait_for(lambda: detector.began)
    others = [stage.offer(frame(time_ms)) for time_ms in (100, 200, 300)]

    detector.go_on.set()

    assert [future.cancelled() for future in others] == [True, True, False]
    assert first.result(10.0).observation.time_ns == START_NS
    assert others[-1].result(10.0).observation.time_ns == START_NS + 300 * MS
    assert detector.began == [0, 300]
    assert (stage.counts.frames, stage.counts.dropped) == (4, 2)


def test_recorded_frames_wait_and_none_is_dropped(stage: CameraStage, detector: SlowDetector):
    futures = [stage.wait_and_offer(frame(0)), stage.wait_and_offer(frame(100))]
    third: list[object] = []
    waiting = threading.Thread(target=lambda: third.append(stage.wait_and_offer(frame(200))))
    waiting.start()
    wait_for(lambda: detector.began)
    assert third == []

    detector.go_on.set()
    waiting.join(10.0)

    assert [future.result(10.0).observation.time_ns for future in (*futures, *third)] == [
        START_NS, START_NS + 100 * MS, START_NS + 200 * MS,
    ]  # fmt: skip
    assert stage.counts.dropped == 0


def test_closing_a_stage_loses_no_frame_that_was_handed_in(stage: CameraStage, detector: SlowDetector):
    futures = [stage.wait_and_offer(frame(0)), stage.wait_and_offer(frame(100))]
    detector.go_on.set()

    stage.close()

    assert all(future.done() and not future.cancelled() for future in futures)


def test_the_observation_of_a_dropped_frame_is_cancelled(stage: CameraStage, detector: SlowDetector):
    stage.offer(frame(0))
    wait_for(lambda: detector.began)
    dropped = stage.offer(frame(100))
    stage.offer(frame(200))

    with pytest.raises(CancelledError):
        dropped.result(10.0)


def test_the_observation_of_a_frame_is_its_measurements_or_what_broke_it(stage: CameraStage, detector: SlowDetector):
    detector.go_on.set()

    made = stage.wait_and_offer(frame(0)).result(10.0)
    assert isinstance(made.observation, Measurements)
    assert made.worked_ns > 0
    with pytest.raises(ArithmeticError, match="no picture"):
        stage.wait_and_offer(frame(666)).result(10.0)


def test_the_recorder_gets_the_detections_of_every_frame_that_was_looked_at(detector: SlowDetector):
    recorded: list[int] = []
    stage = CameraStage(
        detector, BoxLocator.of(SITE.cameras[0], SITE), lambda detections: recorded.append(detections.time_ns)
    )
    detector.go_on.set()
    for time_ms in (0, 100, 200):
        stage.wait_and_offer(frame(time_ms))
    stage.close()

    assert recorded == [START_NS, START_NS + 100 * MS, START_NS + 200 * MS]
