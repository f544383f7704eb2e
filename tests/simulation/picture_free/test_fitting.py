"""A model is fitted on a recording with video and truth, and what it gives is like what was seen."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from roadside.config.site_file import load_site
from simulation.picture_free.error_files import read_errors, write_errors
from simulation.picture_free.fit_report import fit_report
from simulation.picture_free.fitted_with import fitted_with, other_detectors
from simulation.picture_free.fitting import WEATHERS, fit, fitted_on, watched, weather_of
from simulation.picture_free.self_check import self_check
from tests.short_demo import write_short_demo

DEMO = Path(__file__).parents[3] / "sites" / "demo" / "site.toml"


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    return watched([write_short_demo(tmp_path_factory.mktemp("fit") / "start.mcap", 2.0)])


def test_a_short_recording_gives_a_model_for_every_weather_that_says_where_it_is_from(seen, tmp_path):
    model = fitted_on(seen)
    assert set(model.cameras) == set(WEATHERS)
    assert model.cameras["day"].source.startswith("fitted on")
    assert model.cameras["fog"].source.startswith("assumed")
    assert model.made["recordings"][0]["cameras"]["south_east"]["detector"] == "roadside_first"
    assert all(np.isfinite(sigma).all() for sigma in model.cameras["day"].uncertainty.values())
    write_errors(model, tmp_path / "errors.json")
    assert read_errors(tmp_path / "errors.json").camera("day").detection.shape == (7,)


def test_without_pictures_the_same_road_users_are_found_about_as_often_and_err_about_as_much(seen):
    figures = {row.name: row for row in self_check(seen, fitted_on(seen), "day")}
    missed = figures["missed, boxes about 100 px high"]
    assert abs(missed.rendered - missed.picture_free) < 0.2
    error = figures["error along the ray, median size, m"]
    assert 0.5 < error.picture_free / error.rendered < 2.0


def test_the_weather_of_a_recording_is_in_its_name():
    assert weather_of(Path("junction_night_rain.mcap")) == "night_rain"
    assert weather_of(Path("junction_fog.mcap")) == "fog"
    assert weather_of(Path("incidents.mcap")) == "day"


def test_a_fit_without_a_recording_by_day_is_refused(tmp_path):
    with pytest.raises(ValueError, match="a fit needs a recording by day, got only fog"):
        fit([write_short_demo(tmp_path / "some_fog.mcap", 0.6)])


def test_a_fit_on_cameras_that_give_too_few_frames_is_refused():
    with pytest.raises(ValueError, match=r"a frame every 0\.15 s or more often, all have fewer"):
        fit([DEMO.parents[2] / "replay_data" / "parking_lot.mcap"])


def test_a_fit_on_cameras_of_different_frame_rates_is_refused(seen):
    first, second = seen.cameras["day"]
    slow = replace(second, time_ns=second.time_ns[0] + (second.time_ns - second.time_ns[0]) * 6 // 5)
    with pytest.raises(ValueError, match=r"one frame rate for all cameras in day, got a frame every 0\.100, 0\.120 s"):
        fitted_on(replace(seen, cameras={"day": [first, slow]}))


def test_a_model_says_with_which_detector_it_was_fitted(seen):
    model, site = fitted_on(seen), load_site(DEMO)
    (used,) = fitted_with(model.made)
    assert (used.name, used.least_confidence) == ("roadside_first", 0.45)
    assert other_detectors(model.made, site.cameras) == ()
    surer = [replace(camera, min_confidence=0.6) for camera in site.cameras]
    (line,) = other_detectors(model.made, surer)
    assert line.startswith("the site detects with roadside_first (")
    assert "from confidence 0.6 on, but its errors are those of roadside_first (" in line


def test_the_model_that_comes_along_can_be_read():
    model = read_errors()
    assert set(model.cameras) == set(WEATHERS)
    for kind in ("tracked_list", "ars408_objects", "ars408_clusters"):
        assert model.radar(kind, "day").cycle_s > 0.0


def test_the_report_sets_what_was_fitted_against_what_was_observed(seen):
    report = fit_report(seen, fitted_on(seen), [])
    assert "| seen whole, 32 to 48 px high |" in report
    assert "| error along the ray, median size, m |" in report
    assert "Fitted with roadside_first (" in report
    assert "* start.mcap (day), 2 cameras" in report
    assert "## What it leaves out" in report


def test_a_recording_that_is_filmed_into_dusk_is_named_as_such(tmp_path):
    path = write_short_demo(tmp_path / "incidents.mcap", 0.6)
    (entry,) = watched([path]).made["recordings"]
    assert entry["weather"] == "day, filmed into dusk"
