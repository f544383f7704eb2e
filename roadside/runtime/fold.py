"""Drives the fold: observations in, in order of arrival; scenes out, each with its latency ledger."""

import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from roadside import pipeline
from roadside.runtime.feed_clock import Clock, FeedClock
from roadside.runtime.line import Fed
from roadside.types.observations import Measurements, Observation
from roadside.types.scene import LatencyLedger, Scene
from roadside.types.site import Site

PASSAGES = 64
"""Frames whose passage is remembered: more than arrive within the longest wait."""

SceneReader = Callable[[Scene, LatencyLedger], None]
"""Takes a scene and its ledger, in which ``published_ns`` is when this reader got it: the server comes first."""


@dataclass(frozen=True, slots=True)
class Passage:
    """When one frame's measurements were where; see ``LatencyLedger``."""

    captured_ns: int
    received_ns: int
    detected_ns: int


@dataclass(slots=True)
class FoldDriver:
    """One thread's work: everything from measurements to scenes.

    Attributes:
        site: what is installed where.
        readers: called with every scene, in order.
        on_observation: called with every observation as it is fed: the recorder.
        clock: time on the data's axis.
        state: the fold's state so far.
        cpu_ns: processor time of the fold itself.
    """

    site: Site
    readers: tuple[SceneReader, ...]
    on_observation: Callable[[Observation], None] = lambda observation: None
    clock: Clock = field(default_factory=FeedClock)
    state: pipeline.FoldState = field(init=False)
    cpu_ns: int = 0
    _passages: deque[Passage] = field(default_factory=lambda: deque(maxlen=PASSAGES))

    def __post_init__(self) -> None:
        self.state = pipeline.start(self.site)

    def run(self, line: Iterable[Fed]) -> None:
        """Feeds everything in line, until it ends."""
        for fed in line:
            with self.clock.working_on(fed):
                self.on_observation(fed.observation)
                before_ns = time.thread_time_ns()
                self._note_passage(fed)
                self.state, scenes = pipeline.step(self.state, fed.observation, self.site)
                self.cpu_ns += time.thread_time_ns() - before_ns
                for scene in scenes:
                    ledger = self._ledger(scene)
                    for read in self.readers:
                        read(scene, replace(ledger, published_ns=self.clock.now_ns()))

    def _note_passage(self, fed: Fed) -> None:
        """Remembers when measurements were where."""
        observation = fed.observation
        if isinstance(observation, Measurements):
            ready_ns = self.clock.ready_ns(fed)
            self._passages.append(Passage(observation.time_ns, observation.arrival_ns, ready_ns))

    def _ledger(self, scene: Scene) -> LatencyLedger:
        """Returns the ledger of a scene that was just made, by the newest frame it knows of."""
        known = [passage for passage in self._passages if passage.captured_ns <= scene.time_ns]
        newest = max(known, key=lambda passage: passage.captured_ns, default=Passage(0, 0, 0))
        return LatencyLedger(newest.captured_ns, newest.received_ns, newest.detected_ns, self.clock.now_ns(), 0)
