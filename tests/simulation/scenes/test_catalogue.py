import pytest

from simulation.scenes.catalogue import SCENES, scene_of
from simulation.types.weather import AFTERNOON, DUSK


def test_every_scene_of_the_plan_is_there_with_its_length():
    assert {scene.name: scene.duration_s for scene in SCENES} == {
        "junction_day": 40.0, "junction_night_rain": 20.0, "junction_fog": 20.0, "junction_dusk": 20.0,
        "incidents": 120.0, "incidents_none": 90.0, "corridor": 60.0, "parking_street": 300.0, "parking_lot": 300.0,
    }  # fmt: skip


def test_no_two_scenes_share_a_seed_or_overlap_in_time():
    ends_ns = [scene.start_ns + round(scene.duration_s * 1e9) for scene in SCENES]

    assert len({scene.seed for scene in SCENES}) == len(SCENES)
    assert all(end_ns < later.start_ns for end_ns, later in zip(ends_ns, SCENES[1:], strict=False))


def test_the_sun_hardly_moves_within_a_scene():
    for scene in SCENES:
        assert abs(scene.weather_to.sun_azimuth_rad - scene.weather_from.sun_azimuth_rad) < 0.5, scene.name


def test_a_scene_of_two_poles_makes_a_recording_of_each():
    corridor = scene_of("corridor")

    assert [corridor.recording_name(site) for site in corridor.site_ids] == ["corridor_west", "corridor_east"]


def test_no_two_sensors_of_a_scene_are_numbered_alike():
    corridor = scene_of("corridor")

    assert [corridor.first_sensor_number(site) for site in corridor.site_ids] == [0, 20]


def test_the_afternoon_turns_into_dusk_evenly():
    incidents = scene_of("incidents")

    assert incidents.weather_at(0.0) == AFTERNOON
    assert incidents.weather_at(120.0) == DUSK
    assert incidents.weather_at(60.0).darkness == pytest.approx(DUSK.darkness / 2)


def test_a_scene_that_does_not_exist_is_refused_with_those_that_do():
    with pytest.raises(ValueError, match=r"junction_day, .* got 'junction_noon'"):
        scene_of("junction_noon")
