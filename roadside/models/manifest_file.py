"""Models written to disk: the ONNX file and its manifest beside it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import tomlkit

from roadside.errors import ModelError
from roadside.perception.detector import Detector
from roadside.perception.manifest import (
    IGNORED,
    HeadName,
    ModelInput,
    ModelManifest,
    Thresholds,
    load_manifest,
)

LOCAL_FOLDER = Path("models/local")
"""Where models of one's own go by default; git leaves it alone."""


@dataclass(frozen=True, slots=True)
class ModelWords:
    """What a manifest says, the file and its digest left out.

    Attributes:
        head: how the outputs are to be read.
        licence: of the weights.
        made: how the network came about.
        input: what picture the network takes.
        thresholds: which boxes count.
        labels: label of each output index.
        names: what the model itself calls each of them; empty for nothing to add.
    """

    head: HeadName
    licence: str
    made: str
    input: ModelInput
    thresholds: Thresholds
    labels: tuple[str, ...]
    names: tuple[str, ...] = ()


def words_of(manifest: ModelManifest, made: str) -> ModelWords:
    """Returns what a manifest says, for a network that was made of its own."""
    labels = tuple(IGNORED if entry is None else entry.label for entry in manifest.classes)
    return ModelWords(manifest.head, manifest.licence, made, manifest.input, manifest.thresholds, labels)


def check_free(folder: Path, name: str) -> None:
    """Checks before any long work that a model can be written.

    Raises:
        ModelError: one of that name is there already, or the name is none.
    """
    if not name or Path(name).name != name:
        raise ModelError(f"name must be a file name without an ending, got {name!r}")
    for path in (folder / f"{name}.onnx", folder / f"{name}.toml"):
        if path.exists():
            raise ModelError(f"{path}: is there already; remove it, or choose another name or folder")


def write_model(folder: Path, name: str, onnx: bytes, words: ModelWords) -> Path:
    """Writes a network and its manifest, loads them as a pole would, and returns the manifest's path.

    Raises:
        ModelError: they cannot be written, or not be used: then they are not there.
    """
    check_free(folder, name)
    path = folder / f"{name}.toml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".onnx").write_bytes(onnx)
        path.write_text(_manifest_text(f"{name}.onnx", hashlib.sha256(onnx).hexdigest(), words), encoding="utf-8")
    except OSError as error:
        raise ModelError(f"{path}: cannot be written: {error.strerror}") from error
    try:
        Detector(load_manifest(path))
    except ModelError:
        path.unlink()
        path.with_suffix(".onnx").unlink()
        raise
    return path


def _manifest_text(file: str, sha256: str, words: ModelWords) -> str:
    document = tomlkit.document()
    document.update({"format": 1, "file": file, "sha256": sha256, "head": words.head, "licence": words.licence})
    document.add("made", tomlkit.string(words.made, multiline="\n" in words.made))
    document.add("input", _table(words.input.model_dump()))
    document.add("thresholds", _table(words.thresholds.model_dump()))
    document.add("classes", _class_table(words.labels, words.names))
    return tomlkit.dumps(document)


def _table(entries: dict[str, object]) -> tomlkit.items.Table:
    table = tomlkit.table()
    table.update(entries)
    return table


def _class_table(labels: Sequence[str], names: Sequence[str]) -> tomlkit.items.Table:
    table = tomlkit.table()
    for index, label in enumerate(labels):
        item = tomlkit.string(label)
        if names and names[index] != label:
            item.comment(names[index])
        table.add(str(index), item)
    return table
