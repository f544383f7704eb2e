"""Every kind of incident is really in the ways that are scripted for it."""

import numpy as np
import pytest

from roadside.types.observations import SignalPhase
from roadside.types.road import ZoneKind
from simulation.traffic.events import EVENT_KINDS, TrueEvent
from simulation.traffic.footprints import overlap
from simulation.traffic.incident import Incident
from simulation.traffic.incidents import IDS_EACH, IN_DEMAND, kinds, script_of
from simulation.traffic.kinematics import problems
from simulation.traffic.observed_motion import within
from simulation.traffic.script import Script, Stage, aside_of, in_lane, speed_of
from simulation.traffic.signals import signal_timeline
from simulation.traffic.streets import Streets
from simulation.traffic.ways import STEP_S, Ways, trajectories_of
from simulation.types.bodies import BODIES, SIZE_OF_BODY_M
from simulation.worlds.catalogue import build_world
from simulation.worlds.street_net import NetLane

DURATION_S = 90.0

WHERE: dict[str, Incident] = {
    "wrong_way": Incident("wrong_way", 40.0, "east_out", 60.0, duration_s=6.0),
    "stopped_vehicle": Incident("stopped_vehicle", 40.0, "east_out", 40.0),
    "red_light_running": Incident("red_light_running", 31.0, "east_in", lane=4),
    "speeding": Incident("speeding", 40.0, "east_out", 40.0),
    "slow_vehicle": Incident("slow_vehicle", 40.0, "east_out", 40.0, duration_s=10.0),
    "pedestrian_on_carriageway": Incident("pedestrian_on_carriageway", 40.0, "east_out", 40.0, duration_s=12.0),
    "lost_load": Incident("lost_load", 40.0, "east_out", 40.0),
    "cones": Incident("cones", 40.0, "east_out", 40.0),
    "near_miss": Incident("near_miss", 40.0, "east_out", 60.0),
    "collision": Incident("collision", 40.0, "east_out", 60.0),
    "solid_line_lane_change": Incident("solid_line_lane_change", 40.0, "east_in", lane=4),
    "fire_lane_occupied": Incident("fire_lane_occupied", 40.0, "east_out"),
    "illegal_stopping": Incident("illegal_stopping", 40.0, "north_out"),
    "abrupt_braking": Incident("abrupt_braking", 40.0, "east_out", 60.0),
    "illegal_u_turn": Incident("illegal_u_turn", 40.0, "east_sort", lane=3),
    "bicycle_lane_driving": Incident("bicycle_lane_driving", 40.0, "east_out", 60.0, duration_s=5.0),
    "bus_lane_driving": Incident("bus_lane_driving", 40.0, "east_approach", duration_s=5.0),
    "loading_overstay": Incident("loading_overstay", 40.0, "north_bay"),
    "stop_line_crossing": Incident("stop_line_crossing", 34.0, "east_in", lane=4),
    "collision_risk": Incident("collision_risk", 40.0, "east_out", 60.0),
    "vulnerable_road_user_conflict": Incident("vulnerable_road_user_conflict", 40.0, "east_out", 60.0, lane=2),
}


@pytest.fixture(scope="module")
def stage() -> Stage:
    world = build_world("junction")
    return Stage(world, Streets.of(world), signal_timeline(world, 0.0, DURATION_S), DURATION_S, False)


@pytest.fixture(scope="module")
def scripts(stage: Stage) -> dict[str, Script]:
    return {kind: script_of(stage, incident, 100) for kind, incident in WHERE.items()}


def event_of(script: Script, kind: str) -> TrueEvent:
    return next(event for event in script.events if event.kind == kind)


def during(script: Script, kind: str, number: int = 100) -> Ways:
    """Returns the rows of one object while its event goes on."""
    event = event_of(script, kind)
    seconds = script.ways.instants * STEP_S
    rows = (seconds >= event.start_s - 1e-6) & (seconds < min(event.end_s, DURATION_S) - 1e-6)
    return script.ways.select(rows & (script.ways.object_ids == number))


def lane(stage: Stage, lane_id: str) -> NetLane:
    return next(lane for lane in stage.streets.net.lanes if lane.lane_id == lane_id)


def test_every_kind_of_event_can_be_made_to_happen() -> None:
    assert set(WHERE) | set(IN_DEMAND) == set(EVENT_KINDS)
    assert set(EVENT_KINDS) <= set(kinds())


@pytest.mark.parametrize("kind", WHERE)
def test_it_begins_when_and_where_it_should(scripts: dict[str, Script], kind: str) -> None:
    event = event_of(scripts[kind], kind)
    assert event.start_s == pytest.approx(WHERE[kind].at_s, abs=0.11)
    assert np.isfinite(event.position_m).all() and event.end_s > event.start_s


@pytest.mark.parametrize("kind", WHERE)
def test_what_takes_part_moves_as_it_can(stage: Stage, scripts: dict[str, Script], kind: str) -> None:
    count = round(DURATION_S / STEP_S) + 1
    script = scripts[kind]
    assert problems(trajectories_of(script.ways.within(count), stage.world.road.surface, count), script.declared) == []
    assert len(set(script.ways.object_ids.tolist())) <= IDS_EACH


def test_the_wrong_way_driver_moves_against_the_lane(stage: Stage, scripts: dict[str, Script]) -> None:
    ways = during(scripts["wrong_way"], "wrong_way")
    assert (ways.velocity_mps()[1:-1, 0] < -3.0).all()
    assert in_lane(lane(stage, "east_out_3"), ways.position_m).all()


def test_the_stopped_vehicle_stands_on_its_lane(stage: Stage, scripts: dict[str, Script]) -> None:
    ways = during(scripts["stopped_vehicle"], "stopped_vehicle")
    assert len(ways) == 200 and np.ptp(ways.position_m, axis=0).max() < 0.05
    assert in_lane(lane(stage, "east_out_3"), ways.position_m).all()


def test_the_red_light_runner_crosses_the_stop_line_at_red(stage: Stage, scripts: dict[str, Script]) -> None:
    script = scripts["red_light_running"]
    event = event_of(script, "red_light_running")
    assert stage.signals.at(event.start_s)["east_in"] is SignalPhase.RED
    front_m = script.ways.position_m[:, 0] - SIZE_OF_BODY_M[script.ways.bodies, 0] / 2
    stop = next(line for line in stage.world.road.stop_lines if line.signal_group_id == "east_in")
    crossing = int((front_m < stop.line_m[:, 0].mean()).argmax())
    assert script.ways.instants[crossing] * STEP_S == pytest.approx(event.start_s, abs=0.11)


def test_red_light_running_at_green_is_refused(stage: Stage) -> None:
    with pytest.raises(ValueError, match="needs east_in to be red"):
        script_of(stage, Incident("red_light_running", 10.0, "east_in", lane=4), 100)


def test_the_speeder_is_faster_than_the_limit_allows(scripts: dict[str, Script]) -> None:
    assert speed_of(during(scripts["speeding"], "speeding")).min() > 50 / 3.6 + 2.8


def test_the_slow_vehicle_creeps_and_moves(scripts: dict[str, Script]) -> None:
    speed = speed_of(during(scripts["slow_vehicle"], "slow_vehicle"))
    assert speed.min() > 1.0 and speed.max() < 0.36 * 50 / 3.6


def test_the_person_on_the_carriageway_is_on_a_driving_lane(stage: Stage, scripts: dict[str, Script]) -> None:
    ways = during(scripts["pedestrian_on_carriageway"], "pedestrian_on_carriageway")
    assert (in_lane(lane(stage, "east_out_2"), ways.position_m, 0.05)).all() and len(ways) > 80


def test_lost_load_falls_behind_a_truck_that_drives_on(scripts: dict[str, Script]) -> None:
    script = scripts["lost_load"]
    load = script.ways.select(script.ways.object_ids == 101)
    truck = script.ways.select(script.ways.object_ids == 100)
    assert BODIES[load.bodies[0]].name == "carton"
    there = truck.position_m[truck.instants == load.instants[0]][0]
    assert np.hypot(*(there - load.position_m[0])) < 6.0
    assert speed_of(load)[0] > 5.0 and speed_of(load)[-1] < 1e-6
    assert truck.position_m[-1, 0] > 150.0


def test_cones_close_the_lane(stage: Stage, scripts: dict[str, Script]) -> None:
    ways = during(scripts["cones"], "cones")
    for number in range(100, 106):
        cone = during(scripts["cones"], "cones", number)
        assert in_lane(lane(stage, "east_out_3"), cone.position_m[:1]).all()
    assert len(ways) == 200


def test_the_collision_touches_at_its_time_and_both_come_to_rest(scripts: dict[str, Script]) -> None:
    script = scripts["collision"]
    event = event_of(script, "collision")
    first, second = (script.ways.select(script.ways.object_ids == number) for number in (100, 101))

    def touch(time_s: float) -> bool:
        rows = [int(np.flatnonzero(way.instants == round(time_s / STEP_S))[0]) for way in (first, second)]
        return bool(
            overlap(
                second.position_m[rows[1:]] - first.position_m[rows[:1]], first.heading_rad[rows[:1]],
                second.heading_rad[rows[1:]], SIZE_OF_BODY_M[first.bodies[rows[:1]], :2],
                SIZE_OF_BODY_M[second.bodies[rows[1:]], :2],
            )[0]
        )  # fmt: skip

    assert not touch(event.start_s - 0.2) and touch(event.start_s + 0.1)
    resting = second.instants == round((event.start_s + 4.0) / STEP_S)
    assert speed_of(second)[resting][0] < 1e-6
    assert {"collision", "stopped_vehicle"} == {other.kind for other in script.events}


@pytest.mark.parametrize(("kind", "harder", "softer"), [("near_miss", 7.0, 9.0), ("collision_risk", 5.0, 7.0)])
def test_a_near_miss_takes_hard_braking_and_does_not_touch(
    scripts: dict[str, Script], kind: str, harder: float, softer: float
) -> None:
    script = scripts[kind]
    first, second = (script.ways.select(script.ways.object_ids == number) for number in (100, 101))
    both = np.intersect1d(first.instants, second.instants)
    lead = first.select(np.isin(first.instants, both))
    follow = second.select(np.isin(second.instants, both))
    lengths = (SIZE_OF_BODY_M[first.bodies[0], 0] + SIZE_OF_BODY_M[second.bodies[0], 0]) / 2
    gap_m = lead.position_m[:, 0] - follow.position_m[:, 0] - lengths
    closing = np.maximum(follow.velocity_mps()[:, 0] - lead.velocity_mps()[:, 0], 0.0)
    assert gap_m.min() > 0.05
    assert harder < (closing**2 / (2 * gap_m)).max() < softer


def test_a_solid_line_is_crossed(stage: Stage, scripts: dict[str, Script]) -> None:
    ways = during(scripts["solid_line_lane_change"], "solid_line_lane_change")
    _, aside_m = aside_of(lane(stage, "east_in_4"), ways.position_m)
    border_m = np.abs(aside_m) - 3.25 / 2
    assert border_m[0] < 0 < border_m[-1]
    assert not lane(stage, "east_in_4").may_change


@pytest.mark.parametrize(
    ("kind", "zone"), [("fire_lane_occupied", ZoneKind.FIRE_LANE), ("illegal_stopping", ZoneKind.NO_STOPPING)]
)
def test_who_must_not_stand_there_stands_there(
    stage: Stage, scripts: dict[str, Script], kind: str, zone: ZoneKind
) -> None:
    ways = during(scripts[kind], kind)
    area = next(other for other in stage.world.road.zones if other.kind is zone)
    assert within(area.polygon_m[:, :2], ways.position_m).all() and speed_of(ways).max() < 0.2


def test_abrupt_braking_is_hard(scripts: dict[str, Script]) -> None:
    ways = during(scripts["abrupt_braking"], "abrupt_braking")
    assert np.gradient(speed_of(ways), STEP_S)[1:-1].max() < -5.5


def test_the_u_turn_leads_back(scripts: dict[str, Script]) -> None:
    ways = scripts["illegal_u_turn"].ways
    assert np.cos(ways.heading_rad[0] - ways.heading_rad[-1]) < -0.99
    assert ways.position_m[-1, 0] > 150.0


@pytest.mark.parametrize(
    ("kind", "lane_id"), [("bicycle_lane_driving", "east_out_1"), ("bus_lane_driving", "east_approach_2")]
)
def test_the_car_is_in_the_foreign_lane(stage: Stage, scripts: dict[str, Script], kind: str, lane_id: str) -> None:
    ways = during(scripts[kind], kind)
    assert in_lane(lane(stage, lane_id), ways.position_m).all() and len(ways) > 30


def test_loading_is_overdue_after_the_time_allowed(scripts: dict[str, Script]) -> None:
    script = scripts["loading_overstay"]
    stands = speed_of(script.ways) < 0.15
    arrival_s = script.ways.instants[stands.argmax()] * STEP_S
    assert event_of(script, "loading_overstay").start_s - arrival_s == pytest.approx(60.0, abs=0.2)


def test_who_crosses_the_stop_line_waits_beyond_it_for_green(stage: Stage, scripts: dict[str, Script]) -> None:
    script = scripts["stop_line_crossing"]
    event = event_of(script, "stop_line_crossing")
    assert stage.signals.at(event.end_s - 0.3)["east_in"] is SignalPhase.RED
    assert stage.signals.at(event.end_s + 0.3)["east_in"] is SignalPhase.GREEN_PROTECTED
    waiting = during(script, "stop_line_crossing").select(np.array([100]))
    front_m = waiting.position_m[0, 0] - SIZE_OF_BODY_M[waiting.bodies[0], 0] / 2
    assert 14.0 < front_m < 16.5


def test_the_person_in_front_of_the_car_is_not_hit(scripts: dict[str, Script]) -> None:
    script = scripts["vulnerable_road_user_conflict"]
    assert BODIES[script.ways.bodies[script.ways.object_ids == 101][0]].name == "adult"
    assert script.declared == ()


@pytest.mark.parametrize(
    ("incident", "message"),
    [
        (Incident("wrong_way", 10.0, "nowhere"), "an edge must be one of"),
        (Incident("bus_lane_driving", 10.0, "south_out"), "needs a lane of the kind bus on edge south_out"),
        (Incident("fire_lane_occupied", 10.0, "west_out"), "needs a zone fire_lane beside edge west_out"),
        (Incident("loading_overstay", 10.0, "east_out"), "needs a loading bay on edge east_out"),
        (Incident("solid_line_lane_change", 10.0, "east_out"), "must be parted by a solid line"),
        (Incident("red_light_running", 10.0, "east_out"), "needs a stop line with signals"),
        (Incident("flying", 10.0, "east_out"), "an incident's kind must be one of"),
    ],
)
def test_what_the_world_lacks_is_said(stage: Stage, incident: Incident, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        script_of(stage, incident, 100)
