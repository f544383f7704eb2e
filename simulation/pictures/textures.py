"""Textures made by rule from fixed seeds: noise and leaves."""

import cv2
import numpy as np
from numpy.typing import NDArray

from roadside.geometry.arrays import FloatArray

NOISE_PX = 256
LEAVES_PX = 256


def value_noise(rng: np.random.Generator, size_px: int, cells: int, octaves: int, fall: float = 0.55) -> FloatArray:
    """Returns a (size, size) tileable noise of mean 0.5 and standard deviation 0.18, clipped to 0 to 1.

    Args:
        rng: source of the lattice.
        size_px: side.
        cells: of the coarsest octave along a side.
        octaves: each twice as fine as the one before.
        fall: weight of an octave relative to the one before.
    """
    total = np.zeros((size_px, size_px))
    weight = 1.0
    for octave in range(octaves):
        count = min(cells * 2**octave, size_px)
        lattice = rng.random((count, count))
        wrapped = np.pad(lattice, 2, mode="wrap")
        scale = size_px / count
        wide = cv2.resize(wrapped, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
        margin = round(2 * scale)
        total += weight * wide[margin : margin + size_px, margin : margin + size_px]
        weight *= fall
    total = (total - total.mean()) / total.std()
    return np.asarray(np.clip(0.5 + 0.18 * total, 0.0, 1.0))


def noise_map(seed: int = 7) -> NDArray[np.uint8]:
    """Returns (256, 256, 4): two cloud-like noises, a middling one and a fine one."""
    rng = np.random.default_rng(seed)
    channels = [
        value_noise(rng, NOISE_PX, 4, 6), value_noise(rng, NOISE_PX, 4, 6), value_noise(rng, NOISE_PX, 12, 5),
        value_noise(rng, NOISE_PX, 64, 3, 0.9),
    ]  # fmt: skip
    return (np.stack(channels, axis=-1) * 255).astype(np.uint8)


def leaf_cards(seed: int = 11) -> NDArray[np.uint8]:
    """Returns (256, 512, 4): a cluster of broad leaves on the left, a needled branch on the right.

    Colours are square roots of albedo; alpha is cover.
    """
    rng = np.random.default_rng(seed)
    size = LEAVES_PX
    card = np.zeros((size, 2 * size, 4), dtype=np.uint8)
    card[..., :3] = (56, 70, 40)
    for _ in range(330):
        radius = size * 0.45 * np.sqrt(rng.random())
        angle = rng.uniform(0, 2 * np.pi)
        centre = (int(size / 2 + radius * np.cos(angle)), int(size / 2 + radius * np.sin(angle)))
        length = rng.uniform(7, 15)
        shade = rng.uniform(0.70, 1.25)
        colour = np.clip(
            np.array([66 + rng.uniform(-12, 18), 84 + rng.uniform(-10, 12), 44 + rng.uniform(-10, 8)]) * shade, 0, 255
        )
        cv2.ellipse(
            card,
            centre,
            (int(length), int(length * 0.5)),
            rng.uniform(0, 180),
            0,
            360,
            (*colour.tolist(), 255),
            -1,
            cv2.LINE_AA,
        )
    for _ in range(700):
        along = rng.uniform(0.02, 0.98)
        x = size + size / 2
        y = size * along
        reach = size * (0.12 + 0.36 * (1 - abs(along - 0.45) * 1.7))
        side = rng.choice([-1.0, 1.0])
        end = (int(x + side * reach * rng.uniform(0.4, 1.0)), int(y + reach * rng.uniform(0.15, 0.55)))
        shade = rng.uniform(0.6, 1.15)
        colour = np.clip(np.array([46, 64, 46]) * shade, 0, 255)
        cv2.line(card, (int(x), int(y)), end, (*colour.tolist(), 255), 2, cv2.LINE_AA)
    return card


def coverage_mips(card: NDArray[np.uint8], cut: float = 0.45) -> list[NDArray[np.uint8]]:
    """Returns the mip levels of a cut-out texture, with alpha scaled so that as much passes the cut on every level.

    Plain mips let far trees go bald (Castaño 2010, "Computing alpha mipmaps").
    """
    wanted = float((card[..., 3] > cut * 255).mean())
    levels: list[NDArray[np.uint8]] = [card]
    level = card.astype(np.float32)
    while min(level.shape[:2]) > 1:
        level = np.asarray(
            cv2.resize(level, (level.shape[1] // 2, level.shape[0] // 2), interpolation=cv2.INTER_AREA),
            dtype=np.float32,
        )
        alpha = np.sort(level[..., 3].ravel())
        at_cut = float(alpha[min(int((1 - wanted) * len(alpha)), len(alpha) - 1)])
        scaled = level.copy()
        scaled[..., 3] = np.clip(level[..., 3] * (cut * 255 / max(at_cut, 1.0)), 0, 255)
        levels.append(scaled.astype(np.uint8))
    return levels
