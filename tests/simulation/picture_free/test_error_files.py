"""The error model survives its file."""

import numpy as np
import pytest

from simulation.picture_free.assumed import assumed_camera, simulated_radars
from simulation.picture_free.error_files import read_errors, write_errors
from simulation.picture_free.error_model import ErrorModel, Fitted
from simulation.picture_free.errors import BAND_HEIGHTS_PX, band_weights


def _model():
    radars = {name: Fitted(errors, {}, "simulated") for name, errors in simulated_radars().items()}
    fitted = Fitted(assumed_camera(), {"detection": np.full(7, 0.1)}, "assumed")
    return ErrorModel({"day": fitted}, radars, {"recordings": ["none"]})


def test_a_model_read_back_is_the_one_that_was_written_and_its_file_is_stable(tmp_path):
    write_errors(_model(), tmp_path / "one.json")
    back = read_errors(tmp_path / "one.json")
    write_errors(back, tmp_path / "two.json")
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    np.testing.assert_allclose(back.camera("day").confidence, assumed_camera().confidence, rtol=1e-4)
    np.testing.assert_allclose(back.cameras["day"].uncertainty["detection"], 0.1)
    assert back.radar("tracked_list", "day").birth_frames == 5


def test_an_unknown_weather_and_a_file_that_lacks_a_number_are_told(tmp_path):
    with pytest.raises(ValueError, match=r"cameras must be asked for one of day, got 'hail'"):
        _model().camera("hail")
    path = tmp_path / "errors.json"
    write_errors(_model(), path)
    path.write_text(path.read_text().replace('"pitch_s"', '"pitch"'))
    with pytest.raises(ValueError, match=r"errors: missing pitch_s, not known pitch"):
        read_errors(path)


def test_weights_of_sizes_sum_to_one_and_are_whole_at_the_sizes_that_are_told():
    weights = band_weights(np.array([1.0, 20.0, 60.0, 500.0, *BAND_HEIGHTS_PX]))
    np.testing.assert_allclose(weights.sum(axis=0), 1.0)
    np.testing.assert_allclose(weights[:, 4:], np.eye(3))
