"""What a replay costs beyond decoding and detection: ``python -m benchmarks.replay_share``.

The bundled demo recording, as fast as this machine can, several times, each in a process of its own: no run finds what
another one has warmed. Processor time of the whole process is split as the replay's own summary splits it; "other" is
what none of the parts accounts for (reading the recording, comparing with the truth, the interpreter itself). Loading
programs and models before the first item is not counted.
"""

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from roadside.replay import replay

RUNS = 3
TARGET = 0.15
"""Share of the processor time that everything beside decoding and detection may take."""

DEMO = Path(__file__).parents[1] / "replay_data" / "demo.mcap"
SITE = Path(__file__).parents[1] / "sites" / "demo" / "site.toml"
ALLOWED = ("decode", "detect")
PARTS = (*ALLOWED, "locate", "fuse", "other")


def cpu_of_one_run() -> dict[str, float]:
    """Returns the processor time by part, in seconds, of one replay in a new process."""
    command = [sys.executable, "-m", "benchmarks.replay_share", "--once"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[1])
    cpu_s: dict[str, float] = json.loads(done.stdout)
    return cpu_s


def share(cpu_s: dict[str, float], parts: tuple[str, ...]) -> float:
    """Returns the share of the whole processor time that some parts take."""
    return sum(cpu_s[part] for part in parts) / cpu_s["all"]


def table_of(runs: list[dict[str, float]]) -> Table:
    """Returns seconds and shares per run, the median run's share and the spread."""
    table = Table(title=f"{DEMO.name}: processor time of {len(runs)} replays at maximum speed")
    table.add_column("part")
    for number in range(1, len(runs) + 1):
        table.add_column(f"run {number}", justify="right")
    table.add_column("median", justify="right")
    table.add_column("least to most", justify="right")
    beside = tuple(part for part in PARTS if part not in ALLOWED)
    for name, parts in (*((part, (part,)) for part in PARTS), ("beside decode and detect", beside)):
        shares = [share(run, parts) for run in runs]
        cells = [
            f"{sum(run[part] for part in parts):.2f} s  {value:5.1%}" for run, value in zip(runs, shares, strict=True)
        ]
        if parts == beside:
            table.add_section()
        table.add_row(name, *cells, f"{statistics.median(shares):.1%}", f"{min(shares):.1%} to {max(shares):.1%}")
    table.add_row("whole process", *(f"{run['all']:.2f} s" for run in runs))
    return table


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--runs", type=int, default=RUNS)
    arguments.add_argument("--once", action="store_true", help="replay once here and print the seconds as JSON")
    chosen = arguments.parse_args()
    if chosen.once:
        print(json.dumps(replay(DEMO, SITE).cpu_s))
        return
    console = Console()
    runs = [cpu_of_one_run() for _ in range(chosen.runs)]
    console.print(table_of(runs))
    beside = statistics.median(1.0 - share(run, ALLOWED) for run in runs)
    verdict = "met" if beside <= TARGET else "missed"
    console.print(f"beside decode and detect: median {beside:.1%}, target {TARGET:.0%}: {verdict}")


if __name__ == "__main__":
    main()
