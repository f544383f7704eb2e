import math

import numpy as np

from roadside.perception.heads.own import RoadsideHead
from roadside.perception.heads.yolo import YoloxHead
from tests.perception.networks import yolox_output


def test_a_yolox_row_is_decoded_with_its_cell_and_stride():
    # Row 16 is the first cell of stride 16 on a 32 x 32 input; row 19 its last, at cell (1, 1).
    # Centre (1 + 0.25, 1 - 0.5) * 16 = (20, 8); size exp(log 2, 0) * 16 = (32, 16).
    output = yolox_output(2, {19: [0.25, -0.5, math.log(2.0), 0.0, 0.9, 0.1, 0.8]})
    found = YoloxHead(32, 32, 2).decode([output], 0.5)
    np.testing.assert_allclose(found.boxes_px, [[4.0, 0.0, 36.0, 16.0]], rtol=1e-6)
    np.testing.assert_allclose(found.confidence, [0.72], rtol=1e-6)
    assert found.class_index.tolist() == [1]


def test_yolox_cells_run_along_the_rows_of_each_grid():
    # Row 5 is the stride-8 cell x = 1, y = 1 of a 4 x 4 grid; row 20 the only cell of stride 32.
    rows = {5: [0.0, 0.0, 0.0, 0.0, 1.0, 1.0], 20: [0.5, 0.5, 0.0, 0.0, 1.0, 0.9]}
    found = YoloxHead(32, 32, 1).decode([yolox_output(1, rows)], 0.5)
    np.testing.assert_allclose(found.boxes_px, [[4.0, 4.0, 12.0, 12.0], [0.0, 0.0, 32.0, 32.0]])


def test_a_wide_yolox_input_has_wide_grids():
    (output,) = YoloxHead(64, 32, 3).outputs
    assert output.shape == (1, 42, 8)


def test_a_yolox_row_needs_objectness_times_class_score():
    rows = {0: [0.0, 0.0, 0.0, 0.0, 0.6, 0.6], 1: [0.0, 0.0, 0.0, 0.0, 0.6, 0.9]}
    found = YoloxHead(32, 32, 1).decode([yolox_output(1, rows)], 0.5)
    np.testing.assert_allclose(found.confidence, [0.54], rtol=1e-6)


def test_our_own_head_gives_each_box_once_with_its_best_class():
    boxes = np.arange(12, dtype=np.float32).reshape(1, 3, 4)
    scores = np.array([[[0.1, 0.2], [0.6, 0.7], [0.5, 0.1]]], dtype=np.float32)
    found = RoadsideHead(2).decode([boxes, scores], 0.5)
    np.testing.assert_array_equal(found.boxes_px, boxes[0, 1:])
    np.testing.assert_allclose(found.confidence, [0.7, 0.5])
    assert found.class_index.tolist() == [1, 0]


def test_an_empty_street_gives_no_candidates():
    assert len(RoadsideHead(2).decode([np.zeros((1, 3, 4), np.float32), np.zeros((1, 3, 2), np.float32)], 0.3)) == 0
    assert len(YoloxHead(32, 32, 2).decode([yolox_output(2, {})], 0.3)) == 0
