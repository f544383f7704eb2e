"""``roadside detect``: the detector over one video, for a first look at a camera or a model."""

import json
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import numpy as np
from rich.console import Console
from rich.table import Table

from roadside.display.annotate import AnnotatedVideo
from roadside.display.progress import progress
from roadside.errors import VideoError
from roadside.perception.detector import Detector
from roadside.perception.manifest import load_manifest
from roadside.sources.video import VideoSource
from roadside.types.detections import Detections
from roadside.types.road_users import RoadUserClass

SENSOR_ID = "video"
NS_PER_S = 1_000_000_000


@dataclass(frozen=True, slots=True)
class DetectionSummary:
    """What one run over a video gave.

    Attributes:
        frames: how many frames were looked at.
        boxes_per_class: how many boxes of each class there were in all of them.
        frames_per_class: in how many frames each class was seen.
        detect_ms: median and 95th percentile of the time from a decoded frame to its detections; 0 without frames.
        repaired_total, corrupt_total: as the source counted them.
        surplus_total: as the detector counted them.
    """

    frames: int
    boxes_per_class: dict[RoadUserClass, int]
    frames_per_class: dict[RoadUserClass, int]
    detect_ms: tuple[float, float]
    repaired_total: int
    corrupt_total: int
    surplus_total: int


def detect(
    video: str,
    model: str | Path,
    out: Path | None = None,
    json_lines: TextIO | None = None,
    console: Console | None = None,
    start_time_ns: int | None = None,
) -> DetectionSummary:
    """Runs a detector over a whole video and returns what came out.

    Args:
        video: path or URL.
        model: bare name of a model, or path of its manifest.
        out: where an MP4 with the boxes drawn in is to lie; it appears only when it is whole.
        json_lines: where one JSON object per frame goes, such as ``sys.stdout``.
        console: where progress and the summary go; nowhere without it.
        start_time_ns: Unix epoch UTC of a file's first frame; without it, times are relative to it.

    Raises:
        ModelError: the model cannot be used.
        VideoError: the video cannot be read to its end, or ``out`` cannot be written.
    """
    detector = Detector(load_manifest(model))
    boxes: Counter[RoadUserClass] = Counter()
    frames: Counter[RoadUserClass] = Counter()
    durations_s: list[float] = []
    with ExitStack() as stack:
        source = stack.enter_context(VideoSource(SENSOR_ID, video, start_time_ns))
        if out is not None and not source.is_live and out.exists() and Path(video).exists() and out.samefile(video):
            raise VideoError(f"{out}: is the video itself, it must not be overwritten")
        size = source.width_px, source.height_px
        annotated = stack.enter_context(AnnotatedVideo(out, *size, source.rate_hz)) if out is not None else None
        advance = stack.enter_context(progress(console, "detecting", source.frame_count))
        for frame in source.frames():
            started_s = time.perf_counter()
            detections = detector.detect(frame)
            durations_s.append(time.perf_counter() - started_s)
            classes = [RoadUserClass(number) for number in detections.classes]
            boxes.update(classes)
            frames.update(set(classes))
            if annotated is not None:
                annotated.add(frame, detections)
            if json_lines is not None:
                json_lines.write(detections_to_json(detections) + "\n")
            advance.to(len(durations_s))
    summary = DetectionSummary(
        len(durations_s), dict(boxes), dict(frames), _median_and_p95_ms(durations_s),
        source.repaired_total, source.corrupt_total, detector.surplus_total,
    )  # fmt: skip
    if console is not None:
        _print_summary(console, source.status, detector.manifest.name, summary)
    return summary


def detections_to_json(detections: Detections) -> str:
    """Returns one frame's detections as one line of JSON, times in seconds and boxes in pixels."""
    rows = zip(detections.classes, detections.confidence, detections.boxes_px, strict=True)
    return json.dumps(
        {
            "time_s": detections.time_ns / NS_PER_S,
            "detections": [
                {
                    "class": RoadUserClass(number).label,
                    "confidence": round(float(confidence), 4),
                    "box_px": np.round(box_px, 2).tolist(),
                }
                for number, confidence, box_px in rows
            ],
        }
    )


def _median_and_p95_ms(durations_s: list[float]) -> tuple[float, float]:
    if not durations_s:
        return 0.0, 0.0
    median_s, p95_s = np.percentile(durations_s, [50.0, 95.0])
    return 1e3 * float(median_s), 1e3 * float(p95_s)


def _print_summary(console: Console, status: str, model: str, summary: DetectionSummary) -> None:
    table = Table("class", "boxes", "frames", title=f"{model} on {summary.frames} frames")
    for road_user_class in sorted(summary.boxes_per_class):
        count, frames = summary.boxes_per_class[road_user_class], summary.frames_per_class[road_user_class]
        table.add_row(road_user_class.label, str(count), str(frames))
    console.print(status, markup=False)
    console.print(table)
    median_ms, p95_ms = summary.detect_ms
    console.print(f"detection: median {median_ms:.1f} ms, 95th percentile {p95_ms:.1f} ms per frame")
    counts = f"times put right: {summary.repaired_total}, corrupt: {summary.corrupt_total}"
    console.print(f"{counts}, surplus candidates: {summary.surplus_total}")
