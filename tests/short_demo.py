"""The first seconds of the bundled recording, for tests that need no more, and what recordings hold."""

from pathlib import Path

from roadside.recording.codec import descriptor_set
from roadside.recording.reader import Recording, open_recording
from roadside.recording.writer import RecordingWriter
from roadside.replay import replay
from roadside.sources.radar import SCHEMA_NAME, schema_descriptor_set

PROJECT = Path(__file__).resolve().parents[1]
DEMO = PROJECT / "replay_data" / "demo.mcap"
DEMO_SITE = PROJECT / "sites" / "demo" / "site.toml"


def write_short_demo(path: Path, duration_s: float = 3.0, attached: bool = True) -> Path:
    """Writes the demo's first seconds to a recording and returns its path."""
    demo = open_recording(DEMO)
    with RecordingWriter(path) as writer:
        writer.set_site(demo.site_id, demo.site_version)
        for name, data in demo.attachments.items() if attached else ():
            writer.attach(name, data)
        for entry in demo.entries():
            if entry.log_time_ns < demo.start_ns + duration_s * 1e9:
                is_scan = entry.schema_name == SCHEMA_NAME
                schema = schema_descriptor_set() if is_scan else descriptor_set(entry.schema_name)
                writer.write_bytes(
                    entry.topic, entry.schema_name, schema, entry.data, entry.log_time_ns, entry.publish_time_ns
                )
    return path


def write_measured_demo(folder: Path) -> Path:
    """Writes the demo's first 3 s, with what its detectors saw and its sensors measured, and returns the path."""
    replay(write_short_demo(folder / "demo_start.mcap"), out=folder / "short.mcap")
    return folder / "short.mcap"


def scenes_in(path: Path) -> list[bytes]:
    """Returns the published scenes of a recording, in their order."""
    recording: Recording = open_recording(path)
    return [entry.data for entry in recording.entries(("/scene",))]
