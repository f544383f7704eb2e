"""The tables of a model's card: written between two marks of models/README.md, so that no figure is copied by hand."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from roadside.errors import ModelError
from simulation.detector.domain_gap import Agreement
from simulation.detector.figures import Evaluation

TAUGHT_MARK = " *"
"""Behind the name of videos that gave photographs to learn from."""
RECALL_CLASSES = ("car", "pedestrian")
"""Whose recall is shown band by band."""
PROMISED_M = {
    "car": 80.0,
    "van": 80.0,
    "truck": 80.0,
    "bus": 80.0,
    "motorcycle": 60.0,
    "bicycle": 60.0,
    "pedestrian": 40.0,
    "unknown_unmovable": 30.0,
}
"""How far recall is summed up for each class."""


def between_marks(text: str, name: str, content: str, where: str) -> str:
    """Returns a text with new content between the two marks of a name.

    Raises:
        ModelError: the marks are not there, each once and in order.
    """
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    if text.count(begin) != 1 or text.count(end) != 1 or text.index(begin) > text.index(end):
        raise ModelError(f"{where}: must have the lines {begin} and {end}, each once and in this order")
    before, rest = text.split(begin)
    _, after = rest.split(end)
    return f"{before}{begin}\n{content.rstrip()}\n{end}{after}"


def write_card(readme: Path, name: str, content: str) -> None:
    """Writes the content between a file's marks.

    Raises:
        ModelError: the marks are not there.
    """
    text = readme.read_text(encoding="utf-8")
    readme.write_text(between_marks(text, name, content, str(readme)), encoding="utf-8")


def card(evaluation: Evaluation, eight_bit: Evaluation | None, gap: Sequence[Agreement]) -> str:
    """Returns the tables of one model in Markdown.

    Args:
        evaluation: of the network as exported.
        eight_bit: of its eight-bit copy, on the same pictures.
        gap: agreement with the other detector on real videos, one row for each group.
    """
    parts = [_headline(evaluation, eight_bit), _classes(evaluation), _groups(evaluation), _recall(evaluation)]
    if gap:
        parts.append(_gap(gap))
    return "\n\n".join(parts)


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Returns a table whose first column is text and whose others are numbers."""
    marks = ["---", *["---:"] * (len(header) - 1)]
    return "\n".join("| " + " | ".join(row) + " |" for row in (header, marks, *rows))


def _headline(evaluation: Evaluation, eight_bit: Evaluation | None) -> str:
    header = ["on held-out worlds", "mAP50", "mAP50-95", "mAP50 from 20 px"]
    variants = [("32 bits", evaluation)] + ([("8 bits", eight_bit)] if eight_bit is not None else [])
    rows = [[name, *(f"{value:.3f}" for value in (e.map50, e.map50_95, e.notable_map50))] for name, e in variants]
    return f"{evaluation.pictures} pictures.\n\n" + markdown_table(header, rows)


def _classes(evaluation: Evaluation) -> str:
    rows = []
    for entry in evaluation.by_class:
        farthest_m = PROMISED_M[entry.label]
        to = _share(evaluation.recall_to(entry.label, farthest_m))
        threshold = _share(entry.threshold) if np.isfinite(entry.threshold) else "-"
        rows.append(
            [entry.label, str(entry.objects), _share(entry.ap50), _share(entry.ap50_95), str(entry.notable_objects),
             _share(entry.notable_ap50), f"{to} to {farthest_m:g} m", threshold]
        )  # fmt: skip
    header = ["class", "objects", "AP50", "AP50-95", "from 20 px", "AP50", "recall at 0.9 precision", "confidence"]
    return markdown_table(header, rows)


def _groups(evaluation: Evaluation) -> str:
    sizes = [[entry.name, str(entry.objects), _share(entry.map50)] for entry in evaluation.by_size]
    weathers = [[entry.name, str(entry.objects), _share(entry.map50)] for entry in evaluation.by_weather]
    return "\n\n".join([
        markdown_table(["longer side at the input", "objects", "mAP50"], sizes),
        markdown_table(["weather", "objects from 20 px", "mAP50 of those"], weathers),
    ])  # fmt: skip


def _recall(evaluation: Evaluation) -> str:
    """Recall by metres in fair weather, and as far as promised in every weather."""
    bands = sorted({(entry.nearest_m, entry.farthest_m) for entry in evaluation.recall})
    by_key = {(entry.label, entry.weather, entry.farthest_m): entry for entry in evaluation.recall}
    rows = []
    for low, high in bands:
        cells = [f"{low:g} to {high:g} m"]
        for label in RECALL_CLASSES:
            entry = by_key.get((label, "fair", high))
            cells += ["-", "0"] if entry is None else [_share(entry.recall), str(entry.objects)]
        rows.append(cells)
    header = ["fair weather, 60 degree lens", *[text for label in RECALL_CLASSES for text in (label, "objects")]]
    weathers = sorted({entry.weather for entry in evaluation.recall})
    reach = []
    for weather in weathers:
        cells = [weather]
        for label in RECALL_CLASSES:
            cells.append(_share(evaluation.recall_to(label, PROMISED_M[label], weather)))
            cells.append(_share(evaluation.precision_of(label, weather)))
        reach.append(cells)
    names = [text for label in RECALL_CLASSES for text in (f"{label} to {PROMISED_M[label]:g} m", "precision")]
    title = "Recall, at the confidence at which nine in ten boxes of a class are right in fair weather:"
    return "\n\n".join([title, markdown_table(header, rows), markdown_table(["weather", *names], reach)])


def _gap(gap: Sequence[Agreement]) -> str:
    rows = [
        [entry.video, entry.group, str(entry.frames), str(entry.theirs), _share(entry.recall), str(entry.ours),
         _share(entry.precision)]
        for entry in gap
    ]  # fmt: skip
    header = ["real videos", "group", "frames", "theirs", "found by ours", "ours", "found by theirs"]
    title = (
        "Agreement with YOLOX-nano on real videos, overlap 0.5, its boxes from 0.5 confidence on. Videos with a star "
        "gave frames to learn from, labelled by YOLOX-nano itself: there it flatters."
    )
    return f"{title}\n\n{markdown_table(header, rows)}"


def _share(value: float) -> str:
    return "-" if np.isnan(value) else f"{value:.2f}"
