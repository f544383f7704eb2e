"""Where a run's intermediate results go: a recording, or nowhere."""

from collections.abc import Callable, Iterable
from typing import Protocol

from roadside.runtime.recorder import Job, Recorder, item_job, scan_job, scene_job
from roadside.types.detections import Detections
from roadside.types.frames import EncodedFrame, RadarScan
from roadside.types.observations import Observation
from roadside.types.scene import LatencyLedger, Scene
from roadside.types.site import Site
from roadside.types.truth import AnyTruth


class Outlet(Protocol):
    """Takes what a run gives on its way; called from several threads."""

    def frame(self, encoded: EncodedFrame) -> None:
        """Takes a camera frame as it came."""

    def scan(self, scan: RadarScan) -> None:
        """Takes a radar scan as it came."""

    def detections(self, detections: Detections) -> None:
        """Takes what a detector saw."""

    def observation(self, observation: Observation) -> None:
        """Takes what the fold is fed."""

    def scene(self, scene: Scene, ledger: LatencyLedger) -> None:
        """Takes what was published."""


class NoOutlet:
    """Nobody records."""

    def frame(self, encoded: EncodedFrame) -> None:
        """Does nothing."""

    def scan(self, scan: RadarScan) -> None:
        """Does nothing."""

    def detections(self, detections: Detections) -> None:
        """Does nothing."""

    def observation(self, observation: Observation) -> None:
        """Does nothing."""

    def scene(self, scene: Scene, ledger: LatencyLedger) -> None:
        """Does nothing."""


class RecordingOutlet:
    """Everything goes into a recording."""

    def __init__(self, submit: Callable[[Job], None], site: Site) -> None:
        """Sets the outlet up.

        Args:
            submit: ``Recorder.offer`` for live data, ``Recorder.put`` for replayed data.
            site: whose scenes come.
        """
        self._submit = submit
        self._site = site

    def frame(self, encoded: EncodedFrame) -> None:
        """Records it."""
        self._submit(item_job(encoded))

    def scan(self, scan: RadarScan) -> None:
        """Records it."""
        self._submit(scan_job(scan))

    def detections(self, detections: Detections) -> None:
        """Records them."""
        self._submit(item_job(detections))

    def observation(self, observation: Observation) -> None:
        """Records it."""
        self._submit(item_job(observation))

    def scene(self, scene: Scene, ledger: LatencyLedger) -> None:
        """Records it in the words of the wire."""
        self._submit(scene_job(scene, ledger, self._site))


def record_truth(recorder: Recorder, truth: Iterable[AnyTruth]) -> None:
    """Passes the truth of a replayed recording on, so that what comes of it can be judged too."""
    for moment in truth:
        recorder.put(item_job(moment))
