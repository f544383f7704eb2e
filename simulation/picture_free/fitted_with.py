"""Which detector an error model was fitted with, and whether a site has the same one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from roadside.perception.manifest import load_manifest
from roadside.types.site import CameraSensor

DETECTORS = "detectors"
"""Under this name they stand among what a model was made of."""


@dataclass(frozen=True, slots=True, order=True)
class DetectorUsed:
    """A detector as a camera uses it.

    Attributes:
        name: of its manifest.
        sha256: of its network.
        least_confidence: detections below it are not used.
    """

    name: str
    sha256: str
    least_confidence: float

    def __str__(self) -> str:
        return f"{self.name} ({self.sha256[:8]}) from confidence {self.least_confidence:g} on"


def used_by(sensor: CameraSensor) -> DetectorUsed:
    """Returns the detector of a camera.

    Raises:
        ModelError: its manifest cannot be read.
    """
    return DetectorUsed(sensor.model, load_manifest(sensor.model).sha256, sensor.min_confidence)


def as_made(used: Iterable[DetectorUsed]) -> list[dict[str, object]]:
    """Returns detectors, each once, as they stand in a model's file."""
    return [asdict(each) for each in sorted(set(used))]


def fitted_with(made: Mapping[str, object]) -> tuple[DetectorUsed, ...]:
    """Returns the detectors that a model was fitted with; none where it was not fitted."""
    told = made.get(DETECTORS, [])
    assert isinstance(told, list)
    return tuple(DetectorUsed(**each) for each in told)


def other_detectors(made: Mapping[str, object], cameras: Sequence[CameraSensor]) -> tuple[str, ...]:
    """Returns a line for each of the cameras' detectors that a model was not fitted with, whatever their names.

    Raises:
        ModelError: a detector's manifest cannot be read.
    """
    fitted = fitted_with(made)
    known = {(each.sha256, each.least_confidence) for each in fitted}
    others = [each for each in sorted({used_by(camera) for camera in cameras})
              if (each.sha256, each.least_confidence) not in known]  # fmt: skip
    with_what = ", ".join(map(str, fitted)) or "no detector"
    return tuple(f"the site detects with {each}, but its errors are those of {with_what}" for each in others)
