"""What sensors get wrong, as numbers: fitted on rendered scenes, played back without pictures.

One set of numbers per kind of sensor and weather. Everything about a camera is said of its boxes, in pixels or in
shares of the box, so that it holds for other lenses and poles; the ground follows from the optics.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import BoolArray, Column, FloatArray, IntArray, freeze_columns
from roadside.types.road_users import RoadUserClass

CLASSES = len(RoadUserClass)
BAND_HEIGHTS_PX = np.array([16.0, 40.0, 100.0])
"""Heights of boxes that what depends on size is told for; between them it changes with the height's logarithm."""
BANDS = len(BAND_HEIGHTS_PX)
EDGES = 4
"""x_min, y_min, x_max, y_max."""
OUTLIER_SIGMAS = 3.0
"""An edge that errs by more is an outlier; no other one does."""
FAR_EDGES = np.arange(1, 2**EDGES)[:, None] // 2 ** np.arange(EDGES) % 2 == 1
"""(15, 4) which edges of a box are outliers, in the order in which their shares are told."""
REFERENCE_SIZE_PX = 24.0
"""Size (root of width times height) that has no part in the probability of detection. The slope over the size's
logarithm is another one above it, and above the double: a detector's fit is far better so than by the height alone,
since a person is as high as a car but a fifth as wide."""
SMALLEST_SIZE_PX, LARGEST_SIZE_PX = 3.0, 200.0
"""Beyond these sizes the probability of detection changes no more: nobody knows it there."""
QUANTILES = np.linspace(0.0, 1.0, 11)
"""Levels that the confidence's distribution is told at."""
DETECTION_TERMS = ("certain", "log2_size", "log2_size_above", "log2_size_above_double", "hidden", "hidden2", "cut")
"""What the logit of the probability of detection is a sum of, beside an offset per class: 1, log2(size / 24 px), the
same where positive, what is beyond 1 of it, hidden share, its square, whether the picture's border cuts the box."""
CLUTTER_NUMBERS = (
    "u", "v", "width", "height", "class", "confidence", "object", "begins_s", "stays_s", "presence"
)  # fmt: skip
"""What is told of one appearance of a false object: middle and foot, width and height as shares of the picture; class;
confidence; number of the object; when it appears after the object's first time; how long it stays from the first box to
the last; share of that time's frames in which there is one."""
(U, V, WIDTH, HEIGHT, CLASS, CONFIDENCE, OBJECT, BEGINS_S, STAYS_S, PRESENCE) = range(len(CLUTTER_NUMBERS))
"""Columns of the same."""
SURROUNDINGS = ("lane", "off_lanes", "round")
"""How a camera's locator knows a direction: from the lane, not at all, or the class has none."""

CAMERA_COLUMNS: tuple[Column, ...] = (
    ("detection", (), np.float64),
    ("class_offset", (), np.float64),
    ("miss_s", (), np.float64),
    ("edge_bias", (EDGES,), np.float64),
    ("edge_floor_px", (), np.float64),
    ("edge_share", (), np.float64),
    ("edge_correlation", (EDGES,), np.float64),
    ("lasting_share", (), np.float64),
    ("slow_share", (), np.float64),
    ("slow_s", (), np.float64),
    ("outlier_share", (), np.float64),
    ("outlier_scale", (), np.float64),
    ("class_confusion", (CLASSES,), np.float64),
    ("confidence", (len(QUANTILES),), np.float64),
    ("clutter", (len(CLUTTER_NUMBERS),), np.float64),
    ("located_gain", (2,), np.float64),
    ("located_bias", (2,), np.float64),
    ("located_sigma", (2,), np.float64),
    ("stated_ratio", (), np.float64),
    ("filled_share", (), np.float64),
)
CAMERA_ROWS: Mapping[str, int | None] = {
    "detection": len(DETECTION_TERMS),
    "class_offset": CLASSES,
    "miss_s": BANDS,
    "edge_bias": CLASSES,
    "edge_floor_px": EDGES,
    "edge_share": EDGES,
    "edge_correlation": EDGES,
    "lasting_share": BANDS,
    "slow_share": BANDS,
    "slow_s": BANDS,
    "outlier_share": len(FAR_EDGES),
    "outlier_scale": EDGES,
    "class_confusion": CLASSES,
    "confidence": BANDS,
    "clutter": None,
    "located_gain": len(SURROUNDINGS),
    "located_bias": len(SURROUNDINGS),
    "located_sigma": len(SURROUNDINGS),
    "stated_ratio": len(SURROUNDINGS),
    "filled_share": CLASSES,
}
"""Rows of each column above; ``None`` for any number."""


@dataclass(frozen=True, slots=True, eq=False)
class CameraErrors:
    """What a camera with its detector and locator gets wrong in one weather.

    A box's edge, less where the cuboid's outline has it, is a share of the box (``edge_bias``) and noise, whose sigma
    is the hypotenuse of ``edge_floor_px`` and ``edge_share`` of the box. The noise's variance has three parts: one
    that a road user keeps, one that changes with a time constant, and one that is new in every frame.

    Attributes:
        detection: (7,) see ``DETECTION_TERMS``.
        class_offset: (11,) added to the logit, by true class.
        miss_s: (3,) how long found or missed lasts, by ``BAND_HEIGHTS_PX``.
        stubborn_share: of changes that fall back to the road user's own lot: some are missed for good.
        edge_bias: (11, 4) mean error by true class, in shares of the box's width or height.
        edge_floor_px, edge_share: (4,) sigma of a small box, and what it grows to as share of width or height.
        edge_correlation: (4, 4) of the edges' noise.
        lasting_share, slow_share, slow_s: (3,) parts of the variance, and the time constant, by ``BAND_HEIGHTS_PX``.
        outlier_share: (15,) of boxes, those of which just these edges are outliers: see ``FAR_EDGES``.
        outlier_scale: (4,) of an edge that is one, how far in the mean it lies beyond ``OUTLIER_SIGMAS``, in sigmas:
            an exponential excess.
        pitch_sigma_rad, pitch_s: of the camera's own nodding, which shifts all boxes of a frame.
        class_confusion: (11, 11) probability of the reported class (column) by the true one (row).
        class_s: how long a reported class lasts.
        confidence: (3, 11) quantiles, by ``BAND_HEIGHTS_PX``.
        double_share: of detections that have a second box.
        double_scale: the second box's noise, in sigmas of the first.
        clutter: (M, 10) appearances of false objects that were seen, to be drawn from, an object with all of its
            appearances at a time: see ``CLUTTER_NUMBERS``; those of one object follow each other.
        clutter_per_hour: false objects that appear for the first time, per camera.
        located_gain: (3, 2) by how much the locator errs for what its linearised form errs, along and across the ray;
            by ``SURROUNDINGS``.
        located_bias, located_sigma: (3, 2) what it errs beyond that, in sigmas that it states.
        stated_ratio: (3,) stated sigma over that of the linearised form.
        filled_share: (11,) pixels of a road user over its box's area.
        lost_share: of frames that never come.
        delay_s, jitter_s: from exposure to arrival, least and spread (exponential).
    """

    detection: FloatArray
    class_offset: FloatArray
    miss_s: FloatArray
    stubborn_share: float
    edge_bias: FloatArray
    edge_floor_px: FloatArray
    edge_share: FloatArray
    edge_correlation: FloatArray
    lasting_share: FloatArray
    slow_share: FloatArray
    slow_s: FloatArray
    outlier_share: FloatArray
    outlier_scale: FloatArray
    pitch_sigma_rad: float
    pitch_s: float
    class_confusion: FloatArray
    class_s: float
    confidence: FloatArray
    double_share: float
    double_scale: float
    clutter: FloatArray
    clutter_per_hour: float
    located_gain: FloatArray
    located_bias: FloatArray
    located_sigma: FloatArray
    stated_ratio: FloatArray
    filled_share: FloatArray
    lost_share: float
    delay_s: float
    jitter_s: float

    def __post_init__(self) -> None:
        for column in CAMERA_COLUMNS:
            rows = CAMERA_ROWS[column[0]]
            freeze_columns(self, (column,), len(getattr(self, column[0])) if rows is None else rows)
        shares = (self.lasting_share + self.slow_share).max()
        if shares > 1.0 + 1e-9:
            raise ValueError(f"CameraErrors.lasting_share and slow_share must sum to at most 1, got {shares:g}")

    def detection_logit(
        self, sides_px: FloatArray, visible_share: FloatArray, is_cut: BoolArray, classes: IntArray
    ) -> FloatArray:
        """Returns (N,) logits of the probability that a road user is found.

        Args:
            sides_px: (2, N) width and height of the part of its box inside the picture.
            visible_share: (N,) that nothing hides.
            is_cut: (N,) whether the picture's border cuts the box.
            classes: (N,) true ``RoadUserClass`` numbers.
        """
        terms = detection_terms(sides_px, visible_share, is_cut)
        return np.asarray(self.class_offset[classes] + sum(a * x for a, x in zip(self.detection, terms, strict=True)))


def detection_terms(
    sides_px: FloatArray, visible_share: FloatArray, is_cut: BoolArray
) -> tuple[FloatArray | BoolArray | float, ...]:
    """Returns the terms of ``DETECTION_TERMS``, each (N,) or one for all."""
    size_px = np.sqrt(sides_px[0] * sides_px[1])
    size = np.log2(np.clip(size_px, SMALLEST_SIZE_PX, LARGEST_SIZE_PX) / REFERENCE_SIZE_PX)
    hidden = 1.0 - visible_share
    return 1.0, size, np.maximum(size, 0.0), np.maximum(size - 1.0, 0.0), hidden, hidden * hidden, is_cut


def band_weights(height_px: FloatArray) -> FloatArray:
    """Returns (BANDS, N) weights, of which at most two neighbouring ones are not 0, that sum to 1."""
    place = np.interp(np.log(np.maximum(height_px, 1.0)), np.log(BAND_HEIGHTS_PX), np.arange(BANDS))
    return np.asarray(np.clip(1.0 - np.abs(place - np.arange(BANDS)[:, None]), 0.0, 1.0))
