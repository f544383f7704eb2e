"""The recording of labels that were imported."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from roadside.config.site_file import load_site_from_bytes
from roadside.labels.generated_site import CAMERA_ID, EMPTY_ROAD, coverage, site_toml
from roadside.labels.imported import Imported
from roadside.labels.observed import measurements, truths
from roadside.runtime.recorder import item_job
from roadside.runtime.serving import ROAD_ATTACHMENT, SITE_ATTACHMENT, recording_to
from roadside.types.observations import Measurements
from roadside.types.truth import Truth


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


def write_imported(imported: Imported, out: Path, site_name: str, notes: list[str]) -> ImportSummary:
    """Writes a recording of labels, with a site file of its own.

    Args:
        imported: what it holds.
        out: the recording; must end in .mcap.
        site_name: for people.
        notes: what else the summary says.

    Raises:
        RoadsideError: the recording cannot be written.
    """
    truth, seen, times, place = imported.truth.rows, imported.detected.rows, imported.times, imported.place
    site_id = re.sub(r"[^a-z0-9_]+", "_", out.stem.lower())
    coverage_m = coverage(np.concatenate([truth.position_m, seen.position_m]))
    site = site_toml(site_id, site_name, place, coverage_m, times.grid_ms, imported.sizes)
    load_site_from_bytes(site, EMPTY_ROAD, f"{out}: {SITE_ATTACHMENT}")
    items: list[Truth | Measurements] = [
        *truths(truth, imported.velocity_mps, times.labelled),
        *measurements(seen, imported.sigma_m, times.every, CAMERA_ID, place.camera_m[:2]),
    ]
    with recording_to(out, site_id, {SITE_ATTACHMENT: site, ROAD_ATTACHMENT: EMPTY_ROAD}) as recorder:
        for item in sorted(items, key=lambda item: item.time_ns):
            recorder.put(item_job(item))
    times_ns = times.every.times_ns
    return ImportSummary(
        out=out,
        frames=len(times_ns),
        duration_s=float(times_ns[-1] - times_ns[0]) / 1e9,
        road_users=len(np.unique(truth.object_ids)),
        truth_rows=len(truth),
        measurement_rows=len(seen),
        truth_left_out=dict(imported.truth.left_out),
        detections_left_out=dict(imported.detected.left_out),
        notes=tuple(notes),
    )
