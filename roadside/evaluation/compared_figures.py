"""Which figures two reports are compared by, and when one of them is worse."""

import math
from dataclasses import dataclass
from enum import StrEnum

from roadside.evaluation.bootstrap import Figure, ratio, root_ratio

TOLERANCE = 0.02
"""By default: two points of a share, 2 % of an error."""

SUMS = (
    "object_times", "matched", "squared_error_m2", "moving_rows", "moving_speed_error_mps", "standing_rows",
    "standing_speed_error_mps",
)  # fmt: skip
"""Sums over the rows of one road user that recall, RMSE and mean absolute errors of speed are made of."""

ROUNDING = 1e-9
"""Two figures that differ by the tolerance exactly differ by a little more or less in floating point."""


@dataclass(frozen=True, slots=True)
class ComparedFigure:
    """How one figure is compared.

    Attributes:
        path: where it stands in a recording's entry.
        more_is_better: else less is.
        floor: a difference is measured by the old figure or by this, whichever is larger: 2 % of nearly nothing is
            no reason to stop. The floor of shares is 1, which none exceeds.
        sums: the sums by road user that it is made of, and the figure of them; ``None`` where it is not of such sums.
    """

    path: str
    more_is_better: bool
    floor: float
    sums: tuple[str, str, Figure] | None = None


FIGURES = (
    ComparedFigure("tracking.hota", True, 1.0),
    ComparedFigure("tracking.mota", True, 1.0),
    ComparedFigure("tracking.idf1", True, 1.0),
    ComparedFigure("tracking.id_switches", False, 50.0),
    ComparedFigure("position.recall", True, 1.0, ("matched", "object_times", ratio)),
    ComparedFigure("position.rmse_m", False, 0.25, ("squared_error_m2", "matched", root_ratio)),
    ComparedFigure("position.p95_m", False, 0.25),
    ComparedFigure("speed.mae_moving_mps", False, 0.25, ("moving_speed_error_mps", "moving_rows", ratio)),
    ComparedFigure("speed.mae_standing_mps", False, 0.25, ("standing_speed_error_mps", "standing_rows", ratio)),
    ComparedFigure("events.precision", True, 1.0),
    ComparedFigure("events.recall", True, 1.0),
    ComparedFigure("events.delay_s", False, 1.0),
    ComparedFigure("events.false_alarms_per_hour_upper", False, 1.0),
    ComparedFigure("parking.coverage", True, 1.0),
    ComparedFigure("parking.accuracy", True, 1.0),
    ComparedFigure("parking.transition_f1", True, 1.0),
)
"""What is compared. Latency and throughput are not: they are of the machine, and differ from run to run."""


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
    gain = new - old if figure.more_is_better else old - new
    limit = tolerated(figure, old, tolerance) + ROUNDING
    if abs(gain) <= limit:
        return Verdict.WITHIN
    return Verdict.BETTER if gain > 0.0 else Verdict.WORSE


def tolerated(figure: ComparedFigure, old: float, tolerance: float) -> float:
    """Returns by how much a figure may be worse, in its own unit; NaN if it was not known."""
    return tolerance * max(old, figure.floor) if not math.isnan(old) else math.nan
