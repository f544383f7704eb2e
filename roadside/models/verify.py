"""``roadside model verify``: whether a model can be used, and what it costs."""

import statistics
import time
from dataclasses import dataclass

import numpy as np
from rich.console import Console

from roadside.errors import ModelError
from roadside.geometry.arrays import ByteArray
from roadside.perception.detector import MOST_CANDIDATES, Detector
from roadside.perception.heads.choice import head_of
from roadside.perception.letterbox import InputTensor
from roadside.perception.manifest import ModelManifest, load_manifest
from roadside.perception.session import OnnxSession
from roadside.types.frames import Frame, Image

RUNS = 20
BLANK_GREY = 128
MEGABYTE = 1e6


@dataclass(frozen=True, slots=True, eq=False)
class TestPicture:
    """A picture that no camera took.

    Attributes:
        width_px, height_px: its size.
        pixels: (height_px, width_px, 3) red, green, blue.
    """

    width_px: int
    height_px: int
    pixels: ByteArray

    def rgb(self, width_px: int, height_px: int) -> ByteArray:
        """Returns it at another size: the nearest pixel each."""
        rows = np.arange(height_px) * self.height_px // height_px
        columns = np.arange(width_px) * self.width_px // width_px
        return self.pixels[rows[:, None], columns]


@dataclass(frozen=True, slots=True)
class Verification:
    """A model that can be used.

    Attributes:
        manifest: what it says of itself.
        size_bytes: of the network.
        detect_ms: median time from a picture to its road users on one thread.
        blank_boxes, noise_boxes: road users it sees in plain grey and in noise: better none.
        surplus: candidates in noise beyond those that are looked at: a network that was never trained has them.
    """

    manifest: ModelManifest
    size_bytes: int
    detect_ms: float
    blank_boxes: int
    noise_boxes: int
    surplus: int

    @property
    def remarks(self) -> list[str]:
        """What a user should know, though the model works."""
        remarks = []
        if self.surplus:
            remarks.append(f"noise gives more than {MOST_CANDIDATES} candidates: was this network ever trained?")
        elif self.blank_boxes or self.noise_boxes:
            remarks.append("it sees road users where there is nothing to see: look at its video before using it")
        return remarks


def verify(model: str) -> Verification:
    """Loads a model, runs it on a blank picture and on noise, and returns what was seen.

    Args:
        model: bare name of a model, or path of its manifest.

    Raises:
        ModelError: it cannot be used; one line for each problem.
    """
    manifest = load_manifest(model)
    if not any(entry is not None for entry in manifest.classes):
        raise ModelError(f"{manifest.path}: classes must have a road user, got only ignored ones")
    blank, noise = blank_picture(manifest), noise_picture(manifest)
    _check_numbers(manifest, {"a blank picture": blank, "noise": noise})
    detector = Detector(manifest)
    blank_boxes = len(detector.detect(_frame(blank)))
    before = detector.surplus_total
    noise_boxes = len(detector.detect(_frame(noise)))
    surplus = detector.surplus_total - before
    durations_s = [_duration_s(detector, _frame(noise)) for _ in range(RUNS)]
    size_bytes = manifest.onnx_path.stat().st_size
    return Verification(manifest, size_bytes, 1e3 * statistics.median(durations_s), blank_boxes, noise_boxes, surplus)


def blank_picture(manifest: ModelManifest) -> TestPicture:
    """Returns plain grey of the size of a model's input."""
    width_px, height_px = manifest.input.width_px, manifest.input.height_px
    return TestPicture(width_px, height_px, np.full((height_px, width_px, 3), BLANK_GREY, dtype=np.uint8))


def noise_picture(manifest: ModelManifest) -> TestPicture:
    """Returns noise of the size of a model's input, always the same."""
    width_px, height_px = manifest.input.width_px, manifest.input.height_px
    pixels = np.random.default_rng(1).integers(0, 256, (height_px, width_px, 3), dtype=np.uint8)
    return TestPicture(width_px, height_px, pixels)


def print_verification(result: Verification, console: Console) -> None:
    """Prints it, a line for each thing."""
    manifest, wanted = result.manifest, result.manifest.input
    kept = sorted({entry for entry in manifest.classes if entry is not None})
    lines = (
        f"{manifest.name} can be used",
        f"network   {manifest.onnx_path}, {result.size_bytes / MEGABYTE:.1f} MB, sha256 as the manifest says",
        f"head      {manifest.head}, {len(manifest.classes)} classes: {', '.join(entry.label for entry in kept)}",
        f"input     {wanted.width_px} x {wanted.height_px}, {wanted.colours}, {wanted.values}, {wanted.placement}",
        f"licence   {manifest.licence}",
        f"speed     {result.detect_ms:.1f} ms a picture on one thread (median of {RUNS})",
        f"boxes     {result.blank_boxes} in plain grey, {result.noise_boxes} in noise",
        *(f"remark    {remark}" for remark in result.remarks),
    )
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _check_numbers(manifest: ModelManifest, pictures: dict[str, TestPicture]) -> None:
    """Checks every number of every output.

    Raises:
        ModelError: some are infinite or none; one line for each output and picture.
    """
    head = head_of(manifest)
    session, tensor = OnnxSession(manifest, head), InputTensor(manifest.input)
    problems = []
    for words, picture in pictures.items():
        tensor.write(picture)
        for number, output in enumerate(session.run(tensor.array)):
            strange = int(np.count_nonzero(~np.isfinite(output)))
            if strange:
                wanted = f"output {number} must be finite on {words}"
                problems.append(f"{manifest.onnx_path}: {wanted}, got {strange} of {output.size} that are not")
    if problems:
        raise ModelError("\n".join(problems))


def _frame(picture: Image) -> Frame:
    return Frame("verify", 0, 0, picture)


def _duration_s(detector: Detector, frame: Frame) -> float:
    started_s = time.perf_counter()
    detector.detect(frame)
    return time.perf_counter() - started_s
