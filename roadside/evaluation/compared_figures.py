"""Which figures two reports are compared by, and when one of them is worse."""

import math
from dataclasses import dataclass
from enum import StrEnum

from roadside.evaluation.bootstrap import Figure, ratio, root_ratio

TOLERANCE = 0.02
"""By default: two points of a share, 2 % of an error."""

ROUNDING = 1e-9
"""Two figures that differ by the tolerance exactly differ by a little more or less in floating point."""


@dataclass(frozen=True, slots=True)
class ComparedFigure:
    """How one figure is compared.

    Attributes:
        path: where it stands in a recording's entry: one to three names.
        goal: what it would be at best; it is the worse the farther it is from there, on either side.
        floor: a difference is measured by the old figure or by this, whichever is larger: 2 % of nearly nothing is
            no reason to stop. The floor of shares is 1, which none exceeds; of 50 that are counted 2 % are one.
        sums: the sums by road user that it is made of, and the figure of them; ``None`` where it is not of such sums.
    """

    path: str
    goal: float
    floor: float
    sums: tuple[str, str, Figure] | None = None


FIGURES = (
    ComparedFigure("truth.unpublished_instants", 0.0, 50.0),
    ComparedFigure("tracking.hota", 1.0, 1.0),
    ComparedFigure("tracking.mota", 1.0, 1.0),
    ComparedFigure("tracking.idf1", 1.0, 1.0),
    ComparedFigure("tracking.id_switches", 0.0, 50.0),
    ComparedFigure("tracking.birds_eye_iou.hota", 1.0, 1.0),
    ComparedFigure("position.recall", 1.0, 1.0, ("matched", "object_times", ratio)),
    ComparedFigure("position.precision", 1.0, 1.0),
    ComparedFigure("position.rmse_m", 0.0, 0.25, ("squared_error_m2", "matched", root_ratio)),
    ComparedFigure("position.p95_m", 0.0, 0.25),
    ComparedFigure("position.inside_95", 0.95, 1.0),
    ComparedFigure("speed.mae_moving_mps", 0.0, 0.25, ("moving_speed_error_mps", "moving_rows", ratio)),
    ComparedFigure("speed.mae_standing_mps", 0.0, 0.25, ("standing_speed_error_mps", "standing_rows", ratio)),
    ComparedFigure("speed.moving.velocity_mae_mps", 0.0, 0.25),
    ComparedFigure("heading.moving.mae_deg", 0.0, 5.0),
    ComparedFigure("road_user_class.accuracy", 1.0, 1.0),
    ComparedFigure("events.precision", 1.0, 1.0),
    ComparedFigure("events.recall", 1.0, 1.0),
    ComparedFigure("events.delay_s", 0.0, 1.0),
    ComparedFigure("events.false_alarms_per_hour_upper", 0.0, 1.0),
    ComparedFigure("parking.coverage", 1.0, 1.0),
    ComparedFigure("parking.accuracy", 1.0, 1.0),
    ComparedFigure("parking.transition_f1", 1.0, 1.0),
    ComparedFigure("lanes.total_error_percent", 0.0, 100.0),
    ComparedFigure("drops", 0.0, 50.0),
)
"""What is compared.

Latency and throughput are not, nor ``position.consumed``, which depends on how long a scene took to leave the pole:
they are of the machine, and differ from run to run.
"""


class Verdict(StrEnum):
    """What became of a figure."""

    BETTER = "better"
    WITHIN = "within"
    WORSE = "worse"
    NOT_COMPARABLE = "not comparable"


def verdict(figure: ComparedFigure, old: float, new: float, tolerance: float) -> Verdict:
    """Returns what became of a figure; one that was known and no longer is counts as worse."""
    if math.isnan(old):
        return Verdict.NOT_COMPARABLE
    if math.isnan(new):
        return Verdict.WORSE
    gain = abs(old - figure.goal) - abs(new - figure.goal)
    limit = tolerated(figure, old, tolerance) + ROUNDING
    if abs(gain) <= limit:
        return Verdict.WITHIN
    return Verdict.BETTER if gain > 0.0 else Verdict.WORSE


def tolerated(figure: ComparedFigure, old: float, tolerance: float) -> float:
    """Returns by how much a figure may be worse, in its own unit; NaN if it was not known."""
    return tolerance * max(old, figure.floor) if not math.isnan(old) else math.nan
