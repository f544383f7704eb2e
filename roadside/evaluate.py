"""``roadside evaluate``: recordings with truth through the code of the pole, and figures of how well it did."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from rich.console import Console

from roadside.display.progress import progress
from roadside.display.run_summary import without_nan
from roadside.errors import RecordingError, ReportError, RoadsideError
from roadside.evaluation.against import Comparison, compare_reports
from roadside.evaluation.evidence import Evidence, pooled
from roadside.evaluation.read_report import Report, parsed_report, read_report
from roadside.evaluation.report import Json, failed_report, report_figures
from roadside.evaluation.road_user_sums import road_user_sums
from roadside.recording.reader import open_recording
from roadside.runtime.judged_run import judged_run
from roadside.runtime.own_process import Done, in_processes
from roadside.runtime.recorded_items import Depth


@dataclass(frozen=True, slots=True)
class Task:
    """One recording to evaluate: its name in the report, and the arguments of ``judged_run``."""

    name: str
    path: Path
    site_path: Path | None
    depth: Depth
    ablate: bool


@dataclass(frozen=True, slots=True, eq=False)
class Evaluated:
    """What came of one recording: its entry in the report, the figures in it, and what those of many are made of."""

    entry: Json
    figures: Json
    evidence: Evidence


def evaluate(
    paths: Sequence[Path],
    site_path: Path | None = None,
    depth: Depth = Depth.SENSORS,
    ablate: bool = False,
    jobs: int = 1,
    console: Console | None = None,
) -> Json:
    """Evaluates recordings, each in a process of its own, and returns the report (``docs/evaluation.md``).

    A recording that fails has an entry with the reason in ``error`` and no figures; the others are not touched by it.

    Args:
        paths: MCAP files, each once.
        site_path: site file; by default the one in each recording.
        depth: where in the recordings to begin.
        ablate: whether to try each sensor alone and each left out as well.
        jobs: how many recordings at a time; the scenes do not depend on it.
        console: where a progress bar goes; nowhere without it.

    Raises:
        RecordingError: a recording is named twice, and would count twice.
    """
    _check_named_once(paths)
    tasks = [Task(name, path, site_path, depth, ablate) for name, path in zip(_names(paths), paths, strict=True)]
    with progress(console, "evaluating", sum(_duration_s(path) for path in paths)) as advance:
        outcomes = in_processes(_evaluated, tasks, jobs, _summed(len(paths), advance.to))
    recordings = [
        outcome.result.entry if isinstance(outcome, Done) else failed_report(task.name, depth.value, outcome.reason)
        for task, outcome in zip(tasks, outcomes, strict=True)
    ]
    evaluated = [outcome.result for outcome in outcomes if isinstance(outcome, Done)]
    counts = {"recordings": len(evaluated), "failed": len(paths) - len(evaluated)}
    return {
        "roadside": version("roadside"),
        "depth": depth.value,
        "recordings": recordings,
        "summary": counts | _summary(evaluated) if evaluated else None,
    }


def _summary(evaluated: Sequence[Evaluated]) -> Json:
    """Returns the figures of all recordings together; those of a single one are known already."""
    if len(evaluated) == 1:
        return evaluated[0].figures
    return report_figures(pooled([each.evidence for each in evaluated]))


def _evaluated(task: Task, on_progress: Callable[[float], None]) -> Evaluated:
    """Evaluates one recording."""
    run = judged_run(task.path, task.site_path, task.depth, task.ablate, on_progress)
    said = {
        "name": task.name,
        "error": None,
        "depth": task.depth.value,
        "site": run.site_id,
        "broken": run.broken,
        "scenes_sha256": run.scenes_sha256,
    }
    figures = report_figures(run.evidence)
    own = {"road_users": road_user_sums(run.evidence.object_times)}
    return Evaluated(said | figures | own, figures, run.evidence)


def _check_named_once(paths: Sequence[Path]) -> None:
    """Checks that no recording is named twice.

    Raises:
        RecordingError: one is.
    """
    places = Counter(path.resolve() for path in paths)
    for path in paths:
        if places[path.resolve()] > 1:
            raise RecordingError(f"{path}: wanted every recording once, got it {places[path.resolve()]} times")


def read_old_report(path: Path) -> Report:
    """Returns an earlier report.

    Raises:
        ReportError: the file cannot be read, or is no report.
    """
    try:
        return read_report(path.read_bytes(), str(path))
    except OSError as error:
        raise ReportError(f"{path}: must be a report that can be read, got: {error.strerror}") from error


def compared(old: Report, report: Json, tolerance: float) -> Comparison:
    """Returns how a report compares with an earlier one.

    Raises:
        ReportError: a recording of the same name is another one, or was run from another depth.
    """
    return compare_reports(old, parsed_report(without_nan(report), "this run"), tolerance)


def _names(paths: Sequence[Path]) -> list[str]:
    """Returns the recordings' names: their file names, or of those that share one, their paths."""
    shared = Counter(path.name for path in paths)
    return [path.name if shared[path.name] == 1 else str(path) for path in paths]


def _duration_s(path: Path) -> float:
    """Returns how long a recording is; 0 where it cannot be read, which evaluating it will tell."""
    try:
        return open_recording(path).duration_s
    except RoadsideError:
        return 0.0


def _summed(count: int, show: Callable[[float], None]) -> Callable[[int, float], None]:
    """Returns what takes the progress of each of ``count`` recordings, from several threads, and shows their sum."""
    done_s, lock = [0.0] * count, threading.Lock()

    def take(place: int, seconds: float) -> None:
        with lock:
            done_s[place] = seconds
            show(sum(done_s))

    return take
