"""What is said of a model: figures by class, size, weather and distance."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """One class over all pictures; figures are NaN where there is no object.

    Attributes:
        label: of the class.
        objects: how many are asked for.
        ap50, ap50_95: average precision at an overlap of 0.5, and over 0.5 to 0.95.
        notable_objects: how many of them have a longer side of 20 px or more at the network's input.
        notable_ap50: average precision for those.
        threshold: confidence at which nine in ten boxes are right in fair weather with the usual lens.
    """

    label: str
    objects: int
    ap50: float
    ap50_95: float
    notable_objects: int
    notable_ap50: float
    threshold: float


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """Mean average precision over all classes, for some objects or some pictures.

    Attributes:
        name: which.
        objects: how many are asked for.
        map50: mean over the classes that occur.
    """

    name: str
    objects: int
    map50: float


@dataclass(frozen=True, slots=True)
class RecallFigures:
    """Recall of one class with the usual lens, at the confidence at which its precision is 0.9 in fair weather.

    Attributes:
        label: of the class.
        weather: a kind, or "fair" for all fair ones together.
        nearest_m, farthest_m: the band of distances.
        objects: how many are asked for.
        recall: share of them that are found.
    """

    label: str
    weather: str
    nearest_m: float
    farthest_m: float
    objects: int
    recall: float


@dataclass(frozen=True, slots=True)
class PrecisionFigures:
    """Precision of one class with the usual lens, at the confidence at which it is 0.9 in fair weather.

    Attributes:
        label: of the class.
        weather: a kind, or "fair" for all fair ones together.
        precision: share of right boxes; NaN without boxes.
    """

    label: str
    weather: str
    precision: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything measured of one model on one set.

    Attributes:
        pictures: how many.
        by_class: figures of every class.
        by_size: mAP50 by the size of the objects.
        by_weather: mAP50 of notable objects by the kind of weather.
        recall: by class, weather and band.
        precision: by class and weather.
    """

    pictures: int
    by_class: tuple[ClassFigures, ...]
    by_size: tuple[GroupFigures, ...]
    by_weather: tuple[GroupFigures, ...]
    recall: tuple[RecallFigures, ...]
    precision: tuple[PrecisionFigures, ...]

    @property
    def map50(self) -> float:
        """Mean over the classes that occur."""
        return mean([entry.ap50 for entry in self.by_class])

    @property
    def map50_95(self) -> float:
        """Mean over the classes that occur."""
        return mean([entry.ap50_95 for entry in self.by_class])

    @property
    def notable_map50(self) -> float:
        """Mean over the classes that occur, for objects of 20 px or more."""
        return mean([entry.notable_ap50 for entry in self.by_class])

    def recall_to(self, label: str, farthest_m: float, weather: str = "fair") -> float:
        """Returns the recall of a class up to a distance; NaN where there is no object."""
        bands = [
            entry for entry in self.recall
            if entry.label == label and entry.weather == weather and entry.farthest_m <= farthest_m
        ]  # fmt: skip
        objects = sum(entry.objects for entry in bands)
        found = sum(entry.objects * entry.recall for entry in bands if entry.objects)
        return found / objects if objects else float("nan")

    def precision_of(self, label: str, weather: str = "fair") -> float:
        """Returns the precision of a class in a weather; NaN where there is no picture or no box."""
        known = [entry.precision for entry in self.precision if (entry.label, entry.weather) == (label, weather)]
        return known[0] if known else float("nan")


def mean(values: Sequence[float]) -> float:
    """Returns the mean of the values that are known; NaN without any."""
    known = [value for value in values if not np.isnan(value)]
    return float(np.mean(known)) if known else float("nan")
