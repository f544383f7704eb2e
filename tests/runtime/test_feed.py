import threading
import time

import pytest

from roadside.runtime.camera_stage import CameraStage
from roadside.runtime.feed import AsFastAsPossible, DataTicks, RecordedTicks, Timed, feed
from roadside.runtime.line import ObservationLine
from roadside.runtime.sensing import Sensing
from roadside.types.observations import Tick
from roadside.types.site import OrderSettings
from tests.runtime.observing import MS, START_NS, arrival_ms, at
from tests.v2x.site_builder import build_site

ORDER = OrderSettings()  # a grid of 100 ms, a wait of 50 ms, silent after 1 s


def ticks_ms(ticks: DataTicks, until_ms: int) -> list[int]:
    return [(tick.time_ns - START_NS) // MS for tick in ticks.until(START_NS + until_ms * MS)]


def fed(items, ticks, pace=None, stop=None) -> list[str]:
    """What came into the line, ticks as ``t``, with their arrival in ms."""
    line, site = ObservationLine(), build_site()
    sensing = Sensing(site, line, CameraStage.wait_and_offer, ())
    feed(items, sensing, ticks, pace or AsFastAsPossible(), stop or threading.Event())
    line.close()
    return [("t" if isinstance(each.observation, Tick) else "m") + str(arrival_ms(each.observation)) for each in line]


def test_ticks_come_at_every_grid_instant_plus_the_wait():
    ticks = DataTicks(ORDER)

    assert ticks_ms(ticks, 40) == [-50]
    assert ticks_ms(ticks, 149) == [50]
    assert ticks_ms(ticks, 150) == [150]
    assert ticks_ms(ticks, 420) == [250, 350]


def test_a_short_pause_is_ticked_through_and_of_a_long_one_only_the_last_tick_comes():
    ticks = DataTicks(ORDER)
    assert ticks_ms(ticks, 60) == [50]

    assert ticks_ms(ticks, 1_060) == list(range(150, 1_051, 100))
    assert ticks_ms(ticks, 3_600_000) == [3_599_950]
    assert ticks_ms(ticks, 3_600_050) == [3_600_050]


def test_ticks_stand_between_the_items_and_bring_out_the_last_scene():
    assert fed([at(0), at(100), at(160)], DataTicks(ORDER)) == [
        "t-50", "m0", "t50", "m100", "t150", "m160", "t250", "t350",
    ]  # fmt: skip


def test_recorded_ticks_are_the_only_ones():
    assert fed([at(0), Tick(START_NS + 3 * MS), at(300)], RecordedTicks()) == ["m0", "t3", "m300"]


def test_a_stop_ends_the_feeding_before_the_next_item():
    stop = threading.Event()

    def items():
        yield at(0)
        stop.set()
        yield at(10)

    assert "m10" not in fed(items(), DataTicks(ORDER), stop=stop)


def test_timed_data_come_no_earlier_than_they_should_at_twice_their_speed():
    began_s = time.monotonic()

    fed([at(0), at(200)], RecordedTicks(), Timed(2.0, threading.Event()))

    assert time.monotonic() - began_s >= 0.1


def test_a_stop_ends_a_wait_for_data_that_are_a_day_away():
    stop = threading.Event()
    pace = Timed(1.0, stop)
    pace.wait_until(START_NS)
    waiting = threading.Thread(target=pace.wait_until, args=(START_NS + 86_400_000 * MS,))
    waiting.start()

    stop.set()

    waiting.join(10.0)
    assert not waiting.is_alive()


def test_data_that_are_overdue_are_not_waited_for():
    pace = Timed(1.0, threading.Event())
    pace.wait_until(START_NS)

    pace.wait_until(START_NS - 86_400_000 * MS)


def test_what_breaks_the_items_reaches_whoever_feeds():
    def items():
        yield at(0)
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        fed(items(), DataTicks(ORDER))
