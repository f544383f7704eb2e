"""``python -m simulation.picture_free``: fits the error model, and says how well it holds and how fast it is."""

from dataclasses import fields
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.markdown import Markdown
from rich.table import Table

from simulation.picture_free.error_files import FITTED_FILE, write_errors
from simulation.picture_free.error_model import ErrorModel
from simulation.picture_free.fit_report import fit_report
from simulation.picture_free.fitted_with import fitted_with
from simulation.picture_free.fitting import fitted_on, watched
from simulation.picture_free.recorded_hours import record_hours
from simulation.traffic.incidents import kinds

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, help="Simulation without pictures.")


@app.command()
def fit(
    recordings: Annotated[
        list[Path], typer.Argument(help="With video, truth and their site; by their names the weather.")
    ],
    out: Annotated[Path, typer.Option(help="Where the model goes.")] = FITTED_FILE,
    remark: Annotated[str, typer.Option(help="Stands in the file.")] = "",
) -> None:
    """Fits the error model on rendered scenes, writes it, and compares both."""
    console = Console()
    seen = watched(recordings, console.print)
    model = fitted_on(seen, console.print)
    model = ErrorModel(model.cameras, model.radars, {"remark": remark, **model.made} if remark else model.made)
    write_errors(model, out)
    report = fit_report(seen, model, recordings)
    out.with_suffix(".md").write_text(report, encoding="utf-8")
    if len(fitted_with(model.made)) > 1:
        console.print(
            "warning: the recordings' sites name several detectors, and the errors are of all of them together"
        )
    console.print(f"wrote {out} and {out.with_suffix('.md')}")
    for weather in seen.cameras:
        if model.cameras[weather].uncertainty:
            console.print(_numbers(model, weather))
    console.print(Markdown(report))


@app.command()
def speed(
    site_id: str = "junction", hours: float = 1.0, jobs: int = 2, weather: str = "day", incidents: float = 0.0,
    out: Annotated[Path, typer.Option(help="Folder of the recordings.")] = Path("out") / "picture_free",
) -> None:  # fmt: skip
    """Records hours and says how fast that went."""
    console = Console()
    per_hour = {kind: incidents for kind in kinds() if incidents}
    made = record_hours(site_id, hours, 1, weather, per_hour, out, jobs)
    console.print(
        f"{made.hours:g} h of {site_id} in {made.wall_s:.1f} s: {made.times_real_time:.0f} times real time with {jobs} "
        f"jobs; {made.messages} messages, {made.size_bytes / 1e6:.0f} MB; {made.redrawn} draws thrown away; incidents "
        f"without a place: {dict(made.unplaced)}; events: {dict(made.events)}"
    )
    console.print(f"errors: {made.fit}")
    for line in made.warnings:
        console.print(f"warning: {line}")
    simulated_s = made.hours * 3600.0
    for name, seconds in made.stage_s.items():
        console.print(f"  {name}: {seconds:.1f} s of processor time, {1e3 * seconds / simulated_s:.2f} ms a second")


def _numbers(model: ErrorModel, weather: str) -> Table:
    fitted = model.cameras[weather]
    table = Table("number", "value", "sigma", title=f"{weather}: {fitted.source}")
    for each in fields(fitted.errors):
        value = np.asarray(getattr(fitted.errors, each.name))
        if value.ndim < 2:
            sigma = fitted.uncertainty.get(each.name)
            table.add_row(each.name, np.array2string(value, precision=3, suppress_small=True, max_line_width=60),
                          "" if sigma is None else np.array2string(sigma, precision=2, suppress_small=True,
                                                                   max_line_width=50))  # fmt: skip
    return table


if __name__ == "__main__":
    app()
