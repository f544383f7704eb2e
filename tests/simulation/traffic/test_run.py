import numpy as np
import pytest

from roadside.types.observations import SignalPhase
from roadside.types.road_users import RoadUserClass
from simulation.scenes.catalogue import scene_of
from simulation.traffic.engine import SUMO_STEP_S
from simulation.traffic.incident import Incident
from simulation.traffic.kinematics import problems
from simulation.traffic.plan import Flow, TrafficPlan
from simulation.traffic.plans import plan_of, training_plan
from simulation.traffic.run import TrafficRun, run_traffic
from simulation.types.bodies import CLASS_OF_BODY
from simulation.types.trajectories import TRAJECTORY_COLUMNS
from simulation.types.world import World
from simulation.worlds.catalogue import build_world


@pytest.fixture(scope="module")
def junction() -> World:
    return build_world("junction")


@pytest.fixture(scope="module")
def day(junction: World) -> TrafficRun:
    return run_traffic(junction, plan_of("junction_day"), 40.0, scene_of("junction_day").seed)


def test_a_day_at_the_junction_passes_its_own_test(day: TrafficRun) -> None:
    assert problems(day.trajectories) == []


def test_second_0_is_in_full_traffic(day: TrafficRun) -> None:
    counts = np.bincount(day.trajectories.instants, minlength=day.trajectories.instant_count)
    assert counts[0] > 0.5 * counts.max() and counts[0] > 30


def test_all_classes_of_road_users_are_there(day: TrafficRun) -> None:
    kinds = set(CLASS_OF_BODY[day.trajectories.bodies].tolist())
    wanted = {RoadUserClass.CAR, RoadUserClass.VAN, RoadUserClass.TRUCK, RoadUserClass.BUS, RoadUserClass.MOTORCYCLE,
              RoadUserClass.BICYCLE, RoadUserClass.PEDESTRIAN}  # fmt: skip
    assert wanted <= kinds


def test_everybody_is_on_the_road_surface(junction: World, day: TrafficRun) -> None:
    position_m = day.trajectories.position_m
    assert np.abs(position_m[:, 2] - junction.road.surface.height_at(position_m[:, :2])).max() < 1e-9


def test_green_yellow_and_red_are_shown_to_the_main_road(day: TrafficRun) -> None:
    shown = {state["east_in"] for _, state in day.signals.changes()}
    assert {SignalPhase.GREEN_PROTECTED, SignalPhase.YELLOW, SignalPhase.RED} <= shown


def test_every_stop_line_and_crossing_has_its_signal_group(junction: World, day: TrafficRun) -> None:
    groups = day.signals.at(0.0).keys()
    assert {line.signal_group_id for line in junction.road.stop_lines} <= groups
    assert {f"centre_c{number}" for number in range(4)} <= groups


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(junction: World) -> None:
    first, second, other = (run_traffic(junction, plan_of("junction_fog"), 10.0, seed) for seed in (5, 5, 6))
    for name, _, _ in TRAJECTORY_COLUMNS:
        assert getattr(first.trajectories, name).tobytes() == getattr(second.trajectories, name).tobytes()
    assert first.trajectories.position_m.tobytes() != other.trajectories.position_m.tobytes()


def test_a_plan_that_the_world_cannot_have_is_refused_and_the_next_one_runs(junction: World) -> None:
    with pytest.raises(ValueError, match="must be one of"):
        run_traffic(junction, TrafficPlan((Flow("nowhere", "east_out", 100.0),)), 5.0, 1)
    lacking = TrafficPlan((), incidents=(Incident("bus_lane_driving", 2.0, "west_out"),))
    with pytest.raises(ValueError, match="needs a lane of the kind bus on edge west_out"):
        run_traffic(junction, lacking, 5.0, 1)
    run = run_traffic(junction, TrafficPlan((Flow("east_in", "west_out", 900.0),), warm_up_s=20.0), 5.0, 1)
    assert len(run.trajectories) > 0


def test_an_empty_plan_is_an_empty_road(junction: World) -> None:
    run = run_traffic(junction, TrafficPlan((), warm_up_s=SUMO_STEP_S), 3.0, 1)
    assert len(run.trajectories) == 0 and run.events == () and run.spots is None


def test_training_has_obstacles_and_somebody_on_the_carriageway(junction: World) -> None:
    run = run_traffic(junction, training_plan(junction, np.random.default_rng(2)), 40.0, 2)
    assert (CLASS_OF_BODY[run.trajectories.bodies] == RoadUserClass.UNKNOWN_UNMOVABLE).any()
    assert "pedestrian_on_carriageway" in {event.kind for event in run.events}
    assert problems(run.trajectories) == []


@pytest.mark.parametrize(
    ("scene", "world", "seconds"),
    [("junction_night_rain", "junction", 20.0), ("junction_dusk", "junction", 20.0), ("corridor", "corridor", 60.0)],
)
def test_every_plain_scene_passes_its_own_test(scene: str, world: str, seconds: float) -> None:
    run = run_traffic(build_world(world), plan_of(scene), seconds, scene_of(scene).seed)
    assert problems(run.trajectories) == [] and len(np.unique(run.trajectories.object_ids)) > 40


def test_a_scene_that_nobody_planned_is_refused() -> None:
    with pytest.raises(ValueError, match="must be one of corridor"):
        plan_of("moon")
