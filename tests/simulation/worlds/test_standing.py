"""What stands in a world stands beside its streets."""

import numpy as np
import pytest
from shapely import Point, Polygon, unary_union

from roadside.types.road import LaneKind, ZoneKind
from simulation.types.world import PropKind, TreeKind
from simulation.worlds.catalogue import HELD_OUT_WORLDS, SCENE_WORLDS, TRAINING_WORLDS, build_world
from simulation.worlds.lines import strip
from simulation.worlds.poles import LAYOUTS

ALL_WORLDS = (*SCENE_WORLDS, *TRAINING_WORLDS, *HELD_OUT_WORLDS)


def streets(world):
    lanes = [strip(lane.centre_line_m[:, :2], lane.width_m / 2, -lane.width_m / 2) for lane in world.road.lanes]
    kinds = (ZoneKind.CROSSING, ZoneKind.PARKING_SPOT, ZoneKind.FIRE_LANE, ZoneKind.NO_STOPPING)
    zones = [zone.polygon_m[:, :2] for zone in world.road.zones if zone.kind in kinds]
    return unary_union([Polygon(area).buffer(0.0) for area in (*lanes, *zones)])


@pytest.mark.parametrize("name", ALL_WORLDS)
def test_nothing_stands_on_a_lane_a_crossing_or_a_parking_spot(name):
    world = build_world(name)
    road = streets(world)

    for building in world.buildings:
        assert Polygon(building.polygon_m).distance(road) > 0.5
    for tree in world.trees:
        assert Point(tree.x_m, tree.y_m).distance(road) > 0.3
    for prop in world.props:
        assert Point(prop.x_m, prop.y_m).distance(road) > 0.1, prop
    for head in world.signal_heads:
        assert Point(head.mast_x_m, head.mast_y_m).distance(road) > 0.2, head


@pytest.mark.parametrize("name", ALL_WORLDS)
def test_nothing_stands_in_a_house_and_houses_do_not_touch(name):
    world = build_world(name)
    houses = [Polygon(building.polygon_m) for building in world.buildings]

    assert all(house.is_valid and house.exterior.is_ccw for house in houses)
    assert unary_union(houses).area == pytest.approx(sum(house.area for house in houses))
    every = unary_union(houses)
    for thing in (*world.trees, *world.props):
        assert not every.contains(Point(thing.x_m, thing.y_m))


@pytest.mark.parametrize("name", ALL_WORLDS)
def test_crowns_do_not_hang_over_the_lanes_of_vehicles(name):
    world = build_world(name)
    lanes = unary_union(
        [
            Polygon(strip(lane.centre_line_m[:, :2], lane.width_m / 2, -lane.width_m / 2)).buffer(0.0)
            for lane in world.road.lanes
            if lane.kind is not LaneKind.SIDEWALK
        ]
    )

    for tree in world.trees:
        if tree.kind is not TreeKind.HEDGE:
            assert Point(tree.x_m, tree.y_m).distance(lanes) > 0.9 * tree.crown_radius_m


@pytest.mark.parametrize("name", ALL_WORLDS)
def test_streets_are_lined_with_houses_trees_and_lamps(name):
    world = build_world(name)
    lamps = sum(prop.kind is PropKind.LAMP for prop in world.props)
    length_m = sum(
        np.linalg.norm(np.diff(lane.centre_line_m[:, :2], axis=0), axis=1).sum()
        for lane in world.road.lanes
        if lane.lane_id.endswith("_0")
    )

    assert len(world.buildings) >= 10
    assert len({building.height_m for building in world.buildings}) >= 8
    assert len(world.trees) >= 30
    assert lamps >= length_m / 90.0


def test_a_pole_stands_where_each_site_has_its_sensors():
    for layout in LAYOUTS.values():
        world = build_world(layout.world_name)
        poles = [prop for prop in world.props if prop.kind is PropKind.SENSOR_POLE]
        for mount in (*layout.cameras, *layout.radars):
            x, y, _ = mount.position_m
            assert min(np.hypot(pole.x_m - x, pole.y_m - y) for pole in poles) == pytest.approx(0.3, abs=0.01)


def test_held_out_places_share_no_seed_and_no_facade_with_those_for_training():
    training, held_out = ([build_world(name) for name in names] for names in (TRAINING_WORLDS, HELD_OUT_WORLDS))

    def facades(worlds):
        return {building.facade for world in worlds for building in world.buildings}

    assert not {world.seed for world in training} & {world.seed for world in held_out}
    assert not facades(training) & facades(held_out)


def test_the_junctions_bus_stops_have_a_shelter_and_a_sign():
    kinds = [prop.kind for prop in build_world("junction").props]

    assert kinds.count(PropKind.BUS_SHELTER) == 2
    assert kinds.count(PropKind.BUS_SIGN) == 2
