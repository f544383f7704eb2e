"""One run from the first item to the last scene: a thread that feeds, and the fold in the calling thread."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from roadside.runtime.fold import FoldDriver
from roadside.runtime.line import ObservationLine
from roadside.runtime.sensing import Sensing


@dataclass(slots=True)
class Session:
    """A run in progress.

    Attributes:
        sensing: stages of the sensors.
        line: between them and the fold.
        driver: the fold.
        stop: set it to end the run early, from any thread.
        wall_s, process_cpu_s: what the run took.
    """

    sensing: Sensing
    line: ObservationLine
    driver: FoldDriver
    stop: threading.Event = field(default_factory=threading.Event)
    wall_s: float = 0.0
    process_cpu_s: float = 0.0

    def run(self, feed_all: Callable[[], None]) -> None:
        """Runs ``feed_all`` in a thread of its own and the fold here, until all that was fed came out.

        Raises:
            Exception: whatever went wrong in a stage or in the fold, at once; whatever went wrong while feeding, once
                everything fed before it came out.
        """
        failures: list[BaseException] = []

        def feed_and_close() -> None:
            try:
                feed_all()
            except BaseException as error:  # raised again below, in the thread that can report it
                failures.append(error)
            finally:
                self.sensing.close()
                self.line.close()

        began_s, began_cpu_s = time.monotonic(), time.process_time()
        feeder = threading.Thread(target=feed_and_close, name="feeder", daemon=True)
        feeder.start()
        try:
            self.driver.run(self.line)
        except BaseException:
            self.stop.set()
            self.line.drain()
            feeder.join()
            raise
        feeder.join()
        self.wall_s, self.process_cpu_s = time.monotonic() - began_s, time.process_time() - began_cpu_s
        if failures:
            raise failures[0]

    def cpu_s(self) -> dict[str, float]:
        """Returns processor time by part, in seconds; ``"other"`` is what remains of the whole process's."""
        stages = [stage.counts for stage in self.sensing.stages.values()]
        parts = {
            "decode": self.sensing.decoding.cpu_ns / 1e9,
            "detect": sum(counts.detect_cpu_ns for counts in stages) / 1e9,
            "locate": (sum(counts.locate_cpu_ns for counts in stages) + self.sensing.radar_cpu_ns) / 1e9,
            "fuse": self.driver.cpu_ns / 1e9,
        }
        return {"all": self.process_cpu_s, **parts, "other": self.process_cpu_s - sum(parts.values())}
