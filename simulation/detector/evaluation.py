"""How good a model is on labelled pictures.

Boxes come from the service's own detector, with its letterbox, its head and its suppression, so figures are the
product's.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from roadside.geometry.arrays import BoolArray, ByteArray, FloatArray
from roadside.models.average_precision import (
    Found,
    Matches,
    Wanted,
    average_precision,
    match,
    of_size,
    precision_at,
    threshold_at,
)
from roadside.perception.detector import Detector
from roadside.perception.manifest import ModelManifest
from roadside.types.frames import Frame
from simulation.detector.classes import CLASSES, INDEX_OF_CLASS
from simulation.detector.figures import (
    ClassFigures,
    Evaluation,
    GroupFigures,
    PrecisionFigures,
    RecallFigures,
    mean,
)
from simulation.detector.pictures_set import LabelledPicture
from simulation.detector.targets import Targets, targets_of

LEAST_CONFIDENCE = 0.02
"""Boxes below it are not looked at: they hardly change an average precision."""
OVERLAPS = np.linspace(0.5, 0.95, 10)
SIZES_PX = (0.0, 8.0, 16.0, 32.0, 64.0, 1e9)
"""Bounds of the sizes that are told apart: the longer side of a box in pixels of the network's input."""
NOTABLE_SIZE_PX = 20.0
BAND_M = 10.0
FARTHEST_M = 120.0
WANTED_PRECISION = 0.9
USUAL_LENS_RAD = np.radians(60.0)
"""Recall by metres is that of a camera with this horizontal angle of view."""
LENS_TOLERANCE = 0.05
FAIR_WEATHERS = ("day", "overcast", "dusk", "rain")
"""In these, recall is promised; in the others it is reported."""


@dataclass(frozen=True, slots=True, eq=False)
class StoredPicture:
    """An ``Image`` around a picture in memory, scaled by area averaging as the service's own pictures are."""

    stored: ByteArray

    @property
    def width_px(self) -> int:
        """Width as stored."""
        return int(self.stored.shape[1])

    @property
    def height_px(self) -> int:
        """Height as stored."""
        return int(self.stored.shape[0])

    def rgb(self, width_px: int, height_px: int) -> ByteArray:
        """Returns a fresh (height_px, width_px, 3) picture."""
        if (width_px, height_px) == (self.width_px, self.height_px):
            return self.stored.copy()
        how = cv2.INTER_AREA if width_px < self.width_px else cv2.INTER_LINEAR
        return np.asarray(cv2.resize(self.stored, (width_px, height_px), interpolation=how), dtype=np.uint8)


def found_in(manifest: ModelManifest, pictures: Sequence[LabelledPicture]) -> list[Found]:
    """Returns what the service's detector finds in each picture, in pixels of the picture, down to a low confidence."""
    thresholds = manifest.thresholds.model_copy(update={"confidence": LEAST_CONFIDENCE})
    detector = Detector(manifest.model_copy(update={"thresholds": thresholds}))
    found = []
    for picture in pictures:
        seen = detector.detect(Frame("picture", 0, 0, StoredPicture(picture.rgb)))
        # The service's pixels have their centre at whole numbers, labels have their edges there.
        found.append(Found(seen.boxes_px + 0.5, seen.confidence, INDEX_OF_CLASS[seen.classes]))
    return found


def evaluate(found: Sequence[Found], pictures: Sequence[LabelledPicture], input_width_px: int) -> Evaluation:
    """Returns how good boxes are.

    Args:
        found: for each picture, in its pixels.
        pictures: with their labels.
        input_width_px: of the network, which sizes are told in and decides what is too small to be asked for.
    """
    truth = [
        targets_of(picture.labels, picture.rgb.shape[1], picture.rgb.shape[0], input_width_px / picture.rgb.shape[1])
        for picture in pictures
    ]
    scaled = [
        Found(boxes.box_px * (input_width_px / picture.rgb.shape[1]), boxes.confidence, boxes.class_index)
        for boxes, picture in zip(found, pictures, strict=True)
    ]
    weathers = sorted({picture.weather for picture in pictures})
    by_weather = []
    for weather in weathers:
        rows = [row for row, picture in enumerate(pictures) if picture.weather == weather]
        by_weather.append(
            _group(weather, [scaled[row] for row in rows], [truth[row] for row in rows], NOTABLE_SIZE_PX, np.inf)
        )
    by_size = [_group(_size_name(low, high), scaled, truth, low, high) for low, high in itertools.pairwise(SIZES_PX)]
    lens = _UsualLens.of(scaled, truth, pictures)
    by_class, recall, precision = [], [], []
    for index, road_user_class in enumerate(CLASSES):
        of_weather = {weather: lens.matches(index, weather) for weather in ("fair", *weathers)}
        fair = of_weather["fair"]
        threshold = threshold_at(fair[0], WANTED_PRECISION) if fair is not None else float("inf")
        by_class.append(_class_figures(index, scaled, truth, threshold))
        for weather, matches in of_weather.items():
            if matches is not None:
                precision.append(PrecisionFigures(road_user_class.label, weather, precision_at(matches[0], threshold)))
                recall.extend(_bands(road_user_class.label, weather, *matches, threshold))
    return Evaluation(
        len(pictures), tuple(by_class), tuple(by_size), tuple(by_weather), tuple(recall), tuple(precision)
    )


def _class_figures(index: int, found: Sequence[Found], truth: Sequence[Targets], threshold: float) -> ClassFigures:
    every = match(found, [_wanted(entry) for entry in truth], index, OVERLAPS)
    notable = _matches_of_size(found, truth, index, NOTABLE_SIZE_PX, np.inf)
    precision = average_precision(every)
    return ClassFigures(
        CLASSES[index].label, len(every.row), float(precision[0]), float(precision.mean()),
        len(notable.row), float(average_precision(notable)[0]), threshold,
    )  # fmt: skip


def _group(
    name: str, found: Sequence[Found], truth: Sequence[Targets], least_px: float, most_px: float
) -> GroupFigures:
    matches = [_matches_of_size(found, truth, index, least_px, most_px) for index in range(len(CLASSES))]
    figures = [float(average_precision(entry)[0]) for entry in matches]
    return GroupFigures(name, sum(len(entry.row) for entry in matches), mean(figures))


def _matches_of_size(
    found: Sequence[Found], truth: Sequence[Targets], index: int, least_px: float, most_px: float
) -> Matches:
    """Returns how the boxes of one class match its objects of a size, by half overlap."""
    wanted = [_wanted(entry, least_px, most_px) for entry in truth]
    return of_size(match(found, wanted, index, OVERLAPS[:1]), least_px, most_px)


@dataclass(frozen=True, slots=True)
class _UsualLens:
    """What was found and wanted in the pictures of the usual lens."""

    found: list[Found]
    truth: list[Targets]
    pictures: list[LabelledPicture]

    @staticmethod
    def of(found: Sequence[Found], truth: Sequence[Targets], pictures: Sequence[LabelledPicture]) -> "_UsualLens":
        kept = [row for row, picture in enumerate(pictures) if _has_usual_lens(picture)]
        return _UsualLens([found[row] for row in kept], [truth[row] for row in kept], [pictures[row] for row in kept])

    def matches(self, index: int, weather: str) -> tuple[Matches, FloatArray] | None:
        """Returns the matches of a class in a weather, and how far each object asked for is; None without pictures."""
        kinds = FAIR_WEATHERS if weather == "fair" else (weather,)
        rows = [row for row, picture in enumerate(self.pictures) if picture.weather in kinds]
        if not rows:
            return None
        found, wanted = [self.found[row] for row in rows], [_wanted(self.truth[row]) for row in rows]
        matches = match(found, wanted, index, OVERLAPS[:1])
        places = zip(matches.picture, matches.row, strict=True)
        label_rows = [(rows[picture], self.truth[rows[picture]].label_row[row]) for picture, row in places]
        return matches, np.array([self.pictures[row].labels.distance_m[label] for row, label in label_rows])


def _bands(label: str, weather: str, matches: Matches, distance_m: FloatArray, threshold: float) -> list[RecallFigures]:
    is_found = matches.found_at[0] >= threshold
    bands = []
    for nearest_m in np.arange(0.0, FARTHEST_M, BAND_M):
        within: BoolArray = (distance_m >= nearest_m) & (distance_m < nearest_m + BAND_M)
        recall = float(is_found[within].mean()) if within.any() else float("nan")
        bands.append(RecallFigures(label, weather, nearest_m, nearest_m + BAND_M, int(within.sum()), recall))
    return bands


def _has_usual_lens(picture: LabelledPicture) -> bool:
    lens_rad = 2.0 * np.arctan(picture.rgb.shape[1] / 2.0 / picture.focal_length_px)
    return bool(abs(lens_rad / USUAL_LENS_RAD - 1.0) <= LENS_TOLERANCE)


def _wanted(truth: Targets, least_px: float = 0.0, most_px: float = np.inf) -> Wanted:
    longer_px = (truth.box_px[:, 2:] - truth.box_px[:, :2]).max(axis=1, initial=0.0)
    is_counted = truth.is_taught & (longer_px >= least_px) & (longer_px < most_px)
    return Wanted(truth.box_px, truth.class_index, is_counted, ~truth.is_taught)


def _size_name(low_px: float, high_px: float) -> str:
    if low_px == 0.0:
        return f"below {high_px:g} px"
    return f"{low_px:g} to {high_px:g} px" if high_px < SIZES_PX[-1] else f"{low_px:g} px and more"
