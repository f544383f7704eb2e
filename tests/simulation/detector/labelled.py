"""A few labelled pictures, made by hand."""

import numpy as np

from simulation.detector.pictures_set import LabelledPicture, PictureLabels


def labels(
    *boxes: tuple[float, float, float, float], class_index: int = 0, share: float = 1.0, distance_m: float = 20.0
) -> PictureLabels:
    box = np.array(boxes, dtype=float).reshape(-1, 4)
    alone = np.maximum((box[:, 2:] - box[:, :2]).prod(axis=1), 1).astype(np.int64)
    return PictureLabels(
        np.full(len(box), class_index), box, box.copy(), np.round(alone * share).astype(np.int64), alone,
        np.full(len(box), distance_m),
    )  # fmt: skip


def picture(
    contents: PictureLabels, width_px: int = 64, height_px: int = 36, weather: str = "day", seed: int = 0
) -> LabelledPicture:
    rgb = np.random.default_rng(seed).integers(0, 256, (height_px, width_px, 3), dtype=np.uint8)
    return LabelledPicture(rgb, contents, "somewhere", weather, width_px / 2 / np.tan(np.radians(30.0)))
