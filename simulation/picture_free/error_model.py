"""The errors of every kind of sensor in every weather, and where they are from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from roadside.geometry.arrays import FloatArray
from simulation.picture_free.errors import CameraErrors
from simulation.picture_free.radar_errors import RadarErrors


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """Errors of one kind of sensor in one weather, and where they are from.

    Attributes:
        errors: the numbers.
        uncertainty: name of a number to one standard deviation of it, shaped like it.
        source: one line: fitted on what, or taken from what.
    """

    errors: CameraErrors | RadarErrors
    uncertainty: Mapping[str, FloatArray] = field(default_factory=dict)
    source: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class ErrorModel:
    """Errors by weather.

    Attributes:
        cameras: name of a weather to the errors in it.
        radars: kind of radar and weather, as ``tracked_list.day``, to its errors.
        made: what it was fitted on: recordings with their digests, detectors, frames, remarks.
    """

    cameras: Mapping[str, Fitted]
    radars: Mapping[str, Fitted]
    made: Mapping[str, object]

    def camera(self, weather: str) -> CameraErrors:
        """Returns a camera's errors.

        Raises:
            ValueError: nothing is known of that weather.
        """
        errors = _of(self.cameras, weather, "cameras")
        assert isinstance(errors, CameraErrors)
        return errors

    def radar(self, kind: str, weather: str) -> RadarErrors:
        """Returns the errors of a kind of radar.

        Raises:
            ValueError: nothing is known of that kind in that weather.
        """
        errors = _of(self.radars, f"{kind}.{weather}", "radars")
        assert isinstance(errors, RadarErrors)
        return errors


def _of(fitted: Mapping[str, Fitted], name: str, where: str) -> CameraErrors | RadarErrors:
    if name not in fitted:
        raise ValueError(f"ErrorModel.{where} must be asked for one of {', '.join(sorted(fitted))}, got {name!r}")
    return fitted[name].errors
