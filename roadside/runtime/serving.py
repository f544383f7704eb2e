"""What programs put around a run: the server of its scenes, and the recording of it."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from roadside.config.site_file import road_file_name
from roadside.errors import RecordingError, SiteFileError
from roadside.recording.writer import RecordingWriter
from roadside.runtime.recorder import Recorder
from roadside.types.site import Site
from roadside.v2x.server import V2xServer

RECORDING_SUFFIX = ".mcap"
"""No other file is ever replaced by a recording: not the video it is made from, nor the site file."""

SITE_ATTACHMENT, ROAD_ATTACHMENT = "site.toml", "road.geojson"
"""Names under which a recording carries its site file and road."""


@contextmanager
def serving(site: Site, address: str, on_serving: Callable[[int], None]) -> Iterator[V2xServer]:
    """Yields a server of the site's scenes, once ``on_serving`` was given its port, and ends it afterwards.

    Raises:
        ServiceError: the address cannot be used.
    """
    server = V2xServer(site, address, version("roadside"))
    port = server.start()
    try:
        on_serving(port)
        yield server
    finally:
        server.stop()


def begun_recording(path: Path, site_id: str, attachments: Mapping[str, bytes]) -> Recorder:
    """Returns a recorder that writes a recording with a site's files in it; it must be closed.

    Raises:
        RecordingError: there can be no file of that name, or it is not the name of a recording.
    """
    if path.is_dir() or not path.parent.is_dir():
        raise RecordingError(f"{path}: {'is a folder' if path.is_dir() else 'its folder does not exist'}")
    if path.suffix != RECORDING_SUFFIX:
        raise RecordingError(f"{path}: must end in .mcap, so that nothing else is overwritten, got {path.name}")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise RecordingError(f"{path}: must be a file that can be written, got: permission denied")
    writer = RecordingWriter(path)
    writer.set_site(site_id, version("roadside"))
    for name, data in attachments.items():
        writer.attach(name, data)
    return Recorder(writer)


@contextmanager
def recording_to(path: Path, site_id: str, attachments: Mapping[str, bytes]) -> Iterator[Recorder]:
    """Yields a recorder as ``begun_recording`` and ends it afterwards.

    Raises:
        RecordingError: as ``begun_recording``; at the end, it could not be written.
    """
    recorder = begun_recording(path, site_id, attachments)
    try:
        yield recorder
    finally:
        recorder.close()


def site_attachments(site_path: Path) -> dict[str, bytes]:
    """Returns a site file and its road as a recording carries them.

    Raises:
        SiteFileError: one of the files cannot be read.
    """
    try:
        site_toml = site_path.read_bytes()
        road = (site_path.parent / road_file_name(site_toml, str(site_path))).read_bytes()
    except OSError as error:
        raise SiteFileError([f"{error.filename}: must be a readable file, got: {error.strerror}"]) from error
    return {SITE_ATTACHMENT: site_toml, ROAD_ATTACHMENT: road}
