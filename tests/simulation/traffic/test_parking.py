import numpy as np
import pytest

from simulation.scenes.catalogue import scene_of
from simulation.traffic.kinematics import problems
from simulation.traffic.parking_script import ParkingScript
from simulation.traffic.plan import TrafficPlan
from simulation.traffic.plans import plan_of
from simulation.traffic.run import TrafficRun, run_traffic
from simulation.traffic.spots import covered_share
from simulation.types.world import ParkingSpot
from simulation.worlds.catalogue import build_world

SECONDS = 140.0
SPOT = ParkingSpot("s", np.zeros(2), 0.0, 5.0, 2.5, "lane")


@pytest.fixture(scope="module", params=["parking_street", "parking_lot"])
def parked(request: pytest.FixtureRequest) -> TrafficRun:
    script = ParkingScript(taken=0.6, arrivals=3, departures=3, seed=4)
    return run_traffic(build_world(request.param), TrafficPlan((), warm_up_s=5.0, parking=script), SECONDS, 1)


def test_nobody_touches_anybody_and_all_move_as_cars_do(parked: TrafficRun) -> None:
    assert problems(parked.trajectories) == []


def test_somebody_comes_and_somebody_goes(parked: TrafficRun) -> None:
    assert parked.spots is not None
    change = np.diff(parked.spots.occupied.astype(int), axis=0)
    assert (change > 0).sum() >= 2 and (change < 0).sum() >= 2


def test_somebody_reverses(parked: TrafficRun) -> None:
    rows = parked.trajectories
    forward = np.column_stack([np.cos(rows.heading_rad), np.sin(rows.heading_rad)])
    assert ((rows.velocity_mps * forward).sum(1) < -0.5).sum() > 20


def test_spots_are_taken_where_vehicles_stand(parked: TrafficRun) -> None:
    assert parked.spots is not None
    ids, occupied = parked.spots.at(0.0)
    assert len(ids) == len(occupied) and 0.5 < occupied.mean() < 0.7


def test_parked_vehicles_stand_straight_or_a_bit_askew(parked: TrafficRun) -> None:
    actors = parked.trajectories.at_instant(0)
    still = np.hypot(*actors.velocity_mps.T) < 0.01
    askew = np.angle(np.exp(2j * actors.heading_rad[still])) / 2 % (np.pi / 2)
    askew = np.minimum(askew, np.pi / 2 - askew)
    assert askew.max() < 0.06 and askew.std() > 0.001


def test_a_vehicle_takes_a_spot_when_it_covers_a_good_part_of_it() -> None:
    places = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 2.6], [9.0, 0.0]])
    share = covered_share(SPOT, places, np.zeros(4), np.tile([4.5, 1.8], (4, 1)))
    assert share[0] > 0.55 and 0.05 < share[1] < 0.3 and share[2] < 0.1 and share[3] == 0.0


@pytest.mark.parametrize("scene", ["parking_street", "parking_lot"])
def test_the_scenes_pass_their_own_test(scene: str) -> None:
    run = run_traffic(build_world(scene), plan_of(scene), 300.0, scene_of(scene).seed)
    assert problems(run.trajectories) == []
    assert {event.kind for event in run.events} == {"stopped_vehicle"}
    assert run.spots is not None
    change = np.diff(run.spots.occupied.astype(int), axis=0)
    assert (change > 0).sum() >= 5 and (change < 0).sum() >= 5


def test_a_person_in_a_spot_does_not_take_it() -> None:
    run = run_traffic(build_world("parking_lot"), plan_of("parking_lot"), 100.0, 1)
    assert run.spots is not None
    ids, occupied = run.spots.at(90.0)
    assert not occupied[ids.index("a05")]


def test_parking_without_spots_is_refused() -> None:
    with pytest.raises(ValueError, match="parking needs parking spots"):
        run_traffic(build_world("junction"), TrafficPlan((), parking=ParkingScript()), 10.0, 1)
