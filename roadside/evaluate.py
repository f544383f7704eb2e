"""``roadside evaluate``: recordings with truth through the code of the pole, and figures of how well it did."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.console import Console

from roadside.display.progress import progress
from roadside.display.run_summary import without_nan
from roadside.errors import ReportError, RoadsideError
from roadside.evaluation.against import Comparison, compare_reports
from roadside.evaluation.evidence import pooled
from roadside.evaluation.read_report import Report, parsed_report, read_report
from roadside.evaluation.report import failed_report, figures_of, recording_report
from roadside.recording.reader import open_recording
from roadside.runtime.judged_run import JudgedRun, judged_run
from roadside.runtime.own_process import Done, Failed, in_processes
from roadside.runtime.recorded_items import Depth


@dataclass(frozen=True, slots=True)
class Task:
    """One recording to evaluate; the fields are ``judged_run``'s."""

    path: Path
    site_path: Path | None
    depth: Depth
    ablate: bool


def evaluate(
    paths: Sequence[Path],
    site_path: Path | None = None,
    depth: Depth = Depth.SENSORS,
    ablate: bool = False,
    jobs: int = 1,
    console: Console | None = None,
) -> dict[str, Any]:
    """Evaluates recordings, each in a process of its own, and returns the report (``docs/evaluation.md``).

    A recording that fails has an entry with the reason in ``error`` and no figures; the others are not touched by it.

    Args:
        paths: MCAP files.
        site_path: site file; by default the one in each recording.
        depth: where in the recordings to begin.
        ablate: whether to try each sensor alone and each left out as well.
        jobs: how many recordings at a time; the scenes do not depend on it.
        console: where a progress bar goes; nowhere without it.
    """
    tasks = [Task(path, site_path, depth, ablate) for path in paths]
    with progress(console, "evaluating", sum(_duration_s(path) for path in paths)) as advance:
        outcomes = in_processes(_judged, tasks, jobs, _summed(len(paths), advance.to))
    entries = [_entry(*each) for each in zip(_names(paths), tasks, outcomes, strict=True)]
    runs = [outcome.result for outcome in outcomes if isinstance(outcome, Done)]
    return {
        "roadside": version("roadside"),
        "depth": depth.value,
        "recordings": entries,
        "summary": figures_of(pooled([run.evidence for run in runs])) if runs else None,
    }


def _judged(task: Task, on_progress: Callable[[float], None]) -> JudgedRun:
    """Evaluates one recording."""
    return judged_run(task.path, task.site_path, task.depth, task.ablate, on_progress)


def read_old_report(path: Path) -> Report:
    """Returns an earlier report.

    Raises:
        ReportError: the file cannot be read, or is no report.
    """
    try:
        return read_report(path.read_bytes(), str(path))
    except OSError as error:
        raise ReportError(f"{path}: must be a report that can be read, got: {error.strerror}") from error


def compared(old: Report, report: dict[str, Any], tolerance: float) -> Comparison:
    """Returns how a report compares with an earlier one.

    Raises:
        ReportError: a recording of the same name is another one, or was run from another depth.
    """
    return compare_reports(old, parsed_report(without_nan(report), "this run"), tolerance)


def _names(paths: Sequence[Path]) -> list[str]:
    """Returns the recordings' names: their file names, or where two have the same, their paths."""
    names = [path.name for path in paths]
    return names if len(set(names)) == len(names) else [str(path) for path in paths]


def _entry(name: str, task: Task, outcome: Done[JudgedRun] | Failed) -> dict[str, Any]:
    """Returns a recording's entry in the report."""
    if isinstance(outcome, Failed):
        return failed_report(name, task.depth.value, outcome.reason)
    run = outcome.result
    return recording_report(name, task.depth.value, run.site_id, run.broken, run.scenes_sha256, run.evidence)


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
