"""``roadside import``: other people's labels and detections as a recording that can be replayed and judged."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from roadside.config.site_file import load_site_from_bytes
from roadside.errors import LabelError
from roadside.labels import kitti, kitti_poses, mot
from roadside.labels.generated_site import CAMERA_ID, EMPTY_ROAD, Place, coverage, seen_sizes, site_toml
from roadside.labels.imported import (
    Imported,
    amid,
    consecutive,
    grid_ms_of,
    moved,
    near,
    new_origin,
    notes_on,
    usable_detections,
)
from roadside.labels.observed import FrameTimes, measurements, truths, velocities
from roadside.labels.openlabel import read_openlabel
from roadside.labels.openlabel_times import openlabel_times
from roadside.runtime.recorder import item_job
from roadside.runtime.serving import ROAD_ATTACHMENT, SITE_ATTACHMENT, recording_to
from roadside.types.observations import Measurements
from roadside.types.truth import Truth

SIGMA_M: Final = 0.3
"""Default standard deviation of a detected position, a guess for detectors that give boxes in space."""

SIGMA_OF_HEIGHT: Final = 0.06
"""Default standard deviation of a detected box's centre, as a share of the box's height: the published detections of
TUD-Campus and TUD-Stadtmitte (MOT15) lie 0.055 to 0.076 from the truth, along either axis."""


KITTI_RATE_HZ: Final = 10.0
"""Default rate of KITTI's frames: https://www.cvlibs.net/datasets/kitti/setup.php."""


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What was written.

    Attributes:
        out: the recording.
        frames: how many, in ``duration_s``.
        duration_s: from the first to the last.
        road_users: how many different ones the truth has.
        truth_rows: of one road user in one frame.
        measurement_rows: of one detection in one frame.
        truth_left_out: why rows were left out, to how many.
        detections_left_out: the same of the detections.
        notes: what else must be known.
    """

    out: Path
    frames: int
    duration_s: float
    road_users: int
    truth_rows: int
    measurement_rows: int
    truth_left_out: dict[str, int]
    detections_left_out: dict[str, int]
    notes: tuple[str, ...]

    def lines(self) -> list[str]:
        """Returns it in words."""
        lines = [
            f"{self.out}: {self.frames} frames in {self.duration_s:.1f} s, {self.road_users} road users in "
            f"{self.truth_rows} rows of truth, {self.measurement_rows} rows of measurements"
        ]
        for what, left_out in (("truth", self.truth_left_out), ("detections", self.detections_left_out)):
            if left_out:
                lines.append(f"left out of the {what}: " + ", ".join(f"{n} {why}" for why, n in left_out.items()))
        return [*lines, *self.notes]


def import_kitti(
    labels: Path,
    out: Path,
    detections: Path | None = None,
    calibration: Path | None = None,
    oxts: Path | None = None,
    rate_hz: float = KITTI_RATE_HZ,
    sigma_m: float = SIGMA_M,
    min_confidence: float = 0.0,
) -> ImportSummary:
    """Writes a recording of KITTI tracking labels.

    Args:
        labels: ``label_02/0000.txt``.
        out: the recording; must end in .mcap.
        detections: lines of the same kind with a score; without them the labels are the detections too.
        calibration: ``calib/0000.txt``; goes with ``oxts``.
        oxts: ``oxts/0000.txt``; without it everything is relative to the moving car.
        rate_hz: frames per second.
        sigma_m: standard deviation of a detected position.
        min_confidence: detections below are left out.

    Raises:
        RoadsideError: a file cannot be used, or the recording cannot be written.
    """
    truth = kitti.read_labels(_text(labels), str(labels))
    detected = kitti.read_detections(_text(detections), str(detections)) if detections else None
    place = Place(0.0, 0.0, 0.0, np.array([0.0, 0.0, kitti.CAMERA_HEIGHT_M]), 0.0)
    notes = ["everything is relative to the moving car; --oxts and --calibration give a frame that stands"]
    if calibration is not None and oxts is not None:
        path = kitti_poses.read_oxts(_text(oxts), str(oxts))
        unit_from_camera = kitti_poses.read_camera_on_car(_text(calibration), str(calibration))
        poses = [site_from_unit @ unit_from_camera for site_from_unit in path.site_from_unit]
        truth = kitti.standing(truth, poses, str(oxts))
        detected = kitti.standing(detected, poses, str(oxts)) if detected else None
        place = Place(path.latitude_deg, path.longitude_deg, path.height_m, poses[0].translation_m, 0.0)
        notes = []
    elif calibration is not None or oxts is not None:
        raise LabelError("--calibration and --oxts must be given together, got one of them")
    times, truth_times = consecutive(truth, detected, kitti.FIRST_FRAME, rate_hz, str(labels))
    truth, seen = near(truth), near(usable_detections(truth, detected, min_confidence))
    sigmas_m = np.full(len(seen.rows), sigma_m)
    imported = Imported(truth, seen, sigmas_m, times, truth_times, grid_ms_of(rate_hz), place, {})
    return _write(imported, out, f"KITTI tracking, {labels.name}", [*notes, *notes_on(imported, detected)])


def import_mot(
    labels: Path,
    out: Path,
    rate_hz: float,
    detections: Path | None = None,
    sigma_of_height: float = SIGMA_OF_HEIGHT,
    min_confidence: float = 0.0,
) -> ImportSummary:
    """Writes a recording of MOTChallenge text, the picture taken as the ground.

    Args:
        labels: ``gt.txt``.
        out: the recording; must end in .mcap.
        rate_hz: frames per second.
        detections: ``det.txt``; without them the truth is the detections too.
        sigma_of_height: standard deviation of a detected box's centre, as a share of the box's height.
        min_confidence: detections below are left out.

    Raises:
        RoadsideError: a file cannot be used, or the recording cannot be written.
    """
    boxes = mot.read_truth(_text(labels), str(labels))
    detected_boxes = mot.read_detections(_text(detections), str(detections)) if detections else None
    scale = mot.metres_per_pixel(boxes if len(boxes.boxes) or detected_boxes is None else detected_boxes)
    truth = mot.on_the_plane(boxes, scale)
    detected = mot.on_the_plane(detected_boxes, scale) if detected_boxes else None
    times, truth_times = consecutive(truth, detected, mot.FIRST_FRAME, rate_hz, str(labels))
    truth, seen = near(truth), near(usable_detections(truth, detected, min_confidence))
    sigmas_m, place = sigma_of_height * seen.rows.size_m[:, 2], amid(truth, seen, str(labels))
    sizes = seen_sizes(seen.rows)
    imported = Imported(truth, seen, sigmas_m, times, truth_times, grid_ms_of(rate_hz), place, sizes)
    note = f"the picture is taken as the ground, {scale:.6f} m per px: the median box is 1.7 m, metres are nominal"
    return _write(imported, out, f"MOTChallenge, {scale:.6f} m per px", [note, *notes_on(imported, detected)])


def import_openlabel(
    labels: Path,
    out: Path,
    detections: Path | None = None,
    coordinate_system: str | None = None,
    rate_hz: float | None = None,
    sigma_m: float = SIGMA_M,
    min_confidence: float = 0.0,
) -> ImportSummary:
    """Writes a recording of the cuboids of an OpenLABEL file.

    Args:
        labels: the file.
        out: the recording; must end in .mcap.
        detections: a file of the same kind; without it the labels are the detections too.
        coordinate_system: that of the ground, z up; by default the one without a parent.
        rate_hz: frames per second, instead of the file's timestamps.
        sigma_m: standard deviation of a detected position.
        min_confidence: detections below are left out.

    Raises:
        RoadsideError: a file cannot be used, or the recording cannot be written.
    """
    files = [
        read_openlabel(_text(path), str(path), coordinate_system) for path in (labels, detections) if path is not None
    ]
    times, grid_ms = openlabel_times(files, rate_hz, str(labels))
    origin_m = new_origin(files[0].file)
    truth, *others = (moved(file.file, origin_m) for file in files)
    detected = others[0] if others else None
    truth_times = FrameTimes(truth.frames, times.of(truth.frames))
    truth, seen = near(truth), near(usable_detections(truth, detected, min_confidence))
    sigmas_m, place = np.full(len(seen.rows), sigma_m), amid(truth, seen, str(labels))
    imported = Imported(truth, seen, sigmas_m, times, truth_times, grid_ms, place, {})
    notes = [f"the origin is at {x:.0f}, {y:.0f} of {files[0].system}" for x, y, _ in [origin_m] if origin_m.any()]
    unknown = files[0].unknown_types + (files[1].unknown_types if others else Counter())
    if unknown:
        notes.append("types taken as unknown: " + ", ".join(f"{kind} ({rows})" for kind, rows in unknown.items()))
    return _write(imported, out, f"OpenLABEL, {labels.name}", [*notes, *notes_on(imported, detected)])


def _text(path: Path) -> str:
    """Returns a file's text.

    Raises:
        LabelError: it cannot be read, or is no text.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise LabelError(f"{path}: must be a readable file, got: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise LabelError(f"{path}: must be UTF-8 text, got other bytes at {error.start}") from error


def _write(imported: Imported, out: Path, name: str, notes: list[str]) -> ImportSummary:
    """Writes the recording.

    Raises:
        RoadsideError: there is nobody in the labels, or the recording cannot be written.
    """
    velocity_mps, known = velocities(imported.truth.rows, imported.times)
    truth = imported.truth.without("seen only once within a second, so without a velocity", ~known)
    seen = imported.detected.rows
    positions_m = np.concatenate([truth.rows.position_m, seen.position_m])
    if len(positions_m) == 0:
        raise LabelError(f"{name}: must hold a road user in two frames, or a detection, got neither")
    site_id = re.sub(r"[^a-z0-9_]+", "_", out.stem.lower())
    site = site_toml(site_id, name, imported.place, coverage(positions_m), imported.grid_ms, imported.sizes)
    load_site_from_bytes(site, EMPTY_ROAD, f"{out}: {SITE_ATTACHMENT}")
    items: list[Truth | Measurements] = [
        *truths(truth.rows, velocity_mps[known], imported.truth_times),
        *measurements(seen, imported.sigma_m, imported.times, CAMERA_ID, imported.place.camera_m[:2]),
    ]
    with recording_to(out, site_id, {SITE_ATTACHMENT: site, ROAD_ATTACHMENT: EMPTY_ROAD}) as recorder:
        for item in sorted(items, key=lambda item: item.time_ns):
            recorder.put(item_job(item))
    times_ns = imported.times.times_ns
    return ImportSummary(
        out=out,
        frames=len(times_ns),
        duration_s=float(times_ns[-1] - times_ns[0]) / 1e9,
        road_users=len(np.unique(truth.rows.object_ids)),
        truth_rows=len(truth.rows),
        measurement_rows=len(seen),
        truth_left_out=dict(truth.left_out),
        detections_left_out=dict(imported.detected.left_out),
        notes=tuple(notes),
    )
