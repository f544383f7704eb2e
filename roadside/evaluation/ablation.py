"""What a sensor is worth: one recording folded with all sensors and with some, on what both could see.

A run without a sensor covers less. Compared each on its own coverage, the poorer run could look better: it is spared
what is hard. So both are compared on the same object-times (one true road user at one instant), errors on those that
both found, and the interval of a difference draws road users for both runs together.
"""

from dataclasses import dataclass

import numpy as np

from roadside.evaluation.bootstrap import (
    Figure,
    Interval,
    difference_interval,
    known_sums,
    ratio,
    root_ratio,
)
from roadside.evaluation.object_times import ObjectTimes
from roadside.geometry.arrays import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Ablation:
    """The same observations, folded again with some sensors only.

    Attributes:
        name: which sensors were in use, such as ``"only radar"``.
        full: what the run with all sensors said.
        ablated: what the run with these sensors said; row *i* is the same road user at the same instant as in ``full``.
        common: (N,) whether the sensors in use could see it.
    """

    name: str
    full: ObjectTimes
    ablated: ObjectTimes
    common: BoolArray


@dataclass(frozen=True, slots=True)
class PairedFigure:
    """One figure of both runs on the same object-times.

    Attributes:
        object_times: how many that are.
        full: of the run with all sensors.
        ablated: of the run with some.
        difference: ablated minus full.
        interval: of the difference.
    """

    object_times: int
    full: float
    ablated: float
    difference: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class AblationFigures:
    """What changed when the recording was folded with some sensors only.

    Attributes:
        name: which sensors, in words.
        object_times: those that both runs could see, of ``road_users`` different road users.
        recall: on all of them.
        rmse_m: of position, on those that both runs found.
        speed_mae_mps: on those whose speed both runs said.
    """

    name: str
    object_times: int
    road_users: int
    recall: PairedFigure
    rmse_m: PairedFigure
    speed_mae_mps: PairedFigure


def ablation_figures(ablation: Ablation) -> AblationFigures:
    """Returns what some sensors are worth beside all.

    Raises:
        ValueError: row *i* of the runs is not the same road user at the same instant, or ``common`` has another length.
    """
    name, full, ablated, common = ablation.name, ablation.full, ablation.ablated, ablation.common
    if not (np.array_equal(full.road_user, ablated.road_user) and np.array_equal(full.time_ns, ablated.time_ns)):
        raise ValueError(
            f"{name}: ablated must have the road users and instants of full, row by row: {len(full)} rows, "
            f"got {len(ablated)} or others"
        )
    if common.shape != (len(full),):
        raise ValueError(f"{name}: common must have shape ({len(full)},), got {common.shape}")
    full, ablated = full.select(common), ablated.select(common)
    road_user = full.road_user
    return AblationFigures(
        name=name,
        object_times=len(full),
        road_users=len(np.unique(road_user)),
        recall=_paired(ratio, road_user, full.matched.astype(np.float64), ablated.matched.astype(np.float64)),
        rmse_m=_paired(root_ratio, road_user, full.distance_m**2, ablated.distance_m**2),
        speed_mae_mps=_paired(ratio, road_user, np.abs(full.speed_error_mps), np.abs(ablated.speed_error_mps)),
    )


def _paired(figure: Figure, road_user: IntArray, full: FloatArray, ablated: FloatArray) -> PairedFigure:
    """Returns a figure of (N,) values of both runs, on the rows where both are known."""
    known = np.isfinite(full) & np.isfinite(ablated)
    full_sums, ablated_sums = known_sums(road_user[known], full[known]), known_sums(road_user[known], ablated[known])
    of_full, of_ablated = float(figure(full_sums.sum(axis=0))), float(figure(ablated_sums.sum(axis=0)))
    return PairedFigure(
        object_times=int(known.sum()),
        full=of_full,
        ablated=of_ablated,
        difference=of_ablated - of_full,
        interval=difference_interval(figure, full_sums, ablated_sums),
    )
