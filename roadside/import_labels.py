"""``roadside import``: other people's labels and detections as a recording that can be replayed and judged."""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from roadside.errors import LabelError
from roadside.geometry.pose import Pose
from roadside.labels import kitti, kitti_poses, mot
from roadside.labels.frame_times import consecutive
from roadside.labels.generated_site import Place, seen_sizes
from roadside.labels.imported import moved, new_origin, notes_on, put_together
from roadside.labels.openlabel import read_openlabel
from roadside.labels.openlabel_times import openlabel_times
from roadside.runtime.imported_recording import ImportSummary, write_imported

SIGMA_M: Final = 0.3
"""Default standard deviation of a detected position, a guess for detectors that give boxes in space."""

SIGMA_OF_HEIGHT: Final = 0.06
"""Default standard deviation of a detected box's centre, as a share of the box's height: the published detections of
TUD-Campus and TUD-Stadtmitte (MOT15) lie 0.055 to 0.076 from the truth, along either axis."""

KITTI_RATE_HZ: Final = 10.0
"""Default rate of KITTI's frames: https://www.cvlibs.net/datasets/kitti/setup.php."""

CAR_WITHOUT_A_PLACE: Final = Place(0.0, 0.0, 0.0, np.array([0.0, 0.0, kitti.CAMERA_HEIGHT_M]), 0.0)
"""Where nobody knows, with the car's camera above the origin."""


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
    path = _camera_path(oxts, calibration)
    if path is None:
        place = CAR_WITHOUT_A_PLACE
        notes = ["everything is relative to the moving car; --oxts and --calibration give a frame that stands"]
    else:
        place, poses = path
        notes = []
        truth = kitti.standing(truth, poses, str(oxts))
        detected = kitti.standing(detected, poses, str(oxts)) if detected else None
    times = consecutive(truth, detected, kitti.FIRST_FRAME, rate_hz, str(labels))
    imported = put_together(
        truth, detected, times, min_confidence, lambda rows: np.full(len(rows), sigma_m), str(labels)
    )
    notes += notes_on(times, detected)
    return write_imported(replace(imported, place=place), out, f"KITTI tracking, {labels.name}", notes)


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
    times = consecutive(truth, detected, mot.FIRST_FRAME, rate_hz, str(labels))
    imported = put_together(
        truth, detected, times, min_confidence, lambda rows: sigma_of_height * rows.size_m[:, 2], str(labels)
    )
    imported = replace(imported, sizes=seen_sizes(imported.detected.rows))
    nominal = f"the median box is {mot.MEDIAN_HEIGHT_M:g} m, metres are nominal"
    notes = [f"the picture is taken as the ground, {scale:.6f} m per px: {nominal}", *notes_on(times, detected)]
    return write_imported(imported, out, f"MOTChallenge, {scale:.6f} m per px", notes)


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
    times = openlabel_times(files, rate_hz, str(labels))
    origin_m = new_origin(files[0].file)
    truth, *others = (moved(file.file, origin_m) for file in files)
    detected = others[0] if others else None
    imported = put_together(
        truth, detected, times, min_confidence, lambda rows: np.full(len(rows), sigma_m), str(labels)
    )
    notes = [f"the origin is at {x:.0f}, {y:.0f} of {files[0].system}" for x, y, _ in [origin_m] if origin_m.any()]
    unknown = sum((file.unknown_types for file in files), Counter[str]())
    if unknown:
        notes.append("types taken as unknown: " + ", ".join(f"{kind} ({rows})" for kind, rows in unknown.items()))
    return write_imported(imported, out, f"OpenLABEL, {labels.name}", [*notes, *notes_on(times, detected)])


def _camera_path(oxts: Path | None, calibration: Path | None) -> tuple[Place, list[Pose]] | None:
    """Returns where the car's camera was first, and per frame its ``site_from_camera``; ``None`` without files.

    Raises:
        LabelError: one of the files is missing, or cannot be used.
    """
    if oxts is None and calibration is None:
        return None
    if oxts is None or calibration is None:
        missing, given = ("--oxts", "--calibration") if oxts is None else ("--calibration", "--oxts")
        why = "--oxts says where the car was and --calibration how the camera sits on it"
        raise LabelError(f"{missing} must be given too: {why}, got {given} alone")
    path = kitti_poses.read_oxts(_text(oxts), str(oxts))
    unit_from_camera = kitti_poses.read_camera_on_car(_text(calibration), str(calibration))
    poses = [site_from_unit @ unit_from_camera for site_from_unit in path.site_from_unit]
    return Place(path.latitude_deg, path.longitude_deg, path.height_m, poses[0].translation_m, 0.0), poses


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
