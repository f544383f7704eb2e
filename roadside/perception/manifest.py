"""The model manifest: one TOML file beside each ONNX file that says what the network takes and gives."""

import tomllib
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, ValidationInfo
from pydantic_core import ErrorDetails

from roadside.errors import ModelError
from roadside.types.road_users import RoadUserClass

CHECKOUT_FOLDER = Path(__file__).parents[2] / "models"
WHEEL_FOLDER = Path(__file__).parents[1] / "bundled" / "models"
IGNORED = "ignore"
CLASS_OF_LABEL = {road_user_class.label: road_user_class for road_user_class in RoadUserClass}
HeadName: TypeAlias = Literal[
    "roadside", "yolox", "yolov8", "end_to_end",
    "rtdetr", "rtdetr_topk", "detr_sigmoid", "detr_softmax", "detr_deploy",
]  # fmt: skip
STRIDE_PX = 32
"""The coarsest grid of the YOLO families and of our own networks: an input side must be a multiple of it."""
HEADS_OF_ANY_SIZE = ("end_to_end", "rtdetr", "rtdetr_topk", "detr_sigmoid", "detr_softmax", "detr_deploy")
"""Heads whose networks say themselves what sizes they take."""

UNFITTING_WORDS = {"missing": "is missing", "extra_forbidden": "is not a known key"}


def _whole_strides(size_px: int, info: ValidationInfo) -> int:
    head = info.context.get("head") if info.context else None
    if head not in HEADS_OF_ANY_SIZE and size_px % STRIDE_PX:
        raise ValueError(f"must be a multiple of {STRIDE_PX}")
    return size_px


def _road_user_classes(table: object) -> object:
    """Turns the table index -> label into a tuple in the order of the indices, ``None`` for ignored ones."""
    if not isinstance(table, dict) or not table:
        raise ValueError('must be a table of index = "label"')
    if set(table) != {str(index) for index in range(len(table))}:
        raise ValueError(f"must have the keys 0 to {len(table) - 1} without gaps")
    unknown = [label for label in table.values() if label != IGNORED and label not in CLASS_OF_LABEL]
    if unknown:
        known = ", ".join([*CLASS_OF_LABEL, IGNORED])
        raise ValueError(f"must be labels out of {known}; unknown: {', '.join(map(str, unknown))}")
    return tuple(CLASS_OF_LABEL.get(table[str(index)]) for index in range(len(table)))


InputSide = Annotated[int, Field(gt=0), AfterValidator(_whole_strides)]
Fraction = Annotated[float, Field(gt=0.0, lt=1.0)]
Text = Annotated[str, Field(min_length=1)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ModelInput(_Table):
    """What picture the network was trained on.

    Attributes:
        width_px, height_px: size of the input tensor.
        colours: order of its channels.
        values: range of its numbers; ``imagenet`` is 0..1 less ImageNet's mean, divided by its deviation.
        placement: where the scaled picture lies in the padding; ``stretched`` fills the input and has none.
    """

    width_px: InputSide
    height_px: InputSide
    colours: Literal["rgb", "bgr"]
    values: Literal["0..1", "0..255", "imagenet"]
    placement: Literal["top_left", "centred", "stretched"]


class Thresholds(_Table):
    """Which boxes count.

    Attributes:
        confidence: boxes below it are dropped first.
        overlap: of two boxes of one class with a higher intersection over union, the weaker is dropped.
    """

    confidence: Fraction
    overlap: Fraction


class ModelManifest(_Table):
    """One model, as its manifest describes it.

    Attributes:
        path: the manifest itself.
        format: version of the manifest's form.
        file: the ONNX file, relative to the manifest.
        sha256: of the ONNX file.
        head: how the outputs are to be read.
        licence: of the weights.
        made: how the network came about and how good it is.
        obtain: from where the ONNX file can be had when it is not shipped.
        input: what picture the network takes.
        thresholds: which boxes count.
        classes: class of each output index, ``None`` for indices that are ignored on purpose.
    """

    path: Path
    format: Literal[1]
    file: Text
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    head: HeadName
    licence: Text
    made: Text
    obtain: Text | None = None
    input: ModelInput
    thresholds: Thresholds
    classes: Annotated[tuple[RoadUserClass | None, ...], BeforeValidator(_road_user_classes)]

    @property
    def name(self) -> str:
        """The bare name: the manifest's file name without its ending."""
        return self.path.stem

    @property
    def onnx_path(self) -> Path:
        """Where the ONNX file is to lie."""
        return self.path.parent / self.file


def load_manifest(model: str | Path) -> ModelManifest:
    """Returns the manifest of a model.

    Args:
        model: a bare name, looked up in the shipped models, or the path of a manifest.

    Raises:
        ModelError: there is no such manifest, or it has mistakes (all of them at once, one line each).
    """
    path = _manifest_path(model)
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ModelError(f"{path}: must be TOML, got {error}") from error
    except OSError as error:
        raise ModelError(f"{path}: cannot be read: {error.strerror}") from error
    if "path" in table:
        raise ModelError(f"{path}: path is not a known key")
    try:
        return ModelManifest.model_validate({**table, "path": path}, context={"head": table.get("head")})
    except ValidationError as error:
        raise ModelError("\n".join(_problem(path, detail) for detail in error.errors())) from error


def _manifest_path(model: str | Path) -> Path:
    path = Path(model)
    if path.suffix == ".toml" or len(path.parts) > 1:
        if path.suffix != ".toml":
            raise ModelError(f"{path}: must be a model's name or the path of a manifest that ends in .toml")
        if not path.is_file():
            raise ModelError(f"{path}: no such model manifest")
        return path
    for folder in (CHECKOUT_FOLDER, WHEEL_FOLDER):
        if (folder / f"{path.name}.toml").is_file():
            return folder / f"{path.name}.toml"
    known = sorted({file.stem for folder in (CHECKOUT_FOLDER, WHEEL_FOLDER) for file in folder.glob("*.toml")})
    raise ModelError(f"model {path.name!r}: no such model, known are {', '.join(known) or 'none'}")


def _problem(path: Path, detail: ErrorDetails) -> str:
    key = ".".join(str(part) for part in detail["loc"])
    if detail["type"] in UNFITTING_WORDS:
        return f"{path}: {key} {UNFITTING_WORDS[detail['type']]}"
    wanted = detail["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    verb = "" if wanted.startswith("must ") else "must be "
    got = "" if isinstance(detail["input"], dict) else f", got {detail['input']!r}"
    return f"{path}: {key} {verb}{wanted}{got}"
