"""Opening a video by its path or URL."""

import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import av
from av.container import InputContainer

from roadside.errors import VideoError

TIMEOUT_S = 5.0
WEB_SCHEMES = ("http", "https")


def open_container(location: str, timeout_s: float) -> InputContainer:
    """Returns an opened path or URL; a plain path is marked as one, so that a colon in it is no protocol.

    Raises:
        VideoError: it is not there, does not answer, or is no video.
    """
    where = without_password(location)
    is_file = _scheme(location) == ""
    if is_file and Path(location).is_dir():
        raise VideoError(f"{where}: is a folder, wanted a video file")
    options = {"rtsp_transport": "tcp"} if _scheme(location) in ("rtsp", "rtsps") else {}
    timeout = None if is_file else (timeout_s, timeout_s)
    started_s = time.monotonic()
    try:
        return av.open(f"file:{location}" if is_file else location, mode="r", options=options, timeout=timeout)
    except av.error.FileNotFoundError as error:
        raise VideoError(f"{where}: no such file") from error
    except av.FFmpegError as error:
        # Interrupted by the time limit, libav gives whatever error it was about to find.
        is_late = timeout is not None and time.monotonic() - started_s >= timeout_s
        reason = f"no answer for {timeout_s:g} s" if is_late else reason_of(error)
        raise VideoError(f"{where}: cannot be opened as video: {reason}") from error


def _scheme(location: str) -> str:
    return urlsplit(location).scheme.lower() if "://" in location else ""


def is_live(location: str, container: InputContainer) -> bool:
    """Returns whether frames come as they happen: a web server may offer a file too, and that has a duration."""
    scheme = _scheme(location)
    if scheme in WEB_SCHEMES:
        return container.duration is None
    return scheme not in ("", "file")


def without_password(location: str) -> str:
    """Returns a location that may be shown: without user and password."""
    if "://" not in location or "@" not in location:
        return location
    parts = urlsplit(location)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def reason_of(error: av.FFmpegError) -> str:
    """Returns why libav failed, for the end of a sentence."""
    if isinstance(error, av.error.ExitError):
        return "no answer in time"
    return (error.strerror or type(error).__name__).lower()
