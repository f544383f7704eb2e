"""Every error that roadside raises on purpose.

    RoadsideError                a message of one line: where, what, got, wanted
    ├── FileError                a file the user named cannot be used
    │   ├── SiteFileError        a site file or its road geometry: all mistakes at once
    │   ├── ModelError           an ONNX file or its manifest
    │   ├── RecordingError       an MCAP recording
    │   ├── LabelError           labels or detections of others
    │   ├── VideoError           a camera, a video file or a stream
    │   └── ReportError          the JSON of an evaluation
    ├── CalibrationError         the given point pairs do not determine a pose
    └── ServiceError             a port or a server that cannot be used

Programming mistakes (a wrong array shape, say) are ``ValueError`` and ``TypeError``: they are ours, not the
user's, and they keep their traceback.
"""

from collections.abc import Sequence


class RoadsideError(Exception):
    """Something the user can put right; ``str()`` of it is one clear line."""


class FileError(RoadsideError):
    """A file the user named cannot be used."""


class SiteFileError(FileError):
    """A site file or its road geometry has mistakes.

    Attributes:
        problems: one line each, ``FILE: KEY must be WANTED, got GOT``.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class ModelError(FileError):
    """An ONNX file or its manifest cannot be used."""


class RecordingError(FileError):
    """An MCAP recording cannot be read or written."""


class LabelError(FileError):
    """A file of labels or detections that others made cannot be used."""


class VideoError(FileError):
    """A camera, a video file or a stream cannot be read or written."""


class ReportError(FileError):
    """The JSON of an evaluation cannot be read, or is of something else than what it is compared with."""


class CalibrationError(RoadsideError):
    """The given point pairs do not determine a camera pose."""


class ServiceError(RoadsideError):
    """A port or a server cannot be used."""


def first_line(error: BaseException) -> str:
    """Returns what another library's error says, in one line."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]
