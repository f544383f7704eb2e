from dataclasses import dataclass, field

from roadside.runtime.line import ObservationLine
from roadside.runtime.sensor_words import SensorCounts, SensorWords
from roadside.types.observations import SensorHealth, SensorState
from tests.runtime.observing import MS, START_NS


@dataclass
class Camera:
    """What the counters of one camera say just now, and what was told of it."""

    stage: SensorCounts = field(default_factory=SensorCounts)
    source: SensorCounts = field(default_factory=SensorCounts)

    def __post_init__(self) -> None:
        self.line = ObservationLine()
        self.words = SensorWords(self.line)
        self.words.count_with("north", lambda: self.stage)
        self.words.count_with("north", lambda: self.source, lambda: "it is snowing")

    def say(self, word: SensorState, reason: str, time_ms: int) -> None:
        self.words.say("north", word, reason, START_NS + time_ms * MS)

    def tick(self, time_ms: int) -> None:
        self.words.tell_changes(START_NS + time_ms * MS)

    def told(self) -> list[SensorHealth]:
        self.line.close()
        return [fed.observation for fed in self.line]


def test_a_word_of_the_source_goes_out_at_once():
    camera = Camera()
    camera.say(SensorState.OK, "720p", 3)
    camera.say(SensorState.SILENT, "the stream ended", 4)

    words = camera.told()

    assert [(word.state, word.detail) for word in words] == [
        (SensorState.OK, "720p"), (SensorState.SILENT, "the stream ended"),
    ]  # fmt: skip
    assert (words[1].sensor_id, words[1].time_ns, words[1].arrival_ns) == (
        "north",
        START_NS + 4 * MS,
        START_NS + 4 * MS,
    )


def test_drops_of_the_stage_and_repairs_of_the_source_do_not_take_each_other_back():
    camera = Camera()
    camera.say(SensorState.OK, "720p", 0)
    camera.stage = SensorCounts(dropped=3)
    camera.tick(1_000)
    camera.source = SensorCounts(repaired=5)
    camera.tick(2_000)
    camera.say(SensorState.SILENT, "the stream ended", 2_100)
    camera.stage = SensorCounts(dropped=4)
    camera.tick(3_100)

    assert [(word.dropped_total, word.repaired_total) for word in camera.told()] == [
        (0, 0), (3, 0), (3, 5), (3, 5), (4, 5),
    ]  # fmt: skip


def test_totals_that_rise_all_the_time_are_told_once_a_second():
    camera = Camera()
    for tick in range(40):
        camera.stage = SensorCounts(dropped=tick)
        camera.tick(tick * 100)

    assert [word.dropped_total for word in camera.told()] == [1, 11, 21, 31]


def test_what_is_lost_degrades_a_sensor_until_nothing_was_lost_for_ten_seconds():
    camera = Camera()
    camera.say(SensorState.OK, "720p", 0)
    camera.stage, camera.source = SensorCounts(dropped=2), SensorCounts(corrupt=1)
    for time_ms in range(1_000, 15_000, 100):
        camera.tick(time_ms)

    words = camera.told()

    assert [word.state for word in words] == [SensorState.OK, SensorState.DEGRADED, SensorState.OK]
    assert words[1].detail == (
        "2 frames dropped because the detector was busy, 1 damaged packets or pictures since start; "
        "the last: it is snowing"
    )
    assert (words[2].time_ns, words[2].detail) == (START_NS + 11_000 * MS, "720p")


def test_repaired_time_stamps_are_told_and_do_not_degrade():
    camera = Camera()
    camera.say(SensorState.OK, "720p", 0)
    camera.source = SensorCounts(repaired=7)
    camera.tick(1_000)

    assert [(word.state, word.repaired_total) for word in camera.told()] == [(SensorState.OK, 0), (SensorState.OK, 7)]


def test_a_silent_sensor_stays_silent_whatever_was_lost():
    camera = Camera()
    camera.say(SensorState.SILENT, "no answer", 0)
    camera.source = SensorCounts(corrupt=1)
    camera.tick(1_000)

    assert camera.words.of("north") == (SensorState.SILENT, "no answer")
    assert [word.state for word in camera.told()] == [SensorState.SILENT, SensorState.SILENT]


def test_nothing_is_said_of_a_sensor_nobody_knows():
    assert Camera().words.of("south") == (SensorState.UNKNOWN, "")
