import dataclasses
from pathlib import Path

import numpy as np
import pytest

from roadside.geometry.arrays import FloatArray
from roadside.models.average_precision import Found
from roadside.perception.manifest import load_manifest
from simulation.detector.evaluation import StoredPicture, evaluate, found_in
from simulation.detector.pictures_set import LabelledPicture
from tests.perception.networks import write_manifest, write_network
from tests.simulation.detector.labelled import labels, picture

BOXES = [(100.0, 50.0, 160.0, 90.0), (300.0, 200.0, 312.0, 230.0)]


def _found(boxes: list[tuple[float, ...]], confidence: list[float], class_index: int = 0) -> Found:
    values: FloatArray = np.array(boxes, dtype=float).reshape(-1, 4)
    return Found(values, np.array(confidence, dtype=float), np.full(len(values), class_index))


def _picture(distance_m: float = 20.0, weather: str = "day", class_index: int = 0) -> LabelledPicture:
    return picture(labels(*BOXES, class_index=class_index, distance_m=distance_m), 640, 360, weather)


def test_a_detector_that_finds_everything_is_perfect() -> None:
    evaluation = evaluate([_found(BOXES, [0.9, 0.8])], [_picture()], 640)

    assert evaluation.map50 == pytest.approx(1.0)
    assert evaluation.map50_95 == pytest.approx(1.0)
    assert evaluation.by_class[0].objects == 2
    assert np.isnan(evaluation.by_class[3].ap50)
    assert evaluation.recall_to("car", 80.0) == 1.0


def test_sizes_are_told_by_the_longer_side_at_the_input() -> None:
    evaluation = evaluate([_found(BOXES[:1], [0.9])], [_picture()], 640)
    by_size = {entry.name: (entry.objects, entry.map50) for entry in evaluation.by_size}

    assert by_size["32 to 64 px"] == (1, pytest.approx(1.0))
    assert by_size["16 to 32 px"] == (1, 0.0)
    smaller = evaluate([_found(BOXES[:1], [0.9])], [_picture()], 320)
    assert {entry.name: entry.objects for entry in smaller.by_size}["16 to 32 px"] == 1
    assert smaller.by_class[0].notable_objects == 1


def test_recall_is_told_by_class_weather_and_metres() -> None:
    pictures = [_picture(35.0), _picture(75.0, "rain"), _picture(35.0, "fog")]
    found = [_found(BOXES, [0.9, 0.8]), _found(BOXES[:1], [0.9]), _found([], [])]
    evaluation = evaluate(found, pictures, 640)

    assert evaluation.recall_to("car", 40.0) == 1.0
    assert evaluation.recall_to("car", 80.0) == pytest.approx(0.75)
    assert evaluation.recall_to("car", 80.0, "rain") == pytest.approx(0.5)
    assert evaluation.recall_to("car", 40.0, "fog") == 0.0
    assert np.isnan(evaluation.recall_to("bus", 80.0))


def test_other_lenses_do_not_count_for_recall_by_metres() -> None:
    wide = dataclasses.replace(_picture(), focal_length_px=320.0)

    assert np.isnan(evaluate([_found(BOXES, [0.9, 0.8])], [wide], 640).recall_to("car", 80.0))


def test_boxes_that_are_often_wrong_need_a_higher_confidence() -> None:
    false = [(10.0 + 30 * number, 300.0, 30.0 + 30 * number, 320.0) for number in range(5)]
    found = _found([BOXES[0], *false, BOXES[1]], [0.9, 0.8, 0.8, 0.8, 0.8, 0.8, 0.3])
    evaluation = evaluate([found], [_picture()], 640)

    assert evaluation.by_class[0].threshold == pytest.approx(0.9)
    assert evaluation.recall_to("car", 80.0) == pytest.approx(0.5)


def test_a_false_box_of_another_size_does_not_count_against_a_size() -> None:
    tiny = (500.0, 100.0, 504.0, 104.0)
    evaluation = evaluate([_found([tiny, *BOXES], [0.95, 0.9, 0.8])], [_picture()], 640)

    assert evaluation.by_class[0].notable_ap50 == pytest.approx(1.0)
    assert evaluation.by_class[0].ap50 < 0.8


def test_every_weather_is_told_at_the_confidence_of_fair_weather() -> None:
    found = [_found([BOXES[0], BOXES[1]], [0.9, 0.8]), _found([BOXES[0], (10.0, 300.0, 30.0, 320.0)], [0.85, 0.82])]
    evaluation = evaluate(found, [_picture(), _picture(weather="night")], 640)

    assert evaluation.recall_to("car", 80.0, "night") == pytest.approx(0.5)
    assert evaluation.precision_of("car", "night") == pytest.approx(0.5)
    assert evaluation.precision_of("car") == 1.0


def test_mistaken_classes_are_misses() -> None:
    evaluation = evaluate([_found(BOXES, [0.9, 0.8], class_index=1)], [_picture()], 640)

    assert evaluation.by_class[0].ap50 == 0.0


def test_boxes_of_the_services_detector_are_told_from_edge_to_edge(tmp_path: Path) -> None:
    boxes, scores = np.array([[[4.0, 4.0, 20.0, 12.0]]]), np.array([[[0.8]]])
    write_network(tmp_path / "constant.onnx", [boxes, scores], ("batch", 3, 32, 32))
    manifest = load_manifest(write_manifest(tmp_path / "constant.onnx", "roadside", ["car"]))

    (found,) = found_in(manifest, [picture(labels(), 64, 64)])

    assert found.box_px.tolist() == [[8.0, 8.0, 40.0, 24.0]]
    assert found.class_index.tolist() == [0]


def test_a_stored_picture_is_scaled_as_a_camera_picture_is() -> None:
    checks = np.indices((8, 8)).sum(axis=0) % 2 * 200
    stored = StoredPicture(np.repeat(checks[..., None], 3, axis=2).astype(np.uint8))

    assert (stored.rgb(4, 4) == 100).all()
    assert stored.rgb(8, 8) is not stored.stored
