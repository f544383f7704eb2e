import threading
from concurrent.futures import Future

import pytest

from roadside.runtime.line import LENGTH, Made, ObservationLine
from roadside.types.observations import Tick
from tests.runtime.observing import MS, START_NS, arrival_ms, at, ready
from tests.v2x.waiting import wait_for


def test_a_radar_scan_waits_behind_the_camera_frame_that_came_before_it():
    line, detecting = ObservationLine(), Future[Made]()
    line.put(detecting, 1, 0)
    line.put_ready(at(20, "radar-north"), 2)
    line.close()
    came: list[str] = []
    reader = threading.Thread(target=lambda: came.extend(fed.observation.sensor_id for fed in line))
    reader.start()
    assert came == []

    detecting.set_result(Made(at(0), 7, 3))
    reader.join(10.0)

    assert came == ["camera-north", "radar-north"]


def test_a_frame_that_was_dropped_gives_up_its_place():
    line, dropped = ObservationLine(), Future[Made]()
    line.put(dropped, 1, 0)
    line.put_ready(at(10), 2)
    line.close()

    assert dropped.cancel()

    assert [arrival_ms(fed.observation) for fed in line] == [10]


def test_arrivals_never_go_back_so_that_a_recording_has_the_order_of_the_line():
    line = ObservationLine()
    line.put_ready(at(30, taken_ms=5), 1_030 * MS)
    line.put_ready(at(28, "radar-north", taken_ms=8), 1_028 * MS)
    line.put_ready(Tick(START_NS + 29 * MS), 1_029 * MS)
    line.put_ready(at(31), 1_031 * MS)
    line.close()

    fed = list(line)

    assert [arrival_ms(each.observation) for each in fed] == [30, 30, 30, 31]
    assert [each.entered_ns // MS for each in fed] == [1_030, 1_030, 1_030, 1_031]
    assert fed[1].observation.time_ns == START_NS + 8 * MS
    assert isinstance(fed[2].observation, Tick)


def test_the_fold_is_told_when_an_observation_was_ready_however_long_it_waited():
    line, detecting = ObservationLine(), Future[Made]()
    line.put(detecting, 1, 0)
    line.close()
    detecting.set_result(Made(at(0), 7, 3))

    (fed,) = line

    assert (fed.entered_ns, fed.ready_ns) == (1, 7)


def test_the_fold_is_told_of_all_work_on_an_observation_before_it_took_its_place_and_after():
    line, detecting = ObservationLine(), Future[Made]()
    line.put(detecting, 1, 4)
    line.close()
    detecting.set_result(Made(at(0), 7, 3))

    (fed,) = line

    assert fed.worked_ns == 7


def test_what_broke_a_frame_comes_out_at_its_place():
    line, broken = ObservationLine(), Future[Made]()
    line.put_ready(at(0))
    line.put(broken, 1, 0)
    broken.set_exception(ArithmeticError("no picture"))
    line.close()
    out = iter(line)

    assert arrival_ms(next(out).observation) == 0
    with pytest.raises(ArithmeticError, match="no picture"):
        next(out)


def test_draining_frees_whoever_waits_for_a_place():
    line, begun = ObservationLine(), threading.Event()

    def put_too_many() -> None:
        for number in range(LENGTH + 5):
            line.put(ready(at(number)), 0, 0)
            begun.set()
        line.close()

    putting = threading.Thread(target=put_too_many)
    putting.start()
    wait_for(begun.is_set)

    line.drain()

    putting.join(10.0)
    assert not putting.is_alive()
