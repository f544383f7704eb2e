"""Our detector against another's: ``python -m benchmarks.detector_against_peer --ours OURS.onnx --peer PEER.onnx``.

Each ONNX file has its manifest beside it; the peer's comes from ``roadside model export``.
Both are run as they are and in eight bits (quantised here, on frames of the demo recording), from a decoded 1280 x 720
picture to ``Detections``, in one process and in turns: block by block, and within a block call by call, so that a busy
machine slows all alike. A figure is the middle of the blocks' medians, its spread their quartiles; a ratio is taken
within each block, against the peer as it is.

Only the time is compared. A peer with random weights costs what a trained one does, but for the suppression of what it
finds: settle its batch norm first (a few forward passes in training mode), or its activations saturate.
"""

import argparse
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from rich.console import Console
from rich.table import Table

from benchmarks.detection import road_frame
from roadside.models.manifest_file import words_of, write_model
from roadside.models.quantisation import CalibrationFrames, quantised
from roadside.models.sample_frames import frames_of_recording
from roadside.perception.detector import Detector
from roadside.perception.manifest import ModelManifest, load_manifest
from roadside.recording.reader import open_recording
from roadside.types.frames import Frame

DEMO = Path(__file__).resolve().parents[1] / "replay_data" / "demo.mcap"
CALIBRATION_FRAMES = 20
"""Enough for the time, which does not depend on the ranges."""
BLOCKS = 9
PICTURE_PX = (1280, 720)


@dataclass(frozen=True)
class Contender:
    """One network in one precision."""

    title: str
    manifest: ModelManifest
    detector: Detector


def contenders(ours: Path, peer: Path, folder: Path) -> list[Contender]:
    """Returns the peer, the peer in eight bits, ours, and ours in eight bits."""
    samples = frames_of_recording(open_recording(DEMO)).calibration
    frames = samples[:: max(1, len(samples) // CALIBRATION_FRAMES)]
    made = []
    for whose, onnx_path in (("peer", peer), ("ours", ours)):
        manifest = load_manifest(onnx_path.with_suffix(".toml"))
        network = quantised(manifest, CalibrationFrames(manifest, frames))
        in_bits = load_manifest(write_model(folder, f"{whose}_int8", network, words_of(manifest, "for a benchmark")))
        made.append(Contender(f"{whose}: {manifest.name}", manifest, Detector(manifest)))
        made.append(Contender(f"{whose}: {manifest.name} int8", in_bits, Detector(in_bits)))
    return made


def block_medians_ms(entries: list[Contender], frame: Frame, calls: int) -> np.ndarray:
    """Returns (blocks, contenders) medians; the first block warms up and is left out."""
    medians = np.empty((BLOCKS + 1, len(entries)))
    for block in range(BLOCKS + 1):
        times_s = np.empty((calls, len(entries)))
        for call in range(calls):
            for offset in range(len(entries)):
                which = (call + offset) % len(entries)
                started_s = time.perf_counter()
                entries[which].detector.detect(frame)
                times_s[call, which] = time.perf_counter() - started_s
        medians[block] = 1e3 * np.median(times_s, axis=0)
    return medians[1:]


def weights_of(manifest: ModelManifest) -> float:
    """Returns millions of weights."""
    network = onnx.load(str(manifest.onnx_path))
    return sum(int(np.prod(entry.dims)) for entry in network.graph.initializer) / 1e6


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--ours", type=Path, required=True, help="ONNX file, its manifest beside it")
    parser.add_argument("--peer", type=Path, required=True, help="ONNX file, its manifest beside it")
    parser.add_argument("--calls", type=int, default=20, help="calls of each per block")
    chosen = parser.parse_args()
    table = Table(
        "network", "input", "weights M", "MB", "ms (quartiles)", "of the peer (quartiles)", "boxes",
        title=f"{BLOCKS} interleaved blocks of {chosen.calls} calls each, one thread",
    )  # fmt: skip
    frame = road_frame(*PICTURE_PX)
    with tempfile.TemporaryDirectory() as folder:
        entries = contenders(chosen.ours, chosen.peer, Path(folder))
        medians_ms = block_medians_ms(entries, frame, chosen.calls)
        for column, entry in enumerate(entries):
            wanted = entry.manifest.input
            table.add_row(
                entry.title, f"{wanted.width_px}x{wanted.height_px}", f"{weights_of(entry.manifest):.2f}",
                f"{entry.manifest.onnx_path.stat().st_size / 1e6:.1f}", spread(medians_ms[:, column], 2),
                spread(medians_ms[:, column] / medians_ms[:, 0], 3), str(len(entry.detector.detect(frame))),
            )  # fmt: skip
    console = Console(width=140)
    console.print(table)
    if len({(entry.manifest.input.width_px, entry.manifest.input.height_px) for entry in entries}) > 1:
        console.print("The inputs differ in size: this is no comparison of the networks.")


def spread(values: np.ndarray, digits: int) -> str:
    """Returns the median and the quartiles in words."""
    low, middle, high = np.percentile(values, [25, 50, 75])
    return f"{middle:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


if __name__ == "__main__":
    main()
