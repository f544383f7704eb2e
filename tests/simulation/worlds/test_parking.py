"""Parking spots: how many, where, and who sees them."""

import numpy as np
import pytest
from shapely import Polygon, unary_union

from roadside.types.road import LaneKind, ZoneKind
from simulation.worlds.catalogue import build_world
from simulation.worlds.lines import strip
from simulation.worlds.parking_bays import spot_polygon
from simulation.worlds.poles import LAYOUTS
from tests.simulation.worlds.reading import hidden_by

WITH_SPOTS = ("parking_street", "parking_lot", "kerb_street", "car_park", "held_out_street")


@pytest.mark.parametrize(("name", "count"), [("parking_street", 24), ("parking_lot", 42)])
def test_the_parking_places_have_their_spots(name, count):
    assert len(build_world(name).parking_spots) == count


@pytest.mark.parametrize("name", WITH_SPOTS)
def test_spots_are_zones_and_overlap_neither_one_another_nor_a_lane(name):
    world = build_world(name)
    boxes = [Polygon(spot_polygon(spot)) for spot in world.parking_spots]
    lanes = unary_union(
        [
            Polygon(strip(lane.centre_line_m[:, :2], lane.width_m / 2, -lane.width_m / 2)).buffer(0.0)
            for lane in world.road.lanes
        ]
    )
    zones = {zone.zone_id: zone.polygon_m for zone in world.road.zones if zone.kind is ZoneKind.PARKING_SPOT}

    assert unary_union(boxes).area == pytest.approx(sum(box.area for box in boxes), rel=1e-6)
    assert unary_union(boxes).intersection(lanes).area < 0.01
    assert list(zones) == [spot.spot_id for spot in world.parking_spots]
    for spot, box in zip(world.parking_spots, boxes, strict=True):
        assert np.allclose(zones[spot.spot_id][:, :2], spot_polygon(spot))
        assert box.area == pytest.approx(spot.length_m * spot.width_m)


@pytest.mark.parametrize("name", WITH_SPOTS)
def test_a_spot_lies_beside_the_driving_lane_from_which_it_is_reached(name):
    world = build_world(name)
    lanes = {lane.lane_id: lane for lane in world.road.lanes}

    for spot in world.parking_spots:
        lane = lanes[spot.lane_id]
        area = Polygon(strip(lane.centre_line_m[:, :2], lane.width_m / 2, -lane.width_m / 2))
        assert lane.kind is LaneKind.DRIVING
        assert area.distance(Polygon(spot_polygon(spot))) < 0.1


@pytest.mark.parametrize("name", ["parking_street", "parking_lot"])
def test_every_spot_is_wholly_seen_by_a_camera(name):
    world = build_world(name)

    for spot in world.parking_spots:
        corners = spot_polygon(spot)
        places = np.column_stack([corners, world.road.surface.height_at(corners)])
        seen = [
            mount.camera.contains(mount.camera.project(mount.site_from_camera.inverse().transform(places))).all()
            and not any(hidden_by(world, mount.position_m, place) for place in places)
            for mount in LAYOUTS[name].cameras
        ]
        assert any(seen), spot


def test_the_parking_street_has_a_fire_lane_in_view_and_room_for_a_second_row():
    world = build_world("parking_street")
    zones = {zone.kind: zone.polygon_m for zone in world.road.zones}
    corners = zones[ZoneKind.FIRE_LANE]
    mount = LAYOUTS["parking_street"].cameras[0]

    assert mount.camera.contains(mount.camera.project(mount.site_from_camera.inverse().transform(corners))).all()
    assert min(lane.width_m for lane in world.road.lanes if lane.kind is LaneKind.DRIVING) >= 4.5
