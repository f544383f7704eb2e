"""The command line of ``roadside model``: which detectors there are, and how to bring one's own."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from roadside.models import export as exporting
from roadside.models import quantise as quantising
from roadside.models import verify as verifying
from roadside.models.known_models import known_models, print_models
from roadside.models.manifest_file import LOCAL_FOLDER

WIDTH = 150
"""Of tables that go into a file or a pipe; a terminal has its own."""

model_app = typer.Typer(no_args_is_help=True, help="Detectors: which there are, whether they work, bringing your own.")

ModelArgument = Annotated[str, typer.Argument(metavar="MODEL", help="Name of a model, or its manifest.")]
OutFolder = Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Where the new model goes.")]


@model_app.command(name="list")
def list_models(
    folder: Annotated[
        Path | None, typer.Argument(metavar="FOLDER", help="Of your own models; models/local where there is one.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON on standard output.")] = False,
) -> None:
    """Lists the models: those shipped and your own."""
    models = known_models(folder)
    if as_json:
        sys.stdout.write(json.dumps([model.as_json() for model in models], indent=1) + "\n")
    else:
        print_models(models, _console())


@model_app.command()
def verify(model: ModelArgument) -> None:
    """Says whether a model can be used and what it costs; exit code 2 when not."""
    verifying.print_verification(verifying.verify(model), _console())


@model_app.command()
def export(
    weights: Annotated[str, typer.Argument(metavar="WEIGHTS", help="Of ultralytics: .pt, or .yaml for random ones.")],
    imgsz: Annotated[tuple[int, int], typer.Option(metavar="HEIGHT WIDTH", help="Of the input, multiples of 32.")],
    out: OutFolder = LOCAL_FOLDER,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="Of the model; by default the weights'.")] = None,
) -> None:
    """Makes a model of weights of ultralytics, which must be installed (it is no part of roadside)."""
    path = exporting.export(weights, *imgsz, out, name)
    sys.stdout.write(f"{path}: written\n")
    verifying.print_verification(verifying.verify(str(path)), _console())


@model_app.command()
def quantise(
    model: ModelArgument,
    frames: Annotated[Path | None, typer.Option(metavar="FOLDER", help="Pictures to take ranges from.")] = None,
    recording: Annotated[Path | None, typer.Option(metavar="FILE.mcap", help="Or the video of a recording.")] = None,
    out: OutFolder = LOCAL_FOLDER,
) -> None:
    """Makes a model in eight bits of another, and says what that costs and gains."""
    if (frames is None) == (recording is None):
        raise typer.BadParameter("one of --frames and --recording is wanted")
    quantising.print_quantisation(quantising.quantise(model, frames, recording, out, Console(stderr=True)), _console())


def _console() -> Console:
    return Console(width=None if sys.stdout.isatty() else WIDTH)
