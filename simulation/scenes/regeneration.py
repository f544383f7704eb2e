"""Whether a scene that is made again comes out the same."""

from pathlib import Path

from roadside.recording.channels import ChannelKind
from roadside.recording.reader import Recording, open_recording

WHOLE_SPANS = (ChannelKind.TRUE_EVENTS.topic(),)
"""Topics whose message speaks of the whole recording: that of a shorter one is another."""

LAST_OPEN = (ChannelKind.TRUTH.topic(),)
"""Topics whose last message depends on what a longer recording shows next: the picture nearest to its instant."""


def differences(recorded: Path, again: Path) -> list[str]:
    """Returns a line for every topic in which a recording's beginning is not the same as one made again.

    Args:
        recorded: the whole scene.
        again: its first seconds, made anew.

    Raises:
        RecordingError: one of the recordings cannot be read.
    """
    whole, part = open_recording(recorded), open_recording(again)
    lines = [
        f"{recorded.name}: {name} is not the same again"
        for name in sorted(whole.attachments.keys() | part.attachments.keys())
        if whole.attachments.get(name) != part.attachments.get(name)
    ]
    for topic in sorted(whole.topics.keys() | part.topics.keys()):
        if topic not in WHOLE_SPANS:
            line = _difference(whole, part, topic)
            lines += [f"{recorded.name}: {topic}: {line}"] if line else []
    return lines


def _difference(whole: Recording, part: Recording, topic: str) -> str:
    first = [(entry.log_time_ns, entry.publish_time_ns, entry.data) for entry in whole.entries([topic])]
    again = [(entry.log_time_ns, entry.publish_time_ns, entry.data) for entry in part.entries([topic])]
    if topic in LAST_OPEN and len(again) < len(first):
        again = again[:-1]
    if not again:
        return f"wanted some of {len(first)} messages again, got none"
    if len(again) > len(first):
        return f"wanted at most {len(first)} messages again, got {len(again)}"
    for number, (one, other) in enumerate(zip(first, again, strict=False)):
        if one[:2] != other[:2]:
            return f"message {number} has other times"
        if one[2] != other[2]:
            return f"message {number} of {len(again)} has other bytes"
    return ""
