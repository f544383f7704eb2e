"""Writes a recording beside the work, in a thread of its own: a slow disk must not hold up a scene."""

import queue
import threading
from collections.abc import Callable
from typing import TypeAlias

from roadside.errors import RecordingError
from roadside.recording.channels import ChannelKind
from roadside.recording.codec import Recordable
from roadside.recording.writer import RecordingWriter
from roadside.sources.radar import SCHEMA_NAME, encode_scan, schema_descriptor_set
from roadside.types.frames import RadarScan
from roadside.types.scene import LatencyLedger, Scene
from roadside.types.site import Site
from roadside.v2x.messages import scene_message, scene_schema

LENGTH = 1024
"""Jobs that may wait: some seconds of everything a pole records."""

Job: TypeAlias = Callable[[RecordingWriter], None]


class Recorder:
    """A queue in front of a recording.

    Attributes:
        dropped_total: items that were not recorded because the disk was too slow, or after it failed.
        error: why recording ended early; ``None`` while all is well.
    """

    def __init__(self, writer: RecordingWriter) -> None:
        self.dropped_total = 0
        self.error: Exception | None = None
        self._writer = writer
        self._queue: queue.Queue[Job | None] = queue.Queue(LENGTH)
        self._counting = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()

    def offer(self, job: Job) -> None:
        """Records live data; what the disk has no time for is dropped and counted."""
        try:
            self._queue.put_nowait(job)
        except queue.Full:
            self._drop()

    def put(self, job: Job) -> None:
        """Records replayed data; it waits for the disk."""
        self._queue.put(job)

    def close(self) -> None:
        """Writes what waits, and ends the recording.

        Raises:
            RecordingError: the recording could not be written to its end.
        """
        self._queue.put(None)
        self._thread.join()
        try:
            self._writer.close()
        except RecordingError as error:
            self.error = error
        if self.error is not None:
            raise self.error

    def _run(self) -> None:
        while (job := self._queue.get()) is not None:
            if self.error is not None:
                self._drop()
                continue
            try:
                job(self._writer)
            except Exception as error:  # close() raises it; whoever puts must not wait for a thread that is gone
                self.error = error
                self._drop()

    def _drop(self) -> None:
        with self._counting:  # several threads offer
            self.dropped_total += 1


def item_job(item: Recordable) -> Job:
    """Returns the job that records one of our own types."""

    def job(writer: RecordingWriter) -> None:
        writer.write(item)

    return job


def scan_job(scan: RadarScan) -> Job:
    """Returns the job that records a radar scan as received."""

    def job(writer: RecordingWriter) -> None:
        topic = ChannelKind.RADAR.topic(scan.sensor_id)
        data = encode_scan(scan)
        writer.write_bytes(topic, SCHEMA_NAME, schema_descriptor_set(), data, scan.arrival_ns, scan.time_ns)

    return job


def scene_job(scene: Scene, ledger: LatencyLedger, site: Site) -> Job:
    """Returns the job that records a published scene, in the words of the wire."""

    def job(writer: RecordingWriter) -> None:
        data = scene_message(scene, site).SerializeToString()
        writer.write_bytes(ChannelKind.SCENE.topic(), *scene_schema(), data, ledger.published_ns, scene.time_ns)

    return job
