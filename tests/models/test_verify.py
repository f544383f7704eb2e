from pathlib import Path

import numpy as np
import pytest

from roadside.errors import ModelError
from roadside.models.verify import verify
from tests.perception.networks import write_manifest, write_network, write_spot_network


def model_with(folder: Path, boxes: np.ndarray, scores: np.ndarray, classes=("car",)) -> str:
    write_network(folder / "tiny.onnx", [boxes, scores], (1, 3, 32, 32))
    return str(write_manifest(folder / "tiny.onnx", "roadside", list(classes)))


def test_a_sound_model_is_quiet_where_nothing_is(tmp_path: Path):
    result = verify(str(write_spot_network(tmp_path / "spots.onnx")))
    assert (result.blank_boxes, result.noise_boxes, result.surplus, result.remarks) == (0, 0, 0, [])
    assert result.detect_ms > 0.0


def test_a_model_that_sees_cars_in_plain_grey_is_remarked_on(tmp_path: Path):
    model = model_with(tmp_path, np.array([[[0, 0, 9, 9]]]), np.array([[[0.9]]]))
    result = verify(model)
    assert (result.blank_boxes, result.noise_boxes) == (1, 1)
    assert result.remarks == ["it sees road users where there is nothing to see: look at its video before using it"]


def test_a_network_that_was_never_trained_is_suspected(tmp_path: Path):
    boxes = np.tile([0.0, 0.0, 9.0, 9.0], (1, 500, 1))
    (remark,) = verify(model_with(tmp_path, boxes, np.full((1, 500, 1), 0.9))).remarks
    assert "was this network ever trained?" in remark


def test_numbers_that_are_none_are_a_line_for_each_output_and_picture(tmp_path: Path):
    boxes = np.array([[[0, 0, np.inf, 9], [0, 0, 9, 9]]])
    with pytest.raises(ModelError) as caught:
        verify(model_with(tmp_path, boxes, np.array([[[0.1], [np.nan]]])))
    assert str(caught.value).splitlines() == [
        f"{tmp_path}/tiny.onnx: output {output} must be finite on {picture}, got 1 of {size} that are not"
        for picture in ("a blank picture", "noise")
        for output, size in ((0, 8), (1, 2))
    ]


def test_a_model_of_ignored_classes_alone_is_useless(tmp_path: Path):
    model = model_with(tmp_path, np.zeros((1, 1, 4)), np.zeros((1, 1, 1)), ("ignore",))
    with pytest.raises(ModelError, match="classes must have a road user, got only ignored ones"):
        verify(model)
