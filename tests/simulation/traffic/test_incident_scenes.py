"""The two minutes in which nearly everything happens, and the ninety seconds in which nothing does."""

import numpy as np
import pytest

from roadside.types.truth import GOES_ON_NS
from simulation.scenes.catalogue import scene_of
from simulation.traffic.events import recorded_events
from simulation.traffic.kinematics import problems
from simulation.traffic.plans import plan_of
from simulation.traffic.run import TrafficRun, run_traffic
from simulation.worlds.catalogue import build_world

WANTED = {
    "cones", "lost_load", "speeding", "wrong_way", "stopped_vehicle", "fire_lane_occupied", "red_light_running",
    "queue", "pedestrian_on_carriageway", "slow_vehicle", "solid_line_lane_change", "near_miss", "collision",
}  # fmt: skip


@pytest.fixture(scope="module")
def busy() -> TrafficRun:
    return run_traffic(build_world("junction"), plan_of("incidents"), 120.0, scene_of("incidents").seed)


@pytest.fixture(scope="module")
def calm() -> TrafficRun:
    return run_traffic(build_world("junction"), plan_of("incidents_none"), 90.0, scene_of("incidents_none").seed)


def test_all_that_is_planned_happens(busy: TrafficRun) -> None:
    assert {event.kind for event in busy.events} >= WANTED


def test_the_scene_passes_its_own_test_with_the_collision_declared(busy: TrafficRun) -> None:
    assert problems(busy.trajectories, busy.declared) == []
    assert problems(busy.trajectories) != []


def test_it_happens_within_what_the_site_sees(busy: TrafficRun) -> None:
    scripted = [event for event in busy.events if max(event.object_ids) >= 100_000]
    assert all(15.0 < np.hypot(*event.position_m) < 95.0 for event in scripted)


def test_the_queue_grows_and_dissolves(busy: TrafficRun) -> None:
    queue = next(event for event in busy.events if event.kind == "queue")
    assert queue.end_s < 120.0 and queue.end_s - queue.start_s > 20.0 and len(queue.object_ids) >= 8


def test_others_stop_behind_the_stopped_vehicle_rather_than_drive_through_it(busy: TrafficRun) -> None:
    # The vehicle in the fire lane stands at x = 55 m on the right lane; nobody else is ever there meanwhile.
    van = next(event for event in busy.events if event.kind == "fire_lane_occupied")
    for second in np.arange(van.start_s, van.end_s, 0.5):
        actors = busy.trajectories.at_instant(round(second / 0.1))
        away = np.hypot(*(actors.position_m[:, :2] - van.position_m).T)
        assert away[~np.isin(actors.object_ids, van.object_ids)].min() > 1.8


def test_recorded_events_are_those_of_their_span(busy: TrafficRun) -> None:
    recorded = recorded_events(busy.events, 1_000_000_000, (20.0, 60.0))
    assert recorded.time_ns == 21_000_000_000 and recorded.until_ns == 61_000_000_000
    cones = recorded.kinds.index("cones")
    assert recorded.start_ns[cones] == 1_000_000_000 and recorded.end_ns[cones] == GOES_ON_NS
    assert "collision" not in recorded.kinds and "stopped_vehicle" in recorded.kinds


def test_nothing_happens_in_the_scene_of_nothing(calm: TrafficRun) -> None:
    assert calm.events == () and problems(calm.trajectories) == []


def test_there_are_35_road_users_at_a_time_though_against_46_where_things_go_wrong(
    busy: TrafficRun, calm: TrafficRun
) -> None:
    at_a_time = [len(run.trajectories) / run.trajectories.instant_count for run in (calm, busy)]
    assert at_a_time == pytest.approx([35, 46], abs=1)


def test_somebody_loads_in_the_scene_of_nothing(calm: TrafficRun) -> None:
    loading = calm.trajectories.object_ids == 100_000
    assert (np.hypot(*calm.trajectories.velocity_mps[loading].T) < 0.1).sum() > 300


def test_vehicles_wait_at_red_in_the_scene_of_nothing(calm: TrafficRun) -> None:
    standing = np.hypot(*calm.trajectories.velocity_mps.T) < 0.2
    at_a_time = np.bincount(calm.trajectories.instants[standing])
    assert at_a_time.max() >= 10 and np.median(at_a_time) >= 5
