"""``python -m simulation``: makes what stands in replay_data, sites and docs."""

import multiprocessing
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Annotated

import cv2
import typer
from rich.console import Console

from roadside.config.site_file import load_site
from simulation.picture_free.recorded_hours import record_hours
from simulation.scenes.catalogue import SCENES, scene_of
from simulation.scenes.contact_sheet import contact_sheet
from simulation.scenes.manifests import manifest
from simulation.scenes.recorded import Play, record
from simulation.scenes.regeneration import differences
from simulation.worlds.poles import LAYOUTS
from simulation.worlds.site_writer import write_site

PROJECT = Path(__file__).parents[1]
MODEL = "roadside_small"
SHEET_QUALITY = 88

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, help="Makes scenes with truth.")
Folder = Annotated[Path, typer.Option(help="Where recordings and their manifests go.")]


@app.command()
def sites() -> None:
    """Writes the site files of all poles into sites/."""
    for layout in LAYOUTS.values():
        write_site(layout, PROJECT / "sites" / layout.site_id, MODEL)


@app.command()
def scenes(
    names: Annotated[list[str] | None, typer.Argument(metavar="[SCENE]...", help="All by default.")] = None,
    out: Folder = PROJECT / "replay_data",
    seconds: Annotated[float | None, typer.Option(help="Only the beginning of each.")] = None,
    jobs: Annotated[int, typer.Option(help="Cameras filmed at a time.")] = 2,
) -> None:
    """Plays, films and records scenes."""
    console = Console()
    chosen = [scene_of(name) for name in names] if names else list(SCENES)
    out.mkdir(parents=True, exist_ok=True)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context) as workers:
        for scene in chosen:
            begun_s = time.monotonic()
            play = Play.of(scene)
            length_s = min(seconds, scene.duration_s) if seconds else scene.duration_s
            for site_id in scene.site_ids:
                path = record(play, site_id, PROJECT / "sites", out, length_s, workers)
                site = load_site(PROJECT / "sites" / site_id / "site.toml")
                text = manifest(path, scene, site, f"../sites/{site_id}/site.toml", length_s)
                path.with_suffix(".toml").write_text(text, encoding="utf-8")
                console.print(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB, {time.monotonic() - begun_s:.0f} s")


@app.command()
def traffic(
    site_id: Annotated[str, typer.Argument(metavar="SITE", help="A simulated site, such as junction.")],
    hours: Annotated[float, typer.Option(help="How much of it.")] = 1.0,
    weather: Annotated[str, typer.Option(help="day, dusk, night_rain or fog.")] = "day",
    seed: Annotated[int, typer.Option(help="Of everything that is drawn by lot.")] = 1,
    incident: Annotated[
        list[str] | None, typer.Option(metavar="KIND=PER_HOUR", help="Can be given several times.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder of the recordings.")] = PROJECT / "out" / "hours",
    jobs: Annotated[int, typer.Option(help="Recordings at a time.")] = 2,
) -> None:
    """Records hours of a site without pictures: measurements, by the fitted errors of its sensors, with truth."""
    rates = dict(_rate(text) for text in incident or ())
    try:
        summary = record_hours(site_id, hours, seed, weather, rates, out, jobs)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    happened, unplaced = (
        ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items())) or "none"
        for counts in (summary.events, summary.unplaced)
    )
    Console().print(
        f"{summary.hours:g} h of {site_id} in {len(summary.recordings)} recordings, {summary.size_bytes / 1e6:.0f} MB, "
        f"{summary.times_real_time:.0f} times real time; events: {happened}; "
        f"incidents that found no place: {unplaced}; errors: {summary.fit}"
    )
    for line in summary.warnings:
        Console().print(f"warning: {line}")


def _rate(text: str) -> tuple[str, float]:
    """Returns the kind and the number per hour in ``KIND=PER_HOUR``.

    Raises:
        typer.BadParameter: it is not of that form.
    """
    kind, _, per_hour = text.partition("=")
    try:
        return kind, float(per_hour)
    except ValueError:
        raise typer.BadParameter(f"must be KIND=PER_HOUR, such as wrong_way=5, got {text!r}") from None


@app.command()
def regenerate(
    names: Annotated[list[str] | None, typer.Argument(metavar="[SCENE]...", help="All by default.")] = None,
    seconds: Annotated[float, typer.Option(help="How much of each scene.")] = 2.0,
    jobs: Annotated[int, typer.Option(help="Cameras filmed at a time.")] = 2,
) -> None:
    """Makes the beginning of scenes again and compares it with what is recorded; exit code 1 if it differs."""
    console, lines = Console(), []
    with tempfile.TemporaryDirectory() as folder:
        scenes(names, Path(folder), seconds, jobs)
        for again in sorted(Path(folder).glob("*.mcap")):
            found = differences(PROJECT / "replay_data" / again.name, again)
            console.print(f"{again.name}: the first {seconds:g} s are {'other' if found else 'the same'} again")
            lines += found
    for line in lines:
        console.print(line)
    if lines:
        raise typer.Exit(1)


@app.command()
def sheet(out: Path = PROJECT / "docs" / "pictures" / "scenes.jpg") -> None:
    """Draws a contact sheet of all scenes."""
    recordings = [
        PROJECT / "replay_data" / f"{scene.recording_name(site_id)}.mcap"
        for scene in SCENES
        for site_id in scene.site_ids
    ]
    picture = contact_sheet(recordings)
    cv2.imwrite(str(out), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, SHEET_QUALITY])


if __name__ == "__main__":
    app()
