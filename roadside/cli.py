"""The command line: one command a program, and one clear line with exit code 2 for whatever the user can put right."""

import signal
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from roadside import calibrate as calibrating
from roadside import check as checking
from roadside import demo as demonstrating
from roadside import detect as detecting
from roadside import edge, watch
from roadside import evaluate as evaluating
from roadside import replay as replaying
from roadside.cli_import import import_app
from roadside.cli_model import model_app
from roadside.display.comparison_table import print_comparison
from roadside.display.evaluation_tables import print_report
from roadside.display.run_summary import RunSummary, json_text
from roadside.errors import RoadsideError
from roadside.evaluation.compared_figures import TOLERANCE
from roadside.runtime.recorded_items import Depth
from roadside.v2x.address import DEFAULT_ADDRESS

EXIT_WORSE = 1
EXIT_USER_ERROR = 2

app = typer.Typer(
    no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None,
    help="Perception service for smart poles: cameras and radar in, road users out, live or replayed.",
)  # fmt: skip
app.add_typer(import_app, name="import")
app.add_typer(model_app, name="model")


def parse_speed(text: str) -> float | None:
    """Returns how many times as fast as it was; ``None`` for ``max``.

    Raises:
        typer.BadParameter: the text is neither ``max`` nor a positive number.
    """
    if text == "max":
        return None
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not 0.0 < speed < float("inf"):
        raise typer.BadParameter(f"must be max or a positive number, got {text!r}")
    return speed


def parse_time_ns(text: str | None) -> int | None:
    """Returns Unix epoch UTC in ns of an ISO 8601 time with an offset; ``None`` stays ``None``.

    Raises:
        typer.BadParameter: the text is no such time, or lacks the offset: local time would be a guess.
    """
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"must be a time such as 2026-11-21T08:00:00+08:00, got {text!r}") from None
    if moment.tzinfo is None:
        raise typer.BadParameter(f"must have an offset such as +08:00 or Z, got {text!r}")
    whole_s = int(moment.replace(microsecond=0).timestamp())
    return whole_s * 1_000_000_000 + moment.microsecond * 1_000


SiteFile = Annotated[Path, typer.Argument(metavar="SITE", help="Site file (TOML).")]
SiteOption = Annotated[Path | None, typer.Option("--site", help="Site file; by default the one in the recording.")]
JsonOption = Annotated[bool, typer.Option("--json", help="JSON on standard output, everything else on standard error.")]
RecordingFile = Annotated[Path, typer.Argument(metavar="RECORDING", help="Recording (MCAP).")]
SpeedOption = Annotated[str, typer.Option("--speed", metavar="1|max", help="1 as it was, max as fast as can be.")]
DepthOption = Annotated[Depth, typer.Option("--from", help="Where in the recording to begin.")]


@app.command()
def run(
    site: SiteFile,
    record: Annotated[Path | None, typer.Option(metavar="OUT", help="Recording to write; must end in .mcap.")] = None,
    serve: Annotated[str, typer.Option(metavar="HOST:PORT", help="Where subscribers connect.")] = DEFAULT_ADDRESS,
    start_time: Annotated[
        str | None, typer.Option(metavar="TIME", help="Of a video file's first frame, ISO 8601 with offset.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Runs the service at a pole until Ctrl-C."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    console = Console(stderr=json)
    summary = edge.run(site, record, serve, parse_time_ns(start_time), console, stop)
    _show(summary, json)


@app.command()
def replay(
    recording: RecordingFile,
    site: SiteOption = None,
    speed: SpeedOption = "max",
    depth: DepthOption = Depth.SENSORS,
    serve: Annotated[str, typer.Option(metavar="HOST:PORT", help="Serve the scenes to subscribers.")] = "",
    out: Annotated[
        Path | None, typer.Option(metavar="OUT.mcap", help="Recording of what came out; must end in .mcap.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Replays a recording through the code that runs on the pole."""
    console = Console(stderr=json)
    _show(replaying.replay(recording, site, parse_speed(speed), depth, serve, out, console), json)


@app.command(name="evaluate")
def evaluate_command(
    recordings: Annotated[list[Path], typer.Argument(metavar="RECORDING...", help="Recordings with truth (MCAP).")],
    site: SiteOption = None,
    depth: DepthOption = Depth.SENSORS,
    json: JsonOption = False,
    ablate: Annotated[
        bool, typer.Option("--ablate", help="Also with each sensor alone, and with each left out.")
    ] = False,
    against: Annotated[
        Path | None, typer.Option(metavar="OLD.json", help="Compare with an earlier --json; exit code 1 if worse.")
    ] = None,
    tolerance: Annotated[
        float, typer.Option(min=0.0, help="How much worse is not worse, as a share of a figure's scale.")
    ] = TOLERANCE,
    jobs: Annotated[int, typer.Option(min=1, help="Recordings at a time.")] = 1,
) -> None:
    """Runs recordings with truth through the code of the pole and says how well it did."""
    old = evaluating.read_old_report(against) if against is not None else None
    report = evaluating.evaluate(recordings, site, depth, ablate, jobs, Console(stderr=True))
    if json:
        sys.stdout.write(json_text(report) + "\n")
    else:
        print_report(report, Console())
    failures = [entry for entry in report["recordings"] if entry["error"] is not None]
    for entry in failures:
        sys.stderr.write(f"{entry['name']} could not be evaluated: {entry['error']}\n")
    comparison = evaluating.compared(old, report, tolerance) if old is not None and report["summary"] else None
    if comparison is not None:
        print_comparison(comparison, Console(stderr=json))
    if failures:
        raise typer.Exit(EXIT_USER_ERROR)
    if comparison is not None and comparison.is_worse:
        raise typer.Exit(EXIT_WORSE)


@app.command(name="watch")
def watch_command(
    address: Annotated[str, typer.Argument(metavar="HOST:PORT", help="Where the pole serves.")] = DEFAULT_ADDRESS,
    json: JsonOption = False,
    count: Annotated[int | None, typer.Option(min=1, help="Stop after so many messages.")] = None,
) -> None:
    """Shows what a pole sends: a live table, or JSON, one line a message."""
    if json:
        watch.watch_json(address, sys.stdout, Console(stderr=True), count=count)
    else:
        watch.watch_table(address, Console(), count=count)


@app.command()
def detect(
    video: Annotated[str, typer.Argument(metavar="VIDEO", help="Path or URL.")],
    model: Annotated[str, typer.Option(metavar="M", help="Name of a model, or its manifest.")] = "roadside_first",
    out: Annotated[Path | None, typer.Option(metavar="ANNOTATED.mp4", help="Video with the boxes drawn in.")] = None,
    start_time: Annotated[
        str | None, typer.Option(metavar="TIME", help="Of a video file's first frame, ISO 8601 with offset.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Runs a detector over a video."""
    lines = sys.stdout if json else None
    detecting.detect(video, model, out, lines, Console(stderr=json), parse_time_ns(start_time))


@app.command()
def check(site: SiteFile) -> None:
    """Checks a site file and says what it describes."""
    checking.check(site, Console())


@app.command()
def calibrate(
    site: SiteFile,
    camera: Annotated[str, typer.Argument(metavar="CAMERA", help="Which camera.")],
    pairs: Annotated[Path, typer.Option(metavar="FILE", help="Pairs of pixels and world points (TOML).")],
    focal: Annotated[bool, typer.Option("--focal", help="Estimate the focal length as well.")] = False,
) -> None:
    """Finds a camera's pose from pairs of pixels and world points, and stores it in the site file."""
    program = calibrating.calibrate_with_focal if focal else calibrating.calibrate
    program(site, camera, pairs, Console())


@app.command()
def demo(json: JsonOption = False) -> None:
    """Replays the bundled recording in real time, with a vehicle listening, and sums up what came of it."""
    _show(demonstrating.demo(Console(stderr=json)), json)


def _show(summary: RunSummary | demonstrating.DemoSummary, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(summary.to_json() + "\n")
    else:
        summary.print(Console())


def main(program: Callable[[], Any] = app) -> None:
    """Runs the command line; what the user can put right ends it with one line a mistake and exit code 2."""
    try:
        program()
    except RoadsideError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(EXIT_USER_ERROR)
    except BrokenPipeError:
        sys.stderr.close()  # whoever read the output has gone: nothing more to say
        sys.exit(1)
