"""The scenes of a run, to be judged when it is over."""

from dataclasses import dataclass, field

from roadside.evaluation.judgement import PublishedScene
from roadside.types.scene import LatencyLedger, Scene


@dataclass(slots=True)
class PublishedScenes:
    """Keeps the scenes as they are published. They are judged afterwards: judging is no work of the pole's.

    Attributes:
        scenes: so far, in order.
    """

    scenes: list[PublishedScene] = field(default_factory=list)

    def read(self, scene: Scene, ledger: LatencyLedger) -> None:
        """Takes a scene in; it never leaves before its own time."""
        self.scenes.append(PublishedScene(scene, max(ledger.published_ns, scene.time_ns)))
