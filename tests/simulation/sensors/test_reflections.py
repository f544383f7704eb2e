import time
from dataclasses import replace

import numpy as np
import pytest

from roadside.types.road_users import RoadUserClass
from simulation.sensors.cross_sections import detected_fluctuation_db, mean_section_dbsm
from simulation.sensors.mirrors import mirror_images
from simulation.sensors.reflections import RadarOptics, Reflections, detection_probability, reflections
from simulation.types.actors import Actors
from simulation.types.world import Building, Facade
from tests.simulation.sensors.crowds import HEIGHT_M, actors_of, radar_at

OPTICS = RadarOptics()


def look(*rows: tuple[str, float, float, float, float]) -> Reflections:
    return reflections(radar_at(), OPTICS, actors_of(*rows))


def wall(x_m: float, y_m: float, length_m: float, depth_m: float) -> Building:
    corners = [(x_m, y_m), (x_m + length_m, y_m), (x_m + length_m, y_m + depth_m), (x_m, y_m + depth_m)]
    return Building(Facade.BRICK, np.array(corners), 10.0)


def test_the_bumper_of_a_car_that_comes_is_what_reflects() -> None:
    seen = look(("sedan", 50.0, 0.0, 15.0, 180.0))

    assert seen.point_m[0] == pytest.approx([50.0 - 2.35, 0.0, 0.4 * 1.46])
    assert seen.along_m[0] == pytest.approx(2.35)
    assert seen.range_m[0] == pytest.approx(np.hypot(47.65, HEIGHT_M - 0.584))
    assert seen.azimuth_rad[0] == pytest.approx(0.0, abs=1e-12)
    assert seen.elevation_rad[0] == pytest.approx(-np.arctan2(HEIGHT_M - 0.584, 47.65))


def test_a_car_seen_across_reflects_where_its_side_is_nearest() -> None:
    seen = look(("sedan", 30.0, 30.0, 10.0, 0.0))

    assert seen.point_m[0, :2] == pytest.approx([30.0 - 2.35, 30.0 - 0.91])
    assert seen.azimuth_rad[0] > 0.0


def test_coming_is_negative_going_is_positive_and_passing_is_zero() -> None:
    seen = look(("sedan", 60.0, 0.0, 10.0, 180.0), ("sedan", 60.0, 8.0, 10.0, 0.0), ("sedan", 60.0, -8.0, 10.0, 90.0))
    down = np.hypot(57.65, HEIGHT_M - 0.584)

    assert seen.radial_speed_mps[0] == pytest.approx(-10.0 * 57.65 / down)
    assert seen.radial_speed_mps[1] > 9.8
    # Its nearest point is 5.65 m to the right: it still comes a little nearer.
    assert seen.radial_speed_mps[2] == pytest.approx(-10.0 * 5.65 / seen.range_m[2], rel=1e-6)


def test_a_radar_that_is_turned_sees_the_same_from_its_own_frame() -> None:
    seen = reflections(radar_at(azimuth_rad=np.pi / 2, x_m=5.0), OPTICS, actors_of(("sedan", 5.0, 40.0, 5.0, 90.0)))

    assert seen.azimuth_rad[0] == pytest.approx(0.0, abs=1e-12)
    assert seen.radial_speed_mps[0] > 4.9


def test_nothing_is_seen_behind_a_bus() -> None:
    bus = ("city_bus", 30.0, 0.0, 0.0, 90.0)
    seen = look(
        bus, ("sedan", 36.0, 0.0, 10.0, 180.0), ("adult", 33.0, 1.0, 1.0, 0.0), ("sedan", 36.0, 12.0, 10.0, 0.0)
    )

    assert seen.object_ids.tolist() == [1, 4]


def test_a_truck_looks_over_a_car_and_a_car_does_not_look_over_a_truck() -> None:
    far_truck = look(("sedan", 40.0, 0.0, 5.0, 180.0), ("box_truck", 49.0, 0.0, 5.0, 180.0))
    far_car = look(("box_truck", 40.0, 0.0, 5.0, 180.0), ("sedan", 49.0, 0.0, 5.0, 180.0))

    assert far_truck.object_ids.tolist() == [1, 2]
    assert far_car.object_ids.tolist() == [1]


def test_what_is_half_hidden_reflects_from_the_rest_and_less() -> None:
    free = look(("sedan", 60.0, 3.0, 5.0, 90.0))
    half = look(("sedan", 60.0, 3.0, 5.0, 90.0), ("city_bus", 40.0, -3.8, 0.0, 90.0))

    assert 0.0 < half.visible_share[0] < free.visible_share[0]
    assert half.rcs_dbsm[0] < free.rcs_dbsm[0]
    assert half.point_m[0, 1] > free.point_m[0, 1]


def test_houses_hide_what_is_behind_them() -> None:
    actors = actors_of(("sedan", 60.0, 0.0, 5.0, 180.0), ("sedan", 60.0, 20.0, 5.0, 180.0))

    seen = reflections(radar_at(), OPTICS, actors, (wall(30.0, -5.0, 10.0, 10.0),))
    assert seen.object_ids.tolist() == [2]


def test_the_field_of_view_and_the_range_end_what_is_seen() -> None:
    near_edge, beyond_edge = np.radians(54.0), np.radians(56.0)
    seen = look(
        ("adult", 40 * np.cos(near_edge), 40 * np.sin(near_edge), 1.0, 0.0),
        ("adult", 40 * np.cos(beyond_edge), 40 * np.sin(beyond_edge), 1.0, 0.0),
        ("sedan", 249.0, 0.0, 1.0, 0.0), ("sedan", 255.0, 0.0, 1.0, 0.0), ("sedan", -30.0, 0.0, 1.0, 0.0),
        ("sedan", 12.0, 0.0, 1.0, 0.0),
    )  # fmt: skip

    # The last is too far below: 5.4 m at 9.7 m are 29 degrees.
    assert seen.object_ids.tolist() == [1, 3]


def test_detection_falls_with_range_and_grows_with_the_cross_section() -> None:
    ranges_m = np.array([50.0, 90.0, 150.0, 250.0])
    car, pedestrian = (detection_probability(OPTICS, ranges_m, np.zeros(4), np.full(4, rcs)) for rcs in (10.0, -8.0))

    assert (np.diff(car) < 0.0).all()
    assert (pedestrian < car).all()
    # What the optics promise: half of the looks for a car at 250 m and for a pedestrian at 90 m.
    assert car[3] == pytest.approx(0.5, abs=0.1)
    assert pedestrian[1] == pytest.approx(0.5, abs=0.1)
    rain = replace(OPTICS, rain_loss_db_per_km=10.0)
    assert detection_probability(rain, ranges_m, np.zeros(4), np.full(4, 10.0))[3] < car[3] - 0.2
    edge = detection_probability(OPTICS, ranges_m, np.full(4, OPTICS.half_azimuth_rad), np.full(4, 10.0))
    assert (edge < car).all()


def test_sides_reflect_more_than_ends_and_corners_least() -> None:
    car = np.full(3, RoadUserClass.CAR)
    front, side, corner = mean_section_dbsm(car, np.array([0.0, np.pi / 2, np.pi / 4]))
    assert side > front > corner
    large = mean_section_dbsm(np.array([RoadUserClass.BUS, RoadUserClass.PEDESTRIAN]), np.zeros(2))
    assert large[0] > front > large[1]


def test_what_is_surely_found_fluctuates_about_its_mean_and_what_is_hardly_found_was_lucky() -> None:
    surely, hardly = (
        detected_fluctuation_db(np.full(20_000, probability), np.random.default_rng(1)) for probability in (1.0, 0.01)
    )
    assert (10.0 ** (surely / 10.0)).mean() == pytest.approx(1.0, abs=0.03)
    assert hardly.min() > 10.0 * np.log10(-np.log(0.01)) - 0.01


def test_nobody_on_the_road_is_no_reflection() -> None:
    assert len(look()) == 0


def test_a_car_beside_a_long_wall_is_seen_again_behind_it_and_moves_along() -> None:
    actors = actors_of(("sedan", 50.0, 0.0, 10.0, 180.0))
    buildings = (wall(0.0, 10.0, 100.0, 8.0),)
    seen = reflections(radar_at(), OPTICS, actors, buildings)
    images = mirror_images(radar_at(), OPTICS, seen, actors, buildings)

    assert images.point_m[:, :2] == pytest.approx(np.array([[47.65, 20.0]]))
    assert images.velocity_mps == pytest.approx(np.array([[-10.0, 0.0]]), abs=1e-9)
    assert images.range_m[0] > seen.range_m[0]
    assert images.rcs_dbsm[0] < seen.rcs_dbsm[0]
    assert images.radial_speed_mps[0] < 0.0


def test_a_bus_mirrors_others_but_not_itself() -> None:
    actors = actors_of(("city_bus", 40.0, 5.0, 0.0, 0.0), ("sedan", 80.0, 0.0, 10.0, 180.0))
    seen = reflections(radar_at(), OPTICS, actors)
    images = mirror_images(radar_at(), OPTICS, seen, actors)

    assert seen.object_ids[images.sources].tolist() == [2]
    assert (images.point_m[:, 1] > 5.0).all()


def crowd(count: int) -> Actors:
    rng = np.random.default_rng(7)
    bodies = rng.choice(["sedan", "box_truck", "city_bus", "adult", "bicycle", "suv"], count)
    rows = zip(bodies, rng.uniform(15, 200, count), rng.uniform(-60, 60, count), strict=True)
    return actors_of(*((body, x, y, 8.0, 30.0) for body, x, y in rows))


def test_a_crowded_road_takes_milliseconds() -> None:
    actors = crowd(120)
    reflections(radar_at(), OPTICS, actors)
    begin_s = time.process_time()
    for _ in range(5):
        reflections(radar_at(), OPTICS, actors)

    assert (time.process_time() - begin_s) / 5 < 0.05
