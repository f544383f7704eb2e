"""Whether a report is worse than an older one of the same recordings: the gate against regressions.

A figure is worse when it is worse than the old one by more than its tolerance. The fold is deterministic, so every
difference is one of the code; the interval says whether other road users could have turned it round.
"""

import math
from dataclasses import dataclass

import numpy as np

from roadside.errors import ReportError
from roadside.evaluation.bootstrap import UNKNOWN, Interval, difference_interval
from roadside.evaluation.compared_figures import FIGURES, TOLERANCE, ComparedFigure, Verdict, tolerated, verdict
from roadside.evaluation.read_report import ReadRecording, Report
from roadside.geometry.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of both reports.

    Attributes:
        recording: whose; ``None`` for the summary.
        figure: its path: ``"position.rmse_m"``.
        old, new: NaN where the report does not know it.
        interval: of new minus old over road users; NaN for figures that are not made of sums by road user.
        tolerance: by how much it may be worse, in the figure's own unit.
    """

    recording: str | None
    figure: str
    old: float
    new: float
    interval: Interval
    tolerance: float
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between two reports.

    Attributes:
        differences: of every recording that both could evaluate, then of the summary if it is of the same recordings in
            both and of more than one. A figure that neither knows is left out.
        failed: recordings that can no longer be evaluated.
        gone: recordings that the old report could evaluate and the new one does not name.
        new: recordings that only the new report could evaluate.
    """

    differences: tuple[Difference, ...]
    failed: tuple[str, ...]
    gone: tuple[str, ...]
    new: tuple[str, ...]

    @property
    def is_worse(self) -> bool:
        """Whether any figure is worse, or a recording failed or was left out that did not fail before."""
        return bool(self.failed or self.gone) or any(each.verdict is Verdict.WORSE for each in self.differences)


def compare_reports(old: Report, new: Report, tolerance: float = TOLERANCE) -> Comparison:
    """Returns what differs.

    Args:
        old: the older report.
        new: the one in question.
        tolerance: by how much a figure may be worse: a share of 1 for shares, of the old figure for errors.

    Raises:
        ReportError: no recording could be evaluated in both; or one of the same name is another one, or was replayed
            from another depth.
    """
    before = {recording.name: recording for recording in old.recordings if recording.error is None}
    after = {recording.name: recording for recording in new.recordings if recording.error is None}
    common = [name for name in after if name in before]
    if not common:
        raise ReportError(
            f"{new.name}: wanted a recording of {old.name} among those evaluated, got {', '.join(after) or 'none'}"
        )
    for name in common:
        _same_recording(before[name], old.name, after[name], new.name)
    differences = [
        difference
        for name in common
        for difference in _differences(
            name, before[name].figures, after[name].figures, before[name].sums, after[name].sums, tolerance
        )
    ]
    if len(common) > 1 and before.keys() == after.keys():
        pooled = _pooled([before[name] for name in common]), _pooled([after[name] for name in common])
        differences += _differences(None, old.summary, new.summary, *pooled, tolerance)
    named = {recording.name for recording in new.recordings}
    return Comparison(
        differences=tuple(differences),
        failed=tuple(r.name for r in new.recordings if r.error is not None and r.name in before),
        gone=tuple(name for name in before if name not in named),
        new=tuple(name for name in after if name not in before),
    )


def _same_recording(old: ReadRecording, old_file: str, new: ReadRecording, new_file: str) -> None:
    """Checks that figures of the same name are of the same recording.

    Raises:
        ReportError: the depth or the truth differs.
    """
    if old.depth != new.depth:
        raise ReportError(
            f"{new_file}: recording {new.name!r} must be replayed from {old.depth} as in {old_file}, got {new.depth}"
        )
    same_rows = np.array_equal(old.ids, new.ids) and np.array_equal(old.sums["object_times"], new.sums["object_times"])
    if (old.road_users, old.object_times) != (new.road_users, new.object_times) or not same_rows:
        raise ReportError(
            f"{new_file}: recording {new.name!r} must have the truth of the one in {old_file} "
            f"({old.road_users} road users, {old.object_times} object-times), got another "
            f"({new.road_users} road users, {new.object_times} object-times)"
        )


def _differences(
    recording: str | None,
    old: dict[str, float],
    new: dict[str, float],
    old_sums: dict[str, FloatArray],
    new_sums: dict[str, FloatArray],
    tolerance: float,
) -> list[Difference]:
    """Returns the differences of every figure that one of two blocks knows."""
    return [
        Difference(
            recording=recording,
            figure=figure.path,
            old=old[figure.path],
            new=new[figure.path],
            interval=_interval(figure, old_sums, new_sums),
            tolerance=tolerated(figure, old[figure.path], tolerance),
            verdict=verdict(figure, old[figure.path], new[figure.path], tolerance),
        )
        for figure in FIGURES
        if not (math.isnan(old[figure.path]) and math.isnan(new[figure.path]))
    ]


def _interval(figure: ComparedFigure, old: dict[str, FloatArray], new: dict[str, FloatArray]) -> Interval:
    """Returns the interval of a figure's difference over the road users, drawn together for both reports."""
    if figure.sums is None:
        return UNKNOWN
    upper, lower, of_sums = figure.sums
    return difference_interval(
        of_sums, np.column_stack([old[upper], old[lower]]), np.column_stack([new[upper], new[lower]])
    )


def _pooled(recordings: list[ReadRecording]) -> dict[str, FloatArray]:
    """Returns the sums of all road users of many recordings."""
    return {name: np.concatenate([recording.sums[name] for recording in recordings]) for name in recordings[0].sums}
