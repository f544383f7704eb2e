"""Recordings of others, looked for beside the project; tests of them are skipped where they are not."""

from pathlib import Path

import pytest

TRACKING = Path(__file__).resolve().parents[2] / "shared" / "data" / "tracking"
NOT_THERE = "the recordings of others are not beside the project, see docs/real-input.md"


def mot15(sequence: str) -> tuple[Path, Path]:
    """Returns the files of truth and of published detections of a MOT15 sequence; skips the test without them."""
    truth = TRACKING / "mot15_truth" / sequence / "gt.txt"
    detections = TRACKING / "mot15_dets" / sequence / "det" / "det.txt"
    if not (truth.exists() and detections.exists()):
        pytest.skip(NOT_THERE)
    return truth, detections
