"""What differs between two reports, as a table for people."""

import math

from rich.console import Console
from rich.table import Table

from roadside.display.tables import number, plain_table
from roadside.evaluation.against import Comparison, Difference
from roadside.evaluation.compared_figures import Verdict

STYLES = {Verdict.WORSE: "bold red", Verdict.BETTER: "green"}


def print_comparison(comparison: Comparison, out: Console) -> None:
    """Prints every difference, recording by recording, and in one line what comes of them."""
    for recording in dict.fromkeys(difference.recording for difference in comparison.differences):
        out.print(_table(recording, [each for each in comparison.differences if each.recording == recording]))
    for name in comparison.gone:
        out.print(f"{name}: could be evaluated before, and is not in this run", markup=False)
    for name in comparison.new:
        out.print(f"{name}: in this run only", markup=False)
    for name in comparison.failed:
        out.print(f"{name}: could be evaluated before, and cannot in this run", markup=False)
    verdicts = [difference.verdict for difference in comparison.differences]
    unknown = verdicts.count(Verdict.NOT_COMPARABLE)
    out.print(
        f"{'worse' if comparison.is_worse else 'not worse'} than the old report: "
        f"{verdicts.count(Verdict.WORSE)} of {len(verdicts)} figures by more than their tolerance"
        + (f", {unknown} not comparable" if unknown else "")
    )


def _table(recording: str | None, differences: list[Difference]) -> Table:
    table = plain_table(recording or "all together", "old", "new", "by, 95 %", "limit", "")
    for difference in differences:
        interval = difference.interval
        table.add_row(
            difference.figure,
            number(difference.old, 3),
            number(difference.new, 3),
            f"{interval.low:+.3f} {interval.high:+.3f}" if math.isfinite(interval.low) else "",
            number(difference.tolerance, 3),
            difference.verdict.value,
            style=STYLES.get(difference.verdict),
        )
    return table
