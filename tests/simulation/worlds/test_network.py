"""The network that traffic runs on and the road map that the product gets are one and the same road."""

import numpy as np
import pytest

from roadside.types.road import LaneKind, ZoneKind
from simulation.worlds.catalogue import HELD_OUT_WORLDS, SCENE_WORLDS, TRAINING_WORLDS, build_world
from simulation.worlds.junction_place import junction_place
from simulation.worlds.place import world_of
from tests.simulation.worlds.reading import sumo_net

ALL_WORLDS = (*SCENE_WORLDS, *TRAINING_WORLDS, *HELD_OUT_WORLDS)


def test_there_are_places_for_scenes_for_training_and_held_out_ones_and_no_name_is_used_twice():
    assert {"junction", "corridor", "parking_street", "parking_lot"} == set(SCENE_WORLDS)
    assert len(TRAINING_WORLDS) >= 8
    assert len(HELD_OUT_WORLDS) >= 3
    assert len(set(ALL_WORLDS)) == len(ALL_WORLDS)


def test_a_world_that_there_is_not_is_refused_with_the_names_of_those_there_are():
    with pytest.raises(ValueError, match=r"must be one of .*junction.*, got atlantis"):
        build_world("atlantis")


def test_a_world_is_the_same_to_the_byte_every_time():
    first, second = world_of(junction_place()), build_world("junction")

    assert first.network_xml == second.network_xml
    assert "<!--" not in first.network_xml
    assert np.array_equal(first.road.surface.height_m, second.road.surface.height_m)
    assert first.trees == second.trees
    assert first.props == second.props
    assert first.signal_heads == second.signal_heads
    for name in ("ground", "markings", "buildings"):
        for one, other in zip(getattr(first, name), getattr(second, name), strict=True):
            assert np.array_equal(one.polygon_m, other.polygon_m)


@pytest.mark.parametrize("name", ALL_WORLDS)
def test_the_lanes_of_the_map_are_those_of_the_network(name):
    world = build_world(name)
    net = sumo_net(world)
    lanes = {lane.lane_id: lane for lane in world.road.lanes}
    of_net = [lane for edge in net.getEdges(withInternal=False) for lane in edge.getLanes()]

    bays = {lane.getID() for lane in of_net if lane.getPermissions() == {"custom1"}}
    assert {lane.getID() for lane in of_net} - bays == set(lanes)
    for lane in of_net:
        if lane.getID() not in bays:
            mapped = lanes[lane.getID()]
            assert np.allclose(mapped.centre_line_m[:, :2], np.array(lane.getShape())[:, :2], atol=1e-9)
            assert mapped.width_m == lane.getWidth()
            assert mapped.speed_limit_mps == lane.getSpeed()
            assert (mapped.kind is LaneKind.DRIVING) == lane.allows("passenger")
            assert (mapped.kind is LaneKind.SIDEWALK) == lane.allows("pedestrian")


@pytest.mark.parametrize("name", ALL_WORLDS)
def test_lanes_stop_lines_and_zones_lie_on_the_surface(name):
    road = build_world(name).road

    for line_m in [
        *(lane.centre_line_m for lane in road.lanes),
        *(stop.line_m for stop in road.stop_lines),
        *(zone.polygon_m for zone in road.zones),
    ]:
        assert np.allclose(line_m[:, 2], road.surface.height_at(line_m[:, :2]), atol=1e-9)


@pytest.mark.parametrize("name", ALL_WORLDS)
def test_no_road_is_flat_and_none_is_steeper_than_seven_percent(name):
    surface = build_world(name).road.surface
    slopes = np.hypot(*np.gradient(surface.height_m, surface.spacing_m))

    assert np.ptp(surface.height_m) > 0.3
    assert surface.spacing_m == 2.0
    for lane in build_world(name).road.lanes:
        column, row = ((lane.centre_line_m[:, :2] - surface.origin_m) / surface.spacing_m).round().astype(int).T
        assert slopes[row, column].max() < 0.07


def test_the_junction_has_its_lanes_and_signals():
    world = build_world("junction")
    kinds = {
        edge: [lane.kind.value for lane in world.road.lanes if lane.lane_id.rpartition("_")[0] == edge]
        for edge in ("east_approach", "east_in", "east_out", "north_in")
    }

    assert kinds["east_approach"] == ["sidewalk", "bicycle", "bus", "driving", "driving"]
    assert kinds["east_in"] == ["sidewalk", "bicycle", "driving", "driving", "driving", "driving"]
    assert kinds["east_out"] == ["sidewalk", "bicycle", "driving", "driving"]
    assert kinds["north_in"] == ["sidewalk", "bicycle", "driving", "driving"]
    assert sumo_net(world).getTLS("centre") is not None


def test_lanes_may_not_be_changed_where_the_junctions_lines_are_solid():
    net = sumo_net(build_world("junction"))

    assert 'changeLeft="emergency"' in build_world("junction").network_xml
    assert net.getEdge("east_in").getLength() >= 30.0
    assert net.getEdge("east_sort").getLength() >= 20.0


def test_every_arm_of_the_junction_is_at_least_160_m_long():
    for lane in build_world("junction").road.lanes:
        if lane.lane_id.startswith(("east_approach", "west_out", "south_out", "north_end")):
            assert np.linalg.norm(lane.centre_line_m[:, :2], axis=1).max() >= 160.0


def test_every_crossing_of_the_network_is_a_zone_under_its_id_without_the_colon():
    for name in ("junction", "corridor", "tee_priority"):
        world = build_world(name)
        crossings = {edge.getID() for edge in sumo_net(world).getEdges() if edge.getFunction() == "crossing"}
        zones = {zone.zone_id for zone in world.road.zones if zone.kind is ZoneKind.CROSSING}
        assert zones == {crossing.removeprefix(":") for crossing in crossings}
        assert zones


def test_the_junction_has_a_fire_lane_and_a_place_without_stopping():
    kinds = [zone.kind for zone in build_world("junction").road.zones]

    assert ZoneKind.FIRE_LANE in kinds
    assert ZoneKind.NO_STOPPING in kinds
    assert ZoneKind.JUNCTION in kinds
