"""From radar targets to measurements: slant range, nearest surface, radial speed."""

import numpy as np
import pytest

from roadside.geometry.pose import Pose, radar_rotation
from roadside.geometry.surface import RoadSurface
from roadside.perception.radar_locator import RadarLocator
from roadside.types.frames import RadarScan
from roadside.types.observations import Measurements
from roadside.types.road import Lane, LaneDirections, LaneKind, RoadMap
from roadside.types.road_users import DEFAULT_SIZES, RoadUserClass
from roadside.types.site import RadarSensor

HEIGHT_M = 6.0
REFLECTION_M = 0.7


def radar(pitch_deg: float = 0.0) -> RadarSensor:
    rotation = radar_rotation(0.0, np.radians(pitch_deg), 0.0)
    return RadarSensor(
        sensor_id="east", source="", site_from_radar=Pose(rotation, np.array([0.0, 0.0, HEIGHT_M])),
        range_sigma_m=0.25, azimuth_sigma_rad=np.radians(0.5), radial_speed_sigma_mps=0.12,
        field_of_view_rad=np.radians(100), max_range_m=90.0, coverage_m=np.zeros((0, 2)),
    )  # fmt: skip


def eastward_lane() -> LaneDirections:
    line = np.array([[0.0, 0.0, 0.0], [100.0, 0.0, 0.0]])
    return LaneDirections.of(RoadMap(lanes=(Lane("a", LaneKind.DRIVING, line, 20.0, np.nan),)))


def locate(
    sensor: RadarSensor, lanes: LaneDirections, *targets: tuple[float, float, float], rcs_dbsm: float = 10.0
) -> Measurements:
    range_m, azimuth_rad, speed_mps = np.array(targets).reshape(-1, 3).T.copy()
    nothing = np.full(len(range_m), np.nan)
    scan = RadarScan("east", 5, 7, range_m, azimuth_rad, nothing, speed_mps, np.full(len(range_m), rcs_dbsm))
    return RadarLocator(sensor, RoadSurface.level(), lanes, DEFAULT_SIZES).locate(scan)


def slant(ground_m: float) -> float:
    return float(np.hypot(ground_m, HEIGHT_M - REFLECTION_M))


@pytest.mark.parametrize("pitch_deg", [0.0, -6.0])
def test_a_car_driving_away_is_placed_half_its_length_behind_its_rear(pitch_deg):
    measured = locate(radar(pitch_deg), eastward_lane(), (slant(30.0), 0.0, 10.0))

    half_length_m = DEFAULT_SIZES.mean_m[RoadUserClass.CAR, 0] / 2
    assert measured.position_m[0] == pytest.approx([30.0 + half_length_m, 0.0], abs=1e-6)


def test_a_stronger_echo_is_taken_for_a_longer_vehicle():
    """At 30 dBsm a bus: its centre is 6 m behind its rear; at -8 a pedestrian, 0.25 m."""
    bus = locate(radar(), eastward_lane(), (slant(30.0), 0.0, 10.0), rcs_dbsm=30.0)
    pedestrian = locate(radar(), eastward_lane(), (slant(30.0), 0.0, 1.0), rcs_dbsm=-8.0)

    assert bus.position_m[0, 0] == pytest.approx(36.0)
    assert pedestrian.position_m[0, 0] == pytest.approx(30.25)


def test_without_a_cross_section_the_ellipse_holds_a_truck_too():
    """Taken for a car of 4.5 m, a truck of 9 m is 2.25 m farther: within two sigma."""
    measured = locate(radar(), eastward_lane(), (slant(30.0), 0.0, 10.0), rcs_dbsm=np.nan)

    error_m = 30.0 + 4.5 - measured.position_m[0, 0]
    assert error_m == pytest.approx(2.25)
    assert error_m < 2 * np.sqrt(measured.covariance_m2[0, 0, 0])


def test_the_radial_speed_of_a_car_is_its_ground_speed_not_the_slanted_one():
    """At 10 m of ground range from 5.3 m above, the ray falls by 28 degrees: the radar reads 12 % low."""
    level = 10.0 / slant(10.0)
    measured = locate(radar(), eastward_lane(), (slant(10.0), 0.0, 12.0 * level))

    assert measured.radial_speed_mps[0] == pytest.approx(12.0)
    assert measured.radial_sigma_mps[0] == pytest.approx(0.12 / level)
    assert measured.line_of_sight[0] == pytest.approx([1.0, 0.0])


def test_azimuth_is_counter_clockwise_from_the_boresight():
    measured = locate(radar(), eastward_lane(), (slant(40.0), np.radians(10.0), 0.0))

    assert measured.position_m[0, 1] > 6.0


def test_a_target_the_radar_cannot_have_seen_has_no_position():
    """Nearer than the radar is high above everything that reflects: no point on the road is that near."""
    measured = locate(radar(), eastward_lane(), (2.0, 0.0, 0.0), (np.nan, 0.0, 0.0))

    assert np.isnan(measured.position_m).all()


def test_a_target_beyond_the_radars_range_is_left_out():
    assert len(locate(radar(), eastward_lane(), (95.0, 0.0, 0.0))) == 0


def test_the_stated_ellipse_holds_cars_of_all_lengths():
    """Cars on the lane, lengths with a share of vans among them, noise as stated."""
    rng = np.random.default_rng(3)
    sensor = radar()
    inside = []
    for _ in range(400):
        length_m = rng.choice([4.1, 4.6, 4.75, 5.9])
        near_m, lateral_m = rng.uniform(20, 70), rng.uniform(-0.4, 0.4)
        range_m = float(np.hypot(slant(near_m), lateral_m)) + 0.25 * rng.normal()
        azimuth_rad = np.arctan2(lateral_m, near_m) + np.radians(0.5) * rng.normal()
        measured = locate(sensor, eastward_lane(), (range_m, azimuth_rad, 5.0))
        error = measured.position_m[0] - [near_m + length_m / 2, 0.0]
        inside.append(error @ np.linalg.inv(measured.covariance_m2[0]) @ error < 5.991)

    assert np.mean(inside) > 0.93
