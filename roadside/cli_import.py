"""The command line of ``roadside import``: one command a format."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from roadside import import_labels as importing
from roadside.runtime.imported_recording import ImportSummary

import_app = typer.Typer(no_args_is_help=True, help="Makes a recording of other people's labels and detections.")

LabelsArgument = Annotated[Path, typer.Argument(metavar="LABELS", help="File of labels: the truth.")]
ImportOut = Annotated[Path, typer.Option("--out", metavar="OUT.mcap", help="Recording to write; must end in .mcap.")]
DetectionFile = Annotated[
    Path | None, typer.Option("--detections", metavar="FILE", help="Detections; without them the labels are these too.")
]
FrameRate = Annotated[float, typer.Option("--rate-hz", min=0.1, max=1000.0, help="Frames per second.")]
Sigma = Annotated[float, typer.Option("--sigma-m", min=0.001, max=100.0, help="Of a detected position, in metres.")]
MinConfidence = Annotated[float, typer.Option(min=0.0, max=1.0, help="Detections below it are left out.")]


@import_app.command(name="kitti")
def import_kitti(
    labels: LabelsArgument,
    out: ImportOut,
    detections: DetectionFile = None,
    calibration: Annotated[Path | None, typer.Option(metavar="FILE", help="calib/0000.txt; goes with --oxts.")] = None,
    oxts: Annotated[Path | None, typer.Option(metavar="FILE", help="oxts/0000.txt: where the car was.")] = None,
    rate_hz: FrameRate = importing.KITTI_RATE_HZ,
    sigma_m: Sigma = importing.SIGMA_M,
    min_confidence: MinConfidence = 0.0,
) -> None:
    """Makes a recording of KITTI tracking labels, relative to the car or, with --oxts, to the ground."""
    _show_import(importing.import_kitti(labels, out, detections, calibration, oxts, rate_hz, sigma_m, min_confidence))


@import_app.command(name="mot")
def import_mot(
    labels: LabelsArgument,
    out: ImportOut,
    rate_hz: FrameRate,
    detections: DetectionFile = None,
    sigma_of_height: Annotated[
        float, typer.Option(min=0.001, max=10.0, help="Of a detected box's centre, as a share of its height.")
    ] = importing.SIGMA_OF_HEIGHT,
    min_confidence: MinConfidence = 0.0,
) -> None:
    """Makes a recording of MOTChallenge text; the picture is taken as the ground, so metres are nominal."""
    _show_import(importing.import_mot(labels, out, rate_hz, detections, sigma_of_height, min_confidence))


@import_app.command(name="openlabel")
def import_openlabel(
    labels: LabelsArgument,
    out: ImportOut,
    detections: DetectionFile = None,
    coordinate_system: Annotated[
        str | None, typer.Option(metavar="NAME", help="That of the ground, z up; by default the one without a parent.")
    ] = None,
    rate_hz: Annotated[
        float | None, typer.Option(min=0.1, max=1000.0, help="Frames per second, instead of the file's timestamps.")
    ] = None,
    sigma_m: Sigma = importing.SIGMA_M,
    min_confidence: MinConfidence = 0.0,
) -> None:
    """Makes a recording of the cuboids of an ASAM OpenLABEL file (JSON, schema 1.0)."""
    _show_import(
        importing.import_openlabel(labels, out, detections, coordinate_system, rate_hz, sigma_m, min_confidence)
    )


def _show_import(summary: ImportSummary) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in summary.lines()))
