"""A model is fitted on a recording with video and truth, and what it gives is like what was seen."""

from pathlib import Path

import numpy as np
import pytest

from simulation.picture_free.error_files import read_errors, write_errors
from simulation.picture_free.fit_report import fit_report
from simulation.picture_free.fitting import WEATHERS, fit, fitted_on, watched, weather_of
from simulation.picture_free.self_check import self_check
from tests.short_demo import write_short_demo


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


def test_the_model_that_comes_along_can_be_read():
    model = read_errors()
    assert set(model.cameras) == set(WEATHERS)
    for kind in ("tracked_list", "ars408_objects", "ars408_clusters"):
        assert model.radar(kind, "day").cycle_s > 0.0


def test_the_report_sets_what_was_fitted_against_what_was_observed(seen):
    report = fit_report(seen, fitted_on(seen), [])
    assert "| seen whole, 32 to 48 px high |" in report
    assert "| error along the ray, median size, m |" in report
