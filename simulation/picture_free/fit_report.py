"""What was fitted against what was observed, as Markdown beside the model."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from roadside.geometry.arrays import BoolArray
from roadside.types.road_users import RoadUserClass
from simulation.picture_free.assumed import RADAR_LIMITS
from simulation.picture_free.error_model import ErrorModel
from simulation.picture_free.fitted_with import fitted_with
from simulation.picture_free.fitting import Watched, weather_of
from simulation.picture_free.samples import Samples, samples_of
from simulation.picture_free.self_check import Comparison, self_check, tracker_check

SEEDS = 3
"""The errors are drawn so often for a check."""
CAMERA_LIMITS = (
    "A false object lasts no longer than the scene that it was seen in, nor over the end of a chunk of five minutes; "
    "one that comes again does so at the same place of the picture in all cameras, but for a shift.",
    "A weather that no scene shows has the day's false objects, second boxes, outliers and confidences; only how many "
    "objects and boxes there are is changed, by hand.",
    "Whoever is hard to see is so for all cameras in part; how large that part is was set by hand. Radars do not share "
    "it.",
    "Errors of edges and confidences of one road user have nothing in common between cameras.",
    "Passing errors begin anew with every chunk of five minutes.",
    "Cameras that give a frame a second are given what was fitted on those that give ten.",
    "Nothing is known of trees, signs and parked rows that hide the road, but for buildings.",
)
"""In what the cameras of hours differ from those of the scenes."""
HEIGHTS_PX = (2.0, 8.0, 12.0, 16.0, 24.0, 32.0, 48.0, 64.0, 96.0, 1000.0)
SHARES = (0.0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.98, 1.01)


def fit_report(seen: Watched, model: ErrorModel, recordings: Sequence[Path]) -> str:
    """Returns the report on a fit.

    Args:
        seen: what it was made on.
        model: the fit.
        recordings: those that were watched.
    """
    lines = [
        "# The error model against the scenes it was fitted on",
        "",
        str(model.made.get("remark", "")),
        "",
        f"Fitted with {', '.join(map(str, fitted_with(model.made)))}, on:",
        "",
        *_recordings(seen),
        "",
        f"*Without pictures*: the same road users with the fitted errors, mean and sigma of {SEEDS} draws.",
    ]
    for weather in seen.cameras:
        if not model.cameras[weather].uncertainty:
            continue
        lines += ["", f"## {weather}", "", f"{model.cameras[weather].source}.", ""]
        lines += _compared([self_check(seen, model, weather, seed) for seed in range(SEEDS)])
        lines += ["", "Found, by what is seen:", "", "| | times | observed | fitted |", "| --- | ---: | ---: | ---: |"]
        lines += _found(model, weather, samples_of(seen.cameras[weather]))
    for path in recordings:
        if _is_told(seen, model, path):
            lines += ["", f"## The tracker on {path.name}", ""]
            lines += _compared([tracker_check(path, seen, model, seed) for seed in range(SEEDS)])
    lines += ["", "## What it leaves out", "", *(f"* {line}" for line in (*CAMERA_LIMITS, *RADAR_LIMITS))]
    return "\n".join(lines) + "\n"


def _recordings(seen: Watched) -> list[str]:
    return [f"* {entry['name']} ({entry['weather']}), {len(entry['cameras'])} cameras" for entry in _entries(seen)]


def _entries(seen: Watched) -> list[dict[str, Any]]:
    """Returns what is told of each recording."""
    entries = seen.made["recordings"]
    assert isinstance(entries, list)
    return entries


def _is_told(seen: Watched, model: ErrorModel, path: Path) -> bool:
    """Returns whether a recording's cameras were fitted: not those that give too few frames."""
    watched = any(entry["name"] == path.name and entry["cameras"] for entry in _entries(seen))
    return watched and bool(model.cameras[weather_of(path)].uncertainty)


def _compared(checks: Sequence[Sequence[Comparison]]) -> list[str]:
    lines = ["| figure | rendered | without pictures | sigma |", "| --- | ---: | ---: | ---: |"]
    for row in zip(*checks, strict=True):
        values = np.array([each.picture_free for each in row])
        lines.append(f"| {row[0].name} | {row[0].rendered:.3f} | {values.mean():.3f} | {values.std():.3f} |")
    return lines


def _found(model: ErrorModel, weather: str, samples: Samples) -> list[str]:
    """Returns the rows of observed and fitted probabilities of detection."""
    errors = model.camera(weather)
    logit = errors.detection_logit(samples.width_height_px, samples.visible_share, samples.is_cut, samples.classes)
    probability = 1.0 / (1.0 + np.exp(-logit))
    groups: list[tuple[str, BoolArray]] = []
    for low, high in pairwise(HEIGHTS_PX):
        name = f"seen whole, {low:.0f} to {high:.0f} px high" if high < HEIGHTS_PX[-1] else f"{low:.0f} px and higher"
        groups.append((name, samples.clear & (samples.height_px >= low) & (samples.height_px < high)))
    for low, high in pairwise(SHARES):
        name = f"{100 * low:.0f} to {min(100 * high, 100):.0f} % to be seen"
        groups.append((name, (samples.visible_share >= low) & (samples.visible_share < high)))
    groups += [
        (RoadUserClass(number).label, samples.clear & (samples.classes == number))
        for number in np.unique(samples.classes).tolist()
    ]
    return [
        f"| {name} | {mine.sum()} | {samples.found[mine].mean():.3f} | {probability[mine].mean():.3f} |"
        for name, mine in groups
        if mine.any()
    ]
