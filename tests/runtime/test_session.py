import pytest

from roadside.runtime.camera_stage import CameraStage
from roadside.runtime.fold import FoldDriver
from roadside.runtime.line import LENGTH, ObservationLine
from roadside.runtime.sensing import Sensing
from roadside.runtime.session import Session
from roadside.types.observations import SensorHealth, SensorState, Tick
from roadside.types.scene import LatencyLedger, Scene
from tests.runtime.observing import MS, START_NS, at
from tests.v2x.site_builder import build_site

SITE = build_site()


def session(*readers) -> Session:
    line = ObservationLine()
    return Session(Sensing(SITE, line, CameraStage.wait_and_offer, ()), line, FoldDriver(SITE, readers))


def test_every_grid_instant_of_what_is_fed_gives_a_scene_to_every_reader():
    first: list[int] = []
    second: list[tuple[int, int]] = []
    run = session(
        lambda scene, ledger: first.append((scene.time_ns - START_NS) // MS),
        lambda scene, ledger: second.append((ledger.captured_ns, ledger.received_ns)),
    )

    def feed() -> None:
        for time_ms in (0, 100, 200):
            run.sensing.take(at(time_ms + 10, taken_ms=time_ms))
            run.sensing.take(Tick(START_NS + (time_ms + 50) * MS))

    run.run(feed)

    assert first == [0, 100, 200]
    assert second[-1] == (START_NS + 200 * MS, START_NS + 210 * MS)
    assert run.wall_s > 0.0
    assert run.cpu_s()["all"] >= run.cpu_s()["fuse"] > 0.0


def test_what_goes_wrong_while_feeding_is_raised_after_all_that_was_fed_came_out():
    times: list[int] = []
    run = session(lambda scene, ledger: times.append(scene.time_ns))

    def feed() -> None:
        run.sensing.take(at(0))
        run.sensing.take(Tick(START_NS + 150 * MS))
        raise OSError("the recording went away")

    with pytest.raises(OSError, match="the recording went away"):
        run.run(feed)
    assert times == [START_NS, START_NS + 100 * MS]


def test_a_reader_that_fails_ends_the_run_even_if_the_feeder_waits_for_room():
    def fail(scene: Scene, ledger: LatencyLedger) -> None:
        raise ArithmeticError("no room for a scene")

    run = session(fail)
    fed: list[int] = []

    def feed() -> None:
        for number in range(4 * LENGTH):
            run.sensing.take(Tick(START_NS + number * 100 * MS))
            fed.append(number)

    with pytest.raises(ArithmeticError, match="no room for a scene"):
        run.run(feed)
    assert run.stop.is_set()
    assert len(fed) == 4 * LENGTH


def test_a_word_on_a_sensor_the_site_does_not_have_is_a_mistake_that_is_raised():
    run = session()
    word = SensorHealth("nobody", START_NS, START_NS, SensorState.OK, "", 0, 0)

    with pytest.raises(ValueError, match="has no sensor 'nobody'"):
        run.run(lambda: run.sensing.take(word))
