"""A short drive of two cameras, written as a recording."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from roadside.recording.codec import Entry
from roadside.recording.writer import RecordingWriter
from roadside.types.detections import Detections
from roadside.types.observations import Tick

START_NS = 1_790_000_000_000_000_000
MS = 1_000_000


def detections(sensor_id: str, time_ns: int, arrival_ns: int, rows: int = 4) -> Detections:
    # Seeded by the time, so that chunks do not compress to nothing.
    random = np.random.default_rng(time_ns % 2**32)
    boxes, scores = random.random((rows, 4)), random.random(rows)
    return Detections(sensor_id, time_ns, arrival_ns, 640, 360, boxes, scores, np.full(rows, 3))


def write_drive(path: Path, seconds: int = 4) -> list[tuple[int, str]]:
    """Two cameras at 10 Hz, one of them 130 ms late, and ticks; returns (log time, topic) in order of arrival."""
    written = []
    with RecordingWriter(path) as recording:
        recording.set_site("site-7", "3")
        recording.attach("site.toml", b"name = 'x'")
        recording.attach("road.geojson", b"{}")
        for step in range(seconds * 10):
            time_ns = START_NS + step * 100 * MS
            for item in (
                detections("early", time_ns, time_ns + 40 * MS),
                detections("late", time_ns, time_ns + 130 * MS),
                Tick(time_ns),
            ):
                recording.write(item)
                topic = f"/camera/{item.sensor_id}/detections" if isinstance(item, Detections) else "/tick"
                written.append((item.arrival_ns, topic))
    return sorted(written)


def arrivals(entries: Iterator[Entry]) -> list[tuple[int, str]]:
    return [(entry.log_time_ns, entry.topic) for entry in entries]
