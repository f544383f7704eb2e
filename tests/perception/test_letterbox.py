from dataclasses import dataclass

import numpy as np
import pytest

from roadside.geometry.arrays import ByteArray
from roadside.perception.letterbox import InputTensor, Letterbox, letterbox
from roadside.perception.manifest import ModelInput


@dataclass(frozen=True)
class PlainPicture:
    """An image of one colour."""

    width_px: int
    height_px: int
    colour: tuple[int, int, int]

    def rgb(self, width_px: int, height_px: int) -> ByteArray:
        return np.full((height_px, width_px, 3), self.colour, dtype=np.uint8)


def model_input(width_px: int, height_px: int, placement: str, colours: str = "rgb", values: str = "0..1"):
    return ModelInput(width_px=width_px, height_px=height_px, colours=colours, values=values, placement=placement)


def test_our_own_network_sees_a_wide_picture_between_two_grey_bars():
    # 960 x 540 by one half is 480 x 270; 288 - 270 = 18 rows of grey, 9 above.
    assert letterbox(960, 540, model_input(480, 288, "centred")) == Letterbox(960, 540, 480, 270, 0, 9)


def test_yolox_sees_the_picture_in_the_top_left_corner():
    # 416 / 1280 = 0.325; 720 * 0.325 = 234.
    assert letterbox(1280, 720, model_input(416, 416, "top_left")) == Letterbox(1280, 720, 416, 234, 0, 0)


def test_a_small_picture_is_enlarged():
    # min(416 / 352, 416 / 288) = 1.1818; 288 * 1.1818 = 340.4.
    assert letterbox(352, 288, model_input(416, 416, "top_left")) == Letterbox(352, 288, 416, 340, 0, 0)


def test_a_tall_picture_lies_between_bars_left_and_right():
    # 288 / 640 = 0.45; 480 * 0.45 = 216; (480 - 216) / 2 = 132.
    assert letterbox(480, 640, model_input(480, 288, "centred")) == Letterbox(480, 640, 216, 288, 132, 0)


def test_boxes_come_back_to_pixel_centres_of_the_full_picture():
    box = letterbox(960, 540, model_input(480, 288, "centred"))
    # Left edge 100 * 2 - 0.5, top edge (109 - 9) * 2 - 0.5.
    np.testing.assert_allclose(
        box.to_picture(np.array([[100, 109, 200, 159]], dtype=np.float32)), [[199.5, 199.5, 399.5, 299.5]]
    )


def test_the_whole_picture_comes_back_from_edge_to_edge():
    box = letterbox(352, 288, model_input(416, 416, "top_left"))
    np.testing.assert_allclose(
        box.to_picture(np.array([[0, 0, 416, 340]], dtype=np.float32)), [[-0.5, -0.5, 351.5, 287.5]]
    )


def test_each_axis_is_scaled_back_by_what_it_was_really_scaled():
    # 340 rows stand for 288: the middle row 170 is row 144 exactly, though 288 * 416 / 352 is 340.36.
    box = letterbox(352, 288, model_input(416, 416, "top_left"))
    middle = box.to_picture(np.array([[0, 0, 208, 170]], dtype=np.float32))
    np.testing.assert_allclose(middle, [[-0.5, -0.5, 175.5, 143.5]])


def test_a_box_that_reaches_into_the_padding_is_cut_at_the_picture():
    box = letterbox(960, 540, model_input(480, 288, "centred"))
    cut = box.to_picture(np.array([[-20, 0, 500, 288]], dtype=np.float32))
    np.testing.assert_allclose(cut, [[-0.5, -0.5, 959.5, 539.5]])


@pytest.mark.parametrize("colours", ["rgb", "bgr"])
def test_the_tensor_holds_the_channels_in_the_networks_order(colours: str):
    tensor = InputTensor(model_input(64, 64, "top_left", colours, "0..255"))
    tensor.write(PlainPicture(128, 64, (10, 20, 30)))
    expected = (10, 20, 30) if colours == "rgb" else (30, 20, 10)
    assert tensor.array[0, :, 0, 0].tolist() == list(expected)
    assert tensor.array[0, :, 31, 63].tolist() == list(expected)
    assert (tensor.array[0, :, 32:] == 114.0).all()


def test_values_of_our_own_network_run_from_zero_to_one():
    tensor = InputTensor(model_input(64, 64, "centred"))
    tensor.write(PlainPicture(128, 64, (255, 51, 0)))
    np.testing.assert_allclose(tensor.array[0, :, 20, 5], [1.0, 0.2, 0.0], rtol=1e-6)
    np.testing.assert_allclose(tensor.array[0, :, [0, 15, 48, 63]], 114 / 255, rtol=1e-6)


@pytest.mark.parametrize("colours", ["rgb", "bgr"])
def test_values_of_imagenet_are_measured_from_its_mean_in_its_deviations(colours: str):
    tensor = InputTensor(model_input(64, 64, "top_left", colours, "imagenet"))
    tensor.write(PlainPicture(128, 64, (255, 51, 0)))
    # (1 - 0.485) / 0.229, (0.2 - 0.456) / 0.224, (0 - 0.406) / 0.225; red is the last channel of bgr.
    expected = [2.248908, -1.142857, -1.804444]
    grey = [(114 / 255 - mean) / sigma for mean, sigma in ((0.485, 0.229), (0.456, 0.224), (0.406, 0.225))]
    order = slice(None) if colours == "rgb" else slice(None, None, -1)
    np.testing.assert_allclose(tensor.array[0, :, 31, 63], expected[order], rtol=1e-5)
    np.testing.assert_allclose(tensor.array[0, :, 32, 0], grey[order], rtol=1e-4)


def test_a_stretched_picture_fills_the_input_and_comes_back_by_a_factor_for_each_axis():
    box = letterbox(1280, 720, model_input(640, 640, "stretched"))
    assert box == Letterbox(1280, 720, 640, 640, 0, 0)
    back = box.to_picture(np.array([[0, 0, 640, 640], [100, 80, 200, 160]], dtype=np.float32))
    np.testing.assert_allclose(back, [[-0.5, -0.5, 1279.5, 719.5], [199.5, 89.5, 399.5, 179.5]])


def test_a_stretched_picture_leaves_no_padding():
    tensor = InputTensor(model_input(64, 64, "stretched", values="0..255"))
    tensor.write(PlainPicture(128, 32, (7, 7, 7)))
    assert (tensor.array == 7.0).all()


def test_a_picture_of_another_size_leaves_nothing_of_the_last_one():
    tensor = InputTensor(model_input(64, 64, "centred", values="0..255"))
    tensor.write(PlainPicture(64, 64, (1, 1, 1)))
    tensor.write(PlainPicture(128, 64, (2, 2, 2)))
    assert set(np.unique(tensor.array)) == {2.0, 114.0}
    assert (tensor.array[0, :, :16] == 114.0).all()
