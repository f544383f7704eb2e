"""Which models there are: those shipped, and those in a folder of one's own."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from roadside.display.tables import plain_table
from roadside.errors import ModelError
from roadside.models.manifest_file import LOCAL_FOLDER
from roadside.perception.manifest import CHECKOUT_FOLDER, WHEEL_FOLDER, ModelManifest, load_manifest

MEGABYTE = 1e6


@dataclass(frozen=True, slots=True)
class KnownModel:
    """One manifest, and what lies beside it.

    Attributes:
        path: the manifest.
        manifest: what it says; ``None`` where it has mistakes.
        mistakes: of the manifest, one line each.
        size_bytes: of the ONNX file; ``None`` where it is not there.
        fits: whether the ONNX file is the one the manifest names.
    """

    path: Path
    manifest: ModelManifest | None
    mistakes: tuple[str, ...]
    size_bytes: int | None
    fits: bool

    @property
    def state(self) -> str:
        """What can be said of it in a few words."""
        if self.manifest is None:
            return "manifest has mistakes"
        if self.size_bytes is None:
            return "not there"
        return "there" if self.fits else "another file: sha256 differs"

    def as_json(self) -> dict[str, Any]:
        """Returns it as plain values."""
        entry: dict[str, Any] = {
            "name": self.path.stem, "manifest": str(self.path), "state": self.state, "mistakes": list(self.mistakes),
            "size_bytes": self.size_bytes, "sha256_fits": self.fits,
        }  # fmt: skip
        if self.manifest is not None:
            classes = [None if label is None else label.label for label in self.manifest.classes]
            entry |= {
                "head": self.manifest.head, "input": self.manifest.input.model_dump(), "classes": classes,
                "licence": self.manifest.licence, "file": str(self.manifest.onnx_path),
                "sha256": self.manifest.sha256, "obtain": self.manifest.obtain,
            }  # fmt: skip
        return entry


def known_models(folder: Path | None = None) -> list[KnownModel]:
    """Returns the shipped models and those of a folder, each by name.

    Args:
        folder: by default ``models/local``, where there is one.

    Raises:
        ModelError: the named folder is none.
    """
    if folder is not None and not folder.is_dir():
        raise ModelError(f"{folder}: no such folder")
    shipped = {path.name: path for place in (WHEEL_FOLDER, CHECKOUT_FOLDER) for path in place.glob("*.toml")}
    own = sorted((folder if folder is not None else LOCAL_FOLDER).glob("*.toml"))
    is_shipped = {path.resolve() for path in shipped.values()}
    paths = [shipped[name] for name in sorted(shipped)] + [path for path in own if path.resolve() not in is_shipped]
    return [_known(path) for path in paths]


def print_models(models: list[KnownModel], console: Console) -> None:
    """Prints a table, and below it where missing networks are to be had and the mistakes of manifests."""
    table = plain_table("model", "head", "input", "road users", "MB", "licence", "network")
    for model in models:
        table.add_row(*_row(model))
    console.print(table)
    for model in models:
        for line in (*_hint(model), *model.mistakes):
            console.print(line, markup=False, highlight=False, soft_wrap=True)


def _hint(model: KnownModel) -> tuple[str, ...]:
    """Returns where a network that is not there can be had, if anyone knows."""
    if model.manifest is None or model.manifest.obtain is None or model.size_bytes is not None:
        return ()
    return (f"{model.path.stem}: get {model.manifest.obtain}",)


def _row(model: KnownModel) -> tuple[str, ...]:
    name = model.path.stem if model.path.parent in (CHECKOUT_FOLDER, WHEEL_FOLDER) else str(model.path)
    if model.manifest is None:
        return name, "-", "-", "-", "-", "-", model.state
    wanted = model.manifest.input
    classes = model.manifest.classes
    kept = sum(entry is not None for entry in classes)
    size = "-" if model.size_bytes is None else f"{model.size_bytes / MEGABYTE:.1f}"
    shape = f"{wanted.width_px}x{wanted.height_px}"
    licence = model.manifest.licence.partition(":")[0]
    return name, model.manifest.head, shape, f"{kept} of {len(classes)}", size, licence, model.state


def _known(path: Path) -> KnownModel:
    try:
        manifest = load_manifest(path)
    except ModelError as error:
        return KnownModel(path, None, tuple(str(error).splitlines()), None, False)
    try:
        data = manifest.onnx_path.read_bytes()
    except OSError:
        return KnownModel(path, manifest, (), None, False)
    return KnownModel(path, manifest, (), len(data), hashlib.sha256(data).hexdigest() == manifest.sha256)
