"""Facade textures: an array of layers, each some bays of a wall with windows, doors or shops."""

from enum import IntEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from roadside.geometry.arrays import FloatArray
from simulation.pictures.textures import value_noise

LAYER_PX = 512
BAYS, FLOORS = 4, 4
"""Windows along and up one layer of an upper wall; a ground-floor layer has four bays and one floor."""


class Layer(IntEnum):
    """Layers of the facade textures."""

    PLASTER_A = 0
    PLASTER_B = 1
    PLASTER_C = 2
    BRICK_A = 3
    BRICK_B = 4
    OFFICE_A = 5
    OFFICE_B = 6
    OFFICE_C = 7
    INDUSTRIAL_A = 8
    INDUSTRIAL_B = 9
    SHOP_A = 10
    SHOP_B = 11
    SHOP_C = 12
    ENTRANCE_A = 13
    ENTRANCE_B = 14
    GATES = 15
    BLIND = 16
    GRAVEL_ROOF = 17
    TILE_ROOF = 18
    LOBBY = 19


def facade_layers(seed: int = 5) -> NDArray[np.uint8]:
    """Returns (20, 512, 512, 4): square roots of albedo, and in alpha 0 for a wall or how easily a pane is lit."""
    layers = np.zeros((len(Layer), LAYER_PX, LAYER_PX, 4), dtype=np.uint8)
    for layer in Layer:
        rng = np.random.default_rng([seed, int(layer)])
        canvas = np.zeros((LAYER_PX, LAYER_PX, 4), dtype=np.uint8)
        _wall(canvas, layer, rng)
        _openings(canvas, layer, rng)
        grime = value_noise(rng, LAYER_PX, 3, 7)[..., None]
        canvas[..., :3] = np.clip(canvas[..., :3] * (0.82 + 0.36 * grime), 0, 255)
        layers[layer] = canvas
    return layers


def _wall(canvas: NDArray[np.uint8], layer: Layer, rng: np.random.Generator) -> None:
    """Paints the wall; near white, as the building's tint multiplies it."""
    canvas[..., :3] = (226, 224, 220)
    if layer in (Layer.BRICK_A, Layer.BRICK_B):
        rows = 64
        step = LAYER_PX // rows
        for row in range(rows):
            for column in range(-1, 33):
                x = column * 16 + (row % 2) * 8
                shade = rng.uniform(0.80, 1.08)
                colour = tuple(float(c) for c in np.clip(np.array([222, 214, 208]) * shade, 0, 255))
                cv2.rectangle(canvas, (x + 1, row * step + 1), (x + 14, row * step + step - 2), (*colour, 0), -1)
    elif layer in (Layer.INDUSTRIAL_A, Layer.INDUSTRIAL_B, Layer.GATES):
        ribs = (np.arange(LAYER_PX) // 6) % 2
        canvas[..., :3] = np.where(ribs[None, :, None] > 0, 222, 198)
    elif layer is Layer.TILE_ROOF:
        for row in range(32):
            canvas[row * 16 : row * 16 + 3, :, :3] = 150
        canvas[:, ::12, :3] = (canvas[:, ::12, :3] * 0.85).astype(np.uint8)
    elif layer is Layer.GRAVEL_ROOF:
        canvas[..., :3] = (150 + 40 * rng.random((LAYER_PX, LAYER_PX, 1))).astype(np.uint8)
    elif layer in (Layer.PLASTER_B, Layer.PLASTER_C):
        for floor in range(FLOORS):  # string courses
            y = floor * LAYER_PX // FLOORS
            canvas[y : y + 4, :, :3] = 190
            canvas[y + 4 : y + 7, :, :3] = 245


def _openings(canvas: NDArray[np.uint8], layer: Layer, rng: np.random.Generator) -> None:
    """Cuts windows, doors and gates into the wall."""
    cell = LAYER_PX // BAYS
    if layer in (Layer.SHOP_A, Layer.SHOP_B, Layer.SHOP_C, Layer.LOBBY):
        _shop_front(canvas, layer, rng)
        return
    if layer is Layer.GATES:
        for bay in range(BAYS):
            x = bay * cell
            cv2.rectangle(canvas, (x + 16, 130), (x + cell - 16, 511), (*_grey(rng, 110, 190), 0), -1)
            for y in range(140, 512, 18):
                canvas[y : y + 2, x + 16 : x + cell - 16, :3] = 80
        return
    if layer in (Layer.ENTRANCE_A, Layer.ENTRANCE_B):
        for bay in range(BAYS):
            if bay == (1 if layer is Layer.ENTRANCE_A else 3):
                door = tuple(int(v) for v in rng.integers(40, 120, 3))
                cv2.rectangle(canvas, (bay * cell + 36, 150), (bay * cell + 92, 511), (*door, 0), -1)
                _pane(canvas, (bay * cell + 46, 170, bay * cell + 82, 300), rng, 1, 1)
            else:
                _window(canvas, (bay * cell + 26, 150, bay * cell + cell - 26, 390), rng, 2, 2)
        return
    if layer in (Layer.BLIND, Layer.GRAVEL_ROOF, Layer.TILE_ROOF):
        return
    for floor in range(FLOORS):
        for bay in range(BAYS):
            _upper_opening(canvas, layer, (bay * cell, floor * cell), cell, rng)


def _upper_opening(
    canvas: NDArray[np.uint8], layer: Layer, corner: tuple[int, int], cell: int, rng: np.random.Generator
) -> None:
    x, y = corner
    if layer is Layer.OFFICE_A:  # curtain wall
        _pane(canvas, (x + 3, y + 3, x + cell // 2 - 2, y + cell - 34), rng, 1, 1)
        _pane(canvas, (x + cell // 2 + 2, y + 3, x + cell - 3, y + cell - 34), rng, 1, 1)
        canvas[y + cell - 32 : y + cell, x : x + cell, :3] = 118
    elif layer is Layer.OFFICE_B:  # ribbons
        _pane(canvas, (x, y + 26, x + cell - 3, y + 92), rng, 2, 1)
    elif layer is Layer.OFFICE_C:
        _window(canvas, (x + 14, y + 14, x + cell - 14, y + 112), rng, 2, 1)
    elif layer is Layer.INDUSTRIAL_A:
        if y == 0:
            _pane(canvas, (x + 8, y + 30, x + cell - 8, y + 80), rng, 4, 1)
    elif layer is Layer.INDUSTRIAL_B:
        if (x // cell) % 2 == 0 and (y // cell) % 2 == 1:
            _window(canvas, (x + 20, y + 30, x + cell - 20, y + 90), rng, 3, 2)
    elif layer is Layer.PLASTER_C and (x // cell) == 1:  # balcony doors
        _window(canvas, (x + 22, y + 24, x + cell - 22, y + 124), rng, 2, 1)
        cv2.rectangle(canvas, (x + 8, y + 88), (x + cell - 8, y + 126), (*_grey(rng, 90, 130), 0), -1)
    else:
        wide = {Layer.PLASTER_A: 34, Layer.PLASTER_B: 38, Layer.BRICK_A: 36, Layer.BRICK_B: 26}.get(layer, 34)
        _window(canvas, (x + wide, y + 28, x + cell - wide, y + 104), rng, 2, 1 if layer is not Layer.BRICK_B else 3)


def _shop_front(canvas: NDArray[np.uint8], layer: Layer, rng: np.random.Generator) -> None:
    cell = LAYER_PX // 2 if layer is not Layer.LOBBY else LAYER_PX // 4
    for x in range(0, LAYER_PX, cell):
        sign = tuple(int(v) for v in rng.integers(30, 235, 3))
        if layer is not Layer.LOBBY:
            cv2.rectangle(canvas, (x + 6, 40), (x + cell - 6, 130), (*sign, 0), -1)
            for start in range(x + 40, x + cell - 60, 24):  # letters
                if rng.random() < 0.8:
                    cv2.rectangle(canvas, (start, 64), (start + int(rng.integers(8, 18)), 106), (240, 238, 230, 0), -1)
        top = 140 if layer is not Layer.LOBBY else 50
        door = x + int(rng.integers(20, cell - 80)) if cell > 140 else x
        _pane(canvas, (x + 10, top, x + cell - 10, 480), rng, 3, 1)
        if cell > 140:
            cv2.rectangle(canvas, (door, top), (door + 60, 511), (60, 60, 64, 0), 3)
            if rng.random() < 0.5:  # awning
                for stripe in range(x + 8, x + cell - 8, 20):
                    colour = sign if (stripe // 20) % 2 else (235, 232, 225)
                    cv2.rectangle(canvas, (stripe, top - 4), (stripe + 19, top + 50), (*colour, 0), -1)


def _window(
    canvas: NDArray[np.uint8], box: tuple[int, int, int, int], rng: np.random.Generator, columns: int, rows: int
) -> None:
    """Paints a framed window with a sill."""
    x0, y0, x1, y1 = box
    frame = (236, 236, 232) if rng.random() < 0.75 else (96, 86, 76)
    cv2.rectangle(canvas, (x0 - 5, y0 - 5), (x1 + 5, y1 + 4), (188, 184, 178, 0), -1)
    cv2.rectangle(canvas, (x0 - 2, y0 - 2), (x1 + 2, y1 + 2), (*frame, 0), -1)
    _pane(canvas, box, rng, columns, rows, frame)
    cv2.rectangle(canvas, (x0 - 8, y1 + 3), (x1 + 8, y1 + 8), (205, 203, 198, 0), -1)
    canvas[y1 + 9 : y1 + 13, x0 - 6 : x1 + 6, :3] = 165
    if rng.random() < 0.22:  # roller blind
        drop = int((y1 - y0) * rng.uniform(0.2, 0.9))
        cv2.rectangle(canvas, (x0, y0), (x1, y0 + drop), (200, 196, 186, 0), -1)


def _pane(
    canvas: NDArray[np.uint8], box: tuple[int, int, int, int], rng: np.random.Generator, columns: int, rows: int,
    frame: tuple[int, int, int] = (92, 94, 98),
) -> None:  # fmt: skip
    """Paints glass with bars; what shows behind it differs from pane to pane."""
    x0, y0, x1, y1 = box
    alpha = int(rng.uniform(0.45, 1.0) * 255)
    height = max(y1 - y0, 1)
    gradient = np.linspace(46, 92, height)[:, None, None] * rng.uniform(0.7, 1.2) * np.array([0.92, 0.97, 1.0])
    canvas[y0:y1, x0:x1, :3] = np.clip(gradient, 0, 255).astype(np.uint8)
    canvas[y0:y1, x0:x1, 3] = alpha
    if rng.random() < 0.55:  # curtains
        wide = int((x1 - x0) * rng.uniform(0.12, 0.3))
        for side in (slice(x0, x0 + wide), slice(x1 - wide, x1)):
            canvas[y0:y1, side, :3] = int(rng.uniform(120, 190))
    for number in range(1, columns):
        x = x0 + (x1 - x0) * number // columns
        cv2.rectangle(canvas, (x - 1, y0), (x + 1, y1), (*frame, 0), -1)
    for number in range(1, rows):
        y = y0 + (y1 - y0) * number // rows
        cv2.rectangle(canvas, (x0, y - 1), (x1, y + 1), (*frame, 0), -1)


def _grey(rng: np.random.Generator, low: int, high: int) -> tuple[int, int, int]:
    value = int(rng.integers(low, high))
    return value, value, int(value * 1.03)


def facade_tints() -> FloatArray:
    """Returns (5, 6, 3) linear wall colours of every ``Facade``."""
    plaster = [
        (0.80, 0.76, 0.66),
        (0.82, 0.68, 0.48),
        (0.74, 0.74, 0.72),
        (0.78, 0.58, 0.46),
        (0.62, 0.68, 0.62),
        (0.84, 0.80, 0.72),
    ]
    brick = [
        (0.46, 0.20, 0.14),
        (0.40, 0.19, 0.13),
        (0.52, 0.30, 0.20),
        (0.36, 0.22, 0.17),
        (0.58, 0.45, 0.33),
        (0.44, 0.24, 0.18),
    ]
    office = [
        (0.55, 0.57, 0.60),
        (0.40, 0.43, 0.47),
        (0.66, 0.66, 0.64),
        (0.30, 0.33, 0.37),
        (0.60, 0.55, 0.48),
        (0.48, 0.53, 0.55),
    ]
    shops = [
        (0.74, 0.70, 0.62),
        (0.66, 0.52, 0.40),
        (0.70, 0.70, 0.70),
        (0.60, 0.44, 0.36),
        (0.56, 0.60, 0.62),
        (0.78, 0.72, 0.58),
    ]
    industrial = [
        (0.50, 0.53, 0.55),
        (0.32, 0.40, 0.48),
        (0.58, 0.56, 0.50),
        (0.40, 0.44, 0.40),
        (0.62, 0.62, 0.62),
        (0.46, 0.38, 0.34),
    ]
    return np.array([plaster, brick, office, shops, industrial])
