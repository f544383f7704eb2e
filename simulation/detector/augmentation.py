"""Random changes of a training picture: where it is cut, how large, and how its camera and air show it.

Real cameras differ from rendered ones in colour, sharpness, noise and compression. Whoever saw many of those learns
shapes instead. Every change is drawn from the generator that is passed in, so a picture is the same for the same draw.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from roadside.geometry.arrays import ByteArray, FloatArray
from roadside.perception.letterbox import PADDING_GREY
from simulation.detector.targets import LEAST_SIDE_PX, Targets

LEAST_SHARE_IN_WINDOW = 0.35
"""Share of a box that must lie within the window for the object to count."""
GREY_WEIGHTS = np.array([0.299, 0.587, 0.114])
"""Luma of ITU-R BT.601."""


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a picture is taken, and to what size it is scaled.

    Attributes:
        left_px, top_px: its corner in the picture; negative where it reaches beyond.
        source_width_px, source_height_px: its size in the picture.
        width_px, height_px: its size after scaling.
        is_mirrored: whether left and right are swapped.
    """

    left_px: int
    top_px: int
    source_width_px: int
    source_height_px: int
    width_px: int
    height_px: int
    is_mirrored: bool


def drawn_window(
    rng: np.random.Generator,
    picture_size_px: tuple[int, int],
    size_px: tuple[int, int],
    anchors_px: FloatArray,
    scales: tuple[float, float],
) -> Window:
    """Returns a random window.

    Args:
        rng: what is drawn from.
        picture_size_px: width and height of the picture.
        size_px: wanted width and height after scaling.
        anchors_px: (K, 2) points worth looking at: mostly, one of them lies in the window.
        scales: least and largest magnification, drawn evenly on a logarithmic scale.
    """
    scale = float(np.exp(rng.uniform(*np.log(scales))))
    stretch = float(np.exp(rng.normal(0.0, 0.06)))
    source = np.round(np.array(size_px) / scale * (stretch, 1.0 / stretch)).astype(int)
    spare = np.array(picture_size_px) - source
    low, high = np.minimum(spare, 0), np.maximum(spare, 0)
    if len(anchors_px) and rng.random() < 0.75:
        offset = rng.uniform(0.15, 0.85, 2) * source
        corner = np.clip(anchors_px[rng.integers(len(anchors_px))] - offset, low, high)
    else:
        corner = rng.uniform(low, np.maximum(high, low + 1e-9))
    left, top = (int(value) for value in np.round(corner))
    return Window(left, top, int(source[0]), int(source[1]), *size_px, bool(rng.random() < 0.5))


def cut_picture(rgb: ByteArray, window: Window) -> ByteArray:
    """Returns the window's (height, width, 3) picture, grey where it reaches beyond the picture."""
    height_px, width_px = rgb.shape[:2]
    right, bottom = window.left_px + window.source_width_px, window.top_px + window.source_height_px
    inside = rgb[max(window.top_px, 0) : max(bottom, 0), max(window.left_px, 0) : max(right, 0)]
    borders = (max(-window.top_px, 0), max(bottom - height_px, 0), max(-window.left_px, 0), max(right - width_px, 0))
    if any(borders):
        inside = np.asarray(
            cv2.copyMakeBorder(inside, *borders, cv2.BORDER_CONSTANT, value=(PADDING_GREY,) * 3), dtype=np.uint8
        )
    shrinks = window.source_width_px > window.width_px
    how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    scaled = cv2.resize(inside, (window.width_px, window.height_px), interpolation=how)
    return np.asarray(scaled[:, ::-1] if window.is_mirrored else scaled, dtype=np.uint8)


def cut_targets(targets: Targets, window: Window) -> Targets:
    """Returns the targets in pixels of the window; what is cut off too far or became too small is to be ignored."""
    scale = np.array([window.width_px / window.source_width_px, window.height_px / window.source_height_px] * 2)
    box = (targets.box_px - np.array([window.left_px, window.top_px] * 2)) * scale
    if window.is_mirrored:
        box = box[:, [2, 1, 0, 3]] * [-1, 1, -1, 1] + [window.width_px, 0, window.width_px, 0]
    inside = np.clip(box, 0.0, [window.width_px, window.height_px] * 2)
    sides = inside[:, 2:] - inside[:, :2]
    share = sides.prod(axis=1) / np.maximum((box[:, 2:] - box[:, :2]).prod(axis=1), 1e-9)
    is_taught = targets.is_taught & (share >= LEAST_SHARE_IN_WINDOW) & (sides.min(axis=1) >= LEAST_SIDE_PX)
    shown = (sides > 0.0).all(axis=1)
    return Targets(inside[shown], targets.class_index[shown].copy(), is_taught[shown], targets.label_row[shown])


def weathered(rgb: ByteArray, rng: np.random.Generator) -> ByteArray:
    """Returns the picture as another camera, in another light, through another lens and link, would have given it."""
    picture = _recoloured(rgb, rng)
    if rng.random() < 0.12:
        picture = _hazed(picture, rng)
    if rng.random() < 0.25:
        picture = _resampled(picture, rng)
    elif rng.random() < 0.25:
        picture = _blurred(picture, rng)
    if rng.random() < 0.3:
        picture = _noisy(picture, rng)
    if rng.random() < 0.3:
        picture = _compressed(picture, rng)
    if rng.random() < 0.15:
        picture = _patched(picture, rng)
    return picture


def _recoloured(rgb: ByteArray, rng: np.random.Generator) -> ByteArray:
    """Saturation, hue, white balance, contrast and brightness are one matrix; gamma is one table."""
    strong = 1.0 if rng.random() < 0.7 else 2.0
    saturation = 0.0 if rng.random() < 0.06 else float(np.exp(rng.normal(0.0, 0.3 * strong)))
    grey = np.broadcast_to(GREY_WEIGHTS, (3, 3))
    matrix = saturation * np.eye(3) + (1.0 - saturation) * grey
    matrix = _hue_turn(rng.normal(0.0, 0.06 * strong)) @ matrix
    warmth, tint = rng.normal(0.0, 0.08 * strong), rng.normal(0.0, 0.04 * strong)
    matrix = np.diag(np.exp([warmth, -tint, -warmth])) @ matrix
    contrast = float(np.exp(rng.normal(0.0, 0.22 * strong)))
    offset = rng.normal(0.0, 14.0 * strong) + (1.0 - contrast) * float(rgb.mean())
    changed = cv2.transform(rgb, np.column_stack([contrast * matrix, np.full(3, offset)]))
    gamma = float(np.exp(rng.normal(0.0, 0.2 * strong)))
    table = np.round(255.0 * (np.arange(256) / 255.0) ** gamma).astype(np.uint8)
    return np.asarray(cv2.LUT(changed, table), dtype=np.uint8)


def _hue_turn(angle_rad: float) -> FloatArray:
    """Returns (3, 3) the turn around the grey axis, the line on which red, green and blue are equal."""
    cos, sin = np.cos(angle_rad), np.sin(angle_rad) / np.sqrt(3.0)
    cross = np.array([[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]])
    return np.asarray(cos * np.eye(3) + (1.0 - cos) / 3.0 + sin * cross)


def _hazed(rgb: ByteArray, rng: np.random.Generator) -> ByteArray:
    """Mist that thickens towards the upper border, where things are far."""
    height_px, width_px = rgb.shape[:2]
    far = np.linspace(1.0, 0.0, height_px) ** rng.uniform(0.5, 2.0)
    veil = (rng.uniform(0.2, 0.75) * far).astype(np.float32)[:, None, None]
    air = rng.uniform(150, 235) * np.exp(rng.normal(0.0, 0.03, 3)).astype(np.float32)
    mixed = rgb * (1.0 - veil) + veil * air
    return np.asarray(np.clip(mixed, 0, 255), dtype=np.uint8).reshape(height_px, width_px, 3)


def _resampled(rgb: ByteArray, rng: np.random.Generator) -> ByteArray:
    """A camera of fewer pixels: shrunk, then enlarged again."""
    height_px, width_px = rgb.shape[:2]
    share = rng.uniform(0.4, 0.85)
    small = cv2.resize(rgb, (round(width_px * share), round(height_px * share)), interpolation=cv2.INTER_AREA)
    how = cv2.INTER_LINEAR if rng.random() < 0.7 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(small, (width_px, height_px), interpolation=how), dtype=np.uint8)


def _blurred(rgb: ByteArray, rng: np.random.Generator) -> ByteArray:
    """Out of focus, or sharpened too much by the camera."""
    soft = cv2.GaussianBlur(rgb, (0, 0), rng.uniform(0.4, 1.3))
    if rng.random() < 0.4:
        amount = rng.uniform(0.3, 1.5)
        return np.asarray(cv2.addWeighted(rgb, 1.0 + amount, soft, -amount, 0.0), dtype=np.uint8)
    return np.asarray(soft, dtype=np.uint8)


def _noisy(rgb: ByteArray, rng: np.random.Generator) -> ByteArray:
    """Sensor noise, mostly the same in all colours once a camera has smoothed the colours."""
    height_px, width_px = rgb.shape[:2]
    sigma = rng.uniform(2.0, 14.0)
    shape = (height_px, width_px, 1) if rng.random() < 0.6 else (height_px, width_px, 3)
    noise = rng.standard_normal(shape, dtype=np.float32) * np.float32(sigma)
    return np.asarray(np.clip(rgb + noise, 0, 255), dtype=np.uint8)


def _compressed(rgb: ByteArray, rng: np.random.Generator) -> ByteArray:
    """Blocks and smeared colours, as a thrifty encoder leaves them."""
    quality = int(rng.integers(18, 75))
    _, data = cv2.imencode(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])
    decoded = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), dtype=np.uint8)
    return np.asarray(cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB), dtype=np.uint8)


def _patched(rgb: ByteArray, rng: np.random.Generator) -> ByteArray:
    """Flat patches: dirt on the lens, printed words, a leaf; small, since what they hide stays labelled."""
    picture = rgb.copy()
    height_px, width_px = rgb.shape[:2]
    for _ in range(int(rng.integers(1, 6))):
        width, height = rng.integers(3, 20, 2)
        left, top = rng.integers(0, width_px - width), rng.integers(0, height_px - height)
        picture[top : top + height, left : left + width] = rng.integers(0, 256, 3)
    return picture


def planes(rgb: ByteArray) -> NDArray[np.uint8]:
    """Returns (3, height, width), each colour in one piece."""
    return np.ascontiguousarray(rgb.transpose(2, 0, 1))
