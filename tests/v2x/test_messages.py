from dataclasses import replace

import numpy as np
import pytest

from roadside.geometry.surface import RoadSurface
from roadside.types.observations import SensorState
from roadside.types.road import RoadMap
from roadside.types.road_users import RoadUserClass
from roadside.types.scene import Scene, Tracks
from roadside.v2x.broker import BrokerTotals, SubscriptionTotals
from roadside.v2x.messages import heading_deg, scene_message, status_message
from roadside.v2x.v1 import perception_service_pb2 as service_pb
from roadside.v2x.v1 import scene_pb2 as scene_pb
from tests.v2x.site_builder import GRID_NS, START_NS, build_scene, build_site

# At latitude 31.2 on WGS 84: M = a (1 - e2) / (1 - e2 sin2)^1.5 and N = a / sqrt(1 - e2 sin2), with a = 6378137 m,
# e2 = 0.00669438 and sin2(31.2) = 0.2683517.
MERIDIAN_RADIUS_M = 6352550.5
NORMAL_RADIUS_M = 6383875.1


def with_tracks(scene: Scene, **columns: object) -> Scene:
    return replace(scene, tracks=replace(scene.tracks, **columns))


@pytest.mark.parametrize(
    ("counter_clockwise_from_east_deg", "clockwise_from_north_deg"),
    [(90.0, 0.0), (0.0, 90.0), (-90.0, 180.0), (180.0, 270.0), (-180.0, 270.0), (45.0, 45.0), (100.0, 350.0)],
)
def test_headings_go_over_the_wire_as_on_a_compass(counter_clockwise_from_east_deg, clockwise_from_north_deg):
    heading = heading_deg(np.radians([counter_clockwise_from_east_deg]))

    assert heading[0] == pytest.approx(clockwise_from_north_deg, abs=1e-9)


def test_a_heading_a_hair_west_of_north_stays_below_360_degrees():
    hair_west_of_north_rad = np.nextafter(np.pi / 2, 4.0)

    assert 0.0 <= heading_deg(np.array([hair_west_of_north_rad]))[0] < 360.0
    assert 0.0 <= heading_deg(np.radians([90.00000000000001]))[0] < 360.0


def test_a_track_carries_its_position_velocity_and_uncertainty_in_si_units():
    covariance = np.arange(16.0).reshape(4, 4)
    covariance = covariance + covariance.T  # entry (i, j) is 5 (i + j)
    scene = with_tracks(
        build_scene(positions_m=[[30.0, 40.0]]),
        states=np.array([[30.0, 40.0, 3.0, -4.0]]),
        covariances=covariance[None],
        heading_rad=np.array([np.arctan2(-4.0, 3.0)]),
    )

    perceived = scene_message(scene, build_site()).objects[0]

    assert perceived.position.latitude_deg == pytest.approx(31.2 + np.degrees(40.0 / MERIDIAN_RADIUS_M), abs=2e-9)
    east_deg = np.degrees(30.0 / (NORMAL_RADIUS_M * np.cos(np.radians(31.2))))
    assert perceived.position.longitude_deg == pytest.approx(121.4 + east_deg, abs=4e-9)
    assert perceived.position.height_m == pytest.approx(10.0, abs=0.001)  # 50 m off, the plane is 0.2 mm high
    velocity = (perceived.velocity_east_mps, perceived.velocity_north_mps, perceived.speed_mps)
    assert velocity == (3.0, -4.0, 5.0)
    assert perceived.heading_deg == pytest.approx(90.0 + 53.130102, abs=1e-5)
    position = perceived.position_covariance
    assert (position.east_east_m2, position.east_north_m2, position.north_north_m2) == (0.0, 5.0, 10.0)
    velocity = perceived.velocity_covariance
    assert (velocity.east_east_m2ps2, velocity.east_north_m2ps2, velocity.north_north_m2ps2) == (20.0, 25.0, 30.0)


def test_a_track_carries_what_it_is_how_old_it_is_and_who_saw_it():
    scene = with_tracks(
        build_scene(number=3, positions_m=[[0.0, 0.0]]),
        track_ids=np.array([2**62]),
        classes=np.array([RoadUserClass.TRICYCLE]),
        class_confidence=np.array([0.75]),
        created_ns=np.array([START_NS - 5 * GRID_NS]),
        last_seen_ns=np.array([[0, START_NS + 7]]),
    )

    perceived = scene_message(scene, build_site()).objects[0]

    assert perceived.track_id == 2**62
    assert perceived.road_user_class == scene_pb.ROAD_USER_CLASS_TRICYCLE
    assert perceived.class_confidence == 0.75
    assert perceived.age_s == pytest.approx(0.8)
    contribution = scene_pb.Contribution(sensor_id="radar-north", last_seen_unix_ns=START_NS + 7)
    assert list(perceived.contributions) == [contribution]


def test_an_unknown_heading_and_an_unknown_size_are_absent():
    sizes = np.array([[np.nan, np.nan, np.nan], [4.5, np.nan, 1.5], [4.5, 1.75, 1.5]])
    scene = with_tracks(
        build_scene(positions_m=[[0.0, 0.0], [5.0, 0.0], [10.0, 0.0]]),
        heading_rad=np.array([np.nan, 0.0, 0.0]),
        size_m=sizes,
    )

    nothing, partly, everything = scene_message(scene, build_site()).objects

    assert not nothing.HasField("heading_deg")
    assert not nothing.HasField("size")
    assert partly.heading_deg == 90.0
    assert (partly.size.length_m, partly.size.height_m) == (4.5, 1.5)
    assert not partly.size.HasField("width_m")
    assert (everything.size.length_m, everything.size.width_m, everything.size.height_m) == (4.5, 1.75, 1.5)


def test_objects_stand_at_the_height_of_the_road():
    site = replace(build_site(), road=RoadMap(surface=RoadSurface.level(1.25)))

    perceived = scene_message(build_scene(positions_m=[[0.0, 0.0]]), site).objects[0]

    assert perceived.position.height_m == pytest.approx(11.25, abs=1e-6)


def test_a_scene_says_how_every_sensor_stood():
    message = scene_message(build_scene(number=2, skipped_total=5), build_site())

    assert (message.site_id, message.time_unix_ns, message.skipped_total) == ("crossing-7", START_NS + 2 * GRID_NS, 5)
    camera, radar = message.sensors
    totals = (camera.late_total, camera.rejected_total, camera.dropped_total, camera.repaired_total)
    assert (camera.sensor_id, camera.state, totals) == ("camera-north", scene_pb.SENSOR_STATE_OK, (1, 2, 3, 4))
    assert camera.newest_unix_ns == START_NS + 2 * GRID_NS
    assert radar.state == scene_pb.SENSOR_STATE_UNSPECIFIED
    assert not radar.HasField("newest_unix_ns")


def test_an_empty_scene_still_names_its_sensors():
    scene = replace(build_scene(), tracks=Tracks.none(2))

    message = scene_message(scene, build_site())

    assert (len(message.objects), len(message.sensors)) == (0, 2)


def test_a_scene_survives_the_wire():
    message = scene_message(build_scene(positions_m=np.arange(20.0).reshape(10, 2)), build_site())

    assert scene_pb.Scene.FromString(message.SerializeToString()) == message


def test_class_and_state_numbers_on_the_wire_are_those_of_the_types():
    for wire, kinds, unspecified in (
        (scene_pb.RoadUserClass, RoadUserClass, "ROAD_USER_CLASS_UNSPECIFIED"),
        (scene_pb.SensorState, SensorState, "SENSOR_STATE_UNSPECIFIED"),
    ):
        prefix = unspecified.removesuffix("UNSPECIFIED")
        assert dict(wire.items()) == {unspecified if kind == 0 else prefix + kind.name: int(kind) for kind in kinds}


def test_the_status_says_in_which_coordinates_and_where_each_sensor_looks():
    totals = BrokerTotals(7, 5, 2, 1, (SubscriptionTotals("a", 5, 100, 2, 0),))

    status = status_message(build_site(), "0.1.0", 12.5, totals)

    assert (status.site_id, status.name, status.software_version) == ("crossing-7", "Crossing 7", "0.1.0")
    assert (status.crs, status.crs_epoch, status.wire_epoch) == ("EPSG:4490", 2000.0, 2026.9)
    assert (status.datum.latitude_deg, status.datum.longitude_deg, status.datum.height_m) == (31.2, 121.4, 10.0)
    assert [(sensor.sensor_id, sensor.kind) for sensor in status.sensors] == [
        ("camera-north", service_pb.SENSOR_KIND_CAMERA),
        ("radar-north", service_pb.SENSOR_KIND_RADAR),
    ]
    first, *_, last = status.sensors[0].coverage  # (-10, 5) and (-10, 80)
    assert first.latitude_deg == pytest.approx(31.2 + np.degrees(5.0 / MERIDIAN_RADIUS_M), abs=2e-9)
    assert last.latitude_deg == pytest.approx(31.2 + np.degrees(80.0 / MERIDIAN_RADIUS_M), abs=2e-9)
    assert first.longitude_deg < 121.4
    assert (status.scenes_published_total, status.messages_sent_total, status.scenes_dropped_total) == (7, 5, 2)
    assert (status.subscriptions_expired_total, status.subscribers, status.uptime_s) == (1, 1, 12.5)
