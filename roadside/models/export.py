"""``roadside model export``: weights of ultralytics to a model that the service reads.

ultralytics is never a part of the service: it is imported here and nowhere else, and only when this runs.
"""

import contextlib
import os
import shutil
import tempfile
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from roadside.errors import ModelError, first_line
from roadside.models.class_names import label_of_name, spoken_names
from roadside.models.head_choice import answers_to_noise, fitting_head
from roadside.models.manifest_file import ModelWords, check_free, write_model
from roadside.perception.manifest import IGNORED, HeadName, ModelInput, Thresholds

OPSET = 17
CONFIDENCE = 0.3
OVERLAP, OVERLAP_OF_FINAL_BOXES = 0.6, 0.9
"""Final boxes need no suppression; what is left of it does no harm."""
STRETCHING_HEADS: tuple[HeadName, ...] = ("rtdetr", "rtdetr_topk")
"""RT-DETR was trained on stretched pictures."""
CONFIG_ENDINGS = (".yaml", ".yml")

LICENCE = "AGPL-3.0: ultralytics claims it for weights made with its package (https://ultralytics.com/license)"
RECIPE = "pip install torch==2.13.0, then pip install '.[ultralytics]'; see docs/bring-your-own-model.md"
SETTINGS = {"YOLO_AUTOINSTALL": "false", "YOLO_VERBOSE": "false"}
"""ultralytics would install packages by itself, and say a lot."""


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """An ONNX file as ultralytics wrote it.

    Attributes:
        onnx_path: the file.
        source: what it was made of.
        version: of ultralytics.
        names: of its classes, in order.
        is_trained: whether its weights are more than random numbers.
    """

    onnx_path: Path
    source: str
    version: str
    names: tuple[str, ...]
    is_trained: bool


def export(weights: str, height_px: int, width_px: int, out: Path, name: str | None = None) -> Path:
    """Makes a model of weights of ultralytics and returns its manifest's path.

    Args:
        weights: path of a ``.pt`` file, a name such as ``yolo11s.pt`` that ultralytics can fetch, or a ``.yaml`` that
            describes a network: random weights then, a proof of the way and of the speed.
        height_px: of the network's input, a multiple of 32.
        width_px: likewise.
        out: folder.
        name: of the model; by default that of the weights.

    Raises:
        ModelError: ultralytics is missing, the weights cannot be had, or the network is none that roadside reads.
    """
    name = name if name is not None else Path(weights).stem
    check_free(out, name)
    _check_weights(weights)
    with tempfile.TemporaryDirectory(prefix="roadside-export-") as scratch:
        exported = _run_ultralytics(weights, height_px, width_px, Path(scratch))
        return adopt(exported, height_px, width_px, out, name)


def adopt(exported: ExportedFile, height_px: int, width_px: int, out: Path, name: str) -> Path:
    """Makes a model of an exported ONNX file and returns its manifest's path.

    Raises:
        ModelError: its outputs are of no known head, or none of its classes is a road user.
    """
    names = spoken_names(exported.names)
    labels = tuple(label_of_name(entry) for entry in names)
    if all(label == IGNORED for label in labels):
        shown = ", ".join(names[:8])
        raise ModelError(f"{exported.source}: classes must have a road user, got {shown}: edit names in the weights")
    answers = answers_to_noise(exported.onnx_path, width_px, height_px)
    head = fitting_head(exported.onnx_path, answers, len(names))
    weights = "" if exported.is_trained else " Its weights are random: it finds nothing."
    words = ModelWords(
        head=head,
        licence=LICENCE,
        made=f"Exported from {exported.source} by ultralytics {exported.version}, opset {OPSET}.{weights}",
        input=ModelInput(
            width_px=width_px, height_px=height_px, colours="rgb", values="0..1",
            placement="stretched" if head in STRETCHING_HEADS else "centred",
        ),
        thresholds=Thresholds(confidence=CONFIDENCE, overlap=OVERLAP if head == "yolov8" else OVERLAP_OF_FINAL_BOXES),
        labels=labels,
        names=names,
    )  # fmt: skip
    return write_model(out, name, exported.onnx_path.read_bytes(), words)


def _check_weights(weights: str) -> None:
    path = Path(weights)
    if path.suffix not in (".pt", *CONFIG_ENDINGS):
        raise ModelError(f"{weights}: must be weights (.pt) or the description of a network (.yaml)")
    if not path.is_file() and len(path.parts) > 1:
        raise ModelError(f"{weights}: no such file")


def _run_ultralytics(weights: str, height_px: int, width_px: int, scratch: Path) -> ExportedFile:
    """Returns what ultralytics makes of the weights.

    Raises:
        ModelError: it is missing or fails; its own words in one line.
    """
    ultralytics = _imported_ultralytics(scratch)
    source = _local_weights(weights, scratch)
    model_class = ultralytics.RTDETR if "rtdetr" in Path(weights).stem.lower() else ultralytics.YOLO
    try:
        with contextlib.chdir(scratch), warnings.catch_warnings():  # it writes beside its input, or where it stands
            warnings.simplefilter("ignore")  # of torch, about its own exporter
            model = model_class(source)
            written = model.export(
                format="onnx", imgsz=[height_px, width_px], dynamic=True, simplify=False, opset=OPSET, nms=False,
                verbose=False,
            )  # fmt: skip
    except Exception as error:  # it raises whatever its parts raise
        raise ModelError(f"{weights}: ultralytics cannot export it: {first_line(error)}") from error
    if model.task != "detect":
        raise ModelError(f"{weights}: must be a detector, got a network for {model.task}")
    is_trained = Path(weights).suffix not in CONFIG_ENDINGS
    onnx_path = scratch / written
    _fix_sides(onnx_path, height_px, width_px)
    return ExportedFile(onnx_path, Path(weights).name, ultralytics.__version__, _in_order(model.names), is_trained)


def _imported_ultralytics(scratch: Path) -> Any:
    """Returns the package, told to keep to itself: its settings go into a folder of ours, and no usage is reported."""
    os.environ.update(SETTINGS, YOLO_CONFIG_DIR=str(scratch))
    try:
        import ultralytics
    except ImportError as error:
        raise ModelError(f"export needs ultralytics, and it cannot be imported ({error}): {RECIPE}") from error
    ultralytics.settings.update({"sync": False})
    return ultralytics


def _local_weights(weights: str, scratch: Path) -> str:
    """Returns a copy that ultralytics may write beside, or the bare name of a network that it knows itself.

    Raises:
        ModelError: the weights are not here and cannot be fetched.
    """
    path = scratch / Path(weights).name
    if Path(weights).is_file():
        shutil.copy(weights, path)
    elif path.suffix == ".pt":
        _fetch(weights, path)
    return str(path) if path.is_file() else weights


def _fetch(weights: str, path: Path) -> None:
    from ultralytics.utils.downloads import attempt_download_asset

    advice = "put the file here or pass its path"
    try:
        attempt_download_asset(path)
    except Exception as error:  # whatever the network and the file system raise
        raise ModelError(f"{weights}: no such file, and it cannot be fetched from here (offline?): {advice}") from error
    if not path.is_file():
        raise ModelError(f"{weights}: no such file, and ultralytics knows no weights of that name: {advice}")


def _fix_sides(onnx_path: Path, height_px: int, width_px: int) -> None:
    """Writes height and width into the network's input; the number of pictures stays open."""
    import onnx

    network = onnx.load(str(onnx_path))
    sides = network.graph.input[0].type.tensor_type.shape.dim
    sides[2].dim_value, sides[3].dim_value = height_px, width_px
    onnx.save(network, str(onnx_path))


def _in_order(names: Mapping[int, str]) -> tuple[str, ...]:
    return tuple(str(names[index]) for index in sorted(names))
