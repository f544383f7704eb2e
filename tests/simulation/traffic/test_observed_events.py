"""What happens by itself is found, and what is only traffic is not."""

import numpy as np
import pytest

from simulation.traffic.definitions import QUEUE_VEHICLES
from simulation.traffic.events import TrueEvent
from simulation.traffic.observed_events import with_observed
from simulation.traffic.signals import SignalTimeline, signal_timeline
from simulation.traffic.table import Table
from simulation.traffic.ways import Ways
from simulation.types.bodies import BODY_NUMBER
from simulation.types.world import World
from simulation.worlds.catalogue import build_world

SECONDS = 30
COUNT = SECONDS * 10 + 1
T = 0.1 * np.arange(COUNT)


@pytest.fixture(scope="module")
def world() -> World:
    return build_world("junction")


@pytest.fixture(scope="module")
def signals(world: World) -> SignalTimeline:
    """Green for the main road until 26 s, then yellow, red from 29 s."""
    return signal_timeline(world, 0.0, SECONDS)


def along(number: int, x_m: np.ndarray, y_m: float | np.ndarray, heading_rad: float = 0.0, body: str = "sedan") -> Ways:
    count = len(x_m)
    position_m = np.column_stack([x_m, np.broadcast_to(y_m, count)])
    return Ways(
        np.full(count, number), np.arange(count), np.full(count, BODY_NUMBER[body]), position_m,
        np.full(count, heading_rad), np.abs(x_m - x_m[0]), np.zeros(count, np.int64),
    )  # fmt: skip


def seen(world: World, signals: SignalTimeline, *ways: Ways, known: tuple[TrueEvent, ...] = ()) -> list[TrueEvent]:
    found = with_observed(known, Table.of_ways(Ways.joined(ways), COUNT), world, signals)
    return [event for event in found if event not in known]


def kinds(events: list[TrueEvent]) -> list[str]:
    return [event.kind for event in events]


def queued(count: int) -> list[Ways]:
    """Returns vehicles that stand one behind the other before the stop line of the east arm."""
    return [along(1 + place, np.full(COUNT, 20.0 + 7.0 * place), 6.45, np.pi) for place in range(count)]


def braked(deceleration_mps2: float) -> np.ndarray:
    speed = np.clip(13.0 - deceleration_mps2 * np.maximum(T - 5.0, 0.0), 3.0, None)
    return 20.0 + np.concatenate([[0.0], np.cumsum(speed[:-1]) * 0.1])


def test_hard_braking_is_seen_and_usual_braking_is_not(world: World, signals: SignalTimeline) -> None:
    assert kinds(seen(world, signals, along(1, braked(7.0), -3.2))) == ["abrupt_braking"]
    assert seen(world, signals, along(1, braked(4.0), -3.2)) == []


def test_a_speeder_is_seen_while_it_speeds(world: World, signals: SignalTimeline) -> None:
    fast = along(1, 20.0 + 20.0 * T[:80], -3.2)
    assert kinds(seen(world, signals, fast)) == ["speeding"]
    assert seen(world, signals, along(1, 20.0 + 15.0 * T[:80], -3.2)) == []


def test_a_long_queue_is_an_event_and_a_short_one_is_traffic(world: World, signals: SignalTimeline) -> None:
    events = seen(world, signals, *queued(QUEUE_VEHICLES))
    assert kinds(events) == ["queue"] and len(events[0].object_ids) == QUEUE_VEHICLES
    assert events[0].position_m.tolist() == [20.0, 6.45]
    assert seen(world, signals, *queued(QUEUE_VEHICLES - 1)) == []


def test_two_short_queues_side_by_side_are_no_long_one(world: World, signals: SignalTimeline) -> None:
    beside = [along(50 + place, np.full(COUNT, 20.0 + 7.0 * place), 3.2, np.pi) for place in range(QUEUE_VEHICLES - 1)]
    assert seen(world, signals, *queued(QUEUE_VEHICLES - 1), *beside) == []


def test_a_crawling_crowd_is_congestion_and_a_standing_one_is_not(world: World, signals: SignalTimeline) -> None:
    crawling = [
        along(1 + place, 150.0 - 8.0 * (place // 2) + 1.8 * T, -3.2 - 3.25 * (place % 2)) for place in range(18)
    ]
    assert "congestion" in kinds(seen(world, signals, *crawling))
    assert "congestion" not in kinds(seen(world, signals, *queued(6)))


def test_who_crosses_the_stop_line_at_red_is_seen_and_at_green_is_not(world: World, signals: SignalTimeline) -> None:
    red = signal_timeline(world, 40.0, SECONDS)
    through = along(1, 70.0 - 10.0 * T[:120], 3.2, np.pi)
    events = seen(world, red, through)
    assert kinds(events) == ["red_light_running"]
    assert events[0].position_m[0] == pytest.approx(17.2 + 2.35, abs=1.0)
    assert seen(world, signals, through) == []


def test_who_stops_just_beyond_the_line_at_red_has_crossed_it(world: World, signals: SignalTimeline) -> None:
    x_m = np.maximum(70.0 - 10.0 * T + np.maximum(T - 3.0, 0.0) ** 2 * 1.2, 18.0)
    x_m = np.minimum.accumulate(x_m)
    events = seen(world, signal_timeline(world, 40.0, SECONDS), along(1, x_m, 3.2, np.pi))
    assert kinds(events) == ["stop_line_crossing"] and events[0].end_s == float("inf")


def test_a_lane_change_over_a_solid_line_is_seen_and_over_a_broken_one_is_not(
    world: World, signals: SignalTimeline
) -> None:
    def change(at_m: float) -> Ways:
        x_m = 120.0 - 8.0 * T[:140]
        return along(1, x_m, 3.2 + 3.25 * np.clip((at_m + 6.0 - x_m) / 12.0, 0.0, 1.0), np.pi)

    assert kinds(seen(world, signals, change(35.0))) == ["solid_line_lane_change"]
    assert seen(world, signals, change(70.0)) == []


def test_a_person_on_the_carriageway_is_seen_and_one_on_the_crossing_is_not(
    world: World, signals: SignalTimeline
) -> None:
    assert kinds(seen(world, signals, along(1, 40.0 + 1.2 * T[:100], -6.0, body="adult"))) == [
        "pedestrian_on_carriageway"
    ]
    across = along(1, np.full(100, 14.8), -10.0 + 1.3 * T[:100], np.pi / 2, body="adult")
    assert seen(world, signals, across) == []


def test_who_stands_in_the_fire_lane_is_seen_unless_it_waits_behind_another(
    world: World, signals: SignalTimeline
) -> None:
    inside = along(1, np.full(COUNT, 52.0), -6.5)
    assert kinds(seen(world, signals, inside)) == ["fire_lane_occupied"]
    assert seen(world, signals, inside, along(2, np.full(COUNT, 59.0 + 9.0), -6.5)) == []


def test_a_near_miss_is_seen_though_nobody_scripted_it(world: World, signals: SignalTimeline) -> None:
    standing = along(1, np.full(COUNT, 100.0), -3.2)
    gap = np.maximum(13.0 - 8.6 * np.maximum(T - 4.2, 0.0), 0.0)
    coming = along(2, 30.0 + np.concatenate([[0.0], np.cumsum(gap[:-1]) * 0.1]), -3.2)
    assert coming.position_m[-1, 0] < 95.3
    assert {"near_miss", "collision_risk"} & set(kinds(seen(world, signals, standing, coming)))


def test_two_who_pass_on_parallel_lanes_are_no_risk(world: World, signals: SignalTimeline) -> None:
    assert seen(world, signals, along(1, 20.0 + 13.0 * T[:100], -3.2), along(2, np.full(100, 90.0), -6.45)) == []


def test_what_is_scripted_is_not_seen_twice(world: World, signals: SignalTimeline) -> None:
    known = TrueEvent("abrupt_braking", 5.2, 6.4, np.array([85.0, -3.2]), (1,))
    assert seen(world, signals, along(1, braked(7.0), -3.2), known=(known,)) == []


def test_an_event_of_no_known_kind_or_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="must be of a known kind"):
        TrueEvent("meteor", 1.0, 2.0, np.zeros(2), (1,))
    with pytest.raises(ValueError, match="must be of a known kind and end after it starts"):
        TrueEvent("queue", 3.0, 2.0, np.zeros(2), (1,))
