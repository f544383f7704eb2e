"""What stands before a road user hides it by as much as geometry says."""

import numpy as np

from simulation.picture_free.occlusion import COLUMNS, Viewpoint, pairs_in_the_way, visible_shares
from simulation.types.world import Building, Facade

EYE_M = np.array([0.0, 0.0, 8.0])
AHEAD = np.array([1.0, 0.0, -0.2])


def _shares(boxes, buildings=(), frames=None):
    """Visible shares of (x, y, heading, length, width, height) boxes, all in one instant."""
    boxes = np.array(boxes, dtype=float)
    frames = np.zeros(len(boxes), dtype=int) if frames is None else np.array(frames)
    viewpoint = Viewpoint.of(EYE_M, AHEAD, buildings)
    position = np.column_stack([boxes[:, :2], np.zeros(len(boxes))])
    outlines = viewpoint.outlines(position, boxes[:, 2], boxes[:, 3:], np.ones(len(boxes)))
    return visible_shares(viewpoint, outlines, pairs_in_the_way(outlines, frames))


def _wall(x, west, east, height):
    corners = np.array([[x, west], [x + 0.2, west], [x + 0.2, east], [x, east]])
    return Building(Facade.PLASTER, corners, height)


def test_what_stands_alone_is_seen_whole():
    np.testing.assert_allclose(_shares([[30, 0, 0, 4.5, 1.8, 1.5], [30, 12, 0, 4.5, 1.8, 1.5]]), 1.0)


def test_a_wall_as_high_as_the_eye_hides_the_half_of_what_it_covers():
    """A thin post 40 m away, 2 m wide; a wall at 20 m reaches from its middle to the left."""
    target = [40.0, 0.0, np.pi / 2, 2.0, 0.01, 2.0]
    shares = _shares([target], [_wall(20.0, 0.0, 5.0, 8.0)])
    np.testing.assert_allclose(shares, [0.5], atol=1 / COLUMNS)


def test_a_flat_box_before_another_hides_it_up_to_the_line_of_sight_over_its_top():
    """Upright plates across the view, from an eye 8 m up: a 3 m high one at 20 m hides the road to 32 m, and of a plate
    at 30 m what lies below 8 - 5 / 20 * 30 = 0.5 m."""
    near, far = [20.0, 0.0, np.pi / 2, 12.0, 0.001, 3.0], [30.0, 0.0, np.pi / 2, 2.0, 0.001, 2.0]
    shares = _shares([near, far])
    np.testing.assert_allclose(shares, [1.0, 0.75], atol=0.002)


def test_a_bus_that_covers_the_left_half_up_to_the_top_leaves_the_right_half():
    """The bus ends at the middle of the car's outline and rises above its top."""
    bus, car = [20.0, 6.0, np.pi / 2, 12.0, 0.001, 3.1], [24.0, 0.0, np.pi / 2, 4.0, 0.001, 1.0]
    np.testing.assert_allclose(_shares([bus, car]), [1.0, 0.5], atol=0.002)


def test_two_in_a_row_hide_no_more_than_the_taller_of_them():
    short, tall = [20.0, 0.0, np.pi / 2, 4.0, 0.001, 1.0], [22.0, 0.0, np.pi / 2, 4.0, 0.001, 2.5]
    far = [26.0, 0.0, np.pi / 2, 2.0, 0.001, 2.0]
    np.testing.assert_allclose(_shares([short, tall, far])[2], _shares([tall, far])[1])


def test_two_side_by_side_hide_what_each_hides():
    left, right = [20.0, 1.0, np.pi / 2, 1.0, 0.001, 3.5], [20.0, -1.0, np.pi / 2, 1.0, 0.001, 3.5]
    far = [24.0, 0.0, np.pi / 2, 4.0, 0.001, 1.0]
    hidden = 1.0 - _shares([left, far])[1] + 1.0 - _shares([right, far])[1]
    assert hidden > 0.3
    np.testing.assert_allclose(1.0 - _shares([left, right, far])[2], hidden, atol=0.02)


def test_only_what_is_there_at_the_same_instant_hides():
    near, far = [20.0, 0.0, np.pi / 2, 12.0, 0.001, 3.0], [30.0, 0.0, np.pi / 2, 2.0, 0.001, 2.0]
    np.testing.assert_allclose(_shares([near, far], frames=[0, 1]), 1.0)


def test_what_is_behind_the_eye_is_not_seen():
    np.testing.assert_allclose(_shares([[-10.0, 0.0, 0.0, 4.5, 1.8, 1.5]]), 0.0)
