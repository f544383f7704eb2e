"""``roadside model quantise``: a model in eight bits, and what that costs and gains."""

import math
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from roadside.display.progress import progress
from roadside.display.tables import number, plain_table
from roadside.errors import RecordingError
from roadside.evaluation.timeline import TruthTimeline
from roadside.models.agreement import Agreement, agreement, class_precision
from roadside.models.manifest_file import check_free, words_of, write_model
from roadside.models.quantisation import CalibrationFrames, check_onnx_package, quantised
from roadside.models.sample_frames import SampleFrames, frames_of_folder, frames_of_recording
from roadside.models.true_boxes import TrueBoxes, true_boxes
from roadside.perception.detector import Detector
from roadside.perception.manifest import ModelManifest, load_manifest
from roadside.recording.reader import Recording, open_recording
from roadside.runtime.recorded_run import recorded_site
from roadside.runtime.recorded_truth import recorded_truth
from roadside.types.detections import Detections
from roadside.types.frames import Frame
from roadside.types.road_users import RoadUserClass

SUFFIX = "_int8"
USEFUL_TIME_RATIO, USEFUL_RECALL = 0.95, 0.9
MEGABYTE = 1e6


@dataclass(frozen=True, slots=True)
class DetectorFigures:
    """What one detector did on the frames of the comparison.

    Attributes:
        name: of the model.
        size_bytes: of the network.
        detect_ms: median time from a picture to its road users on one thread.
        ap50: average precision of each class that has truth; empty without truth.
    """

    name: str
    size_bytes: int
    detect_ms: float
    ap50: dict[int, float]

    @property
    def map50(self) -> float:
        """Mean over the classes; NaN without truth."""
        return statistics.fmean(self.ap50.values()) if self.ap50 else math.nan


@dataclass(frozen=True, slots=True)
class QuantisationReport:
    """What came of it.

    Attributes:
        manifest_path: of the new model.
        source: where the frames are from.
        calibrated_on, compared_on: how many frames.
        before, after: of the model as it was, and in eight bits.
        agreement: of the boxes after with those before.
    """

    manifest_path: Path
    source: str
    calibrated_on: int
    compared_on: int
    before: DetectorFigures
    after: DetectorFigures
    agreement: Agreement

    @property
    def time_ratio(self) -> float:
        """Time after over time before."""
        return self.after.detect_ms / self.before.detect_ms

    @property
    def remarks(self) -> list[str]:
        """Reasons not to use the new model."""
        remarks = []
        if self.time_ratio > USEFUL_TIME_RATIO:
            remarks.append("it is not faster: networks of depthwise convolutions and SiLU gain nothing")
        if self.agreement.recall < USEFUL_RECALL:
            remarks.append(f"it loses {1.0 - self.agreement.recall:.0%} of the boxes: stay with the model as it was")
        if not self.agreement.reference_boxes:
            remarks.append("nothing was found in these frames, so nothing is known of what is lost")
        return remarks


def quantise(
    model: str, folder: Path | None, recording_path: Path | None, out: Path, console: Console | None = None
) -> QuantisationReport:
    """Quantises a model and returns what that costs and gains.

    Args:
        model: bare name of a model, or path of its manifest.
        folder: of pictures; or else
        recording_path: with video.
        out: folder for the new model.
        console: where progress goes.

    Raises:
        RoadsideError: the model, the source or the output cannot be used.
        ValueError: neither source is given, or both.
    """
    if (folder is None) == (recording_path is None):
        raise ValueError("one source of frames is wanted, a folder or a recording")
    check_onnx_package()
    manifest = load_manifest(model)
    name = f"{manifest.name}{SUFFIX}"
    check_free(out, name)
    recording = open_recording(recording_path) if recording_path is not None else None
    samples = frames_of_recording(recording) if recording is not None else frames_of_folder(folder or Path())
    truth = _truth(recording, samples.comparison) if recording is not None else None
    with progress(console, "calibrating", len(samples.calibration)) as advance:
        network = quantised(manifest, CalibrationFrames(manifest, samples.calibration, advance.to))
    path = write_model(out, name, network, words_of(manifest, _made(manifest, samples)))
    return _compared(manifest, load_manifest(path), samples, truth, console)


def print_quantisation(report: QuantisationReport, console: Console) -> None:
    """Prints the report: two columns, and how well they agree."""
    before, after, agreed = report.before, report.after, report.agreement
    table = plain_table("", before.name, after.name)
    table.add_row("network MB", *(f"{f.size_bytes / MEGABYTE:.2f}" for f in (before, after)))
    table.add_row("ms a picture, one thread", *(f"{f.detect_ms:.2f}" for f in (before, after)))
    if before.ap50:
        table.add_row("AP50 against the truth", *(number(f.map50, 3) for f in (before, after)))
        for road_user in before.ap50:
            label = f"  {RoadUserClass(road_user).label}"
            table.add_row(label, *(number(f.ap50.get(road_user, math.nan), 3) for f in (before, after)))
    table.add_row("boxes", str(agreed.reference_boxes), str(agreed.boxes))
    lines = (
        f"{report.manifest_path}: calibrated on {report.calibrated_on} frames of {report.source}, "
        f"compared on {report.compared_on} others",
        f"time: {report.time_ratio:.2f} of what it was",
        f"the boxes against those before: precision {number(agreed.precision, 3)}, recall {number(agreed.recall, 3)}; "
        f"confidence {agreed.confidence_change:+.3f} in the mean, 95 % change by less than "
        f"{number(agreed.confidence_change_p95, 3)}",
        *(f"remark: {remark}" for remark in report.remarks),
    )
    console.print(lines[0], markup=False, highlight=False, soft_wrap=True)
    console.print(table)
    for line in lines[1:]:
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _compared(
    before: ModelManifest, after: ModelManifest, samples: SampleFrames, truth: list[TrueBoxes | None] | None,
    console: Console | None,
) -> QuantisationReport:  # fmt: skip
    detectors = Detector(before), Detector(after)
    found: tuple[list[Detections], list[Detections]] = ([], [])
    durations_s: tuple[list[float], list[float]] = ([], [])
    with progress(console, "comparing", len(samples.comparison)) as advance:
        for done, frame in enumerate(samples.comparison):
            for which in (0, 1) if done % 2 else (1, 0):  # in turns: a busy machine slows both alike
                started_s = time.perf_counter()
                found[which].append(detectors[which].detect(frame))
                durations_s[which].append(time.perf_counter() - started_s)
            advance.to(done + 1)
    figures = [
        DetectorFigures(
            manifest.name, manifest.onnx_path.stat().st_size, 1e3 * statistics.median(durations),
            _ap50(detections, truth),
        )
        for manifest, detections, durations in zip((before, after), found, durations_s, strict=True)
    ]  # fmt: skip
    return QuantisationReport(
        after.path, samples.source, len(samples.calibration), len(samples.comparison), figures[0], figures[1],
        agreement(found[0], found[1]),
    )  # fmt: skip


def _ap50(found: Sequence[Detections], truth: Sequence[TrueBoxes | None] | None) -> dict[int, float]:
    known = [(detections, boxes) for detections, boxes in zip(found, truth or [None] * len(found), strict=True)
             if boxes is not None]  # fmt: skip
    return class_precision([detections for detections, _ in known], [boxes for _, boxes in known]) if known else {}


def _truth(recording: Recording, frames: Sequence[Frame]) -> list[TrueBoxes | None] | None:
    """Returns the true boxes of the frames; ``None`` where the recording has no truth or no site to see it from."""
    truths = recorded_truth(recording).road_users
    if not truths:
        return None
    try:
        site = recorded_site(recording)
    except RecordingError:
        return None
    return true_boxes(frames, TruthTimeline(truths), site)


def _made(manifest: ModelManifest, samples: SampleFrames) -> str:
    words = f"{manifest.name} with its convolutions in eight bits, calibrated on {len(samples.calibration)} frames"
    return f"{words} of {Path(samples.source).name}.\n{manifest.made.strip()}"
