"""``python -m simulation.detector``: from rendered pictures to a model with its card."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from roadside.models.quantisation import CalibrationFrames, quantised
from roadside.perception.manifest import ModelManifest, load_manifest
from roadside.types.frames import Frame
from simulation.detector.card import TAUGHT_MARK, write_card
from simulation.detector.card import card as card_text
from simulation.detector.domain_gap import Agreement, agreements, pooled
from simulation.detector.evaluation import StoredPicture, evaluate, found_in
from simulation.detector.figures import Evaluation
from simulation.detector.photographs import write_photographs
from simulation.detector.pictures_set import drawn_evenly, names_in, read_set

if TYPE_CHECKING:
    from simulation.detector.network import Network

CACHE = Path.home() / ".cache" / "roadside"
MODELS = Path(__file__).parents[2] / "models"
NAME = "roadside_small"
EIGHT_BIT_NAME = "roadside_small_int8"
PHOTOGRAPHS = "photographs"
SEED = 1
CALIBRATION_PICTURES = 60
"""On which the ranges of whole numbers are measured: of the training set, never of those that are judged."""
JUDGED_PICTURES = 150
"""How many held-out pictures the training looks at now and then."""

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, help="Makes our own detector.")

SetName = Annotated[str, typer.Argument(help="train or held_out.")]
Run = Annotated[str, typer.Option(help="Name of the training; the same name goes on where it stopped.")]
PicturesFolder = Annotated[Path, typer.Option(help="Where the sets of pictures lie.")]
TrainingFolder = Annotated[Path, typer.Option(help="Where trainings lie.")]
Model = Annotated[str, typer.Option(help="Bare name of a model or path of its manifest.")]
Other = Annotated[Path, typer.Option(help="YOLOX-nano's ONNX file, for the agreement on real videos.")]
Videos = Annotated[Path, typer.Option(help="Folder that is searched for real videos.")]
Every = Annotated[int, typer.Option(help="One video frame out of so many.")]


@app.command()
def pictures(
    set_name: SetName,
    folder: PicturesFolder = CACHE / "pictures",
    count: Annotated[int | None, typer.Option(help="How many; by default as the set is planned.")] = None,
    jobs: Annotated[int, typer.Option(help="Processes.")] = 2,
) -> None:
    """Renders a set of labelled pictures; goes on where it stopped."""
    from simulation.detector.render_set import SETS, render_set

    if set_name not in SETS:
        raise typer.BadParameter(f"SET_NAME must be one of {', '.join(SETS)}, got {set_name!r}")
    render_set(SETS[set_name], folder / set_name, jobs, count, lambda line: Console().print(line))


@app.command()
def train(
    run: Run = NAME,
    steps: Annotated[int, typer.Option(help="Most steps.")] = 12_000,
    minutes: Annotated[float, typer.Option(help="Most time in steps; what runs out first ends it.")] = 75.0,
    workers: Annotated[int, typer.Option(help="Processes of one thread.")] = 2,
    begins_with: Annotated[
        str | None, typer.Option(help="A finished training to go on from, with photographs among the pictures.")
    ] = None,
    most: Annotated[int | None, typer.Option(help="Most pictures to learn from.")] = None,
    peak_rate: Annotated[
        float | None, typer.Option(help="Highest learning rate; more for a long training that goes on from another.")
    ] = None,
    folder: TrainingFolder = CACHE / "training",
    from_pictures: PicturesFolder = CACHE / "pictures",
) -> None:
    """Trains until the budget is spent; goes on where it stopped."""
    from simulation.detector.batches import BatchSource
    from simulation.detector.checkpoint import CHECKPOINT_FILE
    from simulation.detector.schedule import REFINING, Budget
    from simulation.detector.training import Training
    from simulation.detector.training import train as train_network

    if begins_with == run:
        raise typer.BadParameter(f"--begins-with must name another training than --run, got {run!r} twice")
    console = Console()
    shown = read_set(from_pictures / "train", most)
    photographs = read_set(from_pictures / PHOTOGRAPHS) if begins_with is not None else []
    judged = read_set(from_pictures / "held_out") if (from_pictures / "held_out").is_dir() else []
    judged = judged[:: max(1, len(judged) // JUDGED_PICTURES)]
    console.print(f"{len(shown)} + {len(photographs)} pictures to learn from, {len(judged)} to judge by")

    def judge(network: "Network") -> str:
        manifest = _exported(network, folder / run / f"{run}.onnx", "In training.")
        return headline(evaluate(found_in(manifest, judged), judged, manifest.input.width_px))

    training = Training(folder / run, Budget(steps, minutes), SEED, workers)
    if begins_with is not None:
        first, videos = folder / begins_with / CHECKPOINT_FILE, names_in(from_pictures / PHOTOGRAPHS)
        training = replace(training, schedule=REFINING, begins_with=first, videos=videos)
    if peak_rate is not None:
        training = replace(training, schedule=replace(training.schedule, peak_rate=peak_rate))
    train_network(training, BatchSource(shown, SEED, photographs), judge if judged else None)


@app.command()
def photographs(
    other: Other,
    video: Annotated[list[Path], typer.Option(help="A video whose licence allows to learn from it; again for more.")],
    folder: PicturesFolder = CACHE / "pictures",
    every: Every = 5,
) -> None:
    """Makes a set of frames of real videos, labelled by a detector that learnt from photographs."""
    count = write_photographs(_photographs_model(other), video, every, folder / PHOTOGRAPHS)
    Console().print(f"{count} frames in {folder / PHOTOGRAPHS}")


@app.command()
def export(
    run: Run = NAME,
    folder: TrainingFolder = CACHE / "training",
    from_pictures: PicturesFolder = CACHE / "pictures",
    out: Annotated[Path, typer.Option(help="Where the models go.")] = MODELS,
) -> None:
    """Writes the averaged network of a training as ONNX with 32 and with 8 bits, and their manifests."""
    from simulation.detector.checkpoint import CHECKPOINT_FILE, averaged_network, videos_of
    from simulation.detector.classes import CLASSES
    from simulation.detector.export import write_manifest
    from simulation.detector.network import Network

    checkpoint = folder / run / CHECKPOINT_FILE
    network = averaged_network(checkpoint, Network(len(CLASSES)))
    parameters = sum(weights.numel() for weights in network.parameters()) / 1e6
    videos = videos_of(checkpoint)
    source = "rendered pictures alone"
    if videos:
        source = f"rendered pictures, and frames of the videos {', '.join(videos)} as YOLOX-nano labelled them"
    story = (
        f"Our own network ({parameters:.2f} M parameters, anchor-free, strides 8, 16, 32) with weights of our own,"
        f"\nlearnt from {source}.\nHow it is made, whom we thank and how good it is: models/README.md."
    )
    manifest = _exported(network, out / f"{NAME}.onnx", story)
    shown = drawn_evenly(read_set(from_pictures / "train"), CALIBRATION_PICTURES, SEED)
    frames = [Frame("picture", 0, 0, StoredPicture(picture.rgb)) for picture in shown]
    (out / f"{EIGHT_BIT_NAME}.onnx").write_bytes(quantised(manifest, CalibrationFrames(manifest, frames)))
    write_manifest(out / f"{EIGHT_BIT_NAME}.onnx", story + "\nConvolutions in eight bits.")


@app.command("evaluate")
def evaluate_model(model: Model = NAME, from_pictures: PicturesFolder = CACHE / "pictures") -> None:
    """Judges a model on the held-out pictures and prints its tables."""
    evaluation = _evaluated(load_manifest(model), from_pictures)
    Console().print(headline(evaluation), soft_wrap=True)
    Console().print(card_text(evaluation, None, ()), markup=False, soft_wrap=True)


@app.command()
def card(
    other: Other,
    videos: Videos,
    model: Model = NAME,
    eight_bit: Annotated[str, typer.Option(help="Its eight-bit copy.")] = EIGHT_BIT_NAME,
    from_pictures: PicturesFolder = CACHE / "pictures",
    every: Every = 10,
    readme: Annotated[Path, typer.Option(help="The file with the marks.")] = MODELS / "README.md",
) -> None:
    """Judges a model and its eight-bit copy and writes the tables of its card."""
    manifest = load_manifest(model)
    evaluation = _evaluated(manifest, from_pictures)
    smaller = _evaluated(load_manifest(eight_bit), from_pictures)
    gap = _gap(manifest, other, videos, every, from_pictures, None)
    write_card(readme, manifest.name, card_text(evaluation, smaller, gap))
    Console().print(headline(evaluation), soft_wrap=True)


@app.command()
def gap(
    other: Other,
    videos: Videos,
    model: Model = NAME,
    every: Every = 10,
    from_pictures: PicturesFolder = CACHE / "pictures",
    frames: Annotated[Path | None, typer.Option(help="Folder for a few frames with boxes; never to be shared.")] = None,
) -> None:
    """Compares a model with one that learnt from photographs, on real videos."""
    for entry in _gap(load_manifest(model), other, videos, every, from_pictures, frames):
        Console().print(
            f"{entry.video:28s} {entry.group:12s} frames {entry.frames:4d}  theirs {entry.theirs:5d} "
            f"found {entry.recall:.2f}  ours {entry.ours:5d} right {entry.precision:.2f}",
            markup=False, highlight=False, soft_wrap=True,
        )  # fmt: skip


def headline(evaluation: Evaluation) -> str:
    """Returns one line that says how good a model is."""
    classes = " ".join(f"{entry.label} {entry.notable_ap50:.2f}" for entry in evaluation.by_class)
    return (
        f"mAP50 {evaluation.map50:.3f} mAP50-95 {evaluation.map50_95:.3f} from 20 px {evaluation.notable_map50:.3f}"
        f" ({classes}) recall at 0.9 precision: car to 80 m {evaluation.recall_to('car', 80.0):.2f}"
        f" pedestrian to 40 m {evaluation.recall_to('pedestrian', 40.0):.2f}"
    )


def _exported(network: "Network", path: Path, made: str) -> ModelManifest:
    from simulation.detector.export import write_manifest, write_onnx

    write_onnx(network, path)
    return write_manifest(path, made)


def _evaluated(manifest: ModelManifest, from_pictures: Path) -> Evaluation:
    held_out = read_set(from_pictures / "held_out")
    return evaluate(found_in(manifest, held_out), held_out, manifest.input.width_px)


def _photographs_model(weights: Path) -> ModelManifest:
    """Returns YOLOX-nano with the weights at a place."""
    return load_manifest("yolox_nano").model_copy(update={"path": weights.with_suffix(".toml"), "file": weights.name})


def _gap(
    manifest: ModelManifest, other: Path, videos: Path, every: int, from_pictures: Path, frames: Path | None
) -> list[Agreement]:
    """Returns the agreement by folder of videos, those that gave photographs apart."""
    taught = names_in(from_pictures / PHOTOGRAPHS)
    groups: dict[str, list[Path]] = {}
    for path in sorted(path for path in videos.rglob("*") if path.suffix in (".mp4", ".avi")):
        is_taught = f"{path.parent.name}/{path.stem}" in taught
        groups.setdefault(path.parent.name + TAUGHT_MARK * is_taught, []).append(path)
    photographs_model = _photographs_model(other)
    rows: list[Agreement] = []
    for name, paths in groups.items():
        rows.extend(pooled(agreements(manifest, photographs_model, paths, every, frames), name))
    return rows


if __name__ == "__main__":
    app()
